"""What the children of a cluster came to decides what the cluster came to (SN 4.6)."""

import pytest

from scorm.sequencing.objectives import completed_of, measure_of, progress_of, satisfied_of
from scorm.sequencing.rollup import completion_measure_rollup, measure_rollup, overall_rollup, roll_up
from scorm.sequencing.words import Behaviour
from tests.scorm.sequencing.builders import (
    Branch,
    FixedChooser,
    Learner,
    cluster,
    leaf,
    learner,
    objective,
    reads,
    rollup_rule,
    writes,
)


def over(*children: Branch, behaviour: Behaviour = Behaviour.FOURTH, **facts: object) -> Learner:
    """Return someone with an attempt on cluster A over these children."""
    return learner(cluster("A", *children, **facts), behaviour).stand("A")


def measure(one: Learner) -> float | None:
    measure_rollup(one.state, one.node("A"))
    return measure_of(one.state, one.node("A"))


def amount(one: Learner) -> float | None:
    completion_measure_rollup(one.state, one.node("A"))
    return progress_of(one.state, one.node("A"))


def satisfied(one: Learner) -> bool | None:
    roll_up(one.state, one.node("A"))
    return satisfied_of(one.state, one.node("A"))


def completed(one: Learner) -> bool | None:
    roll_up(one.state, one.node("A"))
    return completed_of(one.state, one.node("A"))


class TestRB11a:
    def test_the_measure_is_the_mean_of_the_childrens(self) -> None:
        assert measure(over(leaf("1"), leaf("2")).know("1", measure=1.0).know("2", measure=0.5)) == 0.75

    def test_weights_count(self) -> None:
        one = over(leaf("1", objective_weight=1.0), leaf("2", objective_weight=0.5))
        assert measure(one.know("1", measure=1.0).know("2", measure=-0.5)) == pytest.approx(0.5)

    def test_a_child_without_measure_still_counts_in_the_divisor(self) -> None:
        assert measure(over(leaf("1"), leaf("2")).know("1", measure=0.9)) == 0.45

    def test_a_child_of_no_weight_may_stay_without_measure(self) -> None:
        assert measure(over(leaf("1"), leaf("2", objective_weight=0.0)).know("1", measure=0.9)) == 0.9

    def test_an_untracked_child_does_not_count(self) -> None:
        assert measure(over(leaf("1"), leaf("2"), leaf("3", tracked=False)).know("1", measure=0.9)) == 0.45

    def test_without_any_measure_it_is_unknown(self) -> None:
        one = over(leaf("1"), leaf("2")).know("A", measure=0.5)
        assert measure(one) is None

    def test_where_all_weights_are_0_it_is_unknown(self) -> None:
        one = over(leaf("1", objective_weight=0.0)).know("1", measure=1.0)
        assert measure(one) is None

    def test_children_that_take_no_part_in_satisfaction_count_all_the_same(self) -> None:
        one = over(leaf("1", objective_satisfied=False), leaf("2"))
        assert measure(one.know("1", measure=1.0).know("2", measure=0.0)) == 0.5

    def test_only_available_children_count(self) -> None:
        one = over(leaf("1"), leaf("2")).know("1", measure=1.0).know("2", measure=0.0)
        one.mark("A", kids=(one.place("1"),))
        assert measure(one) == 1.0

    def test_a_childs_measure_is_read_through_its_map(self) -> None:
        one = over(leaf("1", primary=objective("", reads("G")))).know("1", measure=0.1).share("G", measure=0.8)
        assert measure(one) == 0.8

    def test_a_measure_of_an_earlier_attempt_counts(self) -> None:
        """LMS choice: the reference leaves staleness to the rules."""
        one = over(leaf("1")).know("1", measure=0.8).end().stand("A")
        assert measure(one) == 0.8

    def test_the_measure_is_written_through_the_maps_of_the_cluster(self) -> None:
        one = over(leaf("1"), primary=objective("", writes("G"))).know("1", measure=0.8)
        measure(one)
        assert one.state.globals["G"].measure == 0.8


