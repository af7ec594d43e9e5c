"""SCORM 2004 by the commit protocol: one SCO, silence, assets, marks."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from courses.attempts.commits import post_of
from courses.attempts.models import ActivityState, Attempt, SharedObjective
from courses.attempts.services import Opening, resume
from courses.attempts.silence import close_silent
from courses.enrolment.models import Outcome
from scorm.packaging.items import Edition, ScormType
from scorm.sequencing.definition import Rollup, Sequencing
from tests.paging import SECRET
from tests.paging2004 import (
    BY_CONTENT,
    COMPLETION,
    EXIT,
    PLACE,
    SCALED,
    SUCCESS,
    again,
    ask,
    delivered,
    entries,
    mapped,
    opened,
    result,
    values,
)
from tests.playing import sco

SIX_MINUTES = timedelta(minutes=6)
SCORED = Sequencing(delivery=BY_CONTENT)


class TestOneSco:
    def test_it_opens_with_what_a_sco_finds_and_nothing_to_choose(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        assert delivered(page.opening) == "one"
        found = values(page.opening)
        assert found["cmi.entry"] == "ab-initio"
        assert found["adl.nav.request_valid.continue"] == "true"
        assert page.opening["contents"]["offered"] is False
        assert page.opening["edition"] == "2004 4th Edition"
        assert not any(name.startswith("lms.") for name in found)

    @pytest.mark.parametrize("edition", [one for one in Edition if one.is_2004])
    def test_it_commits_terminates_and_has_a_result(self, session: Session, now: datetime, edition: Edition) -> None:
        page = opened(session, now, sco("one"), edition=edition)
        page.commit("one", (PLACE, "p3"), (COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.8"))
        assert result(session) == (Outcome.PASSED, True, 0.8, 1.0)
        answer = ask(page, "one", "terminate")
        assert "deliver" not in answer
        assert answer["result"]["completed"] is True
        assert entries(answer)["one"]["status"] == "passed"

    def test_what_is_no_value_of_the_edition_is_refused_with_a_finding(self, session: Session, now: datetime) -> None:
        answer = opened(session, now, sco("one")).commit("one", (COMPLETION, "done"), (PLACE, "p3"))
        assert answer.body["findings"] == [{"element": COMPLETION, "code": "406"}]

    def test_a_page_that_vanished_is_resumed_with_everything(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        page.commit("one", (PLACE, "p3"), ("cmi.suspend_data", "three"), ("cmi.session_time", "PT1M"))
        found = values(again(page).opening)
        assert (found["cmi.entry"], found[PLACE], found["cmi.suspend_data"]) == ("resume", "p3", "three")
        assert found["cmi.total_time"] == "PT1M"
        assert EXIT not in found

    def test_a_reload_is_no_new_attempt(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        page.commit("one", (EXIT, "normal"), (PLACE, "p3"))
        before = session.scalar(select(Attempt.sequencing))
        assert values(again(page).opening)[PLACE] == "p3"
        assert session.scalar(select(Attempt.sequencing)) == before

    def test_the_journal_of_a_vanished_page_comes_first(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        page.commit("one", (PLACE, "p1"))
        document = {"base": 1, "activity": "one", "changes": [[PLACE, "p2"], [COMPLETION, "completed"]]}
        opening = resume(session, page.token, [post_of(page.token, document, b"{}", is_journal=True)], SECRET, now)
        assert isinstance(opening, Opening)
        assert values(opening.body)[PLACE] == "p2"
        assert opening.body["result"]["completed"] is True

    def test_a_sco_that_suspends_goes_on_and_one_that_ends_normally_begins_anew(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"))
        assert ask(page, "one", "exitAll", (EXIT, "suspend"), (PLACE, "p3"))["left"] is True
        page = again(page)
        assert values(page.opening)[PLACE] == "p3"
        assert ask(page, "one", "exitAll", (EXIT, "normal"))["left"] is True
        found = values(again(page).opening)
        assert found["cmi.entry"] == "ab-initio"
        assert PLACE not in found

    def test_the_time_of_earlier_attempts_is_not_forgotten(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        ask(page, "one", "exitAll", ("cmi.session_time", "PT10S"))
        page = again(page)
        ask(page, "one", "exitAll", ("cmi.session_time", "PT5S"))
        assert session.scalar(select(ActivityState.reported_cs)) == 1500

    def test_leaving_suspends_whatever_the_sco_said(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        assert ask(page, "one", "suspendAll", (EXIT, "normal"), (PLACE, "p3"))["left"] is True
        found = values(again(page).opening)
        assert (found["cmi.entry"], found[PLACE]) == ("resume", "p3")

    def test_a_commit_of_place_and_suspend_data_needs_no_more_statements_than_in_1_2(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        page.commit("one", (PLACE, "p1"), (COMPLETION, "incomplete"))
        statements: list[str] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        page.commit("one", (PLACE, "p2"), ("cmi.suspend_data", "abc"), ("cmi.session_time", "PT3S"))
        locks = connection.dialect.name != "sqlite"
        assert len(statements) <= 6 + locks, statements
        assert not any("sequencing" in statement for statement in statements)


class TestSilence:
    def test_it_suspends_the_course(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        ask(page, "one", "continue", (COMPLETION, "completed"))
        page.commit("two", (PLACE, "p2"), (COMPLETION, "completed"))
        assert close_silent(session, now + SIX_MINUTES) == 1
        document = session.scalar(select(Attempt.sequencing))
        assert document is not None
        assert document["suspended"] == "two"
        assert document["activities"]["two"]["objectives"] == {"0": {"completed": True}}
        found = again(page, now + SIX_MINUTES).opening
        assert delivered(found) == "two"
        assert (values(found)["cmi.entry"], values(found)[PLACE]) == ("resume", "p2")

    def test_a_page_that_slept_goes_on_in_the_same_session(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        page.commit("one", ("cmi.session_time", "PT1M"))
        close_silent(session, now + SIX_MINUTES)
        page.now += 2 * SIX_MINUTES
        page.commit("one", ("cmi.session_time", "PT2M"), (COMPLETION, "completed"))
        assert (session.scalar(select(Attempt.sequencing)) or {})["current"] == "one"
        assert delivered(ask(page, "one", "continue")) == "two"
        assert delivered(ask(page, "two", "previous")) == "one"
        assert session.scalar(select(ActivityState.reported_cs).where(ActivityState.activity_id == "one")) == 12000

    def test_what_was_passed_before_the_silence_is_still_passed_when_the_page_is_heard_again(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one", sequencing=mapped("urn:skill", writes=True)), sco("two"))
        ask(page, "one", "suspendAll", (SUCCESS, "failed"))
        page = again(page)
        assert values(page.opening)["cmi.objectives.0.success_status"] == "failed"
        page.commit("one", (SUCCESS, "passed"))
        close_silent(session, now + SIX_MINUTES)
        assert session.scalars(select(SharedObjective.values)).one() == {"satisfied": True}
        page.now += 2 * SIX_MINUTES
        page.commit("one", (COMPLETION, "completed"))
        ask(page, "one", "continue")
        assert session.scalars(select(SharedObjective.values)).one() == {"satisfied": True}

    def test_a_page_that_slept_may_ask_for_the_next_at_once(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        close_silent(session, now + SIX_MINUTES)
        assert delivered(ask(page, "one", "continue")) == "two"

    def test_a_page_that_never_said_anything_is_suspended_too(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        assert close_silent(session, now + SIX_MINUTES) == 1
        assert delivered(again(page, now + SIX_MINUTES).opening) == "one"


class TestAsset:
    def test_a_page_that_only_shows_something_is_completed_by_being_shown(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("page", scorm_type=ScormType.ASSET))
        assert page.opening["deliver"]["is_asset"] is True
        assert page.opening["deliver"]["values"] == {}
        assert result(session) == (Outcome.PASSED, True, None, 1.0)

    def test_what_its_content_should_say_is_never_said(self, session: Session, now: datetime) -> None:
        opened(session, now, sco("page", scorm_type=ScormType.ASSET, sequencing=SCORED))
        assert result(session).is_completed is False

    def test_the_course_goes_on_from_it(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("page", scorm_type=ScormType.ASSET), sco("two"))
        answer = ask(page, "page", "continue")
        assert delivered(answer) == "two"
        assert entries(answer)["page"]["status"] == "completed"

    def test_a_sco_that_never_calls_is_completed_when_it_is_left(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        answer = ask(page, "one", "continue")
        assert entries(answer)["one"]["status"] == "completed"
        assert result(session).progress == 0.5


class TestMark:
    def test_scores_count_by_their_weights(self, session: Session, now: datetime) -> None:
        heavy = Sequencing(rollup=Rollup(objective_weight=0.75))
        light = Sequencing(rollup=Rollup(objective_weight=0.25))
        page = opened(session, now, sco("one", sequencing=heavy), sco("two", sequencing=light), sco("three"))
        ask(page, "one", "continue", (COMPLETION, "completed"), (SCALED, "1"))
        assert result(session).mark is None
        ask(page, "two", "continue", (COMPLETION, "completed"), (SCALED, "0"))
        ask(page, "three", "exitAll", (COMPLETION, "completed"))
        assert result(session).mark == 0.75
        assert result(session).outcome == Outcome.PASSED

    def test_the_last_test_is_waited_for_when_it_has_only_been_opened(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"))
        ask(page, "one", "continue", (COMPLETION, "completed"), (SCALED, "1"))
        page.commit("two", (COMPLETION, "incomplete"))
        assert result(session).mark is None
        page.commit("two", (COMPLETION, "completed"), (SCALED, "0"))
        assert result(session).mark == 0.5
