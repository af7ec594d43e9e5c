"""Bring a database to the schema of this release, from a checkout or from an installed wheel."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from lms.db import Database
from lms.resources import folder

VERSION_TABLE = "lms_schema_version"


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database) -> None:
    """Run every migration that the database lacks; running it again changes nothing."""
    command.upgrade(_config(database), "head")


def is_current(database: Database) -> bool:
    """Tell whether the database has the schema of this release."""
    script = ScriptDirectory.from_config(_config(database))
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision() == script.get_current_head()


def is_new(database: Database) -> bool:
    """Tell whether the database holds none of our tables yet; what a host site keeps in it does not count."""
    return not any(name.startswith("lms_") for name in inspect(database.engine).get_table_names())
