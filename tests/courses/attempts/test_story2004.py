"""Courses of SCORM 2004 from their beginning to their end: the engine decides, nothing is done twice."""

import json
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from courses.attempts.commits import Verdict
from courses.attempts.models import Attempt, Lease, RawCommit
from courses.enrolment.models import Outcome
from courses.errors import NotFound
from scorm.sequencing.definition import ControlMode, Sequencing
from scorm.sequencing.words import ConditionName, Control, RuleAction
from tests.paging import open_page
from tests.paging2004 import (
    BY_CONTENT,
    COMPLETION,
    EXIT,
    PLACE,
    REQUEST,
    SCALED,
    SUCCESS,
    again,
    ask,
    delivered,
    entries,
    folder,
    opened,
    played_2004,
    result,
    values,
    when,
)
from tests.playing import sco

LESSONS = folder("lessons", sco("intro"), sco("practice"))
TEST = folder(
    "testing",
    sco(
        "test",
        sequencing=Sequencing(
            delivery=BY_CONTENT,
            rules=(
                when(RuleAction.RETRY, ConditionName.SATISFIED, is_negated=True),
                when(RuleAction.EXIT_ALL, ConditionName.SATISFIED),
            ),
        ),
    ),
    sequencing=Sequencing(control=ControlMode(flow=True, choice=False)),
)


