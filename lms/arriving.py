"""Files on their way in, in forms or in pieces: to the staging folder while they arrive, hashed on the way.

Threads of their own do that: the loop that serves everybody only hands them what came.
"""

import hashlib
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from lms.admitting import check_admission
from lms.multipart import MultipartReader, Part, PartHead
from lms.storage import Storage, write_all

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MOST_FILES = 50
ROOM_FOR_FIELDS = 1024 * 1024
"""How many bytes the fields beside the files may have."""

AT_ONCE = 8
"""How many forms with files may be on their way at once."""

PIECES_AT_ONCE = 32
"""How many pieces of uploads may be on their way at once."""

MOST_BEHIND = 4 * 1024 * 1024
"""How many bytes of a body may wait in memory for the disk."""

CHUNK = 1024 * 1024
MOST_COPIED = 1024 * CHUNK

WRITERS = ThreadPoolExecutor(AT_ONCE, "writer")


class StagedUpload:
    """A file on its way in: what the form is written to, and what removes it unless somebody took it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._descriptor, self._path = storage.stage_unnamed()
        self._release = weakref.finalize(self, _remove, self._descriptor, self._path)
        self.size = 0
        self._hash = hashlib.sha256()

    def write(self, data: "bytes | memoryview") -> int:
        """Take the next bytes."""
        self._hash.update(data)
        write_all(self._descriptor, data)
        self.size += len(data)
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it has written, we do not read it here."""
        return 0

    def add_to(self, descriptor: int) -> None:
        """Write what has come to another file; the system copies it by itself where it can."""
        place = 0
        with suppress(OSError, AttributeError):  # not Linux, or not this file system; a full disk is told below
            while count := os.copy_file_range(self._descriptor, descriptor, MOST_COPIED, offset_src=place):
                place += count
        for data in self.chunks(place):
            write_all(descriptor, data)

    def chunks(self, place: int = 0) -> Iterator[bytes]:
        """Yield what has come, from a place on."""
        while data := os.pread(self._descriptor, CHUNK, place):
            yield data
            place += len(data)

    @property
    def path(self) -> Path:
        """Return where the file stands; from now on it has a name."""
        self._storage.name_staged(self._descriptor, self._path)
        return self._path

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what has come."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file and remove it; when it was taken, it has another name already."""
        self._release()


def _remove(descriptor: int, path: Path) -> None:
    os.close(descriptor)
    path.unlink(missing_ok=True)


class Arrivals:
    """The bodies that are on their way to an application; `wake` lets the server look again at what it may receive."""

    def __init__(self, application: "WSGIApplication", storage: Storage, wake: Callable[[], None]) -> None:
        self._application = application
        self._storage = storage
        self._wake = wake
        self._forms: weakref.WeakSet[Arriving] = weakref.WeakSet()
        self._pieces: weakref.WeakSet[Arriving] = weakref.WeakSet()

    def open(self, boundary: bytes | None, environ: "WSGIEnvironment") -> "Arriving | None":
        """Return a new form, or a piece where there is no boundary; None when too many are on their way.

        `environ` is the head of its request: whether the body may come is asked at once, in a thread.
        """
        group, most = (self._forms, AT_ONCE) if boundary else (self._pieces, PIECES_AT_ONCE)
        if sum(one.is_on_its_way for one in group) >= most:
            return None
        admit = partial(check_admission, self._application, environ, self._storage)
        arriving = (
            ArrivingForm(self._storage, boundary, self._wake, admit)
            if boundary
            else ArrivingPiece(self._storage, self._wake, admit)
        )
        group.add(arriving)
        arriving.append(b"")
        return arriving


class CrowdedOut:
    """Stands in the place of a form for which there is no room now."""

    def __len__(self) -> int:
        """Return that nothing came."""
        return 0

    def getfile(self) -> "CrowdedOut":
        """Return what the application is given as `wsgi.input`."""
        return self

    def read(self, _size: int = -1) -> bytes:
        """Return nothing."""
        return b""

    readline = read

    def close(self) -> None:
        """Do nothing."""


