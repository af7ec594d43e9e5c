"""`palier serve` in a process of its own: one command, a worker beside, a clear end."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from lms.application import create_app
from lms.arriving import AT_ONCE
from lms.channel import SMALL_BODY
from lms.config import Settings
from tests.browsing import installation, token_of
from tests.importing import administrators_browser, start_palier
from tests.ports import held_port, number_of

PATIENCE_S = 60
PART = '--XX\r\nContent-Disposition: form-data; name="package"; filename="a.zip"\r\n\r\n'


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of a database: one kind is enough, nothing here depends on it."""
    path = tmp_path / "palier.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def port() -> Iterator[int]:
    """Return a port that is free, and stays so until a server opens it."""
    with held_port() as holder:
        yield number_of(holder)


@contextmanager
def served(settings: Settings, port: int, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server until the end; its address is the first thing that it prints."""
    process = start_palier(settings, "serve", "--port", str(port), **more)
    workers: list[psutil.Process] = []
    try:
        assert process.stdout is not None
        assert f"http://localhost:{port}" in process.stdout.readline().decode()
        yield process
        workers = psutil.Process(process.pid).children() if process.poll() is None else []
    finally:
        process.kill()
        process.communicate()
        for worker in workers:
            worker.kill()


def get(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Return the status and the text of an answer; a chunked body comes in one piece."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    pieces = iter([body]) if body else None
    connection.request(method, path, pieces, {"Host": f"localhost:{port}", **headers}, encode_chunked=bool(body))
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def worker_of(server: "subprocess.Popen[bytes]", other_than: int = 0) -> psutil.Process:
    """Wait for a worker that says it has started; return its process."""
    assert server.stderr is not None
    for line in server.stderr:
        if json.loads(line)["event"] == "worker_started":
            return next(child for child in psutil.Process(server.pid).children() if child.pid != other_than)
    raise AssertionError("the server ended")


def test_one_command_prepares_the_database_serves_and_ends_with_its_worker(
    settings: Settings, port: int, tmp_path: Path
) -> None:
    fresh = {"LMS_FOLDER": str(tmp_path / "fresh"), "LMS_DATABASE_URL": ""}
    with served(settings, port, **fresh) as server:
        assert get(port, "/")[0] == 200
        assert get(port, "/", Host="elsewhere.example.org")[0] == 400
        worker = worker_of(server)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) == 0
        assert not worker.is_running()


def test_a_worker_that_dies_is_started_again(settings: Settings, port: int) -> None:
    with served(settings, port) as server:
        worker = worker_of(server)
        worker.kill()
        assert worker_of(server, other_than=worker.pid).is_running()
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE_S) == 0


def test_a_worker_follows_a_server_that_was_killed(settings: Settings, port: int) -> None:
    with served(settings, port) as server:
        worker = worker_of(server)
        server.kill()
        worker.wait(PATIENCE_S)


def test_a_port_that_is_in_use_is_told_in_a_sentence(settings: Settings) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        number = holder.getsockname()[1]
        process = start_palier(settings, "serve", "--port", str(number))
        _, complaint = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert complaint.decode().strip() == (
        f"Error: Port {number} is in use by another program. Choose another one with --port or LMS_PORT."
    )


def test_a_setting_that_makes_no_sense_ends_the_start_with_a_sentence(settings: Settings) -> None:
    process = start_palier(settings, "serve", LMS_THREADS="many")
    _, complaint = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert complaint.decode().startswith("palier: LMS_THREADS is 'many'")


def test_a_large_body_is_taken_only_where_files_are_uploaded(settings: Settings, port: int) -> None:
    with served(settings, port):
        large = {"Content-Length": str(100 * 1024 * 1024), "Content-Type": "application/x-www-form-urlencoded"}
        status, page = get(port, "/sign-in", "POST", **large, **{"Accept-Language": "fr"})
        assert status == 413
        assert '<html lang="fr">' in page
        assert get(port, "/sign-in", "POST", **{"Transfer-Encoding": "chunked"}, body=b"x" * (SMALL_BODY + 1))[0] == 413


def form_data(port: int, length: int, *more: str) -> bytes:
    """Return the beginning of an upload of a length."""
    head = (
        "POST /admin/imports/new HTTP/1.1", f"Host: localhost:{port}", f"Content-Length: {length}",
        "Content-Type: multipart/form-data; boundary=XX", "Accept-Language: fr", *more,
    )  # fmt: skip
    return "\r\n".join((*head, "", PART)).encode()


def cookie_of(settings: Settings) -> str:
    """Return the header by which an administrator is signed in."""
    app = create_app(settings)
    cookie = administrators_browser(app).get_cookie("palier")
    installation(app).database.close()
    assert cookie is not None
    return f"Cookie: palier={cookie.value}"


def strangers_cookie(settings: Settings) -> str:
    """Return the header of a session that we signed, and in which nobody is signed in."""
    app = create_app(settings)
    client = app.test_client()
    token_of(client)
    cookie = client.get_cookie("palier")
    installation(app).database.close()
    assert cookie is not None
    return f"Cookie: palier={cookie.value}"


def staged_by(server: "subprocess.Popen[bytes]") -> int:
    """Return how many staged files a server has open."""
    found = 0
    for link in Path(f"/proc/{server.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found += "/staging/" in str(link.readlink())
    return found


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline
        pause.wait(0.02)


def answer_to(port: int, request: bytes) -> tuple[int, str]:
    """Return the status and the whole of what is answered to bytes, when the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        line.sendall(request)
        answer = line.makefile("rb").read().decode()
    return int(answer.split()[1]), answer


def test_an_upload_that_is_cut_off_by_a_kill_leaves_nothing(settings: Settings, port: int) -> None:
    signed_in = cookie_of(settings)
    with served(settings, port) as server:
        worker = worker_of(server)
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(form_data(port, 9_000_000, signed_in) + b"x" * 2_000_000)
            eventually(lambda: staged_by(server) == 1)
            os.kill(server.pid, signal.SIGKILL)
        worker.wait(PATIENCE_S)
    assert list((settings.folder / "staging").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_no_open_file(settings: Settings, port: int) -> None:
    signed_in = cookie_of(settings)
    with served(settings, port) as server:
        worker_of(server)
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(form_data(port, 90_000, signed_in) + f"x\r\n{PART}".encode() * 39)
                eventually(lambda: staged_by(server) == 40)
            eventually(lambda: staged_by(server) == 0)


@pytest.mark.parametrize("more", [(), ("Expect: 100-continue",)])
@pytest.mark.parametrize("cookie", [None, strangers_cookie])
def test_nothing_large_is_taken_from_a_stranger(
    settings: Settings, port: int, cookie: Callable[[Settings], str] | None, more: tuple[str, ...]
) -> None:
    cookies = (cookie(settings),) if cookie else ()
    with served(settings, port):
        status, answer = answer_to(port, form_data(port, 100_000_000, *more, *cookies))
        assert status == 302
        assert "Location: /sign-in" in answer
        assert "Connection: close" in answer


def test_a_stranger_may_send_little_and_leaves_nothing(settings: Settings, port: int) -> None:
    with served(settings, port):
        assert answer_to(port, form_data(port, 100_000, "Connection: close") + b"x" * 100_000)[0] == 302
        assert list((settings.folder / "staging").iterdir()) == []


def test_only_so_many_uploads_arrive_at_once(settings: Settings, port: int) -> None:
    signed_in = cookie_of(settings)
    asks_first = form_data(port, 100_000_000, signed_in, "Expect: 100-continue").removesuffix(PART.encode())
    with served(settings, port), ExitStack() as lines:

        def begin() -> socket.socket:
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
            line.sendall(asks_first)
            return line

        arriving = [begin() for _ in range(AT_ONCE)]
        assert all(line.recv(100).startswith(b"HTTP/1.1 100 ") for line in arriving)
        status, page = answer_to(port, asks_first)
        assert status == 503
        assert "Retry-After: 60" in page
        assert "Too many people want something" in page
        arriving[0].close()
        eventually(lambda: begin().recv(100).startswith(b"HTTP/1.1 100 "))


def test_who_carries_too_many_cookies_is_let_in_and_loses_them(settings: Settings, port: int) -> None:
    cookies = "; ".join(f"c{number}={'x' * 4000}" for number in range(180))  # what a browser keeps of one domain
    package, platform = f"p{'a' * 20}.content.localhost:{port}", f"localhost:{port}"
    signed_in = cookie_of(settings).removeprefix("Cookie: ")

    def ask(path: str, host: str, *cookies: str) -> tuple[int, str]:
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", f"Cookie: {'; '.join(cookies)}", "Connection: close", "", ""]
        return answer_to(port, "\r\n".join(lines).encode())

    with served(settings, port):
        for host, path, status in ((f"play.{package[22:]}", "/launch", 200), (package, "/", 404), (platform, "/", 200)):
            found, answer = ask(path, host, cookies)
            assert (found, 'Clear-Site-Data: "cookies"' in answer) == (status, True)
        assert ask("/profile", platform, signed_in)[0] == 200
        assert ask("/profile", platform, cookies[:300_000], signed_in)[0] == 302  # none of them is believed
        assert ask("/profile", platform, signed_in)[0] == 200


def test_what_the_server_itself_refuses_is_no_page_that_a_package_could_use(settings: Settings, port: int) -> None:
    package = f"p{'a' * 20}.content.localhost:{port}"
    with served(settings, port):
        for head in (f"GET /?{'a' * 400_000} HTTP/1.1\r\nHost: {package}", "GET / HTTP/1.1\r\nHost: else.localhost"):
            status, answer = answer_to(port, f"{head}\r\nConnection: close\r\n\r\n".encode())
            assert status in (400, 431)
            assert "Content-Security-Policy: sandbox; default-src 'none'" in answer
        with suppress(ConnectionResetError):  # who still sends may find the line cut instead of the answer
            assert answer_to(port, b"GET / HTTP/1.1\r\nCookie: " + b"x" * 1_400_000)[0] == 431
        assert answer_to(port, f"GET / HTTP/1.1\r\nHost: {package}\r\nConnection: close\r\n\r\n".encode())[0] == 404
