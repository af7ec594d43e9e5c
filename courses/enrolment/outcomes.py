"""How the outcome of an enrolment moves: one table, the rule of closing, and the two limits of time.

Every enrolment has exactly one outcome. A result is a ratchet: opening a passed course again never takes it away, and
a late result may still raise what a closing has decided. What leaves the cohort never comes back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from courses.enrolment.models import DropoutKind, Outcome
from courses.errors import IllegalTransition

LEFT = frozenset({Outcome.CANCELLED, Outcome.TRANSFERRED, Outcome.VOID})
OPEN = frozenset({Outcome.NOT_STARTED, Outcome.ACTIVE})
WITHOUT_PASS = frozenset({Outcome.FAILED, Outcome.NO_EXAM})

GRACE_SHARE = 0.1
GRACE_LEAST = timedelta(days=1)
GRACE_MOST = timedelta(days=14)


class OutcomeEvent(StrEnum):
    """What may happen to an enrolment."""

    START = "start"
    PASS = "pass"  # noqa: S105  # a result, not a secret
    FAIL = "fail"
    ATTEND = "attend"
    END_WITHOUT_EXAM = "end_without_exam"
    DROP_OUT = "drop_out"
    COME_BACK = "come_back"
    CANCEL = "cancel"
    TRANSFER = "transfer"
    MAKE_VOID = "make_void"


E = OutcomeEvent
O = Outcome  # noqa: E741  # the table reads better

MOVES: dict[tuple[Outcome, OutcomeEvent], Outcome] = {
    (O.NOT_STARTED, E.START): O.ACTIVE,
    (O.NOT_STARTED, E.ATTEND): O.ATTENDED,
    (O.NOT_STARTED, E.DROP_OUT): O.DROPPED_OUT,
    (O.NOT_STARTED, E.CANCEL): O.CANCELLED,
    (O.NOT_STARTED, E.TRANSFER): O.TRANSFERRED,
    (O.NOT_STARTED, E.MAKE_VOID): O.VOID,
    (O.ACTIVE, E.START): O.ACTIVE,
    (O.ACTIVE, E.PASS): O.PASSED,
    (O.ACTIVE, E.FAIL): O.FAILED,
    (O.ACTIVE, E.ATTEND): O.ATTENDED,
    (O.ACTIVE, E.END_WITHOUT_EXAM): O.NO_EXAM,
    (O.ACTIVE, E.DROP_OUT): O.DROPPED_OUT,
    (O.ACTIVE, E.CANCEL): O.CANCELLED,
    (O.ACTIVE, E.TRANSFER): O.TRANSFERRED,
    (O.ACTIVE, E.MAKE_VOID): O.VOID,
    (O.PASSED, E.START): O.PASSED,
    (O.PASSED, E.PASS): O.PASSED,
    (O.PASSED, E.MAKE_VOID): O.VOID,
    (O.FAILED, E.START): O.FAILED,
    (O.FAILED, E.PASS): O.PASSED,
    (O.FAILED, E.COME_BACK): O.ACTIVE,
    (O.FAILED, E.MAKE_VOID): O.VOID,
    (O.ATTENDED, E.START): O.ATTENDED,
    (O.ATTENDED, E.PASS): O.PASSED,
    (O.ATTENDED, E.MAKE_VOID): O.VOID,
    (O.NO_EXAM, E.START): O.NO_EXAM,
    (O.NO_EXAM, E.PASS): O.PASSED,
    (O.NO_EXAM, E.FAIL): O.FAILED,
    (O.NO_EXAM, E.COME_BACK): O.ACTIVE,
    (O.NO_EXAM, E.MAKE_VOID): O.VOID,
    (O.DROPPED_OUT, E.PASS): O.PASSED,
    (O.DROPPED_OUT, E.FAIL): O.FAILED,
    (O.DROPPED_OUT, E.END_WITHOUT_EXAM): O.NO_EXAM,
    (O.DROPPED_OUT, E.COME_BACK): O.ACTIVE,
    (O.DROPPED_OUT, E.MAKE_VOID): O.VOID,
}


def next_outcome(outcome: Outcome, event: OutcomeEvent) -> Outcome:
    """Return the outcome after an event.

    Raises:
        IllegalTransition: the table has no such move.
    """
    try:
        return MOVES[outcome, event]
    except KeyError:
        raise IllegalTransition(f"{outcome} has no {event}") from None


@dataclass(frozen=True, slots=True)
class Closing:
    """How an enrolment closes: the event, and the kind where it is a dropout."""

    event: OutcomeEvent
    dropout_kind: DropoutKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an enrolment has come to: `is_passed` by a result, the rest as in `Enrolment`."""

    has_started: bool
    is_passed: bool
    has_sat_exam: bool
    is_completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """When an enrolment was last heard of, and how long its cohort gives access (`closes_at` None: all year round)."""

    enrolled_at: datetime
    seen_at: datetime | None
    opens_at: datetime
    closes_at: datetime | None
    inactivity_days: int


