"""Which rows of a table of past participations say again that somebody passed a course of ours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome
from courses.records.keys import folded
from courses.records.lines import Line

NEAR = timedelta(days=31)
"""LMS choice: how far the day of a row may be off; a table may know the month alone, or the day of the certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A course of ours that a person passed, from the day of the enrolment to that of the result."""

    code: str
    names: frozenset[str]
    steps: frozenset[str]
    begun_on: date
    passed_on: date

    def is_meant_by(self, line: Line) -> bool:
        """Tell whether a row is about this pass: of a near date, it names the course, or no code and no other step."""
        if line.held_on is None:
            return False
        if {folded(line.code), folded(line.title)} & self.names:
            return self.begun_on - NEAR <= line.held_on <= self.passed_on + NEAR
        has_its_steps = bool(line.steps) and self.steps.issuperset(line.steps) and not line.code
        return has_its_steps and min(abs(line.held_on - self.begun_on), abs(line.held_on - self.passed_on)) <= NEAR


def passes_of(session: Session, ids: Collection[UUID]) -> Mapping[UUID, Sequence[Pass]]:
    """Return the courses that each of the people has passed here, the earliest first."""
    query = (
        select(Enrolment, Course)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id.in_(ids), Enrolment.outcome == Outcome.PASSED)
        .order_by(Enrolment.enrolled_at, Enrolment.id)
    )
    found: dict[UUID, list[Pass]] = {}
    for enrolment, course in session.execute(query):
        passed_at = enrolment.closed_at or enrolment.completed_at or enrolment.enrolled_at
        texts = (course.code, course.title_en, course.title_fr, course.title_es)
        one = Pass(
            code=course.code, names=frozenset(folded(text) for text in texts) - {""},
            steps=frozenset([*course.confers, *(enrolment.confers or ())]),
            begun_on=enrolment.enrolled_at.date(), passed_on=passed_at.date(),
        )  # fmt: skip
        found.setdefault(enrolment.person_id, []).append(one)
    return found
