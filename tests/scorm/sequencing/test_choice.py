"""What the learner picks in the table of contents (SN 4.8, choice processes)."""

from collections.abc import Mapping

import pytest

from scorm.sequencing.choice import (
    choice_activity_traversal,
    choice_flow,
    choice_flow_tree_traversal,
    choice_request,
)
from scorm.sequencing.flow import BACKWARD, FORWARD, Direction
from tests.scorm.sequencing.builders import Branch, Learner, cluster, leaf, learner, rule

STOP: dict[str, object] = {"rules": [rule("stopForwardTraversal")]}
HIDDEN: dict[str, object] = {"rules": [rule("hiddenFromChoice")]}
STAY: dict[str, object] = {"choice_exit": False}
CLOSED: dict[str, object] = {"prevent_activation": True}
NEAR: dict[str, object] = {"constrain_choice": True}
ONE_WAY: dict[str, object] = {"forward_only": True}


def tree(**facts: Mapping[str, object]) -> Learner:
    """Return someone before A > 1, B > (2, 3), C > (D > (4, 5), 6), E > 7, 8; facts by names, prefixed with _."""

    def found(name: str) -> Mapping[str, object]:
        return facts.get(f"_{name}", {})

    def page(name: str) -> Branch:
        return leaf(name, **found(name))

    return learner(
        cluster(
            "A",
            page("1"),
            cluster("B", page("2"), page("3"), **found("B")),
            cluster("C", cluster("D", page("4"), page("5"), **found("D")), page("6"), **found("C")),
            cluster("E", page("7"), **found("E")),
            page("8"),
            **found("A"),
        )
    )


def chosen(one: Learner, target: str) -> str:
    """Return what a choice comes to once the current attempt has ended."""
    found = choice_request(one.state, one.place(target))
    return found.code if found.place is None else one.names([found.place])[0]


def at(name: str, **facts: Mapping[str, object]) -> Learner:
    return tree(**facts).stand(name).end()


class TestSB24:
    def reached(self, direction: Direction, target: str = "2", **facts: Mapping[str, object]) -> str:
        one = tree(**facts)
        return choice_activity_traversal(one.state, one.node(target), direction)

    def test_forward_only_a_rule_stops(self) -> None:
        assert self.reached(FORWARD) == ""
        assert self.reached(FORWARD, _B=ONE_WAY) == ""
        assert self.reached(FORWARD, _2=STOP) == "SB.2.4-1"

    def test_a_rule_that_does_not_hold_stops_nobody(self) -> None:
        assert self.reached(FORWARD, _2={"rules": [rule("stopForwardTraversal", "not satisfied")]}) == ""

    def test_backward_the_parent_decides(self) -> None:
        assert self.reached(BACKWARD, _2=STOP) == ""
        assert self.reached(BACKWARD, _B=ONE_WAY) == "SB.2.4-2"

    def test_there_is_nothing_behind_the_root(self) -> None:
        assert self.reached(BACKWARD, "A") == "SB.2.4-3"


