"""Read the dates of spreadsheets, pure: in which form each is written, and which of them can be read in two ways."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from courses.records import words
from courses.records.keys import folded

EARLIEST = date(1960, 1, 1)
_FIRST_DAY = date(1899, 12, 30)  # day 0 of the numbers by which spreadsheets write dates
_SERIALS = range(20_000, 80_000)  # 1954 to 2119


class DateOrder(StrEnum):
    """How a table writes dates like 03/04/2019, as somebody has said; empty while nobody has."""

    NOT_SAID = ""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class DateForm(StrEnum):
    """In which form a date was read."""

    CELL = "cell"  # the cell is a date
    SERIAL = "serial"  # a number, as spreadsheets count days
    ISO = "iso"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    AMBIGUOUS = "ambiguous"
    WORDS = "words"
    RANGE = "range"  # several days, of which the first one counts
    MONTH = "month"  # no day: the first one of the month counts


class DateProblem(StrEnum):
    """Why a date cannot be read."""

    MISSING = "date_missing"
    UNREADABLE = "date_unreadable"
    SHORT_YEAR = "date_short_year"
    YEAR_ONLY = "date_year_only"
    IN_FUTURE = "date_in_future"
    TOO_EARLY = "date_too_early"


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date and its form; without a day it can be read in two ways, `either` is them: day first, month first."""

    form: DateForm
    day: date | None
    either: tuple[date, date] | None = None


_WORD = r"([^\W\d_]+)\.?"
_TH = r"(?:er|[snrt][tdh]|º|°)?"
_FROM, _TO = "(?:du |del |from )?", "(?:-|–|to|au|al|a)"
_OF = r"[\s,-]*(?:(?:de|del|of)\s+)?"
_SHAPES: tuple[tuple[re.Pattern[str], "Callable[[re.Match[str], DateOrder], ReadDate | None]"], ...]


def read_date(value: object, order: DateOrder, today: date) -> ReadDate | DateProblem:
    """Return the day that a cell names, or why it names none that can have been."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return DateProblem.MISSING
    found = _read(value, order)
    if isinstance(found, DateProblem):
        return found
    days = (found.day,) if found.day else found.either or ()
    if all(day > today for day in days):  # what can be read in two ways stays so, although one of them cannot be
        return DateProblem.IN_FUTURE
    return DateProblem.TOO_EARLY if any(day < EARLIEST for day in days) else found


def _read(value: object, order: DateOrder) -> ReadDate | DateProblem:
    if isinstance(value, datetime):
        return ReadDate(DateForm.CELL, value.date())
    if isinstance(value, date):
        return ReadDate(DateForm.CELL, value)
    text = _plain(value)
    if re.fullmatch(r"[12]\d{3}", text):
        return DateProblem.YEAR_ONLY
    if re.fullmatch(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}", text):
        return DateProblem.SHORT_YEAR
    for pattern, read in _SHAPES:
        match = pattern.fullmatch(text)
        found = read(match, order) if match else None
        if found is not None:
            return found
    return DateProblem.UNREADABLE


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()).casefold()[:80]


def _serial(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    number = int(match[1])
    return ReadDate(DateForm.SERIAL, _FIRST_DAY + timedelta(days=number)) if number in _SERIALS else None


def _iso(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    return _dated(DateForm.ISO, match[1], match[2], match[3])


def _figures(match: re.Match[str], order: DateOrder) -> ReadDate | None:
    """Read two figures and a year: whoever wrote them knew which one is the month."""
    first, second, year = match[1], match[2], match[3]
    day_first = _dated(DateForm.DAY_FIRST, year, second, first)
    month_first = _dated(DateForm.MONTH_FIRST, year, first, second)
    if day_first is None or month_first is None or day_first.day == month_first.day:
        return day_first or month_first
    if order is not DateOrder.NOT_SAID:
        return day_first if order is DateOrder.DAY_FIRST else month_first
    assert day_first.day is not None
    assert month_first.day is not None
    return ReadDate(DateForm.AMBIGUOUS, None, (day_first.day, month_first.day))


def _words(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    return _dated(DateForm.WORDS, match[3], match[2], match[1])


def _words_month_first(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    return _dated(DateForm.WORDS, match[3], match[1], match[2])


def _several_days(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    return _dated(DateForm.RANGE, match[3], match[2], match[1])


def _month(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    return _dated(DateForm.MONTH, match[2], match[1], "1")


def _month_of_year(match: re.Match[str], _order: DateOrder) -> ReadDate | None:
    return _dated(DateForm.MONTH, match[1], match[2], "1")


def _dated(form: DateForm, year: str, month: str, day: str) -> ReadDate | None:
    number = int(month) if month.isdecimal() else words.MONTHS.get(folded(month), 0)
    if not 1 <= number <= 12 or not 1 <= int(year) <= 9999:
        return None
    if not 1 <= int(day) <= calendar.monthrange(int(year), number)[1]:
        return None
    return ReadDate(form, date(int(year), number, int(day)))


_SHAPES = (
    (re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII), _serial),
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ][\d:.+z -]*)?", re.ASCII), _iso),
    (re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})(?: [\d:]+)?", re.ASCII), _figures),
    (re.compile(rf"{_FROM}(\d{{1,2}}){_TH} ?{_TO} ?\d{{1,2}}{_TH}{_OF}{_WORD}{_OF}(\d{{4}})"), _several_days),
    (re.compile(rf"(?:[^\W\d_]+\.?,? )?(\d{{1,2}}){_TH}{_OF}{_WORD}{_OF}(\d{{4}})"), _words),
    (re.compile(rf"{_WORD} ?(\d{{1,2}}){_TH},? (\d{{4}})"), _words_month_first),
    (re.compile(rf"{_WORD}{_OF}(\d{{4}})"), _month),
    (re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII), _month),
    (re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII), _month_of_year),
)  # fmt: skip
