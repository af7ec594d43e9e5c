"""`palier serve` in a process of its own: one command, a worker beside, a clear end."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lms.config import Settings
from tests.importing import start_palier

PATIENCE_S = 60


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of a database: one kind is enough, nothing here depends on it."""
    path = tmp_path / "palier.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
        assert isinstance(number, int)
        return number


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
        assert get(port, "/sign-in", "POST", **{"Transfer-Encoding": "chunked"}, body=b"x" * 9_000_000)[0] == 413


def form_data(port: int, length: int, *more: str) -> bytes:
    """Return the beginning of an upload of a length."""
    head = (
        "POST /admin/imports/new HTTP/1.1", f"Host: localhost:{port}", f"Content-Length: {length}",
        "Content-Type: multipart/form-data; boundary=XX", *more,
    )  # fmt: skip
    part = '--XX\r\nContent-Disposition: form-data; name="package"; filename="a.zip"\r\n\r\n'
    return "\r\n".join((*head, "", part)).encode()


def test_an_upload_that_is_cut_off_by_a_kill_leaves_nothing(settings: Settings, port: int) -> None:
    with served(settings, port) as server:
        worker = worker_of(server)
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(form_data(port, 9_000_000) + b"x" * 2_000_000)
            os.kill(server.pid, signal.SIGKILL)
        worker.wait(PATIENCE_S)
    assert list((settings.folder / "staging").iterdir()) == []


def test_an_upload_of_a_stranger_leaves_nothing(settings: Settings, port: int) -> None:
    with served(settings, port), socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(form_data(port, 100_000, "Connection: close") + b"x" * 100_000)
        assert line.makefile("rb").readline().split()[1] == b"302"
        assert list((settings.folder / "staging").iterdir()) == []
