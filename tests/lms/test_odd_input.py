"""What no page of ours sends, and what people mistype: numbers that are none, days of other ages, halves of letters.

Each of these was once answered by an error page of the server's own.
"""

import os
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import MultiDict

from courses.errors import Refusal
from courses.people.beneficiaries import StatusClaim
from courses.people.models import Person, Role
from courses.people.tokens import make_token
from courses.progression.policy import HOUSE
from courses.progression.record import Category
from courses.progression.steps import StepError, parse_step
from lms import clock
from lms.bearer import new_token
from lms.db import Database
from lms.evidence import kind_of
from lms.sheets import read_rows
from lms.web.admin.policy_form import pressed_policy, sent_policy, shown_policy
from tests.browsing import browser_of, installation, submit
from tests.builders import NOW, make_person
from tests.offerings_builders import make_offering

DIGITS = "9" * 5000
"""A number longer than Python reads by itself."""


@pytest.fixture
def ada(app: Flask) -> Person:
    """Return an administrator."""
    with installation(app).database.transaction() as session:
        return make_person(session, roles=[Role.LEARNER, Role.ADMINISTRATOR])


@pytest.fixture
def adas(app: Flask, ada: Person) -> FlaskClient:
    """Return the browser of the administrator."""
    return browser_of(app, ada)


def status_of(client: FlaskClient, path: str, **fields: str) -> int:
    return submit(client, path, fields, page="/profile").status_code


@pytest.mark.parametrize("written", [DIGITS, "²", "-1"])
def test_a_step_of_no_level_is_refused(written: str) -> None:
    with pytest.raises(StepError):
        parse_step(written)


@pytest.mark.parametrize("written", ["twelve", "²", "9" * 64, "0000001" + "0" * 20])
def test_a_policy_is_shown_again_whatever_was_typed_into_it(written: str) -> None:
    for name, rule_fault in (("step_months", 0), ("rule-0-topic_reach", 1), ("rule-0-topic_level", 1)):
        form = MultiDict({"rule-0-level": "1", "rule-0-topic_reach": "1", name: written, "rules-do": "add"})
        pressed = pressed_policy(form)
        assert pressed is not None
        assert not pressed.has_faults, "nobody has asked to save it"
        assert pressed.readable()[1]
        sent = sent_policy(form)
        assert sent.policy is None
        assert len(sent.rules[0].faults) == rule_fault
    assert shown_policy(HOUSE, "").readable() == (HOUSE, frozenset())


def test_a_level_that_is_none_leaves_the_editor_standing(adas: FlaskClient) -> None:
    drafted = submit(adas, "/admin/policy/drafts", {}, page="/profile").location
    fields = {"rule-0-level": "9", "rule-0-topic_reach": "1", "retake_months": "twelve", "rules-do": "add"}
    assert status_of(adas, drafted, **fields) == 200


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_session_of_another_age_is_refused_at_its_field(app: Flask, adas: FlaskClient, year: str) -> None:
    with installation(app).database.transaction() as session:
        offering = make_offering(session, code="SEMINAR")
    sessions = f"/admin/activities/{offering.id}/sessions"
    times = {"starts_at": f"{year}-12-31T00:00", "ends_at": f"{year}-12-31T01:00"}
    assert status_of(adas, sessions, title="", link="", **times) == 422
    assert adas.get(f"{sessions}?day={year}-12-31&hours=nan").status_code == 200
    assert adas.get(f"{sessions}?day={year}-01-01").status_code == 200
    assert adas.get("/activities/seminar/calendar.ics").status_code == 200


def test_rows_and_pages_beyond_all_numbers_do_no_harm(adas: FlaskClient) -> None:
    row = {"number": DIGITS, "email": "nobody@example.org", "code": "NONE", "language": ""}
    assert status_of(adas, "/admin/enrol/table", **row) == 200
    assert adas.get("/admin/participations?page=9223372036854775807").status_code == 200


def test_programs_that_send_no_text_are_refused(app: Flask, ada: Person) -> None:
    token, kept = new_token()
    with installation(app).database.transaction() as session:
        make_token(session, ada, "odd", kept, clock.now())
        make_offering(session, code="OPEN", level=None)
    bodies = [b'{"activity": "\\ud800"}', b'{"activity": "OPEN", "motivation": "\\ud800"}', b"[" * 100_000]
    for body in bodies:
        answer = app.test_client().post(
            "/api/v1/applications", data=body, content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.status_code == 400
        assert answer.get_json()["error"]["code"] == "bad_request"


def test_a_long_note_to_an_accepted_claim_is_refused(app: Flask, adas: FlaskClient) -> None:
    claim_id = claimed(app)
    fields = {"decision": "accept", "category": "journalist", "note": "x" * 300}
    assert status_of(adas, f"/people/claims/{claim_id}", **fields) == 422


def claimed(app: Flask) -> UUID:
    with installation(app).database.transaction() as session:
        person = make_person(session, verified_at=None)
        claim = StatusClaim(person_id=person.id, category=Category.JOURNALIST, institution="", sent_at=NOW)
        session.add(claim)
        session.flush()
        return claim.id


def test_a_short_table_that_unpacks_to_a_long_one_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("picture.bin", os.urandom(1024**2))  # so that the whole is no bomb by its ratio
        for number in range(4):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(7 * 1024**2))
    with pytest.raises(Refusal, match="sheet_unpacks_too_large"):
        read_rows(path, bool)


def test_a_document_in_a_zip_of_the_future_is_of_no_kind(tmp_path: Path) -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    data = bytearray(written.getvalue())
    place = data.index(b"PK\x01\x02") + 6
    data[place : place + 2] = struct.pack("<H", 99)
    path = tmp_path / "letter.docx"
    path.write_bytes(data)
    assert kind_of(path) is None


def test_a_fault_of_the_database_says_nothing_of_people(database: Database) -> None:
    with database.reading() as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("SELECT nothing FROM nowhere WHERE nothing = :name"), {"name": "Awa Diop"})
    assert "nowhere" in str(raised.value)
    assert "Diop" not in str(raised.value)


@pytest.mark.parametrize("number", ["²", DIGITS])
def test_a_field_whose_number_is_none_is_refused(adas: FlaskClient, number: str) -> None:
    assert status_of(adas, "/admin/activities/new", **{f"days-{number}-first": "2026-11-20"}) == 400
