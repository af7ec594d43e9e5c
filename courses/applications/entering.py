"""Bring somebody into a course or an activity by its code: for administrators, spreadsheets and the command line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from courses.applications.applying import Wish, apply, submit
from courses.applications.models import Application, State
from courses.catalogue.models import Course
from courses.enrolment.gate import gate_for_course, gate_for_offering
from courses.enrolment.models import Enrolment
from courses.enrolment.services import Way, request_enrolment
from courses.enrolment.standing import Nominations
from courses.enrolment.terms import language_for, languages_of
from courses.errors import NotFound
from courses.offerings.models import Offering, OfferingState
from courses.people.models import Language, Person
from courses.progression.decision import Decision

OVER = (State.WITHDRAWN, State.DECLINED, State.NO_SHOW, State.OUTCOME)
"""The states of an application that leads nowhere any more."""

Entered: TypeAlias = Enrolment | Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who is to come into what, by its code, in which language (None: the person's own, or what there is)."""

    person: Person
    code: str
    language: Language | None = None


def subject_by_code(session: Session, code: str) -> Course | Offering:
    """Return the course or the activity with a code, in capitals or not; of one code for both it is the course.

    Raises:
        NotFound: there is neither, or the activity is a draft.
    """
    wanted = code.strip().lower()
    course = session.scalars(select(Course).where(func.lower(Course.code) == wanted)).first()
    shown = Offering.state != OfferingState.DRAFT
    found = course or session.scalars(select(Offering).where(func.lower(Offering.code) == wanted, shown)).first()
    if found is None:
        raise NotFound(f"course {code}")
    return found


def enter(session: Session, entry: Entry, way: Way, now: datetime) -> Entered:
    """Enrol a person, or submit an application for one; what was done already stays as it is.

    Raises:
        NotFound: there is no such course or activity, or the person's account is closed.
        EnrolmentRefused: a condition is not met; it carries every one.
        Refusal: the activity takes no applications now or is not held in the language; or who overrides may not.
    """
    if not entry.person.is_active:
        raise NotFound(f"person {entry.person.email}")
    subject = subject_by_code(session, entry.code)
    if isinstance(subject, Course):
        return request_enrolment(session, entry.person, subject.id, _language(session, subject, entry), now, way)
    application = apply(session, entry.person, subject.id, Wish(language=entry.language), now, way)
    return submit(session, entry.person, application.id, now, way)


def preview(session: Session, entry: Entry, now: datetime) -> Decision:
    """Return what the gate says now to an entry; nothing is written.

    Raises:
        NotFound: there is no such course or activity.
    """
    subject = subject_by_code(session, entry.code)
    if isinstance(subject, Course):
        return gate_for_course(session, entry.person, subject, _language(session, subject, entry), now)
    named = nominations_of(session, [entry.person.id])[entry.person.id]
    return gate_for_offering(session, entry.person, subject, now, nominated_for=named)


def nominations_of(session: Session, ids: Collection[UUID]) -> Nominations:
    """Return for which activities the beneficiary has named people: one query, everybody in it."""
    found: dict[UUID, set[str]] = {person_id: set() for person_id in ids}
    is_named = or_(Application.nominated_at.is_not(None), Application.endorsed_at.is_not(None))
    query = (
        select(Application.person_id, Offering.code)
        .join(Offering, Offering.id == Application.offering_id)
        .where(Application.person_id.in_(ids), is_named, Application.state != State.WITHDRAWN)
    )
    for person_id, code in session.execute(query):
        found[person_id].add(code)
    return {person_id: frozenset(codes) for person_id, codes in found.items()}


def places_of(session: Session) -> Iterable[tuple[UUID, UUID]]:
    """Return who has applied to what, as long as the application may lead there."""
    query = select(Application.person_id, Application.offering_id).where(Application.state.not_in(OVER))
    return [(person_id, offering_id) for person_id, offering_id in session.execute(query)]


def _language(session: Session, course: Course, entry: Entry) -> Language:
    return entry.language or language_for(languages_of(session, [course.id])[course.id], entry.person.language)
