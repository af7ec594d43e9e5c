"""Reading and writing through maps, what a new attempt resets, and what is stale (SN 3.10, 3.2.6, 4.2)."""

from typing import Any

import pytest

from scorm.runtime.report import ObjectiveValues, Reported
from scorm.sequencing.objectives import completed_of, measure_of, progress_of, satisfied_of
from scorm.sequencing.transfer import objectives_at_launch
from tests.scorm.sequencing.builders import Learner, cluster, leaf, learner, objective, reads, writes

EVERY_KIND: dict[str, Any] = {
    "satisfied": True, "measure": 0.5, "completed": True, "progress": 0.25, "raw": 5.0, "minimum": 0.0, "maximum": 10.0,
}  # fmt: skip
READERS = {"satisfied": satisfied_of, "measure": measure_of, "completed": completed_of, "progress": progress_of}


def page(*maps: Any, **facts: Any) -> Learner:
    """Return someone on page 1 with a primary objective p of these maps."""
    primary = objective("p", *maps, **facts.pop("primary", {}))
    return learner(cluster("A", leaf("1", primary=primary, **facts), leaf("2"))).stand("1")


def status(is_satisfied: bool) -> Reported:
    return Reported(values=ObjectiveValues(satisfied=is_satisfied))


def read(one: Learner, kind: str) -> Any:
    return READERS[kind](one.state, one.node("1"))


class TestReadingThroughMaps:
    @pytest.mark.parametrize("kind", list(READERS))
    def test_a_readable_global_value_beats_the_local_one(self, kind: str) -> None:
        local = {**EVERY_KIND, "satisfied": False, "completed": False, "measure": 0.1, "progress": 0.1}
        one = page(reads("G", kind)).know("1", **local).share("G", **EVERY_KIND)
        assert read(one, kind) == EVERY_KIND[kind]
        assert [read(one, other) for other in READERS if other != kind] == [
            local[other] for other in READERS if other != kind
        ]

    @pytest.mark.parametrize("kind", ["satisfied", "measure"])
    @pytest.mark.parametrize("shared", [None, {}, {"raw": 1.0}])
    def test_while_the_global_is_unknown_status_and_measure_are(self, kind: str, shared: dict[str, Any] | None) -> None:
        one = page(reads("G", kind)).know("1", **EVERY_KIND)
        if shared is not None:
            one.share("G", **shared)
        assert read(one, kind) is None

    @pytest.mark.parametrize("kind", ["completed", "progress"])
    def test_while_the_global_is_unknown_completion_and_progress_are_the_local_ones(self, kind: str) -> None:
        one = page(reads("G", kind)).know("1", **EVERY_KIND)
        assert read(one, kind) == EVERY_KIND[kind]

    def test_of_several_maps_that_read_the_last_counts(self) -> None:
        one = page(reads("G"), reads("H")).share("G", satisfied=True).share("H", satisfied=False)
        assert read(one, "satisfied") is False

    def test_a_status_by_measure_follows_the_measure_that_is_read(self) -> None:
        one = page(reads("G"), primary={"by_measure": 0.5}).share("G", measure=0.5, satisfied=False)
        assert read(one, "satisfied") is True

    def test_a_status_by_measure_does_not_hear_what_is_reported(self) -> None:
        one = page(primary={"by_measure": 0.5}).report(satisfied=True)
        assert read(one, "satisfied") is None

    def test_a_completion_by_progress_follows_the_progress_that_is_read(self) -> None:
        one = page(reads("G", "progress"), completed_from=0.5).share("G", progress=0.5)
        assert read(one, "completed") is True

    @pytest.mark.parametrize("tracked", [True, False])
    def test_a_sco_finds_what_its_maps_read_also_when_it_is_untracked(self, tracked: bool) -> None:
        one = page(reads("G", *EVERY_KIND), tracked=tracked).share("G", **EVERY_KIND)
        assert objectives_at_launch(one.state, "1") == [("p", ObjectiveValues(**EVERY_KIND))]

    def test_a_sco_finds_its_named_objectives_in_the_order_of_the_manifest(self) -> None:
        one = page(objectives=[objective("b"), objective("a")])
        assert [name for name, _ in objectives_at_launch(one.state, "1")] == ["p", "b", "a"]
        assert objectives_at_launch(one.state, "2") == []


