"""What would succeed now: controls, the table of contents, jumps (SN 5.6, RTE 4.4)."""

from typing import Any

import pytest

from scorm.sequencing.lookahead import LookAhead, Offer, look_ahead
from scorm.sequencing.words import Control
from tests.scorm.sequencing.builders import Branch, Learner, cluster, leaf, learner, rule

HIDDEN: dict[str, Any] = {"rules": [rule("hiddenFromChoice")]}
DISABLED: dict[str, Any] = {"rules": [rule("disabled")]}


def tree(**facts: Any) -> Learner:
    """Return someone before A > 1, B > (2, 3), 4; facts by names, prefixed with _."""

    def page(name: str) -> Branch:
        return leaf(name, **facts.get(f"_{name}", {}))

    return learner(
        cluster(
            "A", page("1"), cluster("B", page("2"), page("3"), **facts.get("_B", {})), page("4"), **facts.get("_A", {})
        )
    )


def at(name: str, **facts: Any) -> LookAhead:
    return look_ahead(tree(**facts).stand(name).state)


def enabled(found: LookAhead) -> list[str]:
    return [entry.identifier for entry in found.entries if entry.is_enabled]


def visible(found: LookAhead) -> list[str]:
    return [entry.identifier for entry in found.entries if entry.is_visible]


class TestControls:
    def test_before_a_session_there_is_nothing_to_control(self) -> None:
        assert set(look_ahead(tree().state).controls.values()) == {Offer.DISABLED}

    @pytest.mark.parametrize(
        ("name", "previous", "continue_"), [("1", False, True), ("2", True, True), ("3", True, True), ("4", True, True)]
    )
    def test_previous_is_tried_out_and_continue_may_also_end_the_course(
        self, name: str, previous: bool, continue_: bool
    ) -> None:
        valid = at(name).valid
        assert (Control.PREVIOUS in valid, Control.CONTINUE in valid) == (previous, continue_)

    def test_without_flow_there_is_neither(self) -> None:
        valid = at("3", _B={"flow": False}).valid
        assert not valid & {Control.PREVIOUS, Control.CONTINUE}

    @pytest.mark.parametrize(("name", "is_last"), [("1", False), ("3", False), ("4", True)])
    def test_it_is_told_where_continue_ends_the_course(self, name: str, is_last: bool) -> None:
        assert at(name).is_last is is_last

    def test_continue_before_pages_that_are_skipped_ends_the_course(self) -> None:
        assert at("3", _4={"rules": [rule("skip")]}).is_last

    def test_continue_that_stops_at_a_disabled_page_does_not_end_the_course(self) -> None:
        assert not at("3", _4=DISABLED).is_last

    def test_continue_is_offered_though_the_next_is_disabled(self) -> None:
        assert Control.CONTINUE in at("3", _4=DISABLED).valid

    @pytest.mark.parametrize("facts", [{"_1": DISABLED}, {"_A": {"forward_only": True}}])
    def test_previous_is_not_offered_where_nothing_can_be_delivered(self, facts: dict[str, Any]) -> None:
        assert Control.PREVIOUS not in at("2", **facts).valid

    def test_what_leaves_the_course_is_always_offered(self) -> None:
        leaving = {Control.EXIT_ALL, Control.ABANDON_ALL, Control.SUSPEND_ALL}
        assert leaving <= at("2").valid
        assert leaving <= look_ahead(tree().stand("2").end().state).valid

    def test_what_leaves_the_activity_is_offered_while_it_is_active(self) -> None:
        leaving = {Control.EXIT, Control.ABANDON}
        assert leaving <= at("2").valid
        assert not leaving & look_ahead(tree().stand("2").end().state).valid

    def test_the_delivered_leaf_hides_controls_and_forbids_nothing(self) -> None:
        found = at("2", _2={"hides": ["continue", "exit", "previous"]})
        assert found.controls[Control.CONTINUE] is Offer.HIDDEN
        assert found.controls[Control.EXIT_ALL] is Offer.ENABLED
        assert {Control.CONTINUE, Control.EXIT, Control.PREVIOUS} <= found.valid

    def test_another_leaf_hides_nothing(self) -> None:
        assert Offer.HIDDEN not in at("2", _3={"hides": ["continue"]}).controls.values()


