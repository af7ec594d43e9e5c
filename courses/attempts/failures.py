"""What a page says of tries to save that came to nothing before a post (pure)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LONG = timedelta(minutes=1)
"""LMS choice: what comes through within a minute was a hitch of the line, and no save that failed."""

MANY = 5
_MOST = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Tries to save that failed before a post, as the page counted them; `why` is its word for the last one."""

    times: int
    since: datetime | None
    why: str

    def is_grave(self, until: datetime | None) -> bool:
        """Tell whether it lasted, by the page's own clock; where that tells nothing, whether it was tried often."""
        if self.since is None or until is None or until < self.since:
            return self.times >= MANY
        return until - self.since >= LONG


def failed_in(document: dict[str, Any]) -> Failed | None:
    """Return what a post says of tries that failed before it; None where none did, or it says so in no known form."""
    found = document.get("failed")
    if not isinstance(found, dict):
        return None
    times, why = found.get("times"), found.get("why")
    if type(times) is not int or not 0 < times <= _MOST:
        return None
    return Failed(times=times, since=_moment(found.get("since")), why=why if isinstance(why, str) else "")


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if moment is None else moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
