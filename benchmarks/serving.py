"""Serve an installation as `palier serve` does, with what figures are compared with beside it.

Run as `python -m benchmarks.serving`; settings come from `LMS_*`. `POST /bare` on the player's host reads JSON of the
same size and does one upsert in the same database: the least that anything could cost that keeps what it is sent. A
file of a package that is asked for with `?from=file` comes by the same route, and in the end from a plain file.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request, send_file
from sqlalchemy import text

from lms.application import create_app
from lms.config import load_settings
from lms.db import Database
from lms.server import open_port, serve_until_stopped
from lms.site import site
from lms.web.content import package
from scorm.packaging.archive import Member
from scorm.packaging.serving import media_type_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FROM_A_FILE = "from=file"
PLAIN = "plain"
UPSERT = text(
    "INSERT INTO bench_bare (id, body) VALUES (:id, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
)


def bare_application(database: Database) -> Flask:
    """Return an application with one route, which keeps what it is sent."""
    app = Flask("benchmarks.bare")
    with database.writing_connection() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_bare (id TEXT PRIMARY KEY, body TEXT)"))

    @app.post("/bare/<learner>")
    def bare(learner: str) -> Response:
        document = request.get_json()
        with database.writing_connection() as connection:
            connection.execute(UPSERT, {"id": learner, "body": request.get_data(as_text=True)})
        return jsonify(seq=document["seq"])

    return app


def send_also_from_a_file() -> None:
    """Let the route of a package's files send a file of the folder `plain` where that is asked for."""
    from_the_zip = package.send_member

    def send(archive: str, member: Member) -> Response:
        if request.query_string.decode() != FROM_A_FILE:
            return from_the_zip(archive, member)
        path = site().settings.folder.resolve() / PLAIN / member.name
        return send_file(path, mimetype=media_type_for(member.name)[0], max_age=31536000)

    package.send_member = send


def main() -> None:
    """Serve until stopped."""
    send_also_from_a_file()
    settings = load_settings()
    app = create_app(settings)
    bare = bare_application(app.extensions["palier"].database)
    whole = app.wsgi_app

    def choose(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/bare/"):
            return bare.wsgi_app(environ, start_response)
        return whole(environ, start_response)

    app.wsgi_app = choose  # type: ignore[method-assign]  # the documented way to wrap an application
    serve_until_stopped(app, settings, open_port(settings.listen, settings.port))


if __name__ == "__main__":
    main()
