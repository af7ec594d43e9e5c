"""A person at a browser without script, who submits what a page shows."""

import re
from collections.abc import Mapping
from html import unescape
from weakref import WeakKeyDictionary

from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from courses.people.models import Person
from lms import identity
from lms.identity import hashed_for
from lms.site import Site
from tests.builders import PASSWORD

_KNOWN: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def installation(app: Flask) -> Site:
    """Return the parts of the installation under test."""
    parts = app.extensions["palier"]
    assert isinstance(parts, Site)
    return parts


def give_password(app: Flask, person: Person, password: str = PASSWORD) -> None:
    """Give a person a password, so that the person can sign in."""
    parts = installation(app)
    with parts.database.transaction() as writing:
        writing.execute(update(Person).where(Person.id == person.id).values(password_hash=_hash(parts, password)))


def token_of(client: FlaskClient, page: str = "/sign-in") -> str:
    """Return the token that a page of this browser carries in its forms."""
    found = _TOKEN.search(client.get(page, follow_redirects=True).get_data(as_text=True))
    assert found, f"{page} has no form"
    return unescape(found[1])


def token_once(client: FlaskClient) -> str:
    """Return the token of a browser whose person signed in, asked for once: one page less for each form sent."""
    if client not in _KNOWN:
        _KNOWN[client] = token_of(client, "/profile")
    return _KNOWN[client]


def submit(client: FlaskClient, path: str, data: Mapping[str, str], page: str = "/sign-in") -> TestResponse:
    """Submit a form with the token of a page."""
    return client.post(path, data={"csrf_token": token_of(client, page), **data})


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    """Fill in the form of the sign-in page."""
    return submit(client, "/sign-in", {"email": email, "password": password, **more})


def browser_of(app: Flask, person: Person) -> FlaskClient:
    """Return a browser in which a person has just signed in; the form of the sign-in has tests of its own."""
    give_password(app, person)
    with app.test_request_context():
        identity.sign_in(person)
        kept = dict(session)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(kept)
        cookie.permanent = True
    return client


_hashes: dict[str, str] = {}


def _hash(parts: Site, password: str) -> str:
    if password not in _hashes:
        _hashes[password] = hashed_for(parts, password)
    return _hashes[password]
