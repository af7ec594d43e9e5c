"""The migrations give exactly the tables that the code expects, on both databases, also when run twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, func, inspect, make_url, select, text
from sqlalchemy.orm import joinedload

from courses.catalogue.models import CourseVersion, PackageImport, Publication
from courses.catalogue.versions import publish
from courses.tables import metadata
from lms.config import Settings
from lms.db import Database
from lms.migrate import VERSION_TABLE, is_current, is_new, upgrade
from lms.resources import folder
from tests.builders import make_course, make_person
from tests.courses.catalogue.test_versions import ready
from tests.importing import start_palier
from tests.paging import STATUS, open_page
from tests.playing import make_played, package_of, sco


@pytest.fixture
def new_settings(settings: Settings) -> Iterator[Settings]:
    """Return the settings of an installation whose database has no table at all."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        yield replace(settings, database_url=f"{settings.database_url}.new")
        return
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE brand_new"))
        yield replace(settings, database_url=url.set(database="brand_new").render_as_string(hide_password=False))
        connection.execute(text("DROP DATABASE brand_new WITH (FORCE)"))
    server.dispose()


def test_the_migrated_database_has_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        differences = [entry for entry in compare_metadata(context, metadata) if "lms_schema_version" not in str(entry)]
    assert differences == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_current(database)


def test_what_the_first_release_has_stored_outlives_the_migrations(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        page = open_page(session, make_played(session, package_of([sco("one")])), now)
        page.commit("one", (STATUS, "completed"))
    before = everything(database)
    command.downgrade(config_of(database), "0001")
    upgrade(database)
    assert everything(database) == before


def test_a_package_that_waits_for_its_publication_becomes_a_draft(database: Database) -> None:
    with database.transaction() as session:
        version_id = ready(session, make_course(session, languages=[]))
    command.downgrade(config_of(database), "0004")
    with database.reading() as session:
        kept = session.execute(text("SELECT title, sco_count, version_id FROM lms_package_import")).one()
        assert session.scalar(select(func.count()).select_from(CourseVersion.__table__)) == 0
    assert tuple(kept) == ("Negotiation", 2, None)
    upgrade(database)
    with database.reading() as session:
        import_ = session.scalars(select(PackageImport).options(joinedload(PackageImport.version))).one()
        version = import_.version
        assert version is not None
        assert version.id != version_id
        assert (version.number, version.title, version.definition) == (1, "Negotiation", {"title": "Negotiation"})
        assert session.scalars(select(Publication)).all() == []


def test_who_published_a_version_first_and_what_was_found_in_it_outlive_the_way_back(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        person = make_person(session)
        version_id = ready(session, make_course(session, languages=[]))
        publish(session, version_id, person.id, now)
    before = everything(database)
    command.downgrade(config_of(database), "0004")
    with database.reading() as session:
        assert "assets_only" in str(session.scalar(text("SELECT findings FROM lms_course_version")))
    upgrade(database)
    assert everything(database) == before


def config_of(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["engine"] = database.engine
    return config


def everything(database: Database) -> dict[str, list[Any]]:
    with database.reading() as session:
        return {table.name: [tuple(row) for row in session.execute(select(table))] for table in metadata.sorted_tables}


def test_every_table_carries_our_prefix(database: Database) -> None:
    names = inspect(database.engine).get_table_names()
    assert all(name.startswith("lms_") for name in names)


def test_what_a_host_site_keeps_beside_does_not_make_a_database_ours(new_settings: Settings) -> None:
    database = Database(new_settings.database_url)
    with database.writing_connection() as connection:
        connection.execute(text("CREATE TABLE host_page (id INTEGER)"))
    assert is_new(database)
    upgrade(database)
    assert not is_new(database)
    database.close()


def test_commands_that_meet_on_a_new_database_prepare_it_once(new_settings: Settings) -> None:
    processes = [start_palier(new_settings, "person", "list") for _ in range(2)]
    ends = [(process.communicate(), process.returncode) for process in processes]
    assert [status for _, status in ends] == [0, 0], ends
    database = Database(new_settings.database_url)
    assert is_current(database)
    database.close()
