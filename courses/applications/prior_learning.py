"""Whose prior learning the trainers of an activity read: those in it, and those applying to it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications.models import Application, State
from courses.applications.rights import check_holds
from courses.offerings.models import Offering
from courses.people.models import Person


def offering_with_people(session: Session, trainer: Person, offering_id: UUID) -> tuple[Offering, Sequence[UUID]]:
    """Return an activity that a person trains, an administrator any, with its people in the order of their names.

    A draft is nobody's but the person's own, and who has withdrawn is not among them.

    Raises:
        NotFound: there is none, or it is not this person's.
    """
    check_holds(session, trainer, offering_id)
    query = (
        select(Person.id)
        .join(Application, Application.person_id == Person.id)
        .where(Application.offering_id == offering_id, Application.state.not_in([State.DRAFT, State.WITHDRAWN]))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return session.get_one(Offering, offering_id), list(dict.fromkeys(session.scalars(query)))
