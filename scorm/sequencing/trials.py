"""Trials: what a request would come to, on a fork of the state (SN 4.4, 5.6).

The current attempt ends on the fork as the request would end it; its postconditions, which may lead elsewhere, are
evaluated there too, but their wish is not followed: what is tried is the learner's.
"""

from scorm.sequencing.delivery import delivery_request
from scorm.sequencing.navigation import navigation_request
from scorm.sequencing.outcomes import Navigation, Request, SequencingRequest
from scorm.sequencing.requests import sequencing_request
from scorm.sequencing.termination import termination_request
from scorm.sequencing.tracking import TrackingState

TRIED = frozenset({SequencingRequest.PREVIOUS, SequencingRequest.CHOICE, SequencingRequest.JUMP})
"""The requests that are tried out before the current attempt ends; the others may end the course, or begin it."""


def futility(state: TrackingState, navigation: Navigation) -> str:
    """Return why a request would deliver nothing, empty when it would, or when it is not tried."""
    sequencing = navigation.sequencing
    if sequencing is None or sequencing not in TRIED:
        return ""
    return trial(ended(state), sequencing, navigation.target)


def ended(state: TrackingState) -> TrackingState:
    """Return a fork on which the current attempt has ended."""
    fork = state.fork()
    termination = None if fork.current is None else navigation_request(fork, Request.EXIT).termination
    if termination is not None:
        termination_request(fork, termination)
    return fork


def trial(after: TrackingState, request: SequencingRequest, target: int | None) -> str:
    """Return why a request would deliver nothing once the attempt has ended, empty when it would."""
    fork = after.fork()
    found = sequencing_request(fork, request, target)
    return delivery_request(fork, found.place) if found.place is not None else found.code or "SB.2.12-1"
