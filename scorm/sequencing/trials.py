"""Trials: what a request would come to, on a fork of the state (SN 4.4, 5.6).

The current attempt ends on the fork as the request would end it. What is tried is the learner's wish: a postcondition
that replaces it decides only when the request is carried out.
"""

from scorm.sequencing.attempts import end_attempt
from scorm.sequencing.delivery import delivery_request
from scorm.sequencing.outcomes import Navigation, SequencingRequest, Termination
from scorm.sequencing.requests import sequencing_request
from scorm.sequencing.termination import termination_request
from scorm.sequencing.tracking import TrackingState

TRIED = frozenset({SequencingRequest.PREVIOUS, SequencingRequest.CHOICE, SequencingRequest.JUMP})
"""The requests that are tried out before the current attempt ends; the others may end the course, or begin it."""


def futility(state: TrackingState, navigation: Navigation) -> str:
    """Return why a request can deliver nothing, empty when it may, or when it is not tried.

    It may when it would now, and also when it would after the end of the current attempt.
    """
    sequencing = navigation.sequencing
    if sequencing is None or sequencing not in TRIED:
        return ""
    if not trial(state, sequencing, navigation.target):
        return ""
    return trial(ended(state), sequencing, navigation.target)


def ended(state: TrackingState) -> TrackingState:
    """Return a fork on which the current attempt has ended.

    Where exit rules or postconditions would lead elsewhere, the fork stands where the learner is.
    """
    fork = state.fork()
    current = fork.current
    if current is None or not fork.records[current].is_active:
        return fork
    if termination_request(fork, Termination.EXIT).sequencing is None:
        return fork
    fork = state.fork()
    end_attempt(fork, current)
    return fork


def trial(after: TrackingState, request: SequencingRequest, target: int | None) -> str:
    """Return why a request would deliver nothing once the attempt has ended, empty when it would."""
    fork = after.fork()
    found = sequencing_request(fork, request, target)
    return delivery_request(fork, found.place) if found.place is not None else found.code or "SB.2.12-1"
