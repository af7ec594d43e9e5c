"""Who may do what with an application, for lists and single objects alike (DOMAIN: who uses it)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from courses.applications.cases import Case, case_of
from courses.applications.models import Application, State
from courses.errors import NotFound
from courses.offerings.models import Offering, OfferingTrainer
from courses.people.models import Person, Role
from courses.people.queries import holds


def nameable_by(person: Person) -> ColumnElement[bool]:
    """Return the condition for the people whom a person may nominate and endorse.

    A coordinator those of the own beneficiary, never the own person; an administrator, who acts where there is no
    coordinator, all.
    """
    of_country = Person.country == person.country if person.country else false()
    own = and_(holds(person, Role.COORDINATOR), of_country, Person.id != person.id)
    return and_(Person.is_active, or_(holds(person, Role.ADMINISTRATOR), own))


def endorsable_by(person: Person) -> ColumnElement[bool]:
    """Return the condition for the applications that a person may endorse; a draft is nobody's but the learner's."""
    of_people = exists().where(Person.id == Application.person_id, nameable_by(person))
    return and_(Application.state.not_in([State.DRAFT, State.WITHDRAWN]), of_people)


def held_by(person: Person) -> ColumnElement[bool]:
    """Return the condition for the activities whose people a person sees on the day: the own ones as a trainer."""
    trained = exists().where(OfferingTrainer.offering_id == Offering.id, OfferingTrainer.person_id == person.id)
    return or_(trained, holds(person, Role.ADMINISTRATOR))


def check_holds(session: Session, person: Person, offering_id: UUID) -> None:
    """Refuse somebody who is neither a trainer of an activity nor an administrator.

    Raises:
        NotFound: there is no such activity for the person.
    """
    if session.scalar(select(Offering.id).where(Offering.id == offering_id, held_by(person))) is None:
        raise NotFound("offering")


def check_administers(session: Session, person: Person) -> None:
    """Refuse somebody who is not an administrator.

    Raises:
        NotFound: selecting is not for the person.
    """
    if not session.scalar(select(holds(person, Role.ADMINISTRATOR))):
        raise NotFound("selection")


def own_case(session: Session, person: Person, application_id: UUID) -> Case:
    """Return a person's own application, locked; an administrator's is everybody's.

    Raises:
        NotFound: there is none that is the person's.
    """
    is_own = or_(Application.person_id == person.id, holds(person, Role.ADMINISTRATOR))
    if session.scalar(select(Application.id).where(Application.id == application_id, is_own)) is None:
        raise NotFound("application")
    return case_of(session, application_id)


def endorsable_case(session: Session, person: Person, application_id: UUID) -> Case:
    """Return an application that a person may endorse, locked.

    Raises:
        NotFound: there is none, or it is of another beneficiary.
    """
    wanted = select(Application.id).where(Application.id == application_id, endorsable_by(person))
    if session.scalar(wanted) is None:
        raise NotFound("application")
    return case_of(session, application_id)


def nameable_people(session: Session, person: Person, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return those of some people whom a person may nominate."""
    found = session.scalars(select(Person).where(Person.id.in_(ids), nameable_by(person)))
    return {one.id: one for one in found}
