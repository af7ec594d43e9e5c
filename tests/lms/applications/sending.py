"""Send forms as a browser does, with one token for each browser: a page less for each form."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.browsing import token_of

_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


def post(client: FlaskClient, address: str, said: Iterable[tuple[str, str]] = ()) -> TestResponse:
    """Send a form; a name may come more than once."""
    if client not in _tokens:
        _tokens[client] = token_of(client, "/profile")
    return client.post(address, data=MultiDict([("csrf_token", _tokens[client]), *said]))
