"""The records of a zip file, taken apart without judging names or contents (APPNOTE 6.3.10, 4.3)."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple, NoReturn, Protocol

from scorm.packaging.findings import refuse
from scorm.packaging.signatures import HEAD, kind_of

LOCAL_SIGNATURE = b"PK\x03\x04"
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_END_SIGNATURE = b"PK\x05\x06"
_END64_SIGNATURE = b"PK\x06\x06"
_END64_LOCATOR_SIGNATURE = b"PK\x06\x07"
DESCRIPTOR_SIGNATURE = b"PK\x07\x08"

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")

_ALL_16 = 0xFFFF
_ALL_32 = 0xFFFFFFFF
_LONGEST_COMMENT = 0xFFFF
_ZIP64_EXTRA = 0x0001
_UNICODE_PATH_EXTRA = 0x7075
SPLIT_MARKERS = (b"PK00", b"PK\x07\x08")  # what may stand in front of the first member (8.5.4)


class ReadAt(Protocol):
    """The port through which an archive is read: bytes at an offset, wherever they lie."""

    def __call__(self, offset: int, size: int) -> bytes:
        """Return `size` bytes from `offset`, fewer only at the end."""
        ...


class End(NamedTuple):
    """Where the central directory lies, as the end records say."""

    entries: int
    directory_offset: int
    directory_size: int
    records_offset: int  # where the end records themselves begin


class Entry(NamedTuple):
    """One record of the central directory."""

    raw_name: bytes
    made_by: int
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int
    attributes: int
    offset: int  # of the local header
    unicode_path: bytes  # the name in UTF-8 where an extra field repeats it, empty where none does


def damaged(reason: str, file: str = "") -> NoReturn:
    """Refuse the archive as damaged."""
    refuse("zip_damaged", file=file, reason=reason)


def read_exactly(read_at: ReadAt, offset: int, size: int) -> bytes:
    """Return exactly `size` bytes, or refuse the archive."""
    data = read_at(offset, size)
    if len(data) != size:
        damaged("short")
    return data


def read_end(read_at: ReadAt, size: int) -> End:
    """Find the end records (4.3.16), with their 64-bit form (4.3.14, 4.3.15)."""
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    tail = read_exactly(read_at, start, size - start)
    position = _last_end(tail)
    if position < 0:
        _refuse_without_end(read_exactly(read_at, 0, min(size, HEAD)))
    # Two readers would take two directories.
    if _last_end(tail, position) >= 0:
        damaged("several_ends")
    _, disk, directory_disk, here, entries, length, offset, _ = _END.unpack_from(tail, position)
    end = End(entries, offset, length, start + position)
    wide = _read_end64(read_at, end)
    if wide is None and (disk, directory_disk, here) != (0, 0, entries):
        damaged("several_disks")
    end = wide or end
    # Who counts back from the end records must find the same directory as who believes its offset.
    if end.directory_offset + end.directory_size != end.records_offset:
        damaged("directory_outside")
    return end


def _refuse_without_end(head: bytes) -> NoReturn:
    """Refuse a file that begins so: as a zip that is cut short, or as what it is instead."""
    if head.startswith((LOCAL_SIGNATURE, *SPLIT_MARKERS)):
        damaged("end_missing")
    kind = kind_of(head)
    refuse("not_a_zip", **({"kind": kind, "what": kind} if kind else {}))


def _last_end(tail: bytes, before: int | None = None) -> int:
    """Return where the last end record begins whose comment reaches the end of the file, -1 when there is none."""
    position = tail.rfind(_END_SIGNATURE, 0, before)
    while position >= 0 and not _comment_fits(tail, position):
        position = tail.rfind(_END_SIGNATURE, 0, position)
    return position


def _comment_fits(tail: bytes, position: int) -> bool:
    """Say whether an end record at `position` has a comment that reaches the end of the file exactly."""
    if position + _END.size > len(tail):
        return False
    comment_length: int = _END.unpack_from(tail, position)[7]
    return position + _END.size + comment_length == len(tail)


def _read_end64(read_at: ReadAt, end: End) -> End | None:
    """Return what the 64-bit end record says; None when there is none."""
    at = end.records_offset - _END64_LOCATOR.size
    locator = read_exactly(read_at, at, _END64_LOCATOR.size) if at >= 0 else b""
    if not locator.startswith(_END64_LOCATOR_SIGNATURE):
        return None
    _, disk, offset, disks = _END64_LOCATOR.unpack(locator)
    if disk or disks > 1 or offset + _END64.size > at:
        damaged("end64")
    record = _END64.unpack(read_exactly(read_at, offset, _END64.size))
    signature, rest, _, _, disk, directory_disk, here, entries, length, directory_offset = record
    # The record says how long it is, without these two fields, and the locator follows it (4.3.14.1).
    if signature != _END64_SIGNATURE or offset + 12 + rest != at or (disk, directory_disk, here) != (0, 0, entries):
        damaged("end64")
    for narrow, wide, mark in (
        (end.entries, entries, _ALL_16),
        (end.directory_size, length, _ALL_32),
        (end.directory_offset, directory_offset, _ALL_32),
    ):
        if narrow not in (wide, mark):
            damaged("end_records_differ")
    return End(entries, directory_offset, length, offset)


def read_entries(directory: bytes, count: int) -> Iterator[Entry]:
    """Yield the records of the central directory (4.3.12), which must fill it exactly."""
    position = 0
    for _ in range(count):
        if directory[position : position + 4] != _CENTRAL_SIGNATURE or position + _CENTRAL.size > len(directory):
            damaged("directory")
        fields = _CENTRAL.unpack_from(directory, position)
        _, made_by, _, flags, method, _, _, crc, packed, unpacked, names, extras, comments, disk, _, attrs, at = fields
        name_end = position + _CENTRAL.size + names
        position = name_end + extras + comments
        if position > len(directory):
            damaged("directory")
        raw_name = directory[name_end - names : name_end]
        extra = directory[name_end : name_end + extras]
        if _ALL_32 in (packed, unpacked, at) or disk == _ALL_16:
            unpacked, packed, at, disk = widened(extra, (unpacked, packed, at), disk)
        if disk:
            damaged("several_disks")
        yield Entry(raw_name, made_by, flags, method, crc, packed, unpacked, attrs, at, unicode_path(extra, raw_name))
    if position < len(directory) and not _is_signature(directory[position:]):
        damaged("directory")


def _is_signature(rest: bytes) -> bool:
    """Say whether what follows the last record is a digital signature and nothing else (4.3.13)."""
    return rest.startswith(b"PK\x05\x05") and len(rest) == 6 + int.from_bytes(rest[4:6], "little")


def widened(extra: bytes, fields: tuple[int, int, int], disk: int = 0) -> tuple[int, int, int, int]:
    """Return size, packed size, offset and disk with 64-bit values where the 32-bit ones say so (4.5.3)."""
    values = _zip64_values(extra)
    wide: list[int] = []
    for value, mark, width in (*((field, _ALL_32, 8) for field in fields), (disk, _ALL_16, 4)):
        if value != mark:
            wide.append(value)
            continue
        if len(values) < width:
            damaged("zip64")
        wide.append(int.from_bytes(values[:width], "little"))
        values = values[width:]
    return wide[0], wide[1], wide[2], wide[3]


def _zip64_values(extra: bytes) -> bytes:
    """Return the body of the zip64 extra field, empty when there is none; two would be read differently by two."""
    found = [body for tag, body in extra_fields(extra) if tag == _ZIP64_EXTRA]
    if len(found) > 1:
        damaged("zip64")
    return found[0] if found else b""


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the extra fields of a header with their tags (4.5.1); what follows the last whole one is padding."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, position)
        if position + 4 + length > len(extra):
            return
        yield tag, extra[position + 4 : position + 4 + length]
        position += 4 + length


def unicode_path(extra: bytes, raw_name: bytes) -> bytes:
    """Return the name that an extra field repeats in UTF-8 (4.6.9), empty when none does or it is out of date."""
    if not extra:
        return b""
    for tag, body in extra_fields(extra):
        if tag == _UNICODE_PATH_EXTRA and len(body) > 5 and body[0] == 1:
            (checksum,) = struct.unpack_from("<L", body, 1)
            return body[5:] if checksum == zlib.crc32(raw_name) else b""
    return b""
