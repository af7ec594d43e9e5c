"""One database of each kind for all tests of this folder; what a test has written is rolled back at its end.

The statements of an engine are compiled once: cold, that takes longer than most of these tests.
"""

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from lms.db import Database
from tests.conftest import BACKENDS


class _Undo(Exception):
    """Raised to roll back."""


@pytest.fixture(scope="package", params=BACKENDS)
def lasting_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("applications") / "palier.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        database = Database(f"sqlite:///{path}")
    else:
        database = Database(request.getfixturevalue("postgresql_url"))
    yield database
    database.close()


@pytest.fixture
def session(lasting_database: Database) -> Iterator[Session]:
    """Return a session that writes; nothing of it is kept."""
    try:
        with lasting_database.transaction() as opened:
            yield opened
            raise _Undo
    except _Undo:
        pass
