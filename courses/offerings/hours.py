"""The hours that suit people in several time zones, for a session on a day; pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from courses.offerings.zones import NoSuchTime, local, moment_of

WORK_BEGINS, WORK_ENDS = time(8), time(18)
EVERY = timedelta(minutes=30)
LONGEST_HOURS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What a slot is in one zone: its clock, for how many people, and by how many minutes it misses working hours."""

    zone: str
    people: int
    starts_at: datetime
    ends_at: datetime
    minutes_outside: int

    @property
    def is_outside(self) -> bool:
        """Tell whether any of it is outside working hours."""
        return self.minutes_outside > 0


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a session could begin, in UTC, and what it is in each zone, those with most people first."""

    starts_at: datetime
    ends_at: datetime
    there: tuple[There, ...]

    @property
    def outside(self) -> tuple[There, ...]:
        """Return the zones for which it is outside working hours."""
        return tuple(one for one in self.there if one.is_outside)

    @property
    def people_outside(self) -> int:
        """Return for how many people it is outside working hours."""
        return sum(one.people for one in self.outside)


def suitable_hours(zones: Iterable[str], day: date, hours: float, venue: str | None = None) -> tuple[Slot, ...]:
    """Return the slots of a day, every half hour, the best first.

    `zones` names the zone of each trainer and participant, as often as there are people in it; the day is that of the
    `venue`'s zone, of the first of the zones without one. Best is what is outside working hours (8 to 18) for the
    fewest people, then by the fewest minutes of theirs, then what is earlier. LMS choice: no day is a day off, since
    weeks end on other days in other countries.
    """
    counted = Counter(zones)
    home = venue or next(iter(counted), "UTC")
    length = timedelta(hours=min(max(hours, 0.5), LONGEST_HOURS))
    slots = (_slot(start, length, counted) for start in _starts(day, home))
    return tuple(sorted(slots, key=_place))


def _starts(day: date, zone: str) -> Iterable[datetime]:
    """Yield the moments of a day at which a clock in a zone shows a whole or half hour; what it leaps over is none."""
    for half_hours in range(48):
        try:
            yield moment_of(day, time(half_hours // 2, half_hours % 2 * 30), zone)
        except NoSuchTime:
            continue


def _slot(starts_at: datetime, length: timedelta, counted: Counter[str]) -> Slot:
    there = (_there(zone, people, starts_at, starts_at + length) for zone, people in counted.items())
    return Slot(starts_at, starts_at + length, tuple(sorted(there, key=lambda one: (-one.people, one.zone))))


def _there(zone: str, people: int, starts_at: datetime, ends_at: datetime) -> There:
    first, last = local(starts_at, zone), local(ends_at, zone)
    minutes = _minutes_outside(starts_at, ends_at, zone)
    return There(
        zone=zone, people=people, starts_at=first, ends_at=last, minutes_outside=minutes
    )  # fmt: skip


def _minutes_outside(starts_at: datetime, ends_at: datetime, zone: str) -> int:
    """Return how many minutes of a slot lie outside working hours in a zone."""
    inside = timedelta()
    day = local(starts_at, zone).date()
    while day <= local(ends_at, zone).date():
        begins, ends = moment_of(day, WORK_BEGINS, zone), moment_of(day, WORK_ENDS, zone)
        inside += max(timedelta(), min(ends, ends_at) - max(begins, starts_at))
        day += timedelta(days=1)
    return round((ends_at - starts_at - inside) / timedelta(minutes=1))


def _place(slot: Slot) -> tuple[int, int, datetime]:
    minutes = sum(one.people * one.minutes_outside for one in slot.there)
    return slot.people_outside, minutes, slot.starts_at
