"""The administrator sees what failed, tries it again, reads what each letter says; nobody else does."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from courses.notices import services
from courses.notices.kinds import Failure, NoticeKind
from courses.notices.models import Notice
from courses.people.models import Person, Role
from lms.cli import cli
from lms.config import Settings
from tests.browsing import browser_of, installation, submit
from tests.builders import NOW, make_person
from tests.mail_server import mail_server

FACTS = {"activity": "REG-1", "title_en": "Seminar on services"}


@pytest.fixture
def dora(app: Flask) -> Person:
    """Return an administrator."""
    with installation(app).database.transaction() as session:
        return make_person(session, email="dora@example.org", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def doras(app: Flask, dora: Person) -> FlaskClient:
    """Return Dora's browser."""
    return browser_of(app, dora)


def fail(app: Flask, person: Person, count: int = 1, failure: Failure = Failure.NO_MAILBOX) -> None:
    """Let letters to a person fail for good."""
    with installation(app).database.transaction() as session:
        for number in range(count):
            services.notify(session, person.id, NoticeKind.SELECTED, f"{person.id}:{number}", FACTS, NOW)
        for due in services.due(session, NOW, count):
            services.record_failed(session, due.notice_id, f"FAULT{due.key[-1]}", NOW, failure)


def the_only(app: Flask) -> Notice:
    with installation(app).database.reading() as session:
        found = session.scalars(select(Notice)).one()
        session.expunge_all()
        return found


def test_what_failed_is_shown_with_who_and_under_which_fault(app: Flask, doras: FlaskClient, alice: Person) -> None:
    fail(app, alice)
    page = doras.get("/admin/notices").get_data(as_text=True)
    assert alice.email in page
    assert "FAULT0" in page
    assert "Given up" in page


@pytest.mark.parametrize(
    ("failure", "words"),
    [(Failure.LETTERS_BEYOND_ASCII, "SMTPUTF8"), (Failure.NO_MAILBOX, "There is no such mailbox")],
)
def test_why_no_try_can_help_is_said_in_words(
    app: Flask, doras: FlaskClient, alice: Person, failure: Failure, words: str
) -> None:
    fail(app, alice, failure=failure)
    assert words in doras.get("/admin/notices").get_data(as_text=True)


def test_one_is_tried_again(app: Flask, doras: FlaskClient, alice: Person) -> None:
    fail(app, alice)
    answer = submit(doras, f"/admin/notices/{the_only(app).id}/again", {}, "/admin/notices")
    assert answer.status_code == 303
    assert the_only(app).given_up_at is None


def test_all_are_tried_again(app: Flask, doras: FlaskClient, alice: Person) -> None:
    fail(app, alice, 3)
    assert submit(doras, "/admin/notices/again", {}, "/admin/notices").status_code == 303
    assert "3 letters are tried again" in doras.get("/admin/notices").get_data(as_text=True)


def test_a_letter_to_try_the_mail_goes_to_who_asks(app: Flask, doras: FlaskClient, dora: Person) -> None:
    assert submit(doras, "/admin/notices/test", {}, "/admin/notices").status_code == 303
    assert (the_only(app).person_id, the_only(app).kind) == (dora.id, NoticeKind.TEST)


def test_every_letter_can_be_read_in_three_languages(doras: FlaskClient) -> None:
    listed = doras.get("/admin/notices/letters").get_data(as_text=True)
    for kind in NoticeKind:
        assert f"/admin/notices/letters/{kind}" in listed
    page = doras.get("/admin/notices/letters/selected").get_data(as_text=True)
    assert all(f'<div lang="{code}">' in page for code in ("en", "fr", "es"))
    assert "Seminario sobre el comercio" in page
    assert doras.get("/admin/notices/letters/nothing").status_code == 404


def test_a_longer_list_takes_no_more_questions(app: Flask, doras: FlaskClient, alice: Person) -> None:
    engine, counts = installation(app).database.engine, []
    for count in (1, 9):
        with installation(app).database.transaction() as session:
            for notice in session.scalars(select(Notice)):
                session.delete(notice)
        fail(app, alice, count)
        asked: list[str] = []
        listener = lambda *given: asked.append(given[2])  # noqa: B023, E731
        event.listen(engine, "before_cursor_execute", listener)
        doras.get("/admin/notices")
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_nobody_else_reads_them(alices: FlaskClient) -> None:
    for path in ("/admin/notices", "/admin/notices/letters", "/admin/notices/letters/selected"):
        assert alices.get(path).status_code == 403


class TestTheCommandLine:
    @pytest.fixture
    def run(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> object:
        """Return what runs a command on the installation of the test."""
        monkeypatch.setenv("LMS_FOLDER", str(settings.folder))
        monkeypatch.setenv("LMS_DATABASE_URL", settings.database_url)
        return lambda *words: CliRunner().invoke(cli, ["mail", *words])

    def test_a_letter_to_try_the_mail_leaves_at_once(self, run, settings: Settings) -> None:
        result = run("test", "somebody@example.org", "--language", "fr")
        assert result.exit_code == 0, result.output
        assert len(list(Path(settings.folder, "mail").glob("*.eml"))) == 1

    def test_why_nothing_left_is_said(self, run, monkeypatch: pytest.MonkeyPatch) -> None:
        with mail_server(RCPT_TO="550 no such mailbox") as post:
            monkeypatch.setenv("LMS_MAIL_URL", f"smtp://127.0.0.1:{post.port}")
            monkeypatch.setenv("LMS_MAIL_FROM", "no-reply@example.org")
            result = run("test", "nobody@example.org")
        assert result.exit_code == 1
        assert "no such mailbox" in result.output

    def test_what_failed_is_listed_tried_again_and_sent(self, run, app: Flask, alice: Person) -> None:
        fail(app, alice)
        listed = run("failed").output
        assert "1 given up" in listed
        assert str(the_only(app).id) in listed
        assert "1 are tried again" in run("again", "--all").output
        assert "1 letters went to" in run("send").output
        assert the_only(app).sent_at is not None

    def test_which_letter_has_to_be_said(self, run) -> None:
        assert run("again").exit_code == 2
