"""From which countries the people of an activity are, for the hours of its sessions."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.applications.models import Application, State
from courses.people.models import Person

GONE = frozenset({State.DRAFT, State.INELIGIBLE, State.DECLINED, State.WITHDRAWN, State.NO_SHOW})
HAVE_PLACES = frozenset({State.SELECTED, State.CONFIRMED, State.ATTENDED, State.OUTCOME})


def countries_of_people(session: Session, offering_id: UUID) -> dict[str, int]:
    """Return how many people of each country take part; while nobody has a place, how many ask for one."""
    query = (
        select(Person.country, Application.state, func.count())
        .join(Application, Application.person_id == Person.id)
        .where(Application.offering_id == offering_id, Application.state.not_in(GONE), Person.country.is_not(None))
        .group_by(Person.country, Application.state)
    )
    found = session.execute(query).all()
    placed = any(state in HAVE_PLACES for _country, state, _count in found)
    people: dict[str, int] = {}
    for country, state, count in found:
        if country and (state in HAVE_PLACES or not placed):
            people[country] = people.get(country, 0) + count
    return people
