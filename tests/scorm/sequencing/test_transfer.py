"""What a SCO is told of its thresholds, and what it leaves when it ends (RTE 4.2, 4.4)."""

from typing import Any

import pytest

from scorm.runtime.report import ScoReport
from scorm.sequencing.definition import CompletionThreshold
from scorm.sequencing.lookahead import look_ahead, request_valid
from scorm.sequencing.outcomes import Request
from scorm.sequencing.transfer import request_left, suspended, thresholds_of
from scorm.sequencing.tree import ActivityTree, Node
from scorm.sequencing.words import Behaviour
from tests.scorm.sequencing.builders import cluster, course, leaf, learner, objective, rule


def thresholds(behaviour: Behaviour = Behaviour.FOURTH, **facts: Any) -> tuple[float | None, float | None]:
    one = learner(leaf("1", **facts), behaviour)
    return thresholds_of(one.state.tree, one.node("1"))


class TestThresholds:
    def test_numbers_that_decide_nothing_are_not_given(self) -> None:
        assert thresholds(primary=objective(minimum_measure=0.5)) == (None, None)

    def test_the_passing_score_is_given_where_the_measure_satisfies(self) -> None:
        assert thresholds(primary=objective(by_measure=0.5)) == (0.5, None)

    @pytest.mark.parametrize("behaviour", list(Behaviour))
    def test_the_completion_threshold_is_given_where_progress_completes(self, behaviour: Behaviour) -> None:
        assert thresholds(behaviour, completed_from=0.25) == (None, 0.25)

    @pytest.mark.parametrize(
        ("behaviour", "expected"), [(Behaviour.SECOND, 0.5), (Behaviour.THIRD, 0.5), (Behaviour.FOURTH, None)]
    )
    @pytest.mark.parametrize("is_stated", [True, False])
    def test_before_the_fourth_edition_a_stated_threshold_is_enough(
        self, behaviour: Behaviour, expected: float | None, is_stated: bool
    ) -> None:
        activity = leaf("1").activity
        node = Node(activity, 0, 0, ())
        node.threshold = CompletionThreshold(minimum=0.5, is_stated=is_stated)
        found = thresholds_of(ActivityTree(course(leaf("1"), behaviour)), node)
        assert found == (None, expected if is_stated else None)


class TestRequestsLeft:
    @pytest.mark.parametrize("request_", ["", "_none_"])
    @pytest.mark.parametrize("exit_", ["", "normal", "suspend"])
    def test_a_sco_may_leave_nothing(self, request_: str, exit_: str) -> None:
        assert request_left(exit_, request_, None) is None

    @pytest.mark.parametrize("exit_", ["", "normal", "suspend"])
    def test_what_it_leaves_is_carried_out(self, exit_: str) -> None:
        assert request_left(exit_, "continue", None) == (Request.CONTINUE, None)
        assert request_left(exit_, "jump", "1") == (Request.JUMP, "1")

    @pytest.mark.parametrize("exit_", ["time-out", "logout"])
    @pytest.mark.parametrize("request_", ["", "_none_", "continue", "choice"])
    def test_out_of_time_or_logged_out_it_leaves_the_course_whatever_it_asks_for(
        self, exit_: str, request_: str
    ) -> None:
        assert request_left(exit_, request_, "1") == (Request.EXIT_ALL, None)

    def test_logged_out_with_suspend_all_it_leaves_the_course_suspended(self) -> None:
        assert request_left("logout", "suspendAll", None) == (Request.SUSPEND_ALL, None)

    def test_a_report_may_be_of_an_attempt_that_goes_on(self) -> None:
        assert suspended(ScoReport()) == ScoReport(is_suspended=True)


def test_a_sco_reads_what_look_ahead_says() -> None:
    one = learner(cluster("A", leaf("1"), leaf("2", rules=[rule("hiddenFromChoice")]))).stand("1")
    steps = {"continue": "true", "previous": "false"}
    choices = {"choice.{target=A}": "true", "choice.{target=1}": "true"}
    jumps = {"jump.{target=1}": "true", "jump.{target=2}": "true"}
    assert request_valid(look_ahead(one.state), has_jump=True) == steps | choices | jumps
    assert request_valid(look_ahead(one.state), has_jump=False) == steps | choices


def test_where_no_choice_would_succeed_one_is_listed_as_false() -> None:
    one = learner(cluster("A", leaf("1"), leaf("2"), choice=False, choice_exit=False)).stand("1")
    assert request_valid(look_ahead(one.state), has_jump=False)["choice.{target=A}"] == "false"


def test_an_identifier_with_a_brace_is_no_target() -> None:
    one = learner(cluster("A", leaf("1"), leaf("a}b"))).stand("1")
    assert not any("a}b" in name for name in request_valid(look_ahead(one.state), has_jump=True))
