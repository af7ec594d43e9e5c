"""Read cohorts: a trainer sees the own ones, an administrator all."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.cohorts.models import Cohort, CohortTrainer
from courses.errors import NotFound
from courses.people.models import Person, Role
from courses.people.queries import holds


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition for the cohorts that a person may see: those the person trains; an administrator all."""
    return or_(
        exists().where(CohortTrainer.cohort_id == Cohort.id, CohortTrainer.person_id == person.id),
        holds(person, Role.ADMINISTRATOR),
    )


def cohort_for(session: Session, person: Person, cohort_id: UUID) -> Cohort:
    """Return a cohort with its course.

    Raises:
        NotFound: there is none, or the person may not see it.
    """
    query = select(Cohort).options(joinedload(Cohort.course)).where(Cohort.id == cohort_id, visible_to(person))
    cohort = session.scalars(query).one_or_none()
    if cohort is None:
        raise NotFound("cohort")
    return cohort
