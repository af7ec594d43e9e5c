"""What completes a course and gives its mark, from what its SCOs came to (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.catalogue.models import CompletionRule
from courses.enrolment.results import CourseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoResult:
    """The best that one SCO or asset came to in an attempt.

    `score` and `mastery` are 0 to 1; `is_passed` is None where the package says nothing about it; `is_visited` once
    it was opened, `is_running` while its session goes on, `is_awaited` while it is shown and has yet to say what it
    comes to. Times in hundredths of a second. `weight` is what its score counts in 2004; there what is not tracked
    counts for nothing, and what is not selected is no part of this attempt.
    """

    is_visited: bool = True
    is_running: bool = False
    is_awaited: bool = False
    is_completed: bool = False
    is_passed: bool | None = None
    score: float | None = None
    mastery: float | None = None
    reported_cs: int = 0
    measured_cs: int = 0
    weight: float = 1.0
    is_tracked: bool = True
    is_selected: bool = True

    @property
    def is_heard(self) -> bool:
        """Tell whether it was opened and its mark can count."""
        return self.is_visited and not self.is_awaited

    @property
    def is_finished(self) -> bool:
        """Tell whether it has completed or passed itself."""
        return self.is_completed or bool(self.is_passed)


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
    """What the course asks for: its pass mark, 0 to 1, where None leaves it to the package; and what completes it.

    `completes_by` is None until somebody has chosen: then the package's own status completes the course.
    """

    pass_mark: float | None
    completes_by: CompletionRule | None = None


def result_of(scos: Sequence[ScoResult], rule: CourseRule) -> CourseResult:
    """Return the result of a course; the order in which status and score were reported plays no part.

    LMS choice: no mark while a SCO was never opened. A result is a ratchet, and the first of three quizzes must not
    become the mark of the course.
    """
    scored = [sco for sco in scos if sco.score is not None]
    is_seen = bool(scos) and all(sco.is_heard for sco in scos)
    mark = _mean([sco.score for sco in scored if sco.score is not None]) if is_seen else None
    needed = _needed(scos, rule)
    done = [sco.is_completed for sco in scos]
    is_completed = _is_completed(rule, scos, is_said=bool(scos) and all(done), is_reached=_reaches(mark, needed))
    return CourseResult(
        is_completed=is_completed,
        is_passed=_success(scos, mark, needed, is_completed=is_completed) if is_seen else None,
        mark=mark,
        has_sat_exam=bool(scored) or any(sco.is_passed is not None for sco in scos),
        progress=_progress(rule, scos, is_completed=is_completed),
        reported_cs=sum(sco.reported_cs for sco in scos),
        measured_cs=sum(sco.measured_cs for sco in scos),
    )


def result_of2004(root: Root, scos: Sequence[ScoResult], rule: CourseRule) -> CourseResult:
    """Return the result of a course that is sequenced: its rollup decides, and the pass mark where it says nothing.

    LMS choice: as in 1.2 there is no mark and no failure while something was never opened, unless the course is
    completed without it. A rollup over nothing that is tracked counts when everything was opened (SN 4.6.5).
    """
    selected = [sco for sco in scos if sco.is_selected]
    tracked = [sco for sco in selected if sco.is_tracked]
    if not tracked and not all(sco.is_heard for sco in selected):
        root = Root(is_completed=None, is_satisfied=None)
    is_said = bool(root.is_completed)
    is_seen = is_said or (bool(tracked) and all(sco.is_heard for sco in tracked))
    mark = _weighted_mean(tracked) if is_seen else None
    counted = selected if rule.completes_by is CompletionRule.PAGES_VISITED else tracked or selected
    is_reached = _reaches(mark, rule.pass_mark)
    is_completed = _is_completed(rule, counted, is_said=is_said, is_reached=is_reached)
    return CourseResult(
        is_completed=is_completed,
        is_passed=_success2004(root, tracked, mark, rule.pass_mark, is_completed=is_completed, is_seen=is_seen),
        mark=mark,
        has_sat_exam=any(sco.score is not None or sco.is_passed is not None for sco in tracked),
        progress=1.0 if is_completed else _progress(rule, counted, is_completed=is_completed),
        reported_cs=sum(sco.reported_cs for sco in scos),
        measured_cs=sum(sco.measured_cs for sco in scos),
    )


def _is_completed(rule: CourseRule, scos: Sequence[ScoResult], *, is_said: bool, is_reached: bool) -> bool:
    """Tell whether the rule is fulfilled: `is_said` by the package's status, `is_reached` by the mark."""
    match rule.completes_by:
        case None | CompletionRule.STATUS:
            return is_said
        case CompletionRule.SCORE:
            return is_reached
        case CompletionRule.ALL_SCOS:
            return bool(scos) and all(sco.is_finished for sco in scos)
        case CompletionRule.PAGES_VISITED:
            return bool(scos) and all(sco.is_visited for sco in scos)


