"""Tables of past participations through the pages and the command line: read, looked at, taken in, taken back."""

import csv
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import time_machine
import xlsxwriter
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from courses.enrolment.models import Outcome
from courses.errors import Refusal
from courses.people.models import Person, Role
from courses.records.columns import find_header
from courses.records.models import Participation
from courses.records.values import Formula, Share
from lms.cli import cli
from lms.sheets import MOST_ROWS, read_table
from tests.browsing import browser_of, installation, token_once
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person

PLACE = "/admin/participations"
HEAD = "Email;Name;Country;Title;Date;Steps;Mark\n"


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    with installation(app).database.transaction() as session:
        admin = make_person(session, given_name="Olive", roles=[Role.ADMINISTRATOR])
    return browser_of(app, admin)


@pytest.fixture
def diop(app: Flask) -> Person:
    with installation(app).database.transaction() as session:
        return make_person(session, email="awa@x.org", given_name="Awa", family_name="Diop", country="SN")


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, data: bytes, name: str = "past.csv", source: str = "Registry") -> TestResponse:
    fields = {"csrf_token": token_once(client), "file": (BytesIO(data), name), "source": source, "date_order": ""}
    return client.post(PLACE, data=fields, content_type="multipart/form-data")


def press(client: FlaskClient, address: str, **data: str) -> None:
    assert client.post(address, data={"csrf_token": token_once(client), **data}).status_code == 303


def kept(app: Flask) -> list[str]:
    with installation(app).database.reading() as session:
        query = select(Participation.title).where(Participation.taken_back_at.is_(None)).order_by(Participation.title)
        return list(session.scalars(query))


