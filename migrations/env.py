"""Run the migrations on the engine that the application hands over."""

from typing import Literal

from alembic import context
from sqlalchemy import Engine, text

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


with engine.execution_options(palier_writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table="lms_schema_version",
        include_name=include_name,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # on SQLite writers follow each other anyway
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
