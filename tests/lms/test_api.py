"""The interface of programs: it works, then each refusal; the same codes as on the pages."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from courses.enrolment.models import Enrolment
from courses.people.models import ApiToken, Language, Person
from courses.people.tokens import end_token, make_token
from courses.policy.models import StoredDecision
from lms import clock
from lms.bearer import new_token
from lms.wording_problems import PROBLEMS
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_course, make_person
from tests.offerings_builders import make_offering


class Program:
    """A program that carries a token."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.app = app
        self.token, kept = new_token()
        with installation(app).database.transaction() as session:
            self.token_id = make_token(session, person, "statistics", kept, clock.now()).id
        self.client = app.test_client()

    def get(self, path: str, token: str | None = None) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token or self.token}"})

    def post(self, path: str, body: object) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {self.token}"})


@pytest.fixture
def program(app: Flask, alice: Person) -> Program:
    return Program(app, alice)


def codes(answer: TestResponse) -> list[str]:
    return [reason["code"] for reason in answer.get_json()["error"]["reasons"]]


def count(app: Flask, kind: type[Enrolment | StoredDecision]) -> int:
    with installation(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_person_enrols_and_reads_it_again(app: Flask, program: Program) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, code="DOOR", level=1)
    assert program.get("/me").get_json()["email"] == "alice@example.org"
    (listed,) = program.get("/courses").get_json()["courses"]
    assert (listed["code"], listed["decision"]["is_allowed"]) == ("DOOR", True)
    made = program.post("/enrolments", {"course": "door", "language": "en"})
    again = program.post("/enrolments", {"course": "DOOR"})
    assert (made.status_code, again.status_code, count(app, Enrolment)) == (201, 200, 1)
    assert made.get_json() == again.get_json()
    own = program.get(made.headers["Location"].removeprefix("/api/v1")).get_json()
    assert (own["course"], own["outcome"], own["can_open"]) == ("DOOR", "not_started", True)
    assert program.get("/enrolments").get_json()["enrolments"] == [own]
    (kept,) = program.get("/decisions").get_json()["decisions"]
    assert (kept["id"], kept["route"]) == (own["decision"], "api")
    whole = program.get(f"/decisions/{kept['id']}").get_json()
    assert (whole["policy"], whole["terms"]["terms"]["code"]) == (1, "DOOR")


def test_a_person_applies_and_is_refused_by_the_same_gate(app: Flask, program: Program) -> None:
    with installation(app).database.transaction() as session:
        make_offering(session, code="OPEN", level=None)
        make_offering(session, code="SEMINAR", level=2)
    assert program.get("/activities/open/decision").get_json()["is_allowed"]
    made = program.post("/applications", {"activity": "OPEN", "language": "en", "motivation": "To learn"})
    again = program.post("/applications", {"activity": "OPEN", "language": "en"})
    assert (made.status_code, again.status_code) == (201, 200), made.get_json()
    own = program.get(made.headers["Location"].removeprefix("/api/v1")).get_json()
    assert (own["activity"], own["state"]) == ("OPEN", "submitted")
    assert program.get("/applications").get_json()["applications"] == [own]
    refused = program.post("/applications", {"activity": "SEMINAR"})
    assert (refused.status_code, codes(refused)) == (409, ["prerequisite_missing"])
    assert program.get(f"/decisions/{refused.get_json()['error']['decision']}").get_json()["route"] == "api"


def test_a_refusal_has_every_reason_and_the_decision_that_was_kept(app: Flask, program: Program) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, code="ABOVE", level=2)
        session.execute(update(Person).values(verified_at=None))
    asked = program.get("/courses/ABOVE/decision?language=fr").get_json()
    refused = program.post("/enrolments", {"course": "ABOVE", "language": "fr"})
    assert refused.status_code == 409
    assert codes(refused) == [reason["code"] for reason in asked["reasons"]]
    assert codes(refused) == ["not_published", "not_verified", "prerequisite_missing"]
    kept = program.get(f"/decisions/{refused.get_json()['error']['decision']}").get_json()
    assert (kept["is_allowed"], count(app, Enrolment), count(app, StoredDecision)) == (False, 0, 1)


def test_who_names_no_language_gets_one_that_there_is(app: Flask, program: Program) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, code="COURS", level=1, languages=[Language.FR])
        make_offering(session, code="ATELIER", languages=["fr"], needs_endorsement=False)
    decided = program.get("/courses/COURS/decision").get_json()
    assert (decided["language"], decided["is_allowed"]) == ("fr", True)
    for path, body in (("/enrolments", {"course": "COURS"}), ("/applications", {"activity": "ATELIER"})):
        refused = program.post(path, body | {"language": "es"})
        assert refused.status_code == 409
        assert program.post(path, body).get_json()["language"] == "fr"


def test_what_makes_no_sense_is_refused(app: Flask, program: Program) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, code="X")
    for body in ("X", [], {}, {"course": 7}, {"course": "\0"}, {"course": "X", "language": "de"}):
        answer = program.post("/enrolments", body)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_request"), body


@pytest.mark.parametrize(
    ("path", "status"), [("/enrolments/x", 404), ("/courses/C/decision?language=de", 400), ("/me", 401)]
)
def test_whatever_fails_is_said_in_a_sentence(app: Flask, program: Program, path: str, status: int) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, code="C")
    answer = program.get(path, "palier_wrong" if status == 401 else None)
    error = answer.get_json()["error"]
    assert (answer.status_code, error["message"]) == (status, str(PROBLEMS[status]))


def test_without_a_token_that_counts_nothing_is_said(app: Flask, program: Program, alice: Person) -> None:
    cookies = browser_of(app, alice)
    for path in ("/me", "/courses", "/enrolments", "/decisions"):
        for answer in (program.get(path, "palier_wrong"), cookies.get(f"/api/v1{path}")):
            assert (answer.status_code, answer.mimetype) == (401, "application/json")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    with installation(app).database.transaction() as session:
        end_token(session, program.token_id, NOW)
    assert program.get("/me").status_code == 401


def test_a_token_that_is_too_old_counts_no_more(app: Flask, program: Program) -> None:
    with installation(app).database.transaction() as session:
        session.get_one(ApiToken, program.token_id).created_at -= timedelta(days=365)
    assert program.get("/me").status_code == 401


def test_nobody_reads_what_is_somebody_elses(app: Flask, program: Program, charlie: Person) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, code="DOOR", level=1)
    made = program.post("/enrolments", {"course": "DOOR"}).get_json()
    stranger = Program(app, charlie)
    for path in (f"/enrolments/{made['id']}", f"/decisions/{made['decision']}", "/nothing", "/courses/NONE"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_wrong_tokens_are_counted_by_address(app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.limits._limit", lambda: __import__("limits").parse("3 per minute"))
    assert [program.get("/me", "palier_wrong").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_a_token_is_kept_as_a_hash_and_notes_that_it_is_used(app: Flask, program: Program) -> None:
    program.get("/me")
    with installation(app).database.reading() as session:
        token = session.scalars(select(ApiToken)).one()
        assert token.used_at is not None
        assert program.token not in (token.token_hash, token.name)


def test_a_person_without_the_right_is_refused(app: Flask) -> None:
    with installation(app).database.transaction() as session:
        nobody = make_person(session, roles=[])
    program = Program(app, nobody)
    assert program.get("/me").status_code == 200
    answer = program.get("/courses")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_permitted")


def test_pages_go_on_to_answer_as_pages(client: FlaskClient) -> None:
    assert client.get("/nothing").mimetype == "text/html"
