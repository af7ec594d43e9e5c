"""What completes a course and gives its mark."""

from typing import Any

import pytest

from courses.attempts.rule import CourseRule, ScoResult, result_of

RULE = CourseRule(pass_mark=0.6)
DONE = ScoResult(is_completed=True)
PASSED = ScoResult(is_completed=True, is_passed=True, score=0.8)
FAILED = ScoResult(is_completed=True, is_passed=False, score=0.4)
UNSEEN = ScoResult(is_visited=False)


def scored(score: float, **facts: Any) -> ScoResult:
    return ScoResult(**({"is_completed": True, "score": score} | facts))


@pytest.mark.parametrize(
    ("scos", "is_passed", "mark", "is_completed"),
    [
        ([PASSED], True, 0.8, True),
        ([FAILED], False, 0.4, True),
        ([ScoResult(is_completed=True, is_passed=True, score=0.3)], True, 0.3, True),  # the package knows better
        ([scored(0.6)], True, 0.6, True),
        ([scored(0.59)], False, 0.59, True),
        ([scored(0.9, is_completed=False)], None, 0.9, False),
        ([DONE], True, None, True),
        ([ScoResult(is_completed=True, is_running=True)], None, None, True),
        ([ScoResult()], None, None, False),
        ([UNSEEN], None, None, False),
        ([DONE, PASSED], True, 0.8, True),
        ([DONE, PASSED, UNSEEN], None, None, False),
        ([ScoResult(), PASSED], None, 0.8, False),
        ([PASSED, FAILED], False, pytest.approx(0.6), True),
        ([scored(0.5), scored(0.8), DONE], True, pytest.approx(0.65), True),
        ([], None, None, False),
    ],
)
def test_success_status_then_score_then_completion(
    scos: list[ScoResult], is_passed: bool | None, mark: float | None, is_completed: bool
) -> None:
    result = result_of(scos, RULE)
    assert (result.is_passed, result.mark, result.is_completed) == (is_passed, mark, is_completed)


def test_without_a_pass_mark_of_the_course_the_package_s_mastery_score_decides() -> None:
    none = CourseRule(pass_mark=None)
    assert result_of([scored(0.7, mastery=0.8)], none).is_passed is False
    assert result_of([scored(0.7, mastery=0.6)], none).is_passed is True
    assert result_of([scored(0.1)], none).is_passed is True


def test_the_first_of_three_quizzes_is_not_the_mark_of_the_course() -> None:
    result = result_of([scored(1.0), UNSEEN, UNSEEN], RULE)
    assert result.mark is None
    assert result.has_sat_exam


def test_progress_is_the_share_of_what_is_done_and_times_add_up() -> None:
    result = result_of([ScoResult(is_completed=True, reported_cs=100, measured_cs=70), UNSEEN, UNSEEN, UNSEEN], RULE)
    assert (result.progress, result.reported_cs, result.measured_cs) == (0.25, 100, 70)
    assert not result_of([DONE], RULE).has_sat_exam
