"""Exceptions of the SCORM package: broken contracts, never foreseen outcomes."""

from collections.abc import Iterable

from scorm.findings import Finding, Grade


class ScormError(Exception):
    """The base of everything that this package raises on purpose."""


class PackageError(ScormError):
    """A package cannot be accepted; `findings` say why, blockers first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.grade is not Grade.BLOCKER))
        super().__init__(", ".join(finding.code for finding in self.findings))

    def __reduce__(self) -> tuple[type["PackageError"], tuple[tuple[Finding, ...]]]:
        """Travel whole between processes."""
        return type(self), (self.findings,)
