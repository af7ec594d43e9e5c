"""Which version of a course was current when, told by its publications: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Published:
    """A version became the current one."""

    version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Reign:
    """How long a version was current: from `start` (None: since ever) until before `end` (None: it still is)."""

    version_id: UUID
    start: datetime | None
    end: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Tell whether the version was current at a moment."""
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


def reigns_of(publications: Sequence[Published]) -> tuple[Reign, ...]:
    """Return the times of each version, given its publications in their order.

    LMS choice: who enrolled before the first publication is taken for enrolled at it, for there was nothing else.
    """
    bounds: list[datetime | None] = [None, *(one.at for one in publications[1:]), None]
    return tuple(
        Reign(one.version_id, start, end) for one, (start, end) in zip(publications, pairwise(bounds), strict=False)
    )


def current_at(publications: Sequence[Published], moment: datetime) -> UUID | None:
    """Return the version that was current at a moment, None when nothing was ever published."""
    return next((reign.version_id for reign in reigns_of(publications) if reign.holds(moment)), None)
