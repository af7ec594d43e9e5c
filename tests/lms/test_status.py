"""Documents that show what a person is: sent, read by those who decide, decided; then each refusal."""

import os
from html import unescape
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.paging import PAGE
from courses.people.beneficiaries import StatusClaim
from courses.people.models import Person, Role, VerifiedHow
from courses.progression.record import Category
from courses.records.models import Evidence
from lms.letters import path_of
from lms.tasks import sweep
from tests.browsing import browser_of, installation, submit, token_of
from tests.builders import NOW, PASSWORD, make_person

PDF = b"%PDF-1.7 a letter of the ministry"


def add(app: Flask, **facts: Any) -> Person:
    with installation(app).database.transaction() as session:
        return make_person(session, **{"country": "SN", "verified_at": None} | facts)


def send(client: FlaskClient, content: bytes = PDF, name: str = "letter.pdf", **facts: str) -> TestResponse:
    data = {
        "csrf_token": token_of(client, "/profile/status"), "category": "journalist", "institution": "The Daily",
        "document": (BytesIO(content), name, "text/html"), **facts,
    }  # fmt: skip
    return client.post("/profile/status", data=data)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def the_claim(app: Flask) -> UUID:
    with installation(app).database.reading() as session:
        return session.scalars(select(StatusClaim.id)).one()


def document_of(app: Flask) -> UUID:
    with installation(app).database.reading() as session:
        return session.scalars(select(Evidence.id)).one()


def decided(client: FlaskClient, claim_id: UUID, **facts: str) -> TestResponse:
    address = f"/people/claims/{claim_id}"
    return submit(client, address, {"category": "journalist", "note": "", **facts}, page=address)


def person_now(app: Flask, person: Person) -> Person:
    with installation(app).database.reading() as session:
        found = session.get_one(Person, person.id)
        session.expunge(found)
        return found


@pytest.fixture
def diop(app: Flask) -> Person:
    """Return somebody of Senegal whom nobody has verified."""
    return add(app, family_name="Diop")


@pytest.fixture
def diops(app: Flask, diop: Person) -> FlaskClient:
    """Return the browser of that person."""
    return browser_of(app, diop)


@pytest.fixture
def coordinators(app: Flask) -> FlaskClient:
    """Return the browser of the coordinator of Senegal."""
    return browser_of(app, add(app, roles=[Role.COORDINATOR]))


def test_a_document_is_sent_read_by_the_coordinator_and_verifies_the_person(
    app: Flask, diop: Person, diops: FlaskClient, coordinators: FlaskClient
) -> None:
    assert (send(diops).status_code, send(diops).status_code) == (303, 422)
    assert "wait for a decision" in page(diops, "/profile/status")
    assert person_now(app, diop).verified_at is None
    assert "1 person has sent documents" in page(coordinators, "/people")
    assert "Diop, Alice" in page(coordinators, "/people/claims")
    assert "letter.pdf" in page(coordinators, f"/people/claims/{the_claim(app)}")
    assert decided(coordinators, the_claim(app), decision="accept").status_code == 303
    person = person_now(app, diop)
    assert person.verified_at is not None
    assert (person.category, person.institution) == (Category.JOURNALIST, "The Daily")
    assert person.verified_how is VerifiedHow.DOCUMENT
    assert "Accepted on" in page(diops, "/profile/status")
    again = decided(coordinators, the_claim(app), decision="refuse", note="Too late")
    assert again.status_code == 422
    assert person_now(app, diop).verified_at is not None


def test_a_document_is_handed_out_as_an_attachment_whatever_the_browser_called_it(
    app: Flask, diops: FlaskClient, coordinators: FlaskClient
) -> None:
    send(diops, name="letter.html")
    for client, address in ((diops, "/profile/status"), (coordinators, "/people/claims")):
        with client.get(f"{address}/documents/{document_of(app)}") as answer:
            assert (answer.status_code, answer.data) == (200, PDF)
            assert answer.headers["Content-Type"] == "application/pdf"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_claim_and_its_documents_are_nobody_elses(
    app: Flask, diops: FlaskClient, alices: FlaskClient, bobs: FlaskClient
) -> None:
    send(diops)
    claim, document = the_claim(app), document_of(app)
    strangers = browser_of(app, add(app, country="NG", roles=[Role.COORDINATOR]))
    page(strangers, f"/people/claims/{claim}", 404)
    page(strangers, f"/people/claims/documents/{document}", 404)
    assert "Diop" not in page(strangers, "/people/claims")
    token = token_of(strangers, "/people")
    data = {"csrf_token": token, "decision": "accept", "category": "journalist"}
    assert strangers.post(f"/people/claims/{claim}", data=data).status_code == 404
    for client in (alices, bobs):
        page(client, f"/people/claims/documents/{document}", 403)
        page(client, f"/profile/status/documents/{document}", 404)
        assert submit(client, f"/profile/status/{claim}/take-back", {}, page="/profile").status_code == 404


def test_a_claim_is_refused_with_a_reason_and_another_one_may_be_sent(
    app: Flask, diop: Person, diops: FlaskClient, coordinators: FlaskClient
) -> None:
    send(diops)
    answer = decided(coordinators, the_claim(app), decision="refuse")
    assert answer.status_code == 422
    assert "Please write the reason" in unescape(answer.get_data(as_text=True))
    decided(coordinators, the_claim(app), decision="refuse", note="The letter is not readable")
    assert "The letter is not readable" in page(diops, "/profile/status")
    assert person_now(app, diop).verified_at is None
    assert send(diops).status_code == 303


