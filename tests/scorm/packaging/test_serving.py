"""How a stored member is sent."""

import gzip

import pytest

from scorm.packaging.archive import Member, read_index
from scorm.packaging.serving import Unsatisfiable, accepts_gzip, gzip_wrapper, media_type_for, parse_range
from tests.scorm.packaging.packages import FILES, package_bytes, port


def test_a_wrapped_member_is_a_gzip_file() -> None:
    data = package_bytes()
    index, _ = read_index(port(data), len(data))
    member = index.members["one/index.html"]
    before, after = gzip_wrapper(member)
    body = before + data[member.offset : member.offset + member.compressed_size] + after
    assert gzip.decompress(body) == FILES["one/index.html"]
    assert (len(before), len(after)) == (10, 8)


def test_a_size_beyond_four_gigabytes_wraps_around() -> None:
    member = Member(name="x", offset=0, method=8, compressed_size=1, size=(1 << 32) + 5, crc=7)
    assert gzip_wrapper(member)[1] == b"\7\0\0\0\5\0\0\0"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("br, zstd", False),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0.001", True),
        ("gzip;q=0, *", False),
        ("gzip;q=nonsense", False),
        ("gzip;q=2", False),
    ],
)
def test_accept_encoding(header: str, expected: bool) -> None:
    assert accepts_gzip(header) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-99", (0, 99)),
        ("bytes=10-500", (10, 99)),
        ("bytes=10-", (10, 99)),
        ("bytes=-30", (70, 99)),
        ("bytes=-500", (0, 99)),
        ("Bytes = 5-6", (5, 6)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=1-" + "9" * 40, None),
        ("bytes=100-", Unsatisfiable(100)),
        ("bytes=100-200", Unsatisfiable(100)),
        ("bytes=-0", Unsatisfiable(100)),
    ],
)
def test_ranges(header: str, expected: object) -> None:
    assert parse_range(header, 100) == expected


def test_an_empty_file_has_no_range() -> None:
    assert parse_range("bytes=0-", 0) == Unsatisfiable(0)
    assert parse_range("bytes=-5", 0) == Unsatisfiable(0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index.html", ("text/html", True)),
        ("a/B.HTM", ("text/html", True)),
        ("lib/app.mjs", ("text/javascript", True)),
        ("app.js", ("text/javascript", True)),
        ("x.wasm", ("application/wasm", True)),
        ("font.woff2", ("font/woff2", True)),
        ("film.mp4", ("video/mp4", True)),
        ("data.json", ("application/json", True)),
        ("guide.pdf", ("application/pdf", True)),
        ("guide.docx", ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", False)),
        ("relay.asp", ("application/octet-stream", False)),
        (".htaccess", ("application/octet-stream", False)),
        ("js", ("application/octet-stream", False)),
        ("README", ("application/octet-stream", False)),
        ("folder.js/README", ("application/octet-stream", False)),
        ("", ("application/octet-stream", False)),
    ],
)
def test_media_types_come_from_our_own_table(name: str, expected: tuple[str, bool]) -> None:
    assert media_type_for(name) == expected
