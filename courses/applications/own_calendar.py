"""What stands in a person's own calendar: the activities in which the person has a place."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses.applications.models import Application, ApplicationChange, State
from courses.applications.states import SEATED
from courses.offerings.models import Offering
from courses.people.models import Person

HAS_A_PLACE = (State.SELECTED, State.CONFIRMED, State.ATTENDED)
TENTATIVE = frozenset({State.SELECTED})
CERTAIN = SEATED - TENTATIVE


def activities_taken(session: Session, person: Person) -> Sequence[Application]:
    """Return the person's applications that have a place, with the days and sessions of their activities."""
    activity = joinedload(Application.offering)
    query = (
        select(Application)
        .where(Application.person_id == person.id, Application.state.in_(HAS_A_PLACE))
        .options(activity.selectinload(Offering.days), activity.selectinload(Offering.sessions))
        .order_by(Application.created_at, Application.id)
    )
    return session.scalars(query).all()


def turns_of(session: Session, person_id: UUID, offering_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how often what a calendar says of a person's place has changed since it was given; one query.

    Given, confirmed, to be confirmed again, lost, given anew: each is one more than before, also when it was lost
    by one application and given to another. Absent where there was no change.
    """
    query = (
        select(Application.offering_id, ApplicationChange.before, ApplicationChange.after)
        .join(ApplicationChange, ApplicationChange.application_id == Application.id)
        .where(Application.person_id == person_id, Application.offering_id.in_(offering_ids))
    )
    turns: dict[UUID, int] = {}
    for offering_id, before, after in session.execute(query):
        if _standing(before) != _standing(after):
            turns[offering_id] = turns.get(offering_id, -1) + 1
    return turns


def _standing(state: State | None) -> tuple[bool, bool]:
    return state in TENTATIVE, state in CERTAIN
