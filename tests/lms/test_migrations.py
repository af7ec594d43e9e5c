"""The migrations give exactly the tables that the code expects, on both databases, also when run twice."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from courses.tables import metadata
from lms.db import Database
from lms.migrate import VERSION_TABLE, is_current, upgrade


def test_the_migrated_database_has_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        differences = [entry for entry in compare_metadata(context, metadata) if "lms_schema_version" not in str(entry)]
    assert differences == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_current(database)


def test_every_table_carries_our_prefix(database: Database) -> None:
    names = inspect(database.engine).get_table_names()
    assert all(name.startswith("lms_") for name in names)
