"""From the upload's first byte to the published version, against sha256 plus inflating the same file to nowhere.

In pieces as well, as the page sends them: against the form.
"""

import hashlib
import http.client
import io
import random
import re
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.figures import Figure, middle
from benchmarks.installation import empty
from benchmarks.launch import signed_in
from benchmarks.running import Browser, free_port, served
from courses.catalogue.models import ImportState, PackageImport
from courses.people.models import Role
from lms.application import create_site
from lms.identity import hashed_for
from lms.site import Site
from tests.builders import PASSWORD, make_course, make_person
from tests.playing import package_of, sco
from tests.uploading import PIECE, PLACE, checksum, written

BOUNDARY = "palier-benchmark"
PAGE = b"<!doctype html><title>A page</title><script>parent.API.LMSInitialize('')</script>"
ALLOWANCE_S = 0.25
SIZES = ((5, 200, 5), (300, 600, 3))
"""Megabytes, files, rounds."""
MANY = 5690


def measure() -> list[Figure]:
    """Return the ratio for a small and for a large package, and what the server's memory grew by."""
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = empty(folder / "var", free_port())
        parts = create_site(settings)
        with parts.database.transaction() as session:
            person = make_person(session, roles=[Role.ADMINISTRATOR], password_hash=hashed_for(parts, PASSWORD))
            course = make_course(session, languages=[])
        with served(settings) as server:
            browser = Browser(settings)
            token = signed_in(browser, settings, person)
            for megabytes, files, rounds in SIZES:
                sender = Sender(parts, browser, token, str(course.id))
                figures += _compare(sender, server, folder, (megabytes, files), rounds)
            figures.append(_many_files(sender, folder))
        parts.database.close()
    return figures


def _many_files(sender: "Sender", folder: Path) -> Figure:
    """Import a package of as many files as the richest one met, all of them in its manifest."""
    took = []
    for number in range(3):
        path = folder / f"many-{number}.zip"
        path.write_bytes(package_of([sco("one")], {"one.html": PAGE} | many_files(number)))
        took.append(sender.import_package(path))
    return Figure(f"{MANY} files: upload to published", middle(took), "s", 1)


def many_files(seed: int) -> dict[str, bytes]:
    """Return small files of all kinds; `seed` makes them others."""
    kinds = ("js", "png", "html", "css", "json")
    return {f"data/{n % 90}/{n}.{kinds[n % 5]}": f"/* {seed} {n} */".encode() * 40 for n in range(MANY - 2)}


def _compare(
    sender: "Sender", server: psutil.Process, folder: Path, size: tuple[int, int], rounds: int
) -> list[Figure]:
    """Import packages of a size, each a new one, and do the least by hand with each, in turns."""
    ours, least, pieces = [], [], []
    with watched(server) as memory:
        for number in range(rounds):
            path = folder / f"{size[0]}-{number}.zip"
            write_zip(path, size[0], size[1], seed=number)
            least.append(hashed_and_inflated(path))
            ours.append(sender.import_package(path))
            pieces.append(sender.import_in_pieces(path.rename(path.with_stem(f"{path.stem}-in-pieces"))))
            path.with_stem(f"{path.stem}-in-pieces").unlink()
    limit = 1.5 * middle(least) + ALLOWANCE_S
    name = f"{size[0]} MB, {size[1]} files"
    return [
        Figure(f"{name}: sha256 and inflating to nowhere", middle(least), "s"),
        Figure(f"{name}: upload to published", middle(ours), "s", round(limit, 2)),
        Figure(f"{name}: upload in pieces to published", middle(pieces), "s", round(2 * middle(ours), 2)),
        Figure(f"{name}: the server's memory grew by", memory.grown / 1e6, "MB", 64),
    ]


