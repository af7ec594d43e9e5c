"""The grammar of steps."""

import pytest

from courses.progression.steps import Step, StepError, Track, parse_step, parse_steps


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
