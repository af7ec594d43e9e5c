"""The reference's way through a navigation request: judged by its contents, then carried out."""

from scorm.sequencing.conditions import is_unavailable
from scorm.sequencing.delivery import content_delivery_environment, delivery_request
from scorm.sequencing.flow import FORWARD, Flowed, flow
from scorm.sequencing.navigation import navigation_request
from scorm.sequencing.outcomes import Outcome, Request, Sequenced, SequencingRequest, Termination
from scorm.sequencing.overall import forget_attempt
from scorm.sequencing.requests import sequencing_request
from scorm.sequencing.selection import prepare
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.trials import futility, trial
from tests.conformance.reference.attempts import end_attempt, terminate_descendent_attempts
from tests.conformance.reference.choices import choice_request
from tests.conformance.reference.contents import look
from tests.conformance.reference.departures import MEMORY, Departure, aside, note
from tests.conformance.reference.terminations import termination_request

WISHES = {
    Request.CHOICE: SequencingRequest.CHOICE,
    Request.JUMP: SequencingRequest.JUMP,
    Request.CONTINUE: SequencingRequest.CONTINUE,
    Request.PREVIOUS: SequencingRequest.PREVIOUS,
}


def sequence(state: TrackingState, request: Request, target: str | None = None) -> Outcome:
    """Carry out a navigation request."""
    place = None if target is None else state.tree.places.get(target)
    prepare(state)
    MEMORY.is_course_left = False
    with aside(state) as fork:
        navigation = navigation_request(fork, request, place)
        is_refused_by_us = bool(navigation.code or futility(fork, navigation))
    contents = look(state) if state.current is None or request in WISHES else None
    is_refused = not _is_valid(state, request, place, contents)
    note(Departure.CONTENTS, is_refused is not is_refused_by_us)
    if is_refused:
        return Outcome(code="NB.2.1-13", is_refused=True)
    if request in WISHES:
        return _wished(state, WISHES[request], place)
    if navigation.termination is None:
        return _finished(state, navigation.sequencing, None)
    terminated = termination_request(state, navigation.termination)
    if terminated.code:
        return Outcome(code=terminated.code)
    is_left = navigation.termination in (Termination.EXIT, Termination.ABANDON)
    return _finished(state, terminated.sequencing or SequencingRequest.EXIT, None, draws_contents=is_left)


def _is_valid(state: TrackingState, request: Request, place: int | None, contents: dict[int, bool] | None) -> bool:
    if request is Request.CHOICE:
        return place is not None and (state.current is None or bool(contents and contents.get(place)))
    if request is Request.JUMP:
        node = None if place is None or state.current is None else state.tree.nodes[place]
        return node is not None and node.is_leaf and not is_unavailable(state, node)
    if navigation_request(state, request).code:
        return False
    return request is not Request.PREVIOUS or not trial(state, SequencingRequest.PREVIOUS, None)


def _wished(state: TrackingState, wish: SequencingRequest, place: int | None) -> Outcome:
    current = state.current
    sequencing: SequencingRequest | None = None
    if current is not None and state.records[current].is_active:
        sequencing = termination_request(state, Termination.EXIT).sequencing
    outcome = _finished(state, sequencing or wish, place)
    is_at_root = sequencing is None and current is not None and state.current == 0
    note(Departure.ROOT, is_at_root and not outcome.has_ended and wish is SequencingRequest.PREVIOUS)
    is_named = wish in (SequencingRequest.CHOICE, SequencingRequest.JUMP)
    note(Departure.ROOT, outcome.has_ended and sequencing is None and is_named)
    return outcome


def _finished(
    state: TrackingState, sequencing: SequencingRequest | None, target: int | None, *, draws_contents: bool = False
) -> Outcome:
    if sequencing is SequencingRequest.RETRY and state.current == 0:
        forget_attempt(state)
    found = _sequenced(state, sequencing, target)
    if draws_contents and not found.is_end and not MEMORY.is_course_left:
        look(state)
    code = found.code
    if found.place is not None:
        code = delivery_request(state, found.place)
        if not code:
            return _delivered(state, found.place)
    if found.is_end or MEMORY.is_course_left:
        return _ended(state)
    look(state)
    return Outcome(code=code)


def _delivered(state: TrackingState, place: int) -> Outcome:
    code, is_resumed = content_delivery_environment(state, place)
    look(state)
    look(state)
    if code:
        return Outcome(code=code)
    return Outcome(delivered=state.tree.nodes[place].identifier, is_resumed=is_resumed)


def _ended(state: TrackingState) -> Outcome:
    state.current = None
    is_attempt_over = not state.records[0].is_suspended
    if is_attempt_over:
        forget_attempt(state)
    return Outcome(has_ended=True, is_attempt_over=is_attempt_over)


def _sequenced(state: TrackingState, sequencing: SequencingRequest | None, target: int | None) -> Sequenced:
    if sequencing is SequencingRequest.CONTINUE and state.current is not None:
        return _continued(state, state.current)
    if sequencing is SequencingRequest.CHOICE and target is not None:
        return choice_request(state, target)
    return sequencing_request(state, sequencing or SequencingRequest.EXIT, target)


def _continued(state: TrackingState, current: int) -> Sequenced:
    nodes = state.tree.nodes
    if current and not nodes[nodes[current].parent].flow:
        return Sequenced(code="SB.2.7-2")
    if current == MEMORY.last_leaf:
        with aside(state) as fork:
            note(Departure.LAST, flow(fork, current, FORWARD, enters=False).is_deliverable)
        found = Flowed(place=current, is_end=True)
    else:
        found = flow(state, current, FORWARD, enters=False)
    if found.is_deliverable:
        return Sequenced(place=found.place)
    note(Departure.CONTINUE, not found.is_end)
    terminate_descendent_attempts(state, 0)
    end_attempt(state, 0)
    return Sequenced(is_end=True)
