"""Whole courses, told through to their ends: what the processes come to together."""

from typing import Any

import pytest

from scorm.runtime.report import ObjectiveValues
from scorm.sequencing.lookahead import look_ahead
from scorm.sequencing.objectives import satisfied_of
from tests.scorm.sequencing.builders import (
    Learner,
    cluster,
    leaf,
    learner,
    objective,
    reads,
    rollup_rule,
    rule,
    writes,
)


def enabled(one: Learner) -> list[str]:
    return [entry.identifier for entry in look_ahead(one.state).entries if entry.is_enabled]


class TestResults:
    def test_the_course_is_satisfied_when_everything_in_it_is(self) -> None:
        one = learner(cluster("A", cluster("B", leaf("1"), leaf("2")), leaf("3")))
        one.start()
        for _ in range(3):
            one.report(satisfied=True, completed=True, measure=0.9).continue_()
        assert one.primary("A") == ObjectiveValues(satisfied=True, completed=True, measure=0.9)

    def test_pages_that_say_nothing_complete_the_course(self) -> None:
        one = learner(cluster("A", leaf("1"), leaf("2")))
        assert [one.start(), one.continue_(), one.continue_()] == ["1", "2", "end"]
        assert (one.primary("A").satisfied, one.primary("A").completed) == (True, True)

    def test_a_suspended_page_holds_the_result_back(self) -> None:
        one = learner(cluster("A", leaf("1"), leaf("2")))
        one.start()
        one.report(suspended=True).continue_()
        one.continue_()
        assert one.primary("A").completed is None

    def test_looking_again_at_a_finished_page_keeps_the_result_until_the_page_says_otherwise(self) -> None:
        one = learner(cluster("A", leaf("1")))
        one.do("1", satisfied=True, completed=True)
        assert one.choose("1") == "1"
        assert one.primary("A").satisfied is True
        one.report(satisfied=False).ask("exit")
        assert one.primary("A").satisfied is False

    def test_a_test_may_satisfy_the_whole_course(self) -> None:
        rules = [rollup_rule("satisfied", "any", "satisfied"), rollup_rule("completed", "any", "satisfied")]
        others = {"objective_satisfied": False}
        one = learner(cluster("A", leaf("1", **others), leaf("test"), rollup_rules=rules))
        one.do("test", satisfied=True)
        assert (one.primary("A").satisfied, one.primary("A").completed) == (True, True)


class TestPostconditions:
    def test_exit_parent_twice_and_then_continue_leads_behind_the_outer_cluster(self) -> None:
        inner = cluster("C", leaf("1", rules=[rule("exitParent")]), leaf("2"), rules=[rule("exitParent")])
        one = learner(cluster("A", cluster("B", inner, leaf("3"), rules=[rule("continue")]), leaf("4")))
        assert [one.start(), one.continue_()] == ["1", "4"]

    def test_the_exit_rules_of_root_and_cluster_end_the_session(self) -> None:
        rules = [rule("exit", "attempted")]
        one = learner(cluster("A", cluster("B", leaf("1"), leaf("2"), rules=rules), rules=rules))
        assert [one.start(), one.continue_()] == ["1", "end"]

    def test_a_cluster_is_tried_again_until_it_is_satisfied(self) -> None:
        quiz = cluster("B", leaf("1"), rules=[rule("exit", "attempted"), rule("retry", "not satisfied")])
        one = learner(cluster("A", quiz, leaf("2")))
        assert one.start() == "1"
        assert one.report(satisfied=False).continue_() == "1"
        assert one.record("B").attempts == 2
        assert one.report(satisfied=True).continue_() == "2"

    def test_a_postcondition_of_a_suspended_leaf_is_not_asked(self) -> None:
        one = learner(cluster("A", leaf("1", rules=[rule("exitAll")]), leaf("2")))
        one.start()
        assert one.report(suspended=True).continue_() == "2"

    @pytest.mark.parametrize("is_global", [True, False])
    def test_retry_all_begins_everything_again_and_forgets_what_belongs_to_the_attempt(self, is_global: bool) -> None:
        last = leaf("2", rules=[rule("retryAll", "not satisfied")])
        first = leaf("1", primary=objective("p", writes("G")))
        one = learner(cluster("A", first, last), objectives_are_global=is_global)
        one.start()
        assert one.report(satisfied=True).continue_() == "2"
        assert one.report(satisfied=False).continue_() == "1"
        assert [record.attempts for record in one.state.records] == [2, 2, 1]
        assert ("G" in one.state.globals) is is_global

    def test_retry_all_takes_suspended_leaves_along(self) -> None:
        """LMS choice: by the letter a suspended root cannot be tried again."""
        one = learner(cluster("A", leaf("1"), leaf("2", rules=[rule("retryAll")])))
        one.start()
        assert one.report(suspended=True).continue_() == "2"
        assert one.continue_() == "1"
        assert not one.last.is_resumed
        assert one.record("A").attempts == 2


