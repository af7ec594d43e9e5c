"""How the courses of a list stand for a person: passed, begun, open or locked; the same few queries for any number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.gate import gates_of
from courses.enrolment.models import Enrolment
from courses.enrolment.outcomes import OPEN
from courses.people.models import Person
from courses.progression.decision import Decision, Reason


class CourseStanding(StrEnum):
    """How a course stands for a person."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    OPEN = "open"
    LOCKED = "locked"
    SELF_STUDY = "self_study"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one course stands, and what is missing where it is locked; `enrolment_id` where it was begun."""

    state: CourseStanding
    reasons: tuple[Reason, ...] = ()
    enrolment_id: UUID | None = None


def standings_in(
    session: Session, person: Person, courses: Sequence[Course], now: datetime
) -> Mapping[UUID, Standing]:  # fmt: skip
    """Return how each course stands for the person."""
    running = open_enrolments(session, person)
    gates = gates_of(session, person, courses, [], now)
    return {course.id: _standing(course, gates.courses[course.id], running.get(course.id)) for course in courses}


def _standing(course: Course, decision: Decision, enrolment_id: UUID | None) -> Standing:
    if not course.is_for_credit:
        return Standing(CourseStanding.SELF_STUDY)
    if enrolment_id is not None:
        return Standing(CourseStanding.IN_PROGRESS, enrolment_id=enrolment_id)
    if decision.is_allowed:
        return Standing(CourseStanding.OPEN)
    if any(reason.code == "already_passed" for reason in decision.reasons):
        return Standing(CourseStanding.DONE)
    return Standing(CourseStanding.LOCKED, decision.reasons)


def open_enrolments(session: Session, person: Person) -> dict[UUID, UUID]:
    """Return the enrolments of the person that are open, by course."""
    query = select(Enrolment.course_id, Enrolment.id)
    rows = session.execute(query.where(Enrolment.person_id == person.id, Enrolment.outcome.in_(OPEN)))
    return {row.course_id: row.id for row in rows}
