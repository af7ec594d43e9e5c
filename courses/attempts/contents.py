"""The table of contents as the player shows it, and the controls beside it; one shape for both generations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scorm.sequencing.lookahead import Offer
from scorm.sequencing.words import Control


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the table of contents; `depth` counts from 0.

    `is_launchable`: it opens a page itself; in 2004 a folder may be chosen too, and flow finds one below it.
    """

    id: str
    title: str
    depth: int
    status: str
    is_launchable: bool
    is_enabled: bool

    def as_dict(self) -> dict[str, str | int | bool]:
        """Return the line as plain values for JSON."""
        return {
            "id": self.id, "title": self.title, "depth": self.depth, "status": self.status,
            "launchable": self.is_launchable, "enabled": self.is_enabled,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The table of contents as of now; `is_offered` while there is something in it to choose.

    `controls` has every control of the LMS, with what becomes of it.
    `is_last`: the control that leads on ends the course.
    """

    entries: tuple[Entry, ...]
    controls: Mapping[Control, Offer]
    is_offered: bool
    is_last: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the table as plain values for JSON."""
        return {
            "entries": [entry.as_dict() for entry in self.entries],
            "controls": {control.value: self.controls[control].value for control in Control},
            "offered": self.is_offered,
            "last": self.is_last,
        }
