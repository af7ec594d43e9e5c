"""Read what people already have: recognised steps, participations, claims."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.progression.record import Recognised, Result, Source
from courses.progression.steps import parse_steps
from courses.records.models import ClaimState, Participation, Recognition

AT_ONCE = 500
"""How many people one statement names."""


def recognised_by(session: Session, ids: Collection[UUID]) -> Mapping[UUID, tuple[Recognised, ...]]:
    """Return the steps that are recognised to each of the people, those that have expired too; a query for 500."""
    found: dict[UUID, tuple[Recognised, ...]] = {}
    for some in _some(ids):
        query = select(Recognition).where(Recognition.person_id.in_(some), Recognition.state == ClaimState.GRANTED)
        for row in session.scalars(query.order_by(Recognition.decided_at, Recognition.id)):
            assert row.decided_at is not None  # the database holds it: granted is decided
            decided_on = row.decided_at.date()
            found[row.person_id] = found.get(row.person_id, ()) + tuple(
                Recognised(step=step, decided_on=decided_on, expires_on=row.expires_on)
                for step in parse_steps(row.granted)
            )
    return found


def past_results(session: Session, ids: Collection[UUID]) -> Mapping[UUID, tuple[Result, ...]]:
    """Return the participations of each of the people as results, the earliest first; a query for 500."""
    found: dict[UUID, tuple[Result, ...]] = {}
    for person_id, rows in participations_of(session, ids).items():
        found[person_id] = tuple(as_result(row) for row in rows)
    return found


def as_result(row: Participation) -> Result:
    """Return a participation as what confers: one of an activity of ours, or one of before."""
    return Result(
        source=Source.ACTIVITY if row.offering_id else Source.PAST, code=row.code, title=row.title,
        passed_on=row.held_on, mark=row.mark, confers=parse_steps(row.steps),
    )  # fmt: skip


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
