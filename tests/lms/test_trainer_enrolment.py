"""A trainer's page of one enrolment, with its attempts, and one more attempt granted."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from courses.attempts.models import AttemptGrant
from courses.attempts.policy import LaunchWish
from courses.attempts.services import exchange, launch
from courses.catalogue.models import Course
from courses.cohorts.models import CohortTrainer
from courses.enrolment.models import Enrolment
from courses.errors import Refusal
from courses.people.models import Language, Person
from tests.browsing import browser_of, installation, submit, token_of
from tests.builders import make_cohort, make_person
from tests.importing import administrators_browser
from tests.paging import SECRET, STATUS, Page
from tests.playing import Played, make_played, package_of, sco

HOUR = timedelta(hours=1)


@pytest.fixture
def played(app: Flask, alice: Person, bob: Person) -> Played:
    """Return Alice's course, which allows two attempts; Bob trains her cohort."""
    parts = installation(app)
    with parts.database.transaction() as session:
        package = package_of([sco("quiz", title="The quiz")])
        played = make_played(session, package, parts.storage, person=alice, attempts_allowed=2)
        session.add(CohortTrainer(cohort_id=played.enrolment.cohort_id, person_id=bob.id))
        return played


def path(played: Played) -> str:
    return f"/cohorts/{played.enrolment.cohort_id}/people/{played.enrolment.id}"


def attempt(app: Flask, played: Played, now: datetime) -> None:
    """Let Alice fail an attempt."""
    with installation(app).database.transaction() as session:
        person = session.get_one(Person, played.person.id)
        code = launch(session, person, played.enrolment.id, None, Language.EN, now, wish=LaunchWish.AGAIN)
        opening = exchange(session, code, (), SECRET, now)
        assert opening is not None
        changes = ((STATUS, "failed"), ("cmi.core.score.raw", "35"), ("cmi.core.session_time", "00:20:00"))
        page = Page(session, opening.body, now)
        page.commit("quiz", *changes, request={"kind": "exit", "finished": True})


def shown(browser: FlaskClient, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def give(browser: FlaskClient, played: Played, reason: str = "The line was down.", known: int = 0) -> Any:
    return submit(browser, f"{path(played)}/grants", {"reason": reason, "known": str(known)}, page=path(played))


def grants(app: Flask) -> list[tuple[str, Any]]:
    with installation(app).database.reading() as session:
        return [(row.reason, row.granted_by_id) for row in session.scalars(select(AttemptGrant))]


class TestThePage:
    def test_is_linked_from_the_cohort_and_shows_how_the_enrolment_stands(
        self, app: Flask, bobs: FlaskClient, played: Played, now: datetime
    ) -> None:
        assert f'href="{path(played)}"' in shown(bobs, f"/cohorts/{played.enrolment.cohort_id}")
        assert "has not been opened yet" in shown(bobs, path(played))
        attempt(app, played, now)
        attempt(app, played, now + HOUR)
        text = shown(bobs, path(played))
        for words in ("Alice Learner", "The quiz", "The first one", "The learner wanted another one", "35"):
            assert words in text
        assert text.index('data-attempt="2"') < text.index('data-attempt="1"')
        spent = "20\N{NO-BREAK SPACE}min"
        for label, value in (("Time reported", spent), ("Result", "Failed"), ("Opened last", "for credit")):
            assert f'data-label="{label}">{value}' in text
        assert 'data-label="Ended">open' in text
        assert 'data-left="0"' in text
        assert f'href="{path(played)}/attempts/' in text

    def test_does_not_exist_for_people_outside_the_cohort(
        self, app: Flask, alices: FlaskClient, played: Played
    ) -> None:
        with installation(app).database.transaction() as session:
            other = make_person(session, roles=["trainer"])
            elsewhere = make_cohort(session, session.get_one(Course, played.course.id), trainers=[other], name="Other")
        others = browser_of(app, other)
        shown(others, path(played), 404)
        shown(others, f"/cohorts/{elsewhere.id}/people/{played.enrolment.id}", 404)
        shown(alices, path(played), 403)
        assert submit(others, f"{path(played)}/grants", {"reason": "x", "known": "0"}, page="/my").status_code == 404
        assert grants(app) == []

    def test_is_open_to_administrators(self, app: Flask, played: Played) -> None:
        assert "Grant one more attempt" in shown(administrators_browser(app), path(played))

    def test_offers_no_grant_where_there_is_no_limit(self, app: Flask, bobs: FlaskClient, played: Played) -> None:
        with installation(app).database.transaction() as session:
            session.execute(update(Course).values(attempts_allowed=None))
        assert "Grant one more attempt" not in shown(bobs, path(played))
        assert give_anyway(bobs, played).status_code == 422
        assert grants(app) == []


def give_anyway(browser: FlaskClient, played: Played) -> Any:
    data = {"csrf_token": token_of(browser, "/my"), "reason": "x", "known": "0"}
    return browser.post(f"{path(played)}/grants", data=data)


class TestGranting:
    def test_opens_one_more_attempt_and_says_who_granted_it_and_why(
        self, app: Flask, bob: Person, bobs: FlaskClient, played: Played, now: datetime
    ) -> None:
        for number in range(2):
            attempt(app, played, now + number * HOUR)
        with pytest.raises(Refusal, match="no_attempt_left"):
            attempt(app, played, now + 2 * HOUR)
        assert give(bobs, played).status_code == 303
        text = shown(bobs, path(played))
        for words in ("One more attempt was granted.", "Bob Trainer", "The line was down.", 'data-left="1"'):
            assert words in text
        attempt(app, played, now + 3 * HOUR)
        assert "Granted by a trainer" in shown(bobs, path(played))
        assert grants(app) == [("The line was down.", bob.id)]

    def test_sent_twice_grants_once(self, app: Flask, bobs: FlaskClient, played: Played) -> None:
        assert give(bobs, played).status_code == 303
        assert give(bobs, played).status_code == 303
        assert len(grants(app)) == 1
        assert "had been granted meanwhile" in shown(bobs, path(played))
        assert give(bobs, played, known=1).status_code == 303
        assert len(grants(app)) == 2

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 256])
    def test_without_a_reason_is_refused_at_the_field(
        self, app: Flask, bobs: FlaskClient, played: Played, reason: str
    ) -> None:
        answer = give(bobs, played, reason)
        assert answer.status_code == 422
        assert 'id="reason-error"' in answer.get_data(as_text=True)
        assert grants(app) == []

    def test_is_refused_for_who_has_left_the_cohort(self, app: Flask, bobs: FlaskClient, played: Played) -> None:
        with installation(app).database.transaction() as session:
            session.execute(update(Enrolment).values(outcome="cancelled"))
        answer = give(bobs, played)
        assert answer.status_code == 422
        assert "cancelled or moved" in answer.get_data(as_text=True)
