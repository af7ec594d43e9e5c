"""Members that share bytes: the way to petabytes from kilobytes."""

import struct
import zlib
from dataclasses import replace

from tests.scorm.packaging.hostile.cases import GOOD, case
from tests.scorm.packaging.zips import ZipEntry, ZipFile, central_record, local_record


def assembled(body: bytes, records: list[bytes]) -> bytes:
    """Return an archive of these members and records."""
    directory = b"".join(records)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(records), len(records), len(directory), len(body), 0)
    return body + directory + end


@case("zip_damaged", "overlap")
def quoted_overlap() -> bytes:
    """Each member's stream quotes the next one's header and goes on with its data: all inflate to all of it."""
    kernel = ZipEntry(name=b"kernel", data=bytes(1_000_000))
    tail, unpacked = local_record(kernel), kernel.data
    headers: list[tuple[ZipEntry, int]] = [(kernel, len(tail))]
    length = 30 + len(kernel.name)
    for number in range(30):
        header = tail[:length]
        # A deflate block of the kind "stored", not the last one, whose content is the next header.
        quoted = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + header
        unpacked = header + unpacked
        entry = ZipEntry(
            name=b"page%02d.html" % number, packed=quoted + tail[length:], size=len(unpacked), crc=zlib.crc32(unpacked)
        )
        tail = local_record(entry)
        length = 30 + len(entry.name)
        headers.append((entry, len(tail)))
    first = b"".join(local_record(entry) for entry in GOOD)
    good = _offsets(GOOD)
    records = [central_record(entry, offset) for entry, offset in good]
    records += [central_record(entry, len(first) + len(tail) - rest) for entry, rest in headers]
    return assembled(first + tail, records)


def _offsets(entries: tuple[ZipEntry, ...]) -> list[tuple[ZipEntry, int]]:
    offset, found = 0, []
    for entry in entries:
        found.append((entry, offset))
        offset += len(local_record(entry))
    return found


@case("zip_duplicate_name")
def one_member_listed_a_thousand_times() -> bytes:
    body = b"".join(local_record(entry) for entry in GOOD)
    records = [central_record(entry, offset) for entry, offset in _offsets(GOOD)]
    return assembled(body, records + records[2:3] * 1000)


@case("zip_damaged", "overlap")
def one_header_under_many_names() -> bytes:
    body = b"".join(local_record(entry) for entry in GOOD)
    placed = _offsets(GOOD)
    records = [central_record(entry, offset) for entry, offset in placed]
    twins = [central_record(replace(GOOD[2], name=b"p%d.html" % number), placed[2][1]) for number in range(500)]
    return assembled(body, records + twins)


@case("zip_damaged", "overlap")
def header_in_the_data_of_another() -> bytes:
    inner = ZipEntry(name=b"inner.html", data=b"x" * 50)
    outer = ZipEntry(name=b"outer.bin", data=b"junk" + local_record(inner) + b"junk", method=0)
    body = b"".join(local_record(entry) for entry in (*GOOD, outer))
    records = [central_record(entry, offset) for entry, offset in _offsets((*GOOD, outer))]
    return assembled(body, [*records, central_record(inner, body.index(local_record(inner)))])


@case("zip_damaged", "overlap")
def data_reach_one_byte_into_the_next_member() -> bytes:
    page = GOOD[1]
    entries = [GOOD[0], replace(page, packed_size=len(page.stored()) + 1), *GOOD[2:]]
    return ZipFile(entries=entries).build()


@case("zip_damaged", "overlap")
def folder_over_a_file() -> bytes:
    folder = ZipEntry(name=b"folder/", method=0)
    body = b"".join(local_record(entry) for entry in GOOD)
    placed = _offsets(GOOD)
    return assembled(body, [*(central_record(*one) for one in placed), central_record(folder, placed[1][1])])


@case("zip_damaged", "overlap")
def descriptor_that_is_the_next_header() -> bytes:
    """The next member begins within the twelve bytes that follow a streamed one."""
    body = b"".join(local_record(entry) for entry in GOOD)
    streamed = ZipEntry(name=b"s.html", data=b"x", flags=8)
    record = local_record(streamed)
    last = ZipEntry(name=b"t.html", data=b"y", method=0)
    offset = len(body)
    records = [central_record(entry, at) for entry, at in _offsets(GOOD)]
    records += [central_record(streamed, offset), central_record(last, offset + len(record) - 4)]
    return assembled(body + record + local_record(last), records)
