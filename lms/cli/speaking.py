"""The language of a command: translations and formats without a server."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask, g

from lms import languages

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken_language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language that the environment asks for: `en`, `fr` or `es`."""
    given = os.environ if environment is None else environment
    asked = next((given[name] for name in VARIABLES if given.get(name)), "")
    code = asked[:2].lower()
    return code if code in languages.CODES and not asked[2:3].isalpha() else "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let every sentence and number be in this language meanwhile."""
    app = Flask(__name__)
    languages.init_app(app)
    with app.app_context():
        g.palier_language = language
        yield
