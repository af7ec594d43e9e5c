"""Split a form with files into its parts while it arrives (RFC 7578), at the speed of the line.

The library's own parser costs twice what hashing costs; this one looks for nothing but the next boundary.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from werkzeug.http import parse_options_header

LONGEST_HEAD = 8 * 1024
MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class PartHead:
    """What the head of a part says: the name of its field, and the name of the file, if it is one."""

    name: str
    file_name: str | None


class Part(Protocol):
    """Takes the bytes of one part."""

    def write(self, data: memoryview) -> object:
        """Take the next bytes; they are only lent."""


class _State(Enum):
    BODY = "body"
    """Before the first boundary, or in a part."""
    MARK = "mark"
    """Right after a boundary: the two characters that tell whether it was the last."""
    HEAD = "head"
    DONE = "done"
    BROKEN = "broken"


class MultipartReader:
    """Takes a form piece by piece and hands the bytes of each part to what `open_part` returned for its head."""

    def __init__(self, boundary: bytes, open_part: Callable[[PartHead], Part]) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._open_part = open_part
        self._part: Part | None = None
        self._parts = 0
        self._lead = 0
        self._state = _State.BODY
        self._rest = b"\r\n"  # as if a line had ended: the first boundary needs none

    @property
    def is_whole(self) -> bool:
        """Tell whether the last boundary has come."""
        return self._state is _State.DONE

    def feed(self, data: bytes) -> None:
        """Take the next bytes; once something is not as it must be, the rest is ignored."""
        buffer = self._rest + data if self._rest else data
        start: int | None = 0
        steps = {_State.BODY: self._body, _State.MARK: self._mark, _State.HEAD: self._head}
        while start is not None and self._state in steps:
            self._rest = b""
            start = steps[self._state](buffer, start)
        if self._state not in steps:
            self._rest = b""

    def _body(self, buffer: bytes, start: int) -> int | None:
        """Hand on what cannot belong to a boundary; return where it goes on, or None to wait for more."""
        at = buffer.find(self._delimiter, start)
        end = at if at >= 0 else max(start, len(buffer) - len(self._delimiter) + 1)
        skipped = min(self._lead, end - start)
        self._lead -= skipped
        if self._part is not None and end > start + skipped:
            self._part.write(memoryview(buffer)[start + skipped : end])
        if at < 0:
            self._rest = buffer[end:]
            return None
        self._part = None
        self._lead = 0
        self._state = _State.MARK
        return at + len(self._delimiter)

    def _mark(self, buffer: bytes, start: int) -> int | None:
        mark = buffer[start : start + 2]
        if len(mark) < 2:
            self._rest = buffer[start:]
            return None
        self._state = {b"--": _State.DONE, b"\r\n": _State.HEAD}.get(mark, _State.BROKEN)
        return start + 2

    def _head(self, buffer: bytes, start: int) -> int | None:
        at = buffer.find(b"\r\n\r\n", start)
        if at < 0 and len(buffer) - start <= LONGEST_HEAD:
            self._rest = buffer[start:]
            return None
        head = _read_head(buffer[start:at]) if 0 <= at - start <= LONGEST_HEAD else None
        self._parts += 1
        if head is None or self._parts > MOST_PARTS:
            self._state = _State.BROKEN
            return None
        self._part = self._open_part(head)
        self._state = _State.BODY
        self._lead = 2  # the end of the head, which some senders let an empty body's boundary begin with
        return at + 2


def _read_head(lines: bytes) -> PartHead | None:
    headers: Mapping[str, str] = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines.decode("utf-8", "replace").split("\r\n"))
    }
    kind, options = parse_options_header(headers.get("content-disposition"))
    if kind != "form-data" or "name" not in options:
        return None
    return PartHead(options["name"], options.get("filename"))


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that the type of a form with files names, or None when it is no such form."""
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary.isascii() or not 1 <= len(boundary) <= 70:
        return None
    return boundary.encode("ascii")
