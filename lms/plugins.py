"""The hooks that a host site or another package may fill, and the one place that calls them.

Each hook has a user from the first day: our own sign-in is an `identify`, a host's frame a `layout`.
`docs/plugin.md` tells a host site how to fill them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pluggy
import structlog

from courses.events import Event

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NAME = "palier"
log = structlog.get_logger(__name__)
hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody whom a sign-in vouches for: a person of that address is made when there is none yet.

    `language` (`en`, `fr` or `es`) counts when the person is made; afterwards the person's own choice does.
    """

    email: str
    given_name: str
    family_name: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """HTML that a host site puts around our pages: into the head, above our header, below our footer."""

    head: str = ""
    header: str = ""
    footer: str = ""


class Hooks:
    """What may be filled; the first answer that is not None counts."""

    @hookspec(firstresult=True)
    def identify(self, environ: "WSGIEnvironment") -> Identity | None:
        """Say who sends this request; asked on every request, so that the host's sign-out is ours."""

    @hookspec(firstresult=True)
    def layout(self, environ: "WSGIEnvironment") -> Fragments | None:
        """Return what stands around the page; `environ["palier.nonce"]` lets a script or style run."""


def create_manager() -> pluggy.PluginManager:
    """Return the hooks of one application, filled by the packages that announce themselves under `palier`."""
    manager = pluggy.PluginManager(NAME)
    manager.add_hookspecs(Hooks)
    manager.load_setuptools_entrypoints(NAME)
    return manager


def announce(happened: Iterable[Event]) -> None:
    """Tell the log (and later listeners) what a committed transaction did."""
    for entry in happened:
        log.info(entry.name, subject=str(entry.subject), **dict[str, Any](entry.facts))
