"""Whether a large body may come: asked of the application before a byte of it is kept, with the head of its request.

The question goes the way of the request itself (host names, proxies, sign-in, permission), and ends before the view.
"""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Response as Answer
from flask import request
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.wrappers import Response

from lms.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LEFT_FREE = 64 * 1024 * 1024
"""How many bytes of the disk no announced body may take: the database has to go on."""

ANSWER_WITHIN_S = 20.0
"""How long the application may think; longer than SQLite waits for its turn."""

YES = 204

ASKERS = ThreadPoolExecutor(8, "asker")
"""Ask in the writers' place: who waits for a database that is silent holds up no writer."""

TOO_LARGE = 413

_ASKS = "palier.asks_permission"
"""How many bytes are announced, in the environment of a question."""


def check_admission(application: "WSGIApplication", environ: "WSGIEnvironment", storage: Storage) -> None:
    """Ask whether the body of a request may be kept; the answer holds for this one.

    Raises:
        Forbidden: whoever sends it may not use the route.
        RequestEntityTooLarge: more is announced than the route takes.
        ServiceUnavailable: the application could not tell, or not in time.
        OSError: the disk has no room for what is announced.
    """
    announced = environ.get("CONTENT_LENGTH", "")
    length = int(announced) if announced.isdecimal() else 0
    head_alone = environ | {"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", _ASKS: length}
    asked = ASKERS.submit(Response.from_app, application, head_alone, buffered=True)
    try:
        status = asked.result(ANSWER_WITHIN_S).status_code
    except TimeoutError as error:
        asked.cancel()
        raise ServiceUnavailable(retry_after=60) from error
    refuse(status, length, storage.free_bytes())


def refuse(status: int, length: int, free: int) -> None:
    """Raise what speaks against a body of a length, after an answer and with so much room, in bytes.

    Raises:
        Forbidden: the answer is no.
        RequestEntityTooLarge: the route takes less.
        ServiceUnavailable: there was no answer.
        OSError: there is no room.
    """
    if status >= 500:
        raise ServiceUnavailable(retry_after=60)
    if status == TOO_LARGE:
        raise RequestEntityTooLarge
    if status != YES:
        raise Forbidden
    if length > free - LEFT_FREE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def answer_question() -> Answer | None:
    """Go no further where only the permission is asked, which there is by now; say no where nothing answers."""
    if _ASKS not in request.environ:
        return None
    if request.environ[_ASKS] > (request.max_content_length or 0):
        return Answer(status=TOO_LARGE)
    return Answer(status=YES if request.endpoint else 404)
