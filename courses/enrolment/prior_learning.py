"""What people already have: the own record of one, and the sheet of many that their trainer reads.

Both cost a fixed number of queries. Whose sheet somebody may read, the caller says: the people of an own cohort, those
in or applying to an own activity (DOMAIN: who uses it).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.outcomes import LEFT
from courses.enrolment.standing import record_of, records_of
from courses.people.models import Person
from courses.progression.engine import Placement, place
from courses.progression.record import Record
from courses.records.claim_queries import ClaimPage, own_claims
from courses.records.models import Participation
from courses.records.queries import participations_of

PAGE = 50
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """What a person has: the steps and what they rest on, participations, claims."""

    placement: Placement
    record: Record
    participations: Sequence[Participation]
    claims: Sequence[ClaimPage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One person as the trainer reads: the steps, participations, and earlier enrolments whatever they came to."""

    person: Person
    placement: Placement
    participations: Sequence[Participation]
    enrolments: Sequence[Enrolment]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A page of sheets, and how many there are in all."""

    sheets: Sequence[Sheet]
    found: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.found // PAGE))


def own_record(session: Session, person: Person, now: datetime) -> OwnRecord:
    """Return what a person has."""
    record = record_of(session, person, now)
    return OwnRecord(
        placement=place(record, now.date()), record=record, claims=own_claims(session, person),
        participations=participations_of(session, [person.id]).get(person.id, []),
    )  # fmt: skip


def people_of_cohort(session: Session, cohort: Cohort) -> Sequence[UUID]:
    """Return the people of a cohort, in the order of their names, without those who were cancelled, moved or void."""
    query = (
        select(Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.outcome.not_in(LEFT))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def sheets_of(
    session: Session, ids: Sequence[UUID], page: int, now: datetime, without_cohort: UUID | None = None
) -> SheetPage:
    """Return a page of the sheets of people, in their order; what goes on in the cohort at hand is left out."""
    page = min(max(page, 1), max(1, -(-len(ids) // PAGE)))
    some = ids[(page - 1) * PAGE : page * PAGE]
    return SheetPage(sheets=_sheets(session, some, now, without_cohort), found=len(ids), page=page)


def every_sheet(
    session: Session, ids: Sequence[UUID], now: datetime, without_cohort: UUID | None = None
) -> Iterator[Sheet]:
    """Yield the sheets of people, in their order, some hundreds at a time."""
    for first in range(0, len(ids), AT_ONCE):
        yield from _sheets(session, ids[first : first + AT_ONCE], now, without_cohort)


def _sheets(session: Session, ids: Sequence[UUID], now: datetime, without_cohort: UUID | None) -> Sequence[Sheet]:
    records = records_of(session, ids, now)
    participations = participations_of(session, ids)
    enrolments = _enrolments(session, ids, without_cohort)
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [
        Sheet(
            person=people[one], placement=place(records[one], now.date()), participations=participations.get(one, ()),
            enrolments=enrolments.get(one, ()),
        )
        for one in ids
        if one in people
    ]  # fmt: skip


def _enrolments(session: Session, ids: Collection[UUID], without_cohort: UUID | None) -> dict[UUID, list[Enrolment]]:
    found: dict[UUID, list[Enrolment]] = {}
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.course))
        .where(Enrolment.person_id.in_(ids), Enrolment.outcome.not_in({*LEFT, Outcome.NOT_STARTED}))
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
    )
    for row in session.scalars(query):
        if row.cohort_id != without_cohort:
            found.setdefault(row.person_id, []).append(row)
    return found
