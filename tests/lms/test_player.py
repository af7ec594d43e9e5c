"""From the platform to the player: who may launch what, and where the click leads."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event

from courses.attempts.models import LaunchCode
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Person
from tests.browsing import browser_of, installation, submit, token_of
from tests.builders import NOW
from tests.playing import Played, make_played, package_of, sco


@pytest.fixture
def played(app: Flask, alice: Person) -> Played:
    """Return Alice's course."""
    parts = installation(app)
    with parts.database.transaction() as session:
        return make_played(session, package_of([sco("one")]), parts.storage, person=alice)


def path(played: Played) -> str:
    return f"/enrolments/{played.enrolment.id}/launch"


def codes(app: Flask) -> int:
    with installation(app).database.reading() as session:
        return session.query(LaunchCode).count()


def test_a_learner_is_led_to_the_player_with_a_code(app: Flask, alices: FlaskClient, played: Played) -> None:
    answer = submit(alices, path(played), {}, page="/profile")
    assert answer.status_code == 303
    assert answer.location.startswith("http://play.content.localhost/launch?code=")
    assert answer.headers["Cache-Control"] == "no-store"
    opened = alices.post(
        "/launch", json={"code": answer.location.partition("code=")[2]}, base_url="http://play.content.localhost"
    )
    assert opened.status_code == 200


def test_the_platform_lets_its_forms_lead_to_the_player(alices: FlaskClient, played: Played) -> None:
    policy = alices.get("/profile").headers["Content-Security-Policy"]
    assert "form-action 'self' http://play.content.localhost" in policy


def test_nobody_launches_for_somebody_else(
    app: Flask, bobs: FlaskClient, charlies: FlaskClient, client: FlaskClient, played: Played
) -> None:
    for browser in (bobs, charlies):
        assert submit(browser, path(played), {}, page="/profile").status_code == 404
    assert submit(client, path(played), {}).status_code in (302, 303)
    assert codes(app) == 0


def test_a_launch_without_its_token_or_from_another_site_is_refused(
    app: Flask, alices: FlaskClient, played: Played
) -> None:
    assert alices.post(path(played)).status_code == 400
    headers = {"Sec-Fetch-Site": "cross-site"}
    data = {"csrf_token": token_of(alices, "/profile")}
    assert alices.post(path(played), data=data, headers=headers).status_code == 403
    assert alices.get(path(played)).status_code == 405
    assert codes(app) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": Outcome.CANCELLED}, "cancelled or moved"),
        ({"language": "fr"}, "not published in that language yet"),
    ],
)
def test_a_refusal_is_a_clear_page_and_changes_nothing(
    app: Flask, alice: Person, played: Played, change: dict[str, str], sentence: str
) -> None:
    with installation(app).database.transaction() as session:
        enrolment = session.get(Enrolment, played.enrolment.id)
        assert enrolment is not None
        for name, value in change.items():
            setattr(enrolment, name, value)
        enrolment.closed_at = NOW if "outcome" in change else None
    answer = submit(browser_of(app, alice), path(played), {}, page="/profile")
    assert answer.status_code == 409
    assert sentence in answer.get_data(as_text=True)
    assert codes(app) == 0
    with installation(app).database.reading() as session:
        found = session.get(Enrolment, played.enrolment.id)
        assert found is not None
        assert found.started_at is None


def test_a_busy_database_is_said_in_the_readers_language_and_nothing_is_changed(
    app: Flask, alices: FlaskClient, played: Played
) -> None:
    database = installation(app).database
    data = {"csrf_token": token_of(alices, "/profile")}
    patience = "PRAGMA busy_timeout=50" if database.is_sqlite else "SET lock_timeout = 50"
    event.listen(database.engine, "checkout", lambda connection, *_: connection.cursor().execute(patience))
    held = create_engine(database.engine.url, isolation_level=None if database.is_sqlite else "READ COMMITTED")
    with held.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if database.is_sqlite else "LOCK TABLE lms_enrolment")
        answer = alices.post(path(played) + "?lang=fr", data=data)
        connection.rollback()
    held.dispose()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert '<html lang="fr"' in answer.get_data(as_text=True)
    assert codes(app) == 0
    assert alices.post(path(played), data=data).status_code == 303
