"""Time zones: the names of the IANA list, and what the clock on a wall says in one; pure."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

FOREIGN = ("posix/", "right/", "SystemV/")
"""What some systems keep beside the list: the same zones once more."""


class NoSuchTime(ValueError):
    """Raised when the clock leaps over a time: it is put forward that night."""


@cache
def zone_names() -> frozenset[str]:
    """Return the names of the list."""
    return frozenset(
        name for name in available_timezones() if not name.startswith(FOREIGN) and name not in {"Factory", "localtime"}
    )


def is_zone(name: str) -> bool:
    """Tell whether a text names a time zone of the list."""
    return name in zone_names()


def local(moment: datetime, zone: str) -> datetime:
    """Return a moment as the clock shows it in a zone."""
    return moment.astimezone(ZoneInfo(zone))


def day_in(moment: datetime, zone: str) -> date:
    """Return the day on which a moment falls in a zone."""
    return local(moment, zone).date()


def moment_of(day: date, at: time, zone: str) -> datetime:
    """Return the moment, in UTC, at which a clock in a zone shows a day and a time.

    A time that comes twice, when the clock is put back, is the first of the two.

    Raises:
        NoSuchTime: the clock leaps over it.
    """
    shown = datetime.combine(day, at, ZoneInfo(zone))
    moment = shown.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise NoSuchTime(f"{day} {at} in {zone}")
    return moment
