"""The guidelines through the pages: written in versions, read where a step is asked for."""

from collections.abc import Iterator
from datetime import datetime
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.people.models import Role
from courses.records.models import Guideline
from tests.browsing import browser_of, installation, token_once
from tests.builders import make_person

PLACE = "/admin/guidelines/2·generalist"
ROW = {"code": "A1", "en": "Explain", "fr": "Expliquer", "es": "Explicar"}


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    with installation(app).database.transaction() as session:
        admin = make_person(session, given_name="Olive", roles=[Role.ADMINISTRATOR])
    return browser_of(app, admin)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, based_on: int, day: str, **data: object) -> TestResponse:
    fields = {"csrf_token": token_once(client), "based_on": based_on, "in_force_from": day, **data}
    return client.post(PLACE, data=fields)


def versions(app: Flask) -> list[int]:
    with installation(app).database.reading() as session:
        return list(session.scalars(select(Guideline.version).order_by(Guideline.version)))


def test_a_version_is_written_once_read_in_each_language_and_followed_by_the_next_on_its_day(
    app: Flask, admins: FlaskClient, client: FlaskClient
) -> None:
    for _ in range(2):
        assert send(admins, 0, "2026-11-20", **ROW).status_code == 303
    assert versions(app) == [1]
    assert "Expliquer" in page(client, "/steps/2·generalist?lang=fr")
    assert "Version 1, from Nov 20, 2026" in page(admins, "/admin/guidelines")
    text = page(admins, PLACE)
    assert ">Explicar</textarea>" in text
    assert "Olive" in text
    two = {name: [value, f"{value} 2"] for name, value in ROW.items()}
    assert send(admins, 1, "2027-01-01", **two).status_code == 303
    assert "Explain 2" not in page(client, "/steps/2·generalist?lang=en")
    with time_machine.travel("2027-01-02"):
        assert "Explain 2" in page(client, "/steps/2·generalist?lang=en")


def test_what_is_not_right_is_said_at_once_and_nothing_is_lost_nor_overwritten(app: Flask, admins: FlaskClient) -> None:
    answer = send(admins, 0, "", code=["A1", ""], en=["Explain", ""], fr=["", ""], es=["", ""])
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert "Each outcome needs a code and its words in all three languages (row 1)." in text
    assert "Say from which day it is in force." in text
    assert ">Explain</textarea>" in text
    more = send(admins, 0, "", action="more", **ROW)
    assert (more.status_code, more.text.count("<fieldset")) == (200, 7)
    assert versions(app) == []
    send(admins, 0, "2026-11-20", **ROW)
    assert send(admins, 0, "2026-11-21", **ROW).status_code == 303
    assert "A newer version was written meanwhile." in page(admins, PLACE)
    assert versions(app) == [1]


def test_guidelines_are_written_by_administrators(alices: FlaskClient, bobs: FlaskClient, client: FlaskClient) -> None:
    for somebody in (alices, bobs):
        page(somebody, PLACE, 403)
        assert send(somebody, 0, "2026-11-20", **ROW).status_code == 403
    assert client.get(PLACE).status_code == 302


def test_two_outcomes_with_one_code_are_named_and_what_was_written_stays(admins: FlaskClient) -> None:
    rows = {part: [text, f"{text} well" if part != "code" else text] for part, text in ROW.items()}
    answer = send(admins, 0, "2026-11-20", **rows)
    assert answer.status_code == 422
    text = unescape(answer.get_data(as_text=True))
    assert "Two outcomes have the same code: a1." in text
    assert "Expliquer well" in text
