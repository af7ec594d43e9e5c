"""Serve an installation as `palier serve` does, with one route more: the limit that commits are compared with.

Run as `python -m benchmarks.serving`; settings come from `LMS_*`. `POST /bare` on the player's host reads JSON of the
same size and does one upsert in the same database: the least that anything could cost that keeps what it is sent.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request
from sqlalchemy import text

from lms.application import create_app
from lms.config import load_settings
from lms.db import Database
from lms.server import open_port, serve_until_stopped

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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


def main() -> None:
    """Serve until stopped."""
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
