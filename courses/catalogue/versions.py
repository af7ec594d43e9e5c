"""Versions of a course in a language: immutable, numbered, one of them published."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue.imports import Action, move
from courses.catalogue.models import CourseLanguage, CourseVersion, Format, PackageImport
from courses.catalogue.services import language_of, lock_course
from courses.events import Event, record
from courses.people.models import Language


def publish(session: Session, import_: PackageImport, actor_id: UUID | None, now: datetime) -> CourseVersion:
    """Make the next version out of an import that was read, and let new attempts play it.

    A course that was first generation in this language turns to SCORM, dated.

    Raises:
        NotFound: the course has gone.
        IllegalTransition: the import is not ready; nothing was changed.
    """
    move(import_, Action.PUBLISH)
    lock_course(session, import_.course_id)
    entry = _turned_to_scorm(session, import_.course_id, import_.language, now)
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_language_id == entry.id))
    version = CourseVersion(
        course_language_id=entry.id,
        number=(last or 0) + 1,
        archive_sha256=import_.sha256,
        edition=import_.edition or "",
        title=import_.title or "",
        tool=import_.tool or "",
        sco_count=import_.sco_count or 0,
        total_size=import_.total,
        definition=import_.definition or {},
        findings=import_.findings,
        published_at=now,
        published_by_id=actor_id,
    )
    session.add(version)
    session.flush()
    entry.version_id = import_.version_id = version.id
    session.flush()
    record(session, Event("version_published", version.id, (("number", str(version.number)),)))
    return version


def _turned_to_scorm(session: Session, course_id: UUID, language: Language, now: datetime) -> CourseLanguage:
    """Return the course in a language, in SCORM from now on; a new one was never first generation."""
    entry = language_of(session, course_id, language)
    if entry is None:
        entry = CourseLanguage(course_id=course_id, language=language, format=Format.SCORM, published_at=now)
        session.add(entry)
        session.flush()
    elif entry.format is Format.FIRST_GENERATION:
        entry.format, entry.converted_at = Format.SCORM, now
    entry.published_at = entry.published_at or now
    entry.dropped_at = None
    return entry


def published_version(session: Session, course_id: UUID, language: Language) -> CourseVersion | None:
    """Return the version that new attempts of the course play in that language, or None."""
    return session.scalar(
        select(CourseVersion)
        .join(CourseLanguage, CourseLanguage.version_id == CourseVersion.id)
        .where(CourseLanguage.course_id == course_id, CourseLanguage.language == language)
    )