class TestRB11b:
    def test_the_amount_is_the_mean_of_the_childrens(self) -> None:
        assert amount(over(leaf("1"), leaf("2")).know("1", progress=1.0).know("2", progress=0.5)) == 0.75

    def test_weights_of_progress_count_and_not_those_of_objectives(self) -> None:
        one = over(leaf("1", progress_weight=0.5, objective_weight=0.0), leaf("2", progress_weight=0.5))
        assert amount(one.know("1", progress=1.0).know("2", progress=0.5)) == 0.75

    def test_a_child_without_amount_still_counts_in_the_divisor(self) -> None:
        one = over(leaf("1"), leaf("2"), leaf("3", tracked=False)).know("1", progress=0.5)
        assert amount(one) == 0.25

    def test_without_any_amount_or_weight_it_is_unknown(self) -> None:
        assert amount(over(leaf("1"))) is None
        assert amount(over(leaf("1", progress_weight=0.0)).know("1", progress=1.0)) is None

    def test_it_is_rolled_up_also_where_it_completes_nothing(self) -> None:
        one = over(leaf("1")).know("1", progress=0.5)
        roll_up(one.state, one.node("A"))
        assert one.primary("A").progress == 0.5

    @pytest.mark.parametrize("behaviour", [Behaviour.SECOND, Behaviour.THIRD])
    def test_earlier_editions_do_not_know_it(self, behaviour: Behaviour) -> None:
        one = over(leaf("1"), behaviour=behaviour).know("1", progress=0.5)
        roll_up(one.state, one.node("A"))
        assert one.primary("A").progress is None


class TestRB12:
    def test_a_cluster_satisfied_by_measure_ignores_its_rules(self) -> None:
        rules = [rollup_rule("satisfied", "any", "satisfied"), rollup_rule("completed", "any", "satisfied")]
        one = over(leaf("1"), leaf("2"), primary=objective(by_measure=0.5), rollup_rules=rules)
        one.know("1", satisfied=True, measure=0.2)
        assert satisfied(one) is False
        assert completed(one) is True

    def test_rules_about_completion_leave_the_default_rules_about_satisfaction(self) -> None:
        one = over(leaf("1"), leaf("2"), rollup_rules=[rollup_rule("completed", "any", "completed")])
        assert satisfied(one.know("1", satisfied=True).know("2", satisfied=True)) is True

    def test_one_rule_about_satisfaction_replaces_both_default_ones(self) -> None:
        one = over(leaf("1"), rollup_rules=[rollup_rule("notSatisfied", "any", "attempted")])
        assert satisfied(one.know("1", satisfied=True)) is None

    def test_nothing_is_rolled_up_to_an_untracked_cluster(self) -> None:
        assert satisfied(over(leaf("1"), tracked=False).know("1", satisfied=True)) is None


class TestRB12a:
    @pytest.mark.parametrize(("score", "expected"), [(0.6, True), (0.61, True), (0.59, False), (None, None)])
    def test_the_measure_decides(self, score: float | None, expected: bool | None) -> None:
        assert satisfied(over(leaf("1"), primary=objective(by_measure=0.6)).know("1", measure=score)) is expected

    def test_without_a_minimum_everything_is_asked_for(self) -> None:
        one = over(leaf("1"), primary=objective(satisfied_by_measure=True)).know("1", measure=0.99)
        assert satisfied(one) is False

    def test_a_mean_is_not_failed_by_the_way_computers_add(self) -> None:
        children = [leaf(str(at), objective_weight=0.1) for at in range(10)]
        one = over(*children, primary=objective(by_measure=0.7))
        for at in range(10):
            one.know(str(at), measure=0.7)
        assert satisfied(one) is True

    def test_it_may_be_told_to_wait_for_the_end_of_the_attempt(self) -> None:
        one = over(leaf("1"), primary=objective(by_measure=0.6), measure_satisfaction_if_active=False)
        one.know("1", measure=1.0)
        assert satisfied(one) is None
        assert satisfied(one.end()) is True

    def test_a_lost_measure_loses_the_status(self) -> None:
        one = over(leaf("1"), primary=objective(by_measure=0.6)).know("A", satisfied=True, measure=1.0)
        assert satisfied(one) is None

    def test_a_leaf_is_satisfied_by_its_measure_too(self) -> None:
        one = over(leaf("1", primary=objective(by_measure=0.6))).know("1", measure=0.7, satisfied=False)
        assert satisfied_of(one.state, one.node("1")) is True

    def test_the_derived_status_is_written_through_the_maps(self) -> None:
        one = over(leaf("1"), primary=objective("", writes("G", "satisfied"), by_measure=0.6)).know("1", measure=1.0)
        satisfied(one)
        assert one.state.globals["G"].satisfied is True


