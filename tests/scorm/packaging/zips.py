"""Zip files written field by field, so that any one fact in them can be spoilt."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

UTF8 = 0x0800
DESCRIPTOR = 0x0008
ENCRYPTED = 0x0001


@dataclass(frozen=True, kw_only=True)
class ZipEntry:
    """A member, true unless told otherwise; what is None follows from the data."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0
    made_by: int = 3 << 8
    attributes: int = 0o100644 << 16
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    central_offset: int | None = None
    local_name: bytes | None = None
    local_method: int | None = None
    local_size: int | None = None
    local_packed: int | None = None
    local_crc: int | None = None
    local_flags: int | None = None
    packed_size: int | None = None
    disk: int = 0
    time: int = 0
    comment: bytes = b""
    extra: bytes = b""
    local_extra: bytes = b""
    signed_descriptor: bool = True
    descriptor: bytes | None = None
    before: bytes = b""

    def stored(self) -> bytes:
        """Return the bytes as they lie in the archive."""
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()

    def facts(self) -> tuple[int, int, int]:
        """Return checksum, packed size and size."""
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        packed = len(self.stored()) if self.packed_size is None else self.packed_size
        return crc, packed, len(self.data) if self.size is None else self.size


@dataclass(frozen=True, kw_only=True)
class ZipFile:
    """An archive of entries, with an end record that can lie."""

    entries: Sequence[ZipEntry]
    entry_count: int | None = None
    directory_shift: int = 0
    directory_cut: int = 0
    comment: bytes = b""
    disk: int = 0
    is_zip64: bool = False
    zip64_count_shift: int = 0
    after_members: bytes = field(default=b"")

    def build(self) -> bytes:
        """Return the bytes of the archive."""
        body = bytearray()
        directory = bytearray()
        for entry in self.entries:
            body += entry.before
            offset = len(body) if entry.central_offset is None else entry.central_offset
            body += local_record(entry)
            directory += central_record(entry, offset)
        body += self.after_members
        del directory[len(directory) - self.directory_cut :]
        return bytes(body + directory) + self._end(len(body), len(directory))

    def _end(self, offset: int, size: int) -> bytes:
        count = len(self.entries) if self.entry_count is None else self.entry_count
        wide = b""
        narrow = (count, count, size, offset + self.directory_shift)
        if self.is_zip64:
            count += self.zip64_count_shift
            record = (b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
            wide = struct.pack("<4sQ2H2L4Q", *record)
            wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
            narrow = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) if not self.zip64_count_shift else narrow
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", self.disk, 0, *narrow, len(self.comment))
        return wide + end + self.comment


def _either(told: int | None, true: int) -> int:
    return true if told is None else told


def local_record(entry: ZipEntry) -> bytes:
    """Return the local header, the data and what follows them."""
    crc, packed, size = entry.facts()
    late = bool(entry.flags & DESCRIPTOR)
    facts = (_either(entry.local_crc, crc), _either(entry.local_packed, packed), _either(entry.local_size, size))
    sizes = (0, 0, entry.local_size or 0) if late else facts
    name = entry.name if entry.local_name is None else entry.local_name
    flags, method = _either(entry.local_flags, entry.flags), _either(entry.local_method, entry.method)
    fixed = (b"PK\x03\x04", 20, flags, method, 0, 33, *sizes, len(name), len(entry.local_extra))
    header = struct.pack("<4s5H3L2H", *fixed) + name + entry.local_extra
    trailer = b""
    if late:
        trailer = (b"PK\x07\x08" if entry.signed_descriptor else b"") + struct.pack("<3L", crc, packed, size)
        trailer = trailer if entry.descriptor is None else entry.descriptor
    return header + entry.stored() + trailer


def central_record(entry: ZipEntry, offset: int) -> bytes:
    """Return the record of the directory for a member at this offset."""
    crc, packed, size = entry.facts()
    fixed = (b"PK\x01\x02", entry.made_by | 20, 20, entry.flags, entry.method, entry.time, 33, crc, packed, size)
    rest = (len(entry.name), len(entry.extra), len(entry.comment), entry.disk, 0, entry.attributes, offset)
    return struct.pack("<4s6H3L5H2L", *fixed, *rest) + entry.name + entry.extra + entry.comment


def spoilt(entries: Sequence[ZipEntry], name: bytes, **facts: object) -> list[ZipEntry]:
    """Return the entries with one of them changed."""
    return [replace(entry, **facts) if entry.name == name else entry for entry in entries]  # type: ignore[arg-type]
