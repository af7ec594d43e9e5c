"""One enrolment as its trainer reads it: how it stands, its parts, its attempts, and what was granted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from courses.attempts.choices import attempt_choice
from courses.attempts.copies import Copy, copies_of
from courses.attempts.models import Attempt, AttemptGrant, Lease, PlayMode
from courses.attempts.parts import Part, parts_of
from courses.attempts.policy import AttemptChoice
from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment
from courses.errors import NotFound
from courses.people.models import Person


@dataclass(frozen=True, slots=True)
class OpenedAttempt:
    """An attempt, and in which mode it was opened last; None before a page has opened it."""

    attempt: Attempt
    mode: PlayMode | None


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant, and the name of who gave it; empty where that person is gone."""

    grant: AttemptGrant
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentPage:
    """An enrolment with its person, course and cohort, and what belongs to it; attempts and grants newest first."""

    enrolment: Enrolment
    choice: AttemptChoice
    parts: tuple[Part, ...]
    attempts: tuple[OpenedAttempt, ...]
    grants: tuple[Granted, ...]
    copies: tuple[Copy, ...]


def enrolment_in(session: Session, cohort: Cohort, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment of a cohort with its person, course and cohort; the caller has checked who may see that.

    Raises:
        NotFound: there is no such enrolment there.
    """
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.course), joinedload(Enrolment.cohort))
        .where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort.id)
    )
    enrolment = session.scalars(query).one_or_none()
    if enrolment is None:
        raise NotFound("enrolment")
    return enrolment


def enrolment_page(session: Session, cohort: Cohort, enrolment_id: UUID, now: datetime) -> EnrolmentPage:
    """Return an enrolment of a cohort with all that its trainer reads, in a constant number of queries.

    Raises:
        NotFound: there is no such enrolment there.
    """
    return EnrolmentPage(
        enrolment=enrolment_in(session, cohort, enrolment_id),
        choice=attempt_choice(session, enrolment_id, now),
        parts=parts_of(session, enrolment_id),
        attempts=_attempts(session, enrolment_id),
        grants=_grants(session, enrolment_id),
        copies=copies_of(session, enrolment_id),
    )


def _attempts(session: Session, enrolment_id: UUID) -> tuple[OpenedAttempt, ...]:
    newest = select(Lease.mode).where(Lease.attempt_id == Attempt.id).order_by(Lease.id.desc()).limit(1)
    rows = session.execute(
        select(Attempt, newest.scalar_subquery())
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Attempt.number.desc())
    )
    return tuple(OpenedAttempt(attempt, mode) for attempt, mode in rows)


def _grants(session: Session, enrolment_id: UUID) -> tuple[Granted, ...]:
    name = func.coalesce(Person.given_name + " " + Person.family_name, "")
    rows = session.execute(
        select(AttemptGrant, name)
        .outerjoin(Person, Person.id == AttemptGrant.granted_by_id)
        .where(AttemptGrant.enrolment_id == enrolment_id)
        .order_by(AttemptGrant.granted_at.desc(), AttemptGrant.id.desc())
    )
    return tuple(Granted(grant, by) for grant, by in rows)