class Arriving:
    """A body that is written to the disk while the server receives it: all of it is there when the request begins.

    It stands in the place of the server's own buffer, and of `wsgi.input`. What goes wrong is told by `_settle`.
    `admit` is asked before anything is written, and raises what speaks against it. After a fault what comes is dropped.
    """

    def __init__(self, wake: Callable[[], None], admit: Callable[[], None]) -> None:
        self._wake = wake
        self._admit: Callable[[], None] | None = admit
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._size = self._behind = 0
        self._is_at_work = self.is_closed = False
        self._fault: Exception | None = None

    def _feed(self, data: bytes) -> None:
        raise NotImplementedError

    def _remove_files(self) -> None:
        raise NotImplementedError

    @property
    def is_behind(self) -> bool:
        """Tell whether the disk has to catch up before more may come."""
        return self._behind > MOST_BEHIND

    @property
    def is_on_its_way(self) -> bool:
        """Tell whether it takes a place among those that are written at once."""
        return not self.is_closed and self._fault is None

    def append(self, data: bytes) -> None:
        """Take what the server received; neither fails nor waits, in the loop that serves everybody."""
        with self._changed:
            if self.is_closed:
                return
            self._size += len(data)
            self._behind += len(data)
            self._waiting.append(data)
            if self._is_at_work:
                return
            self._is_at_work = True
        WRITERS.submit(self._work)

    def _work(self) -> None:
        """Write what waits, in a thread; one at a time is at work on a body."""
        while (data := self._next()) is not None:
            try:
                if self._fault is None:
                    self._take(data)
            except Exception as error:  # noqa: BLE001  # the border: `_settle` raises it where the request is answered
                self._fault = error
            with self._changed:
                was_behind = self.is_behind
                self._behind -= len(data)
            if was_behind and not self.is_behind:
                self._wake()

    def _take(self, data: bytes) -> None:
        admit, self._admit = self._admit, None
        if admit is not None:
            admit()
        if data:
            self._feed(data)

    def _next(self) -> bytes | None:
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            self._is_at_work = False
            if self.is_closed:
                self._remove_files()
            self._changed.notify_all()
            return None

    def _settle(self) -> None:
        """Wait until all that came is on the disk; raise what went wrong."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_at_work)
        if self._fault is not None:
            raise self._fault

    def __len__(self) -> int:
        """Return how many bytes have come."""
        return self._size

    def getfile(self) -> "Arriving":
        """Return what the application is given as `wsgi.input`."""
        return self

    def read(self, _size: int = -1) -> bytes:
        """Return nothing: what came is on the disk already."""
        return b""

    readline = read

    def close(self) -> None:
        """Remove the files that nobody took; who is still at work on them does it in the end."""
        with self._changed:
            self.is_closed = True
            self._waiting.clear()
            if not self._is_at_work:
                self._remove_files()


class ArrivingPiece(Arriving):
    """A piece of an upload: the plain bytes of a body."""

    def __init__(
        self, storage: Storage, wake: Callable[[], None] = lambda: None, admit: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(wake, admit)
        self._storage = storage
        self._upload: StagedUpload | None = None

    def staged(self) -> StagedUpload:
        """Return the file with what came, once all of it is there.

        Raises:
            OSError: the disk did not take it.
        """
        self._settle()
        return self._opened()

    def _opened(self) -> StagedUpload:
        if self._upload is None:
            self._upload = StagedUpload(self._storage)
        return self._upload

    def _feed(self, data: bytes) -> None:
        self._opened().write(data)

    def _remove_files(self) -> None:
        if self._upload is not None:
            self._upload.close()


class ArrivingForm(Arriving):
    """A form with files, taken apart while the server receives it: the files are whole when the request begins."""

    def __init__(
        self,
        storage: Storage,
        boundary: bytes,
        wake: Callable[[], None] = lambda: None,
        admit: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(wake, admit)
        self._storage = storage
        self._reader = MultipartReader(boundary, self._open_part)
        self.field_size = 0
        self._fields: list[tuple[str, _Field]] = []
        self._files: list[tuple[str, str, StagedUpload]] = []

    def _feed(self, data: bytes) -> None:
        self._reader.feed(data)

    def _remove_files(self) -> None:
        for _, _, upload in self._files:
            upload.close()

    def parts(self) -> tuple[ImmutableMultiDict[str, str], ImmutableMultiDict[str, FileStorage]]:
        """Return the fields and the files, once all that came is on the disk.

        Raises:
            BadRequest: the form is not whole.
            RequestEntityTooLarge: there are too many files, or too much in the fields.
            OSError: the disk did not take it.
        """
        self._settle()
        if len(self._files) > MOST_FILES or self.field_size > ROOM_FOR_FIELDS:
            raise RequestEntityTooLarge
        if not self._reader.is_whole:
            raise BadRequest
        fields = [(name, field.text.decode("utf-8", "replace")) for name, field in self._fields]
        files = [
            (name, FileStorage(stream=cast(IO[bytes], upload), filename=file_name, name=name))
            for name, file_name, upload in self._files
        ]
        return ImmutableMultiDict(fields), ImmutableMultiDict(files)

    def _open_part(self, head: PartHead) -> Part:
        if head.file_name is None or len(self._files) > MOST_FILES:
            field = _Field(self, bytearray())
            self._fields.append((head.name, field))
            return field
        upload = StagedUpload(self._storage)
        self._files.append((head.name, head.file_name, upload))
        return upload


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a form; what does not fit into its room is counted and left out."""

    form: ArrivingForm
    text: bytearray

    def write(self, data: memoryview) -> None:
        self.form.field_size += len(data)
        if self.form.field_size <= ROOM_FOR_FIELDS:
            self.text.extend(data)
