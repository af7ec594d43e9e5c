"""How attempts end and begin in the reference: often twice, and never rolled up from a cluster."""

from scorm.runtime.report import UNKNOWN
from scorm.sequencing.selection import choose_children
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, ActivityTree, Node
from tests.conformance.reference.departures import MEMORY, Departure, known, note
from tests.conformance.reference.rollups import invoke_rollup
from tests.conformance.reference.values import (
    clear,
    completed_of,
    copy,
    measure_of,
    plain_status,
    put,
    put_status,
    satisfied_of,
    written_targets,
)


def end_attempt(state: TrackingState, place: int) -> None:
    """End the attempt on an activity, whether or not there is one."""
    node = state.tree.nodes[place]
    record = state.writable(place)
    if not node.is_leaf:
        record.is_suspended = any(state.records[child].is_suspended for child in node.children)
    elif node.tracked and not record.is_suspended:
        _fill_in(state, node)
    state.writable(place).is_active = False
    if node.tracked:
        MEMORY.touched.add(place)
        if node.links[PRIMARY].by_measure:
            _copy_measure(state, node)
    invoke_rollup(state, place, [one for at in range(len(node.links)) for one in written_targets(node, at)])
    if not state.records[place].is_suspended:
        choose_children(state, node)


def _fill_in(state: TrackingState, node: Node) -> None:
    record = state.records[node.place]
    if not node.delivery.completion_set_by_content and completed_of(state, node) is None:
        is_said = node.place in MEMORY.said_progress
        note(Departure.WORDS, is_said is not record.is_completion_unknown and not node.threshold.by_measure)
        if not is_said and not node.threshold.by_measure:
            put(state, node, PRIMARY, "completed", True)
    if node.delivery.objective_set_by_content:
        return
    if satisfied_of(state, node) is None and node.place not in MEMORY.said_success:
        note(Departure.WORDS, record.is_success_unknown and not node.links[PRIMARY].by_measure)
        put_status(state, node, PRIMARY, True)
    elif plain_status(state, node, PRIMARY) is None:
        note(Departure.WORDS, not record.is_success_unknown and not node.links[PRIMARY].by_measure)
        put_status(state, node, PRIMARY, None)


def _copy_measure(state: TrackingState, node: Node) -> None:
    """Make the measure that is read the activity's own, and write the status that it decides."""
    before = known(state)
    measure = measure_of(state, node)
    if measure is None:
        clear(state, node, PRIMARY, "measure")
    else:
        put(state, node, PRIMARY, "measure", measure)
        copy(state, node, PRIMARY, "satisfied", measure >= node.links[PRIMARY].minimum - 1e-12)
    note(Departure.BY_MEASURE, known(state) != before)


def common_cluster(tree: ActivityTree, one: int, other: int) -> int:
    """Return the lowest cluster that holds both activities."""
    here, there = (tree.nodes[at].parent if tree.nodes[at].is_leaf else at for at in (one, other))
    while here > 0 and not tree.is_within(there, here):
        here = tree.nodes[here].parent
    return max(here, 0)


def terminate_descendent_attempts(state: TrackingState, place: int) -> None:
    """End the attempts from the current activity, itself included, up to what it shares with another one."""
    current = state.current
    if current is None:
        return
    at, top = current, common_cluster(state.tree, current, place)
    while at != top:
        is_over = not state.records[at].is_active
        before = known(state)
        end_attempt(state, at)
        note(Departure.ENDED_TWICE, is_over and known(state) != before)
        at = state.tree.nodes[at].parent


def begin_attempt(state: TrackingState, place: int) -> bool:
    """Make an activity active; a new attempt marks what is below as stale."""
    node = state.tree.nodes[place]
    record = state.writable(place)
    is_new = not record.is_suspended
    if node.tracked:
        if is_new:
            record.attempts += 1
            record.objectives = (UNKNOWN,) * len(node.links)
            record.is_success_unknown = record.is_completion_unknown = False
            _begin_anew(state, node)
        if node.parent >= 0:
            record.parent_attempt = state.records[node.parent].attempts
        record.is_suspended = False
    note(Departure.UNTRACKED, record.is_suspended)
    record.is_active = True
    return is_new


def _begin_anew(state: TrackingState, node: Node) -> None:
    for places in (MEMORY.stale_objectives, MEMORY.stale_progress):
        places.discard(node.place)
    for at in range(len(node.links)):
        MEMORY.completions.discard((node.place, at))
    MEMORY.touched.add(node.place)
    _mark(state, node, MEMORY.stale_objectives, "current_objective_info")
    _mark(state, node, MEMORY.stale_progress, "current_progress_info")


def _mark(state: TrackingState, node: Node, places: set[int], flag: str) -> None:
    """Mark all below a cluster as stale that has tracking data, through clusters that ask for it."""
    if getattr(node, flag):
        for kid in state.kids(node.place):
            if kid in MEMORY.touched:
                places.add(kid)
            _mark(state, state.tree.nodes[kid], places, flag)
