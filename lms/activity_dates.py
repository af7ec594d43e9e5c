"""The dates of an activity as people say them, in each of the three languages: `9, 14 and 16 September 2026`.

The order of the words is grammar, not translation: it stands here, the names of months come from a kept library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.offerings.dates import Dates, Range, dates_of, first_of
from courses.offerings.models import Dating, Offering
from courses.offerings.zones import local
from lms.languages import current_language

DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
CITIES = {"Europe/Zurich": _l("Geneva")}
"""LMS choice: the house says Geneva time; the list names the zone after another town."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a language puts days together."""

    day_month: str
    day_month_year: str
    month_year: str
    span: str
    between: str
    conjunction: str
    alternative: str
    first: str = "1"


GRAMMARS = {
    "en": Grammar(
        day_month="{days} {month}", day_month_year="{days} {month} {year}", month_year="{month} {year}",
        span="{first} to {last}", between="between {first} and {last}", conjunction="and", alternative="or",
    ),
    "fr": Grammar(
        day_month="{days} {month}", day_month_year="{days} {month} {year}", month_year="{month} {year}",
        span="du {first} au {last}", between="entre {first} et {last}", conjunction="et", alternative="ou", first="1er",
    ),
    "es": Grammar(
        day_month="{days} de {month}", day_month_year="{days} de {month} de {year}", month_year="{month} de {year}",
        span="del {first} al {last}", between="entre {first} y {last}", conjunction="y", alternative="o",
    ),
}  # fmt: skip


def dates_text(offering: Offering) -> str:
    """Return when an activity is held, in the reader's language; its days are loaded."""
    return dates_in(dates_of(offering), current_language())


def dates_in(dates: Dates, language: str) -> str:
    """Return dates in a language."""
    grammar = GRAMMARS.get(language, GRAMMARS["en"])
    match dates.dating:
        case Dating.DAYS:
            return _days(dates.days, grammar, language)
        case Dating.MONTH:
            return _months(dates, grammar, language)
        case Dating.NOT_FIXED:
            return str(gettext("Dates to be fixed"))


def _months(dates: Dates, grammar: Grammar, language: str) -> str:
    """Return a month or months between which it will be decided: one of two, or any of several."""
    first = first_of(dates.month_from or "")
    last = first_of(dates.month_until or dates.month_from or "")
    whole = _month_year(last, grammar, language)
    if first == last:
        return whole
    alone = _month(first, language) if first.year == last.year else _month_year(first, grammar, language)
    if (last.year - first.year) * 12 + last.month - first.month == 1:
        is_heard_double = language == "es" and whole.startswith("o")  # septiembre u octubre
        return f"{alone} {'u' if is_heard_double else grammar.alternative} {whole}"
    return grammar.between.format(first=alone, last=whole)


def _days(days: Sequence[Range], grammar: Grammar, language: str) -> str:
    """Return ranges of days, those of one month together, the year said once where it is one."""
    groups: list[list[Range]] = []
    for one in days:
        if groups and _month_of(one) is not None and _month_of(groups[-1][-1]) == _month_of(one):
            groups[-1].append(one)
        else:
            groups.append([one])
    years = {group[-1][1].year for group in groups} | {group[0][0].year for group in groups}
    texts = [
        _group(group, grammar, language, has_year=len(years) > 1 or index == len(groups) - 1)
        for index, group in enumerate(groups)
    ]
    return _joined(texts, grammar.conjunction)


def _month_of(days: Range) -> tuple[int, int] | None:
    """Return the month in which a range lies; None where it goes over the end of one."""
    first, last = days
    return (first.year, first.month) if (first.year, first.month) == (last.year, last.month) else None


def _group(group: Sequence[Range], grammar: Grammar, language: str, *, has_year: bool) -> str:
    first, last = group[0]
    if _month_of(group[0]) is None:
        is_two_years = first.year != last.year
        begins = _full(_number(first, grammar), first, grammar, language, has_year=is_two_years)
        ends = _full(_number(last, grammar), last, grammar, language, has_year=has_year)
        return grammar.span.format(first=begins, last=ends)
    numbers = _joined([_numbers(one, grammar) for one in group], grammar.conjunction)
    return _full(numbers, first, grammar, language, has_year=has_year)


def _full(days: str, day: date, grammar: Grammar, language: str, *, has_year: bool) -> str:
    pattern = grammar.day_month_year if has_year else grammar.day_month
    return pattern.format(days=days, month=_month(day, language), year=day.year)


def _numbers(days: Range, grammar: Grammar) -> str:
    first, last = days
    if first == last:
        return _number(first, grammar)
    return f"{_number(first, grammar)}{DASH}{_number(last, grammar)}"


def _number(day: date, grammar: Grammar) -> str:
    return grammar.first if day.day == 1 else str(day.day)


def _month(day: date, language: str) -> str:
    return str(Locale(language).months["format"]["wide"][day.month])


def _month_year(day: date, grammar: Grammar, language: str) -> str:
    return grammar.month_year.format(month=_month(day, language), year=day.year)


def _joined(texts: Sequence[str], conjunction: str) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {conjunction} {texts[-1]}"


def day_text(day: date) -> str:
    """Return a day: `9 September 2026`."""
    return dates_in(Dates(dating=Dating.DAYS, days=((day, day),)), current_language())


def zone_text(zone: str) -> str:
    """Return the name of a time zone by its town: `Nairobi`."""
    if zone in CITIES:
        return str(CITIES[zone])
    return str(get_timezone_location(zone, locale=current_language(), return_city=True))


def offset_text(moment: datetime, zone: str) -> str:
    """Return how far a zone is from UTC at a moment: `UTC+2`, `UTC+5:30`, `UTC`."""
    offset = local(moment, zone).utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else MINUS}{hours}" + (f":{rest:02}" if rest else "")


def hours_text(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return hours that nobody can take for others: `9:00–11:00, Geneva time (UTC+2)`."""
    first, last = local(starts_at, zone), local(ends_at, zone)
    both = dict.fromkeys((offset_text(starts_at, zone), offset_text(ends_at, zone)))
    offset = " \N{RIGHTWARDS ARROW} ".join(both)  # the clock is changed in between
    end = clock_text(last) if first.date() == last.date() else f"{clock_text(last)} ({day_text(last.date())})"
    return _placed(f"{clock_text(first)}{DASH}{end}", zone, offset)


def moment_text(moment: datetime, zone: str) -> str:
    """Return a moment: `20 November 2026, 18:00, Geneva time (UTC+1)`."""
    shown = local(moment, zone)
    return _placed(f"{day_text(shown.date())}, {clock_text(shown)}", zone, offset_text(moment, zone))


def _placed(hours: str, zone: str, offset: str) -> str:
    """Return hours with the clock that shows them; a zone that is no town's is its offset alone."""
    if "/" not in zone or zone.startswith("Etc/"):
        return f"{hours}, {offset}"
    return str(gettext("%(hours)s, %(city)s time (%(offset)s)", hours=hours, city=zone_text(zone), offset=offset))


def clock_text(shown: datetime) -> str:
    """Return what a clock shows: `9:00`."""
    return f"{shown.hour}:{shown:%M}"
