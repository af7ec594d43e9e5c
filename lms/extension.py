"""Mount the application into another Flask site: `LMS(host)`. The book for it is `docs/plugin.md`.

The same WSGI application as on its own, reached by prefix, and by host name for player and packages: neither's
extensions, error pages, sessions or endpoints touch the other's.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from flask import Flask

from lms.application import assemble, create_site
from lms.cli import HOST_COMMANDS, Commands
from lms.config import ConfigError, Settings, below_prefix, load_settings
from lms.hosts import is_below, is_content_host
from lms.plugins import Fragments, Identity, hookimpl
from lms.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLACE = "palier.place"
Identify = Callable[["WSGIEnvironment"], Identity | None]
Layout = Callable[["WSGIEnvironment"], Fragments | None]


class LMS:
    """The learning platform below a prefix of another Flask site.

    `identify` says who sends a request, so that the host's sign-in and sign-out are ours; without it people sign in
    here as on their own. `layout` returns the host's frame around our pages. Settings come from `LMS_*` when none
    are given.
    """

    def __init__(
        self,
        host: Flask | None = None,
        url_prefix: str = "/learning",
        settings: Settings | None = None,
        identify: Identify | None = None,
        layout: Layout | None = None,
    ) -> None:
        self._prefix = url_prefix
        self._settings = settings
        self._plugins = [HostSignIn(identify)] if identify else []
        self._frames = [HostFrame(layout)] if layout else []
        if host is not None:
            self.init_app(host)

    def init_app(self, host: Flask) -> None:
        """Build the application and mount it; `host.extensions["palier"]` is its installation from then on.

        Raises:
            ConfigError: a setting makes no sense, or there is no prefix.
        """
        if not self._prefix:
            raise ConfigError("LMS(url_prefix=…) is empty; the host's own pages stand there. Use '/learning'.")
        parts = create_site(below_prefix(self._settings or load_settings(), self._prefix))
        for plugin in (*self._plugins, *self._frames):
            parts.hooks.register(plugin)
        ours = assemble(parts)
        host.extensions["palier"] = parts
        host.wsgi_app = beside(parts.settings, ours.wsgi_app, host.wsgi_app)  # type: ignore[assignment, method-assign]  # as Flask says
        host.cli.add_command(command_group(parts))


class HostSignIn:
    """The host's own sign-in, as a plugin."""

    def __init__(self, ask: Identify) -> None:
        self._ask = ask

    @hookimpl
    def identify(self, environ: "WSGIEnvironment") -> Identity | None:
        """Say whom the host has signed in."""
        return self._ask(as_host(environ))


class HostFrame:
    """The host's frame around our pages, as a plugin."""

    def __init__(self, ask: Layout) -> None:
        self._ask = ask

    @hookimpl
    def layout(self, environ: "WSGIEnvironment") -> Fragments | None:
        """Return what the host puts around a page."""
        return self._ask(as_host(environ))


def beside(settings: Settings, ours: "WSGIApplication", theirs: "WSGIApplication") -> "WSGIApplication":
    """Return the application that gives us our prefix and the content hosts, and everything else to the host."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_ours = is_content_host(settings, environ.get("HTTP_HOST", "").lower())
        if is_ours or is_below(settings.url_prefix, environ.get("PATH_INFO", "")):
            place = (environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""))
            return ours({**environ, PLACE: place}, start_response)
        return theirs(environ, start_response)

    return serve


def as_host(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """Return a request as the host would have got it, so that its addresses come out as its own."""
    script_name, path = environ[PLACE]
    return {**environ, "SCRIPT_NAME": script_name, "PATH_INFO": path}


def command_group(parts: Site) -> click.Group:
    """Return the group `lms` of the host's command line, at work on this installation."""

    @click.group("lms", cls=Commands, names=HOST_COMMANDS)
    @click.pass_context
    def group(ctx: click.Context) -> None:
        """Learning platform: people, packages, worker."""
        ctx.obj = parts

    return group
