"""Alice learns, Bob trains, Charlie is a stranger to both; all three can sign in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.people.models import Person, Role
from tests.browsing import browser_of, installation
from tests.builders import make_person


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
