"""Entries by a table of addresses and codes, looked at row by row before each goes through the gate at its moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.applications.applying import languages_held_in
from courses.applications.entering import nominations_of
from courses.applications.models import Application, State
from courses.catalogue.models import Course, CourseLanguage
from courses.enrolment.models import Enrolment
from courses.enrolment.outcomes import OPEN
from courses.enrolment.standing import records_of
from courses.enrolment.terms import House, house_at, language_for, languages_of, terms_of_course
from courses.offerings.models import Offering, OfferingState
from courses.offerings.terms import terms_of_offering
from courses.people.models import Language, Person
from courses.people.queries import clean_address
from courses.progression.decision import Decision, Reason
from courses.progression.engine import decide
from courses.progression.record import Record
from courses.progression.terms import Purpose

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: where it stands, an address, a code, a language as it was written (may be empty)."""

    number: int
    email: str
    code: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a row would come to: `problem` is why it is no entry at all, `decision` what the gate says of one."""

    row: Row
    person: Person | None = None
    title: str = ""
    language: Language | None = None
    problem: str | None = None
    decision: Decision | None = None

    @property
    def can_enter(self) -> bool:
        """Tell whether the person can be brought in now."""
        return self.problem is None and self.decision is not None and self.decision.is_allowed

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return everything that stands in the way."""
        if self.problem is not None:
            return (Reason(self.problem),)
        return self.decision.reasons if self.decision else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Everything that the rows of a table name, read in a few queries."""

    house: House
    now: datetime
    people: Mapping[str, Person]
    records: Mapping[UUID, Record]
    subjects: Mapping[str, Course | Offering]
    languages: Mapping[UUID, Sequence[CourseLanguage]]
    inside: frozenset[tuple[UUID, UUID]]


def look_at(session: Session, rows: Sequence[Row], now: datetime) -> tuple[Looked, ...]:
    """Return what each row would come to now: the same few queries, however many they are."""
    known = _known(session, rows, now)
    seen: set[tuple[str, str]] = set()
    found = []
    for row in rows:
        key = (clean_address(row.email), row.code.strip().lower())
        found.append(_twice(row) if key in seen else _looked(known, row, key))
        seen.add(key)
    return tuple(found)


def _known(session: Session, rows: Sequence[Row], now: datetime) -> _Known:
    addresses = {clean_address(row.email) for row in rows}
    codes = {row.code.strip().lower() for row in rows}
    people = session.scalars(select(Person).where(Person.email.in_(addresses), Person.is_active)).all()
    ids = [person.id for person in people]
    courses = session.scalars(select(Course).where(func.lower(Course.code).in_(codes))).all()
    shown = Offering.state != OfferingState.DRAFT
    offerings = session.scalars(select(Offering).where(func.lower(Offering.code).in_(codes), shown)).all()
    return _Known(
        house=house_at(session, now),
        now=now,
        people={person.email: person for person in people},
        records=records_of(session, ids, now, nominations_of(session, ids)),
        subjects={**{one.code.lower(): one for one in offerings}, **{one.code.lower(): one for one in courses}},
        languages=languages_of(session, [course.id for course in courses]),
        inside=_inside(session, ids),
    )


def _looked(known: _Known, row: Row, key: tuple[str, str]) -> Looked:
    person, subject = known.people.get(key[0]), known.subjects.get(key[1])
    if person is None or subject is None:
        return Looked(row=row, person=person, problem="row_person_unknown" if person is None else "row_code_unknown")
    if row.language and row.language.lower() not in set(Language):
        return Looked(row=row, person=person, title=subject.title_en, problem="row_language_unknown")
    if (person.id, subject.id) in known.inside:
        return Looked(row=row, person=person, title=subject.title_en, problem="row_inside")
    wanted = Language(row.language.lower()) if row.language else None
    if isinstance(subject, Course):
        languages = known.languages[subject.id]
        wanted = wanted or language_for(languages, person.language)
        terms = terms_of_course(subject, languages, wanted)
    else:
        if wanted and wanted not in languages_held_in(subject):
            return Looked(row=row, person=person, title=subject.title_en, problem="language_not_offered")
        terms = terms_of_offering(subject, Purpose.APPLICATION, known.now)
    house = known.house
    decision = decide(house.policy, house.told(terms), known.records[person.id], house.topics, house.on)
    return Looked(row=row, person=person, title=subject.title_en, language=wanted, decision=decision)


def _twice(row: Row) -> Looked:
    return Looked(row=row, problem="row_twice")


def _inside(session: Session, ids: Sequence[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Return who of them is enrolled, or has applied, where."""
    enrolled = select(Enrolment.person_id, Enrolment.course_id).where(
        Enrolment.person_id.in_(ids), Enrolment.outcome.in_(OPEN)
    )
    applied = select(Application.person_id, Application.offering_id).where(
        Application.person_id.in_(ids), Application.state.not_in([State.DRAFT, State.WITHDRAWN])
    )
    pairs = (*session.execute(enrolled), *session.execute(applied))
    return frozenset((person_id, subject_id) for person_id, subject_id in pairs)
