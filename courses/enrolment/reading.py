"""Who may read the files of a first-generation course, which nobody can enrol in."""

from datetime import datetime

from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.gate import gate_for_course
from courses.people.models import Person

NO_MATTER = frozenset(
    {"first_generation", "not_published", "not_for_credit", "already_passed", "beneficiary_under_measures"}
)
"""What keeps people from enrolling and not from reading; LMS choice: measures end no reading."""


def may_read_files(session: Session, person: Person | None, course: Course, now: datetime) -> bool:
    """Tell whether a person (None: a visitor) may read the files of a first-generation course.

    Self-study material is open to all, that of a course for credit to those who meet its conditions.
    """
    if not course.is_for_credit:
        return True
    if person is None:
        return False
    decision = gate_for_course(session, person, course, person.language, now)
    return all(reason.code in NO_MATTER for reason in decision.reasons)
