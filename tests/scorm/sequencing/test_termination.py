"""How the current attempt ends, and what follows from it (SN 4.5)."""

import pytest

from scorm.sequencing.outcomes import SequencingRequest, Terminated, Termination
from scorm.sequencing.termination import exit_action_rules, postcondition_rules, termination_request
from tests.scorm.sequencing.builders import Branch, Learner, cluster, leaf, learner, rule

EXIT_ALL = Terminated(sequencing=SequencingRequest.EXIT)
ROOT_ENDED = Terminated(sequencing=SequencingRequest.EXIT, is_at_root=True)


def deep(**facts: dict[str, object]) -> Learner:
    """Return someone on page 1 of A > B > 1, 2; with 3 beside B. Facts by activity."""
    return learner(deep_tree(**facts)).stand("1")


def deep_tree(**facts: dict[str, object]) -> Branch:
    inner = cluster("B", leaf("1", **facts.get("one", {})), leaf("2"), **facts.get("b", {}))
    return cluster("A", inner, leaf("3"), **facts.get("a", {}))


def ending(one: Learner, request: Termination = Termination.EXIT) -> Terminated:
    return termination_request(one.state, request)


class TestTB21:
    def test_the_topmost_cluster_whose_exit_rule_holds_is_ended(self) -> None:
        one = deep(a={"rules": [rule("exit")]}, b={"rules": [rule("exit")]}).end()
        exit_action_rules(one.state)
        assert (one.current, one.active) == ("A", [])

    def test_an_inner_cluster_alone_is_ended_without_what_lies_above(self) -> None:
        one = deep(b={"rules": [rule("exit")]}).end()
        exit_action_rules(one.state)
        assert (one.current, one.active) == ("B", ["A"])

    def test_an_exit_rule_of_the_current_activity_is_never_read(self) -> None:
        one = deep(one={"rules": [rule("exit")]}).end()
        exit_action_rules(one.state)
        assert (one.current, one.active) == ("1", ["A", "B"])

    def test_a_rule_that_does_not_hold_ends_nothing(self) -> None:
        one = deep(b={"rules": [rule("exit", "satisfied")]}).end()
        exit_action_rules(one.state)
        assert one.current == "1"

    def test_exit_rules_see_what_the_ended_attempt_rolled_up(self) -> None:
        one = deep(b={"rules": [rule("exit", "activityProgressKnown")]}).know("2", completed=True)
        one.report(completed=True)
        ending(one)
        assert one.current == "B"

    def test_other_rules_end_nothing(self) -> None:
        one = deep(b={"rules": [rule("exitParent"), rule("skip")]}).end()
        exit_action_rules(one.state)
        assert one.current == "1"


POSTCONDITIONS = [
    ("retry", None, SequencingRequest.RETRY),
    ("continue", None, SequencingRequest.CONTINUE),
    ("previous", None, SequencingRequest.PREVIOUS),
    ("exitParent", Termination.EXIT, None),
    ("exitAll", Termination.EXIT_ALL, None),
    ("retryAll", Termination.EXIT_ALL, SequencingRequest.RETRY),
]


class TestTB22:
    @pytest.mark.parametrize(("action", "termination", "sequencing"), POSTCONDITIONS)
    def test_each_postcondition_asks_for_its_own(
        self, action: str, termination: Termination | None, sequencing: SequencingRequest | None
    ) -> None:
        one = deep(one={"rules": [rule(action)]}).end()
        assert postcondition_rules(one.state) == (termination, sequencing)

    def test_without_a_rule_that_holds_nothing_is_asked(self) -> None:
        one = deep(one={"rules": [rule("retry", "satisfied"), rule("skip"), rule("exit")]}).end()
        assert postcondition_rules(one.state) == (None, None)

    def test_the_first_rule_that_holds_counts(self) -> None:
        rules = [rule("retry", "satisfied"), rule("previous"), rule("continue")]
        assert postcondition_rules(deep(one={"rules": rules}).end().state)[1] is SequencingRequest.PREVIOUS

    def test_a_suspended_activity_is_not_asked(self) -> None:
        one = deep(one={"rules": [rule("retry")]}).end().mark("1", is_suspended=True)
        assert postcondition_rules(one.state) == (None, None)