class TestSB29:
    def test_there_must_be_a_target(self) -> None:
        assert choice_request(tree().state, None).code == "SB.2.9-1"

    def test_a_leaf_is_delivered(self) -> None:
        assert chosen(tree(), "4") == "4"

    def test_a_cluster_leads_to_what_flow_finds_in_it(self) -> None:
        assert chosen(tree(), "C") == "4"
        assert chosen(tree(_4={"rules": [rule("skip")]}), "C") == "5"

    def test_a_chosen_activity_is_not_skipped(self) -> None:
        assert chosen(tree(_4={"rules": [rule("skip")]}), "4") == "4"
        assert chosen(tree(_C={"rules": [rule("skip")]}), "C") == "4"

    @pytest.mark.parametrize(("gone", "target"), [("B", "B"), ("B", "2"), ("C", "4")])
    def test_what_was_not_selected_cannot_be_chosen_nor_what_it_holds(self, gone: str, target: str) -> None:
        one = tree()
        one.mark("A", kids=tuple(kid for kid in one.node("A").children if kid != one.place(gone)))
        assert chosen(one, target) == "SB.2.9-2"

    @pytest.mark.parametrize("target", ["C", "D", "4", "6"])
    def test_what_is_hidden_cannot_be_chosen_nor_what_it_holds(self, target: str) -> None:
        assert chosen(tree(_C=HIDDEN), target) == "SB.2.9-3"

    def test_the_parent_must_allow_choice(self) -> None:
        one = tree(_C={"choice": False})
        assert chosen(one, "6") == "SB.2.9-4"
        assert chosen(one, "4") == "4"
        assert chosen(one, "C") == "4"

    def test_also_the_root_decides_about_its_children(self) -> None:
        one = tree(_A={"choice": False})
        assert chosen(one, "8") == "SB.2.9-4"
        assert chosen(one, "7") == "7"

    def test_the_current_activity_can_be_chosen_again(self) -> None:
        assert chosen(at("2", _2=STOP, _B=ONE_WAY), "2") == "2"

    # among siblings

    def test_a_sibling_is_chosen_in_both_directions(self) -> None:
        assert chosen(at("2"), "3") == "3"
        assert chosen(at("3"), "2") == "2"

    @pytest.mark.parametrize("stopping", ["1", "B", "C", "E"])
    def test_among_siblings_every_one_that_is_left_or_passed_may_stop(self, stopping: str) -> None:
        assert chosen(at("1", **{f"_{stopping}": STOP}), "8") == "SB.2.4-1"

    def test_the_target_itself_does_not_stop(self) -> None:
        assert chosen(at("1", _8=STOP), "8") == "8"

    def test_there_is_no_way_back_among_siblings_that_are_forward_only(self) -> None:
        one = at("8", _A=ONE_WAY)
        assert chosen(one, "1") == "SB.2.4-2"
        assert chosen(at("1", _A=ONE_WAY), "8") == "8"

    def test_what_was_not_selected_has_no_siblings_to_choose_from(self) -> None:
        one = at("2")
        one.mark("B", kids=(one.place("3"),))
        assert chosen(one, "3") == "SB.2.9-5"

    # from above, or from nowhere

    @pytest.mark.parametrize("stopping", ["A", "C", "D"])
    def test_on_the_way_down_every_cluster_may_stop(self, stopping: str) -> None:
        assert chosen(tree(**{f"_{stopping}": STOP}), "4") == "SB.2.4-1"

    def test_on_the_way_down_what_lies_beside_does_not_stop(self) -> None:
        assert chosen(tree(_1=STOP, _B=STOP, _4=STOP), "4") == "4"

    @pytest.mark.parametrize("target", ["D", "6", "4"])
    def test_inside_an_inactive_cluster_that_prevents_activation_nothing_can_be_chosen(self, target: str) -> None:
        assert chosen(tree(_C=CLOSED), target) == "SB.2.9-6"

    def test_the_cluster_that_prevents_activation_can_be_chosen_itself(self) -> None:
        assert chosen(tree(_C=CLOSED), "C") == "4"

    def test_inside_it_while_it_is_active_everything_can_be_chosen(self) -> None:
        assert chosen(at("6", _C=CLOSED), "4") == "4"
        assert chosen(at("4", _C=CLOSED), "6") == "6"

    def test_from_a_cluster_what_lies_below_can_be_chosen(self) -> None:
        assert chosen(at("C"), "4") == "4"
        assert chosen(at("C", _C=STOP), "4") == "SB.2.4-1"

    def test_the_root_opens_the_course(self) -> None:
        """LMS choice: by the letter its path is empty (SB.2.9-5)."""
        assert chosen(tree(), "A") == "1"

    # to an ancestor

    @pytest.mark.parametrize("target", ["A", "C", "D"])
    def test_an_ancestor_can_be_chosen(self, target: str) -> None:
        assert chosen(at("5"), target) == {"A": "1"}.get(target, "4")

    @pytest.mark.parametrize("staying", ["5", "D", "C"])
    def test_on_the_way_up_every_activity_may_keep_the_learner(self, staying: str) -> None:
        assert chosen(at("5", **{f"_{staying}": STAY}), "A") == "SB.2.9-7"

    def test_the_ancestor_itself_does_not_keep_the_learner(self) -> None:
        assert chosen(at("5", _C=STAY), "C") == "4"

    # to another branch

    def test_another_branch_can_be_chosen_in_both_directions(self) -> None:
        assert chosen(at("2"), "5") == "5"
        assert chosen(at("5"), "2") == "2"

    @pytest.mark.parametrize("staying", ["5", "D", "C"])
    def test_on_the_way_out_every_activity_may_keep_the_learner(self, staying: str) -> None:
        assert chosen(at("5", **{f"_{staying}": STAY}), "7") == "SB.2.9-7"

    def test_what_both_have_above_them_does_not_keep_the_learner(self) -> None:
        assert chosen(at("5", _A=STAY), "7") == "7"
        assert chosen(at("5", _C=STAY), "6") == "6"

    @pytest.mark.parametrize("stopping", ["A", "C", "D"])
    def test_forward_the_clusters_on_the_way_down_may_stop(self, stopping: str) -> None:
        assert chosen(at("2", **{f"_{stopping}": STOP}), "5") == "SB.2.4-1"

    @pytest.mark.parametrize("stopping", ["A", "B", "2"])
    def test_backward_nothing_stops(self, stopping: str) -> None:
        assert chosen(at("5", **{f"_{stopping}": STOP}), "2") == "2"

    def test_clusters_beside_the_way_are_not_asked(self) -> None:
        assert chosen(at("2", _C=STOP, _2=STOP, _B=STOP), "7") == "7"

    @pytest.mark.parametrize(("current", "target"), [("2", "6"), ("7", "6"), ("8", "4")])
    def test_another_branch_may_prevent_activation(self, current: str, target: str) -> None:
        assert chosen(at(current, _C=CLOSED), target) == "SB.2.9-6"

    @pytest.mark.parametrize("current", ["2", "7"])
    def test_the_head_of_that_branch_can_be_chosen(self, current: str) -> None:
        assert chosen(at(current, _C=CLOSED), "C") == "4"

    @pytest.mark.parametrize(
        ("target", "expected"),
        [("B", "2"), ("3", "3"), ("E", "7"), ("7", "7"), ("1", "SB.2.9-8"), ("8", "SB.2.9-8"), ("6", "6")],
    )
    def test_a_constrained_choice_leads_to_what_is_next_and_what_it_holds(self, target: str, expected: str) -> None:
        assert chosen(at("4", _C=NEAR), target) == expected

    def test_the_first_constraint_from_below_counts(self) -> None:
        assert chosen(at("4", _C=NEAR, _D=NEAR), "7") == "SB.2.9-8"
        assert chosen(at("4", _C=NEAR, _D=NEAR), "2") == "2"

    def test_a_constraint_of_what_both_have_above_them_is_not_asked(self) -> None:
        assert chosen(at("2", _A=NEAR), "8") == "8"

    # when flow finds nothing

    def test_a_cluster_without_flow_is_reached_but_nothing_is_delivered(self) -> None:
        one = at("2", _E={"flow": False})
        assert chosen(one, "E") == "SB.2.9-9"
        assert (one.current, one.active) == ("E", [])

    def test_before_a_session_such_a_choice_is_refused(self) -> None:
        one = tree(_E={"flow": False})
        before = one.document
        assert one.choose("E") == "SB.2.9-9"
        assert one.last.is_refused
        assert one.document == before


