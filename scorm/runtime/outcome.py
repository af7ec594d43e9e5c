"""What the values of one SCO amount to."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from scorm.runtime.cmi2004 import CMI2004
from scorm.runtime.model import evaluated
from scorm.runtime.types import LOOSE_NUMBER
from scorm.timespan import parse_duration, parse_timespan12

FINISHED = frozenset({"passed", "completed", "failed"})
NUMBER = re.compile(LOOSE_NUMBER)
GREATEST = 1e100  # no score is larger, and differences of what is allowed stay finite
SATISFIED = {"passed": True, "failed": False}

COMPLETED = {"completed": True, "incomplete": False, "not attempted": False}
"""What each completion status says; a SCO that says that it was not attempted has not completed."""

COMPLETION = "cmi.completion_status"
SUCCESS = "cmi.success_status"


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
        success=SATISFIED.get(status),
        score=score_of(values, "cmi.core.score"),
        total_time_cs=parse_timespan12(values.get("cmi.core.total_time", ""), lenient=True) or 0,
    )


def outcome_of2004(values: Mapping[str, str]) -> ScoOutcome:
    """Return the outcome of a SCORM 2004 SCO, statuses as a reader finds them (RTE 4.2).

    LMS choice: a scaled score below zero counts as zero; without one the raw score counts, as in 1.2.
    """
    scaled = number_or_none(values.get("cmi.score.scaled", ""))
    duration = parse_duration(values.get("cmi.total_time", ""), lenient=True)
    return ScoOutcome(
        completed=status_of(values, COMPLETION) == "completed",
        success=SATISFIED.get(status_of(values, SUCCESS) or ""),
        score=score_of(values, "cmi.score") if scaled is None else min(max(scaled, 0.0), 1.0),
        total_time_cs=0 if duration is None else duration.total_cs,
    )


def status_of(values: Mapping[str, str], name: str) -> str | None:
    """Return one of the two statuses of 2004 as evaluated; None when nothing speaks for it (RTE 4.2.4, 4.2.22).

    A threshold without a measure says nothing, whatever the SCO set.
    """
    evaluation = CMI2004.elements[name].evaluation
    threshold = values.get(evaluation.threshold) if evaluation else None
    if evaluation is None or not threshold:
        return values.get(name)
    measure = values.get(evaluation.measure, "")
    return evaluated(evaluation, threshold, measure) if measure else None


def score_of(values: Mapping[str, str], score: str) -> float | None:
    """Return the raw score between its minimum and its maximum as 0 to 1; `score` is the name of their group.

    LMS choice: without a usable maximum the book's 0 to 100 is meant, and a raw score above it says nothing. With one,
    a score beyond either end counts as that end.
    """
    raw = number_or_none(values.get(f"{score}.raw", ""))
    if raw is None:
        return None
    least = number_or_none(values.get(f"{score}.min", "")) or 0.0
    most = number_or_none(values.get(f"{score}.max", ""))
    if most is None or most <= least:
        return max(raw, 0.0) / 100 if raw <= 100 else None
    return min(max((raw - least) / (most - least), 0.0), 1.0)


def number_or_none(text: str) -> float | None:
    """Return `text` as a number that can be reckoned with, or None."""
    number = float(text) if NUMBER.fullmatch(text) else math.inf
    return number if abs(number) < GREATEST else None