class TestWritingThroughMaps:
    @pytest.mark.parametrize("kind", list(EVERY_KIND))
    def test_a_report_is_copied_to_every_global_that_is_written(self, kind: str) -> None:
        one = page(writes("G", kind), writes("H", kind)).report(**EVERY_KIND)
        expected = ObjectiveValues(**{kind: EVERY_KIND[kind]})
        assert one.state.globals == {"G": expected, "H": expected}

    def test_a_derived_status_is_written(self) -> None:
        one = page(writes("G", "satisfied"), primary={"by_measure": 0.5}).report(measure=0.5, satisfied=False)
        assert one.state.globals["G"].satisfied is True

    def test_a_report_about_nothing_leaves_the_globals(self) -> None:
        one = page(writes("G")).share("G", **EVERY_KIND).report()
        assert one.state.globals["G"] == ObjectiveValues(**EVERY_KIND)

    def test_unknown_is_written_where_the_sco_says_so(self) -> None:
        one = page(writes("G", "satisfied", "completed")).share("G", **EVERY_KIND)
        one.report(unknown=("success", "completion"))
        assert one.state.globals["G"] == ObjectiveValues(**{**EVERY_KIND, "satisfied": None, "completed": None})

    def test_a_new_attempt_clears_local_values_and_no_globals(self) -> None:
        one = page(writes("G")).report(satisfied=True, measure=0.5)
        assert one.choose("1") == "1"
        assert one.primary("1") == ObjectiveValues()
        assert one.state.globals["G"] == ObjectiveValues(satisfied=True, measure=0.5)

    def test_an_untracked_activity_writes_nothing(self) -> None:
        one = page(writes("G"), tracked=False).report(satisfied=True)
        one.ask("exit")
        assert one.state.globals == {}

    def test_another_objective_is_completed_by_what_is_said_though_progress_completes_the_activity(self) -> None:
        one = page(writes("H", "completed"), objectives=[objective("o", writes("G", "completed"))], completed_from=0.5)
        one.report(completed=True, progress=0.2, objectives={"o": {"completed": True}})
        assert one.state.globals == {"G": ObjectiveValues(completed=True), "H": ObjectiveValues(completed=False)}

    def test_a_status_by_a_measure_that_is_read_is_written(self) -> None:
        one = page(reads("G", "measure"), writes("H", "satisfied"), primary={"by_measure": 0.5})
        one.share("G", measure=0.8).continue_()
        assert one.state.globals["H"].satisfied is True

    def test_while_the_measure_that_is_read_is_unknown_the_own_one_decides_what_is_written(self) -> None:
        one = page(reads("G", "measure"), writes("H", "satisfied"), primary={"by_measure": 0.5}).report(measure=0.7)
        assert one.state.globals["H"].satisfied is True

    def test_a_status_by_measure_is_not_lost_by_a_report_about_something_else(self) -> None:
        one = page(writes("G"), primary={"by_measure": 0.5}).share("G", satisfied=True)
        one.report(completed=True)
        assert one.state.globals["G"].satisfied is True

    def test_a_measure_that_is_cleared_is_unknown_to_the_global_with_its_status(self) -> None:
        one = page(writes("G"), primary={"by_measure": 0.5}).report(measure=0.7)
        assert one.state.globals["G"] == ObjectiveValues(satisfied=True, measure=0.7)
        one.report()
        assert one.state.globals["G"] == ObjectiveValues()

    def test_another_objective_of_the_activity_writes_too(self) -> None:
        one = page(objectives=[objective("o", writes("G"))]).report(objectives={"o": {"satisfied": True}})
        assert one.state.globals["G"].satisfied is True


class TestReports:
    """What a SCO reports of itself and of its objectives (RTE 4.2)."""

    def test_an_entry_goes_to_the_objective_of_its_name(self) -> None:
        one = page(objectives=[objective("o")]).report(
            satisfied=True, objectives={"o": {"satisfied": False}, "x": {"measure": 1.0}}
        )
        assert [values.satisfied for values in one.record("1").objectives] == [True, False]

    def test_of_the_primary_objective_the_status_of_its_entry_counts_first(self) -> None:
        one = page().report(satisfied=True, objectives={"p": {"satisfied": False}})
        assert one.primary("1").satisfied is False

    @pytest.mark.parametrize("kind", ["measure", "progress", "raw", "minimum", "maximum"])
    def test_of_the_primary_objective_the_numbers_of_the_sco_count_first(self, kind: str) -> None:
        said: dict[str, Any] = {kind: 1.0}
        one = page().report(**said, objectives={"p": {kind: 0.0}})
        assert getattr(one.primary("1"), kind) == 1.0

    def test_what_the_sco_leaves_open_its_entry_says(self) -> None:
        one = page().report(objectives={"p": EVERY_KIND})
        assert one.primary("1") == ObjectiveValues(**EVERY_KIND)

    def test_an_untracked_activity_takes_nothing(self) -> None:
        one = page(tracked=False).report(**EVERY_KIND, suspended=True)
        assert one.primary("1") == ObjectiveValues()
        assert not one.record("1").is_suspended

    def test_a_second_report_replaces_the_first(self) -> None:
        one = page().report(**EVERY_KIND, suspended=True).report(satisfied=False)
        assert one.primary("1") == ObjectiveValues(satisfied=False)
        assert not one.record("1").is_suspended


