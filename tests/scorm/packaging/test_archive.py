"""The structural check of a zip: each test spoils one fact of a good archive."""

import os
import struct
import unicodedata
from dataclasses import replace

import pytest

from scorm.errors import PackageError
from scorm.packaging.archive import ArchiveIndex, Member, read_index
from scorm.packaging.findings import Finding
from scorm.packaging.inflating import inflate, verify
from scorm.packaging.limits import DEFAULT_LIMITS, Limits
from tests.scorm.packaging.packages import port
from tests.scorm.packaging.zips import DESCRIPTOR, ENCRYPTED, UTF8, ZipEntry, ZipFile, spoilt

PAGE = b"<p>page</p>" * 30
ENTRIES = [
    ZipEntry(name=b"imsmanifest.xml", data=b"<manifest/>"),
    ZipEntry(name=b"a/", method=0, attributes=0o40755 << 16 | 0x10),
    ZipEntry(name=b"a/page.html", data=PAGE),
    ZipEntry(name=b"a/logo.png", data=b"\x89PNG", method=0),
]


def index_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[ArchiveIndex, tuple[Finding, ...]]:
    return read_index(port(data), len(data), limits)


def refusals(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[tuple[str, str]]:
    """Return code and file of what refuses an archive, structurally or by its contents."""
    with pytest.raises(PackageError) as caught:
        read_through(data, limits)
    return [(finding.code, finding.file) for finding in caught.value.findings]


def read_through(data: bytes, limits: Limits) -> None:
    index, _ = index_of(data, limits)
    verify(port(data), index)


def with_page(**facts: object) -> bytes:
    return ZipFile(entries=spoilt(ENTRIES, b"a/page.html", **facts)).build()


def test_a_good_archive_gives_its_files_without_directories() -> None:
    data = ZipFile(entries=ENTRIES).build()
    index, findings = index_of(data)
    assert list(index.members) == ["imsmanifest.xml", "a/page.html", "a/logo.png"]
    assert not findings
    assert index.total_size == len(b"<manifest/>") + len(PAGE) + 4
    assert b"".join(inflate(port(data), index.members["a/page.html"])) == PAGE
    assert b"".join(inflate(port(data), index.members["a/logo.png"])) == b"\x89PNG"


def test_progress_ends_at_the_total() -> None:
    data = ZipFile(entries=ENTRIES).build()
    index, _ = index_of(data)
    heard: list[int] = []
    verify(port(data), index, heard.append)
    assert heard[-1] == index.total_size


class Reader:
    """Looks at pages until it has seen one."""

    def __init__(self) -> None:
        self.seen = b""

    def takes(self, member: Member) -> bool:
        return member.name.endswith(".html") and not self.seen

    def observe(self, _member: Member, piece: bytes) -> None:
        self.seen += piece


def test_an_observer_sees_what_it_takes_as_long_as_it_wants_to() -> None:
    pages = [ZipEntry(name=b"b%d.html" % number, data=b"another page") for number in range(3)]
    data = ZipFile(entries=[*ENTRIES, *pages]).build()
    reader = Reader()
    verify(port(data), index_of(data)[0], observer=reader)
    assert reader.seen == PAGE


@pytest.mark.parametrize("name", [b"a/page.html", b"b.html", b"a/logo.png"])
def test_what_is_broken_is_found_whoever_looks_at_it_or_nobody(name: bytes) -> None:
    entries = spoilt([*ENTRIES, ZipEntry(name=b"b.html", data=b"another page")], name, crc=1)
    data = ZipFile(entries=entries).build()
    with pytest.raises(PackageError) as caught:
        verify(port(data), index_of(data)[0], observer=Reader())
    assert [(one.code, one.file) for one in caught.value.findings] == [("zip_damaged", name.decode())]


@pytest.mark.parametrize("data", [b"", b"PK", b"Rar!\x1a\x07\x00" + b"x" * 400, b"%PDF-1.7" * 50])
def test_what_has_no_end_record_is_no_zip(data: bytes) -> None:
    assert refusals(data) == [("not_a_zip", "")]


def test_a_comment_at_the_end_is_harmless() -> None:
    index, findings = index_of(ZipFile(entries=ENTRIES, comment=b"made on Friday PK\x05\x06").build())
    assert len(index.members) == 3
    assert not findings


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_streamed_member_with_a_data_descriptor_is_accepted(is_signed: bool) -> None:
    data = with_page(flags=DESCRIPTOR, signed_descriptor=is_signed)
    index, findings = index_of(data)
    verify(port(data), index)
    assert not findings


def test_zip64_records_are_read() -> None:
    zip64 = struct.pack("<HHQQ", 1, 16, len(PAGE), len(ENTRIES[2].stored()))
    data = ZipFile(entries=spoilt(ENTRIES, b"a/page.html", local_extra=zip64), is_zip64=True).build()
    index, findings = index_of(data)
    verify(port(data), index)
    assert not findings


def test_gaps_between_members_are_allowed() -> None:
    data = with_page(before=b"\0" * 100)
    index, findings = index_of(data)
    verify(port(data), index)
    assert not findings


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


DAMAGED = {
    "cut short": cut(ZipFile(entries=ENTRIES).build()),
    "bytes in front": b"MZ" + ZipFile(entries=ENTRIES).build(),
    "bytes behind": ZipFile(entries=ENTRIES).build() + b"\0",
    "directory in the wrong place": ZipFile(entries=ENTRIES, directory_shift=3).build(),
    "directory too short": ZipFile(entries=ENTRIES, directory_cut=5).build(),
    "fewer entries than said": ZipFile(entries=ENTRIES, entry_count=9).build(),
    "more entries than said": ZipFile(entries=ENTRIES, entry_count=2).build(),
    "a second disk": ZipFile(entries=ENTRIES, disk=1).build(),
    "end records that differ": ZipFile(entries=ENTRIES, is_zip64=True, zip64_count_shift=1).build(),
    "another local name": with_page(local_name=b"b/page.html"),
    "another local method": with_page(local_method=0),
    "another local size": with_page(local_size=7),
    "a header elsewhere": with_page(central_offset=3),
    "a header behind the members": with_page(central_offset=5000),
    "a descriptor that lies": with_page(flags=DESCRIPTOR, descriptor=b"PK\x07\x08" + b"\1" * 12),
    "a wrong checksum": with_page(crc=1),
    "a size too small": with_page(size=len(PAGE) - 1),
    "a size too large": with_page(size=len(PAGE) + 1),
    "a broken stream": with_page(packed=b"\xff" * 40),
    "an unfinished stream": with_page(packed=ENTRIES[2].stored()[:-3]),
    "bytes behind the stream": with_page(packed=ENTRIES[2].stored() + b"xx"),
    "stored sizes that differ": ZipFile(entries=spoilt(ENTRIES, b"a/logo.png", size=5)).build(),
    "zip64 sizes without their field": with_page(size=0xFFFFFFFF),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_an_archive_that_contradicts_itself_is_damaged(data: bytes) -> None:
    assert [code for code, _ in refusals(data)] == ["zip_damaged"]


def test_members_that_share_bytes_are_found_before_anything_is_inflated() -> None:
    kernel = ENTRIES[2]
    shared = [replace(kernel, name=b"twin.html", central_offset=0, before=b"")]
    data = ZipFile(entries=[kernel, *shared]).build()
    with pytest.raises(PackageError) as caught:
        index_of(data)
    assert [(one.code, one.parameters["reason"]) for one in caught.value.findings] == [("zip_damaged", "overlap")]


UNSAFE = [
    b"/etc/passwd",
    b"../evil.html",
    b"a/../../evil.html",
    b"..\\evil.html",
    b"a\\..\\..\\evil.html",
    b"C:\\evil.html",
    b"c:evil.html",
    b"\\\\server\\share\\evil.html",
    b"a/b\0c.html",
    b"a/b\nc.html",
    b"n" * 256,
    b"nnn/" * 125 + b"n",
    b"",
    b"..",
]


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_leads_out_of_the_package_is_unsafe(name: bytes) -> None:
    data = ZipFile(entries=[*ENTRIES, ZipEntry(name=name, data=b"x")]).build()
    assert [code for code, _ in refusals(data)] == ["zip_unsafe_name"]


def test_a_name_at_the_limit_is_accepted() -> None:
    name = "n" * 255 + "/" + "m" * 244
    index, findings = index_of(ZipFile(entries=[*ENTRIES, ZipEntry(name=name.encode(), data=b"x")]).build())
    assert name in index.members
    assert not findings


@pytest.mark.parametrize("kind", [0o120777, 0o020644, 0o060644, 0o010644, 0o140644])
def test_links_and_devices_are_refused(kind: int) -> None:
    assert refusals(with_page(attributes=kind << 16)) == [("zip_special_entry", "a/page.html")]


def test_a_folder_without_its_slash_is_skipped() -> None:
    folder = ZipEntry(name=b"folder", method=0, attributes=0o40755 << 16)
    index, findings = index_of(ZipFile(entries=[*ENTRIES, folder]).build())
    assert "folder" not in index.members
    assert not findings


@pytest.mark.parametrize("name", [b"./", b"/", b"a//"])
def test_an_odd_folder_entry_is_skipped(name: bytes) -> None:
    index, _ = index_of(ZipFile(entries=[*ENTRIES, ZipEntry(name=name, method=0)]).build())
    assert len(index.members) == 3


def test_a_folder_that_claims_a_size_is_no_bomb() -> None:
    folder = ZipEntry(name=b"b/", method=0, size=4096)
    index, findings = index_of(ZipFile(entries=[*ENTRIES, folder]).build())
    assert len(index.members) == 3
    assert not findings


@pytest.mark.parametrize("flags", [ENCRYPTED, 0x40 | ENCRYPTED, 0x2000])
def test_a_password_is_refused(flags: int) -> None:
    assert refusals(with_page(flags=flags)) == [("zip_encrypted", "a/page.html")]


@pytest.mark.parametrize("method", [1, 6, 9, 12, 14, 93, 95, 99])
def test_a_method_that_browsers_cannot_read_is_refused(method: int) -> None:
    assert refusals(with_page(method=method)) == [("zip_unsupported_method", "a/page.html")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"a/page.html", "zip_duplicate_name"),
        (b"A/Page.HTML", "zip_case_collision"),
    ],
)
def test_two_names_that_a_file_system_takes_for_one_are_refused(name: bytes, code: str) -> None:
    data = ZipFile(entries=[*ENTRIES, ZipEntry(name=name, data=b"x")]).build()
    assert [found for found, _ in refusals(data)] == [code]


