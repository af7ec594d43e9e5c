"""How attempts end (SN 4.3)."""

from typing import Any

import pytest

from scorm.runtime.report import UNKNOWN
from scorm.sequencing.attempts import end_attempt, terminate_descendent_attempts
from scorm.sequencing.conditions import truth_of
from tests.scorm.sequencing.builders import (
    Learner,
    cluster,
    condition,
    leaf,
    learner,
    objective,
    reads,
    rollup_rule,
    rule,
    writes,
)


def page(**facts: Any) -> Learner:
    """Return someone on page 1, which is followed by page 2."""
    return learner(cluster("A", leaf("1", **facts), leaf("2"))).stand("1")


def ended(one: Learner, target: str = "1") -> Learner:
    end_attempt(one.state, one.place(target))
    return one


def status(one: Learner, target: str = "1") -> tuple[bool | None, bool | None]:
    node = one.node(target)
    found = [truth_of(one.state, node, condition(name)) for name in ("completed", "satisfied")]
    return found[0], found[1]


class TestUP3:
    def test_what_lies_between_is_ended_and_neither_end(self) -> None:
        inner = cluster("D", leaf("1"))
        one = learner(cluster("A", cluster("B", cluster("C", inner)), leaf("2"))).stand("1")
        terminate_descendent_attempts(one.state, one.place("2"))
        assert one.active == ["A", "1"]

    def test_on_the_way_up_the_upper_end_is_spared(self) -> None:
        one = learner(cluster("A", cluster("B", cluster("C", leaf("1"))))).stand("1")
        terminate_descendent_attempts(one.state, one.place("B"))
        assert one.active == ["A", "B", "1"]

    def test_they_are_ended_from_below(self) -> None:
        inner = cluster("C", leaf("1"), primary=objective("c"))
        one = learner(cluster("A", cluster("B", inner), leaf("2"))).stand("1").know("1", satisfied=True).end()
        terminate_descendent_attempts(one.state, one.place("2"))
        assert one.primary("B").satisfied is True

    def test_without_a_session_nothing_is_ended(self) -> None:
        one = learner(cluster("A", leaf("1"))).mark("A", is_active=True)
        terminate_descendent_attempts(one.state, one.place("1"))
        assert one.active == ["A"]

    def test_what_has_ended_already_may_be_where_one_goes(self) -> None:
        one = page().end()
        terminate_descendent_attempts(one.state, one.place("1"))
        assert one.active == ["A"]


class TestUP4:
    def test_a_leaf_that_says_nothing_is_completed_and_satisfied(self) -> None:
        one = ended(page())
        assert status(one) == (True, True)
        assert one.active == ["A"]

    def test_what_the_content_says_stays(self) -> None:
        assert status(ended(page().report(completed=False, satisfied=False))) == (False, False)

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"completion_set_by_content": True}, (None, True)),
            ({"objective_set_by_content": True}, (True, None)),
            ({"tracked": False}, (None, None)),
        ],
    )
    def test_what_the_content_sets_itself_is_not_filled_in(
        self, facts: dict[str, bool], expected: tuple[bool | None, bool | None]
    ) -> None:
        assert status(ended(page(**facts))) == expected

    def test_a_suspended_leaf_is_not_filled_in(self) -> None:
        one = ended(page().report(suspended=True))
        assert status(one) == (None, None)
        assert one.record("1").is_suspended

    @pytest.mark.parametrize(
        ("unknown", "expected"), [("completion", (None, True)), ("success", (True, None))]
    )  # fmt: skip
    def test_what_the_sco_says_to_be_unknown_stays_unknown(
        self, unknown: str, expected: tuple[bool | None, bool | None]
    ) -> None:
        assert status(ended(page().report(unknown=(unknown,)))) == expected

    def test_what_is_read_from_a_global_objective_is_not_filled_in(self) -> None:
        maps = reads("G", "satisfied", "completed")
        one = page(primary=objective("p", maps)).share("G", satisfied=False, completed=False)
        assert status(ended(one)) == (False, False)

    def test_what_is_filled_in_is_written_through_the_maps(self) -> None:
        one = ended(page(primary=objective("p", writes("G", "satisfied", "completed"))))
        assert (one.state.globals["G"].satisfied, one.state.globals["G"].completed) == (True, True)

    def test_a_leaf_satisfied_by_measure_is_not_satisfied_without_one(self) -> None:
        one = ended(page(primary=objective("p", writes("G"), by_measure=0.5)))
        assert status(one) == (True, None)
        assert one.state.globals.get("G", UNKNOWN).satisfied is None

    def test_a_leaf_completed_by_measure_is_not_completed_without_one(self) -> None:
        one = ended(page(primary=objective("p", writes("G", "completed")), completed_from=0.5))
        assert status(one) == (None, True)
        assert one.state.globals.get("G", UNKNOWN).completed is None

    def test_a_status_that_waited_for_the_end_is_written_at_the_end(self) -> None:
        one = page(primary=objective("p", writes("G"), by_measure=0.5), measure_satisfaction_if_active=False)
        one.report(measure=0.7)
        assert one.state.globals["G"].satisfied is None
        assert ended(one).state.globals["G"].satisfied is True

    def test_an_untracked_leaf_writes_no_global_objective_when_it_ends(self) -> None:
        maps = (reads("G", "measure"), writes("H", "satisfied"))
        one = page(tracked=False, primary=objective("p", *maps, by_measure=0.5)).share("G", measure=0.7)
        assert "H" not in ended(one).state.globals

    def test_the_end_is_rolled_up(self) -> None:
        one = page().know("2", satisfied=True, completed=True)
        assert status(ended(one), "A") == (True, True)

    def test_a_cluster_is_suspended_while_some_child_is(self) -> None:
        one = page().mark("2", is_suspended=True).end()
        assert ended(one, "A").record("A").is_suspended
        assert one.active == []

    def test_a_cluster_is_not_filled_in(self) -> None:
        one = learner(cluster("A", leaf("1"), rollup_rules=[rollup_rule("completed", "any", "attempted")])).stand("A")
        assert status(ended(one, "A"), "A") == (None, None)

    def test_no_rule_is_asked(self) -> None:
        one = ended(page(rules=[rule("exitAll"), rule("exit"), rule("retry")]))
        assert (one.current, one.active) == ("1", ["A"])
