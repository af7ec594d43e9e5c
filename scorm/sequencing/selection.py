"""Selection and randomization: which children an attempt gets, and in which order (SN 4.7)."""

from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import Node
from scorm.sequencing.words import Timing


def select_children(state: TrackingState, node: Node) -> None:
    """Select as many children as the manifest says, in the manifest's order [SR.1]."""
    rules = node.randomization
    if not _is_due(state, node, rules.selection_timing):
        return
    count = rules.select_count
    if count is None or count >= len(node.children):
        state.writable(node.place).kids = None
        return
    places = sorted(state.choose().select(count, len(node.children)))
    state.writable(node.place).kids = tuple(node.children[at] for at in places)


def randomize_children(state: TrackingState, node: Node) -> None:
    """Put the available children into another order [SR.2]."""
    rules = node.randomization
    if not rules.reorder_children or not _is_due(state, node, rules.randomization_timing):
        return
    kids = state.kids(node.place)
    state.writable(node.place).kids = tuple(kids[at] for at in state.choose().shuffle(len(kids)))


def _is_due(state: TrackingState, node: Node, timing: Timing) -> bool:
    record = state.records[node.place]
    if node.is_leaf or timing is Timing.NEVER or record.is_suspended or record.is_active:
        return False
    return timing is Timing.ON_EACH_NEW_ATTEMPT or record.attempts == 0


def choose_children(state: TrackingState, node: Node) -> None:
    """Select and reorder, in this order, what the next attempt on a cluster will find."""
    if not node.is_leaf:
        select_children(state, node)
        randomize_children(state, node)


def prepared_fork(state: TrackingState) -> TrackingState:
    """Return a state in which every cluster has its children: this one, or a fork before the first session."""
    if state.is_prepared:
        return state
    fork = state.fork()
    prepare(fork)
    return fork


def prepare(state: TrackingState) -> None:
    """Select and reorder in the whole tree, top down, when the first session of a course begins."""
    if state.is_prepared:
        return
    state.is_prepared = True
    waiting = [0]
    while waiting:
        place = waiting.pop()
        choose_children(state, state.tree.nodes[place])
        waiting.extend(reversed(state.kids(place)))
