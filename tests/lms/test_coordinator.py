"""The people whom a coordinator verifies: it works, then each refusal."""

from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from courses.people.models import Person, Role
from tests.browsing import browser_of, installation, submit, token_of
from tests.builders import make_person


def add(app: Flask, name: str, **facts: Any) -> Person:
    with installation(app).database.transaction() as session:
        return make_person(session, family_name=name, **{"country": "SN", "verified_at": None} | facts)


def is_verified(app: Flask, person: Person) -> bool:
    with installation(app).database.reading() as session:
        return session.get_one(Person, person.id).verified_at is not None


def page(client: FlaskClient, address: str = "/people", status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def coordinators(app: Flask) -> FlaskClient:
    """Return the browser of the coordinator of Senegal."""
    return browser_of(app, add(app, "Focal", roles=[Role.LEARNER, Role.COORDINATOR]))


class TestThePeople:
    def test_of_the_own_country_wait_and_those_of_others_are_not_shown(
        self, app: Flask, coordinators: FlaskClient
    ) -> None:
        alice = add(app, "Diop")
        add(app, "Okafor", country="NG")
        text = page(coordinators)
        assert "Diop, Alice" in text
        assert alice.email in text
        assert "your country, Senegal:" in text
        assert "Okafor" not in text
        assert "Diop" not in page(coordinators, "/people?state=verified")
        assert "Sénégal" in page(coordinators, "/people?lang=fr")

    def test_are_where_a_coordinator_begins(self, app: Flask) -> None:
        client = browser_of(app, add(app, "Focal", roles=[Role.COORDINATOR]))
        assert client.get("/sign-in").location == "/people"
        assert 'href="/people" aria-current="page"' in page(client)

    def test_who_are_verified_are_shown_with_the_day(self, app: Flask, coordinators: FlaskClient) -> None:
        person = add(app, "Diop")
        with installation(app).database.transaction() as session:
            session.execute(update(Person).where(Person.id == person.id).values(verified_at=person.created_at))
        text = page(coordinators, "/people?state=verified")
        assert 'data-label="Verified on">Nov 20, 2026<' in text
        assert "Diop" not in page(coordinators)
        assert "Nobody waits for verification." in page(coordinators)

    def test_are_found_by_name(self, app: Flask, coordinators: FlaskClient) -> None:
        add(app, "Diop")
        add(app, "Fall")
        text = page(coordinators, "/people?text=dio")
        assert "Diop, Alice" in text
        assert "Fall, Alice" not in text
        assert "2 wait for verification in all" in text
        assert "Nobody fits." in page(coordinators, "/people?text=nobody")

    def test_of_everywhere_are_the_administrators(self, app: Flask) -> None:
        add(app, "Diop")
        add(app, "Okafor", country="NG")
        add(app, "Nowhere", country=None)
        text = page(browser_of(app, add(app, "Admin", roles=[Role.ADMINISTRATOR])))
        assert all(name in text for name in ("Diop", "Okafor", "Nowhere"))
        assert 'data-label="Country">Nigeria<' in text

    def test_of_a_coordinator_without_a_country_are_none_and_the_page_says_why(self, app: Flask) -> None:
        add(app, "Nowhere", country=None)
        text = page(browser_of(app, add(app, "Focal", roles=[Role.COORDINATOR], country=None)))
        assert "Your account has no country" in text
        assert "Nowhere" not in text

    def test_are_closed_to_everybody_else(self, client: FlaskClient, alices: FlaskClient, bobs: FlaskClient) -> None:
        page(alices, status=403)
        page(bobs, status=403)
        assert client.get("/people").location == "/sign-in?next=/people"
        assert 'href="/people"' not in page(alices, "/my")

    def test_cost_as_many_queries_however_many_they_are(self, app: Flask, coordinators: FlaskClient) -> None:
        asked: list[str] = []
        event.listen(
            installation(app).database.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2])
        )  # fmt: skip
        counts = []
        for people in (1, 60):
            for _ in range(people):
                add(app, "Diop")
            asked.clear()
            text = page(coordinators)
            counts.append(len(asked))
        assert "Page 1 of 2" in text
        assert counts[0] == counts[1]


class TestVerifying:
    def test_one_person_leaves_the_others_alone_whatever_is_ticked(self, app: Flask, coordinators: FlaskClient) -> None:
        alice, other = add(app, "Diop"), add(app, "Fall")
        data = {"person": str(other.id), "text": "dio", "page": "2"}
        answer = submit(coordinators, f"/people/{alice.id}/verify", data, page="/people")
        assert (answer.status_code, answer.location) == (303, "/people?text=dio&page=2")
        assert "1 person was verified." in page(coordinators)
        assert is_verified(app, alice)
        assert not is_verified(app, other)

    def test_several_at_once(self, app: Flask, coordinators: FlaskClient) -> None:
        people = [add(app, "Diop"), add(app, "Fall")]
        data = {"csrf_token": token_of(coordinators, "/people"), "person": [str(person.id) for person in people]}
        assert coordinators.post("/people/verify", data=data).location == "/people"
        assert "2 people were verified." in page(coordinators)
        assert all(is_verified(app, person) for person in people)
        assert coordinators.post("/people/verify", data=data).status_code == 303
        assert "already; nothing was changed" in page(coordinators)

    def test_nobody_is_said_to_be_nothing(self, coordinators: FlaskClient) -> None:
        assert submit(coordinators, "/people/verify", {}, page="/people").status_code == 303
        assert "Nobody was chosen" in page(coordinators)

    def test_opens_the_courses_for_credit_at_once(self, app: Flask, coordinators: FlaskClient) -> None:
        alice = add(app, "Diop")
        alices = browser_of(app, alice)
        assert "Not verified yet" in page(alices, "/profile")
        submit(coordinators, f"/people/{alice.id}/verify", {}, page="/people")
        assert "Verified on" in page(alices, "/profile")

    def test_a_stranger_is_not_there_and_those_chosen_beside_stay_as_they_were(
        self, app: Flask, coordinators: FlaskClient
    ) -> None:
        alice, stranger = add(app, "Diop"), add(app, "Okafor", country="NG")
        token = token_of(coordinators, "/people")
        for identifier in (str(stranger.id), str(UUID(int=7)), "nonsense"):
            data = {"csrf_token": token, "person": [str(alice.id), identifier]}
            assert coordinators.post("/people/verify", data=data).status_code == 404
            assert coordinators.post(f"/people/{identifier}/verify", data={"csrf_token": token}).status_code == 404
        assert not is_verified(app, alice)
        assert not is_verified(app, stranger)

    def test_is_refused_to_learners_trainers_and_forged_forms(
        self, app: Flask, alices: FlaskClient, bobs: FlaskClient, coordinators: FlaskClient
    ) -> None:
        person = add(app, "Diop")
        for client in (alices, bobs):
            assert submit(client, f"/people/{person.id}/verify", {}, page="/profile").status_code == 403
        assert coordinators.post(f"/people/{person.id}/verify").status_code == 400
        assert not is_verified(app, person)
