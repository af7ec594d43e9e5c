"""The table of a time zone in a calendar file: when its clocks change, for the years that matter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=1)


def zone_table(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """Return the table of a zone from one moment to another: what holds at first, then each change.

    LMS choice: written from the system's own table; that of the library puts the beginning of summer time an hour late.
    """
    table = Timezone()
    table.add("tzid", zone.key)
    table.add_component(_observance(first.astimezone(zone), first.astimezone(zone).utcoffset()))
    for change in _changes(zone, first, last):
        table.add_component(
            _observance(change.astimezone(zone), (change - timedelta(seconds=1)).astimezone(zone).utcoffset())
        )
    return table


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the moments, in UTC, from which the clocks of a zone show another time."""
    low = first.astimezone(UTC)
    while low < last:
        high = low + STEP
        if _shown(zone, low) != _shown(zone, high):
            yield _first_after(zone, low, high)
        low = high


def _first_after(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _shown(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _shown(zone, middle) == before else (low, middle)
    return high.replace(microsecond=0)


def _shown(zone: ZoneInfo, moment: datetime) -> tuple[timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _observance(local: datetime, before: timedelta | None) -> TimezoneStandard | TimezoneDaylight:
    """Return what holds from a moment on; its start is what the clocks showed at that moment before they changed."""
    after = local.utcoffset() or timedelta()
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    start = (local.astimezone(UTC) + (before or timedelta())).replace(tzinfo=None)
    observance.add("dtstart", start)
    observance.add("tzoffsetfrom", before)
    observance.add("tzoffsetto", after)
    observance.add("tzname", local.tzname() or "")
    return observance
