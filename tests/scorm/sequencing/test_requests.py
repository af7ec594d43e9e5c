"""Sequencing requests: what is looked for, and what is found (SN 4.8)."""

import pytest

from scorm.sequencing.outcomes import Sequenced, SequencingRequest
from scorm.sequencing.requests import sequencing_request
from tests.scorm.sequencing.builders import Branch, Learner, cluster, leaf, learner, rule

DISABLED = [rule("disabled")]


def pages(*children: Branch, **facts: object) -> Learner:
    """Return someone before A > 1, 2, 3."""
    return learner(cluster("A", *(children or (leaf("1"), leaf("2"), leaf("3"))), **facts))


def asked(one: Learner, request: str, target: str | None = None) -> str:
    place = None if target is None else one.place(target)
    found = sequencing_request(one.state, SequencingRequest(request), place)
    if found.place is not None:
        return one.names([found.place])[0]
    return "end" if found.is_end else found.code or "nothing"


class TestSB25:
    def test_start_delivers_what_flow_finds_first(self) -> None:
        assert asked(pages(), "start") == "1"

    def test_a_course_of_one_activity_delivers_it(self) -> None:
        assert asked(learner(leaf("1")), "start") == "1"

    def test_a_session_begins_once(self) -> None:
        assert asked(pages().stand("1"), "start") == "SB.2.5-1"

    def test_without_flow_nothing_is_delivered(self) -> None:
        assert asked(pages(flow=False), "start") == "SB.2.2-1"

    def test_where_everything_is_skipped_the_session_ends(self) -> None:
        assert asked(pages(leaf("1", rules=[rule("skip")])), "start") == "end"

    def test_where_the_first_is_disabled_nothing_is_delivered(self) -> None:
        assert asked(pages(leaf("1", rules=DISABLED), leaf("2")), "start") == "SB.2.2-2"


class TestSB26:
    def suspended(self, target: str) -> Learner:
        one = pages()
        one.state.suspended = one.place(target)
        return one

    def test_resume_all_delivers_the_suspended_activity(self) -> None:
        assert asked(self.suspended("2"), "resumeAll") == "2"

    def test_a_session_begins_once(self) -> None:
        assert asked(self.suspended("2").stand("1"), "resumeAll") == "SB.2.6-1"

    def test_there_must_be_something_suspended(self) -> None:
        assert asked(pages(), "resumeAll") == "SB.2.6-2"

    def test_a_suspended_cluster_is_found_but_cannot_be_delivered_and_start_helps(self) -> None:
        one = pages(leaf("1"), leaf("2", rules=DISABLED))
        assert [one.start(), one.continue_(), one.ask("suspendAll")] == ["1", "SB.2.2-2", "end"]
        assert one.suspended == "A"
        assert [one.ask("resumeAll"), one.start()] == ["DB.1.1-1", "1"]
        assert one.suspended == ""


class TestSB27:
    def test_continue_delivers_the_next(self) -> None:
        assert asked(pages().stand("1").end(), "continue") == "2"

    def test_without_a_session_there_is_no_next(self) -> None:
        assert asked(pages(), "continue") == "SB.2.7-1"

    def test_without_flow_there_is_no_next(self) -> None:
        assert asked(pages(flow=False).stand("1").end(), "continue") == "SB.2.7-2"

    def test_after_the_last_the_session_ends(self) -> None:
        assert asked(pages().stand("3").end(), "continue") == "end"

    def test_a_disabled_next_is_not_passed(self) -> None:
        one = pages(leaf("1"), leaf("2", rules=DISABLED), leaf("3")).stand("1").end()
        assert asked(one, "continue") == "SB.2.2-2"
        assert one.active == ["A"]

    def test_a_cluster_that_is_current_is_left_and_not_entered(self) -> None:
        one = pages(cluster("B", leaf("1")), leaf("2")).stand("B").end()
        assert asked(one, "continue") == "2"


