"""Compress what the player's host says in words: its page and its answers; files come compressed already."""

import gzip

from flask import Flask, Response, request

from scorm.packaging.serving import accepts_gzip

LEAST = 1200
"""Bytes; what is shorter goes in one packet anyway."""

PACKED = frozenset({"text/html", "application/json"})
LEVEL = 5


def init_app(app: Flask) -> None:
    """Compress answers that are long enough, to whom gzip is welcome.

    A token stands in the answer that gives a lease, beside what a package may have chosen: it is a new one each time,
    so that nobody can guess it from the lengths of many answers.
    """
    app.after_request(_pack)


def _pack(answer: Response) -> Response:
    if answer.mimetype not in PACKED or answer.direct_passthrough or "Content-Encoding" in answer.headers:
        return answer
    if "Content-Range" in answer.headers or request.blueprint == "package" or request.method == "HEAD":
        return answer
    body = answer.get_data()
    if len(body) < LEAST:
        return answer
    answer.vary.add("Accept-Encoding")
    if accepts_gzip(request.headers.get("Accept-Encoding", "")):
        answer.set_data(gzip.compress(body, LEVEL, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
