"""The content hosts: the player's own page (`play.`) and the packages (`p….`), one small application without sessions.

The `Host` of a request decides which of its routes exist. Nothing here knows who is signed in: a launch code, a
lease's token or a read token is the right.
"""

from flask import Flask, Response, abort, g, request
from flask_babel import Babel

from lms import access, compiled
from lms.resources import PACKAGE, folder
from lms.site import Site, install, site
from lms.web.content import answers, kept, package, packing, shell, workers
from lms.web.content.rights import new_readings
from lms.web.content.spill import Spill

LONGEST_BODY = 8 * 1024 * 1024


def create_content_app(parts: Site) -> Flask:
    """Return the application of the player's host and of the package hosts."""
    app = Flask("lms.web.content", static_folder=None, template_folder=str(folder("templates")))
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.json.compact = True  # type: ignore[attr-defined]  # Flask's own provider has it
    app.jinja_env.bytecode_cache = compiled.CONTENT
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    install(app, parts)
    app.extensions["palier.readings"] = new_readings()
    app.extensions["palier.spill"] = Spill(parts.settings.folder / "spill")
    Babel(
        app, default_locale="en", default_translation_directories=str(PACKAGE / "translations"),
        locale_selector=lambda: g.get("palier_language", "en"),
    )  # fmt: skip
    app.before_request(_only_this_host)
    app.after_request(answers.add_headers)
    answers.init_app(app)
    packing.init_app(app)
    for part in (shell, kept, package, workers):
        app.register_blueprint(part.blueprint)
    access.check_routes(app)
    return app


def _only_this_host() -> Response | None:
    """Let the routes of the other kind of host not exist, and no script become a service worker but ours."""
    if request.blueprint == workers.blueprint.name:
        return None
    if "Service-Worker" in request.headers:
        abort(404)
    is_shell = request.host.lower() == site().settings.shell_host
    if (request.blueprint in (shell.blueprint.name, kept.blueprint.name)) is not is_shell:
        abort(404)
    return None
