"""Send files: our own scripts, and the members of a package straight from its zip."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, cast

from flask import Response, abort, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from lms.site import site
from lms.web.content.pieces import Joined
from lms.web.content.scripts import script, version_of_scripts
from lms.web.content.spill import Spill
from scorm.packaging.archive import DEFLATED, Member
from scorm.packaging.inflating import inflate
from scorm.packaging.serving import Unsatisfiable, accepts_gzip, gzip_wrapper, media_type_for, parse_range

FOR_GOOD = "max-age=31536000, immutable"
SMALL = 256 * 1024
"""An inflated member up to this size is sent from memory; a larger one is spilt."""


def send_script(names: frozenset[str], version: str, name: str) -> Response:
    """Send one of our own files under its group's address."""
    if name not in names or version != version_of_scripts(names):
        abort(404)
    found = script(name)
    is_packed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    answer = Response(found.packed if is_packed else found.body, content_type=found.media_type)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, {FOR_GOOD}"
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@dataclass(frozen=True, slots=True)
class Body:
    """A representation of a member: how long it is, and how to open it."""

    size: int
    open: Callable[[int, int], bytes | IO[bytes]]


def send_member(archive: str, member: Member) -> Response:
    """Send a member: its deflate stream to whom gzip is welcome, a range where one is asked for, else the whole."""
    is_deflated = member.method == DEFLATED
    wanted = request.headers.get("Range", "")
    is_packed = is_deflated and not wanted and accepts_gzip(request.headers.get("Accept-Encoding", ""))
    tag = f'"{archive[:20]}-{member.offset:x}{"-gzip" if is_packed else ""}"'
    answer = Response(content_type=_media_type(member.name))
    headers = answer.headers
    headers["ETag"] = tag
    headers["Cache-Control"] = f"private, {FOR_GOOD}"
    if is_deflated:
        headers["Vary"] = "Accept-Encoding"
    if not media_type_for(member.name)[1]:
        headers["Content-Disposition"] = "attachment"
    if _has_it(tag):
        answer.status_code = 304
        return answer
    if is_packed:
        headers["Content-Encoding"] = "gzip"
        return _fill(answer, _packed(archive, member), None)
    headers["Accept-Ranges"] = "bytes"
    if request.headers.get("If-Range", tag) != tag:
        wanted = ""
    return _fill(answer, _inflated(archive, member) if is_deflated else _stored(archive, member), wanted)


def _media_type(name: str) -> str:
    return media_type_for(name)[0]


def _has_it(tag: str) -> bool:
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in header.split(",")]


def _fill(answer: Response, body: Body, wanted: str | None) -> Response:
    """Give an answer its body or the range that is asked for; a HEAD opens nothing."""
    first, last = 0, body.size - 1
    asked = parse_range(wanted, body.size) if wanted else None
    if isinstance(asked, Unsatisfiable):
        raise RequestedRangeNotSatisfiable(asked.size)
    if asked is not None:
        first, last = asked
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{body.size}"
    answer.headers["Content-Length"] = str(last - first + 1)
    if request.method == "HEAD" or last < first:
        return answer
    found = body.open(first, last - first + 1)
    if isinstance(found, bytes):
        answer.set_data(found)
        return answer
    answer.response = wrap_file(request.environ, found)
    answer.direct_passthrough = True
    return answer


def _packed(archive: str, member: Member) -> Body:
    """Return the member's deflate stream made a gzip stream by what stands around it."""
    around = gzip_wrapper(member)

    def open_it(_first: int, _length: int) -> IO[bytes]:
        file = site().storage.open(archive)
        return cast(IO[bytes], Joined(file, member.offset, member.compressed_size, around))

    return Body(member.compressed_size + sum(map(len, around)), open_it)


def _stored(archive: str, member: Member) -> Body:
    def open_it(first: int, length: int) -> IO[bytes]:
        return cast(IO[bytes], Joined(site().storage.open(archive), member.offset + first, length))

    return Body(member.size, open_it)


def _inflated(archive: str, member: Member) -> Body:
    def open_it(first: int, length: int) -> bytes | IO[bytes]:
        if member.size <= SMALL:
            return b"".join(_pieces(archive, member))[first : first + length]
        spill: Spill = current_app.extensions["palier.spill"]
        file = spill.find(archive, member.offset) or spill.make(archive, member.offset, _pieces(archive, member))
        return cast(IO[bytes], Joined(file, first, length))

    return Body(member.size, open_it)


def _pieces(archive: str, member: Member) -> Iterator[bytes]:
    with site().storage.open(archive) as file:

        def read_at(offset: int, size: int) -> bytes:
            file.seek(offset)
            return file.read(size)

        yield from inflate(read_at, member)
