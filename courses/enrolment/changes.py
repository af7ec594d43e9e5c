"""Change the outcome of an enrolment: by the table only, and every change dated, with its actor and reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import events
from courses.catalogue.models import Course
from courses.enrolment.models import DropoutKind, Enrolment, Outcome, OutcomeChange
from courses.enrolment.outcomes import (
    OPEN,
    WITHOUT_PASS,
    OutcomeEvent,
    Presence,
    Progress,
    is_undone_by_return,
    next_outcome,
)


class ChangeReason(StrEnum):
    """Why an outcome changed; services may be given others."""

    ENROLLED = "enrolled"
    STARTED = "started"
    RESULT = "result"
    CAME_BACK = "came_back"
    WITHDREW = "withdrew"
    ACCESS_OVER = "access_over"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something changes: when, for what reason, and by whom (None: a rule)."""

    now: datetime
    reason: str
    actor_id: UUID | None = None


def note_enrolment(session: Session, enrolment: Enrolment, cause: Cause) -> None:
    """Write down that an enrolment began."""
    _note(session, enrolment, None, cause)


def change_outcome(
    session: Session, enrolment: Enrolment, event: OutcomeEvent, cause: Cause, kind: DropoutKind | None = None
) -> None:
    """Move an enrolment by an event, and write the change down; nothing is written when it stays where it is.

    Raises:
        IllegalTransition: the table has no such move.
    """
    before, after = enrolment.outcome, next_outcome(enrolment.outcome, event)
    if after == before:
        return
    enrolment.outcome = after
    enrolment.dropout_kind = kind if after == Outcome.DROPPED_OUT else None
    enrolment.closed_at = None if after in OPEN else cause.now
    if after == Outcome.PASSED:
        enrolment.confers = session.scalar(select(Course.confers).where(Course.id == enrolment.course_id))
    if after != Outcome.PASSED:
        enrolment.has_distinction = False
    _note(session, enrolment, before, cause)


def _note(session: Session, enrolment: Enrolment, before: Outcome | None, cause: Cause) -> None:
    session.add(
        OutcomeChange(
            enrolment_id=enrolment.id,
            changed_at=cause.now,
            actor_id=cause.actor_id,
            before=before,
            after=enrolment.outcome,
            reason=cause.reason,
            dropout_kind=enrolment.dropout_kind,
            facts={"mark": enrolment.mark, "progress": enrolment.progress},
        )
    )
    session.flush()
    announce(session, enrolment.id, before, enrolment.outcome)


def announce(session: Session, enrolment_id: UUID, before: Outcome | None, after: Outcome) -> None:
    """Record the event of a change, for those who are told after the commit."""
    facts = (("before", before.value if before else ""), ("after", after.value))
    events.record(session, events.Event("enrolment.outcome", enrolment_id, facts))


def comes_back(session: Session, enrolment_id: UUID, outcome: Outcome, dropout_kind: DropoutKind | None) -> bool:
    """Tell whether coming back, while access lasts, reopens an enrolment; asks its history only where that decides."""
    is_by_silence = outcome in WITHOUT_PASS and _closing_reason(session, enrolment_id) == ChangeReason.SILENT
    return is_undone_by_return(outcome, dropout_kind, is_by_silence=is_by_silence)


def _closing_reason(session: Session, enrolment_id: UUID) -> str | None:
    """Return why an enrolment was closed last: later results may have raised it since."""
    query = (
        select(OutcomeChange.reason)
        .where(OutcomeChange.enrolment_id == enrolment_id, OutcomeChange.before.in_(OPEN))
        .order_by(OutcomeChange.changed_at.desc(), OutcomeChange.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def progress_of(enrolment: Enrolment) -> Progress:
    """Return what an enrolment has come to, as the rules see it."""
    return Progress(
        has_started=enrolment.started_at is not None,
        is_passed=enrolment.outcome == Outcome.PASSED,
        has_sat_exam=enrolment.has_sat_exam,
        is_completed=enrolment.is_completed,
    )


def presence_of(enrolment: Enrolment) -> Presence:
    """Return when an enrolment was heard of, as the rules see it; its cohort must be loaded."""
    return Presence(
        enrolled_at=enrolment.enrolled_at,
        seen_at=enrolment.seen_at,
        opens_at=enrolment.cohort.opens_at,
        closes_at=enrolment.cohort.closes_at,
        inactivity_days=enrolment.cohort.inactivity_days,
    )
