"""What courses and SCOs share: objectives within a scope, data for as long as the manifest says."""

import threading
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt, SharedData, SharedObjective
from courses.catalogue.models import Course, ObjectiveScope
from courses.people.models import Person
from lms.db import Database
from scorm.sequencing.definition import DataMap, Objective, ObjectiveMap, Sequencing
from scorm.sequencing.words import ConditionName, RuleAction
from tests.builders import make_person
from tests.paging import Page, open_page
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
    played_2004,
    values,
    when,
)
from tests.playing import sco

SKILL = "urn:skill"
WRITER = sco("writer", sequencing=mapped(SKILL, writes=True))
READER = sco("reader", sequencing=mapped(SKILL, reads=True, rules=(when(RuleAction.SKIP, ConditionName.SATISFIED),)))

BOTH = (DataMap(target="urn:notes"), DataMap(target="urn:kept", is_writable=False))
ONE, TWO = sco("one", data=BOTH), sco("two", data=BOTH[:1])
STORE = "adl.data.0.store"


def page_of(session: Session, now: datetime, person: Person, *scos: Any, **facts: Any) -> Page:
    return open_page(session, played_2004(session, *scos, person=person, **facts), now)


class TestObjectives:
    def test_one_activity_writes_what_another_reads(self, session: Session, now: datetime) -> None:
        page = page_of(session, now, make_person(session), WRITER, READER, sco("last"))
        assert delivered(ask(page, "writer", "continue", (SUCCESS, "passed"), (SCALED, "0.5"))) == "last"
        found = values(ask(page, "last", "choice", target="reader"))
        assert (found["cmi.objectives.0.success_status"], found["cmi.objectives.0.score.scaled"]) == ("passed", "0.5")

    @pytest.mark.parametrize(("is_shared", "first"), [(True, "last"), (False, "reader")])
    def test_courses_share_only_within_a_scope(
        self, session: Session, now: datetime, is_shared: bool, first: str
    ) -> None:
        scope = ObjectiveScope(name="Foundations")
        session.add(scope)
        session.flush()
        facts = {"objective_scope_id": scope.id} if is_shared else {}
        person = make_person(session)
        ask(page_of(session, now, person, WRITER, **facts), "writer", "exitAll", (SUCCESS, "passed"))
        assert delivered(page_of(session, now, person, READER, sco("last"), **facts).opening) == first

    def test_a_course_that_joins_a_scope_takes_along_what_its_learners_have(
        self, session: Session, now: datetime
    ) -> None:
        person = make_person(session)
        page = page_of(session, now, person, WRITER, sco("notes", data=BOTH[:1]), READER, sco("last"))
        ask(page, "writer", "continue", (SUCCESS, "passed"))
        page.commit("notes", (STORE, "written"))
        scope = ObjectiveScope(name="Foundations")
        session.add(scope)
        session.flush()
        session.execute(update(Course).values(objective_scope_id=scope.id))
        page = again(page)
        assert values(page.opening)[STORE] == "written"
        assert delivered(ask(page, "notes", "continue")) == "last"
        other = page_of(session, now, person, READER, sco("end"), objective_scope_id=scope.id)
        assert delivered(other.opening) == "end"

    def test_another_person_shares_nothing(self, session: Session, now: datetime) -> None:
        scope = ObjectiveScope(name="Foundations")
        session.add(scope)
        session.flush()
        ask(page_of(session, now, make_person(session), WRITER, objective_scope_id=scope.id), "writer", "exitAll",
            (SUCCESS, "passed"))  # fmt: skip
        other = page_of(session, now, make_person(session), READER, sco("last"), objective_scope_id=scope.id)
        assert delivered(other.opening) == "reader"

    def test_what_another_course_satisfies_is_seen_at_the_next_opening(self, session: Session, now: datetime) -> None:
        scope = ObjectiveScope(name="Foundations")
        session.add(scope)
        session.flush()
        person = make_person(session)
        locked = when(RuleAction.DISABLED, ConditionName.SATISFIED, is_negated=True)
        unknown = when(RuleAction.DISABLED, ConditionName.OBJECTIVE_STATUS_KNOWN, is_negated=True)
        test = sco("test", sequencing=mapped(SKILL, reads=True, rules=(locked, unknown)))
        page = page_of(session, now, person, sco("start"), test, objective_scope_id=scope.id)
        assert entries(page.opening)["test"]["enabled"] is False
        other = page_of(session, now, person, WRITER, objective_scope_id=scope.id)
        ask(other, "writer", "exitAll", (SUCCESS, "passed"))
        assert entries(again(page).opening)["test"]["enabled"] is True

    def test_those_of_an_attempt_stay_in_its_document_and_end_with_it(self, session: Session, now: datetime) -> None:
        scos = (WRITER, READER, sco("last"))
        page = page_of(session, now, make_person(session), *scos, objectives_are_global=False)
        assert delivered(ask(page, "writer", "continue", (SUCCESS, "passed"))) == "last"
        assert session.scalar(select(func.count()).select_from(SharedObjective)) == 0
        document = session.scalar(select(Attempt.sequencing))
        assert document is not None
        assert document["globals"] == {SKILL: {"satisfied": True}}
        ask(page, "last", "exitAll")
        assert "globals" not in (session.scalar(select(Attempt.sequencing)) or {})