class TestLeavingAndComingBack:
    def test_a_leaf_left_suspended_keeps_the_attempt_on_the_course_alive(self) -> None:
        one = learner(cluster("A", leaf("1"), leaf("2")))
        one.start()
        one.report(suspended=True, measure=0.5).continue_()
        assert one.ask("exitAll") == "end"
        assert (one.last.is_attempt_over, one.suspended) == (False, "")
        assert one.start() == "1"
        assert one.last.is_resumed
        assert (one.record("A").attempts, one.primary("1").measure) == (1, 0.5)
        assert one.continue_() == "2"
        assert (one.last.is_resumed, one.record("2").attempts) == (False, 2)

    def test_suspend_all_comes_back_to_the_same_activity(self) -> None:
        one = learner(cluster("A", leaf("1"), leaf("2")))
        assert [one.start(), one.continue_(), one.ask("suspendAll"), one.ask("resumeAll")] == ["1", "2", "end", "2"]
        assert [record.attempts for record in one.state.records] == [1, 1, 1]

    def test_an_abandoned_attempt_counts_but_leaves_nothing(self) -> None:
        one = learner(cluster("A", leaf("1", attempt_limit=1), leaf("2"), choice_exit=False))
        one.start()
        assert one.ask("abandonAll") == "end"
        assert (one.record("1").attempts, one.primary("1")) == (1, ObjectiveValues())
        assert one.start() == "SB.2.2-2"


