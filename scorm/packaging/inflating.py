"""Inflating members within what they declare, to a reader or to nowhere."""

import zlib
from collections.abc import Callable, Iterator

from scorm.packaging.archive import STORED, ArchiveIndex, Member
from scorm.packaging.findings import refuse
from scorm.packaging.zipfields import ReadAt

_READ = 256 * 1024
_PIECE = 64 * 1024  # of inflated bytes, at most, at a time: larger ones cost the system fresh memory for each
_REPORT_EVERY = 4 * 1024 * 1024

Observer = Callable[[Member, bytes], None]


def inflate(read_at: ReadAt, member: Member) -> Iterator[bytes]:
    """Yield the bytes of a member in pieces; raise PackageError as soon as they are not what it declares."""
    total = 0
    crc = 0
    for piece in _raw(read_at, member) if member.method == STORED else _inflated(read_at, member):
        total += len(piece)
        if total > member.size:
            refuse("zip_damaged", file=member.name, reason="size")
        crc = zlib.crc32(piece, crc)
        yield piece
    if total != member.size:
        refuse("zip_damaged", file=member.name, reason="size")
    if crc != member.crc:
        refuse("zip_damaged", file=member.name, reason="checksum")


def read_member(read_at: ReadAt, member: Member) -> bytes:
    """Return the whole of a member; for members whose size was checked."""
    return b"".join(inflate(read_at, member))


def verify(
    read_at: ReadAt,
    index: ArchiveIndex,
    progress: Callable[[int], None] | None = None,
    observe: Observer | None = None,
) -> None:
    """Inflate every member once, to nowhere, against its size and checksum; raise PackageError at the first fault.

    `progress` hears now and then how many bytes are done of `index.total_size`; `observe` sees every piece.
    """
    done = reported = 0
    for member in sorted(index.members.values(), key=lambda one: one.offset):
        for piece in inflate(read_at, member):
            if observe:
                observe(member, piece)
            done += len(piece)
            if progress and done - reported >= _REPORT_EVERY:
                progress(done)
                reported = done
    if progress:
        progress(done)


def _raw(read_at: ReadAt, member: Member) -> Iterator[bytes]:
    for start in range(0, member.compressed_size, _READ):
        yield read_at(member.offset + start, min(_READ, member.compressed_size - start))


def _inflated(read_at: ReadAt, member: Member) -> Iterator[bytes]:
    """Yield the inflated pieces of a deflated member, never more than one byte beyond its declared size in all."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    room = member.size + 1
    for packed in _raw(read_at, member):
        if inflater.eof:
            refuse("zip_damaged", file=member.name, reason="deflate")
        pending = packed
        while pending and not inflater.eof:
            try:
                piece = inflater.decompress(pending, min(room, _PIECE))
            except zlib.error:
                refuse("zip_damaged", file=member.name, reason="deflate")
            room -= len(piece)
            if room <= 0:
                refuse("zip_damaged", file=member.name, reason="size")
            pending = inflater.unconsumed_tail
            yield piece
        if inflater.unused_data:
            refuse("zip_damaged", file=member.name, reason="deflate")
    if not inflater.eof:
        refuse("zip_damaged", file=member.name, reason="deflate")
