"""Static files under names that change with their content, cached for good; what every page needs to be drawn."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_file, url_for
from flask_compress import Compress

from lms.access import Permission, requires
from lms.resources import PACKAGE

FOLDER = PACKAGE / "static"
blueprint = Blueprint("look", __name__)


def init_app(app: Flask) -> None:
    """Serve the static files and compress what is text."""
    app.register_blueprint(blueprint)
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 5
    Compress(app)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@cache
def _bootstrap() -> Path:
    import flask_bootstrap

    return Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"


@cache
def source(name: str) -> Path | None:
    """Return the file behind a static name, or None."""
    if name == "look/bootstrap.css":
        return _bootstrap()
    path = (FOLDER / name).resolve()
    return path if path.is_file() and path.is_relative_to(FOLDER) else None


@cache
def version(name: str) -> str:
    """Return the short content hash that stands in a static file's address."""
    path = source(name)
    if path is None:
        raise LookupError(f"there is no static file {name}")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file."""
    return url_for("look.static", version=version(name), name=name)


@blueprint.get("/static/<version>/<path:name>", endpoint="static")
@requires(Permission.PUBLIC)
def static_file(version: str, name: str) -> Response:  # noqa: ARG001  # only there to change the address
    """Send a static file, to be kept for a year: its address changes with its content."""
    path = source(name)
    if path is None:
        abort(404)
    answer = send_file(path, max_age=365 * 24 * 3600)
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    return answer