class TestRB12b:
    BOTH = (rollup_rule("satisfied", "any", "satisfied"), rollup_rule("notSatisfied", "any", "not satisfied"))

    def test_satisfied_wins_over_not_satisfied(self) -> None:
        one = over(leaf("1"), leaf("2"), rollup_rules=self.BOTH)
        assert satisfied(one.know("1", satisfied=True).know("2", satisfied=False)) is True

    def test_not_satisfied_alone_fails_the_cluster(self) -> None:
        one = over(leaf("1"), leaf("2"), rollup_rules=self.BOTH).know("A", satisfied=True)
        assert satisfied(one.know("2", satisfied=False)) is False

    def test_where_no_rule_holds_the_status_stays(self) -> None:
        one = over(leaf("1"), leaf("2"), leaf("3")).know("A", satisfied=True)
        assert satisfied(one.know("1", satisfied=True).know("2", satisfied=True)) is True

    def test_only_available_children_are_asked(self) -> None:
        one = over(leaf("1"), leaf("2")).know("1", satisfied=True)
        one.mark("A", kids=(one.place("1"),))
        assert satisfied(one) is True


DEFAULTS = [
    # what is known of the two children, (2nd, 3rd, 4th)
    ((True, True), (True, True, True)),
    ((True, False), (None, None, False)),
    ((False, False), (False, False, False)),
    ((True, None), (None, None, None)),
    ((False, None), (None, None, None)),
    ((None, None), (None, None, None)),
]
EDITIONS = (Behaviour.SECOND, Behaviour.THIRD, Behaviour.FOURTH)


class TestRB12c:
    """The default rules; in the 4th edition they are part of RB.1.2 b."""

    @pytest.mark.parametrize("edition", range(3))
    @pytest.mark.parametrize(("known", "expected"), DEFAULTS)
    def test_without_rules_all_children_decide(
        self, known: tuple[bool | None, bool | None], expected: tuple[bool | None, ...], edition: int
    ) -> None:
        one = over(leaf("1"), leaf("2"), behaviour=EDITIONS[edition])
        assert satisfied(one.know("1", satisfied=known[0]).know("2", satisfied=known[1])) is expected[edition]

    def test_in_the_third_edition_an_attempt_of_all_is_enough_to_fail(self) -> None:
        one = over(leaf("1"), leaf("2"), behaviour=Behaviour.THIRD).mark("1", attempts=1).know("2", satisfied=False)
        assert satisfied(one) is False

    def test_in_the_third_edition_satisfaction_of_all_still_wins(self) -> None:
        one = over(leaf("1"), behaviour=Behaviour.THIRD).mark("1", attempts=1).know("1", satisfied=True)
        assert satisfied(one) is True


class TestRB13:
    def test_a_cluster_completed_by_measure_ignores_its_rules(self) -> None:
        rules = [rollup_rule("completed", "any", "completed")]
        one = over(leaf("1"), leaf("2"), completed_from=0.5, rollup_rules=rules)
        assert completed(one.know("1", completed=True, progress=0.2)) is False

    def test_satisfaction_and_completion_are_chosen_apart(self) -> None:
        one = over(leaf("1"), primary=objective(by_measure=0.5))
        assert completed(one.know("1", completed=True)) is True
        assert satisfied(one) is None


class TestRB13a:
    @pytest.mark.parametrize(("progress", "expected"), [(0.6, True), (0.7, True), (0.5, False), (None, None)])
    def test_the_amount_decides(self, progress: float | None, expected: bool | None) -> None:
        assert completed(over(leaf("1"), completed_from=0.6).know("1", progress=progress)) is expected

    def test_a_lost_amount_loses_the_status(self) -> None:
        assert completed(over(leaf("1"), completed_from=0.6).know("A", completed=True, progress=0.9)) is None


class TestRB13b:
    @pytest.mark.parametrize("edition", range(3))
    @pytest.mark.parametrize(("known", "expected"), DEFAULTS)
    def test_without_rules_all_children_decide(
        self, known: tuple[bool | None, bool | None], expected: tuple[bool | None, ...], edition: int
    ) -> None:
        one = over(leaf("1"), leaf("2"), behaviour=EDITIONS[edition])
        assert completed(one.know("1", completed=known[0]).know("2", completed=known[1])) is expected[edition]

    def test_completed_wins_over_incomplete(self) -> None:
        rules = [rollup_rule("incomplete", "any", "attempted"), rollup_rule("completed", "any", "attempted")]
        assert completed(over(leaf("1"), rollup_rules=rules).mark("1", attempts=1)) is True

    def test_where_no_rule_holds_the_status_stays(self) -> None:
        assert completed(over(leaf("1"), leaf("2")).know("A", completed=False).know("1", completed=True)) is False

    def test_one_rule_about_completion_replaces_both_default_ones(self) -> None:
        one = over(leaf("1"), rollup_rules=[rollup_rule("incomplete", "any", "satisfied")])
        assert completed(one.know("1", completed=True)) is None