class TestData:
    def test_the_next_sco_finds_what_one_has_written(self, session: Session, now: datetime) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO)
        assert values(page.opening)["adl.data.0.id"] == "urn:notes"
        assert STORE not in values(page.opening)
        assert values(ask(page, "one", "continue", (STORE, "half \ud83d")))[STORE] == "half \ud83d"

    def test_what_may_not_be_written_is_refused(self, session: Session, now: datetime) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO)
        answer = page.commit("one", ("adl.data.1.store", "mine"))
        assert answer.body["findings"] == [{"element": "adl.data.1.store", "code": "404"}]
        assert session.scalar(select(func.count()).select_from(SharedData)) == 0

    def test_a_change_that_comes_once_more_undoes_nothing_that_was_written_since(
        self, session: Session, now: datetime
    ) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO)
        page.commit("one", (STORE, "written"))
        session.execute(update(SharedData).values(value="by another course"))
        document = page.document("one", (PLACE, "p1"))
        page.post(document | {"base": 0, "changes": [[STORE, "written"], [PLACE, "p1"]]})
        assert session.scalar(select(SharedData.value)) == "by another course"

    @pytest.mark.parametrize(("is_global", "found"), [(True, "written"), (False, None)])
    def test_it_lives_beyond_the_attempt_where_the_manifest_says_so(
        self, session: Session, now: datetime, is_global: bool, found: str | None
    ) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO, shared_data_is_global=is_global)
        ask(page, "one", "exitAll", (STORE, "written"))
        assert values(again(page).opening).get(STORE) == found

    def test_it_lives_as_long_as_the_attempt_is_suspended(self, session: Session, now: datetime) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO, shared_data_is_global=False)
        ask(page, "one", "suspendAll", (STORE, "written"), (EXIT, "suspend"))
        assert values(again(page).opening)[STORE] == "written"

    @pytest.mark.parametrize("is_global", [True, False])
    def test_it_belongs_to_the_scope_or_to_the_attempt(self, session: Session, now: datetime, is_global: bool) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO, shared_data_is_global=is_global)
        page.commit("one", (STORE, "written"))
        owner = session.scalars(select(SharedData.scope_id)).one()
        assert (owner == session.scalar(select(Attempt.id))) is not is_global

    def test_it_is_found_again_after_a_page_that_just_vanished(self, session: Session, now: datetime) -> None:
        page = page_of(session, now, make_person(session), ONE, TWO)
        page.commit("one", (STORE, "written"), (COMPLETION, "incomplete"))
        assert values(again(page).opening)[STORE] == "written"

    def test_a_new_attempt_on_the_course_finds_none_of_its_own(self, session: Session, now: datetime) -> None:
        retry = when(RuleAction.RETRY_ALL, ConditionName.SATISFIED, is_negated=True)
        failing = sco("two", data=BOTH[:1], sequencing=mapped(SKILL, rules=(retry,)))
        page = page_of(session, now, make_person(session), ONE, failing, shared_data_is_global=False)
        ask(page, "one", "continue", (STORE, "written"))
        answer = ask(page, "two", "continue", (SUCCESS, "failed"))
        assert delivered(answer) == "one"
        assert STORE not in values(answer)


def writing(identifier: str, **facts: bool) -> Any:
    primary = Objective(identifier="own", maps=(ObjectiveMap(target=SKILL, **facts),))
    return sco(identifier, sequencing=Sequencing(primary=primary, delivery=BY_CONTENT))


class TestTogether:
    def test_what_two_courses_write_first_at_the_same_moment_is_all_kept(
        self, database: Database, now: datetime
    ) -> None:
        scos = (writing("status", write_satisfied=True), writing("score", write_measure=True))
        with database.transaction() as session:
            scope = ObjectiveScope(name="Foundations")
            session.add(scope)
            session.flush()
            person = make_person(session)
            status, score = (page_of(session, now, person, one, objective_scope_id=scope.id) for one in scos)

        def finish() -> None:
            with database.transaction() as session:
                score.session = session
                ask(score, "score", "exitAll", (SUCCESS, "passed"), (SCALED, "0.7"))

        other = threading.Thread(target=finish)
        with database.transaction() as session:
            status.session = session
            ask(status, "status", "exitAll", (SUCCESS, "passed"), (SCALED, "0.9"))
            other.start()
            other.join(0.5)  # it has to wait
        other.join()
        with database.reading() as session:
            assert session.scalars(select(SharedObjective.values)).one() == {"satisfied": True, "measure": 0.7}

    def test_two_courses_of_a_scope_write_the_same_objective_at_once(self, database: Database, now: datetime) -> None:
        with database.transaction() as session:
            scope = ObjectiveScope(name="Foundations")
            session.add(scope)
            session.flush()
            person = make_person(session)
            pages = [page_of(session, now, person, WRITER, objective_scope_id=scope.id) for _ in range(2)]

        def finish(page: Page, score: str) -> None:
            for kind in ("exitAll", "exitAll", "exitAll"):
                with database.transaction() as session:
                    page.session = session
                    page = again(page)
                    ask(page, "writer", kind, (SUCCESS, "passed"), (SCALED, score))

        threads = [threading.Thread(target=finish, args=(page, f"0.{at}")) for at, page in enumerate(pages, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as session:
            known = session.scalars(select(SharedObjective.values)).one()
        assert known["satisfied"] is True
        assert known["measure"] in (0.1, 0.2)
