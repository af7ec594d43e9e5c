"""A learner's applications: it works, then each refusal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from courses.applications import services
from courses.applications.models import Application, State
from courses.offerings.models import Offering
from courses.people.models import Person
from courses.policy.models import StoredDecision
from tests.applications_builders import administrator, applied, make_application, official, open_activity
from tests.browsing import browser_of, installation
from tests.builders import NOW
from tests.lms.applications.sending import post

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def dora(app: Flask) -> Person:
    """Return a verified official of Senegal."""
    with installation(app).database.transaction() as session:
        return official(session, given_name="Dora", family_name="Diop")


@pytest.fixture
def doras(app: Flask, dora: Person) -> FlaskClient:
    """Return Dora's browser."""
    return browser_of(app, dora)


def add(app: Flask, **facts: Any) -> Offering:
    with installation(app).database.transaction() as session:
        return open_activity(session, **({"code": "ACT-1", "title_en": "Trade in services"} | facts))


def stored(app: Flask) -> Application:
    with installation(app).database.reading() as session:
        found = session.scalars(select(Application)).one()
        session.expunge_all()
        return found


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def apply(client: FlaskClient, do: str = "submit", **said: str) -> Any:
    data = {"language": "en", "motivation": "To learn.", "institution": "Ministry", "do": do}
    return post(client, "/applications/to/ACT-1", (data | said).items())


class TestTheWayIn:
    def test_says_that_one_can_apply_and_leads_to_the_form(self, app: Flask, doras: FlaskClient) -> None:
        add(app)
        text = page(doras, "/activities/ACT-1")
        assert "You meet every condition." in text
        assert 'href="/applications/to/ACT-1"' in text

    def test_says_why_the_button_is_disabled(self, app: Flask) -> None:
        add(app, asks_for=["1"], applies_until=NOW - DAY)
        with installation(app).database.transaction() as session:
            person = official(session, verified_at=None)
        text = page(browser_of(app, person), "/activities/ACT-1")
        assert "The time for applications is over." in text
        assert text.count("<li>", text.index('id="why-not"'), text.index("disabled")) == 3
        assert 'aria-describedby="why-not">Apply</button>' in text

    def test_asks_a_visitor_to_sign_in(self, app: Flask, client: FlaskClient) -> None:
        add(app)
        assert "Sign in to apply" in page(client, "/activities/ACT-1")

    def test_leads_to_the_application_that_is_there(self, app: Flask, dora: Person, doras: FlaskClient) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            application = applied(session, dora, offering)
        text = page(doras, "/activities/ACT-1")
        assert f'href="/applications/{application.id}"' in text
        assert doras.get("/applications/to/ACT-1").location == f"/applications/{application.id}"

    def test_says_what_an_advisory_gate_writes_down(self, app: Flask, doras: FlaskClient) -> None:
        add(app, asks_for=["1"], gate="advisory")
        assert "This is written down, and keeps nobody out:" in page(doras, "/activities/ACT-1")


class TestApplying:
    def test_keeps_a_draft_and_submits_it(self, app: Flask, doras: FlaskClient) -> None:
        add(app)
        answer = apply(doras, "keep")
        assert answer.status_code == 303
        text = page(doras, answer.location)
        assert "Your draft is kept." in text
        assert (stored(app).state, stored(app).motivation) == (State.DRAFT, "To learn.")
        assert 'value="Ministry"' in page(doras, "/applications/to/ACT-1")
        post(doras, f"{answer.location}/submit")
        assert stored(app).state == State.ELIGIBLE
        assert "You meet every condition. The institute selects" in page(doras, answer.location)

    def test_twice_gives_one_application(self, app: Flask, doras: FlaskClient) -> None:
        add(app)
        assert apply(doras).location == apply(doras).location
        assert stored(app).state == State.ELIGIBLE

    def test_is_refused_with_every_reason_and_the_decision_is_kept(self, app: Flask) -> None:
        add(app, asks_for=["1"])
        with installation(app).database.transaction() as session:
            person = official(session, verified_at=None)
        answer = apply(browser_of(app, person))
        assert answer.status_code == 409
        assert answer.get_data(as_text=True).count("<li>") >= 2
        with installation(app).database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Application)) == 0
            assert session.scalars(select(StoredDecision.is_allowed)).all() == [False]

    def test_takes_a_language_of_the_activity_only(self, app: Flask, doras: FlaskClient) -> None:
        add(app, languages=["fr", "es"])
        assert apply(doras, language="en").status_code == 409
        assert apply(doras, language="fr", motivation="x" * 4001).status_code == 409
        assert apply(doras, language="fr").status_code == 303

    def test_is_for_people_with_an_account_and_for_activities_that_are_published(
        self, app: Flask, client: FlaskClient, doras: FlaskClient
    ) -> None:
        add(app, state="draft")
        assert client.get("/applications/to/ACT-1").status_code == 302
        page(doras, "/applications/to/ACT-1", 404)


