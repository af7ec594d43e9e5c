"""Flow: the way forward and backward through the tree (SN 4.8, flow processes)."""

from dataclasses import dataclass
from enum import StrEnum

from scorm.sequencing.attempts import end_attempt, terminate_descendent_attempts
from scorm.sequencing.conditions import fired_action, is_unavailable
from scorm.sequencing.tracking import TrackingState


class Direction(StrEnum):
    """Which way a traversal goes."""

    FORWARD = "forward"
    BACKWARD = "backward"


FORWARD, BACKWARD = Direction.FORWARD, Direction.BACKWARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step along the tree: to an activity, or why to none; it may turn round at a forward-only cluster."""

    place: int | None = None
    direction: Direction = FORWARD
    is_end: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flowed:
    """Where flow has led: a leaf to deliver, or the activity at which it stopped, and why."""

    place: int
    is_deliverable: bool = False
    is_end: bool = False
    code: str = ""


def tree_traversal(  # noqa: C901 — SB.2.1 is one process
    state: TrackingState, place: int, direction: Direction, previous: Direction | None, *, enters: bool
) -> Step:
    """Return the next activity along the tree, whatever its rules say [SB.2.1].

    `enters` leads from a cluster to its children. Walking off the end of the tree ends the session.
    """
    nodes = state.tree.nodes
    is_reversed = False
    parent = nodes[place].parent
    if previous is BACKWARD and parent >= 0 and state.kids(parent)[-1] == place:
        direction, place, is_reversed = BACKWARD, state.kids(parent)[0], True
    while True:
        node = nodes[place]
        is_entering = enters and not node.is_leaf
        if direction is FORWARD:
            if (node.parent < 0 and not is_entering) or (node.is_leaf and place == state.last_activity()):
                _leave_course(state)
                return Step(is_end=True)
        elif node.parent < 0 and not is_entering:
            return Step(code="SB.2.1-3")
        if is_entering:
            return _entered(state, place, direction)
        parent = node.parent
        siblings = state.kids(parent)
        if direction is BACKWARD and not is_reversed and nodes[parent].forward_only:
            return Step(code="SB.2.1-4")
        at = siblings.index(place) + (1 if direction is FORWARD else -1)
        if 0 <= at < len(siblings):
            return Step(place=siblings[at], direction=direction)
        place, enters, is_reversed = parent, False, False


def _leave_course(state: TrackingState) -> None:
    """End every attempt down to the root's: the next session begins a new attempt on the course."""
    terminate_descendent_attempts(state, 0)
    if state.records[0].is_active:
        end_attempt(state, 0)


def _entered(state: TrackingState, place: int, direction: Direction) -> Step:
    kids = state.kids(place)
    if not kids:
        return Step(code="SB.2.1-2")
    if direction is FORWARD:
        return Step(place=kids[0], direction=FORWARD)
    if state.tree.nodes[place].forward_only:
        return Step(place=kids[0], direction=FORWARD)
    return Step(place=kids[-1], direction=BACKWARD)


def activity_traversal(  # noqa: C901 — SB.2.2 is one process
    state: TrackingState, place: int, direction: Direction, previous: Direction | None = None
) -> Flowed:
    """Walk on from an activity to one that can be delivered: over what is skipped, into clusters [SB.2.2].

    A disabled activity, or one at its limit, stops the walk: flow does not look beyond it.
    """
    nodes = state.tree.nodes
    while True:
        node = nodes[place]
        if node.parent >= 0 and not nodes[node.parent].flow:
            return Flowed(place=place, code="SB.2.2-1")
        if node.skip_rules and fired_action(state, node, node.skip_rules) is not None:
            step = tree_traversal(state, place, direction, previous, enters=False)
            if step.place is None:
                return Flowed(place=place, is_end=step.is_end, code=step.code)
            if previous is BACKWARD and step.direction is BACKWARD:
                direction, previous = BACKWARD, None
            place = step.place
            continue
        if is_unavailable(state, node):
            return Flowed(place=place, code="SB.2.2-2")
        if node.is_leaf:
            return Flowed(place=place, is_deliverable=True)
        step = tree_traversal(state, place, direction, None, enters=True)
        if step.place is None:
            return Flowed(place=place, is_end=step.is_end, code=step.code)
        is_turned = direction is BACKWARD and step.direction is FORWARD
        direction, previous = (FORWARD, BACKWARD) if is_turned else (direction, None)
        place = step.place


def flow(state: TrackingState, place: int, direction: Direction, *, enters: bool) -> Flowed:
    """Leave an activity, or enter it, and walk to one that can be delivered [SB.2.3]."""
    step = tree_traversal(state, place, direction, None, enters=enters)
    if step.place is None:
        return Flowed(place=place, is_end=step.is_end, code=step.code)
    return activity_traversal(state, step.place, direction)