class TestContents:
    def test_before_a_session_everything_can_be_chosen(self) -> None:
        assert enabled(look_ahead(tree().state)) == ["A", "1", "B", "2", "3", "4"]

    def test_depths_count_from_below_the_root(self) -> None:
        assert [entry.depth for entry in at("1").entries] == [0, 0, 0, 1, 1, 0]

    def test_an_entry_that_is_not_shown_moves_its_children_up_and_can_be_chosen(self) -> None:
        found = at("1", _B={"visible": False})
        assert visible(found) == ["A", "1", "2", "3", "4"]
        assert [entry.depth for entry in found.entries] == [0, 0, 0, 0, 0, 0]
        assert "B" in enabled(found)

    def test_what_is_hidden_from_choice_is_hidden_with_all_that_it_holds(self) -> None:
        found = at("1", _B=HIDDEN)
        assert visible(found) == enabled(found) == ["A", "1", "4"]

    def test_what_cannot_be_chosen_stays_visible(self) -> None:
        found = at("1", _B={"choice": False}, _4=DISABLED)
        assert visible(found) == ["A", "1", "B", "2", "3", "4"]
        assert enabled(found) == ["A", "1", "B"]

    def test_a_cluster_without_flow_is_not_offered_but_what_it_holds(self) -> None:
        assert enabled(at("1", _B={"flow": False})) == ["A", "1", "2", "3", "4"]

    def test_an_active_activity_may_keep_the_learner(self) -> None:
        assert enabled(at("2", _B={"choice_exit": False})) == ["2", "3"]

    def test_rules_are_asked_as_if_the_attempt_ended_now(self) -> None:
        one = tree(_4={"rules": [rule("disabled", "not attempted")]}, _1=DISABLED)
        assert "4" not in enabled(look_ahead(one.stand("3").state))
        again = tree(_2={"attempt_limit": 1}).stand("2")
        assert "2" not in enabled(look_ahead(again.state))

    def test_contents_are_offered_where_something_below_the_root_can_be_chosen(self) -> None:
        assert at("1").has_contents
        assert not look_ahead(learner(leaf("1")).stand("1").state).has_contents
        assert not at("1", _A={"choice": False}, _B={"choice": False}).has_contents
        assert not look_ahead(learner(cluster("A", leaf("1", visible=False))).stand("1").state).has_contents

    def test_looking_changes_nothing(self) -> None:
        one = tree(_A={"selection_timing": "once", "select_count": 2})
        for _ in range(2):
            before = one.document
            look_ahead(one.state)
            assert one.document == before
            one.start()


class TestJumps:
    def test_before_a_session_nobody_jumps(self) -> None:
        assert look_ahead(tree().state).jumps == set()

    def test_every_leaf_that_can_be_delivered_can_be_jumped_to(self) -> None:
        found = at("1", _A={"choice": False, "flow": False}, _B=HIDDEN, _2={"rules": [rule("skip")]}, _4=DISABLED)
        assert found.jumps == {"1", "2", "3"}

    def test_nothing_below_what_is_disabled_can_be_jumped_to(self) -> None:
        assert at("1", _B=DISABLED).jumps == {"1", "4"}


class TestSkipped:
    def test_what_flow_passes_over_is_told_with_all_below_it(self) -> None:
        entries = at("1", _B={"rules": [rule("skip")]}).entries
        assert [entry.identifier for entry in entries if entry.is_skipped] == ["B", "2", "3"]

    def test_what_is_skipped_can_still_be_chosen(self) -> None:
        entries = at("1", _4={"rules": [rule("skip")]}).entries
        assert [(entry.is_skipped, entry.is_enabled) for entry in entries if entry.identifier == "4"] == [(True, True)]
