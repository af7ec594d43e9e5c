"""How the server reads requests: what is large is taken only from who may send it, and only where files are uploaded.

A refusal is the application's, in the reader's language: it sees the length that was announced, and no body.
"""

import copy
from collections.abc import Callable
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from lms.arriving import WRITERS, Arrivals, Arriving, ArrivingPiece, CrowdedOut
from lms.headers import TOO_MANY_COOKIES
from lms.hosts import CLOSED
from lms.multipart import boundary_of
from lms.tus import is_piece

SMALL_BODY = 8 * 1024 * 1024
"""How many bytes a request may have where nothing is uploaded; the application's own limits are lower still."""

LONGEST_HEAD = 256 * 1024
LONGEST_FLOOD = 1024 * 1024
"""How much of a head that is too long is read to its end: who still sends does not hear an answer."""

END_OF_HEAD = b"\r\n\r\n"
_COOKIE = b"\r\ncookie:"


def channel_class(
    adjustments: Adjustments, admits: Callable[[str, str], bool], arrivals: Arrivals
) -> type[HTTPChannel]:
    """Return the channel of a server; `admits` is asked whether a path with a `Cookie` takes files."""
    small = copy.copy(adjustments)
    small.max_request_body_size = SMALL_BODY

    class UploadParser(Parser):
        """Chooses limit and buffer once the head of a request is known."""

        def __init__(self, adjustments: Adjustments, channel: HTTPChannel) -> None:
            super().__init__(adjustments)
            self._channel = channel

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            self.adj = small
            kind = self.headers.get("CONTENT_TYPE", "")
            boundary = boundary_of(kind)
            if self.body_rcv is None or not (boundary or is_piece(kind)):
                return
            if not admits(self.path, self.headers.get("COOKIE", "")):
                return
            arriving = arrivals.open(boundary, WSGITask(self._channel, self).get_environment())
            if arriving is None:
                self.is_crowded_out = True
                return
            self.adj, self.body_rcv.buf = adjustments, arriving

    class UploadChannel(Channel):
        """Reads requests with our parser."""

        def parser_class(self, adjustments: Adjustments) -> UploadParser:
            """Return the parser of the next request."""
            return UploadParser(adjustments, self)

    return UploadChannel


class Parser(HTTPRequestParser):  # type: ignore[misc]  # the server is not typed
    """Reads a head in one piece, and lets the application refuse a body that is too large."""

    error: object = None
    body_rcv: Any = None
    is_crowded_out = False

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self._head = bytearray()
        self._flood = 0
        self._has_let_go = False

    def received(self, data: bytes) -> int:
        """Take bytes; return how many of them belong to this request."""
        consumed = self._received_body(data) if self.headers_finished else self._received_head(data)
        if isinstance(self.error, RequestEntityTooLarge) and self.content_length:
            self._leave_to_the_application()
        return consumed

    def _received_body(self, data: bytes) -> int:
        consumed: int = super().received(data)
        return consumed

    def _received_head(self, data: bytes) -> int:
        """Wait for the end of the head, also of one that is too long: the sender of a flood is to read the answer."""
        known = len(self._head)
        self._head += data
        end = self._head.find(END_OF_HEAD, max(0, known - len(END_OF_HEAD)))
        self._let_go_of_cookies(len(self._head) if end < 0 else end)
        if end < 0:
            self._forget_flood()
            if self._flood < LONGEST_FLOOD:
                return len(data)
            self._head = self._head.ljust(LONGEST_HEAD)
        known = len(self._head) - len(data)
        consumed: int = super().received(bytes(self._head)) - known
        return consumed

    def _let_go_of_cookies(self, end: int) -> None:
        """Replace more cookies than we read by a mark: whoever was given them would never get in again.

        All of them go, or the cut could make another cookie of one.
        """
        if end <= LONGEST_HEAD and not self._has_let_go:
            return
        name = self._head[:end].lower().find(_COOKIE)
        if name < 0:
            return
        value = name + len(_COOKIE)
        line = self._head.find(b"\r", value, end)
        after = end if line < 0 else line
        self._flood += after - value
        self._head[value:after] = TOO_MANY_COOKIES.encode("ascii")
        self._has_let_go = True

    def _forget_flood(self) -> None:
        """Keep of a head no more than what shows that it is too long, and its end."""
        too_many = len(self._head) - LONGEST_HEAD
        if too_many > 0:
            self._flood += too_many
            del self._head[LONGEST_HEAD - len(END_OF_HEAD) : -len(END_OF_HEAD)]

    def _leave_to_the_application(self) -> None:
        if self.body_rcv is not None:
            self.body_rcv.getbuf().close()
        self.error = None
        self.body_rcv = FixedStreamReceiver(0, CrowdedOut()) if self.is_crowded_out else None
        self.expect_continue = False
        self.headers["CONNECTION"] = "close"


class ErrorAnswer(ErrorTask):  # type: ignore[misc]  # the server is not typed
    """The server's own refusals: nobody's request is understood so far, nor which host it was for."""

    def execute(self) -> None:
        """Answer with what no package can use: in a frame of its own host this page would be one without a policy."""
        self.response_headers.extend(CLOSED)
        if isinstance(self.request.error, RequestHeaderFieldsTooLarge):
            self.response_headers.append(("Clear-Site-Data", '"cookies"'))
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]  # the server is not typed
    """A connection: it waits for the disk without keeping the others waiting, and leaves nothing when it breaks."""

    error_task_class = ErrorAnswer
    request: Any = None

    def readable(self) -> bool:
        """Tell whether more may come: not while the disk is behind with what came."""
        return bool(super().readable()) and not self._is_behind()

    def _is_behind(self) -> bool:
        body = self.request.body_rcv and self.request.body_rcv.getbuf() if self.request is not None else None
        return isinstance(body, Arriving) and body.is_behind

    def handle_close(self) -> None:
        """Let go of a request that never became whole; one that is whole is closed by who serves it."""
        cut, self.request = self.request, None
        if cut is not None:
            WRITERS.submit(self._leave, cut)
        super().handle_close()

    def _leave(self, cut: Any) -> None:
        """Close what a request had brought; of a piece of an upload, what has come is worth keeping."""
        try:
            body = cut.body_rcv and cut.body_rcv.getbuf()
            if isinstance(body, ArrivingPiece) and len(body):
                self._hand_in(cut, body)
        finally:
            cut.close()

    def _hand_in(self, cut: Any, body: ArrivingPiece) -> None:
        """Let the application take a piece as if no more had been announced; nobody hears the answer."""
        environ = WSGITask(self, cut).get_environment()
        environ["CONTENT_LENGTH"] = str(len(body))
        answer = self.server.application(environ, lambda _status, _headers, _error=None: lambda _data: None)
        if hasattr(answer, "close"):
            answer.close()
