"""What is large is kept only for somebody who may send it there: the real server, watched while the bytes come."""

import errno
import shutil
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden, ServiceUnavailable

from courses.people.models import Language, Role
from lms import admitting
from lms.admitting import LEFT_FREE, check_admission, refuse
from lms.application import create_app
from lms.arriving import AT_ONCE, ArrivingForm, ArrivingPiece
from lms.config import Settings
from lms.storage import Storage
from tests.browsing import browser_of, installation, submit
from tests.builders import make_person
from tests.importing import administrators_browser
from tests.lms.test_serving import (
    PATIENCE_S,
    answer_to,
    cookie_of,
    database_url,
    eventually,
    form_data,
    get,
    port,
    served,
    staged_by,
)
from tests.uploading import PIECE, PLACE

__all__ = ["database_url", "port"]

MB = 1_000_000
SIZE = 50 * MB
ROOT = Path(__file__).resolve().parents[2]
PLUGIN = """
from lms.plugins import Identity, hookimpl

@hookimpl
def identify(environ):
    name = environ.get("HTTP_X_HOST_USER")
    return name and Identity(email=f"{name}@example.org", given_name=name, family_name="Host", language="fr")
"""


def cookie_of_learner(settings: Settings, *, stays: bool = True) -> str:
    """Return the header by which a learner is signed in; or was, who then went."""
    app = create_app(settings)
    with installation(app).database.transaction() as session:
        person = make_person(session, roles=[Role.LEARNER], language=Language.FR)
    browser = browser_of(app, person)
    cookie = browser.get_cookie("palier")
    assert cookie is not None
    if not stays:
        assert submit(browser, "/sign-out", {}, page="/my").status_code in {302, 303}
    installation(app).database.close()
    return f"Cookie: palier={cookie.value}"


def piece(port: int, length: int, *more: str, method: str = "POST") -> bytes:
    """Return the head of a piece that comes with the beginning of its upload."""
    head = (
        f"{method} {PLACE} HTTP/1.1", f"Host: localhost:{port}", f"Content-Length: {length}", f"Content-Type: {PIECE}",
        f"Upload-Length: {length}", "Tus-Resumable: 1.0.0", *more,
    )  # fmt: skip
    return "\r\n".join((*head, "", "")).encode()


def form(port: int, length: int, *more: str) -> bytes:
    """Return the beginning of a form whose body has a length."""
    return form_data(port, length + len(form_data(port, 0).partition(b"\r\n\r\n")[2]), *more)


def put(port: int, length: int, *more: str) -> bytes:
    """Return the head of a request by a method that the route does not know."""
    return piece(port, length, *more, method="PUT")


Head = Callable[..., bytes]


