"""What stands in a person's own calendar: the activities in which the person has a place."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses.applications.models import Application, State
from courses.offerings.models import Offering
from courses.people.models import Person

HAS_A_PLACE = (State.SELECTED, State.CONFIRMED, State.ATTENDED)


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
