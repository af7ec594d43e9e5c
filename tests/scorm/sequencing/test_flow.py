"""The way forward and backward through the tree (SN 4.8, flow processes)."""

from collections.abc import Mapping

import pytest

from scorm.sequencing.flow import BACKWARD, FORWARD, Direction, Flowed, Step, activity_traversal, flow, tree_traversal
from tests.scorm.sequencing.builders import Branch, Learner, cluster, leaf, learner, rule

SKIP: dict[str, object] = {"rules": [rule("skip")]}
DISABLED: dict[str, object] = {"rules": [rule("disabled")]}


def tree(**facts: Mapping[str, object]) -> Learner:
    """Return someone before A > 1, B > (2, 3), C > (4, 5), 6; facts by the names of activities, prefixed with _."""

    def found(name: str) -> Mapping[str, object]:
        return facts.get(f"_{name}", {})

    def page(name: str) -> Branch:
        return leaf(name, **found(name))

    return learner(
        cluster(
            "A",
            page("1"),
            cluster("B", page("2"), page("3"), **found("B")),
            cluster("C", page("4"), page("5"), **found("C")),
            page("6"),
            **found("A"),
        )
    )


def step(
    one: Learner, target: str, direction: Direction, previous: Direction | None = None, *, enters: bool = False
) -> tuple[str, Direction]:
    found = tree_traversal(one.state, one.place(target), direction, previous, enters=enters)
    return (found.code or "end" if found.place is None else one.names([found.place])[0]), found.direction


def walked(one: Learner, target: str, direction: Direction = FORWARD) -> str:
    return word(one, activity_traversal(one.state, one.place(target), direction))


def word(one: Learner, found: Flowed) -> str:
    if found.is_deliverable:
        return one.names([found.place])[0]
    return "end" if found.is_end else found.code


FORWARD_STEPS = [("1", "B"), ("2", "3"), ("3", "C"), ("B", "C"), ("C", "6"), ("5", "6")]
BACKWARD_STEPS = [("6", "C"), ("C", "B"), ("B", "1"), ("2", "1"), ("3", "2"), ("4", "B")]


class TestSB21:
    @pytest.mark.parametrize(("target", "expected"), FORWARD_STEPS)
    def test_forward_leads_to_the_next_sibling_climbing_at_the_end(self, target: str, expected: str) -> None:
        assert step(tree(), target, FORWARD) == (expected, FORWARD)

    @pytest.mark.parametrize(("target", "expected"), BACKWARD_STEPS)
    def test_backward_leads_to_the_sibling_before_climbing_at_the_beginning(self, target: str, expected: str) -> None:
        assert step(tree(), target, BACKWARD) == (expected, BACKWARD)

    @pytest.mark.parametrize(("target", "expected"), [("A", "1"), ("B", "2")])
    def test_forward_enters_at_the_first_child(self, target: str, expected: str) -> None:
        assert step(tree(), target, FORWARD, enters=True) == (expected, FORWARD)

    def test_backward_enters_at_the_last_child(self) -> None:
        assert step(tree(), "B", BACKWARD, enters=True) == ("3", BACKWARD)

    def test_backward_enters_a_forward_only_cluster_at_its_first_child_and_turns_round(self) -> None:
        assert step(tree(_B={"forward_only": True}), "B", BACKWARD, enters=True) == ("2", FORWARD)

    @pytest.mark.parametrize("direction", [FORWARD, BACKWARD])
    def test_a_cluster_without_available_children_cannot_be_entered(self, direction: Direction) -> None:
        one = tree().mark("B", kids=())
        assert step(one, "B", direction, enters=True)[0] == "SB.2.1-2"

    def test_the_last_activity_is_followed_by_the_end_of_the_session(self) -> None:
        one = tree().stand("6").end()
        assert tree_traversal(one.state, one.place("6"), FORWARD, None, enters=False) == Step(is_end=True)
        assert one.active == []

    def test_the_last_activity_is_the_last_available_one(self) -> None:
        one = tree().mark("A", kids=(1, 2))
        assert step(one, "3", FORWARD)[0] == "end"

    def test_leaving_the_last_cluster_is_the_end_too(self) -> None:
        one = learner(cluster("A", leaf("1"), cluster("B", leaf("2"), leaf("3"))))
        assert step(one, "B", FORWARD)[0] == "end"
        assert step(one, "A", FORWARD)[0] == "end"

    def test_nothing_is_before_the_root(self) -> None:
        assert step(tree(), "1", BACKWARD)[0] == "SB.2.1-3"
        assert step(tree(), "A", BACKWARD)[0] == "SB.2.1-3"

    def test_there_is_no_way_back_in_a_forward_only_cluster(self) -> None:
        one = tree(_B={"forward_only": True})
        assert step(one, "3", BACKWARD)[0] == "SB.2.1-4"
        assert step(one, "2", BACKWARD)[0] == "SB.2.1-4"
        assert step(one, "2", FORWARD)[0] == "3"

    def test_skipped_through_backward_a_forward_only_cluster_is_left_at_its_front(self) -> None:
        one = tree(_B={"forward_only": True})
        assert step(one, "3", FORWARD, BACKWARD) == ("1", BACKWARD)
        assert step(one, "2", FORWARD, BACKWARD) == ("3", FORWARD)


