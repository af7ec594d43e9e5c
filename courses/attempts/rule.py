"""What completes a course and gives its mark, from what its SCOs came to (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.enrolment.results import CourseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoResult:
    """The best that one SCO or asset came to in an attempt.

    `score` and `mastery` are 0 to 1; `is_passed` is None where the package says nothing about it; `is_visited` once
    it was opened, `is_running` while its session goes on. Times in hundredths of a second.
    """

    is_visited: bool = True
    is_running: bool = False
    is_completed: bool = False
    is_passed: bool | None = None
    score: float | None = None
    mastery: float | None = None
    reported_cs: int = 0
    measured_cs: int = 0


@dataclass(frozen=True, slots=True)
class CourseRule:
    """What the course asks for: its pass mark, 0 to 1; None leaves it to the package."""

    pass_mark: float | None


def result_of(scos: Sequence[ScoResult], rule: CourseRule) -> CourseResult:
    """Return the result of a course; the order in which status and score were reported plays no part.

    LMS choice: no mark while a SCO was never opened. A result is a ratchet, and the first of three quizzes must not
    become the mark of the course.
    """
    scored = [sco for sco in scos if sco.score is not None]
    done = sum(sco.is_completed for sco in scos)
    is_completed = bool(scos) and done == len(scos)
    is_seen = all(sco.is_visited for sco in scos)
    mark = _mean([sco.score for sco in scored if sco.score is not None]) if is_seen else None
    return CourseResult(
        is_completed=is_completed,
        is_passed=_success(scos, mark, rule) if is_seen and scos else None,
        mark=mark,
        has_sat_exam=bool(scored) or any(sco.is_passed is not None for sco in scos),
        progress=done / len(scos) if scos else 0.0,
        reported_cs=sum(sco.reported_cs for sco in scos),
        measured_cs=sum(sco.measured_cs for sco in scos),
    )


def _success(scos: Sequence[ScoResult], mark: float | None, rule: CourseRule) -> bool | None:
    """Return the package's success status, else score against the pass mark, else completion; None while open."""
    if any(sco.is_passed is False for sco in scos):
        return False
    if not all(sco.is_passed or sco.is_completed for sco in scos):
        return None
    if any(sco.is_passed for sco in scos):
        return True
    if mark is None:
        # Completion alone counts when the session is over: many a SCO completes itself just before its test.
        return None if any(sco.is_running for sco in scos) else True
    needed = rule.pass_mark if rule.pass_mark is not None else _mastery(scos)
    return needed is None or mark >= needed


def _mastery(scos: Sequence[ScoResult]) -> float | None:
    return _mean([sco.mastery for sco in scos if sco.mastery is not None and sco.score is not None])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 9) if values else None
