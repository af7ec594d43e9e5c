"""How the reference looks for what is chosen."""

from scorm.sequencing.choice import choice_request as our_choice_request
from scorm.sequencing.conditions import fired_action
from scorm.sequencing.flow import FORWARD, flow
from scorm.sequencing.outcomes import Sequenced
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import ActivityTree
from tests.conformance.reference.attempts import common_cluster, end_attempt, terminate_descendent_attempts
from tests.conformance.reference.contents import neighbour
from tests.conformance.reference.departures import Departure, aside, note


def choice_request(state: TrackingState, target: int) -> Sequenced:
    """Look for what a chosen activity delivers."""
    with aside(state) as fork:
        ours = our_choice_request(fork, target)
    found = _chosen(state, target)
    note(Departure.WAY, found.place != ours.place or state.current != fork.current)
    return found


def _chosen(state: TrackingState, target: int) -> Sequenced:
    nodes = state.tree.nodes
    if any(fired_action(state, nodes[at], nodes[at].hidden_rules) is not None for at in state.tree.path(target, 0)):
        return Sequenced(code="SB.2.9-3")
    if target and not nodes[nodes[target].parent].choice:
        return Sequenced(code="SB.2.9-4")
    shared = 0 if state.current is None else common_cluster(state.tree, state.current, target)
    if not _is_open(state, shared if state.current is None else state.current, target, shared):
        return Sequenced(code="SB.2.9-8")
    if nodes[target].is_leaf:
        return Sequenced(place=target)
    found = flow(state, target, FORWARD, enters=True)
    if found.is_deliverable:
        return Sequenced(place=found.place)
    if state.current is not None:
        terminate_descendent_attempts(state, shared)
        end_attempt(state, shared)
        state.current = target
    return Sequenced(code="SB.2.9-9")


def _is_open(state: TrackingState, current: int, target: int, shared: int) -> bool:
    nodes = state.tree.nodes
    if current == target:
        return True
    if nodes[current].parent == nodes[target].parent:
        siblings = state.kids(nodes[current].parent)
        start, end = siblings.index(current), siblings.index(target)
        if end < start:
            return not nodes[nodes[current].parent].forward_only
        return all(_may_pass(state, at) for at in siblings[start:end])
    if current == shared:
        return _may_go_down(state, shared, target)
    left = [nodes[at] for at in state.tree.path(current, shared)[1:-1]]
    if not all(node.choice_exit for node in left):
        return False
    if target == shared:
        return True
    constraining = next((node.place for node in left if node.constrain_choice), None)
    if constraining is not None and not _is_near(state, constraining, target):
        return False
    return _may_go_down(state, shared, target)


def _is_near(state: TrackingState, constraining: int, target: int) -> bool:
    """Tell whether the target is the activity next to the constraining one, or a child of it."""
    counts = counts_of(state.tree)
    is_after = counts[target] > counts[constraining]
    near = neighbour(state, constraining, 1 if is_after else -1)
    if near is None and is_after:
        terminate_descendent_attempts(state, 0)
    return near is not None and near in (target, state.tree.nodes[target].parent)


def _may_go_down(state: TrackingState, shared: int, target: int) -> bool:
    """Ask every cluster on the way down, whichever the direction."""
    nodes = state.tree.nodes
    for at in state.tree.path(nodes[target].parent, shared):
        is_prevented = at != shared and nodes[at].prevent_activation and not state.records[at].is_active
        if is_prevented or not _may_pass(state, at):
            return False
    return True


def _may_pass(state: TrackingState, at: int) -> bool:
    node = state.tree.nodes[at]
    return fired_action(state, node, node.stop_rules) is None


def counts_of(tree: ActivityTree) -> dict[int, int]:
    """Return the numbers of a walk that goes on at the oldest open cluster, not at the last one."""
    counts: dict[int, int] = {}
    waiting: list[int] = []
    at: int | None = 0
    while at is not None:
        counts[at] = len(counts) + 1
        node = tree.nodes[at]
        if node.is_leaf:
            at = _next_sibling(tree, at)
        else:
            waiting.append(at)
            at = node.children[0]
        while at is None and waiting:
            at = _next_sibling(tree, waiting.pop(0))
    return counts


def _next_sibling(tree: ActivityTree, at: int) -> int | None:
    parent = tree.nodes[at].parent
    siblings = tree.nodes[parent].children if parent >= 0 else (at,)
    following = siblings[siblings.index(at) + 1 :]
    return following[0] if following else None
