"""Who sends a request of a program: the person whose token it carries. Cookies count for nothing there."""

import hashlib
import secrets
from datetime import timedelta

from flask import request

from courses.people.tokens import Bearer, bearer_of, touch_token
from lms import clock, limits
from lms.site import site, transaction

PREFIX = "palier_"
API = "/api/"
"""Below this path stands what programs use; pages stand elsewhere."""

_PURPOSE = "token"


def is_of_program() -> bool:
    """Tell whether this request is for the interface of programs."""
    return request.path.startswith(API)


def new_token() -> tuple[str, str]:
    """Return a token, to be shown once, and the hash that is kept of it."""
    token = PREFIX + secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def bearer() -> Bearer | None:
    """Return whom the token of this request stands for; None without a token that counts.

    Tokens that do not are counted by network address, as wrong passwords are; too many are refused with 429.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return None
    limits.check_address(_PURPOSE)
    now = clock.now()
    with site().database.reading() as session:
        found = bearer_of(session, hash_of(token.strip()), now - timedelta(days=site().settings.token_days))
        session.expunge_all()
    if found is None:
        limits.count_address(_PURPOSE)
    elif found.is_due(now):
        with transaction() as session:
            touch_token(session, found.token.id, now)
    return found
