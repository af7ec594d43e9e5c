"""The border where exceptions become pages: what happened, what it means, what to do, in the reader's language."""

import errno
import secrets

import structlog
from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from courses.errors import NotFound as RowNotFound
from courses.errors import Refusal
from lms.bearer import is_of_program
from lms.problems import problem, refusal_problem

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Answer every exception with a page of ours."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(RowNotFound, lambda _error: show_http_error(NotFound()))
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(OperationalError, show_busy)
    app.register_error_handler(OSError, show_full_disk)
    app.register_error_handler(Exception, show_fault)


def show_http_error(error: HTTPException) -> Response:
    """Return the page of an HTTP error; redirects pass."""
    if error.response is not None and not isinstance(error.response, str):
        return make_response(error.response)
    status = error.code or 500
    answer = _shown(status)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            answer.headers[name] = value
    return answer


def show_refusal(error: Refusal) -> Response:
    """Return the page of a refusal that no view showed in its own place."""
    if is_of_program():
        return refusal_problem(error)
    return make_response(render_template("lms/error.html", status=409, error_id=None, refusal=error), 409)


def show_busy(error: OperationalError) -> Response:
    """Return the page that asks to try again: the database was locked or away, and nothing was changed."""
    identifier = new_error_id()
    log.warning("database", error_id=identifier, path=request.path, method=request.method, reason=str(error.orig))
    answer = _shown(503, identifier)
    answer.headers["Retry-After"] = "2"
    return answer


def show_fault(error: Exception) -> Response:
    """Log a fault under an identifier, and return the page that quotes it."""
    identifier = new_error_id()
    log.error("fault", error_id=identifier, path=request.path, method=request.method, exc_info=error)
    return _shown(InternalServerError.code, identifier)


def show_full_disk(error: OSError) -> Response:
    """Return the page that says there is no room left, logged under an identifier; any other error is a fault."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return show_fault(error)
    identifier = new_error_id()
    log.error("disk_full", error_id=identifier, path=request.path, method=request.method)
    return _shown(507, identifier)


def _shown(status: int, error_id: str | None = None) -> Response:
    if is_of_program():
        return problem(status, error_id=error_id)
    return make_response(render_template("lms/error.html", status=status, error_id=error_id, refusal=None), status)


def new_error_id() -> str:
    """Return a short identifier that a person can read out on the telephone."""
    return secrets.token_hex(4)
