"""The states of an activity as one table of moves."""

from enum import StrEnum

from courses.errors import IllegalTransition
from courses.offerings.models import Offering, OfferingState


class Action(StrEnum):
    """What can happen to an activity."""

    PUBLISH = "publish"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    HOLD = "hold"


MOVES = {
    (OfferingState.DRAFT, Action.PUBLISH): OfferingState.PUBLISHED,
    (OfferingState.PUBLISHED, Action.POSTPONE): OfferingState.POSTPONED,
    (OfferingState.PUBLISHED, Action.CANCEL): OfferingState.CANCELLED,
    (OfferingState.PUBLISHED, Action.HOLD): OfferingState.HELD,
    (OfferingState.POSTPONED, Action.PUBLISH): OfferingState.PUBLISHED,
    (OfferingState.POSTPONED, Action.CANCEL): OfferingState.CANCELLED,
}
"""LMS choice: what was cancelled or held stays so; people were told, or have their results. A draft is discarded."""

ANNOUNCED = frozenset({OfferingState.PUBLISHED, OfferingState.POSTPONED})
"""The states in which people know of it and may have applied: whatever changes for them is told."""

SHOWN = frozenset(set(OfferingState) - {OfferingState.DRAFT})
"""The states in which everybody may read it."""


def actions_of(state: OfferingState) -> tuple[Action, ...]:
    """Return what can be done in a state."""
    return tuple(action for action in Action if (state, action) in MOVES)


def move(offering: Offering, action: Action) -> None:
    """Bring an activity into its next state.

    Raises:
        IllegalTransition: there is no such move; nothing was changed.
    """
    after = MOVES.get((offering.state, action))
    if after is None:
        raise IllegalTransition(f"{action} while {offering.state}")
    offering.state = after