def test_two_encodings_of_one_accent_collide() -> None:
    names = [unicodedata.normalize(form, "été.html").encode() for form in ("NFC", "NFD")]
    data = ZipFile(entries=[*ENTRIES, *(ZipEntry(name=name, flags=UTF8, data=b"x") for name in names)]).build()
    assert refusals(data) == [("zip_case_collision", "été.html")]


@pytest.mark.parametrize(
    ("raw", "flags", "name", "codes"),
    [
        ("été.html".encode(), UTF8, "été.html", []),
        (unicodedata.normalize("NFD", "été.html").encode(), UTF8, "été.html", []),
        ("été.html".encode(), 0, "été.html", ["zip_name_encoding"]),
        ("été.html".encode("cp437"), 0, "été.html", ["zip_name_encoding"]),
        (b"\xe9t\xe9.html", UTF8, "ΘtΘ.html", ["zip_name_encoding"]),
        (b"folder\\page.html", 0, "folder/page.html", ["zip_name_mended"]),
        (b"./x//page.html", 0, "x/page.html", ["zip_name_mended"]),
    ],
)
def test_names_are_decoded_and_mended(raw: bytes, flags: int, name: str, codes: list[str]) -> None:
    index, findings = index_of(ZipFile(entries=[*ENTRIES, ZipEntry(name=raw, flags=flags, data=b"x")]).build())
    assert name in index.members
    assert [finding.code for finding in findings] == codes