class TestSB22:
    def test_a_leaf_is_delivered(self) -> None:
        assert walked(tree(), "1") == "1"

    @pytest.mark.parametrize(("target", "direction", "expected"), [("B", FORWARD, "2"), ("B", BACKWARD, "3")])
    def test_a_cluster_is_entered(self, target: str, direction: Direction, expected: str) -> None:
        assert walked(tree(), target, direction) == expected

    def test_there_is_no_way_among_children_without_flow(self) -> None:
        assert walked(tree(_A={"flow": False}), "1") == "SB.2.2-1"
        assert walked(tree(_B={"flow": False}), "B") == "SB.2.2-1"

    def test_what_is_skipped_is_passed_over_with_all_that_it_holds(self) -> None:
        one = tree(_1=SKIP, _B=SKIP)
        assert walked(one, "1") == "4"
        assert walked(one, "B", BACKWARD) == "SB.2.1-3"

    @pytest.mark.parametrize("name", ["6", "C"])
    def test_when_the_last_is_skipped_the_session_ends(self, name: str) -> None:
        one = tree(_C=SKIP, _6=SKIP)
        assert walked(one, name) == "end"

    def test_a_disabled_activity_stops_the_walk(self) -> None:
        assert walked(tree(_1=DISABLED), "1") == "SB.2.2-2"
        assert walked(tree(_B=DISABLED), "B") == "SB.2.2-2"
        assert walked(tree(_2=DISABLED), "B") == "SB.2.2-2"

    def test_an_activity_at_its_limit_stops_the_walk(self) -> None:
        assert walked(tree(_1={"attempt_limit": 1}).mark("1", attempts=1), "1") == "SB.2.2-2"

    def test_what_is_skipped_may_be_disabled(self) -> None:
        assert walked(tree(_1={"rules": [rule("disabled"), rule("skip")]}), "1") == "2"

    def test_what_is_hidden_from_choice_is_no_hindrance(self) -> None:
        rules = {"rules": [rule("hiddenFromChoice"), rule("stopForwardTraversal")]}
        assert walked(tree(_B=rules), "B") == "2"

    def test_an_empty_cluster_stops_the_walk(self) -> None:
        assert walked(tree().mark("B", kids=()), "B") == "SB.2.1-2"

    def test_backward_a_forward_only_cluster_is_delivered_from_its_first(self) -> None:
        assert walked(tree(_B={"forward_only": True}), "B", BACKWARD) == "2"

    def test_backward_over_a_skipped_first_of_a_forward_only_cluster_the_second_comes(self) -> None:
        assert walked(tree(_B={"forward_only": True}, _2=SKIP), "B", BACKWARD) == "3"

    def test_backward_over_a_wholly_skipped_forward_only_cluster_comes_what_is_before_it(self) -> None:
        assert walked(tree(_B={"forward_only": True}, _2=SKIP, _3=SKIP), "B", BACKWARD) == "1"

    def test_two_such_clusters_are_passed_one_after_the_other(self) -> None:
        one = tree(_B={"forward_only": True}, _2=SKIP, _3=SKIP, _C={"forward_only": True}, _4=SKIP, _5=SKIP)
        assert walked(one, "C", BACKWARD) == "1"


class TestSB23:
    def test_flow_leaves_an_activity_for_the_next_that_can_be_delivered(self) -> None:
        one = tree(_B=SKIP)
        assert word(one, flow(one.state, one.place("1"), FORWARD, enters=False)) == "4"

    def test_flow_enters_a_cluster(self) -> None:
        one = tree()
        assert word(one, flow(one.state, 0, FORWARD, enters=True)) == "1"

    def test_where_there_is_no_step_it_says_why_and_stays(self) -> None:
        one = tree()
        expected = Flowed(place=one.place("1"), code="SB.2.1-3")
        assert flow(one.state, one.place("1"), BACKWARD, enters=False) == expected

    def test_it_says_where_it_was_stopped(self) -> None:
        one = tree(_2=DISABLED)
        expected = Flowed(place=one.place("2"), code="SB.2.2-2")
        assert flow(one.state, one.place("1"), FORWARD, enters=False) == expected