class TestStory:
    """Two clusters: lessons to choose from, then a test that comes again until it is passed."""

    def test_a_course_from_its_beginning_to_its_end(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        assert delivered(page.opening) == "intro"
        lines = [(one["id"], one["depth"], one["launchable"], one["enabled"])
                 for one in page.opening["contents"]["entries"]]  # fmt: skip
        assert lines == [
            ("lessons", 0, False, True), ("intro", 1, True, True), ("practice", 1, True, True),
            ("testing", 0, False, True), ("test", 1, True, False),
        ]  # fmt: skip
        assert page.opening["contents"]["controls"] == dict.fromkeys(Control, "enabled") | {"previous": "disabled"}
        answer = ask(page, "intro", "continue", (COMPLETION, "completed"))
        assert delivered(answer) == "practice"
        assert answer["contents"]["controls"]["previous"] == "enabled"
        answer = ask(page, "practice", "continue", (COMPLETION, "completed"))
        assert delivered(answer) == "test"
        assert entries(answer)["lessons"]["status"] == "completed"
        answer = ask(page, "test", "continue", (COMPLETION, "completed"), (SUCCESS, "failed"), (SCALED, "0.2"))
        assert delivered(answer) == "test"
        assert values(answer)["cmi.entry"] == "ab-initio"
        assert SCALED not in values(answer)
        answer = ask(page, "test", "continue", (COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.9"))
        assert answer["left"] is True
        assert result(session) == (Outcome.PASSED, True, 0.9, 1.0)
        assert session.scalar(select(Attempt.activity_id)) is None

    def test_the_course_is_left_and_resumed_where_it_was(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        ask(page, "intro", "continue", (COMPLETION, "completed"))
        assert ask(page, "practice", "suspendAll", (PLACE, "p2"))["left"] is True
        page = again(page)
        assert delivered(page.opening) == "practice"
        assert values(page.opening)[PLACE] == "p2"
        assert entries(page.opening)["intro"]["status"] == "completed"

    def test_a_choice_ends_what_runs_and_delivers_the_other(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        answer = ask(page, "intro", "choice", (COMPLETION, "completed"), target="practice")
        assert delivered(answer) == "practice"
        assert entries(answer)["intro"]["status"] == "completed"

    def test_a_choice_that_cannot_be_leaves_the_learner_where_they_are(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        answer = ask(page, "intro", "choice", (PLACE, "p1"), target="test")
        assert answer["refused"] is True
        assert delivered(answer) == "intro"
        assert (values(answer)["cmi.entry"], values(answer)[PLACE]) == ("resume", "p1")

    def test_what_would_succeed_follows_each_report(self, session: Session, now: datetime) -> None:
        rule = when(RuleAction.DISABLED, ConditionName.COMPLETED)
        once = sco("once", sequencing=Sequencing(delivery=BY_CONTENT, rules=(rule,)))
        page = opened(session, now, once, sco("other"))
        assert entries(page.opening)["once"]["enabled"] is True
        answer = page.commit("once", (COMPLETION, "completed")).body
        assert entries(answer)["once"]["enabled"] is False
        choices = [name for name in answer["valid"] if "choice" in name]
        assert "adl.nav.request_valid.choice.{target=other}" in choices
        assert "adl.nav.request_valid.choice.{target=once}" not in choices
        assert "contents" not in page.commit("once", (PLACE, "p1")).body

    def test_a_control_that_the_leaf_hides_is_told_to_the_player(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one", hidden=(Control.CONTINUE,)), sco("two"))
        assert page.opening["contents"]["controls"]["continue"] == "hidden"
        assert values(page.opening)["adl.nav.request_valid.continue"] == "true"

    def test_nothing_is_delivered_after_an_exit_and_the_learner_chooses(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        answer = ask(page, "intro", "exit", (COMPLETION, "completed"))
        assert answer["nothing"] == {"code": ""}
        assert "deliver" not in answer
        assert delivered(ask(page, "", "choice", target="practice")) == "practice"

    def test_a_course_that_was_left_with_nothing_delivered_goes_on(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        ask(page, "intro", "exit", (COMPLETION, "completed"))
        assert ask(page, "", "suspendAll")["left"] is True
        assert delivered(again(page).opening) == "practice"

    def test_a_completed_course_that_was_left_with_nothing_delivered_begins_anew(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        ask(page, "one", "continue", (COMPLETION, "completed"))
        assert "nothing" in ask(page, "two", "exit", (COMPLETION, "completed"))
        assert ask(page, "", "suspendAll")["left"] is True
        assert delivered(again(page).opening) == "one"

    def test_a_course_without_any_page_is_not_found(self, session: Session, now: datetime) -> None:
        played = played_2004(session, sco("one"))
        played.version.definition = played.version.definition | {
            "organizations": [one | {"items": []} for one in played.version.definition["organizations"]]
        }
        session.flush()
        with pytest.raises(NotFound):
            open_page(session, played, now)

    def test_the_only_leaf_is_delivered_where_the_book_passes_over_it(self, session: Session, now: datetime) -> None:
        skipped = Sequencing(rules=(when(RuleAction.SKIP, ConditionName.ALWAYS),))
        assert delivered(opened(session, now, sco("one", sequencing=skipped)).opening) == "one"

    def test_a_course_that_cannot_begin_shows_what_can_be_chosen(self, session: Session, now: datetime) -> None:
        no_flow = Sequencing(control=ControlMode(flow=False, choice=True))
        page = opened(session, now, sco("one"), sco("two"), sequencing=no_flow)
        assert page.opening["nothing"] == {"code": "SB.2.2-1"}
        assert "deliver" not in page.opening
        assert page.opening["contents"]["offered"] is True
        assert delivered(ask(page, "", "choice", target="two")) == "two"


class TestRequestOfTheSco:
    def test_what_it_leaves_is_carried_out_when_it_terminates(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        assert delivered(ask(page, "one", "terminate", (REQUEST, "continue"))) == "two"
        assert delivered(ask(page, "two", "terminate", (REQUEST, "{target=one}choice"))) == "one"

    def test_a_learner_s_request_beats_it(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"), sco("three"))
        answer = ask(page, "one", "choice", (REQUEST, "continue"), target="three")
        assert delivered(answer) == "three"

    def test_a_commit_alone_carries_nothing_out(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        assert "deliver" not in page.commit("one", (REQUEST, "continue"), (COMPLETION, "completed")).body
        assert session.scalar(select(Attempt.activity_id)) == "one"

    @pytest.mark.parametrize("way_out", ["time-out", "logout"])
    def test_time_out_and_logout_leave_the_course(self, session: Session, now: datetime, way_out: str) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        assert ask(page, "one", "terminate", (EXIT, way_out), (REQUEST, "continue"))["left"] is True

    def test_a_request_that_cannot_be_is_refused_and_nothing_is_delivered_anew(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        answer = ask(page, "one", "terminate", (REQUEST, "previous"), (COMPLETION, "completed"))
        assert answer["refused"] is True
        assert "deliver" not in answer
        assert delivered(ask(page, "one", "continue")) == "two"

    def test_suspend_all_of_a_sco_is_resumed(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        assert ask(page, "one", "terminate", (REQUEST, "suspendAll"), (PLACE, "p3"))["left"] is True
        found = values(again(page).opening)
        assert (found["cmi.entry"], found[PLACE]) == ("resume", "p3")

    def test_an_abandoned_session_leaves_nothing(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        changes = ((REQUEST, "abandon"), (COMPLETION, "completed"), (SUCCESS, "passed"), (PLACE, "p3"))
        answer = ask(page, "one", "terminate", *changes)
        assert answer["nothing"] == {"code": ""}
        assert entries(answer)["one"]["status"] == "not attempted"
        found = values(ask(page, "", "choice", target="one"))
        assert found["cmi.entry"] == "ab-initio"
        assert PLACE not in found

    def test_an_abandoned_course_begins_anew(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        ask(page, "one", "continue", (COMPLETION, "completed"))
        assert ask(page, "two", "terminate", (REQUEST, "abandonAll"), (COMPLETION, "completed"))["left"] is True
        assert result(session).is_completed is False
        assert delivered(again(page).opening) == "one"


class TestLookAhead:
    """It is reckoned anew only when something has changed on which it depends."""

    def test_a_reload_and_a_place_leave_it_alone(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        page.commit("intro", (COMPLETION, "completed"))
        before = session.execute(select(Attempt.look_ahead, Attempt.sequencing)).one()
        statements: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        page.commit("intro", (PLACE, "p2"))
        again(page)
        assert not any("look_ahead=" in statement or "sequencing=" in statement for statement in statements)
        assert session.execute(select(Attempt.look_ahead, Attempt.sequencing)).one() == before

    def test_what_another_release_has_reckoned_is_reckoned_anew(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        before = session.scalar(select(Attempt.look_ahead)) or {}
        session.execute(update(Attempt).values(look_ahead=before | {"version": 0, "entries": []}))
        assert entries(again(page).opening).keys() == entries(page.opening).keys()
        assert session.scalar(select(Attempt.look_ahead)) == before

    def test_a_report_changes_it_and_not_the_state(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        before = session.execute(select(Attempt.look_ahead, Attempt.sequencing)).one()
        page.commit("intro", (COMPLETION, "completed"))
        after = session.execute(select(Attempt.look_ahead, Attempt.sequencing)).one()
        assert after.look_ahead["digest"] != before.look_ahead["digest"]
        assert after.sequencing == before.sequencing


class TestNoHarm:
    def test_a_commit_whose_transaction_fails_has_not_been(self, session: Session, now: datetime) -> None:
        page = opened(session, now, LESSONS, TEST)
        before = session.scalar(select(Attempt.sequencing))
        document = page.document("intro", (COMPLETION, "completed"), request={"kind": "continue"})
        crash = session.begin_nested()
        page.post(document)
        crash.rollback()
        assert session.scalar(select(Attempt.sequencing)) == before
        answer = page.post(document)
        assert delivered(answer.body) == "practice"
        assert entries(answer.body)["intro"]["status"] == "completed"

    def test_a_request_is_carried_out_once_however_often_it_is_posted(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"), sco("three"))
        document = page.document("one", (COMPLETION, "completed"), request={"kind": "continue"})
        first = page.post(document)
        assert delivered(first.body) == "two"
        assert page.post(document) == first
        assert session.scalar(select(Attempt.activity_id)) == "two"

    def test_what_is_kept_of_an_answer_does_not_grow_with_the_course(self, session: Session, now: datetime) -> None:
        sizes = []
        for count in (2, 40):
            page = opened(session, now, *(sco(f"s{at:02}") for at in range(count)))
            first = page.post(document := page.document("s00", (COMPLETION, "completed"), request={"kind": "continue"}))
            assert len(first.body["contents"]["entries"]) == count
            assert page.post(document) == first
            lease = select(Lease.id).where(Lease.attempt_id == UUID(page.opening["attempt"])).scalar_subquery()
            kept = session.scalar(select(RawCommit.answer).where(RawCommit.lease_id == lease))
            sizes.append(len(json.dumps(kept)))
        assert sizes[1] - sizes[0] < 10

    def test_a_request_from_what_is_no_longer_delivered_changes_nothing(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"), sco("three"))
        ask(page, "one", "continue")
        before = session.scalar(select(Attempt.sequencing))
        answer = ask(page, "one", "continue", (PLACE, "late"), (SUCCESS, "passed"))
        assert answer["refused"] is True
        assert delivered(answer) == "two"
        assert entries(answer)["one"]["status"] == "passed"
        assert session.scalar(select(Attempt.sequencing)) == before

    def test_a_late_commit_raises_the_result_and_not_the_state(self, session: Session, now: datetime) -> None:
        played = played_2004(session, sco("one"))
        page = open_page(session, played, now)
        page.commit("one", (COMPLETION, "incomplete"))
        second = open_page(session, played, now)
        second.commit("one", (COMPLETION, "incomplete"), (PLACE, "p2"))
        answer = page.commit("one", (COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.75"))
        assert answer.verdict is Verdict.REPLACED
        assert result(session)[:3] == (Outcome.PASSED, True, 0.75)
        assert values(again(second).opening)[COMPLETION] == "incomplete"

    def test_looking_again_takes_no_status_and_no_mark_away(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        ask(page, "one", "continue", (COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.9"))
        ask(page, "two", "previous", (COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.9"))
        answer = ask(page, "one", "continue", (COMPLETION, "incomplete"), (SUCCESS, "failed"), (SCALED, "0.1"))
        assert entries(answer)["one"]["status"] == "passed"
        assert result(session) == (Outcome.PASSED, True, 0.9, 1.0)

    def test_another_course_s_item_is_set_aside(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        assert page.commit("nowhere", (COMPLETION, "completed")).verdict is Verdict.INVALID
