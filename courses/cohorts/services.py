"""Write cohorts."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort


def entry_cohort(session: Session, course: Course, now: datetime) -> Cohort:
    """Return the cohort of those who enter a course this month; make it when it is absent.

    It opens with the month and never closes: the course is open all year round. Two requests at once get the same
    cohort: the database keeps one for a course and month.
    """
    month = now.astimezone(UTC).strftime("%Y-%m")
    query = select(Cohort).where(Cohort.course_id == course.id, Cohort.month == month)
    cohort = session.scalars(query).one_or_none()
    if cohort is not None:
        return cohort
    opens_at = datetime(now.astimezone(UTC).year, now.astimezone(UTC).month, 1, tzinfo=UTC)
    try:
        with session.begin_nested():
            cohort = Cohort(
                course_id=course.id, name=f"{course.code} {month}", month=month, opens_at=opens_at, created_at=now
            )
            session.add(cohort)
    except IntegrityError:
        return session.scalars(query).one()
    return cohort
