"""Read enrolments: learners see their own, trainers those of their cohorts, administrators all."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.cohorts.models import CohortTrainer
from courses.enrolment.models import Enrolment, Outcome, OutcomeChange
from courses.enrolment.outcomes import OPEN
from courses.errors import NotFound
from courses.people.models import Person, Role
from courses.people.queries import holds


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition for the enrolments that a person may see."""
    return or_(
        Enrolment.person_id == person.id,
        exists().where(CohortTrainer.cohort_id == Enrolment.cohort_id, CohortTrainer.person_id == person.id),
        holds(person, Role.ADMINISTRATOR),
    )


def enrolment_for(session: Session, person: Person, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment with its course, cohort and person.

    Raises:
        NotFound: there is none, or the person may not see it.
    """
    return _one(session, enrolment_id, visible_to(person))


def own_enrolment(session: Session, person: Person, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment of the person's own, with its course, cohort and person.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _one(session, enrolment_id, Enrolment.person_id == person.id)


def enrolments_of(session: Session, person: Person) -> Sequence[Enrolment]:
    """Return the person's enrolments with their courses and cohorts: open ones first, then the newest."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.cohort))
        .where(Enrolment.person_id == person.id)
        .order_by(Enrolment.outcome.in_(OPEN).desc(), Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    )
    return session.scalars(query).all()


def open_enrolment(session: Session, person_id: UUID, course_id: UUID) -> Enrolment | None:
    """Return the enrolment of a person in a course that is not closed, or None."""
    query = select(Enrolment).where(
        Enrolment.person_id == person_id, Enrolment.course_id == course_id, Enrolment.outcome.in_(OPEN)
    )
    return session.scalars(query).one_or_none()


def latest_enrolment(session: Session, person: Person, course_id: UUID) -> Enrolment | None:
    """Return the enrolment to which a course's page leads: the open one, else the passed one, else none."""
    query = (
        select(Enrolment)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.course_id == course_id,
            Enrolment.outcome.in_([*OPEN, Outcome.PASSED]),
        )
        .order_by(Enrolment.outcome.in_(OPEN).desc(), Enrolment.enrolled_at.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def history_of(session: Session, enrolment: Enrolment) -> Sequence[OutcomeChange]:
    """Return every change of an enrolment's outcome, the oldest first."""
    query = (
        select(OutcomeChange)
        .where(OutcomeChange.enrolment_id == enrolment.id)
        .order_by(OutcomeChange.changed_at, OutcomeChange.id)
    )
    return session.scalars(query).all()


def _one(session: Session, enrolment_id: UUID, condition: ColumnElement[bool]) -> Enrolment:
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.cohort), joinedload(Enrolment.person))
        .where(Enrolment.id == enrolment_id, condition)
    )
    enrolment = session.scalars(query).one_or_none()
    if enrolment is None:
        raise NotFound("enrolment")
    return enrolment
