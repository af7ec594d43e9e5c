"""Choose the application by the exact `Host`: platform, player or package; any other name is refused."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lms.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CLOSED = (
    ("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
)
"""What an answer carries that no application gives: a package may have a frame show it, and would find no policy."""

LABEL = re.compile(r"p[a-z2-7]{16,40}")


def is_content_host(settings: Settings, host: str) -> bool:
    """Tell whether a `Host` is the player's or that of a package."""
    if host == settings.shell_host:
        return True
    label, _, rest = host.partition(".")
    return rest == settings.content_host and LABEL.fullmatch(label) is not None


def by_host(settings: Settings, platform: "WSGIApplication", content: "WSGIApplication") -> "WSGIApplication":
    """Return the application that hands each request to the one its `Host` names."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").lower()
        if is_content_host(settings, host):
            return content(environ, start_response)
        if host == settings.platform_host:
            return platform(environ, start_response)
        return _refused(start_response, "400 Bad Request", b"This server does not answer to that name.\n")

    return serve


def is_below(prefix: str, path: str) -> bool:
    """Tell whether a path is the prefix or stands below it."""
    return not prefix or path == prefix or path.startswith(f"{prefix}/")


def below(prefix: str, application: "WSGIApplication") -> "WSGIApplication":
    """Return the application as it answers below a prefix; without one, the application itself."""
    if not prefix:
        return application

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not is_below(prefix, path):
            return _refused(start_response, "404 Not Found", b"There is nothing here.\n")
        moved = {"SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + prefix, "PATH_INFO": path.removeprefix(prefix)}
        return application({**environ, **moved}, start_response)

    return serve


def _refused(start_response: Callable[..., object], status: str, body: bytes) -> Iterable[bytes]:
    kind = ("Content-Type", "text/plain; charset=utf-8")
    start_response(status, [kind, ("Content-Length", str(len(body))), *CLOSED])
    return [body]