@pytest.mark.parametrize("name", [b"__MACOSX/._imsmanifest.xml", b".DS_Store", b"a/Thumbs.db", b"a/._page.html"])
def test_operating_system_noise_is_left_out_and_reported(name: bytes) -> None:
    index, findings = index_of(ZipFile(entries=[*ENTRIES, ZipEntry(name=name, data=b"x")]).build())
    assert len(index.members) == 3
    assert [(one.code, one.file, one.parameters["count"]) for one in findings] == [("zip_os_noise", name.decode(), "1")]


def test_one_folder_around_everything_is_stripped() -> None:
    entries = [replace(entry, name=b"My Course/v2/" + entry.name) for entry in ENTRIES]
    index, findings = index_of(ZipFile(entries=entries).build())
    assert index.prefix == "My Course/v2/"
    assert "a/page.html" in index.members
    assert [one.code for one in findings] == ["zip_wrapped_in_folder"]


def test_a_file_beside_the_folder_keeps_it() -> None:
    entries = [replace(entry, name=b"course/" + entry.name) for entry in ENTRIES]
    index, _ = index_of(ZipFile(entries=[*entries, ZipEntry(name=b"readme.txt", data=b"x")]).build())
    assert not index.prefix
    assert "course/imsmanifest.xml" in index.members


