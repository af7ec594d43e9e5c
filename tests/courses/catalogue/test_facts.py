"""What may be said about a course."""

from typing import Any

import pytest

from courses.catalogue.facts import CourseFacts, InvalidFacts, Reason

GOOD: dict[str, Any] = {"code": "TBT-1", "title_en": "Technical barriers", "level": 2, "asks_for": ("1",)}


def reasons(**facts: Any) -> set[Reason]:
    with pytest.raises(InvalidFacts) as caught:
        CourseFacts(**(GOOD | facts))
    return set(caught.value.reasons)


def test_facts_that_follow_the_rules_are_kept() -> None:
    assert CourseFacts(**GOOD).code == "TBT-1"


def test_every_reason_is_told_at_once() -> None:
    assert reasons(code="", title_en=" ", hours=0.0, pass_mark=2.0) == {
        Reason("code", "value_missing"), Reason("title_en", "value_missing"),
        Reason("hours", "hours_out_of_range"), Reason("pass_mark", "mark_out_of_range"),
        Reason("distinction_mark", "distinction_below_pass"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"code": "with blank"}, Reason("code", "course_code_invalid")),
        ({"code": "../x"}, Reason("code", "course_code_invalid")),
        ({"title_fr": "x" * 256}, Reason("title_fr", "value_too_long")),
        ({"title_es": "a\u202eb"}, Reason("title_es", "value_unreadable")),
        ({"topic": "x" * 65}, Reason("topic", "value_too_long")),
        ({"level": 4}, Reason("level", "level_invalid")),
        ({"asks_for": ("4·generalist",)}, Reason("asks_for", "steps_invalid")),
        ({"confers": ("2",)}, Reason("confers", "steps_invalid")),
        ({"pass_mark": float("nan")}, Reason("pass_mark", "mark_out_of_range")),
        ({"distinction_mark": 0.5}, Reason("distinction_mark", "distinction_below_pass")),
        ({"distinction_mark": 1.1}, Reason("distinction_mark", "mark_out_of_range")),
        ({"hours": float("inf")}, Reason("hours", "hours_out_of_range")),
        ({"hours": -1.0}, Reason("hours", "hours_out_of_range")),
    ],
)
def test_what_breaks_a_rule_is_refused(facts: dict[str, Any], reason: Reason) -> None:
    assert reason in reasons(**facts)


def test_a_course_may_award_no_distinction() -> None:
    assert CourseFacts(**GOOD, distinction_mark=None).distinction_mark is None
