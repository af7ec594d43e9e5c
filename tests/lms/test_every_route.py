"""Every route that can bring a person into a course or an activity, or on in one: found from the URL map, and tried.

A route that is new and reaches the gate stands in no table here, and fails the test until it has its line. One that
reaches the rows without the gate fails in any case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.applications.models import Application, State
from courses.offerings.models import Offering, OfferingState
from courses.people.models import Person
from courses.people.tokens import make_token
from lms import clock
from lms.application import create_platform, create_site
from lms.bearer import new_token
from lms.config import load_settings
from lms.site import Site
from lms.web.content import create_content_app
from tests.browsing import browser_of, installation, submit
from tests.builders import NOW, make_cohort
from tests.call_graph import graph, name_of
from tests.every_way import WHY, At, has_come_on, reasons_kept, set_stage, somebody

GATE = "courses.enrolment.gate.pass_gate"
ROWS = {"courses.enrolment.models.Enrolment", "courses.applications.models.Application"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A route at work: the application, the stage and who is on it."""

    app: Flask
    at: At

    def by(self, person: Person) -> FlaskClient:
        """Return the browser of a person who has just signed in."""
        return browser_of(self.app, person)

    @property
    def own(self) -> FlaskClient:
        """Return the browser of the one who may enter nowhere."""
        return self.by(self.at.person)


@dataclass(frozen=True, slots=True)
class Tried:
    """A route as it is tried: from where the application stands, and what is sent."""

    start: State | None
    send: Callable[[Visit], TestResponse]


def by_program(visit: Visit, path: str, body: dict[str, str]) -> TestResponse:
    token, kept = new_token()
    with installation(visit.app).database.transaction() as session:
        make_token(session, visit.at.person, "a program", kept, clock.now())
    return visit.app.test_client().post(path, json=body, headers={"Authorization": f"Bearer {token}"})


def by_catalogue(visit: Visit) -> TestResponse:
    return submit(visit.own, "/courses/ABOVE/enrol", {"language": "en"}, page="/profile")


def by_application(visit: Visit) -> TestResponse:
    fields = {"language": "en", "motivation": "I want to learn", "institution": "Ministry", "do": "submit"}
    return submit(visit.own, "/applications/to/SEMINAR", fields, page="/profile")


def by_table(visit: Visit) -> TestResponse:
    client = visit.by(visit.at.administrator)
    row = {"number": "2", "email": visit.at.person.email, "code": "ABOVE", "language": "en"}
    return submit(client, "/admin/enrol/table", row, page="/admin/enrol/table")


def by_cohort(visit: Visit) -> TestResponse:
    with installation(visit.app).database.transaction() as session:
        cohort = make_cohort(session, visit.at.course)
    client = visit.by(visit.at.administrator)
    page = f"/cohorts/{cohort.id}/enrol"
    return submit(client, page, {"number": "2", "email": visit.at.person.email, "code": "", "language": ""}, page=page)


def by_form(visit: Visit) -> TestResponse:
    client = visit.by(visit.at.administrator)
    return submit(client, "/admin/enrol", {"email": visit.at.person.email, "code": "SEMINAR"}, page="/admin/enrol")


def of_own(path: str) -> Callable[[Visit], TestResponse]:
    """Return what sends a form about the own application."""
    return lambda visit: submit(visit.own, path.format(id=visit.at.id), {"language": "en"}, page="/profile")


def by_coordinator(what: str, **fields: str) -> Callable[[Visit], TestResponse]:
    """Return what sends a form about the people of the beneficiary."""

    def send(visit: Visit) -> TestResponse:
        client = visit.by(visit.at.coordinator)
        page = f"/coordinator/nominations/{visit.at.offering.id}"
        known = {
            "application": str(visit.at.application.id) if visit.at.application else "",
            "to": visit.at.person.email,
        }
        return submit(client, f"{page}/{what}", {name: known[value] for name, value in fields.items()}, page="/profile")

    return send


def by_board(visit: Visit) -> TestResponse:
    client = visit.by(visit.at.administrator)
    fields = {"do": "select", "application": str(visit.at.id), "reason": "wanted"}
    return submit(client, f"/admin/activities/{visit.at.offering.id}/selection", fields, page="/profile")


def adding_a_seat(visit: Visit) -> TestResponse:
    """Let an administrator add a seat while somebody waits."""
    offering = visit.at.offering
    form = {
        "code": "SEMINAR", "title_en": offering.title_en, "mode": "virtual", "scope": "regional", "level": "2",
        "gate": "enforced", "dating": "not_fixed", "time_zone": "Europe/Zurich", "country": "", "seats": "2",
        "reason": "A larger room",
    }  # fmt: skip
    return submit(
        visit.by(visit.at.administrator), f"/admin/activities/{offering.id}/edit", form, page="/profile"
    )  # fmt: skip


