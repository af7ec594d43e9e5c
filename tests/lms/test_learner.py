"""A learner's own courses: it works, then each refusal."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from courses.attempts.models import ActivityState, Attempt
from courses.catalogue.models import CourseLanguage
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.people.models import Person
from tests.browsing import installation, submit
from tests.builders import NOW, make_cohort, make_course, make_enrolment
from tests.playing import make_played, package_of, sco

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def enrol(app: Flask, person: Person, cohort_facts: dict[str, Any] | None = None, **facts: Any) -> Enrolment:
    with installation(app).database.transaction() as session:
        course = make_course(session, title_en="Trade remedies")
        return make_enrolment(session, person, make_cohort(session, course, **(cohort_facts or {})), **facts)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def outcome(app: Flask, enrolment: Enrolment) -> Outcome:
    with installation(app).database.reading() as session:
        return session.get_one(Enrolment, enrolment.id).outcome


class TestTheOwnCourses:
    def test_show_state_mark_time_and_the_button_that_opens(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        enrolment = enrol(
            app, alice, outcome=Outcome.ACTIVE, progress=0.5, mark=0.725, reported_cs=390000, seen_at=NOW - DAY
        )
        text = page(alices, "/my")
        for words in ("Trade remedies", "Active", "50%", "Mark: 72.5%", "1\xa0h\xa005", "Nov 19, 2026", "Resume"):
            assert words in text
        assert f'action="/enrolments/{enrolment.id}/launch"' in text

    def test_are_written_in_the_readers_own_form(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrol(app, alice, outcome=Outcome.ACTIVE, mark=0.725, seen_at=NOW - DAY)
        text = page(alices, "/my?lang=fr")
        assert "72,5\N{NARROW NO-BREAK SPACE}%" in text
        assert "19 nov. 2026" in text

    def test_of_nobody_lead_to_the_catalogue(self, alices: FlaskClient) -> None:
        assert "You are not enrolled in any course yet" in page(alices, "/my")

    def test_hold_nothing_of_anybody_else(self, app: Flask, charlies: FlaskClient, alice: Person) -> None:
        enrol(app, alice)
        assert "Trade remedies" not in page(charlies, "/my")

    def test_ask_a_visitor_to_sign_in(self, client: FlaskClient) -> None:
        assert client.get("/my").location == "/sign-in?next=/my"


class TestOneCourse:
    def test_shows_the_mark_against_the_pass_mark(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrolment = enrol(
            app, alice, outcome=Outcome.PASSED, has_distinction=True, mark=0.9, is_completed=True, completed_at=NOW
        )
        text = page(alices, f"/my/{enrolment.id}")
        for words in ("Passed", "With distinction", "90.0%", "Pass mark: 60%", "Distinction: 85%", "Open again"):
            assert words in text

    def test_without_a_mark_shows_a_dash_never_zero(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrolment = enrol(app, alice)
        text = page(alices, f"/my/{enrolment.id}")
        assert '<p class="big-mark">–</p>' in text
        assert "The parts appear here once you have opened the course" in text

    def test_lists_its_parts(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrolment = play_one_of_two(app, alice)
        text = page(alices, f"/my/{enrolment.id}")
        for words in ("80.0%", "12\xa0min"):
            assert words in text
        assert text.index("The one") < text.index("The two")

    @pytest.mark.parametrize(
        ("facts", "cohort_facts", "words"),
        [
            ({}, {}, "Open the course to begin"),
            ({"outcome": Outcome.ACTIVE}, {}, "Continue where you left off"),
            ({"outcome": Outcome.ACTIVE, "has_sat_exam": True}, {}, "below the pass mark"),
            ({"outcome": Outcome.ACTIVE, "is_completed": True}, {}, "sit the exam"),
            ({"outcome": Outcome.PASSED}, {"closes_at": NOW - DAY}, "your result stands"),
            ({"outcome": Outcome.CANCELLED}, {}, "enrol again from its page"),
            ({}, {"opens_at": NOW + DAY}, "has not opened yet"),
            ({}, {"opens_at": NOW + DAY}, "It opens on Nov 21, 2026, 09:00 (UTC)."),
            ({}, {"closes_at": NOW - DAY}, "ended on Nov 19, 2026, 09:00 (UTC)"),
            ({"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.LAPSED}, {}, "take it up"),
            ({"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.WITHDREW}, {}, "enrol again"),
        ],
    )
    def test_says_what_to_do_next(
        self, app: Flask, alices: FlaskClient, alice: Person, facts: Any, cohort_facts: Any, words: str
    ) -> None:
        enrolment = enrol(app, alice, cohort_facts, **facts)
        assert words in page(alices, f"/my/{enrolment.id}")

    def test_offers_nothing_to_open_where_nothing_is_published(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        enrolment = enrol(app, alice)
        with installation(app).database.transaction() as session:
            session.execute(update(CourseLanguage).values(version_id=None))
        text = page(alices, f"/my/{enrolment.id}")
        assert "not published in that language" in text
        assert "/launch" not in text

    def test_is_nobody_elses(
        self, app: Flask, alice: Person, charlies: FlaskClient, bobs: FlaskClient, client: FlaskClient
    ) -> None:
        enrolment = enrol(app, alice)
        page(charlies, f"/my/{enrolment.id}", 404)
        page(bobs, f"/my/{enrolment.id}", 404)
        assert client.get(f"/my/{enrolment.id}").location.startswith("/sign-in")


class TestWithdrawing:
    def test_in_the_first_days_cancels(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrolment = enrol(app, alice)
        address = f"/my/{enrolment.id}/withdraw"
        assert "counts nowhere" in page(alices, address)
        answer = submit(alices, address, {}, page=address)
        assert answer.status_code == 303
        assert "Your enrolment is cancelled" in page(alices, answer.location)
        assert outcome(app, enrolment) == Outcome.CANCELLED

    def test_later_counts_as_dropping_out(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrolment = enrol(app, alice, {"opens_at": NOW - 60 * DAY}, enrolled_at=NOW - 40 * DAY)
        address = f"/my/{enrolment.id}/withdraw"
        assert "counts as dropping out" in page(alices, address)
        submit(alices, address, {}, page=address)
        assert outcome(app, enrolment) == Outcome.DROPPED_OUT

    def test_twice_is_refused_in_words(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        enrolment = enrol(app, alice, outcome=Outcome.PASSED)
        answer = submit(alices, f"/my/{enrolment.id}/withdraw", {}, page="/my")
        assert answer.status_code == 409
        assert "closed already" in answer.get_data(as_text=True)
        page(alices, f"/my/{enrolment.id}/withdraw", 409)

    def test_is_nobody_elses(self, app: Flask, alice: Person, charlies: FlaskClient) -> None:
        enrolment = enrol(app, alice)
        assert submit(charlies, f"/my/{enrolment.id}/withdraw", {}, page="/my").status_code == 404
        assert outcome(app, enrolment) == Outcome.NOT_STARTED


def play_one_of_two(app: Flask, person: Person) -> Enrolment:
    """Let a person pass the first of two parts."""
    with installation(app).database.transaction() as session:
        played = make_played(session, package_of([sco("one"), sco("two")]), person=person)
        attempt = Attempt(
            enrolment_id=played.enrolment.id, version_id=played.version.id, number=1, started_at=NOW, seen_at=NOW
        )
        session.add(attempt)
        session.flush()
        session.add(
            ActivityState(
                attempt_id=attempt.id, activity_id="one", visits=1, is_completed=True, is_passed=True, score=0.8,
                reported_cs=72000, measured_cs=80000, status="passed",
            )
        )  # fmt: skip
    return played.enrolment
