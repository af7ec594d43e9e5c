"""The protocol of the player at its border: what faults of the line, of clocks and of pages come to on the server."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.attempts.models import LaunchCode, Lease
from courses.attempts.services import launch
from courses.people.models import Language
from lms import clock
from tests.browsing import installation
from tests.playing import Played, make_played, package_of, sco

SHELL = "http://play.content.localhost"
NONCE = "kept-by-the-page-alone"


@pytest.fixture
def played(app: Flask) -> Played:
    with installation(app).database.transaction() as session:
        return make_played(session, package_of([sco("one"), sco("two")]))


@pytest.fixture
def code(app: Flask, played: Played) -> str:
    with installation(app).database.transaction() as session:
        return launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())


def spend(client: FlaskClient, code: str, **more: Any) -> Any:
    return client.post("/launch", json={"code": code, **more}, base_url=SHELL)


class TestACodeWhoseAnswerWasLost:
    def test_is_answered_again_to_the_page_that_spent_it(self, client: FlaskClient, code: str) -> None:
        first, again = spend(client, code, nonce=NONCE), spend(client, code, nonce=NONCE)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json["attempt"] == first.json["attempt"]
        assert again.json["lease"] != first.json["lease"]

    @pytest.mark.parametrize("more", [{}, {"nonce": "of-somebody-else-here"}, {"nonce": ""}, {"nonce": [NONCE]}])
    def test_is_spent_for_everybody_else(self, client: FlaskClient, code: str, more: dict[str, Any]) -> None:
        assert spend(client, code, nonce=NONCE).status_code == 200
        assert spend(client, code, **more).status_code == 410

    def test_is_spent_when_it_was_spent_without_a_nonce_or_with_one_that_can_be_guessed(
        self, app: Flask, client: FlaskClient, code: str, played: Played
    ) -> None:
        assert spend(client, code).status_code == 200
        assert spend(client, code, nonce=NONCE).status_code == 410
        with installation(app).database.transaction() as session:
            other = launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())
        assert [spend(client, other, nonce="1").status_code for _ in range(2)] == [200, 410]

    def test_is_too_old_after_a_minute(self, app: Flask, client: FlaskClient, code: str) -> None:
        spend(client, code, nonce=NONCE)
        with installation(app).database.transaction() as session:
            assert set(session.scalars(select(LaunchCode.code_hash))).isdisjoint({code, NONCE})
            for row in session.scalars(select(LaunchCode)):
                row.expires_at -= timedelta(seconds=61)
        assert spend(client, code, nonce=NONCE).status_code == 410

    def test_leaves_one_page_that_holds_the_attempt(self, app: Flask, client: FlaskClient, code: str) -> None:
        for _ in range(3):
            spend(client, code, nonce=NONCE)
        with installation(app).database.reading() as session:
            holding = session.scalars(select(Lease.id).where(Lease.replaced_at.is_(None))).all()
        assert len(holding) == 1
