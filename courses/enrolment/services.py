"""Write enrolments: request, start, leave, transfer, void, and the sweep that closes what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.cohorts.services import entry_cohort
from courses.enrolment.access import closed_door
from courses.enrolment.changes import (
    Cause,
    ChangeReason,
    change_outcome,
    comes_back,
    note_enrolment,
    presence_of,
    progress_of,
)
from courses.enrolment.gate import Asked, EnrolmentRefused, Route, pass_gate
from courses.enrolment.measures import is_stopped
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.outcomes import (
    OPEN,
    WITHOUT_PASS,
    OutcomeEvent,
    closing_of,
    is_due,
    is_over,
    leaving_of,
)
from courses.enrolment.queries import open_enrolment
from courses.enrolment.recording import record_result
from courses.enrolment.telling import tell_enrolled
from courses.errors import NotFound, Refusal
from courses.people.models import Language, Person
from courses.policy.models import Purpose

__all__ = [
    "EnrolmentRefused", "Way", "cancel", "close_due", "make_void", "record_result", "record_start",
    "request_enrolment", "transfer", "withdraw",
]  # fmt: skip

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which route somebody comes into a course, who asks (None: the command line), and why despite the rules.

    `cohort_id` is a cohort of the course to enter, the entry cohort of the month where it is absent.
    """

    route: Route = Route.WEB
    actor: Person | None = None
    override_reason: str = ""
    cohort_id: UUID | None = None


