"""Findings: what a check has to say, as values with stable codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """How much a finding matters."""

    BLOCKER = "blocker"  # cannot be run or must not be accepted
    WILL_MISBEHAVE = "will_misbehave"  # runs, but something the author meant will not happen
    COSMETIC = "cosmetic"  # a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    `place` is a line or an identifier; the words for a code are the reader's business.
    """

    code: str
    grade: Grade
    file: str = ""
    place: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain values for JSON."""
        return {
            "code": self.code,
            "grade": str(self.grade),
            "file": self.file,
            "place": self.place,
            "parameters": dict(sorted(self.parameters.items())),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> "Finding":
        """Return the finding that `as_dict` wrote."""
        parameters = document.get("parameters")
        return cls(
            code=str(document["code"]),
            grade=Grade(str(document["grade"])),
            file=str(document.get("file", "")),
            place=str(document.get("place", "")),
            parameters={str(k): str(v) for k, v in parameters.items()} if isinstance(parameters, Mapping) else {},
        )
