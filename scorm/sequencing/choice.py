"""Choice: what the learner picks in the table of contents (SN 4.8, choice processes)."""

from collections.abc import Iterable

from scorm.sequencing.attempts import end_attempt, terminate_descendent_attempts
from scorm.sequencing.conditions import fired_action
from scorm.sequencing.flow import BACKWARD, FORWARD, Direction, flow
from scorm.sequencing.outcomes import Sequenced
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import Node


def choice_activity_traversal(state: TrackingState, node: Node, direction: Direction) -> str:
    """Return why choice may not pass an activity, empty when it may [SB.2.4]."""
    if direction is FORWARD:
        if node.stop_rules and fired_action(state, node, node.stop_rules) is not None:
            return "SB.2.4-1"
        return ""
    if node.parent < 0:
        return "SB.2.4-3"
    return "SB.2.4-2" if state.tree.nodes[node.parent].forward_only else ""


def choice_request(state: TrackingState, target: int | None) -> Sequenced:
    """Look for what a chosen activity delivers: itself, or what flow finds in a cluster [SB.2.9].

    When flow finds nothing the learner stands at the chosen cluster all the same (SB.2.9-9).
    """
    if target is None:
        return Sequenced(code="SB.2.9-1")
    tree = state.tree
    nodes = tree.nodes
    code = _availability(state, target)
    if code:
        return Sequenced(code=code)
    current = state.current
    shared = 0 if current is None else tree.common_ancestor(current, target)
    code = _way(state, current, target, shared)
    if code:
        return Sequenced(code=code)
    if nodes[target].is_leaf:
        return Sequenced(place=target)
    found = flow(state, target, FORWARD, enters=True)
    if found.is_deliverable:
        return Sequenced(place=found.place)
    terminate_descendent_attempts(state, shared)
    end_attempt(state, shared)
    state.current = target
    return Sequenced(code="SB.2.9-9")


def _availability(state: TrackingState, target: int) -> str:
    """Return why an activity cannot be chosen wherever the learner is, empty when it can."""
    nodes = state.tree.nodes
    for place in reversed(state.tree.path(target, 0)):
        node = nodes[place]
        if node.parent >= 0 and place not in state.kids(node.parent):
            return "SB.2.9-2"
        if node.hidden_rules and fired_action(state, node, node.hidden_rules) is not None:
            return "SB.2.9-3"
    parent = nodes[target].parent
    return "SB.2.9-4" if parent >= 0 and not nodes[parent].choice else ""


def _way(state: TrackingState, current: int | None, target: int, shared: int) -> str:
    """Return why the way from the current activity to the chosen one is barred, empty when it is open."""
    nodes = state.tree.nodes
    if target == current:
        return ""
    if current is not None and nodes[current].parent == nodes[target].parent:
        return _among_siblings(state, current, target)
    if current is None and target == shared:
        # LMS choice: choosing the root opens the course, as the suite expects.
        return ""
    if current is None or current == shared:
        return _down(state, shared, target, is_forward=True)
    if target == shared:
        places = state.tree.path(current, target)[:-1]
        return "SB.2.9-7" if any(not nodes[place].choice_exit for place in places) else ""
    return _across(state, current, target, shared)


def _among_siblings(state: TrackingState, current: int, target: int) -> str:
    nodes = state.tree.nodes
    siblings = state.kids(nodes[current].parent)
    if current not in siblings:
        return "SB.2.9-5"
    start, end = siblings.index(current), siblings.index(target)
    direction = FORWARD if end > start else BACKWARD
    passed = siblings[start:end] if end > start else siblings[end + 1 : start + 1]
    return _first_code(choice_activity_traversal(state, nodes[place], direction) for place in passed)


def _down(state: TrackingState, shared: int, target: int, *, is_forward: bool) -> str:
    """Return why one may not go down to the target; backward only what may not be activated is asked about."""
    nodes = state.tree.nodes
    for place in reversed(state.tree.path(target, shared)[1:]):
        node = nodes[place]
        if is_forward and (code := choice_activity_traversal(state, node, FORWARD)):
            return code
        if place != shared and node.prevent_activation and not state.records[place].is_active:
            return "SB.2.9-6"
    return ""


def _across(state: TrackingState, current: int, target: int, shared: int) -> str:
    """Return why one may not leave the current branch for the target's."""
    nodes = state.tree.nodes
    constrained: int | None = None
    for place in state.tree.path(current, shared)[:-1]:
        if not nodes[place].choice_exit:
            return "SB.2.9-7"
        if constrained is None and nodes[place].constrain_choice and not nodes[place].is_leaf:
            constrained = place
    is_forward = state.is_after(target, current)
    if constrained is not None:
        near = choice_flow(state, constrained, FORWARD if is_forward else BACKWARD)
        if target != constrained and not state.tree.is_within(target, near):
            return "SB.2.9-8"
    return _down(state, shared, target, is_forward=is_forward)


def _first_code(codes: Iterable[str]) -> str:
    return next((code for code in codes if code), "")


def choice_flow(state: TrackingState, place: int, direction: Direction) -> int:
    """Return the activity to which a constrained choice may lead at most [SB.2.9.1]."""
    found = choice_flow_tree_traversal(state, place, direction)
    return place if found is None else found


def choice_flow_tree_traversal(state: TrackingState, place: int, direction: Direction) -> int | None:
    """Return the next activity in a direction, climbing at an end, whatever rules and modes say [SB.2.9.2]."""
    nodes = state.tree.nodes
    while nodes[place].parent >= 0:
        siblings = state.kids(nodes[place].parent)
        at = siblings.index(place) + (1 if direction is FORWARD else -1)
        if 0 <= at < len(siblings):
            return siblings[at]
        place = nodes[place].parent
    return None
