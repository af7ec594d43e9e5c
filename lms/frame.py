"""What a host site puts around our pages, by the `layout` hook."""

from flask import Flask, g, request
from markupsafe import Markup

from lms.headers import nonce
from lms.plugins import Fragments
from lms.site import site

PLAIN = Fragments()


def init_app(app: Flask) -> None:
    """Let the templates ask for the frame."""
    app.jinja_env.globals["frame"] = frame


def frame() -> Fragments:
    """Return the fragments around this page, asked for once; empty where no host site has any."""
    if "palier_frame" not in g:
        g.palier_frame = PLAIN  # should the host fail, the error page stands without its frame
        environ = {**request.environ, "palier.nonce": nonce()}
        g.palier_frame = _markup(site().hooks.hook.layout(environ=environ) or PLAIN)
    found: Fragments = g.palier_frame
    return found


def _markup(given: Fragments) -> Fragments:
    return Fragments(head=Markup(given.head), header=Markup(given.header), footer=Markup(given.footer))  # noqa: S704  # the host's own
