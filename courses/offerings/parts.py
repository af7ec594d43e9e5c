"""The parts of a composite activity with their weights: one group of people, one result."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.facts import InvalidFacts, Reason
from courses.catalogue.models import Course
from courses.errors import Refusal
from courses.offerings.models import Offering, OfferingPart, PartKind
from courses.offerings.services import Ask, happened, locked, refuse_when_closed
from courses.offerings.states import ANNOUNCED

MOST_PARTS = 20
HEAVIEST = 1000
LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """A part as it is asked for; `id` is that of one that is there already."""

    kind: PartKind
    title: str
    weight: float = 0.0
    course_id: UUID | None = None
    is_required: bool = True
    id: UUID | None = None


def save_parts(session: Session, offering_id: UUID, parts: Sequence[PartFacts], ask: Ask, now: datetime) -> None:
    """Let an activity have these parts, in this order; parts keep their identifiers, for marks hang on them.

    Raises:
        InvalidFacts: one of them cannot be kept; the field is the number of the part, from 0, and its name.
        Refusal: a part of an activity that was published would go.
    """
    offering = locked(session, offering_id)
    refuse_when_closed(offering)
    reasons = tuple(_reasons(session, parts))
    if reasons:
        raise InvalidFacts(reasons)
    query = select(OfferingPart).where(OfferingPart.offering_id == offering.id)
    present = {part.id: part for part in session.scalars(query)}
    _remove(session, offering, present, {part.id for part in parts})
    for place, facts in enumerate(parts, 1):
        row = present.get(facts.id) if facts.id else None
        if row is None:
            row = OfferingPart(offering_id=offering.id)
            session.add(row)
        row.place, row.kind, row.title, row.weight = place, facts.kind, facts.title.strip(), facts.weight
        row.course_id, row.is_required = facts.course_id, facts.is_required
    offering.changed_at = now
    session.flush()
    happened(session, "activity_parts_changed", offering, ask)


def _remove(session: Session, offering: Offering, present: dict[UUID, OfferingPart], kept: set[UUID | None]) -> None:
    gone = [part for part_id, part in present.items() if part_id not in kept]
    if gone and offering.state in ANNOUNCED:
        raise Refusal("part_in_use")
    for part in gone:
        session.delete(part)


def _reasons(session: Session, parts: Sequence[PartFacts]) -> Iterator[Reason]:
    if len(parts) > MOST_PARTS:
        yield Reason("parts", "parts_too_many")
    wanted = {part.course_id for part in parts if part.course_id}
    known = set(session.scalars(select(Course.id).where(Course.id.in_(wanted))))
    for number, part in enumerate(parts):
        if not part.title.strip():
            yield Reason(f"parts-{number}-title", "value_missing")
        elif len(part.title) > LONGEST_TITLE:
            yield Reason(f"parts-{number}-title", "value_too_long")
        if not (math.isfinite(part.weight) and 0 <= part.weight <= HEAVIEST):
            yield Reason(f"parts-{number}-weight", "weight_out_of_range")
        if part.kind is PartKind.COURSE and part.course_id not in known:
            yield Reason(f"parts-{number}-course", "part_course_missing")
