"""Forms with files: taken apart while they arrive, staged without a name, refused when they are not as they must be."""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser
from werkzeug.test import encode_multipart

from lms.arriving import MOST_BEHIND, MOST_FILES, ROOM_FOR_FIELDS, ArrivingForm, StagedUpload
from lms.multipart import MOST_PARTS, MultipartReader, PartHead, boundary_of
from lms.storage import Storage
from lms.uploads import clean_name, takes_uploads
from tests.importing import added_course, administrators_browser, send

BOUNDARY = b"-----8f2"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Return an empty store."""
    return Storage(tmp_path)


@pytest.fixture
def form(storage: Storage) -> Iterator[ArrivingForm]:
    """Return a form of which nothing has come."""
    arriving = ArrivingForm(storage, BOUNDARY)
    yield arriving
    arriving.close()


def part(head: str, body: bytes) -> bytes:
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n"


def field(name: str, body: bytes) -> bytes:
    return part(f'Content-Disposition: form-data; name="{name}"', body)


def file(body: bytes, name: str = "a.zip") -> bytes:
    return part(f'Content-Disposition: form-data; name="package"; filename="{name}"\r\nContent-Type: x/y', body)


END = b"--" + BOUNDARY + b"--\r\n"


def taken_apart(data: bytes, size: int) -> list[tuple[PartHead, bytes]] | None:
    """Return the parts of a form that comes in pieces of a size, or None when it is not whole."""
    found: list[tuple[PartHead, BytesIO]] = []

    def open_part(head: PartHead) -> BytesIO:
        found.append((head, BytesIO()))
        return found[-1][1]

    reader = MultipartReader(BOUNDARY, open_part)
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
    return [(head, body.getvalue()) for head, body in found] if reader.is_whole else None


class TestMultipart:
    @pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
    def test_parts_are_the_same_however_the_form_is_cut(self, size: int) -> None:
        tricky = b"\r\n--" + BOUNDARY[:-1] + b"\r\n\r\n-"
        data = field("course", "é".encode()) + field("empty", b"") + file(tricky) + file(b"", "b.zip") + END
        assert taken_apart(data, size) == [
            (PartHead("course", None), "é".encode()),
            (PartHead("empty", None), b""),
            (PartHead("package", "a.zip"), tricky),
            (PartHead("package", "b.zip"), b""),
        ]

    @given(st.lists(st.binary(max_size=300), max_size=5), st.integers(1, 200))
    def test_it_reads_what_the_library_reads(self, bodies: list[bytes], size: int) -> None:
        boundary = "X" * 20
        sent = MultiDict([("f", FileStorage(BytesIO(body), "n")) for body in bodies])
        data = encode_multipart(sent, boundary)[1]
        parser = MultiPartParser(stream_factory=lambda **_facts: BytesIO())
        _, files = parser.parse(BytesIO(data), boundary.encode(), len(data))
        found: list[BytesIO] = []

        def open_part(_head: PartHead) -> BytesIO:
            found.append(BytesIO())
            return found[-1]

        reader = MultipartReader(boundary.encode(), open_part)
        for start in range(0, len(data), size):
            reader.feed(data[start : start + size])
        assert reader.is_whole
        assert [one.getvalue() for one in found] == [one.read() for one in files.getlist("f")] == bodies

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"no form at all",
            file(b"x"),
            file(b"x")[:-1] + END[:-4],
            b"--" + BOUNDARY + b"xx",
            part("Content-Disposition: attachment; name=a", b"") + END,
            part("Content-Type: text/plain", b"") + END,
            part("X: " + "y" * 20_000, b"") + END,
            field("a", b"") * (MOST_PARTS + 1) + END,
        ],
    )
    def test_what_is_no_whole_form_is_not_taken_for_one(self, data: bytes) -> None:
        assert taken_apart(data, 64) is None

    @given(st.binary(max_size=400))
    def test_rubbish_breaks_nothing(self, data: bytes) -> None:
        taken_apart(b"--" + BOUNDARY + data, 10)

    @pytest.mark.parametrize(
        ("kind", "boundary"),
        [
            ("multipart/form-data; boundary=abc", b"abc"),
            ('multipart/form-data; boundary="a b"', b"a b"),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=" + "x" * 71, None),
            ("multipart/mixed; boundary=abc", None),
            ("", None),
        ],
    )
    def test_the_type_of_a_form_names_its_boundary(self, kind: str, boundary: bytes | None) -> None:
        assert boundary_of(kind) == boundary


class TestArriving:
    def test_files_are_hashed_and_have_no_name_until_they_are_taken(self, form: ArrivingForm, tmp_path: Path) -> None:
        form.append(field("course", b"42") + file(b"content", "C:\\dir\\a.zip") + END)
        fields, files = form.parts()
        assert fields["course"] == "42"
        upload = files["package"].stream
        assert isinstance(upload, StagedUpload)
        assert (upload.size, upload.sha256) == (7, hashlib.sha256(b"content").hexdigest())
        assert list((tmp_path / "staging").iterdir()) == []
        assert upload.path.read_bytes() == b"content"

    def test_what_nobody_took_is_removed_at_the_end(self, form: ArrivingForm, tmp_path: Path) -> None:
        form.append(file(b"content") + END)
        upload = form.parts()[1]["package"].stream
        assert isinstance(upload, StagedUpload)
        assert upload.path.exists()
        form.close()
        assert list((tmp_path / "staging").iterdir()) == []

    def test_a_form_that_was_cut_off_is_refused(self, form: ArrivingForm) -> None:
        form.append(file(b"content"))
        with pytest.raises(BadRequest):
            form.parts()

    def test_fields_have_little_room(self, form: ArrivingForm) -> None:
        form.append(field("course", b"x" * (ROOM_FOR_FIELDS + 1)) + END)
        with pytest.raises(RequestEntityTooLarge):
            form.parts()

    def test_there_is_an_end_of_files(self, form: ArrivingForm) -> None:
        form.append(file(b"x") * (MOST_FILES + 1) + END)
        with pytest.raises(RequestEntityTooLarge):
            form.parts()

    def test_a_disk_that_takes_nothing_is_told_when_the_request_begins(self, tmp_path: Path) -> None:
        (tmp_path / "staging").write_text("in the way")
        form = ArrivingForm(Storage(tmp_path), BOUNDARY)
        form.append(file(b"x") + END)
        with pytest.raises(OSError, match="staging"):
            form.parts()


@pytest.mark.parametrize("copied", [0, 3, 10])
def test_what_came_is_added_to_another_file_where_the_system_does_not_copy_all(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    def copy_some(source: int, target: int, _count: int, *, offset_src: int) -> int:
        if offset_src == copied:
            raise OSError(errno.EOPNOTSUPP, "not here")
        return os.write(target, os.pread(source, copied, offset_src))

    monkeypatch.setattr(os, "copy_file_range", copy_some)
    upload = StagedUpload(storage)
    upload.write(b"0123456789")
    with (tmp_path / "other").open("wb") as other:
        upload.add_to(other.fileno())
    upload.close()
    assert (tmp_path / "other").read_bytes() == b"0123456789"


class Stuck(Storage):
    """A store on a disk that takes nothing for a while: a pipe that nobody reads."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.far_end, self.near_end = os.pipe()

    def stage_unnamed(self) -> tuple[int, Path]:
        """Return the pipe's end for writing."""
        return self.near_end, self.stage()