def request_enrolment(  # the way in is the gate's to know
    session: Session,
    person: Person,
    course_id: UUID,
    language: Language,
    now: datetime,
    way: Way | None = None,
) -> Enrolment:
    """Enrol a person in the course's entry cohort of this month; a double request returns the first enrolment.

    Without a way the person asks on a page.

    Raises:
        NotFound: there is no such course.
        EnrolmentRefused: a condition is not met; it carries every one.
        Refusal: somebody overrides who may not.
    """
    way = way or Way(actor=person)
    course = session.get(Course, course_id)
    if course is None:
        raise NotFound("course")
    running = open_enrolment(session, person.id, course_id)
    if running is not None:
        return running
    asked = Asked(
        person=person, subject=course, purpose=Purpose.ENROLMENT, route=way.route, actor=way.actor,
        override_reason=way.override_reason, language=language,
    )  # fmt: skip
    decision = pass_gate(session, asked, now)
    cohort = _open_cohort(session, course, way.cohort_id, now) if way.cohort_id else entry_cohort(session, course, now)
    enrolment = Enrolment(
        person_id=person.id, course_id=course_id, cohort_id=cohort.id, language=language, enrolled_at=now,
        outcome=Outcome.NOT_STARTED, first_id=_first_id(session, person.id, course_id), progress=0.0,
        decision_id=decision.id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:
        first = open_enrolment(session, person.id, course_id)
        if first is None:
            raise
        return first
    actor_id = way.actor.id if way.actor else None
    note_enrolment(session, enrolment, Cause(now=now, reason=ChangeReason.ENROLLED, actor_id=actor_id))
    tell_enrolled(session, enrolment, (course, cohort), way.actor, now)
    return enrolment


def _open_cohort(session: Session, course: Course, cohort_id: UUID, now: datetime) -> Cohort:
    cohort = session.get(Cohort, cohort_id)
    if cohort is None or cohort.course_id != course.id:
        raise NotFound("cohort")
    if cohort.closes_at is not None and cohort.closes_at <= now:
        raise Refusal("access_over")
    return cohort


def record_start(session: Session, enrolment_id: UUID, now: datetime) -> None:
    """Record that the learner opened the course; while access lasts, coming back undoes a lapse.

    Raises:
        NotFound: there is no such enrolment.
        Refusal: it has left the cohort, was withdrawn, or access has not begun or is over.
    """
    enrolment = _locked(session, enrolment_id)
    _check_access(session, enrolment, now)
    actor_id = enrolment.person_id
    if comes_back(session, enrolment_id, enrolment.outcome, enrolment.dropout_kind):
        cause = Cause(now=now, reason=ChangeReason.CAME_BACK, actor_id=actor_id)
        change_outcome(session, enrolment, OutcomeEvent.COME_BACK, cause)
    else:
        cause = Cause(now=now, reason=ChangeReason.STARTED, actor_id=actor_id)
        change_outcome(session, enrolment, OutcomeEvent.START, cause)
    enrolment.started_at = enrolment.started_at or now
    enrolment.seen_at = now
    session.flush()


def withdraw(session: Session, enrolment_id: UUID, now: datetime, actor_id: UUID | None) -> Enrolment:
    """Leave a course: cancelled within the grace period, a dropout after it.

    Raises:
        NotFound: there is no such enrolment.
        Refusal: it is closed already.
    """
    enrolment = _locked(session, enrolment_id)
    if enrolment.outcome not in OPEN:
        raise Refusal("enrolment_closed")
    leaving = leaving_of(presence_of(enrolment), now)
    cause = Cause(now=now, reason=ChangeReason.WITHDREW, actor_id=actor_id)
    change_outcome(session, enrolment, leaving.event, cause, leaving.dropout_kind)
    return enrolment


def cancel(session: Session, enrolment_id: UUID, cause: Cause) -> Enrolment:
    """Cancel an enrolment before the start or within the grace period.

    Raises:
        NotFound: there is no such enrolment.
        Refusal: it is closed already, or the grace period is over.
    """
    enrolment = _locked(session, enrolment_id)
    if enrolment.outcome not in OPEN:
        raise Refusal("enrolment_closed")
    if leaving_of(presence_of(enrolment), cause.now).event != OutcomeEvent.CANCEL:
        raise Refusal("grace_over")
    change_outcome(session, enrolment, OutcomeEvent.CANCEL, cause)
    return enrolment


def transfer(session: Session, enrolment_id: UUID, cohort_id: UUID, cause: Cause) -> Enrolment:
    """Move an open enrolment to another cohort of the same course: the old row stays, the new one is linked to it.

    Raises:
        NotFound: there is no such enrolment, or no such cohort of the course.
        IllegalTransition: the enrolment is closed.
    """
    old = _locked(session, enrolment_id)
    target = session.get(Cohort, cohort_id)
    if target is None or target.course_id != old.course_id or target.id == old.cohort_id:
        raise NotFound("cohort")
    outcome = old.outcome
    change_outcome(session, old, OutcomeEvent.TRANSFER, cause)
    new = Enrolment(
        person_id=old.person_id, course_id=old.course_id, cohort_id=cohort_id, language=old.language, outcome=outcome,
        first_id=old.first_id or old.id, enrolled_at=cause.now, started_at=old.started_at, seen_at=old.seen_at,
        is_completed=old.is_completed, completed_at=old.completed_at, has_sat_exam=old.has_sat_exam, mark=old.mark,
        progress=old.progress, reported_cs=old.reported_cs, measured_cs=old.measured_cs, decision_id=old.decision_id,
    )  # fmt: skip
    session.add(new)
    session.flush()
    note_enrolment(session, new, cause)
    return new


def make_void(session: Session, enrolment_id: UUID, cause: Cause) -> Enrolment:
    """Declare an enrolment a duplicate or an error; it leaves the cohort.

    Raises:
        NotFound: there is no such enrolment.
        IllegalTransition: it has left already.
    """
    enrolment = _locked(session, enrolment_id)
    change_outcome(session, enrolment, OutcomeEvent.MAKE_VOID, cause)
    return enrolment


def close_due(session: Session, now: datetime, most: int | None = None) -> int:
    """Close open enrolments whose access is over or that were silent too long; return how many, at `most` that many.

    A sweep asks for a few at a time, each in a transaction of its own, so that no commit of a learner waits for it.
    """
    count = 0
    least = session.scalar(select(func.min(Cohort.inactivity_days)))
    if least is None:
        return 0
    last: UUID | None = None
    while batch := _candidates(session, now, timedelta(days=least), last):
        for enrolment in batch:
            if is_due(presence_of(enrolment), now):
                _close(session, enrolment, now)
                count += 1
            if count == most:
                return count
        last = batch[-1].id
    return count


def _close(session: Session, enrolment: Enrolment, now: datetime) -> None:
    closing = closing_of(progress_of(enrolment))
    reason = ChangeReason.ACCESS_OVER if is_over(presence_of(enrolment), now) else ChangeReason.SILENT
    change_outcome(session, enrolment, closing.event, Cause(now=now, reason=reason), closing.dropout_kind)


def _candidates(session: Session, now: datetime, least: timedelta, after: UUID | None) -> list[Enrolment]:
    conditions: list[ColumnElement[bool]] = [
        Enrolment.outcome.in_(OPEN),
        or_(Cohort.closes_at <= now, func.coalesce(Enrolment.seen_at, Enrolment.enrolled_at) <= now - least),
    ]
    if after is not None:
        conditions.append(Enrolment.id > after)
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(Enrolment.cohort))
        .where(*conditions)
        .order_by(Enrolment.id)
        .limit(BATCH)
        .with_for_update(of=Enrolment, skip_locked=True)
    )
    return list(session.scalars(query))


def _locked(session: Session, enrolment_id: UUID) -> Enrolment:
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(Enrolment.cohort))
        .where(Enrolment.id == enrolment_id)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    enrolment = session.scalars(query).one_or_none()
    if enrolment is None:
        raise NotFound("enrolment")
    return enrolment


def _check_access(session: Session, enrolment: Enrolment, now: datetime) -> None:
    door = closed_door(enrolment, now)
    if door is not None:
        raise Refusal(door)
    if is_stopped(session, enrolment.person_id, now):
        raise Refusal("measures_stop_courses")
    is_closed = enrolment.outcome in {Outcome.DROPPED_OUT, *WITHOUT_PASS}
    if is_closed and open_enrolment(session, enrolment.person_id, enrolment.course_id) is not None:
        raise Refusal("enrolled_again")


def _first_id(session: Session, person_id: UUID, course_id: UUID) -> UUID | None:
    query = (
        select(func.coalesce(Enrolment.first_id, Enrolment.id))
        .where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
        .order_by(Enrolment.enrolled_at, Enrolment.id)
        .limit(1)
    )
    return session.scalar(query)
