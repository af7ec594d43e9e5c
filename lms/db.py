"""The database: engines, the rules of SQLite, and the one way to change anything.

On SQLite a transaction that will write begins IMMEDIATE: a reader that turns writer would fail at once when another
one has written in between. Readers begin plainly and never wait. Writers of one process queue up before they ask for
the database: SQLite itself lets a waiting writer sleep, and look again, for ever longer times.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from courses import events, tables
from lms.plugins import announce

_WRITES = "palier_writes"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged outlives a power cut
    "busy_timeout=15000",
    "foreign_keys=ON",
    "wal_autocheckpoint=4000",  # pages that many learners write again and again reach the file less often
    "cache_size=-16000",  # KiB for each connection
)


class Database:
    """An engine and its two ways in: `reading()` and `transaction()`."""

    def __init__(self, url: str) -> None:
        assert tables.metadata.tables  # a foreign key needs the table to which it leads, whichever modules are in use
        self.engine = _engine(url)
        self._turn: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()
        self._writer = self.engine.execution_options(**{_WRITES: True})
        self._writing = sessionmaker(self._writer, expire_on_commit=False)
        self._reading = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit at the end, then publish the events recorded in it; roll back on any exception."""
        with self._turn, self._writing() as session, session.begin():
            yield session
            happened = events.take(session)
        announce(happened)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that changes nothing."""
        with self._reading() as session:
            yield session
            session.rollback()

    def reader(self) -> Session:
        """Return a session that changes nothing; the caller closes it (a request does at its end)."""
        return self._reading()

    @contextmanager
    def writing_connection(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that writes, for statements without objects."""
        with self._turn, self._writer.begin() as connection:
            yield connection

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is in use."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    """Return the engine of a database; what statements carry speaks of people, and stays out of errors and logs."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, connect_args={"timeout": 15, "check_same_thread": False}, pool_size=20, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    # Straight to the driver: this stands before every request.
    driver: Any = connection.connection.dbapi_connection
    statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
    try:
        driver.execute(statement)
    except sqlite3.OperationalError as error:  # locked for too long: named as on any other database
        raise OperationalError(statement, None, error) from error