def write_zip(path: Path, megabytes: int, files: int, seed: int) -> None:
    """Write a package: half of it media that are stored, half of it text that is deflated."""
    chooser = random.Random(seed)  # no secret
    each = megabytes * 1_000_000 // files
    source = io.BytesIO(package_of([sco("one")], {"one.html": PAGE}))
    with zipfile.ZipFile(source) as small, zipfile.ZipFile(path, "w") as archive:
        for entry in small.infolist():
            archive.writestr(entry.filename, small.read(entry), zipfile.ZIP_DEFLATED)
        for number in range(files):
            if number % 2:
                archive.writestr(f"media/{number}.mp4", chooser.randbytes(each), zipfile.ZIP_STORED)
            else:
                noise = chooser.randbytes(each // 4).hex() + "\n" * (each // 2)
                archive.writestr(f"text/{number}.js", noise, zipfile.ZIP_DEFLATED)


def hashed_and_inflated(path: Path) -> float:
    """Return the seconds that sha256 and inflating every member once take, by hand."""
    began = time.perf_counter()
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    with path.open("rb") as file, zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            file.seek(entry.header_offset + 26)
            lengths = file.read(4)
            file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
            _to_nowhere(file, entry)
    return time.perf_counter() - began


def _to_nowhere(file: io.BufferedReader, entry: zipfile.ZipInfo) -> None:
    inflater = zlib.decompressobj(-15) if entry.compress_type else None
    left = entry.compress_size
    while left:
        chunk = file.read(min(left, 1 << 18))
        left -= len(chunk)
        if inflater is not None:
            inflater.decompress(chunk)


class Sender:
    """An administrator who sends packages, and waits until each is published."""

    def __init__(self, parts: Site, browser: Browser, token: str, course: str) -> None:
        self.parts, self.browser, self.token, self.course = parts, browser, token, course

    def import_package(self, path: Path) -> float:
        """Send a package; return the seconds until its version is published."""
        settings = self.parts.settings
        head, tail = self._around(path.name)
        connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=120)
        headers = {
            "Host": settings.platform_host,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + path.stat().st_size + len(tail)),
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items()),
        }
        began = time.perf_counter()
        connection.request("POST", "/admin/imports/new", body=_body(head, path, tail), headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303, answer.status
        found = re.search(r"[0-9a-f-]{36}", answer.headers["Location"])
        assert found, answer.headers["Location"]
        self._wait(path.name)
        connection.close()
        return time.perf_counter() - began

    def import_in_pieces(self, path: Path) -> float:
        """Send a package piece by piece, then the form; return the seconds until its version is published."""
        told = [(place, data, checksum(data)) for place, data in _pieces(path)]  # a browser's work, not the server's
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.parts.settings.port, timeout=120)
        metadata = written(filename=path.name)
        headers = {"Upload-Length": str(path.stat().st_size), "Upload-Metadata": metadata}
        address = self._ask(connection, "POST", PLACE, headers)["Location"]
        for place, data, digest in told:
            more = {"Upload-Offset": str(place), "Upload-Checksum": digest, "Content-Type": PIECE}
            self._ask(connection, "PATCH", address, more, data)
        upload = address.rpartition("/")[2]
        fields = {"course": self.course, "language": "en", "publish": "y", "upload": upload}
        form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        self._ask(connection, "POST", "/admin/imports/new", form, urlencode(fields).encode())
        self._wait(path.name)
        connection.close()
        return time.perf_counter() - began

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> http.client.HTTPMessage:
        """Send a request; return the headers of the answer, which is a good one."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        whose = {"Host": self.parts.settings.platform_host, "Cookie": cookies, "X-CSRFToken": self.token}
        connection.request(method, path, body, whose | {"Tus-Resumable": "1.0.0"} | headers)
        answer = connection.getresponse()
        assert answer.status < 300, answer.read()
        answer.read()
        return answer.headers

    def _around(self, file_name: str) -> tuple[bytes, bytes]:
        fields = {"csrf_token": self.token, "course": self.course, "language": "en", "publish": "y"}
        head = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="package"; filename="{file_name}"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        )
        return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()

    def _wait(self, file_name: str) -> None:
        """Wait until the import of that file has ended, and well."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with self.parts.database.reading() as session:
                state = _state(session, file_name)
            if state is ImportState.PUBLISHED:
                return
            assert state in {None, ImportState.WAITING, ImportState.READING}, state
            time.sleep(0.005)
        raise AssertionError("the import does not end")


def _state(session: Session, file_name: str) -> ImportState | None:
    return session.scalar(select(PackageImport.state).where(PackageImport.file_name == file_name))


def _body(head: bytes, path: Path, tail: bytes) -> Iterator[bytes]:
    yield head
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
    yield tail


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    place = 0
    with path.open("rb") as file:
        while data := file.read(8 << 20):
            yield place, data
            place += len(data)


class watched:  # noqa: N801  # reads as a verb where it is used
    """Watch the memory of a process meanwhile."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._stop = process, threading.Event()
        self._first = self._peak = process.memory_info().rss
        self._thread = threading.Thread(target=self._look)

    @property
    def grown(self) -> int:
        """Return by how many bytes the memory was larger at its peak than at first."""
        return int(self._peak - self._first)

    def __enter__(self) -> "watched":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.01):
            self._peak = max(self._peak, self._process.memory_info().rss)


if __name__ == "__main__":
    for figure in measure():
        print(figure)
