"""Which children an attempt gets, and in which order (SN 4.7)."""

import pytest

from scorm.sequencing.lookahead import look_ahead
from scorm.sequencing.selection import prepare, randomize_children, select_children
from tests.scorm.sequencing.builders import FixedChooser, Learner, cluster, leaf, learner, rule


def some(count: int = 3, **facts: object) -> Learner:
    """Return someone before a cluster with pages 0, 1, 2 …; chance takes the last ones and turns orders round."""
    one = learner(cluster("A", *(leaf(str(at)) for at in range(count)), **facts))
    one.state.chooser = FixedChooser()
    return one


def kids(one: Learner, target: str = "A") -> list[str]:
    return one.names(one.state.kids(one.place(target)))


def selected(one: Learner) -> list[str]:
    select_children(one.state, one.node("A"))
    return kids(one)


def reordered(one: Learner) -> list[str]:
    randomize_children(one.state, one.node("A"))
    return kids(one)


TIMINGS = ["once", "onEachNewAttempt"]


class TestSR1:
    @pytest.mark.parametrize("timing", TIMINGS)
    def test_as_many_children_are_selected_as_is_said_in_their_order(self, timing: str) -> None:
        assert selected(some(4, selection_timing=timing, select_count=2)) == ["2", "3"]

    def test_without_a_time_nothing_is_selected(self) -> None:
        assert selected(some(select_count=1)) == ["0", "1", "2"]

    @pytest.mark.parametrize("count", [None, 3, 7])
    def test_without_a_smaller_count_all_are_available(self, count: int | None) -> None:
        assert selected(some(selection_timing="once", select_count=count)) == ["0", "1", "2"]

    @pytest.mark.parametrize("field", ["is_active", "is_suspended"])
    def test_an_attempt_under_way_keeps_its_children(self, field: str) -> None:
        one = some(selection_timing="onEachNewAttempt", select_count=1)
        assert selected(one.mark("A", **{field: True})) == ["0", "1", "2"]

    def test_once_is_before_the_first_attempt(self) -> None:
        assert selected(some(selection_timing="once", select_count=1).mark("A", attempts=1)) == ["0", "1", "2"]

    def test_each_new_attempt_selects_again(self) -> None:
        one = some(selection_timing="onEachNewAttempt", select_count=1).mark("A", attempts=1)
        assert selected(one) == ["2"]

    def test_a_leaf_has_nothing_to_select(self) -> None:
        one = learner(leaf("1", selection_timing="once", select_count=1))
        select_children(one.state, one.node("1"))
        assert one.record("1").kids is None

    def test_the_selection_changes_when_an_attempt_has_ended_and_not_before(self) -> None:
        one = learner(cluster("A", *map(leaf, "123456789"), selection_timing="onEachNewAttempt", select_count=1))
        seen = {one.start()}
        for _ in range(12):
            assert kids(one) == [one.current]
            assert one.ask("exitAll") == "end"
            seen.add(one.start())
        assert len(seen) > 2

    def test_a_selection_made_once_stays(self) -> None:
        one = learner(cluster("A", *map(leaf, "123456789"), selection_timing="once", select_count=1))
        seen = one.start()
        for _ in range(5):
            one.ask("exitAll")
            assert one.start() == seen

    def test_a_suspended_attempt_finds_its_children_again(self) -> None:
        one = learner(cluster("A", *map(leaf, "123456789"), selection_timing="onEachNewAttempt", select_count=2))
        one.start()
        before = kids(one)
        one.ask("suspendAll")
        one.ask("resumeAll")
        assert kids(one) == before

    def test_what_the_contents_show_before_the_session_is_what_the_session_has(self) -> None:
        one = learner(cluster("A", *map(leaf, "123456789"), selection_timing="once", select_count=3))
        shown = [entry.identifier for entry in look_ahead(one.state).entries]
        one.start()
        assert ["A", *kids(one)] == shown


class TestSR2:
    @pytest.mark.parametrize("timing", TIMINGS)
    def test_the_available_children_get_another_order(self, timing: str) -> None:
        assert reordered(some(randomization_timing=timing, reorder_children=True)) == ["2", "1", "0"]

    def test_without_leave_to_reorder_the_order_stays(self) -> None:
        assert reordered(some(randomization_timing="once")) == ["0", "1", "2"]

    def test_without_a_time_the_order_stays(self) -> None:
        assert reordered(some(reorder_children=True)) == ["0", "1", "2"]

    @pytest.mark.parametrize("field", ["is_active", "is_suspended"])
    def test_an_attempt_under_way_keeps_its_order(self, field: str) -> None:
        one = some(randomization_timing="onEachNewAttempt", reorder_children=True).mark("A", **{field: True})
        assert reordered(one) == ["0", "1", "2"]

    def test_once_is_before_the_first_attempt(self) -> None:
        one = some(randomization_timing="once", reorder_children=True).mark("A", attempts=1)
        assert reordered(one) == ["0", "1", "2"]

    def test_selection_comes_first_and_only_what_was_selected_is_reordered(self) -> None:
        one = some(
            4, selection_timing="once", select_count=2, randomization_timing="once", reorder_children=True
        )  # fmt: skip
        prepare(one.state)
        assert kids(one) == ["3", "2"]

    def test_the_whole_tree_is_prepared_when_the_first_session_begins(self) -> None:
        facts = {"randomization_timing": "once", "reorder_children": True}
        one = learner(cluster("A", cluster("B", leaf("1"), leaf("2"), **facts), leaf("3"), **facts))
        one.state.chooser = FixedChooser()
        assert one.start() == "3"
        assert (kids(one), kids(one, "B")) == (["3", "B"], ["2", "1"])
        assert [one.continue_(), one.continue_(), one.continue_()] == ["2", "1", "end"]

    def test_rules_and_order_meet_in_a_flow(self) -> None:
        one = learner(
            cluster("A", leaf("1", rules=[rule("skip")]), leaf("2"), randomization_timing="once", reorder_children=True)
        )
        one.state.chooser = FixedChooser()
        assert [one.start(), one.continue_()] == ["2", "end"]
