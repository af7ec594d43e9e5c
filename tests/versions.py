"""Further versions of a course that is played, for tests: drafts, and their publication."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt
from courses.catalogue import versions
from courses.catalogue.models import Archive, ArchiveMember, Course, CourseVersion, VersionRule
from courses.enrolment.models import Enrolment
from tests.builders import NOW, make_cohort, make_enrolment, make_person
from tests.playing import Played, _member, read

DAY = timedelta(days=1)


def add_draft(session: Session, played: Played, data: bytes) -> CourseVersion:
    """Add a version of the played course that was imported and is not published."""
    package, digest = read(data), hashlib.sha256(data).hexdigest()
    if session.get(Archive, digest) is None:
        session.add(Archive(sha256=digest, size=len(data), stored_at=NOW))
        session.flush()
        session.execute(insert(ArchiveMember), [_member(digest, member) for member in package.index.members.values()])
    entry_id = played.version.course_language_id
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_language_id == entry_id))
    version = CourseVersion(
        course_language_id=entry_id, number=(last or 0) + 1, archive_sha256=digest, edition=str(package.edition),
        title=package.title, sco_count=package.scos, total_size=package.index.total_size,
        definition=package.manifest.as_dict(),
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def add_version(session: Session, played: Played, data: bytes, at: datetime) -> CourseVersion:
    """Add a version of the played course and publish it at a moment."""
    return versions.publish(session, add_draft(session, played, data).id, None, at)


def set_rules(
    session: Session, played: Played, *, not_started: VersionRule = VersionRule.MOVE, in_progress: VersionRule
) -> None:
    """Give the played course its two rules."""
    course = session.get_one(Course, played.course.id)
    course.not_started_rule, course.in_progress_rule = not_started, in_progress
    session.flush()


def enrol(session: Session, played: Played, at: datetime, **facts: Any) -> Played:
    """Enrol somebody else in the played course."""
    person = make_person(session)
    cohort = make_cohort(session, session.get_one(Course, played.course.id), **facts)
    enrolment = make_enrolment(session, person, cohort, enrolled_at=at)
    return Played(person=person, course=played.course, version=played.version, enrolment=enrolment)


def open_attempt(session: Session, enrolment: Enrolment) -> Attempt:
    """Return the newest attempt of an enrolment as it is stored."""
    newest = select(Attempt).where(Attempt.enrolment_id == enrolment.id).order_by(Attempt.number.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).one()
