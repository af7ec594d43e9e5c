"""Uploads: a file goes to the staging folder while it arrives, hashed on the way, never into memory.

A view that takes files says so by `@accepts_uploads`; on every other route a request stays small.
"""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar, cast

from flask import Flask, Request, current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lms.site import Site, site
from lms.storage import Storage

View = TypeVar("View", bound=Callable[..., object])
_ATTRIBUTE = "palier_takes_uploads"
MOST_FILES = 50
ROOM_FOR_FIELDS = 1024 * 1024
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedFile:
    """A file that arrived whole: staged at `path`, `size` in bytes; `name` is what the sender calls it."""

    name: str
    path: Path
    size: int
    sha256: str


class StagedUpload:
    """A file on its way in: what the form parser writes to, and what removes it unless somebody took it."""

    def __init__(self, storage: Storage) -> None:
        self.path = storage.stage()
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = self.path.open("xb", buffering=0)

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._hash.update(data)
        self._file.write(data)
        self.size += len(data)
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it has written, we do not read it here."""
        return 0

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what has come."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file and remove it; when it was taken, it has another name already."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class UploadingRequest(Request):
    """A request whose files are staged where the view takes uploads."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self._staged: list[StagedUpload] = []

    @property
    def _takes_uploads(self) -> bool:
        return hasattr(current_app.view_functions.get(self.endpoint or ""), _ATTRIBUTE)

    @property
    def max_content_length(self) -> int | None:
        """Return how many bytes the body may have: more where the view takes uploads."""
        if self._takes_uploads:
            return site().settings.max_upload + ROOM_FOR_FIELDS
        return super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not self._takes_uploads:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        if len(self._staged) >= MOST_FILES:
            raise RequestEntityTooLarge
        upload = StagedUpload(site().storage)
        self._staged.append(upload)
        return cast(IO[bytes], upload)

    def close(self) -> None:
        """Release what the request holds; staged files that nobody took are removed."""
        super().close()
        for upload in self._staged:
            upload.close()


def init_app(app: Flask) -> None:
    """Stage the files of requests."""
    app.request_class = UploadingRequest


def accepts_uploads(view: View) -> View:
    """Declare that a view takes files, up to the size that the settings allow."""
    setattr(view, _ATTRIBUTE, True)
    return view


def arrived_files(files: list[FileStorage]) -> list[ArrivedFile]:
    """Return the files that were sent under a name and are not empty."""
    arrived = []
    for file in files:
        upload = file.stream
        assert isinstance(upload, StagedUpload)
        name = clean_name(file.filename or "")
        if name and upload.size:
            arrived.append(ArrivedFile(name=name, path=upload.path, size=upload.size, sha256=upload.sha256))
    return arrived


def clean_name(name: str) -> str:
    """Return the last part of a file's name, without what cannot be shown; its end is kept when it is too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if not unicodedata.category(character).startswith("C"))
    return shown.strip()[-LONGEST_NAME:]


def takes_uploads(app: Flask) -> Callable[[str], bool]:
    """Return the question whether the view behind a path takes files."""
    parts: Site = app.extensions["palier"]
    prefix = parts.settings.url_prefix
    routes = app.url_map.bind("localhost")

    def ask(path: str) -> bool:
        try:
            endpoint, _ = routes.match(path.removeprefix(prefix), method="POST")
        except HTTPException:
            return False
        return hasattr(app.view_functions.get(endpoint), _ATTRIBUTE)

    return ask
