"""Identifiers of a manifest: trimmed, opaque, and made unique where the manifest is not."""

import re

from scorm.packaging.findings import Finding, finding

_NCNAME = re.compile(r"[^\W\d][\w.\-]*")


class Identifiers:
    """Gives out the identifiers of one kind of element and reports what it had to mend."""

    def __init__(self, kind: str, findings: list[Finding]) -> None:
        self._kind = kind
        self._findings = findings
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # the next one to try behind an identifier
        self._count = 0

    def settle(self, written: str, shown: str = "") -> str:
        """Return the identifier of the next element: as written, made unique, or made up. `shown` helps a reader."""
        self._count += 1
        if not written:
            made = self._unique(f"{self._kind}-{self._count}")
            self._findings.append(finding("identifier_missing", place=made, element=self._kind, title=shown))
            return made
        if written in self._taken:
            self._findings.append(finding("identifier_duplicate", place=written, element=self._kind, title=shown))
            return self._unique(written)
        if not _NCNAME.fullmatch(written):
            self._findings.append(finding("identifier_syntax", place=written, element=self._kind))
        self._taken.add(written)
        return written

    def _unique(self, wanted: str) -> str:
        """Return the wanted identifier with the first number that makes it unique."""
        made, number = wanted, max(self._count, self._numbers.get(wanted, 0))
        while made in self._taken:
            made = f"{wanted}--{number}"
            number += 1
        self._numbers[wanted] = number
        self._taken.add(made)
        return made