class TestTheApplication:
    def test_is_confirmed_before_the_deadline_and_shows_its_history_in_words(
        self, app: Flask, dora: Person, doras: FlaskClient
    ) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            application = applied(session, dora, offering)
            services.select(session, administrator(session), application.id, NOW)
        address = f"/applications/{application.id}"
        assert "Please confirm by 27 November 2026" in page(doras, address)
        post(doras, f"{address}/confirm")
        post(doras, f"{address}/confirm")
        text = page(doras, address)
        assert "Your seat is confirmed." in text
        assert "The institute selected the person." in text
        assert "by the rules" in text
        assert text.count("Taking part was confirmed.") == 1

    def test_is_refused_after_the_deadline_in_words(self, app: Flask, dora: Person, doras: FlaskClient) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            application = make_application(
                session, dora, offering, state=State.SELECTED, seat=1, confirm_until=NOW - DAY
            )
        assert "Confirm that I take part" not in page(doras, f"/applications/{application.id}")
        answer = post(doras, f"/applications/{application.id}/confirm")
        assert "The time to confirm ended on" in page(doras, answer.location)

    def test_shows_the_place_on_the_waiting_list(self, app: Flask, dora: Person, doras: FlaskClient) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            make_application(session, official(session), offering, state=State.WAITLISTED, waiting=2)
            own = make_application(session, dora, offering, state=State.WAITLISTED, waiting=5)
        assert "1 person is before you." in page(doras, f"/applications/{own.id}")

    def test_is_withdrawn_after_a_question(self, app: Flask, dora: Person, doras: FlaskClient) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            own = make_application(session, dora, offering, state=State.CONFIRMED, seat=1)
        assert "Your seat goes to the next person" in page(doras, f"/applications/{own.id}/withdraw")
        post(doras, f"/applications/{own.id}/withdraw", [("reason", "Ill.")])
        text = page(doras, f"/applications/{own.id}")
        assert (stored(app).state, stored(app).seat) == (State.WITHDRAWN, None)
        assert "Ill." in text
        answer = post(doras, f"/applications/{own.id}/confirm")
        assert "Something happened to this application meanwhile" in page(doras, answer.location)

    def test_that_was_found_ineligible_is_looked_at_again(self, app: Flask, dora: Person, doras: FlaskClient) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            own = make_application(session, dora, offering, state=State.INELIGIBLE)
            session.get_one(Person, dora.id).verified_at = None
        answer = post(doras, f"/applications/{own.id}/again")
        assert "A condition is still not met" in page(doras, answer.location)
        with installation(app).database.transaction() as session:
            session.get_one(Person, dora.id).verified_at = NOW - DAY
        for _ in range(2):
            post(doras, f"/applications/{own.id}/again")
        assert stored(app).state == State.ELIGIBLE

    def test_is_nobody_elses(self, app: Flask, dora: Person, charlies: FlaskClient) -> None:
        offering = add(app)
        with installation(app).database.transaction() as session:
            own = applied(session, dora, offering)
        page(charlies, f"/applications/{own.id}", 404)
        for act in ("submit", "confirm", "withdraw"):
            assert post(charlies, f"/applications/{own.id}/{act}").status_code == 404
        assert stored(app).state == State.ELIGIBLE


def test_the_list_of_applications_costs_the_same_few_queries_however_long_it_is(
    app: Flask, dora: Person, doras: FlaskClient
) -> None:
    counts = []
    for number in (1, 4):
        with installation(app).database.transaction() as session:
            for _ in range(number):
                make_application(session, dora, open_activity(session))
        statements: list[str] = []
        engine = installation(app).database.engine
        listen = lambda *args, said=statements: said.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        page(doras, "/applications")
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_who_has_not_applied_is_led_to_what_is_open(doras: FlaskClient) -> None:
    assert "/activities?when=open" in page(doras, "/applications")


def test_what_waits_for_the_person_comes_first(app: Flask, dora: Person, doras: FlaskClient) -> None:
    with installation(app).database.transaction() as session:
        person = session.get_one(Person, dora.id)
        for title, state in (("To be submitted", State.DRAFT), ("Later", State.ELIGIBLE)):
            make_application(session, person, open_activity(session, title_en=title), state=state)
    text = page(doras, "/applications")
    assert text.index("To be submitted") < text.index("Later")
