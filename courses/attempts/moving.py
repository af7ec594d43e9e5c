"""Which version somebody plays at the next launch: the one to begin with, and whether a begun attempt moves to another.

Two rules of the course decide, one for those who have not begun and one for those who have. They are applied at the
launch, never under a page that plays now: an attempt that goes on in another version keeps all that it remembers.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from courses.attempts.leases import ATTEMPT_TABLE
from courses.attempts.models import Attempt, AttemptState, Lease
from courses.attempts.silence import SILENCE
from courses.catalogue.models import Course, CourseLanguage, CourseVersion, VersionRule
from courses.catalogue.moves import obstacles_between
from courses.catalogue.publications import current_at
from courses.catalogue.queries import publications_of
from courses.enrolment.models import Enrolment
from courses.errors import Refusal
from courses.events import Event, record
from scorm.packaging.items import Manifest

_MOST_KEPT = 1000
_fitting: dict[tuple[UUID, UUID], bool] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Position:
    """An attempt in progress, the version that is current now, and the course's rule."""

    attempt_id: UUID
    version_id: UUID
    number: int
    is_retired: bool
    current_id: UUID | None
    rule: VersionRule


def version_to_begin(session: Session, enrolment_id: UUID) -> UUID:
    """Return the version that a new attempt of an enrolment plays, held until the transaction ends.

    Raises:
        Refusal: `not_published`.
    """
    row = session.execute(
        select(CourseLanguage.id, CourseLanguage.version_id, Course.not_started_rule, Enrolment.enrolled_at)
        .join(Enrolment, Enrolment.course_id == CourseLanguage.course_id)
        .join(Course, Course.id == CourseLanguage.course_id)
        .where(
            Enrolment.id == enrolment_id,
            CourseLanguage.language == Enrolment.language,
            CourseLanguage.dropped_at.is_(None),
        )
    ).one_or_none()
    if row is None or row.version_id is None:
        raise Refusal("not_published")
    wanted: UUID = row.version_id
    if row.not_started_rule is VersionRule.STAY:
        wanted = current_at(publications_of(session, row.id), row.enrolled_at) or wanted
    if _hold(session, wanted):
        return wanted
    # It was retired: the one that is current is not, nor can it be as long as we hold it.
    newest = session.scalar(select(CourseLanguage.version_id).where(CourseLanguage.id == row.id))
    if newest is None or not _hold(session, newest):
        raise Refusal("not_published")
    return newest


def moved_on(session: Session, attempt_id: UUID, now: datetime) -> UUID | None:
    """Let an attempt in progress, which is locked, go on in the version that the course's rule wants; return it.

    None when it has ended, because its version was retired and no other one can take it over: a new one begins, and
    what was achieved stays with the enrolment.
    """
    position = _position(session, attempt_id)
    if position.current_id is None or position.current_id == position.version_id:
        return attempt_id
    is_wanted = position.rule is VersionRule.MOVE and not _is_played(session, attempt_id, now)
    if not is_wanted and not position.is_retired:
        return attempt_id
    if fits(session, position.version_id, position.current_id) and _hold(session, position.current_id):
        _move(session, position, now)
        return attempt_id
    if not position.is_retired:
        return attempt_id
    _change(session, attempt_id, state=AttemptState.ENDED, ended_at=now)
    return None


def is_newly_moved(session: Session, attempt_id: UUID) -> bool:
    """Tell whether an attempt has moved since a page last opened it: its learner is to hear that nothing is lost."""
    is_told = exists().where(Lease.attempt_id == attempt_id, Lease.taken_at >= Attempt.moved_at)
    is_news = exists().where(Attempt.id == attempt_id, Attempt.moved_at.is_not(None), ~is_told)
    return bool(session.scalar(select(is_news)))


def fits(session: Session, before_id: UUID, after_id: UUID) -> bool:
    """Tell whether an attempt on one version can go on in another; versions never change, so it is found out once."""
    known = _fitting.get((before_id, after_id))
    if known is None:
        rows = session.execute(
            select(CourseVersion.id, CourseVersion.definition).where(CourseVersion.id.in_((before_id, after_id)))
        )
        definitions = {row.id: row.definition for row in rows}
        found = [Manifest.from_dict(one) for one in (definitions[before_id], definitions[after_id]) if one]
        known = len(found) == 2 and not obstacles_between(*found)  # where a definition is empty nothing is known
        if len(_fitting) >= _MOST_KEPT:
            _fitting.clear()
        _fitting[before_id, after_id] = known
    return known


def _position(session: Session, attempt_id: UUID) -> _Position:
    row = session.execute(
        select(
            Attempt.version_id, CourseVersion.number, CourseVersion.retired_at, Course.in_progress_rule,
            CourseLanguage.version_id.label("current"),
        )
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .join(Course, Course.id == CourseLanguage.course_id)
        .where(Attempt.id == attempt_id)
    ).one()  # fmt: skip
    return _Position(
        attempt_id=attempt_id, version_id=row.version_id, number=row.number, is_retired=row.retired_at is not None,
        current_id=row.current, rule=row.in_progress_rule,
    )  # fmt: skip


def is_heard(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a lease behind which a page plays now."""
    return Lease.replaced_at.is_(None), Lease.ended_at.is_(None), Lease.seen_at >= now - SILENCE


def _is_played(session: Session, attempt_id: UUID, now: datetime) -> bool:
    plays = exists().where(Lease.attempt_id == attempt_id, *is_heard(now))
    return bool(session.scalar(select(plays)))


def _hold(session: Session, version_id: UUID) -> bool:
    """Keep a version from being retired until the transaction ends; False when it is retired already."""
    held = select(CourseVersion.retired_at).where(CourseVersion.id == version_id).with_for_update(read=True)
    return session.execute(held).one().retired_at is None


def _move(session: Session, position: _Position, now: datetime) -> None:
    """Change the version of an attempt; what it looked ahead to followed from the rules of the other one."""
    _change(session, position.attempt_id, version_id=position.current_id, look_ahead=None, moved_at=now)
    number = session.scalar(select(CourseVersion.number).where(CourseVersion.id == position.current_id))
    facts = (("before", str(position.number)), ("after", str(number)))
    record(session, Event("attempt_moved", position.attempt_id, facts))


def _change(session: Session, attempt_id: UUID, **columns: object) -> None:
    session.connection().execute(update(ATTEMPT_TABLE).where(ATTEMPT_TABLE.c.id == attempt_id), columns)
