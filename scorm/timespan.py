"""Time spans of SCORM 1.2 (`HHHH:MM:SS.SS`) as hundredths of a second."""

import re

STRICT12 = r"[0-9]{2,4}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,2})?"
"""The book's form of a CMITimespan; minutes and seconds above 59 are legal (RTE 1.2, 3.4.2)."""

LOOSE12 = r"[0-9]{1,9}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]{0,9})?"
"""What home-made drivers write: one-digit parts, long hours, milliseconds, a comma."""

GREATEST_CS = ((9999 * 60 + 59) * 60 + 59) * 100 + 99
"""The longest span that four digits of hours can show."""

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