class TestLimits:
    """Each limit at the limit and one beyond."""

    @pytest.mark.parametrize("limit", [4, 3])
    def test_the_number_of_entries(self, limit: int) -> None:
        self.check(replace(DEFAULT_LIMITS, entries=limit), is_accepted=limit == 4)

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_the_size_of_the_directory(self, beyond: int) -> None:
        size = sum(46 + len(entry.name) for entry in ENTRIES)
        self.check(replace(DEFAULT_LIMITS, directory_size=size - beyond), is_accepted=not beyond)

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_the_size_of_a_member(self, beyond: int) -> None:
        self.check(replace(DEFAULT_LIMITS, member_size=len(PAGE) - beyond), is_accepted=not beyond)

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_the_size_of_everything(self, beyond: int) -> None:
        total = len(b"<manifest/>") + len(PAGE) + 4
        self.check(replace(DEFAULT_LIMITS, total_size=total - beyond), is_accepted=not beyond)

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_the_ratio_counts_above_its_threshold_only(self, beyond: int) -> None:
        limits = replace(DEFAULT_LIMITS, ratio=2, ratio_from=len(PAGE) - beyond)
        self.check(limits, is_accepted=not beyond)

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_a_large_whole_may_be_less_dense_than_a_small_one(self, beyond: int) -> None:
        total = len(b"<manifest/>") + len(PAGE) + 4
        limits = replace(DEFAULT_LIMITS, whole_ratio=1, whole_ratio_from=total - beyond, ratio_from=1)
        self.check(limits, is_accepted=not beyond)

    def check(self, limits: Limits, *, is_accepted: bool) -> None:
        entries = [ENTRIES[0], *ENTRIES[2:], replace(ENTRIES[3], name=b"b.png", data=b"")]
        entries = ENTRIES if limits.ratio != 2 else [entry for entry in entries if entry.name == b"a/page.html"]
        data = ZipFile(entries=entries).build()
        if is_accepted:
            index_of(data, limits)
        else:
            assert [code for code, _ in refusals(data, limits)] == ["zip_over_limits"]


def test_a_bomb_of_many_small_members_is_refused_as_a_whole() -> None:
    entries = [ZipEntry(name=f"{number}.html".encode(), data=bytes(1_000_000)) for number in range(40)]
    assert refusals(ZipFile(entries=entries).build()) == [("zip_over_limits", "")]


def test_a_member_that_inflates_beyond_its_size_stops_at_once() -> None:
    data = ZipFile(entries=[ZipEntry(name=b"bomb", data=bytes(50_000_000), size=10, crc=0)]).build()
    index, _ = index_of(data)
    pieces = inflate(port(data), index.members["bomb"])
    with pytest.raises(PackageError):
        next(pieces)


def test_thousands_of_files_cost_few_reads() -> None:
    entries = [ZipEntry(name=f"{number}.js".encode(), data=os.urandom(40), method=0) for number in range(5_000)]
    data = ZipFile(entries=entries).build()
    reads: list[int] = []

    def read_at(offset: int, size: int) -> bytes:
        reads.append(size)
        return data[offset : offset + size]

    index, _ = read_index(read_at, len(data))
    assert len(index.members) == 5_000
    assert len(reads) < 100
