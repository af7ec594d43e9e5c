"""Read enrolments: learners see their own, trainers those of their cohorts, administrators all."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Course, CourseLanguage, Format
from courses.cohorts.models import CohortTrainer
from courses.enrolment.eligibility import CourseTerms, Decision, Offer, Standing, decide
from courses.enrolment.models import Enrolment, Outcome, OutcomeChange
from courses.enrolment.outcomes import OPEN
from courses.errors import NotFound
from courses.people.models import Language, Person, Role
from courses.people.queries import holds
from courses.progression.steps import Step, asked_for, parse_steps


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition for the enrolments that a person may see."""
    return or_(
        Enrolment.person_id == person.id,
        exists().where(CohortTrainer.cohort_id == Enrolment.cohort_id, CohortTrainer.person_id == person.id),
        holds(person, Role.ADMINISTRATOR),
    )


def enrolment_for(session: Session, person: Person, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment with its course, cohort and person.

    Raises:
        NotFound: there is none, or the person may not see it.
    """
    return _one(session, enrolment_id, visible_to(person))


def own_enrolment(session: Session, person: Person, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment of the person's own, with its course, cohort and person.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _one(session, enrolment_id, Enrolment.person_id == person.id)


def enrolments_of(session: Session, person: Person) -> Sequence[Enrolment]:
    """Return the person's enrolments with their courses and cohorts: open ones first, then the newest."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.cohort))
        .where(Enrolment.person_id == person.id)
        .order_by(Enrolment.outcome.in_(OPEN).desc(), Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    )
    return session.scalars(query).all()


def open_enrolment(session: Session, person_id: UUID, course_id: UUID) -> Enrolment | None:
    """Return the enrolment of a person in a course that is not closed, or None."""
    query = select(Enrolment).where(
        Enrolment.person_id == person_id, Enrolment.course_id == course_id, Enrolment.outcome.in_(OPEN)
    )
    return session.scalars(query).one_or_none()


def latest_enrolment(session: Session, person: Person, course_id: UUID) -> Enrolment | None:
    """Return the enrolment to which a course's page leads: the open one, else the passed one, else none."""
    query = (
        select(Enrolment)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.course_id == course_id,
            Enrolment.outcome.in_([*OPEN, Outcome.PASSED]),
        )
        .order_by(Enrolment.outcome.in_(OPEN).desc(), Enrolment.enrolled_at.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def history_of(session: Session, enrolment: Enrolment) -> Sequence[OutcomeChange]:
    """Return every change of an enrolment's outcome, the oldest first."""
    query = (
        select(OutcomeChange)
        .where(OutcomeChange.enrolment_id == enrolment.id)
        .order_by(OutcomeChange.changed_at, OutcomeChange.id)
    )
    return session.scalars(query).all()


def standing_of(session: Session, person: Person, course_id: UUID) -> Standing:
    """Return what the gate needs to know of a person: one query over the courses passed."""
    query = (
        select(Course.id, Course.confers)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.person_id == person.id, Enrolment.outcome == Outcome.PASSED)
    )
    passed = session.execute(query).all()
    return Standing(
        is_verified=person.verified_at is not None,
        steps=frozenset(step for _, confers in passed for step in parse_steps(confers)),
        has_passed=any(passed_id == course_id for passed_id, _ in passed),
    )


def terms_of(session: Session, course: Course, language: Language) -> CourseTerms:
    """Return what a course asks, and what it offers in a language."""
    query = select(CourseLanguage).where(
        CourseLanguage.course_id == course.id, CourseLanguage.language == language,
        CourseLanguage.published_at.is_not(None), CourseLanguage.dropped_at.is_(None),
    )  # fmt: skip
    return CourseTerms(
        is_for_credit=course.is_for_credit,
        offer=_offer(session.scalars(query).one_or_none()),
        asked_for=asked_for_by(course),
    )


def asked_for_by(course: Course) -> tuple[Step, ...]:
    """Return the steps that a course asks for."""
    return asked_for(course.asks_for, course.level, course.track, course.topic)


def decision_for(session: Session, person: Person, course: Course, language: Language) -> Decision:
    """Decide whether a person may enrol in a course in a language."""
    return decide(terms_of(session, course, language), standing_of(session, person, course.id))


def may_read_files(session: Session, person: Person | None, course: Course) -> bool:
    """Tell whether a person (None: a visitor) may read the files of a first-generation course.

    Self-study material is open to all, that of a course for credit to those who meet its conditions.
    """
    if not course.is_for_credit:
        return True
    if person is None:
        return False
    terms = CourseTerms(is_for_credit=True, offer=Offer.FILES, asked_for=asked_for_by(course))
    return decide(terms, standing_of(session, person, course.id)).may_read_files


def _offer(entry: CourseLanguage | None) -> Offer:
    if entry is None:
        return Offer.NOTHING
    if entry.format == Format.FIRST_GENERATION:
        return Offer.FILES
    return Offer.PACKAGE if entry.version_id else Offer.NOTHING


def _one(session: Session, enrolment_id: UUID, condition: ColumnElement[bool]) -> Enrolment:
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.cohort), joinedload(Enrolment.person))
        .where(Enrolment.id == enrolment_id, condition)
    )
    enrolment = session.scalars(query).one_or_none()
    if enrolment is None:
        raise NotFound("enrolment")
    return enrolment
