"""Uploads to the real server: lines that break at every kind of byte, two senders at once, a server that is killed."""

import hashlib
import http.client
import os
import random
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.browser.uploading_site import UploadingSite
from tests.builders import PASSWORD
from tests.uploading import PIECE, PLACE, checksum, written

SIZE = 5_000_000
PATIENCE_S = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[UploadingSite]:
    """Return an installation whose server runs: one kind of database is enough, nothing here depends on it."""
    folder = tmp_path_factory.mktemp("killed")
    shutil.copy(sqlite_template, folder / "palier.db")
    found = UploadingSite(folder)
    found.start()
    yield found
    found.close()


class Line:
    """A person's connection to the server, one for each request."""

    def __init__(self, site: UploadingSite) -> None:
        self.site, self.headers = site, {"Host": f"localhost:{site.port}"}
        self._keep(self.ask("GET", "/sign-in", {}))
        facts = {"email": site.person.email, "password": PASSWORD, "csrf_token": self._token("/sign-in")}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._keep(self.ask("POST", "/sign-in", form, urlencode(facts).encode()))
        self.headers |= {"X-CSRFToken": self._token("/my"), "Tus-Resumable": "1.0.0"}

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Send a request; return status, headers and text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, self.headers | headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def _keep(self, answer: tuple[int, http.client.HTTPMessage, str]) -> None:
        cookie = answer[1].get("Set-Cookie", "").partition(";")[0]
        self.headers |= {"Cookie": cookie} if cookie else {}

    def _token(self, page: str) -> str:
        answer = self.ask("GET", page, {})
        self._keep(answer)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer[2])
        assert found
        return found[1]

    def begin(self, data: bytes) -> str:
        """Begin an upload whose whole is checked at its end; return its address."""
        metadata = written(filename="a.zip", sha256=hashlib.sha256(data).digest())
        status, headers, text = self.ask("POST", PLACE, {"Upload-Length": str(len(data)), "Upload-Metadata": metadata})
        assert status == 201, text
        return headers["Location"]

    def offset(self, address: str) -> int:
        """Ask how much has arrived."""
        return int(self.ask("HEAD", address, {})[1]["Upload-Offset"])

    def add(self, address: str, offset: int, data: bytes, **more: str) -> int:
        """Send a piece; return the status of the answer."""
        return self.ask("PATCH", address, {"Upload-Offset": str(offset), "Content-Type": PIECE, **more}, data)[0]

    def cut(self, address: str, data: bytes, after: int, **more: str) -> None:
        """Send the beginning of a request with a piece, up to a number of bytes from the body's first; then hang up."""
        headers = self.headers | {"Upload-Offset": "0", "Content-Type": PIECE, "Content-Length": str(len(data)), **more}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"PATCH {address} HTTP/1.1\r\n{lines}\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.site.port), PATIENCE_S) as line:
            line.sendall((head + data)[: len(head) + after])


@pytest.fixture
def line(site: UploadingSite) -> Line:
    """Return an administrator's connection."""
    return Line(site)


def wait_for_offset(line: Line, address: str, least: int) -> int:
    """Wait until so much has arrived; return how much it is."""
    tries = threading.Event()
    for _ in range(PATIENCE_S * 20):
        if (offset := line.offset(address)) >= least:
            return offset
        tries.wait(0.05)
    raise AssertionError(f"{offset} bytes of {least} have arrived")


@pytest.mark.parametrize("after", [-100, -1, 0, 1, 1000, 600_000, SIZE - 1, SIZE])
def test_what_had_come_when_the_line_broke_is_kept(line: Line, after: int) -> None:
    data = os.urandom(SIZE)
    address = line.begin(data)
    line.cut(address, data, after)
    offset = wait_for_offset(line, address, max(0, after))
    assert offset == max(0, after)
    if offset < SIZE:
        assert line.add(address, offset, data[offset:]) == 204
    assert line.offset(address) == SIZE


def test_of_a_piece_with_a_checksum_nothing_is_kept_when_the_line_breaks(line: Line) -> None:
    data = os.urandom(SIZE)
    address = line.begin(data)
    line.cut(address, data, 1000, **{"Upload-Checksum": checksum(data)})
    assert line.add(address, 0, data, **{"Upload-Checksum": checksum(data)}) == 204


def test_a_piece_without_a_length_is_taken(line: Line) -> None:
    data = os.urandom(SIZE)
    address = line.begin(data)
    connection = http.client.HTTPConnection("127.0.0.1", line.site.port, timeout=PATIENCE_S)
    headers = line.headers | {"Upload-Offset": "0", "Content-Type": PIECE}
    connection.request("PATCH", address, iter([data[:70_000], data[70_000:]]), headers, encode_chunked=True)
    assert connection.getresponse().status == 204
    connection.close()


def test_two_senders_at_once_never_mix_their_pieces(line: Line) -> None:
    letters = [bytes([letter]) * 100_000 for letter in b"abcd"]
    told = {"Upload-Length": "400000", "Upload-Metadata": written(filename="a.zip")}
    address = line.ask("POST", PLACE, told)[1]["Location"]
    statuses: list[int] = []
    for place in range(4):

        def send(data: bytes, offset: int = place * 100_000) -> None:
            statuses.append(line.add(address, offset, data))

        threads = [threading.Thread(target=send, args=(data,)) for data in letters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(set(statuses)) in ([204], [204, 409], [204, 423], [204, 409, 423])
        assert statuses.count(204) == place + 1
    path = line.site.site.storage.aside(f"upload-{address.rpartition('/')[2]}")
    found = path.read_bytes()
    assert len(found) == 400_000
    assert all(found[start : start + 100_000] in letters for start in range(0, 400_000, 100_000))


def test_nothing_that_was_acknowledged_is_lost_when_the_server_is_killed(site: UploadingSite, line: Line) -> None:
    data = os.urandom(SIZE)
    address = line.begin(data)
    chooser = random.Random(1)
    acknowledged = 0
    for _ in range(3):
        killer = threading.Timer(chooser.random() / 10, site.kill)
        killer.start()
        try:
            while acknowledged < SIZE - 100_000:
                assert line.add(address, acknowledged, data[acknowledged : acknowledged + 20_000]) == 204
                acknowledged += 20_000
        except (OSError, http.client.HTTPException):
            pass
        killer.join()
        site.start()
        offset = line.offset(address)
        assert acknowledged <= offset <= acknowledged + 20_000
        acknowledged = offset
    assert line.add(address, acknowledged, data[acknowledged:]) == 204