def test_a_disk_that_is_slow_keeps_nobody_waiting_but_the_sender(tmp_path: Path) -> None:
    woken = threading.Event()
    storage = Stuck(tmp_path)
    form = ArrivingForm(storage, BOUNDARY, woken.set)
    body = b"x" * (MOST_BEHIND + 100_000)
    sent = file(body) + END
    for start in range(0, len(sent), 4096):
        form.append(sent[start : start + 4096])
    assert form.is_behind
    with os.fdopen(storage.far_end, "rb") as disk:
        reading = threading.Thread(target=disk.read)
        reading.start()
        upload = form.parts()[1]["package"].stream
        assert isinstance(upload, StagedUpload)
        assert upload.size == len(body)
        assert woken.is_set()
        assert not form.is_behind
        form.close()
        reading.join()


def test_a_full_disk_is_told_in_a_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, course = administrators_browser(app), added_course(app)
    monkeypatch.setattr(Storage, "stage_unnamed", lambda storage: (os.open("/dev/full", os.O_WRONLY), storage.stage()))
    answer = send(browser, course, b"x" * 100_000)
    assert answer.status_code == 507
    assert "There is no room left on the server." in answer.text


def test_only_views_that_say_so_take_uploads(app: Flask) -> None:
    ask = takes_uploads(app)
    assert ask("/admin/imports/new")
    assert not any(ask(path) for path in ("/admin/courses/new", "/sign-in", "/nowhere", "", "/admin/imports/new/x"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../a.zip", "a.zip"), ("C:\\Users\\a.zip", "a.zip"), ("a\x00\u202eb.zip", "ab.zip"), ("e\u0301.pdf", "é.pdf")],
)
def test_a_name_is_kept_without_its_folders_and_tricks(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_the_end_of_a_long_name_is_kept() -> None:
    assert clean_name("x" * 500 + ".zip").endswith("xxx.zip")
    assert len(clean_name("x" * 500 + ".zip")) == 200
