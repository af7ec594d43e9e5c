"""When an activity is held: days (one range, or several), a month or some months, or not fixed yet; pure."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from courses.offerings.models import Dating, Offering

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
FIRST_YEAR, LAST_YEAR = 1995, 2100
MOST_RANGES = 60
LONGEST = timedelta(days=731)

Range = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of an activity as they are asked for; ranges in their order, the last day of each included."""

    dating: Dating = Dating.NOT_FIXED
    days: tuple[Range, ...] = ()
    month_from: str | None = None
    month_until: str | None = None

    @property
    def starts_on(self) -> date | None:
        """Return the first day on which it can be held; None while that is open."""
        match self.dating:
            case Dating.DAYS:
                return self.days[0][0]
            case Dating.MONTH:
                return first_of(self.month_from or "")
            case Dating.NOT_FIXED:
                return None

    @property
    def ends_on(self) -> date | None:
        """Return the last day on which it can be held; None while that is open."""
        match self.dating:
            case Dating.DAYS:
                return self.days[-1][1]
            case Dating.MONTH:
                return last_of(self.month_until or self.month_from or "")
            case Dating.NOT_FIXED:
                return None


def tidy(dates: Dates) -> Dates:
    """Return the dates with their ranges in order, and without what another kind of dates would need."""
    match dates.dating:
        case Dating.DAYS:
            return Dates(dating=Dating.DAYS, days=tuple(sorted(dates.days)))
        case Dating.MONTH:
            until = dates.month_until if dates.month_until != dates.month_from else None
            return Dates(dating=Dating.MONTH, month_from=dates.month_from, month_until=until or None)
        case Dating.NOT_FIXED:
            return Dates()


def faults_of(dates: Dates) -> Iterator[tuple[str, str]]:
    """Yield why dates cannot be kept: the field and a stable code."""
    if dates.dating is Dating.DAYS:
        yield from (("days", code) for code in _faults_of_days(sorted(dates.days)))
    elif dates.dating is Dating.MONTH:
        yield from _faults_of_months(dates.month_from, dates.month_until)


def _faults_of_days(days: list[Range]) -> Iterator[str]:
    if not days:
        yield "dates_missing"
    elif len(days) > MOST_RANGES:
        yield "dates_too_many"
    elif any(last < first for first, last in days):
        yield "dates_out_of_order"
    elif any(after[0] <= before[1] for before, after in pairwise(days)):
        yield "dates_overlap"
    elif days[-1][1] - days[0][0] > LONGEST or not FIRST_YEAR <= days[0][0].year <= days[-1][1].year <= LAST_YEAR:
        yield "dates_out_of_range"


def _faults_of_months(month_from: str | None, month_until: str | None) -> Iterator[tuple[str, str]]:
    if not month_from:
        yield "month_from", "value_missing"
    elif not is_month(month_from):
        yield "month_from", "month_invalid"
    elif month_until and not is_month(month_until):
        yield "month_until", "month_invalid"
    elif month_until and month_until < month_from:
        yield "month_until", "dates_out_of_order"
    elif month_until and last_of(month_until) - first_of(month_from) > LONGEST:
        yield "month_until", "dates_out_of_range"


def is_month(text: str) -> bool:
    """Tell whether a text is a month, like 2026-11."""
    found = MONTH.fullmatch(text)
    return bool(found) and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR


def first_of(month: str) -> date:
    """Return the first day of a month."""
    year, number = map(int, month.split("-"))
    return date(year, number, 1)


def last_of(month: str) -> date:
    """Return the last day of a month."""
    first = first_of(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def dates_of(offering: Offering) -> Dates:
    """Return the dates of an activity whose days are loaded."""
    return Dates(
        dating=offering.dating,
        days=tuple((day.first_day, day.last_day) for day in offering.days),
        month_from=offering.month_from,
        month_until=offering.month_until,
    )