class TestTB23:
    @pytest.mark.parametrize("request_", list(Termination))
    def test_without_a_session_nothing_can_be_ended(self, request_: Termination) -> None:
        assert ending(learner(deep_tree()), request_).code == "TB.2.3-1"

    @pytest.mark.parametrize("request_", [Termination.EXIT, Termination.ABANDON])
    def test_an_ended_attempt_is_not_ended_again(self, request_: Termination) -> None:
        assert ending(deep().end(), request_).code == "TB.2.3-2"

    def test_exit_ends_the_activity_alone(self) -> None:
        one = deep()
        assert ending(one) == Terminated()
        assert (one.current, one.active) == ("1", ["A", "B"])

    def test_exit_of_a_course_of_one_activity_ends_the_session(self) -> None:
        one = learner(leaf("1")).stand("1")
        assert ending(one) == ROOT_ENDED

    def test_a_retry_of_a_course_of_one_activity_does_not_end_the_session(self) -> None:
        one = learner(leaf("1", rules=[rule("retry")])).stand("1")
        assert ending(one).sequencing is SequencingRequest.RETRY

    @pytest.mark.parametrize("action", ["continue", "previous"])
    def test_at_the_root_a_postcondition_other_than_retry_is_the_end(self, action: str) -> None:
        one = learner(leaf("1", rules=[rule(action)])).stand("1")
        assert ending(one) == EXIT_ALL

    def test_an_exit_rule_of_the_root_ends_the_session(self) -> None:
        one = deep(a={"rules": [rule("exit")]})
        assert ending(one) == ROOT_ENDED
        assert (one.current, one.active) == ("A", [])

    def test_postconditions_are_asked_of_the_cluster_that_an_exit_rule_ended(self) -> None:
        one = deep(one={"rules": [rule("previous")]}, b={"rules": [rule("exit"), rule("continue")]})
        assert ending(one).sequencing is SequencingRequest.CONTINUE
        assert one.current == "B"

    def test_exit_parent_climbs_and_asks_the_parent_in_turn(self) -> None:
        one = deep(one={"rules": [rule("exitParent")]}, b={"rules": [rule("continue")]})
        assert ending(one).sequencing is SequencingRequest.CONTINUE
        assert (one.current, one.active) == ("B", ["A"])

    def test_only_the_last_round_of_postconditions_counts(self) -> None:
        one = deep(one={"rules": [rule("exitParent")]})
        assert ending(one) == Terminated()
        assert one.current == "B"

    def test_the_root_has_no_parent_to_exit(self) -> None:
        one = deep(
            one={"rules": [rule("exitParent")]}, b={"rules": [rule("exitParent")]}, a={"rules": [rule("exitParent")]}
        )
        assert ending(one).code == "TB.2.3-4"

    def test_the_exit_of_a_parent_is_not_followed_by_exit_rules(self) -> None:
        one = deep(one={"rules": [rule("exitParent")]}, a={"rules": [rule("exit", "satisfied")]}).know("3", satisfied=1)
        one.know("2", satisfied=True).report(satisfied=True)
        ending(one)
        assert one.current == "B"

    def test_the_postcondition_exit_all_ends_everything(self) -> None:
        one = deep(one={"rules": [rule("exitAll")]})
        assert ending(one) == EXIT_ALL
        assert (one.current, one.active) == ("A", [])

    def test_the_postcondition_retry_all_ends_everything_and_begins_again(self) -> None:
        one = deep(one={"rules": [rule("retryAll")]})
        assert ending(one).sequencing is SequencingRequest.RETRY
        assert (one.current, one.active) == ("A", [])

    def test_exit_all_ends_every_attempt_and_asks_no_postconditions(self) -> None:
        one = deep(one={"rules": [rule("retryAll")]}, b={"rules": [rule("retry")]})
        assert ending(one, Termination.EXIT_ALL) == EXIT_ALL
        assert (one.current, one.active) == ("A", [])
        assert one.primary("1").completed is True  # filled in: its attempt ended [UP.4]

    def test_exit_all_rolls_up_once_the_clusters_have_ended(self) -> None:
        one = deep().know("2", satisfied=True).report(satisfied=True)
        ending(one, Termination.EXIT_ALL)
        assert one.primary("B").satisfied is True

    def test_suspend_all_suspends_the_whole_path_and_completes_nothing(self) -> None:
        one = deep()
        assert ending(one, Termination.SUSPEND_ALL) == EXIT_ALL
        assert (one.current, one.suspended, one.active) == ("A", "1", [])
        assert [one.record(name).is_suspended for name in ("A", "B", "1", "2")] == [True, True, True, False]
        assert one.primary("1").completed is None

    def test_suspend_all_rolls_up_what_was_reported(self) -> None:
        one = deep().know("2", satisfied=True).report(satisfied=True)
        ending(one, Termination.SUSPEND_ALL)
        assert one.primary("B").satisfied is True

    def test_suspend_all_asks_no_postconditions(self) -> None:
        one = deep(one={"rules": [rule("retryAll")]}, a={"rules": [rule("exit")]})
        assert ending(one, Termination.SUSPEND_ALL) == EXIT_ALL
        assert one.suspended == "1"

    def test_suspend_all_after_an_attempt_suspends_its_parent(self) -> None:
        one = deep().end()
        assert ending(one, Termination.SUSPEND_ALL) == EXIT_ALL
        assert one.suspended == "B"

    def test_suspend_all_after_a_suspended_attempt_suspends_the_activity(self) -> None:
        one = deep().end().mark("1", is_suspended=True)
        ending(one, Termination.SUSPEND_ALL)
        assert one.suspended == "1"

    def test_an_ended_root_cannot_be_suspended(self) -> None:
        one = learner(leaf("1")).stand("1").end()
        assert ending(one, Termination.SUSPEND_ALL).code == "TB.2.3-3"

    def test_abandon_leaves_the_activity_as_it_is(self) -> None:
        one = deep(one={"rules": [rule("retry")]}, a={"rules": [rule("exit")]})
        assert ending(one, Termination.ABANDON) == Terminated()
        assert (one.current, one.active) == ("1", ["A", "B"])
        assert one.primary("1").completed is None

    def test_abandon_all_leaves_everything_as_it_is(self) -> None:
        one = deep()
        assert ending(one, Termination.ABANDON_ALL) == EXIT_ALL
        assert (one.current, one.active, one.suspended) == ("A", [], "")
        assert (one.record("A").attempts, one.primary("1").completed) == (1, None)
