"""The headers of every platform page, and the refusal of requests that other sites make in a person's name."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from lms.site import site

TOO_MANY_COOKIES = "too-many"
"""What stands for the cookies of a request that brought more of them than the server reads."""

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    """Add the headers to every answer; refuse what comes from elsewhere."""
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)
    app.jinja_env.globals["nonce"] = nonce


def nonce() -> str:
    """Return the nonce of this answer: what carries it may run."""
    if "palier_nonce" not in g:
        g.palier_nonce = secrets.token_urlsafe(16)
    return str(g.palier_nonce)


def _refuse_other_sites() -> None:
    if request.method not in UNSAFE:
        return
    origin_of_request = request.headers.get("Sec-Fetch-Site")
    if origin_of_request is not None:
        if origin_of_request not in {"same-origin", "none"}:
            abort(403)
        return
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    if origin and urlsplit(origin).netloc.lower() != request.host.lower():
        abort(403)


def _add_headers(response: Response) -> Response:
    settings = site().settings
    policy = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'; "
        "img-src 'self' data:; font-src 'self'; style-src 'self'; manifest-src 'self'; "
        f"script-src 'nonce-{nonce()}'; form-action 'self' {settings.shell_origin}"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    if settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.headers.get("Cookie") == TOO_MANY_COOKIES:
        response.headers["Clear-Site-Data"] = '"cookies"'
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response
