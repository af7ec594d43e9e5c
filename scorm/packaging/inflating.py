"""Inflating members within what they declare, to a reader or to nowhere."""

import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import Protocol

from scorm.packaging.archive import STORED, ArchiveIndex, Member
from scorm.packaging.findings import refuse
from scorm.packaging.zipfields import ReadAt

_READ = 256 * 1024
_PIECE = 64 * 1024  # of inflated bytes, at most, at a time: larger ones cost the system fresh memory for each
_REPORT_EVERY = 4 * 1024 * 1024


class Observer(Protocol):
    """Looks at some members while they pass by."""

    def takes(self, member: Member) -> bool:
        """Tell whether it will look at a member, as things stand now."""
        ...

    def observe(self, member: Member, piece: bytes) -> None:
        """Look at a piece of a member; the pieces of one member come in order."""
        ...


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
    observer: Observer | None = None,
) -> None:
    """Inflate every member once, to nowhere, against its size and checksum; raise PackageError at a fault.

    `progress` hears now and then how many bytes are done of `index.total_size`. What the observer takes passes by it in
    the order of the archive. The rest is shared with a second thread, which inflating does not hold up: `read_at` is
    called from both.
    """
    lane = _Lane(read_at, progress)
    beside = threading.Thread(target=lane.work, daemon=True)
    beside.start()
    lane.run(sorted(index.members.values(), key=lambda one: one.offset), observer)
    beside.join()
    if lane.fault is not None:
        raise lane.fault
    if progress:
        progress(index.total_size)


class _Lane:
    """What waits to be inflated with nobody looking, for two threads: the first fault ends the work of both."""

    def __init__(self, read_at: ReadAt, progress: Callable[[int], None] | None) -> None:
        self.fault: Exception | None = None
        self._waiting: SimpleQueue[Member | None] = SimpleQueue()  # None: nothing more will come
        self._read_at = read_at
        self._progress = progress
        self._lock = threading.Lock()
        self._done = self._told = 0

    def run(self, members: Iterable[Member], observer: Observer | None) -> None:
        """Let what the observer takes pass by it, put the rest where it waits, and then help with that."""
        try:
            for member in [one for one in members if self._is_taken(one, observer)]:
                if observer is not None and self._is_taken(member, observer):  # it may have seen enough meanwhile
                    self._inflate(member, observer.observe)
        except Exception as error:  # noqa: BLE001  # as in the other thread
            self.fault = self.fault or error
        self._waiting.put(None)
        self.work()

    def work(self) -> None:
        """Inflate what waits until nothing more will come; a fault is kept for who waits for the end."""
        try:
            while (member := self._waiting.get()) is not None:
                self._inflate(member)
        except Exception as error:  # noqa: BLE001  # the border of a thread
            self.fault = self.fault or error
        self._waiting.put(None)  # the other thread ends as well

    def _is_taken(self, member: Member, observer: Observer | None) -> bool:
        """Tell whether the observer takes a member; what it leaves waits from now on."""
        if observer is not None and observer.takes(member):
            return True
        self._waiting.put(member)
        return False

    def _inflate(self, member: Member, observe: Callable[[Member, bytes], None] | None = None) -> None:
        for piece in inflate(self._read_at, member):
            if observe is not None:
                observe(member, piece)
            self._count(piece)

    def _count(self, piece: bytes) -> None:
        """Note that a piece is done, and tell of it now and then; raise the fault that the other thread has met."""
        with self._lock:
            self._done += len(piece)
            if self._progress and self._done - self._told >= _REPORT_EVERY:
                self._told = self._done
                self._progress(self._done)
        if self.fault is not None:
            raise self.fault


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
