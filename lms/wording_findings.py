"""Findings about a package in words: what is the matter and what to do, with values as people write them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from lms.languages import size_text
from lms.wording_packages import SENTENCES, Words
from scorm.findings import Finding, Grade
from scorm.packaging.archive import MANIFEST_NAME

__all__ = ["GRADE_NAMES", "SENTENCES", "FindingWords", "finding_words", "worst_first"]

GRADE_NAMES = {
    Grade.BLOCKER: _l("Blocks the import"),
    Grade.WILL_MISBEHAVE: _l("Will misbehave"),
    Grade.COSMETIC: _l("Cosmetic"),
}

_IN_MANIFEST = "manifest_line"
_SIZES = ("size", "budget")
_SIZES_OF_KIND = ("zip_over_limits.size", "zip_over_limits.total", "manifest_over_limits.size")
_NUMBERS = ("count", "length", "found", "limit", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWords:
    """A finding as a person reads it.

    `where` says the file with the line or element, as far as they are known; `line` is 0 when none is; `more` is how
    many others like it were left out.
    """

    code: str
    grade: Grade
    sentence: str
    advice: str
    file: str
    place: str
    line: int
    where: str
    more: int


def finding_words(found: Mapping[str, Any]) -> FindingWords:
    """Return the words for a finding, given as plain values, in the language at hand."""
    finding = Finding.from_dict(found)
    kind = _kind(finding)
    sentence, advice = _words(finding, kind)
    line = _line(finding)
    return FindingWords(
        code=finding.code,
        grade=finding.grade,
        sentence=_filled(sentence, finding, kind),
        advice=str(advice),
        file=finding.file,
        place=finding.place,
        line=line,
        where=_where(finding, line),
        more=_number(finding.parameters.get("more", "0")),
    )


def _kind(finding: Finding) -> str:
    """Return the code with the kind that has words of its own, else the code alone."""
    kinds = (f"{finding.code}.{finding.parameters.get(name, '')}" for name in ("what", "reason"))
    return next((kind for kind in kinds if kind in SENTENCES), finding.code)


def _words(finding: Finding, kind: str) -> Words:
    """Return what is the matter and what to do."""
    return SENTENCES.get(kind) or (gettext("Something is unusual (%(code)s).", code=finding.code), "")


def _filled(sentence: object, finding: Finding, kind: str) -> str:
    """Return a sentence with the values of a finding, as people write them."""
    values = _Values({name: _value(name, value, kind) for name, value in finding.parameters.items()})
    if not callable(sentence):
        return str(sentence) % values
    count = _number(finding.parameters.get("count") or finding.parameters.get("files", "")) or 2
    speak: Callable[..., str] = sentence
    return str(speak(count, {name: values[name] for name in ("count", "hosts", "size", "budget")}))


class _Values(dict[str, str]):
    """Values by name; a dash stands for what an older report did not keep."""

    def __missing__(self, _name: str) -> str:
        return "–"


def _value(name: str, value: str, kind: str) -> str:
    """Return a parameter as people write it: sizes and numbers in the language's own form."""
    if not value.isdecimal():
        return value
    if name in _SIZES or (kind in _SIZES_OF_KIND and name in ("found", "limit")):
        return size_text(int(value))
    return str(format_decimal(int(value))) if name in _NUMBERS else value


def _line(finding: Finding) -> int:
    """Return the line of its file in which a finding stands; where a reader of XML stopped, it is the place."""
    stopped = finding.place if "column" in finding.parameters else ""
    return _number(finding.parameters.get("line", stopped))


def _where(finding: Finding, line: int) -> str:
    """Return where a finding stands; of a file that the manifest names also where it does."""
    parts = [finding.file] if finding.file else []
    if line:
        parts.append(gettext("line %(line)s", line=line))
    if finding.place and "column" not in finding.parameters:
        parts.append(gettext("element %(element)s", element=finding.place))
    named = _number(finding.parameters.get(_IN_MANIFEST, ""))
    if named:
        parts.append(gettext("%(file)s, line %(line)s", file=MANIFEST_NAME, line=named))
    return " · ".join(parts)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def worst_first(findings: Iterable[Mapping[str, Any]]) -> list[FindingWords]:
    """Return the words for findings: blockers, then what will misbehave, then the rest."""
    order = list(GRADE_NAMES)
    return sorted((finding_words(found) for found in findings), key=lambda words: order.index(words.grade))