def _progress(rule: CourseRule, scos: Sequence[ScoResult], *, is_completed: bool) -> float:
    """Return the share of the course that is done, 0 to 1, in what the rule counts."""
    if is_completed or not scos:
        return 1.0 if is_completed else 0.0
    if rule.completes_by is CompletionRule.PAGES_VISITED:
        return sum(sco.is_visited for sco in scos) / len(scos)
    return sum(sco.is_completed for sco in scos) / len(scos)


def _success(scos: Sequence[ScoResult], mark: float | None, needed: float | None, *, is_completed: bool) -> bool | None:
    """Return the package's success status, else score against the pass mark, else completion; None while open."""
    if any(sco.is_passed is False for sco in scos):
        return False
    if not is_completed and not all(sco.is_finished for sco in scos):
        return None
    if any(sco.is_passed for sco in scos):
        return True
    return _success_by_mark(scos, mark, needed, is_completed=is_completed)


def _success2004(
    root: Root,
    scos: Sequence[ScoResult],
    mark: float | None,
    needed: float | None,
    *,
    is_completed: bool,
    is_seen: bool,
) -> bool | None:
    """Return the package's success status, else the mark against the pass mark, else completion; None while open.

    LMS choice: that a course satisfies itself, since nothing in it ever speaks of success, is no pass: what is not set
    by its content is filled in (SN 4.3, end attempt).
    """
    says_success = root.is_measured or any(sco.is_passed is not None for sco in scos)
    if says_success and root.is_satisfied is not None:
        return True if root.is_satisfied else (False if is_seen else None)
    if not is_completed and not root.is_completed:
        return None
    if any(sco.is_passed is False for sco in scos):
        return False
    return _success_by_mark(scos, mark, needed, is_completed=is_completed)


def _success_by_mark(
    scos: Sequence[ScoResult], mark: float | None, needed: float | None, *, is_completed: bool
) -> bool | None:
    """Return what the mark says, else completion, which alone counts when the session is over.

    Many a SCO completes itself just before its test.
    """
    if mark is not None:
        return needed is None or mark >= needed
    return True if is_completed and not any(sco.is_running for sco in scos) else None


def _reaches(mark: float | None, needed: float | None) -> bool:
    return mark is not None and (needed is None or mark >= needed)


def _needed(scos: Sequence[ScoResult], rule: CourseRule) -> float | None:
    """Return the pass mark of the course, else the mean mastery score of what has a score."""
    return rule.pass_mark if rule.pass_mark is not None else _mastery(scos)


def _weighted_mean(scos: Sequence[ScoResult]) -> float | None:
    """Return the mean of the scores by their weights, the plain one where nothing has any weight."""
    scored = [(sco.score, sco.weight) for sco in scos if sco.score is not None]
    weights = sum(weight for _, weight in scored)
    if not scored or weights <= 0:
        return _mean([score for score, _ in scored])
    return round(sum(score * weight for score, weight in scored) / weights, 9)


def _mastery(scos: Sequence[ScoResult]) -> float | None:
    return _mean([sco.mastery for sco in scos if sco.mastery is not None and sco.score is not None])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 9) if values else None