def closing_of(progress: Progress) -> Closing:
    """Decide how an enrolment closes: passed; else failed if an exam was sat; else no exam if completed; else out."""
    if progress.is_passed:
        return Closing(OutcomeEvent.PASS)
    if progress.has_sat_exam:
        return Closing(OutcomeEvent.FAIL)
    if progress.is_completed:
        return Closing(OutcomeEvent.END_WITHOUT_EXAM)
    kind = DropoutKind.LAPSED if progress.has_started else DropoutKind.NEVER_STARTED
    return Closing(OutcomeEvent.DROP_OUT, kind)


def moves_after_result(
    outcome: Outcome, dropout_kind: DropoutKind | None, progress: Progress
) -> tuple[OutcomeEvent, ...]:
    """Return the events that a result brings about, in order; none when it changes nothing.

    An open enrolment starts, and passes; it fails only at its closing. A closed one rises: from dropped out over no
    exam and failed to passed, never the other way. A withdrawal stands against all but a pass. What has left the
    cohort stays where it is.
    """
    if outcome in LEFT or outcome == Outcome.PASSED:
        return ()
    start = (OutcomeEvent.START,) if outcome == Outcome.NOT_STARTED else ()
    if progress.is_passed:
        return (*start, OutcomeEvent.PASS)
    if outcome in OPEN or dropout_kind == DropoutKind.WITHDREW:
        return start
    event = closing_of(progress).event
    if event == OutcomeEvent.DROP_OUT or (outcome, event) not in MOVES:
        return ()
    return () if MOVES[outcome, event] == outcome else (event,)


def grace_period(opens_at: datetime, closes_at: datetime | None) -> timedelta:
    """Return how long one may still cancel without a trace in the rates: a tenth of the length, 1 to 14 days.

    LMS choice: a cohort without an end gives the longest.
    """
    if closes_at is None:
        return GRACE_MOST
    return min(max((closes_at - opens_at) * GRACE_SHARE, GRACE_LEAST), GRACE_MOST)


def grace_ends_at(presence: Presence) -> datetime:
    """Return when leaving begins to count as a dropout: the grace period after enrolment and opening."""
    begins = max(presence.enrolled_at, presence.opens_at)
    return begins + grace_period(presence.opens_at, presence.closes_at)


def leaving_of(presence: Presence, now: datetime) -> Closing:
    """Decide what leaving amounts to: cancelled within the grace period, dropped out after it."""
    if now <= grace_ends_at(presence):
        return Closing(OutcomeEvent.CANCEL)
    return Closing(OutcomeEvent.DROP_OUT, DropoutKind.WITHDREW)


def lapses_at(presence: Presence) -> datetime:
    """Return when silence becomes a lapse, counted from the last sign of life."""
    heard = max(presence.seen_at or presence.enrolled_at, presence.enrolled_at, presence.opens_at)
    return heard + timedelta(days=presence.inactivity_days)


def is_over(presence: Presence, now: datetime) -> bool:
    """Tell whether the access of the cohort has ended."""
    return presence.closes_at is not None and presence.closes_at <= now


def is_due(presence: Presence, now: datetime) -> bool:
    """Tell whether an open enrolment closes now: access over, or silent for the inactivity limit."""
    return is_over(presence, now) or lapses_at(presence) <= now


def is_undone_by_return(outcome: Outcome, dropout_kind: DropoutKind | None, *, is_by_silence: bool) -> bool:
    """Tell whether coming back, while access lasts, reopens a closed enrolment; a withdrawal stands.

    `is_by_silence`: no sign of life for too long has closed it, not the end of access.
    LMS choice: a failure or a missing exam that silence alone has closed reopens like a lapse.
    """
    if outcome == Outcome.DROPPED_OUT:
        return dropout_kind != DropoutKind.WITHDREW
    return is_by_silence and outcome in WITHOUT_PASS
