"""What a running installation consists of, and how a request reaches it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import pluggy
from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from lms.config import Settings
from lms.db import Database
from lms.plugins import create_manager
from lms.storage import Storage

_KEY = "palier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The parts that every request, command and job share; `secret` signs tokens, `hooks` are the filled ones."""

    settings: Settings
    database: Database
    storage: Storage
    secret: str
    hooks: pluggy.PluginManager = field(default_factory=create_manager)


def install(app: Flask, parts: Site) -> None:
    """Make the parts reachable from the requests of an application; close the reader at the end of each."""
    app.extensions[_KEY] = parts

    @app.teardown_appcontext
    def _close_reader(_error: BaseException | None) -> None:
        session = g.pop("palier_reader", None)
        if session is not None:
            session.close()


def site() -> Site:
    """Return the parts of the installation that serves this request."""
    return cast(Site, current_app.extensions[_KEY])


def reader() -> Session:
    """Return the session with which this request reads; it changes nothing and ends with the request."""
    if "palier_reader" not in g:
        g.palier_reader = site().database.reader()
    return cast(Session, g.palier_reader)


@contextmanager
def transaction() -> Iterator[Session]:
    """Yield a session that writes: committed at the end, rolled back on any exception."""
    with site().database.transaction() as session:
        yield session
