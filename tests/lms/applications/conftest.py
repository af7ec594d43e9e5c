"""One application for all tests of this folder, on each database: building one takes longer than most of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from courses.tables import metadata
from lms.application import create_app
from lms.config import Settings, load_settings
from lms.db import Database
from tests.browsing import installation
from tests.conftest import BACKENDS, emptying


@pytest.fixture(scope="package", params=BACKENDS)
def lasting_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the whole application on a migrated database: once on SQLite, once on PostgreSQL."""
    folder = tmp_path_factory.mktemp("applications")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "palier.db")
        url = f"sqlite:///{folder / 'palier.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    application = create_app(_settings(folder, url))
    application.testing = True
    yield application
    application.extensions["palier"].database.close()


@pytest.fixture
def app(lasting_app: Flask) -> Iterator[Flask]:
    """Return the application on an empty database."""
    yield lasting_app
    _empty(installation(lasting_app).database)


def _settings(folder: Path, url: str) -> Settings:
    return load_settings(
        {}, folder=folder / "var", database_url=url, secret_key="s" * 40, base_url="http://localhost",
        fast_passwords=True, sign_in_limit="1000 per minute",
    )  # fmt: skip


def _empty(database: Database) -> None:
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(emptying(list(metadata.tables)))
        return
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for table in metadata.tables:
            connection.execute(text(f"DELETE FROM {table}"))
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")
