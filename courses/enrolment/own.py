"""A learner's own courses: how each stands, whether it can be opened, and what to do next; one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, aliased, joinedload

from courses.catalogue.models import CourseLanguage
from courses.enrolment.access import Advice, advice_for, closed_door
from courses.enrolment.changes import presence_of
from courses.enrolment.models import Enrolment
from courses.enrolment.outcomes import OPEN, Closing, leaving_of
from courses.errors import NotFound
from courses.people.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCourse:
    """An enrolment of the reader's own; `door` is the code of why it cannot be opened, None when it can."""

    enrolment: Enrolment
    door: str | None
    advice: Advice
    leaving: Closing | None

    @property
    def can_open(self) -> bool:
        """Tell whether the course can be opened now."""
        return self.door is None


def courses_of(session: Session, person: Person, now: datetime) -> Sequence[OwnCourse]:
    """Return the person's courses, open ones first, then the newest."""
    query = _query(Enrolment.person_id == person.id).order_by(
        Enrolment.outcome.in_(OPEN).desc(), Enrolment.enrolled_at.desc(), Enrolment.id.desc()
    )
    return [_own(*row, now) for row in session.execute(query)]


def own_course(session: Session, person: Person, enrolment_id: UUID, now: datetime) -> OwnCourse:
    """Return one course of the person's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = _query(and_(Enrolment.id == enrolment_id, Enrolment.person_id == person.id))
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("enrolment")
    return _own(*row, now)


def _query(condition: ColumnElement[bool]) -> Select[Enrolment, UUID | None, UUID | None]:
    offered, newer = aliased(CourseLanguage), aliased(Enrolment)
    is_offered = and_(offered.course_id == Enrolment.course_id, offered.language == Enrolment.language)
    is_newer = and_(
        newer.person_id == Enrolment.person_id, newer.course_id == Enrolment.course_id, newer.outcome.in_(OPEN),
        newer.id != Enrolment.id,
    )  # fmt: skip
    return (
        select(Enrolment, offered.version_id, newer.id)
        .outerjoin(offered, is_offered)
        .outerjoin(newer, is_newer)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.cohort))
        .where(condition)
    )


def _own(enrolment: Enrolment, version_id: UUID | None, newer_id: UUID | None, now: datetime) -> OwnCourse:
    door = closed_door(enrolment, now)
    if door is None and newer_id is not None:
        door = "enrolled_again"
    if door is None and version_id is None:
        door = "not_published"
    return OwnCourse(
        enrolment=enrolment,
        door=door,
        advice=advice_for(enrolment, door),
        leaving=leaving_of(presence_of(enrolment), now) if enrolment.outcome in OPEN else None,
    )
