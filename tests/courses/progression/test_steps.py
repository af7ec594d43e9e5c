"""The grammar of steps, and what a course asks for."""

import pytest

from courses.progression.steps import Step, StepError, Track, asked_for, parse_step, parse_steps


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1", Step(1)),
        ("2·generalist", Step(2, Track.GENERALIST)),
        ("3·specialist·rules of origin", Step(3, Track.SPECIALIST, "rules of origin")),
        (" 2 · specialist · sps ", Step(2, Track.SPECIALIST, "sps")),
    ],
)
def test_a_step_is_read_and_written(text: str, step: Step) -> None:
    assert parse_step(text) == step
    assert parse_step(str(step)) == step


@pytest.mark.parametrize(
    "text", ["", "4·generalist", "0", "²", "1·generalist", "2", "2·expert", "2·specialist", "2·generalist·sps", "one"]
)
def test_anything_else_is_refused_with_the_text_in_question(text: str) -> None:
    with pytest.raises(StepError):
        parse_step(text)


def test_a_list_of_steps_keeps_each_once() -> None:
    assert parse_steps(["1", " 1", "", "2·generalist"]) == (Step(1), Step(2, Track.GENERALIST))


@pytest.mark.parametrize(
    ("listed", "level", "track", "topic", "steps"),
    [
        ([], None, None, None, []),
        ([], 1, None, None, []),
        ([], 2, Track.SPECIALIST, "sps", ["1"]),
        ([], 3, Track.GENERALIST, None, ["2·generalist"]),
        ([], 3, Track.SPECIALIST, "sps", ["2·specialist·sps"]),
        (["2·generalist"], 2, Track.SPECIALIST, "sps", ["2·generalist"]),
    ],
)
def test_a_course_that_lists_nothing_follows_the_rule_of_the_house(
    listed: list[str], level: int | None, track: Track | None, topic: str | None, steps: list[str]
) -> None:
    assert [str(step) for step in asked_for(listed, level, track, topic)] == steps