def going_on(visit: Visit) -> TestResponse:
    """Let an activity go on whose seat was given back while it was postponed."""
    with installation(visit.app).database.transaction() as session:
        session.get_one(Offering, visit.at.offering.id).state = OfferingState.POSTPONED
        session.delete(session.scalars(select(Application).where(Application.seat == 1)).one())
    client = visit.by(visit.at.administrator)
    return submit(client, f"/admin/activities/{visit.at.offering.id}/publish", {}, page="/profile")


def leaving(visit: Visit) -> TestResponse:
    """Let the one who holds the seat leave it."""
    with installation(visit.app).database.reading() as session:
        query = select(Application.id, Person).join(Person, Person.id == Application.person_id)
        application_id, holder = session.execute(query.where(Application.seat == 1)).one()
        session.expunge_all()
    return submit(visit.by(holder), f"/applications/{application_id}/withdraw", {"reason": "ill"}, page="/profile")


TRIES: dict[str, Tried] = {
    "catalogue.enrol": Tried(None, by_catalogue),
    "api.enrol": Tried(None, lambda v: by_program(v, "/api/v1/enrolments", {"course": "ABOVE", "language": "en"})),
    "api.apply": Tried(None, lambda v: by_program(v, "/api/v1/applications", {"activity": "SEMINAR"})),
    "admin.enter_person": Tried(None, by_form),
    "admin.bring_in_table": Tried(None, by_table),
    "trainer.bring_in": Tried(None, by_cohort),
    "applications.apply": Tried(None, by_application),
    "applications.submit": Tried(State.DRAFT, of_own("/applications/{id}/submit")),
    "applications.ask_again": Tried(State.INELIGIBLE, of_own("/applications/{id}/again")),
    "applications.confirm": Tried(State.SELECTED, of_own("/applications/{id}/confirm")),
    "applications.withdraw": Tried(State.WAITLISTED, leaving),
    "nominations.endorse": Tried(State.SUBMITTED, by_coordinator("endorse", application="application")),
    "nominations.nominate": Tried(None, by_coordinator("nominate", addresses="to")),
    "admin.decide_selection": Tried(State.ELIGIBLE, by_board),
    "admin.edit_activity": Tried(State.WAITLISTED, adding_a_seat),
    "admin.move_activity": Tried(State.WAITLISTED, going_on),
}


def unsafe_routes(app: Flask) -> dict[str, str]:
    """Return the view of every route that changes something, by its endpoint."""
    return {
        rule.endpoint: name_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules() if UNSAFE & (rule.methods or set())
    }  # fmt: skip


@pytest.fixture
def parts(tmp_path: Path) -> Site:
    """Return the parts of an installation that nobody asks anything."""
    return create_site(
        load_settings({}, folder=tmp_path, database_url=f"sqlite:///{tmp_path}/no.db", secret_key="s" * 40)
    )


def test_every_route_that_reaches_the_gate_is_tried(parts: Site) -> None:
    asks = graph().leading_to(GATE)
    gated = {endpoint for endpoint, view in unsafe_routes(create_platform(parts)).items() if view in asks}
    assert gated == set(TRIES)


def test_no_route_reaches_the_rows_without_the_gate(parts: Site) -> None:
    known = graph()
    asks = known.leading_to(GATE)
    makes = [name for name, called in known.calls.items() if called & ROWS and name.startswith("courses.")]
    makers = set().union(*(known.leading_to(name) for name in makes))
    playing = unsafe_routes(create_content_app(parts))
    views = set((unsafe_routes(create_platform(parts)) | playing).values())
    assert not (views & makers) - asks
    assert not set(playing.values()) & asks, "these are for playing, and bring nobody in"


@pytest.mark.parametrize("endpoint", sorted(TRIES))
def test_nobody_comes_in_by_a_route_and_all_say_the_same(app: Flask, endpoint: str) -> None:
    tried = TRIES[endpoint]
    with installation(app).database.transaction() as session:
        at = somebody(session, set_stage(session), tried.start, NOW)
    answer = tried.send(Visit(app, at))
    assert answer.status_code in {200, 303, 409, 422}, answer.get_data(as_text=True)
    with installation(app).database.reading() as session:
        assert reasons_kept(session, at.person) == WHY
        assert not has_come_on(session, at.person, tried.start)
