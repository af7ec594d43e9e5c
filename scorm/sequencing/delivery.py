"""Delivery: the last gate, and the moment at which an activity becomes the current one (SN 4.8, 4.9)."""

from scorm.sequencing.attempts import begin_attempt, terminate_descendent_attempts
from scorm.sequencing.conditions import is_unavailable
from scorm.sequencing.tracking import TrackingState


def delivery_request(state: TrackingState, place: int) -> str:
    """Return why an activity cannot be delivered, empty when it can [DB.1.1]."""
    nodes = state.tree.nodes
    if not nodes[place].is_leaf:
        return "DB.1.1-1"
    path = state.tree.path(place, 0)
    if not path:
        return "DB.1.1-2"
    return "DB.1.1-3" if any(is_unavailable(state, nodes[at]) for at in reversed(path)) else ""


def content_delivery_environment(state: TrackingState, place: int) -> tuple[str, bool]:
    """Make an activity the current one, with attempts on everything above it [DB.2].

    Return a code when it cannot be done, and whether the attempt on the activity goes on from an earlier session.
    """
    if state.current is not None and state.records[state.current].is_active:
        return "DB.2-1", False
    if place != state.suspended:
        clear_suspended_activity(state, place)
    terminate_descendent_attempts(state, place)
    is_resumed = False
    for at in reversed(state.tree.path(place, 0)):
        if not state.records[at].is_active:
            is_new = begin_attempt(state, at)
            is_resumed = at == place and not is_new
    state.current = place
    state.suspended = None
    return "", is_resumed


def clear_suspended_activity(state: TrackingState, place: int) -> None:
    """Forget that everything was suspended at another activity than the one that is delivered [DB.2.1].

    LMS choice: what both have above them stays suspended, so that its attempt goes on and nothing done in it is lost.
    """
    if state.suspended is None:
        return
    tree = state.tree
    for at in tree.path(state.suspended, tree.common_ancestor(place, state.suspended))[:-1]:
        kids = tree.nodes[at].children
        if not any(state.records[child].is_suspended for child in kids):
            state.writable(at).is_suspended = False
    state.suspended = None
