"""How often somebody may try: sign-ins and sign-ups, counted by network address and by account."""

import hashlib
import threading

from flask import Flask, abort, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from lms.config import ConfigError
from lms.site import site

_KEY = "palier_limiter"
_TURN = threading.Lock()
"""One counts at a time: the counters clean up after themselves, and two who begin that at once fail."""


def init_app(app: Flask) -> None:
    """Set up the counters, in the memory of this process.

    Raises:
        ConfigError: the limit cannot be read.
    """
    limit = app.extensions["palier"].settings.sign_in_limit
    try:
        parse(limit)
    except ValueError as error:
        raise ConfigError(f"LMS_SIGN_IN_LIMIT is {limit!r}; write for example '10 per minute'.") from error
    limiter = Limiter(get_remote_address, storage_uri="memory://")
    limiter.init_app(app)
    app.extensions[_KEY] = limiter


def check_address(purpose: str) -> None:
    """Refuse with 429 when too many tries from this network address went wrong lately."""
    if not _limiter().limiter.test(_limit(), purpose, get_remote_address()):
        _refuse()


def count_address(purpose: str) -> None:
    """Count a try from this network address: a wrong one, so that a class behind one address may sign in at once."""
    _hit(purpose, get_remote_address())


def count_account(purpose: str, account: str) -> None:
    """Count a try for an account, wherever it comes from; refuse with 429 when there were too many."""
    if not _hit(purpose, _key(account)):
        _refuse()


def forgive_account(purpose: str, account: str) -> None:
    """Forget the tries for an account: one was right."""
    _limiter().limiter.clear(_limit(), purpose, _key(account))


def _hit(purpose: str, whose: str) -> bool:
    with _TURN:
        return _limiter().limiter.hit(_limit(), purpose, whose)


def _refuse() -> None:
    abort(429)


def _limit() -> RateLimitItem:
    return parse(site().settings.sign_in_limit)


def _limiter() -> Limiter:
    limiter: Limiter = current_app.extensions[_KEY]
    return limiter


def _key(account: str) -> str:
    return hashlib.sha256(account.strip().lower().encode("utf-8", "replace")).hexdigest()
