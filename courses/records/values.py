"""Read the steps, marks and results of spreadsheets, pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from courses.progression.steps import Step, StepError
from courses.records import words
from courses.records.keys import folded


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes its value: it is not read, because nobody sees what it would come to elsewhere."""


@dataclass(frozen=True, slots=True)
class Share:
    """A number that the spreadsheet shows as a percentage: 0.78 is 78 %."""

    value: float


CellValue = object
"""What a cell holds: None, a text, a number, a truth, a day, a moment, `Share` or `Formula`."""

_STEP = re.compile(r"(?:level|niveau|nivel|l|n)?\s*([1-3])(?:\s*[·.:/–—-]?\s*([^\W\d_]+)(?:\s*[·.:/–—-]\s*|\s+)?(.*))?")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,6})?", re.ASCII)
_FRACTION = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)/(\d{1,4})", re.ASCII)


def read_steps(text: str, topics: Mapping[str, str]) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Return the steps that a cell lists, and what in it is none; `topics` are the codes by folded name and code."""
    steps, unknown = [], []
    for part in re.split(r"[;,|\n]", text):
        wanted = part.strip()
        if not wanted:
            continue
        step = _step(wanted, topics)
        if step is None:
            unknown.append(wanted[:100])
        else:
            steps.append(step)
    return tuple(dict.fromkeys(steps)), tuple(unknown)


def _step(text: str, topics: Mapping[str, str]) -> Step | None:
    match = _STEP.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        return None
    level, track, topic = int(match[1]), words.TRACKS.get(folded(match[2] or "")), folded(match[3] or "")
    if (match[2] and track is None) or (topic and topic not in topics):
        return None
    try:
        return Step(level, track, topics.get(topic) if topic else None)
    except StepError:
        return None


def read_number(value: CellValue) -> tuple[float, bool] | None:
    """Return the number of a cell, and whether it is a share of one already (78 %, 15/20); None when there is none."""
    if isinstance(value, Share):
        return value.value, True
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
    text = text.replace(" ", "").replace(",", ".")
    if text.endswith("%") and _NUMBER.fullmatch(text[:-1]):
        return float(text[:-1]) / 100, True
    if (match := _FRACTION.fullmatch(text)) and float(match[2]):
        return float(match[1]) / float(match[2]), True
    return (float(text), False) if _NUMBER.fullmatch(text) else None


def read_mark(value: CellValue, is_of_hundred: bool) -> float | str:
    """Return a mark as 0 to 1, or the code of what is wrong with it; `is_of_hundred` says how its column counts."""
    found = read_number(value)
    if found is None:
        return "mark_unreadable"
    number, is_share = found
    if not is_share and is_of_hundred:
        if 0 < number < 1:
            return "mark_scale_unclear"
        number /= 100
    return round(number, 6) if 0 <= number <= 1 else "mark_out_of_range"


def has_passed(text: str) -> bool | None:
    """Tell whether a result says that somebody passed or attended; None when it says neither."""
    word = folded(text)
    if word in words.FAILED:
        return False
    return True if word in words.PASSED else None