def test_a_claim_can_be_taken_back_while_nobody_has_decided_it(app: Flask, diops: FlaskClient) -> None:
    send(diops)
    submit(diops, f"/profile/status/{the_claim(app)}/take-back", {}, page="/profile/status")
    assert "You took it back on" in page(diops, "/profile/status")


def test_what_is_no_document_is_refused_beside_its_field(diops: FlaskClient) -> None:
    for content, words in ((b"<html>", "cannot be taken"), (b"", "Please choose at least one document")):
        answer = send(diops, content)
        assert answer.status_code == 422
        assert words in unescape(answer.get_data(as_text=True))


def test_a_sweep_leaves_the_documents_that_a_claim_names(app: Flask, diops: FlaskClient) -> None:
    send(diops)
    for stored in installation(app).settings.folder.glob("store/*/*"):
        os.utime(stored, (0, 0))
    assert sweep(installation(app)) == 0
    with diops.get(f"/profile/status/documents/{document_of(app)}") as answer:
        assert answer.status_code == 200


def test_the_profile_says_what_a_person_is_and_a_change_loses_the_verification(app: Flask) -> None:
    alice = add(app, verified_at=add(app).created_at)
    client = browser_of(app, alice)
    data = {
        "given_name": "Alice", "family_name": "Diop", "language": "en", "country": "SN", "category": "official",
        "institution": "Ministry of Trade", "speaks": ["fr", "es"],
    }  # fmt: skip
    submit(client, "/profile", data, page="/profile")
    person = person_now(app, alice)
    assert (person.institution, person.speaks) == ("Ministry of Trade", ["fr", "es"])
    assert person.verified_at is not None
    submit(client, "/profile", data | {"category": "academic"}, page="/profile")
    assert person_now(app, alice).verified_at is None
    assert "You are not verified any more" in page(client, "/profile")


def test_an_account_says_from_its_beginning_what_the_person_is(app: Flask, client: FlaskClient) -> None:
    data = {
        "email": "new@example.org", "password": PASSWORD, "given_name": "New", "family_name": "Person",
        "language": "en", "country": "EU", "category": "parliamentarian", "institution": "A parliament",
        "speaks": ["fr"],
    }  # fmt: skip
    assert submit(client, "/sign-up", data, page="/sign-up").status_code == 302
    with installation(app).database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.country, person.category, person.speaks) == ("EU", Category.PARLIAMENTARIAN, ["fr"])
        assert (person.institution, person.verified_at) == ("A parliament", None)


@pytest.mark.parametrize("address", ["/sign-up", "/profile"])
def test_a_coordinator_is_told_who_waits_and_opens_the_page_of_the_person(
    app: Flask, client: FlaskClient, coordinators: FlaskClient, address: str
) -> None:
    data = {"given_name": "New", "family_name": "Person", "language": "en", "country": "SN", "category": "academic"}
    if address == "/sign-up":
        data |= {"email": "new@example.org", "password": PASSWORD}
    else:
        client = browser_of(app, add(app, country=None))
    submit(client, address, data, page=address)
    with installation(app).database.reading() as session:
        ((kind, facts),) = session.execute(select(Notice.kind, Notice.facts))
    assert kind == NoticeKind.VERIFICATION_ASKED
    assert "New Person" in page(coordinators, path_of("person", facts))


def test_a_coordinator_puts_a_category_right_and_takes_a_verification_back(
    app: Flask, diop: Person, coordinators: FlaskClient
) -> None:
    submit(coordinators, f"/people/{diop.id}/verify", {f"category-{diop.id}": "ngo"}, page="/people")
    assert person_now(app, diop).category is Category.NGO
    own = f"/people/{diop.id}"
    assert "Category: Government official → Non-governmental organisation" in page(coordinators, own)
    assert submit(coordinators, f"{own}/take-back", {"reason": ""}, page=own).status_code == 303
    assert person_now(app, diop).verified_at is not None
    submit(coordinators, f"{own}/take-back", {"reason": "Left the organisation"}, page=own)
    assert person_now(app, diop).verified_at is None
    assert "Left the organisation" in page(coordinators, own)
    submit(coordinators, f"{own}/verify", {f"category-{diop.id}": "king"}, page=own)
    assert person_now(app, diop).verified_at is None


def test_the_list_of_claims_asks_the_same_few_questions_for_one_or_many(app: Flask, coordinators: FlaskClient) -> None:
    asked: list[str] = []
    event.listen(installation(app).database.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    counts = []
    for _ in range(2):
        send(browser_of(app, add(app)))
        asked.clear()
        page(coordinators, "/people/claims")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_of_claims_has_pages(app: Flask, diops: FlaskClient, coordinators: FlaskClient) -> None:
    send(diops)
    with installation(app).database.transaction() as session:
        for number in range(PAGE):
            person = make_person(session, country="SN", verified_at=None, family_name=f"Wait {number:02}")
            session.add(StatusClaim(person_id=person.id, category=Category.NGO, institution="", sent_at=NOW))
    first, second = (page(coordinators, f"/people/claims?page={number}") for number in (1, 2))
    assert 'rel="next" href="/people/claims?page=2"' in first
    assert ("Wait 00" in first, "Diop" in first) == (True, False)
    assert ("Diop" in second, 'rel="prev" href="/people/claims?page=1"' in second) == (True, True)
