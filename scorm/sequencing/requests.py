"""Sequencing requests: what is looked for, and what is found (SN 4.8)."""

from scorm.sequencing.choice import choice_request
from scorm.sequencing.flow import BACKWARD, FORWARD, Flowed, flow
from scorm.sequencing.outcomes import Sequenced, SequencingRequest
from scorm.sequencing.tracking import TrackingState


def start_request(state: TrackingState) -> Sequenced:
    """Look for the first activity of a course [SB.2.5]."""
    if state.current is not None:
        return Sequenced(code="SB.2.5-1")
    if state.tree.nodes[0].is_leaf:
        return Sequenced(place=0)
    return _found(flow(state, 0, FORWARD, enters=True))


def resume_all_request(state: TrackingState) -> Sequenced:
    """Go back to the activity at which everything was suspended [SB.2.6]."""
    if state.current is not None:
        return Sequenced(code="SB.2.6-1")
    if state.suspended is None:
        return Sequenced(code="SB.2.6-2")
    return Sequenced(place=state.suspended)


def continue_request(state: TrackingState) -> Sequenced:
    """Look for the next activity [SB.2.7]."""
    if state.current is None:
        return Sequenced(code="SB.2.7-1")
    if _is_without_flow(state, state.current):
        return Sequenced(code="SB.2.7-2")
    return _found(flow(state, state.current, FORWARD, enters=False))


def previous_request(state: TrackingState) -> Sequenced:
    """Look for the activity before the current one [SB.2.8]."""
    if state.current is None:
        return Sequenced(code="SB.2.8-1")
    if _is_without_flow(state, state.current):
        return Sequenced(code="SB.2.8-2")
    return _found(flow(state, state.current, BACKWARD, enters=False))


def retry_request(state: TrackingState) -> Sequenced:
    """Deliver the current activity again, or the first of a cluster [SB.2.10]."""
    current = state.current
    if current is None:
        return Sequenced(code="SB.2.10-1")
    record = state.records[current]
    if record.is_active or record.is_suspended:
        return Sequenced(code="SB.2.10-2")
    if state.tree.nodes[current].is_leaf:
        return Sequenced(place=current)
    found = flow(state, current, FORWARD, enters=True)
    return Sequenced(place=found.place) if found.is_deliverable else Sequenced(is_end=found.is_end, code="SB.2.10-3")


def exit_request(state: TrackingState) -> Sequenced:
    """End the session when the learner has left the whole course; otherwise go on with nothing delivered [SB.2.11]."""
    if state.current is None:
        return Sequenced(code="SB.2.11-1")
    if state.records[state.current].is_active:
        return Sequenced(code="SB.2.11-2")
    return Sequenced(is_end=state.tree.nodes[state.current].parent < 0)


def jump_request(state: TrackingState, target: int | None) -> Sequenced:
    """Deliver an activity that a SCO names, whatever modes and rules of choice say [SB.2.13]."""
    if state.current is None or target is None:
        return Sequenced(code="SB.2.13-1")
    return Sequenced(place=target)


def sequencing_request(  # noqa: C901 — one line for each request
    state: TrackingState, request: SequencingRequest, target: int | None
) -> Sequenced:
    """Carry out one sequencing request [SB.2.12]."""
    match request:
        case SequencingRequest.START:
            return start_request(state)
        case SequencingRequest.RESUME_ALL:
            return resume_all_request(state)
        case SequencingRequest.CONTINUE:
            return continue_request(state)
        case SequencingRequest.PREVIOUS:
            return previous_request(state)
        case SequencingRequest.CHOICE:
            return choice_request(state, target)
        case SequencingRequest.JUMP:
            return jump_request(state, target)
        case SequencingRequest.RETRY:
            return retry_request(state)
        case SequencingRequest.EXIT:
            return exit_request(state)


def _is_without_flow(state: TrackingState, place: int) -> bool:
    nodes = state.tree.nodes
    parent = nodes[place].parent
    return parent >= 0 and not nodes[parent].flow


def _found(flowed: Flowed) -> Sequenced:
    if flowed.is_deliverable:
        return Sequenced(place=flowed.place)
    return Sequenced(is_end=flowed.is_end, code=flowed.code)