def watched(server: "subprocess.Popen[bytes]", port: int, head: bytes) -> tuple[int, int]:
    """Send a large body; return how many staged files were seen at once meanwhile, and the status of the answer."""
    most = 0
    eventually(lambda: staged_by(server) == 0)  # what came before may be closed a moment after its answer
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        line.sendall(head)
        for number in range(SIZE // MB):
            line.sendall(b"x" * MB)
            most = max(most, staged_by(server))
            if number == SIZE // MB // 2:
                assert get(port, "/")[0] == 200
        return most, int(line.makefile("rb").readline().split()[1])


@pytest.mark.parametrize(("head", "status"), [(form, 403), (piece, 403), (put, 413)])
def test_of_what_a_learner_sends_nothing_is_written(settings: Settings, port: int, head: Head, status: int) -> None:
    signed_in = cookie_of_learner(settings)
    with served(settings, port) as server:
        assert watched(server, port, head(port, SIZE, signed_in)) == (0, status)


def test_the_refusal_is_told_in_the_readers_language(settings: Settings, port: int) -> None:
    signed_in = cookie_of_learner(settings)
    with served(settings, port):
        status, page = answer_to(port, form(port, 1000, signed_in, "Connection: close") + b"x" * 1000)
        assert status == 403
        assert '<html lang="fr">' in page


@pytest.mark.parametrize(("head", "status"), [(form, 302), (piece, 302)])
def test_of_what_comes_after_signing_out_nothing_is_written(
    settings: Settings, port: int, head: Head, status: int
) -> None:
    signed_out = cookie_of_learner(settings, stays=False)
    with served(settings, port) as server:
        assert watched(server, port, head(port, SIZE, signed_out)) == (0, status)


@pytest.mark.parametrize("head", [form, piece])
def test_what_an_administrator_sends_is_written_as_it_comes(settings: Settings, port: int, head: Head) -> None:
    signed_in = cookie_of(settings)
    with served(settings, port) as server:
        assert watched(server, port, head(port, SIZE, signed_in)) == (1, 400)  # all came, without our token


def test_a_host_site_is_asked_who_sends(settings: Settings, port: int, tmp_path: Path) -> None:
    app = create_app(settings)
    with installation(app).database.transaction() as session:
        make_person(session, email="dana@example.org", roles=[Role.LEARNER, Role.ADMINISTRATOR])
    installation(app).database.close()
    announced = tmp_path / "host" / "host_sign_in-1.dist-info"
    announced.mkdir(parents=True)
    (announced / "METADATA").write_text("Metadata-Version: 2.1\nName: host-sign-in\nVersion: 1\n")
    (announced / "entry_points.txt").write_text("[palier]\nhost = host_sign_in\n")
    (tmp_path / "host" / "host_sign_in.py").write_text(PLUGIN)
    found = {"PYTHONPATH": f"{ROOT}:{announced.parent}"}
    with served(settings, port, **found) as server:
        assert watched(server, port, form(port, SIZE, "X-Host-User: dana")) == (1, 400)
        assert watched(server, port, form(port, SIZE, "X-Host-User: alice")) == (0, 403)
        assert watched(server, port, form(port, SIZE)) == (0, 302)


def test_a_database_that_is_away_is_told_and_nothing_is_written(settings: Settings, port: int) -> None:
    signed_in = cookie_of(settings)
    path = settings.database_url.removeprefix("sqlite:///")
    with served(settings, port) as server, closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE lms_sign_in RENAME TO away")
        for _ in range(3):
            assert watched(server, port, form(port, SIZE, signed_in)) == (0, 503)
        database.execute("ALTER TABLE away RENAME TO lms_sign_in")
        assert watched(server, port, form(port, SIZE, signed_in)) == (1, 400)


def test_who_may_not_send_takes_nobodys_place(settings: Settings, port: int) -> None:
    learner, administrator = cookie_of_learner(settings), cookie_of(settings)
    with served(settings, port) as server, ExitStack() as lines:
        for _ in range(AT_ONCE):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
            line.sendall(form(port, SIZE, learner))

        def is_let_in() -> bool:
            return answer_to(port, form(port, 0, administrator, "Connection: close"))[0] == 400

        eventually(is_let_in)
        assert staged_by(server) == 0


class TestTheAnswer:
    def test_who_may_is_let_in(self) -> None:
        refuse(204, 1, LEFT_FREE + 1)

    @pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 405])
    def test_anything_but_a_yes_is_a_no(self, status: int) -> None:
        with pytest.raises(Forbidden):
            refuse(status, 1, 10 * LEFT_FREE)

    @pytest.mark.parametrize("status", [500, 503])
    def test_who_could_not_be_asked_about_may_try_later(self, status: int) -> None:
        with pytest.raises(ServiceUnavailable):
            refuse(status, 1, 10 * LEFT_FREE)

    def test_what_would_fill_the_disk_is_refused(self) -> None:
        with pytest.raises(OSError, match="space") as refused:
            refuse(204, 2, LEFT_FREE + 1)
        assert refused.value.errno == errno.ENOSPC

    def test_no_answer_keeps_no_writer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        go_on = threading.Event()
        monkeypatch.setattr(admitting, "ANSWER_WITHIN_S", 0.05)

        def hang(_environ: object, _start_response: object) -> list[bytes]:
            go_on.wait(PATIENCE_S)
            return []

        with pytest.raises(ServiceUnavailable):
            check_admission(hang, {}, Storage(tmp_path))
        go_on.set()


class TestAPiece:
    def test_is_dropped_as_it_comes_once_it_was_refused(self, tmp_path: Path) -> None:
        def admit() -> None:
            raise Forbidden

        arriving = ArrivingPiece(Storage(tmp_path), admit=admit)
        arriving.append(b"x" * MB)
        with pytest.raises(Forbidden):
            arriving.staged()
        arriving.append(b"x" * MB)
        with pytest.raises(Forbidden):
            arriving.staged()
        assert not arriving.is_on_its_way
        assert not (tmp_path / "staging").exists()

    def test_is_asked_for_once(self, tmp_path: Path) -> None:
        asked: list[bool] = []
        arriving = ArrivingPiece(Storage(tmp_path), admit=lambda: asked.append(True))
        for _ in range(3):
            arriving.append(b"x")
            assert arriving.staged().size == len(arriving)
        assert asked == [True]
        arriving.close()


@pytest.mark.parametrize("head", [form, piece])
def test_more_than_the_disk_has_room_for_is_refused_before_it_is_written(
    settings: Settings, port: int, tmp_path: Path, head: Head
) -> None:
    signed_in = cookie_of(settings)
    room = shutil.disk_usage(tmp_path).free
    length = room - LEFT_FREE + 10 * 1024 * MB
    with (
        served(settings, port, LMS_MAX_UPLOAD=str(length + MB)) as server,
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line,
    ):
        line.sendall(head(port, length, signed_in))
        for _ in range(SIZE // MB):
            line.sendall(b"x" * MB)
            assert staged_by(server) == 0


def test_that_there_is_no_room_is_told_as_ever(app: Flask, tmp_path: Path) -> None:
    form = ArrivingForm(Storage(tmp_path), b"XX", admit=partial(refuse, 204, 2, LEFT_FREE + 1))
    form.append(b"x")
    kind = {"Content-Type": "multipart/form-data; boundary=XX"}
    came = {"wsgi.input": form}
    answer = administrators_browser(app).post("/admin/imports/new", headers=kind, environ_overrides=came)
    assert answer.status_code == 507
    assert "There is no room left on the server." in answer.text