class TestLimitsAndRules:
    def test_after_its_one_attempt_an_activity_is_neither_walked_into_nor_chosen_but_resumed(self) -> None:
        one = learner(cluster("A", leaf("1"), leaf("2", attempt_limit=1)))
        assert [one.start(), one.continue_(), one.ask("suspendAll"), one.ask("resumeAll")] == ["1", "2", "end", "2"]
        assert one.choose("1") == "1"
        assert one.continue_() == "SB.2.2-2"
        assert one.choose("2") == "DB.1.1-3"

    @pytest.mark.parametrize("request_", ["choice", "jump"])
    def test_a_disabled_cluster_blocks_whatever_leads_below_it(self, request_: str) -> None:
        one = learner(cluster("A", leaf("1"), cluster("B", leaf("2"), rules=[rule("disabled")])))
        one.start()
        assert one.ask(request_, "2") == "DB.1.1-3"
        assert one.continue_() == "SB.2.2-2"

    def test_a_prerequisite_that_is_not_yet_known_bars_nothing(self) -> None:
        """A negated unknown is unknown, and a rule fires on true alone."""
        one = learner(cluster("A", leaf("1", rules=[rule("skip", "not satisfied")]), leaf("2")))
        assert one.start() == "1"

    def test_a_page_is_skipped_once_it_is_satisfied(self) -> None:
        one = learner(cluster("A", leaf("1", rules=[rule("skip", "satisfied")]), leaf("2")))
        one.do("1", satisfied=True)
        one.ask("exitAll")
        assert one.start() == "2"

    def test_a_jump_reaches_what_is_skipped_hidden_invisible_and_behind(self) -> None:
        one = learner(
            cluster(
                "A", leaf("0"), leaf("1", rules=[rule("skip"), rule("hiddenFromChoice")], visible=False), leaf("2"),
                forward_only=True,
            )
        )  # fmt: skip
        assert [one.start(), one.continue_(), one.jump("1"), one.jump("0")] == ["0", "2", "1", "0"]

    def test_hidden_from_choice_a_cluster_is_reached_by_continue(self) -> None:
        one = learner(cluster("A", leaf("1"), cluster("B", leaf("2"), rules=[rule("hiddenFromChoice")])))
        one.start()
        assert "2" not in enabled(one)
        assert one.continue_() == "2"

    def test_a_cluster_that_prevents_activation_opens_by_continue(self) -> None:
        one = learner(cluster("A", leaf("1"), cluster("B", leaf("2"), leaf("3"), prevent_activation=True)))
        one.start()
        assert enabled(one) == ["A", "1", "B"]
        assert one.choose("3") == "SB.2.9-6"
        assert one.continue_() == "2"
        assert enabled(one) == ["A", "1", "B", "2", "3"]

    def test_a_grandparent_without_choice_exit_keeps_the_learner_inside(self) -> None:
        inner = cluster("B", cluster("C", leaf("1"), leaf("2")), choice_exit=False)
        one = learner(cluster("A", inner, leaf("3")))
        one.start()
        assert [one.choose("3"), one.choose("2"), one.continue_()] == ["NB.2.1-8", "2", "3"]

    def test_a_constrained_choice_reaches_the_neighbouring_clusters(self) -> None:
        parts = [cluster(name, leaf(f"{name}1"), leaf(f"{name}2"), constrain_choice=name == "D") for name in "BCDEF"]
        one = learner(cluster("A", *parts))
        one.choose("D1")
        assert enabled(one) == ["A", "C", "C1", "C2", "D", "D1", "D2", "E", "E1", "E2"]


class TestSharedObjectives:
    def pretest(self, **facts: Any) -> Learner:
        """Return someone before a pretest that writes G; the lesson reads it and is skipped when it is satisfied."""
        test = leaf("test", primary=objective("t", writes("G")), objective_satisfied=False, progress_completion=False)
        lesson = cluster(
            "B", leaf("1"), primary=objective("p", reads("G", "satisfied")), rules=[rule("skip", "satisfied")]
        )
        return learner(cluster("A", test, lesson, leaf("2")), **facts)

    def test_a_passed_pretest_skips_the_lesson(self) -> None:
        one = self.pretest()
        one.start()
        assert one.report(satisfied=True).continue_() == "2"

    def test_a_failed_pretest_leads_to_the_lesson(self) -> None:
        one = self.pretest()
        one.start()
        assert one.report(satisfied=False).continue_() == "1"

    def test_what_another_course_wrote_counts_before_the_first_page(self) -> None:
        one = self.pretest().share("G", satisfied=True)
        assert [one.start(), one.continue_()] == ["test", "2"]

    def test_what_only_reads_does_not_hear_its_own_sco(self) -> None:
        one = learner(cluster("A", leaf("1", primary=objective("p", reads("G")))))
        one.start()
        one.report(satisfied=True)
        assert satisfied_of(one.state, one.node("1")) is None

    def test_what_one_sco_writes_decides_a_far_cluster_before_the_next_rule_is_asked(self) -> None:
        far = cluster(
            "C", leaf("3", primary=objective("p", reads("G", "satisfied", "completed"))),
            rules=[rule("skip", "completed")],
        )  # fmt: skip
        near = leaf("1", primary=objective("q", writes("G", "satisfied", "completed")))
        one = learner(cluster("A", cluster("B", near), far, leaf("4")))
        one.start()
        assert one.report(satisfied=True, completed=True).continue_() == "4"
