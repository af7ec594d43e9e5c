"""The prior-learning sheet: a trainer reads it of the own people, and of nobody else."""

import csv
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from io import StringIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.applications.models import Application, State
from courses.cohorts.models import Cohort
from courses.enrolment.models import Outcome
from courses.offerings.models import Mode, Offering, OfferingState, OfferingTrainer, Scope
from courses.people.models import Language, Person, Role
from courses.records.models import ClaimState
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person
from tests.records_builders import make_claim, make_participation


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def experienced(session: Session, cohort: Cohort | None, family_name: str = "Diop") -> Person:
    """Add somebody who passed a course, took part in a seminar and has something recognised."""
    person = make_person(session, family_name=family_name, country="SN")
    earlier = make_cohort(session, make_course(session, title_en="Introduction", confers=["1"]))
    make_enrolment(session, person, earlier, outcome=Outcome.PASSED, mark=0.9, started_at=NOW, closed_at=NOW)
    make_participation(session, person, title="=Seminar in Dakar", steps=["2·generalist"])
    make_claim(session, person, ClaimState.GRANTED, granted=["3·generalist"])
    if cohort is not None:
        make_enrolment(session, person, cohort, outcome=Outcome.ACTIVE, started_at=NOW)
    return person


def activity(session: Session, trainer: Person) -> Offering:
    offering = Offering(
        code="ACT-1", title_en="Seminar", title_fr="S", title_es="S", state=OfferingState.PUBLISHED,
        mode=Mode.FACE_TO_FACE, scope=Scope.REGIONAL, created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    session.add(offering)
    session.flush()
    session.add(OfferingTrainer(offering_id=offering.id, person_id=trainer.id))
    session.flush()
    return offering


def apply(session: Session, person: Person, offering: Offering, state: State) -> None:
    session.add(
        Application(
            person_id=person.id, offering_id=offering.id, state=state, language=Language.EN, created_at=NOW
        )
    )  # fmt: skip
    session.flush()


class TestTheSheetOfACohort:
    def test_shows_steps_participations_and_earlier_results_of_each(
        self, app: Flask, bob: Person, bobs: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            cohort = make_cohort(session, make_course(session, title_en="At hand"), trainers=[bob])
            experienced(session, cohort)
            make_enrolment(session, make_person(session, family_name="Gone"), cohort, outcome=Outcome.VOID)
        assert f'href="/prior-learning/cohorts/{cohort.id}"' in page(bobs, f"/cohorts/{cohort.id}")
        text = page(bobs, f"/prior-learning/cohorts/{cohort.id}")
        for words in ("Diop, Alice", "Senegal", "=Seminar in Dakar", "Introduction", "90.0%", "1 person", "recognised"):
            assert words in text
        assert "Gone" not in text
        assert text.count("At hand") == 2  # the title of the page and the way back, not an earlier result
        answer = bobs.get(f"/prior-learning/cohorts/{cohort.id}/people.csv")
        _, row = csv.reader(StringIO(answer.text.removeprefix("\ufeff")))
        assert row[0] == "Diop"
        assert row[6].startswith("'=Seminar in Dakar")
        assert "Introduction (Passed, 90.0%)" in row[7]

    def test_names_an_activity_of_ours_in_the_language_of_the_reader(
        self, app: Flask, bob: Person, bobs: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            cohort = make_cohort(session, make_course(session), trainers=[bob])
            person = experienced(session, cohort)
            activity(session, bob).title_fr = "Séminaire de chez nous"
            make_participation(session, person, title="Seminar of ours", code="ACT-1")
        text = page(bobs, f"/prior-learning/cohorts/{cohort.id}?lang=fr")
        assert "Séminaire de chez nous" in text
        assert "Seminar of ours" not in text
        assert "=Seminar in Dakar" in text

    def test_costs_as_many_queries_however_many_people(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        asked: list[str] = []
        engine = installation(app).database.engine
        event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        with installation(app).database.transaction() as session:
            cohort = make_cohort(session, make_course(session), trainers=[bob])
        counts = []
        for people in (1, 6):
            with installation(app).database.transaction() as session:
                for _ in range(people):
                    experienced(session, cohort)
            asked.clear()
            assert f"{sum((1, 6)[: len(counts) + 1])} p" in page(bobs, f"/prior-learning/cohorts/{cohort.id}")
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_is_for_its_trainers_and_administrators(
        self, app: Flask, bob: Person, alices: FlaskClient, client: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            cohort = make_cohort(session, make_course(session), trainers=[bob])
            other = make_person(session, roles=[Role.TRAINER])
            admin = make_person(session, roles=[Role.ADMINISTRATOR])
        for path in (f"/prior-learning/cohorts/{cohort.id}", f"/prior-learning/cohorts/{cohort.id}/people.csv"):
            page(browser_of(app, other), path, 404)
            page(browser_of(app, admin), path)
            page(alices, path, 403)
            assert client.get(path).status_code == 302


class TestTheSheetOfAnActivity:
    def test_shows_those_in_it_and_applying_but_no_drafts_and_nobody_elses(
        self, app: Flask, bob: Person, bobs: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            offering, other = activity(session, bob), make_person(session, roles=[Role.TRAINER])
            for name, state in (("Diop", State.SUBMITTED), ("Fall", State.DRAFT), ("Sow", State.WITHDRAWN)):
                apply(session, experienced(session, None, name), offering, state)
        address = f"/prior-learning/activities/{offering.id}"
        text = page(bobs, address)
        assert "Diop, Alice" in text
        assert "Seminar in Dakar" in text
        assert "Fall" not in text
        assert "Sow" not in text
        assert "Diop" in bobs.get(f"{address}/people.csv").text
        page(browser_of(app, other), address, 404)