class TestRB15:
    def test_the_whole_path_is_rolled_up_the_deepest_first(self) -> None:
        one = learner(cluster("A", cluster("B", leaf("1")))).stand("1")
        one.know("1", satisfied=True, completed=True, measure=0.5)
        overall_rollup(one.state, one.place("1"))
        values = one.primary("A")
        assert (values.satisfied, values.completed, values.measure) == (True, True, 0.5)

    def test_other_branches_are_left_alone(self) -> None:
        one = learner(cluster("A", cluster("B", leaf("1")), cluster("C", leaf("2")))).stand("1")
        one.know("2", satisfied=True)
        overall_rollup(one.state, one.place("1"))
        assert one.primary("C").satisfied is None

    def test_an_untracked_cluster_on_the_path_records_nothing_but_its_parent_does(self) -> None:
        one = learner(cluster("A", cluster("B", leaf("1"), tracked=False), leaf("2"))).stand("1")
        one.know("1", satisfied=True).know("2", satisfied=True)
        overall_rollup(one.state, one.place("1"))
        assert (one.primary("B").satisfied, one.primary("A").satisfied) == (None, True)

    @staticmethod
    def shared(**facts: object) -> Learner:
        """Return someone on page 1, which writes G; page 2 in another cluster reads it."""
        reader = leaf("2", primary=objective("p", reads("G", "satisfied", "completed")))
        return learner(
            cluster("A", cluster("B", leaf("1", primary=objective("p", writes("G")))), cluster("C", reader, **facts))
        ).stand("1")

    def test_the_clusters_of_those_who_read_what_was_written_are_rolled_up_too(self) -> None:
        one = self.shared()
        one.report(satisfied=True)
        overall_rollup(one.state, one.place("1"))
        assert one.primary("C").satisfied is True

    def test_a_cluster_that_writes_in_turn_reaches_its_own_readers(self) -> None:
        last = leaf("3", primary=objective("p", reads("H", "satisfied")))
        one = learner(
            cluster(
                "A",
                cluster("B", leaf("1", primary=objective("p", writes("G")))),
                cluster("D", last),
                cluster("C", leaf("2", primary=objective("p", reads("G"))), primary=objective("c", writes("H"))),
            )
        ).stand("1")
        one.report(satisfied=True)
        overall_rollup(one.state, one.place("1"))
        assert one.primary("D").satisfied is True

    def test_a_circle_of_maps_comes_to_an_end(self) -> None:
        def turned(name: str, source: str, target: str) -> Branch:
            return cluster(
                name, leaf(f"{name}1", primary=objective("p", reads(source, "satisfied"))),
                primary=objective("c", writes(target, "satisfied")),
                rollup_rules=[
                    rollup_rule("satisfied", "any", "not satisfied"), rollup_rule("notSatisfied", "any", "satisfied")
                ],
            )  # fmt: skip

        one = learner(cluster("A", turned("B", "G", "H"), turned("C", "H", "G"), turned("D", "G", "G"))).stand("D1")
        one.share("G", satisfied=True)
        overall_rollup(one.state, one.place("D1"))
        assert one.state.globals["G"].satisfied is not None

    def test_an_objective_that_is_not_the_primary_one_rolls_nothing_up(self) -> None:
        reader = leaf("2", objectives=[objective("o", reads("G"))])
        one = learner(
            cluster("A", cluster("B", leaf("1", primary=objective("p", writes("G")))), cluster("C", reader))
        ).stand("1")
        one.report(satisfied=True)
        overall_rollup(one.state, one.place("1"))
        assert one.primary("C").satisfied is None

    def test_a_cluster_rolled_up_for_a_global_counts_for_its_parent_at_once(self) -> None:
        one = self.shared()
        one.report(satisfied=True, completed=True)
        one.ask("exit")
        assert one.primary("B").satisfied is True
        assert one.primary("A").satisfied is True

    def test_the_result_of_the_course_follows_what_was_selected(self) -> None:
        one = learner(cluster("A", leaf("1"), leaf("2"), selection_timing="once", select_count=1))
        one.state.chooser = FixedChooser()
        assert one.start() == "2"
        one.report(satisfied=True).ask("exit")
        assert one.primary("A").satisfied is True
