"""Activities: an administrator adds and publishes one, everybody reads it in the own language."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.offerings.models import Offering
from courses.people.models import Person, Role
from tests.browsing import browser_of, installation, submit
from tests.builders import make_person
from tests.offerings_builders import make_offering

FORM = {
    "code": "SERV-ECOWAS", "title_en": "Trade in services, ECOWAS", "title_fr": "Commerce des services, CEDEAO",
    "title_es": "Comercio de servicios, CEDEAO", "mode": "virtual", "scope": "sub_regional", "level": "2",
    "track": "specialist", "topic": "services", "languages": "fr", "gate": "enforced", "countries": "NG, SN BJ",
    "seats": "30", "dating": "days", "days-0-first": "2027-09-09", "days-1-first": "2027-09-14",
    "days-1-last": "2027-09-14", "days-2-first": "2027-09-16", "time_zone": "Europe/Zurich",
    "applies_until": "2027-08-31T18:00", "confirmation_days": "7", "attendance_threshold": "80", "country": "",
}  # fmt: skip


@pytest.fixture
def nadia(app: Flask) -> Person:
    """Return an administrator."""
    with installation(app).database.transaction() as session:
        return make_person(session, email="nadia@example.org", roles=[Role.LEARNER, Role.ADMINISTRATOR])


@pytest.fixture
def nadias(app: Flask, nadia: Person) -> FlaskClient:
    """Return the administrator's browser."""
    return browser_of(app, nadia)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return unescape(answer.get_data(as_text=True))


def add_activity(app: Flask, **facts: object) -> Offering:
    with installation(app).database.transaction() as session:
        return make_offering(session, **facts)


def test_an_activity_is_added_published_and_read_in_three_languages(client: FlaskClient, nadias: FlaskClient) -> None:
    added = submit(nadias, "/admin/activities/new", FORM, page="/admin/activities/new")
    assert added.status_code == 303, unescape(added.get_data(as_text=True))[:6000]
    assert "SERV-ECOWAS" in page(nadias, "/admin/activities")
    assert "services, ECOWAS" not in page(client, "/activities")
    page(client, "/activities/SERV-ECOWAS", 404)
    address = added.headers["Location"]
    assert submit(nadias, f"{address}/publish", {}, page=address).status_code == 303
    for language, title, dates in (
        ("en", "Trade in services, ECOWAS", "9, 14 and 16 September 2027"),
        ("fr", "Commerce des services, CEDEAO", "9, 14 et 16 septembre 2027"),
        ("es", "Comercio de servicios, CEDEAO", "9, 14 y 16 de septiembre de 2027"),
    ):
        listed = page(client, f"/activities?lang={language}")
        assert title in listed
        assert dates in listed
        shown = page(client, f"/activities/serv-ecowas?lang={language}")
        assert f"<h1>{title}</h1>" in shown
        assert dates in shown
    shown = page(client, "/activities/SERV-ECOWAS?lang=en")
    assert "31 August 2027, 18:00, Geneva time (UTC+2)" in shown
    assert "30 seats" in shown
    assert "Benin, Nigeria, Senegal" in shown
    assert "Sign in to apply" in shown
