"""A zip file as a stream of bytes: same files, same bytes; however long they are, little is held of them.

A file is given whole and deflated here, or carried over from a checked archive as it is packed there: exact, and
without inflating it. Sizes stand in the local headers, no data descriptors follow (APPNOTE 6.3.10, 4.3).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scorm.packaging.archive import DEFLATED, Member
from scorm.packaging.zipfields import LOCAL, LOCAL_SIGNATURE, ReadAt, read_exactly

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_WIDE_OFFSET = struct.Struct("<2HQ")
_ZIP64_EXTRA = 0x0001
_ALL_16 = 0xFFFF
_ALL_32 = 0xFFFFFFFF

_NEEDS = 20
_NEEDS_ZIP64 = 45
_UNIX = 3 << 8
_EPOCH = (0, 1 << 5 | 1)  # the first moment that a zip can say: midnight, 1 January 1980
_FILE_MODE = 0o100644 << 16
_UTF8 = 0x0800
_READ = 256 * 1024


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that stands packed in a checked archive, to be carried over as it is."""

    member: Member
    read_at: ReadAt

    def pieces(self) -> Iterator[bytes]:
        """Yield the packed bytes; raise PackageError where the archive is shorter than it was."""
        end = self.member.offset + self.member.compressed_size
        for start in range(self.member.offset, end, _READ):
            yield read_exactly(self.read_at, start, min(_READ, end - start))


Content = bytes | Packed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What both headers of a file say of it."""

    name: bytes
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int


def zip_pieces(files: Iterable[tuple[str, Content]]) -> Iterator[bytes]:
    """Yield the bytes of an archive of these files, in their order."""
    directory = bytearray()
    count = position = 0
    for name, content in files:
        header, pieces = _packed(name, content)
        directory += _central(header, position)
        count += 1
        local = _local(header)
        position += len(local) + header.compressed_size
        yield local
        yield from pieces
    yield bytes(directory)
    yield _end(count, len(directory), position)


def _packed(name: str, content: Content) -> tuple[_Header, Iterable[bytes]]:
    """Return the header of a file, and its packed bytes."""
    raw = name.encode()
    flags = 0 if name.isascii() else _UTF8
    if isinstance(content, Packed):
        member = content.member
        header = _Header(
            name=raw, flags=flags, method=member.method, crc=member.crc, compressed_size=member.compressed_size,
            size=member.size,
        )  # fmt: skip
        return header, content.pieces()
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflating.compress(content) + deflating.flush()
    header = _Header(
        name=raw, flags=flags, method=DEFLATED, crc=zlib.crc32(content), compressed_size=len(data), size=len(content)
    )
    return header, (data,)


def _local(header: _Header) -> bytes:
    return (
        LOCAL.pack(
            LOCAL_SIGNATURE, _NEEDS, header.flags, header.method, *_EPOCH, header.crc, header.compressed_size,
            header.size, len(header.name), 0,
        )
        + header.name
    )  # fmt: skip


def _central(header: _Header, offset: int) -> bytes:
    is_wide = offset >= _ALL_32
    extra = _WIDE_OFFSET.pack(_ZIP64_EXTRA, 8, offset) if is_wide else b""
    needs = _NEEDS_ZIP64 if is_wide else _NEEDS
    fields = _CENTRAL.pack(
        b"PK\x01\x02", _UNIX | needs, needs, header.flags, header.method, *_EPOCH, header.crc, header.compressed_size,
        header.size, len(header.name), len(extra), 0, 0, 0, _FILE_MODE, min(offset, _ALL_32),
    )  # fmt: skip
    return fields + header.name + extra


def _end(count: int, size: int, offset: int) -> bytes:
    """Return the end records: those of 64 bits too where something does not fit the others (4.3.14 to 4.3.16)."""
    wide = b""
    if count >= _ALL_16 or size >= _ALL_32 or offset >= _ALL_32:
        wide = _END64.pack(
            b"PK\x06\x06", _END64.size - 12, _UNIX | _NEEDS_ZIP64, _NEEDS_ZIP64, 0, 0, count, count, size, offset
        ) + _END64_LOCATOR.pack(b"PK\x06\x07", 0, offset + size, 1)
    narrow = min(count, _ALL_16)
    return wide + _END.pack(b"PK\x05\x06", 0, 0, narrow, narrow, min(size, _ALL_32), min(offset, _ALL_32), 0)
