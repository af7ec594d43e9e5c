"""What a request comes to, as values (SN 4.9)."""

from dataclasses import dataclass
from enum import StrEnum


class Request(StrEnum):
    """What a learner or a SCO may ask for; spelt as in `adl.nav.request`, and the two that open a course."""

    START = "start"
    RESUME_ALL = "resumeAll"
    CONTINUE = "continue"
    PREVIOUS = "previous"
    FORWARD = "forward"
    BACKWARD = "backward"
    CHOICE = "choice"
    JUMP = "jump"
    EXIT = "exit"
    EXIT_ALL = "exitAll"
    ABANDON = "abandon"
    ABANDON_ALL = "abandonAll"
    SUSPEND_ALL = "suspendAll"


class Termination(StrEnum):
    """How the current attempt ends (SN 4.3)."""

    EXIT = "exit"
    EXIT_ALL = "exitAll"
    SUSPEND_ALL = "suspendAll"
    ABANDON = "abandon"
    ABANDON_ALL = "abandonAll"


class SequencingRequest(StrEnum):
    """What is looked for next (SN 4.8)."""

    START = "start"
    RESUME_ALL = "resumeAll"
    CONTINUE = "continue"
    PREVIOUS = "previous"
    CHOICE = "choice"
    JUMP = "jump"
    RETRY = "retry"
    EXIT = "exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """A navigation request translated [NB.2.1]; `code` is set when it is refused, and then the rest is empty."""

    termination: Termination | None = None
    sequencing: SequencingRequest | None = None
    target: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminated:
    """What the end of the current attempt leads to [TB.2.3]: the request that replaces the learner's, or a code.

    `is_at_root`: the attempt on the whole course has ended by its rules, and nothing else was asked for.
    """

    sequencing: SequencingRequest | None = None
    is_at_root: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequenced:
    """What a sequencing request found [SB.2.12]: an activity to deliver, the end of the session, a code, or nothing."""

    place: int | None = None
    is_end: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a navigation request [OP.1].

    `delivered` is the identifier of the activity that the learner gets now, `is_resumed` whether its attempt goes on,
    so that the SCO finds what it left. `has_ended`: the session is over; with `is_attempt_over` the course's attempt is
    over too, and what is local to it is forgotten. `code` tells why nothing was delivered, where there is a reason.
    `is_refused`: the navigation request itself was not valid, and nothing has changed.
    """

    delivered: str | None = None
    is_resumed: bool = False
    has_ended: bool = False
    is_attempt_over: bool = False
    is_refused: bool = False
    code: str = ""
