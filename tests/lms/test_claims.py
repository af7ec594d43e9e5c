"""Claims for recognition: the person's own record and claims, the reviewer's pages; each refusal beside its success."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.people.models import Person, Role
from courses.records.models import ClaimState, Evidence, Recognition
from lms import tasks
from lms.evidence import DOCX, JPEG, PDF, PNG, kind_of
from tests.browsing import browser_of, installation, token_once
from tests.builders import NOW, make_course, make_person
from tests.records_builders import make_claim, make_guideline, make_participation, make_topic

RECORD, NEW, CLAIMS = "/my/record", "/my/record/claims/new", "/my/record/claims"
FILE = b"%PDF-1.7 diploma"


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admin(app: Flask) -> Person:
    with installation(app).database.transaction() as session:
        return make_person(session, given_name="Olive", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def admins(app: Flask, admin: Person) -> FlaskClient:
    return browser_of(app, admin)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, address: str, *files: tuple[str, bytes], **data: object) -> TestResponse:
    documents = [(BytesIO(content), name) for name, content in files]
    fields = {"csrf_token": token_once(client), "documents": documents, **data}
    return client.post(address, data=fields, content_type="multipart/form-data")


def claims(app: Flask) -> list[Recognition]:
    with installation(app).database.reading() as session:
        found = list(session.scalars(select(Recognition).order_by(Recognition.created_at)))
        session.expunge_all()
    return found


def document(app: Flask) -> Evidence:
    with installation(app).database.reading() as session:
        found = session.scalars(select(Evidence)).one()
        session.expunge_all()
    return found


def add_claim(app: Flask, person: Person, state: ClaimState = ClaimState.SUBMITTED) -> UUID:
    with installation(app).database.transaction() as session:
        return make_claim(session, person, state).id


class TestTheOwnRecord:
    def test_shows_steps_with_what_they_rest_on_participations_and_claims(
        self, app: Flask, alice: Person, alices: FlaskClient, client: FlaskClient
    ) -> None:
        assert client.get(RECORD).location == "/sign-in?next=/my/record"
        assert "You have no step yet" in page(alices, RECORD)
        with installation(app).database.transaction() as session:
            make_participation(session, alice, title="Seminar in Dakar", source="Registry 2019", mark=0.8)
            make_claim(session, alice, ClaimState.GRANTED, granted=["2·generalist"])
        text = page(alices, RECORD)
        for words in ("Seminar in Dakar", "Registry 2019", "80.0%", "Attained", "Recognised", "Granted"):
            assert words in text
        assert 'href="/steps/2%C2%B7generalist"' in text


class TestAClaim:
    def test_is_handed_in_with_documents_and_shown(self, app: Flask, alices: FlaskClient) -> None:
        answer = send(
            alices, CLAIMS, ("diploma.pdf", FILE), steps=["1", "2·generalist"], statement="I taught it.",
            action="submit",
        )  # fmt: skip
        (claim,) = claims(app)
        assert (answer.status_code, answer.location) == (303, f"/my/record/claims/{claim.id}")
        assert (claim.state, claim.steps) == (ClaimState.SUBMITTED, ["1", "2·generalist"])
        text = page(alices, answer.location)
        assert "diploma.pdf" in text
        assert "Waits for a decision" in text
        assert 'type="file"' not in text

    def test_is_kept_as_a_draft_with_every_fault_said_when_it_is_handed_in_too_early(
        self, app: Flask, alices: FlaskClient
    ) -> None:
        answer = send(alices, CLAIMS, ("a.png", b"\x89PNG\r\n\x1a\n"), statement=" ", action="submit")
        assert answer.status_code == 422
        text = unescape(answer.text)
        assert "Choose at least one step." in text
        assert "Say in a few sentences" in text
        assert claims(app)[0].state is ClaimState.DRAFT
        assert "a.png" in text

    def test_sent_twice_is_one(self, app: Flask, alices: FlaskClient) -> None:
        for _ in range(2):
            answer = send(alices, CLAIMS, steps="1", statement="x", action="save")
        assert answer.status_code == 303
        assert len(claims(app)) == 1
        assert page(alices, NEW, 303)
        address = f"{CLAIMS}/{claims(app)[0].id}"
        for _ in range(2):
            assert send(alices, f"{address}/withdraw").status_code == 303
        assert claims(app)[0].state is ClaimState.WITHDRAWN

    def test_takes_no_document_that_is_not_what_it_may_be(self, app: Flask, alices: FlaskClient) -> None:
        for name, content in (("x.pdf", b"<html>"), ("x.svg", b"<svg/>"), ("x.docx", b"PK\x03\x04x")):
            answer = send(alices, CLAIMS, (name, content), steps="1", statement="Mine", action="submit")
            assert answer.status_code == 422
            assert f"“{name}” cannot be taken" in unescape(answer.text)
            assert "Mine" in answer.text
        assert claims(app) == []

    def test_of_somebody_else_is_not_there(self, app: Flask, alice: Person, charlies: FlaskClient) -> None:
        claim_id = add_claim(app, alice)
        page(charlies, f"{CLAIMS}/{claim_id}", 404)
        assert send(charlies, f"{CLAIMS}/{claim_id}/withdraw").status_code == 404
        assert claims(app)[0].state is ClaimState.SUBMITTED


class TestADocument:
    def test_is_saved_and_never_shown_and_for_the_person_and_reviewers_alone(
        self, app: Flask, alices: FlaskClient, charlies: FlaskClient, bobs: FlaskClient, admins: FlaskClient
    ) -> None:
        send(alices, CLAIMS, ("lettre été.html", FILE), steps="1", statement="x", action="submit")
        row = document(app)
        address = f"/my/record/documents/{row.id}"
        for client in (alices, admins):
            with client.get(address) as answer:
                assert (answer.status_code, answer.data, answer.mimetype) == (200, FILE, "application/pdf")
                assert answer.headers["Content-Disposition"].startswith("attachment")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for client in (charlies, bobs):
            assert client.get(address).status_code == 404
        assert row.name == "lettre été.html.pdf"

    def test_is_kept_by_the_sweep_until_it_is_removed(self, app: Flask, alices: FlaskClient) -> None:
        send(alices, CLAIMS, ("a.pdf", FILE), steps="1", statement="x", action="save")
        site, (claim,), row = installation(app), claims(app), document(app)
        with time_machine.travel(NOW + timedelta(days=400)):
            assert tasks.sweep(site) == 0
        address = f"{CLAIMS}/{claim.id}/documents/{row.id}/remove"
        for _ in range(2):
            assert send(alices, address).status_code == 303
        with time_machine.travel(NOW + timedelta(days=400)):
            assert tasks.sweep(site) == 1

    def test_is_known_by_what_is_in_it(self, tmp_path: Path) -> None:
        word = BytesIO()
        with ZipFile(word, "w") as archive:
            archive.writestr("[Content_Types].xml", "")
            archive.writestr("word/document.xml", "")
        macros = BytesIO(word.getvalue())
        with ZipFile(macros, "a") as archive:
            archive.writestr("word/vbaProject.bin", "")
        cases = {
            b"%PDF-1.4": PDF, b"\xff\xd8\xff\xe0": JPEG, b"\x89PNG\r\n\x1a\n": PNG, word.getvalue(): DOCX,
            macros.getvalue(): None, b"GIF89a": None, b"": None,
        }  # fmt: skip
        for content, kind in cases.items():
            place = tmp_path / "document"
            place.write_bytes(content)
            assert kind_of(place) == kind


class TestTheReviewer:
    def test_sees_who_waits_and_grants_some_of_the_steps_until_a_day(
        self, app: Flask, alice: Person, alices: FlaskClient, admins: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            claim = make_claim(session, alice, steps=["1", "2·generalist"])
            make_guideline(session, "1", ["A1"])
        assert "Alice Learner" in page(admins, "/admin/claims")
        address = f"/admin/claims/{claim.id}"
        text = page(admins, address)
        assert "Explain A1" in text
        data = {
            "known": NOW.isoformat(), "steps": "1", "reason": "degree", "note": "Well shown.",
            "expires_on": "2030-01-01", "action": "grant",
        }  # fmt: skip
        for _ in range(2):
            assert send(admins, address, **data).status_code == 303
        assert (claims(app)[0].state, claims(app)[0].granted) == (ClaimState.GRANTED, ["1"])
        text = page(alices, f"{CLAIMS}/{claim.id}")
        for words in ("A degree that covers it", "Well shown.", "Jan 1, 2030", "Olive"):
            assert words in text

    def test_returns_refuses_and_revokes_with_every_fault_at_once(
        self, app: Flask, alice: Person, admins: FlaskClient
    ) -> None:
        claim_id = add_claim(app, alice)
        address = f"/admin/claims/{claim_id}"
        wrong = send(admins, address, reason="degree", action="refuse", known=NOW.isoformat())
        assert wrong.status_code == 422
        assert "This reason does not fit the decision." in wrong.text
        assert "Write what is missing" in wrong.text
        send(admins, address, reason="too_old", note="1998", action="refuse", known=NOW.isoformat())
        assert claims(app)[0].state is ClaimState.REFUSED
        granted = add_claim(app, alice, ClaimState.GRANTED)
        address = f"/admin/claims/{granted}"
        send(admins, address, reason="granted_in_error", note="Sorry", action="revoke")
        assert {claim.state for claim in claims(app)} == {ClaimState.REFUSED, ClaimState.REVOKED}
        assert "Sorry" in page(admins, address)

    def test_decides_neither_the_own_claim_nor_one_that_has_moved_on(
        self, app: Flask, alice: Person, admin: Person, admins: FlaskClient
    ) -> None:
        own, other = add_claim(app, admin), add_claim(app, alice)
        data = {"steps": "1", "reason": "degree", "action": "grant"}
        text = page(admins, f"/admin/claims/{own}")
        assert 'value="grant"' not in text
        send(admins, f"/admin/claims/{own}", known=NOW.isoformat(), **data)
        send(admins, f"/admin/claims/{other}", known="2020-01-01T00:00:00+00:00", **data)
        assert {claim.state for claim in claims(app)} == {ClaimState.SUBMITTED}

    def test_is_nobody_but_an_administrator(
        self, app: Flask, alice: Person, alices: FlaskClient, bobs: FlaskClient, client: FlaskClient
    ) -> None:
        claim_id = add_claim(app, alice)
        for somebody in (alices, bobs):
            page(somebody, "/admin/claims", 403)
            assert send(somebody, f"/admin/claims/{claim_id}", action="grant").status_code == 403
        assert client.get("/admin/claims").status_code == 302


class TestAStep:
    def test_says_to_everybody_what_it_asks_for_and_what_confers_it(self, app: Flask, client: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            make_topic(session, "services", name_fr="Services financiers")
            make_guideline(session, "2·specialist·services", ["S1"], topic="services", track="specialist")
            make_course(session, title_fr="Le cours", confers=["2·specialist·services"])
            make_course(session, title_fr="Un autre", confers=["1"])
        text = page(client, "/steps/2·specialist·services?lang=fr")
        assert "Expliquer S1" in text
        assert "Le cours" in text
        assert "Un autre" not in text
        assert "No guideline is in force" in page(client, "/steps/3·generalist?lang=en")

    def test_that_does_not_exist_is_not_there(self, client: FlaskClient) -> None:
        for step in ("4", "2", "x", "2·specialist·cooking", "1·generalist"):
            page(client, f"/steps/{step}", 404)
