"""Alice learns, Bob trains, Charlie is a stranger to both; all three can sign in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.people.models import Person, Role
from lms.demo.loading import load
from lms.site import Site
from tests.browsing import browser_of, installation
from tests.builders import make_person
from tests.demonstrations import PLAN, site_in


@pytest.fixture
def alice(app: Flask) -> Person:
    """Return a learner."""
    with installation(app).database.transaction() as session:
        return make_person(session, email="alice@example.org", given_name="Alice", family_name="Learner")


@pytest.fixture
def bob(app: Flask) -> Person:
    """Return a trainer."""
    with installation(app).database.transaction() as session:
        return make_person(
            session, email="bob@example.org", given_name="Bob", family_name="Trainer", roles=[Role.TRAINER]
        )


@pytest.fixture
def charlie(app: Flask) -> Person:
    """Return a learner whom nothing links to the others."""
    with installation(app).database.transaction() as session:
        return make_person(session, email="charlie@example.org", given_name="Charlie", family_name="Stranger")


@pytest.fixture
def alices(app: Flask, alice: Person) -> FlaskClient:
    """Return Alice's browser."""
    return browser_of(app, alice)


@pytest.fixture
def bobs(app: Flask, bob: Person) -> FlaskClient:
    """Return Bob's browser."""
    return browser_of(app, bob)


@pytest.fixture
def charlies(app: Flask, charlie: Person) -> FlaskClient:
    """Return Charlie's browser."""
    return browser_of(app, charlie)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """Return an installation with the demonstration, for tests that only read."""
    parts = site_in(tmp_path_factory.mktemp("demo") / "var", sqlite_template)
    assert load(parts, PLAN)
    yield parts
    parts.database.close()
