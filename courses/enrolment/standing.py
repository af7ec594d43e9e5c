"""What the gate is told of people: one record each, read in the same few queries for one person and for a thousand."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.terms import parsed
from courses.people.models import Person
from courses.people.standing import standings_of
from courses.progression.record import Recognised, Record, Result, Source
from courses.records.models import ClaimState, Participation, Recognition

Nominations: TypeAlias = Mapping[UUID, frozenset[str]]
"""By person, the codes of the activities for which the beneficiary has named them: `courses.applications` knows."""

AskNominations: TypeAlias = Callable[[Session, Collection[UUID]], Nominations]
Results: TypeAlias = dict[UUID, list[Result]]


def record_of(session: Session, person: Person, now: datetime, nominated_for: Collection[str] = frozenset()) -> Record:
    """Return all that is known of a person for the gate; the caller says for which activities they were named."""
    return records_of(session, [person.id], now, {person.id: frozenset(nominated_for)})[person.id]


def records_of(
    session: Session, ids: Collection[UUID], now: datetime, nominations: Nominations | None = None
) -> dict[UUID, Record]:
    """Return the record of each person: six queries, however many they are. What came after `now` is left out."""
    today = now.date()
    results: Results = defaultdict(list)
    _add_enrolments(session, ids, results)
    _add_participations(session, ids, results)
    recognised = _recognised(session, ids)
    query = select(
        Person.id, Person.category, Person.verified_at, Person.language, Person.speaks, Person.country
    ).where(Person.id.in_(ids))  # fmt: skip
    people = session.execute(query).all()
    standings = standings_of(session, {person.country for person in people})
    named = nominations or {}
    return {
        person.id: Record(
            category=person.category,
            verified_on=person.verified_at.date() if person.verified_at else None,
            languages=frozenset({str(person.language), *person.speaks}),
            beneficiary=standings.get(person.country),
            results=_until(results[person.id], today),
            recognised=tuple(recognised[person.id]),
            nominated_for=named.get(person.id, frozenset()),
        )
        for person in people
    }


def _until(results: list[Result], today: date) -> tuple[Result, ...]:
    known = (result for result in results if result.passed_on <= today)
    return tuple(sorted(known, key=lambda result: (result.passed_on, result.source, result.code)))


def _add_enrolments(session: Session, ids: Collection[UUID], results: Results) -> None:
    """Add the courses that were passed.

    LMS choice: a pass confers what its course did on that day, and what was added to the course since; whatever is
    taken from the course later, nobody loses.
    """
    query = (
        select(
            Enrolment.person_id, Enrolment.mark, Enrolment.closed_at, Enrolment.completed_at, Enrolment.enrolled_at,
            Course.code, Course.title_en, Course.confers, Enrolment.confers.label("conferred"),
        )
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id.in_(ids), Enrolment.outcome == Outcome.PASSED)
        .order_by(Enrolment.id)
    )  # fmt: skip
    for row in session.execute(query):
        passed_at = row.closed_at or row.completed_at or row.enrolled_at
        results[row.person_id].append(
            Result(
                source=Source.COURSE, code=row.code, title=row.title_en, passed_on=passed_at.date(), mark=row.mark,
                confers=parsed((*(row.conferred or ()), *row.confers)),
            )
        )  # fmt: skip


def _add_participations(session: Session, ids: Collection[UUID], results: Results) -> None:
    columns = (
        Participation.person_id, Participation.code, Participation.title, Participation.held_on, Participation.mark,
        Participation.steps, Participation.offering_id,
    )  # fmt: skip
    query = select(*columns).where(Participation.person_id.in_(ids), Participation.taken_back_at.is_(None))
    for row in session.execute(query.order_by(Participation.id)):
        results[row.person_id].append(
            Result(
                source=Source.PAST if row.offering_id is None else Source.ACTIVITY, code=row.code, title=row.title,
                passed_on=row.held_on, mark=row.mark, confers=parsed(tuple(row.steps)),
            )
        )  # fmt: skip


def _recognised(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Recognised]]:
    columns = (Recognition.person_id, Recognition.granted, Recognition.decided_at, Recognition.expires_on)
    query = select(*columns).where(Recognition.person_id.in_(ids), Recognition.state == ClaimState.GRANTED)
    found: dict[UUID, list[Recognised]] = defaultdict(list)
    for row in session.execute(query.order_by(Recognition.decided_at, Recognition.id)):
        found[row.person_id] += [
            Recognised(step=step, decided_on=row.decided_at.date(), expires_on=row.expires_on)
            for step in parsed(tuple(row.granted))
        ]
    return found
