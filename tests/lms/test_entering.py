"""Bring people in by hand and by a table: it works, then each refusal; a trainer hears nothing of strangers."""

import io
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.applications.bulk import Row, look_at
from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment
from courses.people.models import Person, Role
from courses.policy.models import StoredDecision
from tests.browsing import browser_of, installation, submit, token_of
from tests.builders import NOW, make_cohort, make_course, make_person

FORM = "/admin/enrol"
TABLE = "/admin/enrol/table"


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    with installation(app).database.transaction() as session:
        make_course(session, code="DOOR", level=1)
        make_course(session, code="ABOVE", level=2)
        admin = make_person(session, email="admin@example.org", roles=[Role.ADMINISTRATOR])
    return browser_of(app, admin)


def send(client: FlaskClient, page: str, to: str, content: bytes, name: str = "people.csv") -> TestResponse:
    data = {"csrf_token": token_of(client, page), "table": (io.BytesIO(content), name)}
    return client.post(to, data=data, content_type="multipart/form-data")


def words(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def enrolled(app: Flask) -> set[str]:
    with installation(app).database.reading() as session:
        return set(session.scalars(select(Person.email).join(Enrolment, Enrolment.person_id == Person.id)))


def workbook(*rows: tuple[str, ...]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


class TestOnePerson:
    def test_is_enrolled_or_refused_with_every_reason_and_let_in_with_one(
        self, app: Flask, admins: FlaskClient, alice: Person
    ) -> None:
        fields = {"email": " Alice@example.org ", "code": "above"}
        refused = submit(admins, FORM, fields, page=FORM)
        assert refused.status_code == 409
        assert "These conditions are not met" in words(refused)
        assert not enrolled(app)
        done = submit(admins, FORM, fields | {"reason": "Taught it for years"}, page=FORM)
        assert (done.status_code, enrolled(app)) == (303, {"alice@example.org"})
        with installation(app).database.reading() as session:
            columns = select(StoredDecision.route, StoredDecision.override_reason)
            kept = [tuple(row) for row in session.execute(columns.order_by(StoredDecision.id))]
        assert kept == [
            ("administrator", ""), ("administrator", "Taught it for years"),
        ]  # fmt: skip

    def test_who_or_what_is_unknown_is_said_at_its_field(self, app: Flask, admins: FlaskClient, alice: Person) -> None:
        with installation(app).database.transaction() as session:
            make_person(session, email="left@example.org", is_active=False)
        for email, code, sentence in (
            ("nobody@example.org", "DOOR", "no account with this address"),
            ("left@example.org", "DOOR", "no account with this address"), ("alice@example.org", "NONE", "no course"),
        ):  # fmt: skip
            answer = submit(admins, FORM, {"email": email, "code": code}, page=FORM)
            assert answer.status_code == 422
            assert sentence in words(answer)


class TestATable:
    def test_shows_every_row_first_and_enrols_those_who_may(
        self, app: Flask, admins: FlaskClient, alice: Person, charlie: Person
    ) -> None:
        rows = (
            ("Email", "Code", "Language"), ("alice@example.org", "DOOR", "en"), ("charlie@example.org", "above", ""),
            ("nobody@example.org", "DOOR", ""), ("ALICE@example.org", "door", ""),
            ("charlie@example.org", "DOOR", "de"),
        )  # fmt: skip
        page = words(send(admins, TABLE, f"{TABLE}/preview", workbook(*rows), "people.xlsx"))
        assert "1 row can be enrolled" in page
        for sentence in ("no account with this address", "already", "Languages are", "Level 1"):
            assert sentence in page, sentence
        assert not enrolled(app)
        row = {"number": "2", "email": "alice@example.org", "code": "DOOR", "language": "en"}
        done = submit(admins, TABLE, row, page=TABLE)
        assert (done.mimetype, enrolled(app)) == ("text/csv", {"alice@example.org"})
        assert "2,alice@example.org,DOOR,enrolled" in words(done)

    def test_goes_through_the_gate_again_when_it_is_sent(self, app: Flask, admins: FlaskClient, alice: Person) -> None:
        row = {"number": "2", "email": "alice@example.org", "code": "ABOVE", "language": ""}
        done = submit(admins, TABLE, row, page=TABLE)
        assert "2,alice@example.org,ABOVE,refused," in words(done)
        assert not enrolled(app)

    def test_what_is_no_such_table_is_refused(self, admins: FlaskClient) -> None:
        for content in (b"", b"email\nalice@example.org\n", b"email,code\n", b"\xd0\xcf\x11\xe0"):
            assert send(admins, TABLE, f"{TABLE}/preview", content).status_code == 422, content

    def test_is_for_administrators(self, alices: FlaskClient, bobs: FlaskClient) -> None:
        for client in (alices, bobs):
            assert client.get(TABLE).status_code == 403
            assert submit(client, TABLE, {}, page="/profile").status_code == 403


class TestATrainersTable:
    @pytest.fixture
    def cohort(self, app: Flask, bob: Person) -> Cohort:
        with installation(app).database.transaction() as session:
            return make_cohort(session, make_course(session, code="ABOVE", level=2), trainers=[bob])

    def test_enrols_in_the_own_cohort_and_says_nothing_of_strangers(
        self, app: Flask, bobs: FlaskClient, alice: Person, cohort: Cohort
    ) -> None:
        page = f"/cohorts/{cohort.id}/enrol"
        shown = words(send(bobs, page, f"{page}/preview", b"email;language\nalice@example.org;\nnobody@example.org;\n"))
        assert shown.count("This person cannot be enrolled") == 2
        assert "Learner" not in shown
        done = submit(bobs, page, {"number": "2", "email": "alice@example.org", "code": "", "language": ""}, page=page)
        assert "cannot be enrolled" in words(done)
        with installation(app).database.transaction() as session:
            session.get_one(Course, cohort.course_id).level = 1
        submit(bobs, page, {"number": "2", "email": "alice@example.org", "code": "", "language": ""}, page=page)
        with installation(app).database.reading() as session:
            assert session.scalars(select(Enrolment.cohort_id)).one() == cohort.id

    def test_is_for_the_own_cohorts_only(self, app: Flask, bobs: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            other = make_cohort(session, make_course(session))
        assert bobs.get(f"/cohorts/{other.id}/enrol").status_code == 404


def test_a_table_of_any_length_is_looked_at_in_the_same_few_queries(app: Flask, admins: FlaskClient) -> None:
    from benchmarks.cohort import counted

    database = installation(app).database
    with database.transaction() as session:
        people = [make_person(session).email for _ in range(6)]
    counts = []
    for some in (people[:2], people):
        with counted(database) as statements, database.reading() as session:
            looked = look_at(session, [Row(n, email, "DOOR") for n, email in enumerate(some)], NOW)
        assert all(each.can_enter for each in looked)
        counts.append(len(statements))
    assert counts[0] == counts[1]
