"""SCORM 2004 by the commit protocol: the engine decides, everything is kept, nothing is done twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from courses.attempts.commits import Verdict, post_of
from courses.attempts.models import ActivityState, Attempt
from courses.attempts.services import Opening, resume
from courses.attempts.silence import close_silent
from courses.enrolment.models import Enrolment, Outcome
from scorm.packaging.items import Edition, ScormType
from scorm.sequencing.definition import (
    ControlMode,
    Delivery,
    Rollup,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from scorm.sequencing.words import ConditionName, Control, RuleAction
from tests.paging import SECRET, Page, open_page
from tests.playing import Played, make_played, package_of, sco

FOURTH = Edition.SCORM_2004_4TH
FLOW = Sequencing(control=ControlMode(flow=True))
COMPLETION, SUCCESS, SCALED = "cmi.completion_status", "cmi.success_status", "cmi.score.scaled"
EXIT, REQUEST, PLACE = "cmi.exit", "adl.nav.request", "cmi.location"
BY_CONTENT = Delivery(completion_set_by_content=True, objective_set_by_content=True)
SIX_MINUTES = timedelta(minutes=6)


def folder(identifier: str, *children: Any, **facts: Any) -> Any:
    return sco(identifier, **({"href": "", "children": children, "sequencing": FLOW} | facts))


def played_2004(session: Session, *scos: Any, edition: Edition = FOURTH, **facts: Any) -> Played:
    source = {name: facts.pop(name) for name in ("sequencing", "objectives_are_global") if name in facts}
    return make_played(session, package_of(scos, edition=edition, **source), **facts)


def opened(session: Session, now: datetime, *scos: Any, **facts: Any) -> Page:
    return open_page(session, played_2004(session, *scos, **facts), now)


def again(page: Page, now: datetime | None = None) -> Page:
    """Load the player's page anew by the lease of an earlier one."""
    opening = resume(page.session, page.token, (), SECRET, now or page.now)
    assert isinstance(opening, Opening)
    return Page(page.session, opening.body, now or page.now)


def ask(page: Page, activity: str, kind: str, *changes: tuple[str, str], target: str | None = None) -> dict[str, Any]:
    request = {"kind": kind, "target": target}
    answer = page.commit(activity, *changes, request=request)
    assert answer.verdict is Verdict.SAVED
    return answer.body


def delivered(answer: dict[str, Any]) -> str:
    return str(answer["deliver"]["activity"])


def values(answer: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = answer["deliver"]["values"]
    return found


def entries(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in answer["contents"]["entries"]}


def result(session: Session) -> Any:
    columns = (Enrolment.outcome, Enrolment.is_completed, Enrolment.mark, Enrolment.progress)
    return session.execute(select(*columns)).one()


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
