"""A trainer's cohorts: it works, then each refusal."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from courses.cohorts.models import Cohort
from courses.enrolment.models import DropoutKind, Outcome
from courses.people.models import Person, Role
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def add_cohort(app: Flask, *trainers: Person, people: int = 0, **facts: Any) -> Cohort:
    with installation(app).database.transaction() as session:
        cohort = make_cohort(session, make_course(session, title_en="Trade remedies"), trainers=trainers, **facts)
        for _ in range(people):
            make_enrolment(session, make_person(session), cohort)
        return cohort


def enrol(app: Flask, cohort: Cohort, name: str, **facts: Any) -> None:
    with installation(app).database.transaction() as session:
        make_enrolment(session, make_person(session, family_name=name), cohort, **facts)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


class TestTheCohorts:
    def test_are_the_trainers_own_with_their_counts(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        cohort = add_cohort(app, bob, people=3, name="The first")
        add_cohort(app, name="Somebody else's")
        text = page(bobs, "/cohorts")
        assert f'href="/cohorts/{cohort.id}"' in text
        assert "The first" in text
        assert "Somebody else's" not in text
        assert 'data-label="People">3<' in text

    def test_of_an_administrator_are_all(self, app: Flask, bob: Person) -> None:
        add_cohort(app, bob, name="Bob's")
        add_cohort(app, name="Nobody's")
        with installation(app).database.transaction() as session:
            admin = make_person(session, roles=[Role.ADMINISTRATOR])
        text = page(browser_of(app, admin), "/cohorts")
        assert "Bob's" in text
        assert "Nobody's" in text

    def test_of_a_new_trainer_are_none_yet(self, bobs: FlaskClient) -> None:
        assert "You have no cohorts yet" in page(bobs, "/cohorts")

    def test_are_found_by_course_or_name(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        add_cohort(app, bob, name="Spring")
        assert "Spring" in page(bobs, "/cohorts?text=remedies")
        assert "No cohort fits" in page(bobs, "/cohorts?text=patents")

    def test_are_closed_to_learners_and_visitors(self, client: FlaskClient, alices: FlaskClient) -> None:
        page(alices, "/cohorts", 403)
        assert client.get("/cohorts").location == "/sign-in?next=/cohorts"

    def test_of_a_month_are_named_by_it_in_the_readers_language(
        self, app: Flask, bob: Person, bobs: FlaskClient
    ) -> None:
        add_cohort(app, bob, month="2026-11", closes_at=None)
        assert "November 2026" in page(bobs, "/cohorts")
        assert "novembre 2026" in page(bobs, "/cohorts?lang=fr")


class TestACohort:
    def test_shows_each_rate_with_what_it_is_made_of(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        cohort = add_cohort(app, bob)
        sat = {"has_sat_exam": True, "is_completed": True, "started_at": NOW}
        enrol(app, cohort, "A", outcome=Outcome.PASSED, mark=0.9, has_distinction=True, **sat)
        enrol(app, cohort, "B", outcome=Outcome.FAILED, mark=0.3, **sat)
        enrol(app, cohort, "C", outcome=Outcome.DROPPED_OUT, dropout_kind=DropoutKind.NEVER_STARTED)
        enrol(app, cohort, "D", outcome=Outcome.ACTIVE, started_at=NOW)
        text = page(bobs, f"/cohorts/{cohort.id}").replace("\N{NO-BREAK SPACE}", " ")
        for words in (
            "50.0% … 75.0%", "2 / 4 … 3 / 4", "33.3%", "1 / 3", "50.0% of those who sat the exam", "passed / closed",
            "0.0% of those who started", "33.3% of closed", "As of Nov 20, 2026",
        ):  # fmt: skip
            assert words in text

    def test_shows_people_with_state_mark_and_last_seen(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        cohort = add_cohort(app, bob)
        enrol(app, cohort, "Ångström", outcome=Outcome.ACTIVE, mark=0.725, progress=0.5, seen_at=NOW - DAY)
        text = page(bobs, f"/cohorts/{cohort.id}")
        for words in ("Ångström, Alice", "Active", "72.5%", "50%", "Nov 19, 2026"):
            assert words in text

    def test_says_who_is_at_risk_and_why(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        cohort = add_cohort(app, bob)
        enrol(app, cohort, "Late", enrolled_at=NOW - 9 * DAY)
        enrol(app, cohort, "Fresh")
        text = page(bobs, f"/cohorts/{cohort.id}?at_risk=1")
        assert "Not started for 9 days" in text
        assert "Late, Alice" in text
        assert "Fresh, Alice" not in text

    def test_of_nobody_shows_dashes_and_says_so(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        text = page(bobs, f"/cohorts/{add_cohort(app, bob).id}")
        assert "Nobody is in this cohort yet" in text
        assert "0.0%" not in text

    def test_is_paged_and_keeps_the_search(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        cohort = add_cohort(app, bob, people=51)
        first = page(bobs, f"/cohorts/{cohort.id}?text=alice&order=seen")
        assert "Page 1 of 2" in first
        assert f"/cohorts/{cohort.id}?page=2&text=alice&order=seen" in first
        assert page(bobs, f"/cohorts/{cohort.id}?page=2").count("Number ") == 1
        assert "Nobody fits" in page(bobs, f"/cohorts/{cohort.id}?text=nobody")

    @pytest.mark.parametrize(
        "query", ["page=0", "page=-3", "page=x", "page=" + "9" * 60, "outcome=nonsense", "order=%27--", "text=%25_"]
    )
    def test_nonsense_in_the_address_does_no_harm(self, app: Flask, bob: Person, bobs: FlaskClient, query: str) -> None:
        page(bobs, f"/cohorts/{add_cohort(app, bob, people=1).id}?{query}")
        page(bobs, f"/cohorts?{query}")

    def test_takes_the_same_queries_for_one_person_and_for_forty(
        self, app: Flask, bob: Person, bobs: FlaskClient
    ) -> None:
        engine = installation(app).database.engine
        numbers = []
        for people in (1, 40):
            cohort = add_cohort(app, bob, people=people)
            statements: list[str] = []

            def note(_c: object, _cursor: object, statement: str, *_rest: object, to: list[str] = statements) -> None:
                to.append(statement)

            event.listen(engine, "before_cursor_execute", note)
            page(bobs, f"/cohorts/{cohort.id}")
            event.remove(engine, "before_cursor_execute", note)
            numbers.append(len([statement for statement in statements if statement.startswith("SELECT")]))
        assert numbers[0] == numbers[1]
        assert numbers[0] <= 6

    def test_is_not_found_by_a_stranger_nor_by_another_trainer(
        self, app: Flask, bob: Person, alices: FlaskClient, client: FlaskClient
    ) -> None:
        cohort = add_cohort(app, bob)
        with installation(app).database.transaction() as session:
            trainer = make_person(session, roles=[Role.TRAINER])
        for address in (f"/cohorts/{cohort.id}", f"/cohorts/{cohort.id}/people.csv"):
            page(browser_of(app, trainer), address, 404)
            page(alices, address, 403)
            assert client.get(address).location.startswith("/sign-in")


class TestTheDownload:
    def test_holds_everybody_and_no_formula(self, app: Flask, bob: Person, bobs: FlaskClient) -> None:
        cohort = add_cohort(app, bob, people=55)
        enrol(app, cohort, '=HYPERLINK("http://evil.example")', mark=0.725, outcome=Outcome.ACTIVE)
        answer = bobs.get(f"/cohorts/{cohort.id}/people.csv")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "text/csv"
        rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
        assert len(rows) == 1 + 56
        assert rows[1][0] == '\'=HYPERLINK("http://evil.example")'
        assert rows[1][4:7] == ["Active", "", "0.725"]
