"""Termination: how the current attempt ends, and what its rules ask for next (SN 4.5)."""

from scorm.sequencing.attempts import end_attempt, terminate_descendent_attempts
from scorm.sequencing.conditions import fired_action
from scorm.sequencing.outcomes import SequencingRequest, Terminated, Termination
from scorm.sequencing.rollup import overall_rollup
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.words import RuleAction

_AFTERWARDS: dict[RuleAction | None, tuple[Termination | None, SequencingRequest | None]] = {
    None: (None, None),
    RuleAction.RETRY: (None, SequencingRequest.RETRY),
    RuleAction.CONTINUE: (None, SequencingRequest.CONTINUE),
    RuleAction.PREVIOUS: (None, SequencingRequest.PREVIOUS),
    RuleAction.EXIT_PARENT: (Termination.EXIT, None),
    RuleAction.EXIT_ALL: (Termination.EXIT_ALL, None),
    RuleAction.RETRY_ALL: (Termination.EXIT_ALL, SequencingRequest.RETRY),
}
"""What a postcondition asks for; EXIT stands for the exit of the parent."""


def exit_action_rules(state: TrackingState) -> None:
    """End the topmost cluster above the current activity whose exit rule holds [TB.2.1]."""
    current = state.current
    if current is None or current == 0:
        return
    nodes = state.tree.nodes
    for place in reversed(state.tree.path(nodes[current].parent, 0)):
        if nodes[place].exit_rules and fired_action(state, nodes[place], nodes[place].exit_rules) is not None:
            terminate_descendent_attempts(state, place)
            end_attempt(state, place)
            state.current = place
            return


def postcondition_rules(state: TrackingState) -> tuple[Termination | None, SequencingRequest | None]:
    """Return what the postconditions of the current activity ask for; a suspended one is not asked [TB.2.2]."""
    current = state.current
    if current is None or state.records[current].is_suspended:
        return None, None
    node = state.tree.nodes[current]
    return _AFTERWARDS[fired_action(state, node, node.post_rules)]


def termination_request(  # noqa: C901 — TB.2.3 is one process
    state: TrackingState, request: Termination
) -> Terminated:
    """End the current attempt as asked, and return what is to be looked for instead of the learner's wish [TB.2.3]."""
    current = state.current
    if current is None:
        return Terminated(code="TB.2.3-1")
    if request in (Termination.EXIT, Termination.ABANDON) and not state.records[current].is_active:
        return Terminated(code="TB.2.3-2")
    match request:
        case Termination.EXIT:
            return _exit(state, current)
        case Termination.EXIT_ALL:
            return _exit_all(state, None)
        case Termination.SUSPEND_ALL:
            return _suspend_all(state, current)
        case Termination.ABANDON:
            state.writable(current).is_active = False
            return Terminated()
        case Termination.ABANDON_ALL:
            for place in state.tree.path(current, 0):
                state.writable(place).is_active = False
            state.current = 0
            return Terminated(sequencing=SequencingRequest.EXIT)


def _exit(state: TrackingState, current: int) -> Terminated:
    """End the current activity, then what exit rules and postconditions end above it."""
    end_attempt(state, current)
    exit_action_rules(state)
    while True:
        termination, sequencing = postcondition_rules(state)
        at = current if state.current is None else state.current
        if termination is Termination.EXIT_ALL:
            return _exit_all(state, sequencing)
        if termination is Termination.EXIT:
            if at == 0:
                return Terminated(code="TB.2.3-4")
            state.current = state.tree.nodes[at].parent
            end_attempt(state, state.current)
            continue
        if at == 0 and sequencing is not SequencingRequest.RETRY:
            return Terminated(sequencing=SequencingRequest.EXIT, is_at_root=sequencing is None)
        return Terminated(sequencing=sequencing)


def _exit_all(state: TrackingState, sequencing: SequencingRequest | None) -> Terminated:
    current = state.current
    if current is not None and state.records[current].is_active:
        end_attempt(state, current)
    if sequencing is SequencingRequest.RETRY:
        _forget_suspended(state)
    terminate_descendent_attempts(state, 0)
    if current != 0 or state.records[0].is_active:
        end_attempt(state, 0)
    state.current = 0
    return Terminated(sequencing=sequencing or SequencingRequest.EXIT)


def _forget_suspended(state: TrackingState) -> None:
    """Make room for a new attempt on the whole course.

    LMS choice: a leaf left suspended would suspend the root, and a suspended root cannot be retried (SB.2.10-2).
    """
    for place, record in enumerate(state.records):
        if record.is_suspended:
            state.writable(place).is_suspended = False


def _suspend_all(state: TrackingState, current: int) -> Terminated:
    """Suspend the current activity and everything above it; nothing is completed or satisfied on the way."""
    record = state.records[current]
    if record.is_active or record.is_suspended:
        overall_rollup(state, current)
        state.suspended = current
    elif current != 0:
        state.suspended = state.tree.nodes[current].parent
    else:
        return Terminated(code="TB.2.3-3")
    for place in state.tree.path(state.suspended, 0):
        writable = state.writable(place)
        writable.is_active, writable.is_suspended = False, True
    state.current = 0
    return Terminated(sequencing=SequencingRequest.EXIT)
