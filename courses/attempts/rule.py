"""What completes a course and gives its mark, from what its SCOs came to (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.enrolment.results import CourseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoResult:
    """The best that one SCO or asset came to in an attempt.

    `score` and `mastery` are 0 to 1; `is_passed` is None where the package says nothing about it; `is_visited` once
    it was opened, `is_running` while its session goes on. Times in hundredths of a second. `weight` is what its score
    counts in 2004, and what is not tracked there counts for nothing.
    """

    is_visited: bool = True
    is_running: bool = False
    is_completed: bool = False
    is_passed: bool | None = None
    score: float | None = None
    mastery: float | None = None
    reported_cs: int = 0
    measured_cs: int = 0
    weight: float = 1.0
    is_tracked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What sequencing says of a whole course of 2004; None is unknown.

    `is_measured` where a measure decides whether it is satisfied.
    """

    is_completed: bool | None
    is_satisfied: bool | None
    is_measured: bool = False


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


def result_of2004(root: Root, scos: Sequence[ScoResult], rule: CourseRule) -> CourseResult:
    """Return the result of a course that is sequenced: its rollup decides, and the pass mark where it says nothing.

    LMS choice: as in 1.2 there is no mark and no failure while something was never opened, unless the course is
    completed without it. A rollup over nothing that is tracked counts when everything was opened (SN 4.6.5).
    """
    tracked = [sco for sco in scos if sco.is_tracked]
    done = sum(sco.is_completed for sco in tracked)
    if not tracked and not all(sco.is_visited for sco in scos):
        root = Root(is_completed=None, is_satisfied=None)
    is_completed = bool(root.is_completed)
    is_seen = is_completed or (bool(tracked) and all(sco.is_visited for sco in tracked))
    mark = _weighted_mean(tracked) if is_seen else None
    return CourseResult(
        is_completed=is_completed,
        is_passed=_success2004(root, tracked, mark, rule, is_seen=is_seen),
        mark=mark,
        has_sat_exam=any(sco.score is not None or sco.is_passed is not None for sco in tracked),
        progress=1.0 if is_completed else done / len(tracked) if tracked else 0.0,
        reported_cs=sum(sco.reported_cs for sco in scos),
        measured_cs=sum(sco.measured_cs for sco in scos),
    )


def _success2004(
    root: Root, scos: Sequence[ScoResult], mark: float | None, rule: CourseRule, *, is_seen: bool
) -> bool | None:
    """Return the package's success status, else the mark against the pass mark, else completion; None while open.

    LMS choice: that a course satisfies itself, since nothing in it ever speaks of success, is no pass: what is not set
    by its content is filled in (SN 4.3, end attempt).
    """
    says_success = root.is_measured or any(sco.is_passed is not None for sco in scos)
    if says_success and root.is_satisfied is not None:
        return True if root.is_satisfied else (False if is_seen else None)
    if not root.is_completed:
        return None
    if any(sco.is_passed is False for sco in scos):
        return False
    if mark is None:
        return None if any(sco.is_running for sco in scos) else True
    return rule.pass_mark is None or mark >= rule.pass_mark


def _weighted_mean(scos: Sequence[ScoResult]) -> float | None:
    """Return the mean of the scores by their weights, the plain one where nothing has any weight."""
    scored = [(sco.score, sco.weight) for sco in scos if sco.score is not None]
    weights = sum(weight for _, weight in scored)
    if not scored or weights <= 0:
        return _mean([score for score, _ in scored])
    return round(sum(score * weight for score, weight in scored) / weights, 9)


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
