"""The graded report on a package: one value for the page, for the command line and for JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.imports import PackageReport
from lms.languages import current_language
from lms.packages import RefusedPackage
from lms.wording_findings import GRADE_NAMES, FindingWords, worst_first
from scorm.findings import Grade

FORMAT = 1
"""Of the document in JSON; fields are added under the same number, never renamed."""

KINDS = {"sco": _l("reports results"), "asset": _l("a page alone"), "unstated": _l("may report results")}
"""What a part of a package does, by the word of the facts."""

STATUS = {Grade.BLOCKER: 2, Grade.WILL_MISBEHAVE: 1, Grade.COSMETIC: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known of a package after it was read.

    `findings` and `facts` are plain values as they are stored; what is not known, as of a refused package, is empty.
    """

    file: str
    is_accepted: bool
    findings: Sequence[Mapping[str, Any]]
    edition: str = ""
    title: str = ""
    tool: str = ""
    parts: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> list[FindingWords]:
        """Return the findings in the reader's language, the worst first."""
        return worst_first(self.findings)

    @property
    def counts(self) -> dict[Grade, int]:
        """Return how many findings there are of each grade, those that were left out included."""
        counts: Counter[Grade] = Counter()
        for one in self.words:
            counts[one.grade] += 1 + one.more
        return {grade: counts[grade] for grade in GRADE_NAMES}

    @property
    def status(self) -> int:
        """Return 0 when nothing is worse than cosmetic, 1 when something will misbehave, 2 when it is refused."""
        if not self.is_accepted:
            return 2
        return max((STATUS[one.grade] for one in self.words), default=0)


def report_on(name: str, outcome: PackageReport | RefusedPackage) -> Report:
    """Return the report on a package that was just read."""
    if isinstance(outcome, RefusedPackage):
        return Report(file=name, is_accepted=False, findings=outcome.findings)
    return Report(
        file=name,
        is_accepted=True,
        findings=outcome.findings,
        edition=outcome.edition,
        title=outcome.title,
        tool=outcome.tool,
        parts=outcome.sco_count,
        facts=outcome.facts,
    )


def verdict(report: Report) -> str:
    """Return the whole report in a few short sentences."""
    counts = report.counts
    blocking = counts[Grade.BLOCKER]
    sentences = [
        ngettext("%(num)d thing blocks this package.", "%(num)d things block this package.", blocking)
        if blocking
        else gettext("Nothing blocks this package.") if report.is_accepted
        else gettext("This package cannot be accepted.")
    ]  # fmt: skip
    if counts[Grade.WILL_MISBEHAVE]:
        sentences.append(
            ngettext("%(num)d thing will misbehave.", "%(num)d things will misbehave.", counts[Grade.WILL_MISBEHAVE])
        )
    if counts[Grade.COSMETIC]:
        sentences.append(
            ngettext("%(num)d remark is cosmetic.", "%(num)d remarks are cosmetic.", counts[Grade.COSMETIC])
        )
    if not report.findings:
        sentences.append(gettext("Nothing was found that could cause trouble."))
    return " ".join(sentences)


def language_names(tags: Sequence[str]) -> list[str]:
    """Return languages by their names in the reader's language; a tag that names none stays as it is."""
    return [_language_name(tag) for tag in tags]


def _language_name(tag: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name(current_language()) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def report_document(report: Report) -> dict[str, Any]:
    """Return the report as plain values for JSON, with words in the reader's language (`docs/import.md`)."""
    return {
        "format": FORMAT,
        "language": current_language(),
        "file": report.file,
        "accepted": report.is_accepted,
        "status": report.status,
        "verdict": verdict(report),
        "counts": {str(grade): count for grade, count in report.counts.items()},
        "edition": report.edition,
        "title": report.title,
        "tool": report.tool,
        "sco_count": report.parts,
        "files": report.facts.get("files", 0),
        "total_size": report.facts.get("total_size", 0),
        "facts": dict(report.facts),
        "findings": [
            _finding_document(found, words)
            for found, words in zip(_in_order(report.findings), report.words, strict=True)
        ],
    }


def _in_order(findings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    order = [str(grade) for grade in GRADE_NAMES]
    return sorted(findings, key=lambda found: order.index(str(found["grade"])))


def _finding_document(found: Mapping[str, Any], words: FindingWords) -> dict[str, Any]:
    return {
        "code": words.code, "grade": str(words.grade), "file": words.file, "place": words.place,
        "line": words.line or None, "more": words.more, "parameters": dict(found.get("parameters", {})),
        "sentence": words.sentence, "advice": words.advice,
    }  # fmt: skip
