"""The hooks that a host site or another package may fill, and the one place that calls them.

Each hook has a user from the first day: our own sign-in is an `identify`, our own frame a `layout`.
"""

from collections.abc import Iterable
from typing import Any

import structlog

from courses.events import Event

log = structlog.get_logger(__name__)


def announce(happened: Iterable[Event]) -> None:
    """Tell the log (and later listeners) what a committed transaction did."""
    for entry in happened:
        log.info(entry.name, subject=str(entry.subject), **dict[str, Any](entry.facts))