class TestCurrentAttemptInformation:
    """Whether what children know from an earlier attempt of their cluster counts (SN 3.2.6, 3.2.7)."""

    def again(self, **facts: Any) -> Learner:
        """Return someone in a second attempt on cluster B, who has done 1 and 2 in the first and 1 in the second."""
        one = learner(cluster("A", cluster("B", leaf("1"), leaf("2"), **facts), cluster("C", leaf("3"))))
        one.do("1", satisfied=True, completed=True)
        one.do("2", satisfied=True, completed=True)
        one.do("3")
        assert one.primary("B").satisfied is True
        assert one.choose("1") == "1"
        assert one.record("B").attempts == 2
        assert one.primary("B") == ObjectiveValues()
        one.report(satisfied=True, completed=True).ask("exit")
        return one

    def test_it_does_not_count_unless_it_is_said_to(self) -> None:
        one = self.again()
        assert (one.primary("B").satisfied, one.primary("B").completed) == (None, None)

    def test_objectives_may_be_said_to_count(self) -> None:
        one = self.again(current_objective_info=False)
        assert (one.primary("B").satisfied, one.primary("B").completed) == (True, None)

    def test_progress_may_be_said_to_count(self) -> None:
        one = self.again(current_progress_info=False)
        assert (one.primary("B").satisfied, one.primary("B").completed) == (None, True)

    def test_a_child_that_is_attempted_again_counts_again(self) -> None:
        one = self.again()
        one.do("2", satisfied=True, completed=True)
        assert (one.primary("B").satisfied, one.primary("B").completed) == (True, True)

    def test_the_childs_own_rules_read_what_is_kept(self) -> None:
        one = self.again()
        assert satisfied_of(one.state, one.node("2")) is True

    @pytest.mark.parametrize("flag", [True, False])
    def test_a_new_attempt_of_the_course_reaches_grandchildren_through_clusters_that_say_so(self, flag: bool) -> None:
        one = learner(
            cluster(
                "A", cluster("B", cluster("C", leaf("1")), current_objective_info=flag), current_objective_info=True
            )
        )
        one.do("1", satisfied=True)
        one.ask("exitAll")
        one.choose("1")
        assert one.record("A").attempts == 2
        one.report(unknown=("success",)).ask("exit")
        assert one.primary("A").satisfied is None

    def test_what_an_earlier_attempt_left_stays_to_be_read_when_a_rollup_for_others_finds_nothing(self) -> None:
        reader = leaf("2", primary=objective("q", reads("G", "measure")))
        writer = leaf("3", primary=objective("p", writes("G", "satisfied", "measure")))
        one = learner(cluster("A", cluster("B", leaf("1"), reader), cluster("C", writer)))
        one.do("1", satisfied=True, completed=True)
        one.do("2", satisfied=True, completed=True)
        one.ask("exitAll")
        one.do("3", satisfied=True, measure=0.5)
        assert (one.primary("B").satisfied, one.primary("B").completed) == (True, True)
        assert (one.primary("A").satisfied, one.primary("A").completed) == (None, None)

    def test_what_an_earlier_attempt_left_is_not_revived_by_a_rollup_for_others(self) -> None:
        reader = leaf("2", primary=objective("q", reads("G", "satisfied")))
        writer = leaf("3", primary=objective("p", writes("G", "satisfied")))
        both = cluster("B", leaf("1"), reader)
        one = learner(cluster("A", both, cluster("C", writer)), objectives_are_global=False)
        one.do("1", satisfied=True, completed=True, progress=1.0)
        one.do("2", completed=True, progress=1.0)
        one.do("3", satisfied=True, completed=True)
        assert one.primary("A").completed is True
        one.ask("exitAll")
        one.do("3", satisfied=True, completed=True)
        assert one.primary("A").completed is None
