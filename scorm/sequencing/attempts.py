"""How attempts end and begin (SN 4.3, 4.8)."""

from scorm.runtime.report import UNKNOWN
from scorm.sequencing.objectives import completed_of, put, satisfied_of, write
from scorm.sequencing.rollup import overall_rollup
from scorm.sequencing.selection import choose_children
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, Node


def terminate_descendent_attempts(state: TrackingState, place: int) -> None:
    """End the attempts between the current activity and what it shares with another one, both left out [UP.3]."""
    current = state.current
    if current is None:
        return
    tree = state.tree
    for at in tree.path(current, tree.common_ancestor(current, place))[1:-1]:
        end_attempt(state, at)


def end_attempt(state: TrackingState, place: int) -> None:
    """End the attempt on an activity, fill in what its content left open, and roll up [UP.4]."""
    node = state.tree.nodes[place]
    record = state.writable(place)
    if not node.is_leaf:
        record.is_suspended = any(state.records[child].is_suspended for child in node.children)
    elif node.tracked and not record.is_suspended:
        _fill_in(state, node)
        record = state.writable(place)
    record.is_active = False
    for at, link in enumerate(node.links):
        if node.tracked and link.by_measure and link.writes:
            write(state, node, at, {})
    overall_rollup(state, place)
    if not record.is_suspended:
        choose_children(state, node)


def _fill_in(state: TrackingState, node: Node) -> None:
    """Complete and satisfy a leaf whose content says nothing of it and is not meant to (SN 3.14).

    What a measure decides is left to the measure. LMS choice: a SCO that says `unknown` in so many words stays unknown.
    """
    record = state.records[node.place]
    says_completion = node.delivery.completion_set_by_content or record.is_completion_unknown
    if not says_completion and not node.threshold.by_measure and completed_of(state, node) is None:
        put(state, node, PRIMARY, {"completed": True})
    says_success = node.delivery.objective_set_by_content or record.is_success_unknown
    if not says_success and not node.links[PRIMARY].by_measure and satisfied_of(state, node) is None:
        put(state, node, PRIMARY, {"satisfied": True})


def begin_attempt(state: TrackingState, place: int) -> bool:
    """Make an activity active: its suspended attempt goes on, or a new one begins with nothing known (DB.2).

    Return whether the attempt is a new one. Global objectives are not touched.
    """
    tree = state.tree
    node = tree.nodes[place]
    record = state.writable(place)
    is_new = not record.is_suspended
    if node.tracked:
        if is_new:
            record.attempts += 1
            record.objectives = (UNKNOWN,) * len(node.links)
            record.is_success_unknown = record.is_completion_unknown = False
        if node.parent >= 0:
            record.parent_attempt = state.records[node.parent].attempts
    record.is_suspended = False
    record.is_active = True
    return is_new
