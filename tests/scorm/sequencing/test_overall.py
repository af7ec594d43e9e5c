"""One navigation request from its wish to its end (SN 4.9)."""

from typing import Any

import pytest

from scorm.sequencing.outcomes import Outcome, Request
from tests.scorm.sequencing.builders import Learner, cluster, leaf, learner, objective, rule, writes


def pages(**facts: Any) -> Learner:
    """Return someone before A > 1, 2, 3; facts by the names of activities, prefixed with _."""
    return learner(
        cluster("A", *(leaf(name, **facts.get(f"_{name}", {})) for name in "123"), **facts.get("_A", {})),
        **facts.get("course", {}),
    )


def begun(**facts: Any) -> Learner:
    one = pages(**facts)
    assert one.start() == "1"
    return one


class TestOP1:
    def test_a_course_is_walked_from_its_first_to_its_last_page(self) -> None:
        one = pages()
        assert [one.start(), one.continue_(), one.continue_(), one.continue_()] == ["1", "2", "3", "end"]
        assert one.last == Outcome(has_ended=True, is_attempt_over=True)
        assert (one.current, one.active) == ("", [])

    def test_a_request_that_is_not_valid_changes_nothing(self) -> None:
        one = begun()
        before = one.document
        for request in (Request.START, Request.RESUME_ALL, Request.FORWARD):
            assert one.ask(request).startswith("NB.2.1")
            assert one.last.is_refused
        assert one.choose("nowhere") == "NB.2.1-11"
        assert one.document == before

    def test_the_very_first_request_changes_nothing_either_when_it_is_refused(self) -> None:
        one = pages(_A={"selection_timing": "once", "select_count": 1, "flow": True})
        before = one.document
        assert one.continue_() == "NB.2.1-2"
        assert one.document == before

    @pytest.mark.parametrize(
        ("request_", "target"), [("previous", None), ("choice", "3"), ("jump", "3")]
    )  # fmt: skip
    def test_a_wish_that_cannot_come_true_does_not_end_the_attempt(self, request_: str, target: str | None) -> None:
        """LMS choice: such a wish is tried out first."""
        one = begun(_3={"rules": [rule("disabled")]})
        before = one.document
        one.ask(request_, target)
        assert one.last.is_refused
        assert (one.active, one.document) == (["A", "1"], before)

    def test_a_step_back_that_would_leave_the_course_at_its_end_is_refused(self) -> None:
        """LMS choice: going back never ends a session, also where all that is before is skipped forward."""
        skipped = [rule("skip", "attempted")]
        before = cluster("B", cluster("C", leaf("1", rules=skipped)), forward_only=True)
        one = learner(cluster("A", before, leaf("2", rules=skipped)))
        assert [one.start(), one.continue_(), one.previous()] == ["1", "2", "SB.2.12-1"]
        assert (one.last.is_refused, one.current) == (True, "2")

    def test_continue_ends_the_attempt_also_when_nothing_can_be_delivered(self) -> None:
        one = begun(_2={"rules": [rule("disabled")]})
        assert one.continue_() == "SB.2.2-2"
        assert not one.last.is_refused
        assert (one.current, one.active) == ("1", ["A"])

    def test_exit_leaves_the_session_open_with_nothing_delivered(self) -> None:
        one = begun()
        assert one.ask("exit") == "nothing"
        assert one.last == Outcome()
        assert one.continue_() == "2"

    @pytest.mark.parametrize("request_", ["exitAll", "abandonAll", "suspendAll"])
    def test_what_leaves_the_course_ends_the_session(self, request_: str) -> None:
        one = begun()
        assert one.ask(request_) == "end"
        assert one.last.is_attempt_over is (request_ != "suspendAll")
        assert (one.current, one.active) == ("", [])

    def test_abandon_leaves_the_session_open_and_keeps_the_count(self) -> None:
        one = begun()
        assert one.ask("abandon") == "nothing"
        assert (one.active, one.record("1").attempts, one.primary("1").completed) == (["A"], 1, None)

    @pytest.mark.parametrize("request_", ["exitAll", "continue"])
    def test_what_was_abandoned_is_not_filled_in_later(self, request_: str) -> None:
        one = begun()
        one.ask("abandon")
        one.ask(request_)
        assert one.primary("1").completed is None

    def test_a_postcondition_replaces_the_wish_of_the_learner(self) -> None:
        one = begun(_1={"rules": [rule("continue")]})
        assert one.choose("3") == "2"

    def test_a_postcondition_that_exits_everything_ends_the_session_whatever_was_wished(self) -> None:
        assert begun(_1={"rules": [rule("exitAll")]}).choose("3") == "end"

    def test_a_retry_delivers_the_same_again_as_a_new_attempt(self) -> None:
        one = begun(_1={"rules": [rule("retry", "not satisfied")]})
        assert one.report(satisfied=False).continue_() == "1"
        assert (one.record("1").attempts, one.last.is_resumed) == (2, False)
        assert one.report(satisfied=True).continue_() == "2"

    def test_a_retry_at_the_limit_is_not_delivered(self) -> None:
        one = begun(_1={"rules": [rule("retry")], "attempt_limit": 1})
        assert one.continue_() == "DB.1.1-3"
        assert (one.current, one.active) == ("1", ["A"])

    def test_an_exit_rule_of_the_root_ends_the_session(self) -> None:
        one = begun(_A={"rules": [rule("exit", "attempted")]})
        assert one.continue_() == "end"
        assert one.active == []

    def test_a_learner_who_chose_is_let_go_on_where_the_attempt_on_the_course_has_ended(self) -> None:
        """LMS choice: the choice begins a new attempt on the course instead of ending the session."""
        one = begun(_A={"rules": [rule("exit", "attempted")]})
        assert one.choose("3") == "3"
        assert one.record("A").attempts == 2

    def test_suspended_and_resumed_the_attempt_goes_on(self) -> None:
        one = begun()
        one.continue_()
        one.report(measure=0.5, suspended=True).ask("suspendAll")
        assert one.suspended == "2"
        assert one.ask("resumeAll") == "2"
        assert one.last.is_resumed
        assert [record.attempts for record in one.state.records] == [1, 1, 1, 0]
        assert (one.primary("2").measure, one.suspended) == (0.5, "")

    def test_at_a_root_that_has_ended_suspend_all_ends_the_session_all_the_same(self) -> None:
        """LMS choice: it is the learner's way out."""
        one = begun(_1={"rules": [rule("exitParent")]}, _A={"rules": [rule("exitParent")]})
        assert one.continue_() == "TB.2.3-4"
        assert one.ask("suspendAll") == "end"

    @pytest.mark.parametrize("is_global", [True, False])
    @pytest.mark.parametrize(("request_", "is_kept"), [("exitAll", False), ("suspendAll", True)])
    def test_objectives_of_the_attempt_are_forgotten_with_it(
        self, is_global: bool, request_: str, is_kept: bool
    ) -> None:
        one = begun(
            _1={"primary": objective("p", writes("G"))}, course={"objectives_are_global": is_global}
        )  # fmt: skip
        one.report(satisfied=True).ask(request_)
        assert bool(one.state.globals) is (is_global or is_kept)

    def test_in_a_new_session_after_the_end_the_course_is_attempted_again(self) -> None:
        one = begun()
        one.ask("exitAll")
        assert one.start() == "1"
        assert [record.attempts for record in one.state.records] == [2, 2, 0, 0]