CHOICE_STEPS = [
    ("2", FORWARD, "3"),
    ("3", FORWARD, "C"),
    ("5", FORWARD, "6"),
    ("6", FORWARD, "E"),
    ("3", BACKWARD, "2"),
    ("2", BACKWARD, "1"),
    ("4", BACKWARD, "B"),
    ("E", BACKWARD, "C"),
]


class TestSB292:
    @pytest.mark.parametrize(("target", "direction", "expected"), CHOICE_STEPS)
    def test_it_leads_along_siblings_and_climbs_at_an_end(
        self, target: str, direction: Direction, expected: str
    ) -> None:
        one = tree(_A={"flow": False, **ONE_WAY}, _B=ONE_WAY, _3=STOP, _C=HIDDEN)
        found = choice_flow_tree_traversal(one.state, one.place(target), direction)
        assert found == one.place(expected)

    @pytest.mark.parametrize(
        ("target", "direction"), [("8", FORWARD), ("A", FORWARD), ("A", BACKWARD), ("1", BACKWARD)]
    )
    def test_at_the_ends_of_the_tree_there_is_nothing(self, target: str, direction: Direction) -> None:
        one = tree()
        assert choice_flow_tree_traversal(one.state, one.place(target), direction) is None

    def test_only_available_activities_count(self) -> None:
        one = tree()
        one.mark("A", kids=(one.place("B"), one.place("E")))
        assert choice_flow_tree_traversal(one.state, one.place("B"), FORWARD) == one.place("E")


class TestSB291:
    def test_it_is_the_next_activity(self) -> None:
        one = tree()
        assert choice_flow(one.state, one.place("B"), FORWARD) == one.place("C")

    @pytest.mark.parametrize(("target", "direction"), [("8", FORWARD), ("1", BACKWARD)])
    def test_where_there_is_none_it_is_the_activity_itself(self, target: str, direction: Direction) -> None:
        one = tree()
        assert choice_flow(one.state, one.place(target), direction) == one.place(target)
