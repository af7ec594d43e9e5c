"""Files on their way in: to the staging folder while they arrive, hashed on the way, never into memory."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from lms.multipart import MultipartReader, Part, PartHead
from lms.storage import Storage

MOST_FILES = 50
ROOM_FOR_FIELDS = 1024 * 1024
"""How many bytes the fields beside the files may have."""


class StagedUpload:
    """A file on its way in: what the form is written to, and what removes it unless somebody took it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._descriptor, self._path = storage.stage_unnamed()
        self.size = 0
        self._hash = hashlib.sha256()
        self._is_open = True

    def write(self, data: "bytes | memoryview") -> int:
        """Take the next bytes."""
        self._hash.update(data)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self.size += len(data)
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it has written, we do not read it here."""
        return 0

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
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)
            self._path.unlink(missing_ok=True)


class ArrivingForm:
    """A form with files, taken apart while the server receives it: the files are whole when the request begins.

    It stands in the place of the server's own buffer, and of `wsgi.input`. What goes wrong is told by `parts`.
    """

    def __init__(self, storage: Storage, boundary: bytes) -> None:
        self._storage = storage
        self._reader = MultipartReader(boundary, self._open_part)
        self._size = 0
        self.field_size = 0
        self._fault: OSError | None = None
        self._fields: list[tuple[str, _Field]] = []
        self._files: list[tuple[str, str, StagedUpload]] = []

    def append(self, data: bytes) -> None:
        """Take what the server received; it never fails here, in the loop that serves everybody."""
        self._size += len(data)
        if self._fault is None:
            try:
                self._reader.feed(data)
            except OSError as error:
                self._fault = error

    def __len__(self) -> int:
        """Return how many bytes have come."""
        return self._size

    def getfile(self) -> "ArrivingForm":
        """Return what the application is given as `wsgi.input`."""
        return self

    def read(self, _size: int = -1) -> bytes:
        """Return nothing: what came is in the parts."""
        return b""

    readline = read

    def close(self) -> None:
        """Remove the files that nobody took."""
        for _, _, upload in self._files:
            upload.close()

    def parts(self) -> tuple[ImmutableMultiDict[str, str], ImmutableMultiDict[str, FileStorage]]:
        """Return the fields and the files.

        Raises:
            BadRequest: the form is not whole.
            RequestEntityTooLarge: there are too many files, or too much in the fields.
            OSError: the disk did not take it.
        """
        if self._fault is not None:
            raise self._fault
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
