"""A version that an administrator only looks at: the content knows, nothing is recorded, and the way back is there."""

from datetime import datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.attempts.models import Attempt, PlayMode, Trial
from courses.people.models import Role
from scorm.packaging.items import Edition
from tests.browsing import browser_of, installation, submit
from tests.builders import make_person
from tests.playing import Played, make_played, package_of, sco

SHELL = "http://play.content.localhost"
MODES = {Edition.SCORM_12: "cmi.core.lesson_mode", Edition.SCORM_2004_4TH: "cmi.mode"}


@pytest.fixture
def adas(app: Flask, now: datetime) -> FlaskClient:
    with installation(app).database.transaction() as session:
        ada = make_person(session, given_name="Ada", roles=[Role.ADMINISTRATOR], created_at=now)
    return browser_of(app, ada)


def published(app: Flask, edition: Edition = Edition.SCORM_12) -> Played:
    parts = installation(app)
    with parts.database.transaction() as session:
        return make_played(session, package_of([sco("one")], edition=edition), parts.storage)


def browse(client: FlaskClient, played: Played) -> dict[str, Any]:
    """Browse a version by the button of its page and return what the player gets."""
    answer = submit(client, f"/admin/versions/{played.version.id}/trial", {"mode": "browse"}, page="/profile")
    assert answer.location.startswith(f"{SHELL}/launch?code=")
    opened = client.post("/launch", json={"code": answer.location.partition("code=")[2]}, base_url=SHELL)
    assert opened.status_code == 200
    document: dict[str, Any] = opened.get_json()
    return document


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("edition", MODES)
def test_the_content_is_told_that_it_is_browsed(app: Flask, adas: FlaskClient, edition: Edition) -> None:
    opening = browse(adas, published(app, edition))
    assert opening["deliver"]["values"][MODES[edition]] == "browse"


def test_the_button_stands_beside_the_one_that_tries(app: Flask, adas: FlaskClient) -> None:
    played = published(app)
    for address in (f"/admin/courses/{played.course.id}", f"/admin/versions/{played.version.id}"):
        form = shown(adas, address).partition(f'action="/admin/versions/{played.version.id}/trial"')[2]
        buttons = form.partition("</form>")[0]
        assert buttons.index("Try it") < buttons.index('name="mode" value="browse"')


def test_leaving_leads_to_a_page_that_calls_it_a_look_and_leads_on(app: Flask, adas: FlaskClient) -> None:
    played = published(app)
    leave = browse(adas, played)["leave"]
    text = shown(adas, leave.removeprefix("http://localhost"))
    assert "This was only a look" in text
    assert f"<h1>A look at {played.course.code}" in text
    assert "What completes the course" not in text
    for address in (f"/admin/courses/{played.course.id}", f"/admin/versions/{played.version.id}"):
        assert f'href="{address}"' in text
    assert "only browsed" in shown(adas, f"/admin/versions/{played.version.id}")


def test_it_is_a_trial_in_that_mode_and_anything_else_is_a_plain_one(app: Flask, adas: FlaskClient) -> None:
    played = published(app)
    browse(adas, played)
    submit(adas, f"/admin/versions/{played.version.id}/trial", {"mode": "review"}, page="/profile")
    with installation(app).database.reading() as session:
        assert sorted(session.scalars(select(Trial.mode))) == [PlayMode.BROWSE, PlayMode.NORMAL]
        assert set(session.scalars(select(Attempt.enrolment_id))) == {None}
