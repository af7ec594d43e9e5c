"""What a sequenced course amounts to: its rollup decides, and the pass mark where it says nothing."""

from typing import Any

import pytest

from courses.attempts.rule import CourseRule, Root, ScoResult, result_of2004

RULE = CourseRule(pass_mark=0.6)
UNSEEN = ScoResult(is_visited=False)
DONE = ScoResult(is_completed=True)
PASSED = ScoResult(is_completed=True, is_passed=True, score=0.8)
FAILED = ScoResult(is_completed=True, is_passed=False, score=0.4)


def root(completed: bool | None = None, satisfied: bool | None = None, **facts: Any) -> Root:
    return Root(is_completed=completed, is_satisfied=satisfied, **facts)


def scored(score: float, **facts: Any) -> ScoResult:
    return ScoResult(**({"is_completed": True, "score": score} | facts))


@pytest.mark.parametrize(
    ("course", "scos", "is_passed"),
    [
        (root(True, True), [PASSED, DONE], True),
        (root(True, False), [FAILED, DONE], False),
        (root(True, True), [FAILED, PASSED], True),  # a test that was passed in the end
        (root(None, True), [PASSED, UNSEEN], True),  # passed by a test taken before the lessons
        (root(None, False), [FAILED, UNSEEN], None),
        (root(False, False), [FAILED, ScoResult()], False),
        (root(True, True), [scored(0.5), DONE], False),  # nothing spoke of success: the pass mark decides
        (root(True, True), [scored(0.6), DONE], True),
        (root(True, False, is_measured=True), [scored(0.9)], False),  # the package knows better
        (root(True, None), [PASSED, DONE], True),
        (root(True, None), [ScoResult(is_completed=True, is_passed=False), DONE], False),
        (root(True, True), [DONE], True),
        (root(True, True), [ScoResult(is_completed=True, is_running=True)], None),
        (root(None, True), [DONE, UNSEEN], None),
        (root(), [], None),
    ],
)
def test_the_rollup_decides_where_something_spoke_of_success(
    course: Root, scos: list[ScoResult], is_passed: bool | None
) -> None:
    assert result_of2004(course, scos, RULE).is_passed is is_passed


@pytest.mark.parametrize(
    ("scos", "mark"),
    [
        ([scored(1.0, weight=0.75), scored(0.0, weight=0.25), DONE], 0.75),
        ([scored(1.0, weight=0.0), scored(0.5, weight=0.0)], 0.75),
        ([scored(1.0, weight=0.0), scored(0.5)], 0.5),
        ([scored(1.0), scored(0.2, is_tracked=False)], 1.0),
        ([scored(1.0), UNSEEN], None),
        ([DONE], None),
    ],
)
def test_the_mark_is_the_weighted_mean_of_what_is_scored(scos: list[ScoResult], mark: float | None) -> None:
    assert result_of2004(root(), scos, RULE).mark == mark


def test_a_completed_course_has_a_mark_though_something_was_never_opened() -> None:
    assert result_of2004(root(True, True), [PASSED, UNSEEN], RULE).mark == 0.8


def test_a_course_of_which_nothing_is_tracked_is_completed_when_everything_was_opened() -> None:
    free, unseen = ScoResult(is_tracked=False), ScoResult(is_tracked=False, is_visited=False)
    half, whole = (result_of2004(root(True, True), scos, RULE) for scos in ([free, unseen], [free, free]))
    assert (half.is_completed, half.is_passed, half.progress) == (False, None, 0.0)
    assert (whole.is_completed, whole.is_passed, whole.progress) == (True, True, 1.0)


def test_progress_counts_what_is_tracked_and_is_whole_when_the_course_is_completed() -> None:
    scos = [DONE, UNSEEN, ScoResult(is_completed=True, is_tracked=False)]
    assert result_of2004(root(), scos, RULE).progress == 0.5
    assert result_of2004(root(True), scos, RULE).progress == 1.0
    assert result_of2004(root(), [], RULE).progress == 0.0