def workbook(rows: list[list[object]]) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet, shown = book.add_worksheet(), book.add_format({"num_format": "0%"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell, {float: shown, datetime: day}.get(type(cell)))
    return made.getvalue()


class TestATable:
    def test_is_looked_at_row_by_row_before_anything_is_taken_in(
        self, app: Flask, admins: FlaskClient, diop: Person
    ) -> None:
        with installation(app).database.transaction() as session:
            make_person(session, given_name="Ibra", family_name="Fall", country="SN", email="ibra@x.org")
        rows = (
            "awa@x.org;Awa Diop;Senegal;Seminar;2019-05-06;1;78\n"
            ";Ibra Fall;Sénégal;Workshop;03/04/2019;;80\n"
            "who@x.org;;;Seminar;soon;9;\n"
        )
        answer = send(admins, (HEAD + rows).encode())
        assert answer.status_code == 303
        text = page(admins, answer.location)
        for words in (
            "Awa Diop, awa@x.org", "May 6, 2019", "78.0%", "can be read in two ways", "Apr 3, 2019 or Mar 4, 2019",
            "Ibra Fall, ibra@x.org", "Cell E4: “soon” cannot be read as a date.", "Cell F4: “9” is no step.",
            "Take in 1 good row",
        ):  # fmt: skip
            assert words in text
        assert kept(app) == []
        press(admins, f"{answer.location}/dates", date_order="day_first")
        press(admins, f"{answer.location}/only-candidates")
        assert "Take in 2 good rows" in page(admins, answer.location)
        for _ in range(2):
            press(admins, f"{answer.location}/take-in")
        assert kept(app) == ["Seminar", "Workshop"]
        assert "Seminar" in page(browser_of(app, diop), "/my/record")
        for _ in range(2):
            press(admins, f"{answer.location}/take-back")
        assert kept(app) == []
        assert "Taken back" in page(admins, PLACE)

    def test_says_which_rows_a_course_of_ours_that_was_passed_has_told_already(
        self, app: Flask, admins: FlaskClient, diop: Person
    ) -> None:
        with installation(app).database.transaction() as session:
            cohort = make_cohort(session, make_course(session, code="INTRO", confers=["1"]))
            make_enrolment(session, diop, cohort, outcome=Outcome.PASSED, closed_at=NOW)
        answer = send(admins, (HEAD + f"awa@x.org;Awa Diop;Senegal;Level 1;{NOW:%Y-%m-%d};1;78\n").encode())
        assert "Our course INTRO, passed on Nov 20, 2026, says the same" in page(admins, answer.location)
        press(admins, f"{answer.location}/take-in")
        assert kept(app) == []

    def test_may_be_a_workbook_with_dates_and_percentages(self, app: Flask, admins: FlaskClient, diop: Person) -> None:
        headings: list[object] = ["Courriel", "Activité", "Date de début", "Note", "Étapes"]
        first: list[object] = ["awa@x.org", "Séminaire", datetime(2019, 5, 6), 0.78, "1"]  # noqa: DTZ001
        bad: list[object] = ["awa@x.org", "=1+1", "2019-05-07", 0.5, "1"]
        answer = send(admins, workbook([["Participants"], headings, first, bad]), "past.xlsx")
        text = page(admins, answer.location)
        assert "78.0%" in text
        assert "Cell B4: The cell holds a formula." in text
        press(admins, f"{answer.location}/take-in")
        assert kept(app) == ["Séminaire"]

    def test_waits_for_a_choice_in_each_row_and_leaves_without_formulas(
        self, admins: FlaskClient, diop: Person
    ) -> None:
        place = send(admins, (HEAD + ";Diop Awa;SN;+cmd|x;2019-05-06;1;\n").encode()).location
        press(admins, f"{place}/rows/2?state=open", person=str(diop.id))
        assert "Take in 1 good row" in page(admins, place)
        press(admins, f"{place}/rows/2", person="")
        assert "Take in" not in page(admins, f"{place}?state=open")
        press(admins, f"{place}/match")
        rows = list(csv.reader(StringIO(admins.get(f"{place}/rows.csv").text.removeprefix("\ufeff"))))
        assert rows[1][5] == "'+cmd|x"

    def test_that_cannot_be_read_says_why_and_what_to_do(self, admins: FlaskClient) -> None:
        cases = {
            b"": "Choose a file that is not empty.", b"hello": "no column for: Email address, Activity, Start date",
            b"Email;Title\na;b": "no column for: Start date", HEAD.encode(): "no rows below its headings",
            b"\x89PNG\r\n\x1a\n\x00\x01\x02\x03": "not a table that can be read", b"PK\x03\x04 broken": "damaged",
            b"\xd0\xcf\x11\xe0old": "not a table that can be read",
        }  # fmt: skip
        for data, sentence in cases.items():
            answer = send(admins, data)
            assert answer.status_code == 422
            assert sentence in unescape(answer.text)
        answer = send(admins, (HEAD + "a@x.org;;;T;2019-05-06;1;\n").encode(), source=" ")
        assert "Say where the table comes from" in answer.text

    def test_costs_as_many_queries_however_many_rows(self, app: Flask, admins: FlaskClient, diop: Person) -> None:
        asked: list[str] = []
        engine = installation(app).database.engine
        event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        counts = []
        for rows in (1, 150):
            table = "".join(f"awa@x.org;;;Seminar {number};2019-05-06;1;\n" for number in range(rows))
            place = send(admins, (HEAD + table).encode()).location
            asked.clear()
            text = page(admins, place)
            counts.append(len(asked))
        assert "Page 1 of 2" in text
        assert counts[0] == counts[1]

    def test_is_for_administrators(
        self, admins: FlaskClient, alices: FlaskClient, bobs: FlaskClient, client: FlaskClient
    ) -> None:
        place = send(admins, (HEAD + "a@x.org;;;T;2019-05-06;1;\n").encode()).location
        for somebody in (alices, bobs):
            for address in (PLACE, place, f"{place}/rows.csv", f"{PLACE}/template.xlsx"):
                page(somebody, address, 403)
            data = {"csrf_token": token_once(somebody)}
            assert somebody.post(f"{place}/take-in", data=data).status_code == 403
        assert client.get(PLACE).status_code == 302


def test_the_table_to_fill_in_has_headings_that_are_recognised(admins: FlaskClient) -> None:
    for language in ("en", "fr", "es"):
        text = admins.get(f"{PLACE}/template.csv?lang={language}").text.removeprefix("\ufeff")
        header = find_header([(1, next(csv.reader(StringIO(text))))])
        assert header is not None
        assert (len(header.columns), header.ignored, header.missing) == (10, (), ())
        book = openpyxl.load_workbook(BytesIO(admins.get(f"{PLACE}/template.xlsx?lang={language}").data))
        assert [cell.value for cell in book.active[1]] == next(csv.reader(StringIO(text)))


class TestReadingAFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_knows_its_encoding_and_delimiter(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        place = tmp_path / "t.csv"
        lines = (["Email", "Activité", "Date"], ["a@x.org", "Séminaire, «un»", "2019-05-06"])
        text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
        place.write_bytes(text.encode(encoding))
        rows, _ = read_table(place)
        assert rows[1] == (2, ("a@x.org", "Séminaire, «un»", "2019-05-06"))

    def test_takes_cells_for_what_they_are(self, tmp_path: Path) -> None:
        place = tmp_path / "t.xlsx"
        place.write_bytes(workbook([["Email", "Title", "Date"], ["=A1", 0.5, datetime(2019, 5, 6)]]))  # noqa: DTZ001
        rows, _ = read_table(place)
        assert rows[1][1][:3] == (Formula(), Share(0.5), datetime(2019, 5, 6))  # noqa: DTZ001

    def test_stops_at_its_limits(self, tmp_path: Path) -> None:
        long = tmp_path / "long.csv"
        long.write_text("A title\nEmail,Title,Date\n" + "a,b,c\n" * (MOST_ROWS + 1))
        bomb = tmp_path / "bomb.xlsx"
        with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 24 * 1024**2)
        entities = tmp_path / "entities.xlsx"
        with ZipFile(entities, "w") as archive:
            archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook/>')
        for place, code in (
            (long, "sheet_too_many_rows"), (bomb, "sheet_unpacks_too_large"), (entities, "sheet_damaged")
        ):  # fmt: skip
            with pytest.raises(Refusal, match=code):
                read_table(place)

    def test_believes_no_size_that_the_file_claims(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Email", "Title", "Date"])
        sheet.append(["a@x.org", "T", "2019-05-06"])
        sheet["XFD1048576"] = "far"
        place = tmp_path / "t.xlsx"
        book.save(place)
        rows, _ = read_table(place)
        assert [number for number, _ in rows] == [1, 2]


def test_the_command_line_does_the_same(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: Flask, diop: Person
) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("LMS_FOLDER", str(tmp_path / "var"))
    table = tmp_path / "past.csv"
    table.write_text(HEAD + "awa@x.org;;;Seminar;2019-05-06;1;\nwho@x.org;;;Seminar;2019-05-06;1;\n")

    def run(*words: str) -> str:
        answer = CliRunner().invoke(cli, ["participations", *words])
        assert answer.exit_code == 0, answer.output
        return answer.output

    said = run("import", str(table), "--source", "Registry", "--take-in")
    assert "3\tNot right\tNobody with an account fits." in said
    assert "2 rows, 1 good" in said
    assert "1 participations were taken in." in said
    assert kept(app) == ["Seminar"]
    identifier = next(line for line in said.splitlines() if "rows," in line).split("\t")[0]
    assert "0 participations" in run("take-in", identifier)
    assert "1 participations were taken back." in run("take-back", identifier)
    assert kept(app) == []