class TestSB28:
    def test_previous_delivers_the_one_before(self) -> None:
        assert asked(pages().stand("2").end(), "previous") == "1"

    def test_without_a_session_there_is_none_before(self) -> None:
        assert asked(pages(), "previous") == "SB.2.8-1"

    def test_without_flow_there_is_none_before(self) -> None:
        assert asked(pages(flow=False).stand("2").end(), "previous") == "SB.2.8-2"

    def test_before_the_first_there_is_none(self) -> None:
        assert asked(pages().stand("1").end(), "previous") == "SB.2.1-3"

    def test_there_is_no_way_back_where_it_is_forward_only(self) -> None:
        assert asked(pages(forward_only=True).stand("2").end(), "previous") == "SB.2.1-4"


class TestSB210:
    def test_a_leaf_is_delivered_again(self) -> None:
        assert asked(pages().stand("2").end(), "retry") == "2"

    def test_a_cluster_is_entered_again(self) -> None:
        one = pages(cluster("B", leaf("1"), leaf("2")), leaf("3")).stand("B").end()
        assert asked(one, "retry") == "1"

    def test_without_a_session_nothing_is_tried_again(self) -> None:
        assert asked(pages(), "retry") == "SB.2.10-1"

    def test_an_attempt_must_have_ended(self) -> None:
        assert asked(pages().stand("1"), "retry") == "SB.2.10-2"
        assert asked(pages().stand("1").end().mark("1", is_suspended=True), "retry") == "SB.2.10-2"

    @pytest.mark.parametrize(
        ("facts", "first"), [({"flow": False}, {}), ({}, {"rules": DISABLED})]
    )  # fmt: skip
    def test_a_cluster_in_which_flow_finds_nothing_is_not_tried_again(
        self, facts: dict[str, object], first: dict[str, object]
    ) -> None:
        one = pages(cluster("B", leaf("1", **first), **facts), leaf("3")).stand("B").end()
        assert asked(one, "retry") == "SB.2.10-3"

    def test_a_course_in_which_everything_is_skipped_ends(self) -> None:
        assert asked(pages(leaf("1", rules=[rule("skip")])).stand("A").end(), "retry") == "end"


class TestSB211:
    def test_exit_of_the_root_ends_the_session(self) -> None:
        assert asked(pages().stand("A").end(), "exit") == "end"

    def test_exit_of_another_activity_does_not(self) -> None:
        assert asked(pages().stand("1").end(), "exit") == "nothing"

    def test_without_a_session_there_is_nothing_to_leave(self) -> None:
        assert asked(pages(), "exit") == "SB.2.11-1"

    def test_an_attempt_must_have_ended(self) -> None:
        assert asked(pages().stand("1"), "exit") == "SB.2.11-2"


class TestSB213:
    def test_a_jump_delivers_its_target_whatever_modes_and_rules_of_choice_say(self) -> None:
        hidden = leaf("3", rules=[rule("hiddenFromChoice"), rule("skip")])
        one = pages(leaf("1", choice_exit=False), leaf("2"), hidden, flow=False, choice=False, forward_only=True)
        assert asked(one.stand("2").end(), "jump", "3") == "3"
        assert asked(one, "jump", "1") == "1"

    def test_without_a_session_nobody_jumps(self) -> None:
        assert asked(pages(), "jump", "1") == "SB.2.13-1"

    def test_there_must_be_a_target(self) -> None:
        assert asked(pages().stand("1"), "jump") == "SB.2.13-1"


class TestSB212:
    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            ("resumeAll", "SB.2.6-2"), ("continue", "SB.2.7-1"), ("previous", "SB.2.8-1"), ("choice", "SB.2.9-1"),
            ("retry", "SB.2.10-1"), ("exit", "SB.2.11-1"), ("jump", "SB.2.13-1"),
        ],
    )  # fmt: skip
    def test_each_request_has_its_process(self, request_: str, code: str) -> None:
        assert asked(pages(), request_) == code

    def test_every_request_is_known(self) -> None:
        one = pages().stand("1")
        for request in SequencingRequest:
            assert isinstance(sequencing_request(one.state, request, one.place("2")), Sequenced)
