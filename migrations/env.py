"""Run the migrations on the engine that the application hands over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Engine, text

from courses.db import UtcDateTime
from courses.tables import metadata
from lms.jobs import Job

assert Job.metadata is metadata
LOCK = 706_1696
"""Two commands on a new database at once: the second waits, and finds nothing left to do."""

engine: Engine = context.config.attributes["engine"]


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave alone what a host site keeps in the same database."""
    return kind != "table" or (name or "").startswith("lms_")


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as the plain ones below them: a migration imports no application code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def without_references(connection: Connection) -> Iterator[None]:
    """Let SQLite copy a table without what refers to it going with the old one; what dangles in the end is refused."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Refuse, and so undo, migrations that leave rows of ours which refer to nothing.

    Raises:
        RuntimeError: names the tables.
    """
    found = connection.execute(text("PRAGMA foreign_key_check")).all() if connection.dialect.name == "sqlite" else []
    tables = sorted({row.table for row in found if row.table.startswith("lms_")})
    if tables:
        raise RuntimeError(f"rows of these tables refer to nothing: {', '.join(tables)}")


with engine.execution_options(palier_writes=True).connect() as connection, without_references(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table="lms_schema_version",
        include_name=include_name,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,  # SQLite can do that too: nobody sees a database between two revisions
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # on SQLite writers follow each other anyway
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
        check_references(connection)
