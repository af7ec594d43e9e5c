"""In which lines of the manifest findings stand: looked up afterwards, for what was found alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from xml.parsers import expat

from scorm.encoding import decode_document
from scorm.packaging.archive import MANIFEST_NAME
from scorm.packaging.findings import Finding

_IDENTIFIERS = ("identifier", "ID")
_REFERENCES = ("href", "default", "identifierref", "IDRef")


def with_lines(findings: Iterable[Finding], document: bytes) -> list[Finding]:
    """Return the findings, each with the line of the element that it names, where the manifest has it.

    What stands in the manifest itself gets `line`; a file that the manifest names gets `manifest_line`.
    """
    given = list(findings)
    wanted = {word for one in given for word in _words(one) if word}
    if not wanted:
        return given
    lines = _Lines(wanted)
    lines.read(document)
    found = lines.found
    return [_placed(one, found) for one in given]


def _words(one: Finding) -> tuple[str, ...]:
    """Return by what a finding is found in the manifest, the best first."""
    if "column" in one.parameters:  # its place is a line already, where reading stopped
        return ()
    if one.file == MANIFEST_NAME:
        return (one.place,)
    return (one.parameters.get("href", ""), one.file, one.place)


def _placed(one: Finding, lines: Mapping[str, int]) -> Finding:
    line = next((lines[word] for word in _words(one) if word in lines), 0)
    if not line:
        return one
    name = "line" if one.file == MANIFEST_NAME else "manifest_line"
    return replace(one, parameters={**one.parameters, name: str(line)})


class _Lines:
    """Reads a manifest once more and notes the first line of each word: as an identifier, else as a reference."""

    def __init__(self, wanted: set[str]) -> None:
        self._wanted = wanted
        self._identifiers: dict[str, int] = {}
        self._references: dict[str, int] = {}
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start

    @property
    def found(self) -> Mapping[str, int]:
        return {**self._references, **self._identifiers}

    def read(self, document: bytes) -> None:
        try:
            self._parser.Parse(decode_document(document).text.encode(), True)
        except expat.ExpatError:
            return  # up to where it can be read

    def _start(self, _name: str, attributes: Mapping[str, str]) -> None:
        for names, lines in ((_IDENTIFIERS, self._identifiers), (_REFERENCES, self._references)):
            for name in names:
                word = attributes.get(name, "").strip()
                if word in self._wanted:
                    lines.setdefault(word, self._parser.CurrentLineNumber)
