"""Read the participations of people."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.records.models import Participation

AT_ONCE = 500
"""How many people one statement names."""


def participations_of(session: Session, ids: Collection[UUID]) -> Mapping[UUID, list[Participation]]:
    """Return the participations of each of the people that count, the earliest first; a query for 500."""
    found: dict[UUID, list[Participation]] = {}
    for some in _some(ids):
        query = select(Participation).where(Participation.person_id.in_(some), Participation.taken_back_at.is_(None))
        for row in session.scalars(query.order_by(Participation.held_on, Participation.id)):
            found.setdefault(row.person_id, []).append(row)
    return found


def _some(ids: Collection[UUID]) -> list[Sequence[UUID]]:
    every = list(ids)
    return [every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE)]
