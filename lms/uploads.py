"""Uploads: which views take files, and what they are given.

A view that takes files says so by `@accepts_uploads`; on every other route a request stays small.
"""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TypeVar, cast

from flask import Flask, Request, current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge, ServiceUnavailable

from lms.arriving import (
    CHUNK,
    MOST_FILES,
    ROOM_FOR_FIELDS,
    ArrivingForm,
    ArrivingPiece,
    CrowdedOut,
    StagedUpload,
)
from lms.identity import names_somebody
from lms.site import Site, site

View = TypeVar("View", bound=Callable[..., object])
_ATTRIBUTE = "palier_takes_uploads"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedFile:
    """A file that arrived whole: staged at `path`, `size` in bytes; `name` is what the sender calls it."""

    name: str
    path: Path
    size: int
    sha256: str


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
            most = site().settings.max_upload
            own = getattr(current_app.view_functions.get(self.endpoint or ""), _ATTRIBUTE)
            return min(own or most, most) + ROOM_FOR_FIELDS
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

    def _load_form_data(self) -> None:
        """Take the form that the server took apart while it came; elsewhere the library parses it."""
        arrived = self.environ.get("wsgi.input")
        if isinstance(arrived, CrowdedOut):
            raise ServiceUnavailable(retry_after=60)
        if "form" in self.__dict__ or not isinstance(arrived, ArrivingForm):
            super()._load_form_data()
            return
        if (self.content_length or 0) > (self.max_content_length or 0):
            raise RequestEntityTooLarge
        form, files = arrived.parts()
        self.__dict__.update(stream=BytesIO(), form=form, files=files)

    def piece(self) -> StagedUpload:
        """Return the body, staged: what came of it, should the line have broken.

        Raises:
            OSError: the disk did not take it.
        """
        arrived = self.environ.get("wsgi.input")
        if isinstance(arrived, ArrivingPiece):
            return arrived.staged()
        upload = StagedUpload(site().storage)
        self._staged.append(upload)
        with suppress(ClientDisconnected):
            while data := self.stream.read(CHUNK):
                upload.write(data)
        return upload

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
    setattr(view, _ATTRIBUTE, 0)
    return view


def accepts_uploads_of(most: int) -> Callable[[View], View]:
    """Declare that a view takes files of so many bytes in all, never more than the settings allow."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, most)
        return view

    return declare


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


def admits_uploads(app: Flask) -> Callable[[str, str], bool]:
    """Return the question whether a path takes files and a `Cookie` names somebody who may be signed in.

    It is asked before the body comes, and asks no database: what the person may do is decided by the request itself.
    """
    is_upload, may_be_somebody = takes_uploads(app), names_somebody(app)
    return lambda path, cookie: is_upload(path) and may_be_somebody(cookie)


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
