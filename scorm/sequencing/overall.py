"""The overall sequencing process: one navigation request from its wish to its end (SN 4.9)."""

from scorm.sequencing.delivery import content_delivery_environment, delivery_request
from scorm.sequencing.navigation import navigation_request
from scorm.sequencing.outcomes import Navigation, Outcome, Request, SequencingRequest, Termination
from scorm.sequencing.requests import sequencing_request
from scorm.sequencing.selection import prepare, prepared_fork
from scorm.sequencing.termination import termination_request
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.trials import futility

_NAMING_AN_ACTIVITY = frozenset({SequencingRequest.CHOICE, SequencingRequest.JUMP})
"""LMS choice: who names an activity gets it, in a new attempt, also when rules have just ended the course's attempt."""


def sequence(state: TrackingState, request: Request, target: str | None = None) -> Outcome:
    """Carry out a navigation request, and return what came of it [OP.1].

    A request that is refused at once changes nothing. What ends the current attempt has happened even when nothing can
    be delivered afterwards. LMS choice: going back, a choice and a jump are tried out first (`trials`), so that an
    attempt does not end for a wish that cannot come true.
    """
    place = None if target is None else state.tree.places.get(target)
    prepared = prepared_fork(state)
    navigation = navigation_request(prepared, request, place)
    code = navigation.code or futility(prepared, navigation)
    if code:
        return Outcome(code=code, is_refused=True)
    prepare(state)
    return _carried_out(state, navigation)


def _carried_out(state: TrackingState, navigation: Navigation) -> Outcome:
    sequencing = navigation.sequencing
    if navigation.termination is not None:
        terminated = termination_request(state, navigation.termination)
        if terminated.code == "TB.2.3-3":
            # LMS choice: a course at whose root nothing runs has nothing to suspend, and must be left all the same.
            terminated = termination_request(state, Termination.EXIT_ALL)
        if terminated.code:
            return Outcome(code=terminated.code)
        if terminated.sequencing is SequencingRequest.RETRY and state.current == 0:
            forget_attempt(state)
        if not (terminated.is_at_root and sequencing in _NAMING_AN_ACTIVITY):
            sequencing = terminated.sequencing or sequencing
    if sequencing is None:
        return Outcome()
    found = sequencing_request(state, sequencing, navigation.target)
    if found.is_end:
        return _ended(state, found.code)
    return Outcome(code=found.code) if found.place is None else _delivered(state, found.place)


def _delivered(state: TrackingState, place: int) -> Outcome:
    code, is_resumed = delivery_request(state, place), False
    if not code:
        code, is_resumed = content_delivery_environment(state, place)
    if code:
        return Outcome(code=code)
    return Outcome(delivered=state.tree.nodes[place].identifier, is_resumed=is_resumed)


def _ended(state: TrackingState, code: str) -> Outcome:
    """End the session; with it the attempt on the course, unless something of it is suspended."""
    state.current = None
    is_attempt_over = not state.records[0].is_suspended
    if is_attempt_over:
        forget_attempt(state)
    return Outcome(has_ended=True, is_attempt_over=is_attempt_over, code=code)


def forget_attempt(state: TrackingState) -> None:
    """Forget the global objectives that live and die with the attempt on the course (CAM 5.1)."""
    if not state.tree.definition.objectives_are_global:
        state.globals.clear()
