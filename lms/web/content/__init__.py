"""The content hosts: the player's own page (`play.`) and the packages (`p….`), one small application without sessions."""

from flask import Flask

from lms.resources import folder
from lms.site import Site, install


def create_content_app(parts: Site) -> Flask:
    """Return the application of the player's host and of the package hosts."""
    app = Flask("lms.web.content", static_folder=None, template_folder=str(folder("templates")))
    install(app, parts)
    return app
