"""A call of the player's own script: JSON from our own page, with the token of its lease as the right."""

import json
from typing import Any

from flask import abort, request

from courses.attempts.messages import MessageError
from lms.site import site


def called_document() -> dict[str, Any]:
    """Return the JSON object of a call from our own page."""
    if request.mimetype != "application/json":
        abort(415)
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != site().settings.shell_origin:
        abort(403)
    try:
        document = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise MessageError("the body is no JSON") from None
    if not isinstance(document, dict):
        raise MessageError("the body is an object")
    return document


def called_token() -> str:
    """Return the lease's token of a call; an empty one is nobody's."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
