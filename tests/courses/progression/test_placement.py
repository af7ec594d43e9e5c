"""Where a person stands: each step once, by the best way in which it is held; and the tree of topics."""

from datetime import date

import pytest

from courses.progression.engine import Placement, place
from courses.progression.record import Record
from courses.progression.steps import covered_by, parse_step
from courses.progression.topics import TopicTree
from tests.progressing import ON, TOPICS, official, passed, recognised


def stands(record: Record, on: date = ON) -> tuple[list[str], list[str], list[str], list[str]]:
    where: Placement = place(record, on)
    return (
        [f"{each.step} {each.result.code}" for each in where.attained],
        [f"{each.step} < {each.by}" for each in where.covered],
        [str(each.step) for each in where.recognised],
        [str(each.step) for each in where.expired],
    )


@pytest.mark.parametrize(
    ("record", "attained", "covered", "recognised_steps", "expired"),
    [
        (official(), [], [], [], []),
        (official(passed("A", "1")), ["1 A"], [], [], []),
        (official(passed("A", "2·generalist")), ["2·generalist A"], ["1 < 2·generalist"], [], []),
        (official(passed("A", "3·specialist·ip")), ["3·specialist·ip A"],
         ["1 < 3·specialist·ip", "2·specialist·ip < 3·specialist·ip"], [], []),
        (official(passed("A", "2·generalist"), passed("B", "1")), ["1 B", "2·generalist A"], [], [], []),
        (official(passed("OLD", "1", on=date(2020, 1, 1)), passed("NEW", "1")), ["1 NEW"], [], [], []),
        (official(recognised=(recognised("2·generalist"),)), [], ["1 < 2·generalist"], ["2·generalist"], []),
        (official(passed("A", "2·generalist"), recognised=(recognised("2·generalist"), recognised("1"))),
         ["2·generalist A"], ["1 < 2·generalist"], [], []),
        (official(recognised=(recognised("2·generalist", until=date(2026, 11, 19)),)), [], [], [], ["2·generalist"]),
        (official(passed("A", "1", on=date(2027, 1, 1))), [], [], [], []),
    ],
)  # fmt: skip
def test_each_step_stands_once(
    record: Record, attained: list[str], covered: list[str], recognised_steps: list[str], expired: list[str]
) -> None:
    assert stands(record) == (attained, covered, recognised_steps, expired)


def test_what_was_recognised_counts_up_to_the_day_on_which_it_expires() -> None:
    record = official(recognised=(recognised("1", until=ON),))
    assert place(record, ON).steps == {parse_step("1")}
    assert place(record, date(2026, 11, 21)).steps == frozenset()


def test_what_is_covered_says_whether_by_a_result_or_by_recognition() -> None:
    by_result, by_recognition = (
        official(passed("A", "2·generalist")),
        official(recognised=(recognised("2·generalist"),)),
    )
    assert [each.is_recognised for each in place(by_result, ON).covered] == [False]
    assert [each.is_recognised for each in place(by_recognition, ON).covered] == [True]


@pytest.mark.parametrize(
    ("step", "below"),
    [
        ("1", []),
        ("2·generalist", ["1"]),
        ("2·specialist·ip", ["1"]),
        ("3·generalist", ["2·generalist", "1"]),
        ("3·specialist·ip", ["2·specialist·ip", "1"]),
    ],
)
def test_a_step_covers_those_below_it_on_its_track_and_topic(step: str, below: list[str]) -> None:
    assert [str(each) for each in covered_by(parse_step(step))] == below


class TestTheTreeOfTopics:
    def test_knows_the_line_of_a_topic(self) -> None:
        assert TOPICS.line("vaccines") == ("vaccines", "patents", "ip")
        assert TOPICS.line("unknown") == ("unknown",)

    def test_knows_what_stands_within_what(self) -> None:
        assert TOPICS.is_within("vaccines", "ip")
        assert TOPICS.is_within("ip", "ip")
        assert not TOPICS.is_within("ip", "vaccines")

    def test_ends_where_it_bites_its_tail(self) -> None:
        assert TopicTree({"a": "b", "b": "a"}).line("a") == ("a", "b")
