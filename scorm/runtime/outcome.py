"""What the values of one SCO amount to."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from scorm.runtime.types import LOOSE_NUMBER
from scorm.timespan import parse_timespan12

FINISHED = frozenset({"passed", "completed", "failed"})
NUMBER = re.compile(LOOSE_NUMBER)
GREATEST = 1e100  # no score is larger, and differences of what is allowed stay finite
SUCCESS = {"passed": True, "failed": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoOutcome:
    """Completion, success, score and time of one SCO.

    `success` is None when the SCO says nothing about it, `score` is 0 to 1 or None when there is none.
    """

    completed: bool
    success: bool | None
    score: float | None
    total_time_cs: int


def outcome_of(values: Mapping[str, str]) -> ScoOutcome:
    """Return the outcome of a SCORM 1.2 SCO (RTE 1.2, 3.4.4).

    LMS choice: `failed` is completed. In 1.2 success and completion are one element, and a failed test was taken.
    """
    status = values.get("cmi.core.lesson_status", "")
    return ScoOutcome(
        completed=status in FINISHED,
        success=SUCCESS.get(status),
        score=score_of(values),
        total_time_cs=parse_timespan12(values.get("cmi.core.total_time", ""), lenient=True) or 0,
    )


def score_of(values: Mapping[str, str]) -> float | None:
    """Return `score.raw` between `score.min` and `score.max` as 0 to 1.

    LMS choice: without a usable maximum the book's 0 to 100 is meant, and a raw score above it says nothing. With one,
    a score beyond either end counts as that end.
    """
    raw = number_or_none(values.get("cmi.core.score.raw", ""))
    if raw is None:
        return None
    least = number_or_none(values.get("cmi.core.score.min", "")) or 0.0
    most = number_or_none(values.get("cmi.core.score.max", ""))
    if most is None or most <= least:
        return max(raw, 0.0) / 100 if raw <= 100 else None
    return min(max((raw - least) / (most - least), 0.0), 1.0)


def number_or_none(text: str) -> float | None:
    """Return `text` as a number that can be reckoned with, or None."""
    number = float(text) if NUMBER.fullmatch(text) else math.inf
    return number if abs(number) < GREATEST else None
