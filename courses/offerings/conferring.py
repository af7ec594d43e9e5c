"""What confers a step: the published courses, and the activities that lie ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course, CourseLanguage
from courses.offerings.models import Offering, OfferingState
from courses.progression.steps import Step, StepError, parse_steps


@dataclass(frozen=True, slots=True)
class Conferring:
    """Courses in the order of their codes, activities in that of their days."""

    courses: Sequence[Course]
    offerings: Sequence[Offering]


def what_confers(session: Session, step: Step, today: date) -> Conferring:
    """Return what confers a step; two queries."""
    published = exists().where(CourseLanguage.course_id == Course.id, CourseLanguage.published_at.is_not(None))
    courses = session.scalars(select(Course).where(published).order_by(Course.code))
    is_ahead = or_(Offering.ends_on.is_(None), Offering.ends_on >= today)
    offerings = session.scalars(
        select(Offering)
        .where(Offering.state.in_([OfferingState.PUBLISHED, OfferingState.POSTPONED]), is_ahead)
        .order_by(Offering.starts_on.asc().nulls_last(), Offering.code)
    )
    return Conferring(
        [course for course in courses if _confers(course.confers, step)],
        [offering for offering in offerings if _confers(offering.confers, step)],
    )


def _confers(written: Sequence[str], step: Step) -> bool:
    try:
        return step in parse_steps(written)
    except StepError:
        return False
