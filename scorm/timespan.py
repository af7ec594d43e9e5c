"""Time spans: in 1.2 (`HHHH:MM:SS.SS`) hundredths of a second, in 2004 (`P1Y2M3DT4H5M6.78S`) durations."""

import re
from dataclasses import dataclass

STRICT12 = r"[0-9]{2,4}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,2})?"
"""The book's form of a CMITimespan; minutes and seconds above 59 are legal (RTE 1.2, 3.4.2)."""

LOOSE12 = r"[0-9]{1,9}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]{0,9})?"
"""What home-made drivers write: one-digit parts, long hours, milliseconds, a comma."""

GREATEST_CS = ((9999 * 60 + 59) * 60 + 59) * 100 + 99
"""The longest span that four digits of hours can show."""

_DIGITS = "[0-9]{1,10}"
_SECONDS = rf"{_DIGITS}(\.[0-9]{{1,2}})?S"
_TIME = f"T({_DIGITS}H({_DIGITS}M)?({_SECONDS})?|{_DIGITS}M({_SECONDS})?|{_SECONDS})"
_DATE = f"({_DIGITS}Y({_DIGITS}M)?({_DIGITS}D)?|{_DIGITS}M({_DIGITS}D)?|{_DIGITS}D)"

STRICT2004 = f"P({_DATE}({_TIME})?|{_TIME})"
"""The book's form of a timeinterval: parts in order, at least one, one after the T (RTE 4.1.1.7)."""

LOOSE2004 = f"P({_DIGITS}Y)?({_DIGITS}M)?({_DIGITS}D)?(T({_DIGITS}H)?({_DIGITS}M)?({_DIGITS}([.,][0-9]{{0,20}})?S)?)?"
"""What home-made drivers write: any number of decimals, a comma, nothing at all."""

_STRICT = re.compile(STRICT12)
_LOOSE = re.compile(LOOSE12)


def parse_timespan12(text: str, lenient: bool = False) -> int | None:
    """Return the hundredths of a second in `text`, or None when it is no time span.

    `lenient` also reads what common drivers write, rounded to the nearest hundredth.
    """
    if not (_LOOSE if lenient else _STRICT).fullmatch(text):
        return None
    hours, minutes, rest = text.split(":")
    seconds, _, fraction = rest.replace(",", ".").partition(".")
    thousandths = int(fraction.ljust(3, "0")[:3])
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 100 + (thousandths + 5) // 10


def format_timespan12(duration_cs: int) -> str:
    """Return `HHHH:MM:SS.SS`.

    LMS choice: a longer sum stays at the greatest span that a SCO can read, it never turns into an illegal one.
    """
    whole, hundredths = divmod(min(max(duration_cs, 0), GREATEST_CS), 100)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:04d}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"


MONTH_CS = 365 * 24 * 60 * 60 * 100 // 12
"""LMS choice: where a duration has to be one number, twelve months are 365 days."""

_DAY_CS = 24 * 60 * 60 * 100
_MOST = 9_999_999_999
_STRICT2004 = re.compile(STRICT2004)
_LOOSE2004 = re.compile(LOOSE2004)
_PARTS = re.compile(r"([0-9]+)([.,][0-9]*)?([YMDHS])")
_DATE_UNITS = {"Y": (12, 0), "M": (1, 0), "D": (0, _DAY_CS)}
_TIME_UNITS = {"H": (0, 360_000), "M": (0, 6_000), "S": (0, 100)}


@dataclass(frozen=True, slots=True)
class Duration:
    """Months, which have no fixed length, and hundredths of a second, kept apart."""

    months: int = 0
    rest_cs: int = 0

    def __add__(self, other: "Duration") -> "Duration":
        return Duration(self.months + other.months, self.rest_cs + other.rest_cs)

    @property
    def total_cs(self) -> int:
        """Return the whole in hundredths of a second; see `MONTH_CS`."""
        return self.months * MONTH_CS + self.rest_cs


def parse_duration(text: str, lenient: bool = False) -> Duration | None:
    """Return the duration that `text` says, or None when it is none.

    `lenient` also reads what common drivers write, rounded to the nearest hundredth.
    """
    if not (_LOOSE2004 if lenient else _STRICT2004).fullmatch(text):
        return None
    date, _, time = text.partition("T")
    return _sum_of(date, _DATE_UNITS) + _sum_of(time, _TIME_UNITS)


def _sum_of(text: str, units: dict[str, tuple[int, int]]) -> Duration:
    months = rest_cs = 0
    for digits, fraction, unit in _PARTS.findall(text):
        months += int(digits) * units[unit][0]
        rest_cs += int(digits) * units[unit][1] + (int(fraction[1:].ljust(3, "0")[:3]) + 5) // 10
    return Duration(months, rest_cs)


def format_duration(duration: Duration) -> str:
    """Return the shortest `P1Y2M3DT4H5M6.78S`, `PT0S` for nothing; no part has more digits than a SCO may write."""
    years, months = divmod(min(max(duration.months, 0), 12 * _MOST), 12)
    days, rest = divmod(min(max(duration.rest_cs, 0), _MOST * _DAY_CS), _DAY_CS)
    hours, rest = divmod(rest, 360_000)
    minutes, rest = divmod(rest, 6_000)
    whole, hundredths = divmod(rest, 100)
    seconds = f"{whole}.{hundredths:02d}" if hundredths else str(whole)
    date = "".join(f"{count}{unit}" for count, unit in ((years, "Y"), (months, "M"), (days, "D")) if count)
    time = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count)
    time += f"{seconds}S" if seconds != "0" else ""
    if not (date or time):
        return "PT0S"
    return "P" + date + ("T" + time if time else "")
