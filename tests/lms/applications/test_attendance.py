"""Attendance and marks on a trainer's phone: it works, then each refusal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.applications.models import Application, State
from courses.offerings.models import Dating, Offering, OfferingPart, OfferingState, PartKind
from courses.people.models import Person, Role
from tests.applications_builders import make_application, official, open_activity
from tests.browsing import browser_of, installation
from tests.builders import make_person
from tests.lms.applications.sending import post
from tests.offerings_builders import make_session

DAY = timedelta(days=1)
DURING = datetime(2027, 2, 1, 9, 30, tzinfo=UTC)
AFTER = datetime(2027, 2, 5, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(DURING, tick=False) as moved:
        yield moved


def add(app: Flask, bob: Person, sessions: int = 2, **facts: Any) -> tuple[Offering, list[str], list[Application]]:
    """Add an activity that Bob trains with two people; return it with its sessions and applications."""
    with installation(app).database.transaction() as session:
        offering = open_activity(session, None, trainers=[bob], title_en="Trade in services", **facts)
        held = [make_session(session, offering, DURING + n * DAY, title=f"Day {n + 1}") for n in range(sessions)]
        people = [
            make_application(session, official(session, family_name=name), offering, state=State.CONFIRMED)
            for name in ("Diop", "Fall")
        ]
        return offering, [str(one.id) for one in held], people


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, address: str, said: dict[str, str], status: int = 303) -> str:
    answer = post(client, address, said.items())
    assert answer.status_code == status
    return page(client, answer.location) if status == 303 else unescape(answer.get_data(as_text=True))


def stored(app: Flask) -> dict[str, Application]:
    with installation(app).database.reading() as session:
        rows = session.execute(
            select(Person.family_name, Application).join(Application, Application.person_id == Person.id)
        )
        found = {row[0]: row[1] for row in rows}
        session.expunge_all()
        return found


def test_a_trainer_notes_who_is_there_and_corrects_it(app: Flask, bob: Person, bobs: FlaskClient) -> None:
    offering, (first, _), (diop, fall) = add(app, bob)
    assert f'href="/attendance/{offering.id}"' in page(bobs, "/attendance")
    address = f"/attendance/{offering.id}/sessions/{first}"
    text = page(bobs, address)
    assert text.count('type="radio"') == 6
    text = send(bobs, address, {f"presence-{diop.id}": "present", f"presence-{fall.id}": "absent"})
    assert "noted for 2 of 2" in text
    assert (stored(app)["Diop"].attendance, stored(app)["Fall"].attendance) == (1.0, 0.0)
    assert page(bobs, address).count(" checked") == 2
    send(bobs, address, {f"presence-{fall.id}": "excused"})
    send(bobs, address, {f"presence-{diop.id}": "none"})
    assert (stored(app)["Diop"].attendance, stored(app)["Diop"].state) == (0.0, State.CONFIRMED)


def test_a_trainer_closes_the_activity_and_every_outcome_is_told(
    app: Flask, bob: Person, bobs: FlaskClient, clock: Any
) -> None:
    offering, sessions, (diop, fall) = add(app, bob, confers=["1"])
    for session_id in sessions:
        clock.move_to(AFTER)
        presences = {f"presence-{diop.id}": "present", f"presence-{fall.id}": "absent"}
        send(bobs, f"/attendance/{offering.id}/sessions/{session_id}", presences)
    text = page(bobs, f"/attendance/{offering.id}")
    assert "so far" in text
    assert "not noted for everybody" not in text
    text = send(bobs, f"/attendance/{offering.id}/close", {})
    assert "2 outcomes were written." in text
    assert "Everybody has an outcome." in text
    address = f"/attendance/{offering.id}/sessions/{sessions[0]}"
    text = send(bobs, address, {f"presence-{diop.id}": "absent"}, 422)
    assert "Please give a reason" in text
    assert text.index("Diop,") < text.index(f'name="presence-{diop.id}" value="absent" checked') < text.index("Fall,")
    send(bobs, address, {f"presence-{diop.id}": "absent", "reason": "Mistaken for another."})
    assert stored(app)["Diop"].outcome == "not_attended"
    person = stored(app)["Diop"].person_id
    with installation(app).database.transaction() as session:
        someone = session.get_one(Person, person)
    text = page(browser_of(app, someone), f"/applications/{diop.id}")
    assert "The outcome was corrected. It is now: Attendance not reached, attendance 50%." in text


def test_before_closing_a_trainer_reads_that_somebody_is_not_noted(
    app: Flask, bob: Person, bobs: FlaskClient, clock: Any
) -> None:
    offering, (first, _), (diop, _) = add(app, bob)
    clock.move_to(AFTER)
    send(bobs, f"/attendance/{offering.id}/sessions/{first}", {f"presence-{diop.id}": "present"})
    assert "not noted for everybody" in page(bobs, f"/attendance/{offering.id}")


def test_closing_ends_what_still_waits_though_nobody_came(
    app: Flask, bob: Person, bobs: FlaskClient, clock: Any
) -> None:
    with installation(app).database.transaction() as session:
        offering = open_activity(session, None, trainers=[bob])
        make_application(session, official(session, family_name="Sow"), offering, state=State.WAITLISTED, waiting=1)
    clock.move_to(AFTER)
    address = f"/attendance/{offering.id}"
    assert "1 application has no confirmed place: it ends now, and the person is told." in page(bobs, address)
    text = send(bobs, f"{address}/close", {})
    assert text.count("The activity is closed.") == 2
    assert f'action="{address}/close"' not in text
    assert stored(app)["Sow"].state == State.DECLINED
    send(bobs, f"{address}/close", {})


def test_it_is_not_closed_before_its_end_and_says_so(app: Flask, bob: Person, bobs: FlaskClient) -> None:
    offering, _, _ = add(app, bob)
    assert "This activity is not over yet." in page(bobs, f"/attendance/{offering.id}")
    assert "This activity is not over yet." in send(bobs, f"/attendance/{offering.id}/close", {})


def test_marks_are_written_in_per_cent(app: Flask, bob: Person, bobs: FlaskClient, clock: Any) -> None:
    offering, _, (diop, fall) = add(app, bob, 0, pass_mark=0.6)
    clock.move_to(AFTER)
    send(bobs, f"/attendance/{offering.id}/whole", {f"presence-{diop.id}": "present", f"presence-{fall.id}": "present"})
    address = f"/attendance/{offering.id}/marks"
    send(bobs, address, {f"mark-{diop.id}": "72,5", f"mark-{fall.id}": ""})
    assert (stored(app)["Diop"].mark, stored(app)["Fall"].mark) == (0.725, None)
    assert 'value="72.5"' in page(bobs, address)
    assert "Marks are missing: Alice Fall." in send(bobs, f"/attendance/{offering.id}/close", {})
    for wrong in ("good", "101"):
        text = send(bobs, address, {f"mark-{diop.id}": "80", f"mark-{fall.id}": wrong}, 422)
        assert "A mark" in text[text.index(f'id="mark-{fall.id}-error"') :]
        assert 'value="80"' in text, "what was written before the mistake stands there still"
        assert f'value="{wrong}" aria-invalid="true"' in text
    assert stored(app)["Fall"].mark is None


def test_marks_of_parts_are_weighted(app: Flask, bob: Person, bobs: FlaskClient, clock: Any) -> None:
    offering, _, (diop, fall) = add(app, bob, 0, pass_mark=0.6)
    with installation(app).database.transaction() as session:
        parts = [
            OfferingPart(offering_id=offering.id, place=n, kind=PartKind.TEST, title=f"Test {n}", weight=n + 1.0)
            for n in range(2)
        ]
        session.add_all(parts)
    clock.move_to(AFTER)
    page(bobs, f"/attendance/{offering.id}/marks", 404)
    for part, mark in zip(parts, ("40", "70"), strict=True):
        assert part.title in page(bobs, f"/attendance/{offering.id}")
        send(bobs, f"/attendance/{offering.id}/marks?part={part.id}", {f"mark-{diop.id}": mark, f"mark-{fall.id}": ""})
    assert stored(app)["Diop"].mark == pytest.approx(0.6)


def test_it_is_for_the_trainers_of_the_activity(app: Flask, bob: Person, alices: FlaskClient) -> None:
    offering, (first, _), (diop, _) = add(app, bob)
    with installation(app).database.transaction() as session:
        other = make_person(session, roles=[Role.TRAINER])
    others = browser_of(app, other)
    assert "You are not a trainer of any activity yet." in page(others, "/attendance")
    for address in ("", f"/sessions/{first}", "/whole", "/marks"):
        page(others, f"/attendance/{offering.id}{address}", 404)
        page(alices, f"/attendance/{offering.id}{address}", 403)
    send(others, f"/attendance/{offering.id}/sessions/{first}", {f"presence-{diop.id}": "present"}, 404)
    send(others, f"/attendance/{offering.id}/close", {}, 404)
    assert stored(app)["Diop"].state == State.CONFIRMED


def test_a_trainer_turns_first_to_what_has_begun(app: Flask, bob: Person, bobs: FlaskClient) -> None:
    days = {"begun": -1, "next": 3, "later": 30, "undated": None, "awaited": -9, "closed": -10}
    with installation(app).database.transaction() as session:
        for title, away in days.items():
            state = OfferingState.HELD if title in {"awaited", "closed"} else OfferingState.PUBLISHED
            day = None if away is None else (DURING + away * DAY).date()
            facts: dict[str, Any] = {"dating": Dating.NOT_FIXED} if day is None else {"ranges": [(day, day)]}
            made = open_activity(session, trainers=[bob], title_en=title, state=state, **facts)
            if title == "awaited":
                make_application(session, official(session), made, state=State.CONFIRMED)
    text = page(bobs, "/attendance")
    words = ("Attendance to note", "begun", "awaited", "To come", "next", "later", "undated", "Past", "closed")
    order = [text.index(f">{word}<") for word in words]
    assert order == sorted(order)
