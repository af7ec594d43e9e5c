"""Each person's own calendar file: the activities with a place, links to join among them, nobody else's."""

from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from courses.applications.cases import Cause, note
from courses.applications.models import State
from courses.applications.states import Action
from courses.people.models import Person
from tests.applications_builders import make_application
from tests.browsing import installation
from tests.builders import NOW
from tests.offerings_builders import make_offering


def test_own_activities_are_in_it_and_nobody_elses(
    app: Flask, alices: FlaskClient, alice: Person, charlie: Person
) -> None:
    with installation(app).database.transaction() as session:
        for person, state, title in (
            (alice, State.CONFIRMED, "Confirmed"),
            (alice, State.SELECTED, "Selected"),
            (alice, State.ELIGIBLE, "Eligible"),
            (charlie, State.CONFIRMED, "Charlie's"),
        ):
            offering = make_offering(session, title_en=title, link="https://meet.example.org/1")
            application = make_application(session, person, offering, state=state)
            if state is State.CONFIRMED:
                note(session, application, (State.ELIGIBLE, Action.SELECT), Cause(now=NOW))
                note(session, application, (State.SELECTED, Action.CONFIRM), Cause(now=NOW))
    answer = alices.get("/applications/calendar.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.data).events
    assert {(event["SUMMARY"], event["STATUS"], event.sequence) for event in events} == {
        ("Confirmed", "CONFIRMED", 1),
        ("Selected", "TENTATIVE", 0),
    }
    assert all("https://meet.example.org/1" in event["DESCRIPTION"] for event in events)


def test_who_has_no_place_gets_an_empty_one(alices: FlaskClient) -> None:
    assert alices.get("/applications/calendar.ics").headers["Cache-Control"] == "private, no-store"
    assert Calendar.from_ical(alices.get("/applications/calendar.ics").data).events == []


def test_a_visitor_gets_none(client: FlaskClient) -> None:
    assert client.get("/applications/calendar.ics").status_code == 302
