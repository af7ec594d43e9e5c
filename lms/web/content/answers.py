"""How the content hosts answer: JSON and nothing else to the player's calls, a line of text for a missing file.

No answer sets a cookie, and none carries an address: it would hold a token.
"""

from collections.abc import Iterable
from typing import Any

import structlog
from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from courses.attempts.commits import Verdict
from courses.attempts.messages import MessageError
from courses.errors import NotFound
from lms.config import Settings
from lms.errors import new_error_id
from lms.headers import TOO_MANY_COOKIES
from lms.site import site

log = structlog.get_logger(__name__)

STATUS = {
    Verdict.SAVED: 200,
    Verdict.REPLACED: 409,
    Verdict.CONFLICT: 409,
    Verdict.SIGNED_OUT: 401,
    Verdict.UNKNOWN: 401,
    Verdict.INVALID: 422,
    Verdict.CLOSED: 403,
}
OURS = {400: "invalid", 404: "missing", 405: "method", 413: "too-large", 415: "not-json"}

FEATURES_OPEN = ("fullscreen", "autoplay", "accelerometer", "gyroscope", "clipboard-write", "unload")
FEATURES_CLOSED = (
    "camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "display-capture",
    "browsing-topics", "screen-wake-lock", "clipboard-read", "publickey-credentials-get", "identity-credentials-get",
    "storage-access", "private-state-token-issuance", "private-state-token-redemption", "local-network-access",
    "idle-detection", "local-fonts", "window-management", "gamepad", "encrypted-media", "picture-in-picture",
    "deferred-fetch-minimal",
)  # fmt: skip

CLEARING = frozenset({"shell.page", "kept.page", "kept.list", "package.wrapper", "package.clearing"})
"""Where a visit begins: cookies that are there by then were left by other packages, or by other visits.

Later ones are left alone: packages keep variables of a visit in them.
"""

_NO_PEERS = '(response-origin "*://*:*")'
"""A Connection-Allowlist: addresses are the policy's matter; that it is there ends WebRTC, which no policy reaches."""

_POPUPS_OPEN = "same-origin-allow-popups"
"""A Cross-Origin-Opener-Policy: nobody holds the player's window; windows that a package opens keep their opener."""

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def features(allowed: str) -> str:
    """Return a Permissions-Policy: a few features for `allowed`, the rest for nobody."""
    return ", ".join([f"{name}={allowed}" for name in FEATURES_OPEN] + [f"{name}=()" for name in FEATURES_CLOSED])


_FEATURES_OF_SHELL = features("*")
_FEATURES_OF_PACKAGES = features("(self)")


def init_app(app: Flask) -> None:
    """Answer every fault in a way that a script, or a page of a package, can do with."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(MessageError, lambda error: _said("invalid", 422, reason=str(error)))
    app.register_error_handler(NotFound, lambda _error: _said("missing", 404))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _fault)


def verdict_answer(verdict: Verdict, body: dict[str, Any]) -> Response:
    """Return what a verdict says, with its status; a refusal is named in `error`."""
    status = STATUS[verdict]
    answer = jsonify(body if status == 200 else {"error": verdict.value, **body})
    answer.status_code = status
    return answer


def is_call() -> bool:
    """Tell whether the player's script asks, rather than a person or a page of a package."""
    return request.method != "GET" and request.host.lower() == site().settings.shell_host


def plain(text: str, status: int) -> Response:
    """Return a line of text."""
    return Response(text + "\n", status, content_type="text/plain; charset=utf-8")


def _said(error: str, status: int, **more: str) -> Response:
    if not is_call():
        return plain({404: "Not found."}.get(status, "This request cannot be answered."), status)
    answer = jsonify({"error": error, **more})
    answer.status_code = status
    return answer


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    answer = _said(OURS.get(status, "refused"), status)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "content-range", "retry-after"}:
            answer.headers[name] = value
    return answer


def _busy(error: OperationalError) -> Response:
    identifier = new_error_id()
    log.warning("database", error_id=identifier, endpoint=request.endpoint, reason=str(error.orig))
    answer = _said("busy", 503, id=identifier)
    answer.headers["Retry-After"] = "2"
    return answer


def _fault(error: Exception) -> Response:
    identifier = new_error_id()
    log.error("fault", error_id=identifier, endpoint=request.endpoint, method=request.method, exc_info=error)
    return _said("fault", 500, id=identifier)


def add_headers(response: Response) -> Response:
    """Add what every answer of a content host carries, also JSON: a frame shows whatever has an address."""
    settings = site().settings
    is_shell = request.host.lower() == settings.shell_host
    headers = response.headers
    for name, value in (_shell_headers(settings, response) if is_shell else package_headers(settings)).items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    cookies = request.headers.get("Cookie")
    if cookies == TOO_MANY_COOKIES or (cookies is not None and request.endpoint in CLEARING):
        headers.setdefault("Clear-Site-Data", '"cookies"')
    if settings.is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _shell_headers(settings: Settings, response: Response) -> dict[str, str]:
    if response.is_json:  # for a script's eyes
        return _EVERYWHERE | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    headers = _EVERYWHERE | {"Content-Security-Policy": shell_policy(settings)}
    if response.mimetype == "text/html":
        headers |= {"Permissions-Policy": _FEATURES_OF_SHELL, "Cross-Origin-Opener-Policy": _POPUPS_OPEN}
    return headers


def package_headers(settings: Settings, hosts: Iterable[str] = ()) -> dict[str, str]:
    """Return what keeps a package in its place: on every answer of its host, whoever gives it."""
    return _EVERYWHERE | {
        "Content-Security-Policy": package_policy(settings, hosts),
        "Permissions-Policy": _FEATURES_OF_PACKAGES,
        "Connection-Allowlist": _NO_PEERS,
        "Origin-Agent-Cluster": "?1",  # a package that never ends holds up itself alone
    }


def shell_policy(settings: Settings) -> str:
    """Return the policy of the player's own page: our scripts, our calls, packages in frames, nothing inline."""
    packages = f"{settings.content_scheme}://*.{settings.content_host}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"frame-src {packages}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def package_policy(settings: Settings, hosts: Iterable[str] = ()) -> str:
    """Return the policy of a package: whatever its own files do, and no other host but those approved for it."""
    approved = "".join(f" https://{host}" for host in hosts)
    return (
        f"default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'{approved}; "
        f"connect-src 'self' data: blob:{approved}; "
        "frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        f"frame-ancestors 'self' {settings.shell_origin}"
    )
