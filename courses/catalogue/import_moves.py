"""The states of an import as one table of moves."""

from enum import StrEnum

from courses.catalogue.models import ImportState, PackageImport
from courses.errors import IllegalTransition


class Action(StrEnum):
    """What can happen to an import."""

    READ = "read"
    ACCEPT = "accept"
    REFUSE = "refuse"
    FAIL = "fail"
    PUBLISH = "publish"


MOVES = {
    (ImportState.WAITING, Action.READ): ImportState.READING,
    (ImportState.READING, Action.READ): ImportState.READING,  # a worker died; the next one reads again
    (ImportState.READING, Action.ACCEPT): ImportState.READY,
    (ImportState.READING, Action.REFUSE): ImportState.REFUSED,
    (ImportState.WAITING, Action.FAIL): ImportState.FAILED,
    (ImportState.READING, Action.FAIL): ImportState.FAILED,
    (ImportState.READY, Action.PUBLISH): ImportState.PUBLISHED,
}

UNFINISHED = (ImportState.WAITING, ImportState.READING)
"""The states in which the file still lies in the staging folder."""


def move(import_: PackageImport, action: Action) -> None:
    """Bring an import into its next state.

    Raises:
        IllegalTransition: there is no such move; nothing was changed.
    """
    after = MOVES.get((import_.state, action))
    if after is None:
        raise IllegalTransition(f"{action} while {import_.state}")
    import_.state = after
