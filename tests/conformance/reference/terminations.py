"""How the reference ends what is current, and what its rules ask for next."""

from scorm.sequencing.conditions import fired_action
from scorm.sequencing.outcomes import SequencingRequest, Terminated, Termination
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY
from scorm.sequencing.words import RuleAction
from tests.conformance.reference.attempts import end_attempt, terminate_descendent_attempts
from tests.conformance.reference.departures import MEMORY, Departure, known, note
from tests.conformance.reference.rollups import invoke_rollup
from tests.conformance.reference.values import clear, put, put_status

REQUESTS = {
    RuleAction.RETRY: SequencingRequest.RETRY,
    RuleAction.CONTINUE: SequencingRequest.CONTINUE,
    RuleAction.PREVIOUS: SequencingRequest.PREVIOUS,
    RuleAction.RETRY_ALL: SequencingRequest.RETRY,
}


def termination_request(state: TrackingState, request: Termination) -> Terminated:
    """End the current attempt as asked."""
    current = state.current
    if current is None:
        return Terminated(code="TB.2.3-1")
    if request is Termination.SUSPEND_ALL:
        return _suspend_all(state, current)
    if request in (Termination.ABANDON, Termination.ABANDON_ALL):
        return _abandon(state, current, request)
    MEMORY.ending = current
    try:
        sequencing = None
        if request is Termination.EXIT:
            request, sequencing = _exit(state, current)
        return Terminated(sequencing=sequencing) if request is Termination.EXIT else _exit_all(state, sequencing)
    finally:
        MEMORY.ending = None


def _exit(state: TrackingState, current: int) -> tuple[Termination, SequencingRequest | None]:
    nodes = state.tree.nodes
    end_attempt(state, current)
    MEMORY.is_course_left = False
    for at in reversed(state.tree.path(current, 0)[1:]):
        if fired_action(state, nodes[at], nodes[at].exit_rules) is not None:
            terminate_descendent_attempts(state, at)
            end_attempt(state, at)
            state.current = at
            break
    if state.records[current].is_suspended:
        return Termination.EXIT, None
    return _postconditions(state)


def _postconditions(state: TrackingState) -> tuple[Termination, SequencingRequest | None]:
    while True:
        at = state.current or 0
        node = state.tree.nodes[at]
        if not node.post_rules or state.records[at].is_suspended:
            MEMORY.is_course_left = MEMORY.is_course_left or at == 0
            return Termination.EXIT, None
        action = fired_action(state, node, node.post_rules)
        if action is not RuleAction.EXIT_PARENT or at == 0:
            note(Departure.ROOT, action is RuleAction.EXIT_PARENT)
            is_all = action in (RuleAction.EXIT_ALL, RuleAction.RETRY_ALL) or (action is RuleAction.RETRY and at == 0)
            return Termination.EXIT_ALL if is_all else Termination.EXIT, REQUESTS.get(action) if action else None
        state.current = node.parent
        end_attempt(state, node.parent)


def _exit_all(state: TrackingState, sequencing: SequencingRequest | None) -> Terminated:
    current = state.current or 0
    if state.records[current].is_active:
        end_attempt(state, current)
    terminate_descendent_attempts(state, 0)
    end_attempt(state, 0)
    state.current = 0
    is_retry = sequencing is SequencingRequest.RETRY
    return Terminated(sequencing=SequencingRequest.RETRY if is_retry else SequencingRequest.EXIT)


def _suspend_all(state: TrackingState, current: int) -> Terminated:
    record = state.records[current]
    if record.is_active:
        if state.tree.nodes[current].is_leaf:
            state.writable(current).is_suspended = True
        invoke_rollup(state, current, ())
        state.suspended = current
    elif not record.is_suspended:
        if current == 0:
            return Terminated(code="TB.2.3-3")
        state.suspended = state.tree.nodes[current].parent
    else:
        note(Departure.SUSPENDING)
    for at in [] if state.suspended is None else state.tree.path(state.suspended, 0):
        writable = state.writable(at)
        writable.is_active, writable.is_suspended = False, True
    state.current = 0
    return Terminated(sequencing=SequencingRequest.EXIT)


def _abandon(state: TrackingState, current: int, request: Termination) -> Terminated:
    node = state.tree.nodes[current]
    before = known(state)
    if node.tracked:
        if not node.threshold.by_measure:
            put(state, node, PRIMARY, "completed", None)
        put_status(state, node, PRIMARY, None)
    clear(state, node, PRIMARY, "measure")
    note(Departure.ABANDONED, known(state) != before)
    if request is Termination.ABANDON:
        state.writable(current).is_active = False
        return Terminated()
    for at in state.tree.path(current, 0):
        state.writable(at).is_active = False
    state.current = 0
    return Terminated(sequencing=SequencingRequest.EXIT)
