"""Versions of a course in a language: immutable, numbered; one of them is current, the others are drafts or older."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.import_moves import Action, move
from courses.catalogue.models import CourseLanguage, CourseVersion, Format, ImportState, PackageImport, Publication
from courses.catalogue.services import lock_course
from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.people.models import Language


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody had before their eyes when they decided: which version was current then, None where none was."""

    current_id: UUID | None


def publish(
    session: Session, version_id: UUID, actor_id: UUID | None, now: datetime, seen: Seen | None = None
) -> CourseVersion:
    """Let new attempts play a version: a draft, or an older one again; publishing the current one changes nothing.

    A course that was first generation in this language turns to SCORM, dated. Without `seen` nobody was told before
    what it would mean.

    Raises:
        NotFound: there is no such version.
        Refusal: `version_retired`, or `publication_stale`: another version is current than was seen.
    """
    version, entry = locked_version(session, version_id)
    if version.retired_at is not None:
        raise Refusal("version_retired")
    if entry.version_id == version_id:
        return version
    _refuse_stale(session, entry, seen)
    _turn_to_scorm(entry, now)
    entry.version_id = version_id
    session.add(Publication(version_id=version_id, published_at=now, published_by_id=actor_id))
    import_ = session.scalar(select(PackageImport).where(PackageImport.version_id == version_id))
    if import_ is not None and import_.state is ImportState.READY:
        move(import_, Action.PUBLISH)
    session.flush()
    record(session, Event("version_published", version.id, (("number", str(version.number)),)))
    return version


def _refuse_stale(session: Session, entry: CourseLanguage, seen: Seen | None) -> None:
    if seen is not None and seen.current_id != entry.version_id:
        current = session.get(CourseVersion, entry.version_id) if entry.version_id else None
        raise Refusal("publication_stale", number=str(current.number if current else 0))


def locked_version(session: Session, version_id: UUID) -> tuple[CourseVersion, CourseLanguage]:
    """Return a version and its course in a language, the course held until the transaction ends.

    Raises:
        NotFound: there is no such version.
    """
    entry = session.scalar(
        select(CourseLanguage)
        .join(CourseVersion, CourseVersion.course_language_id == CourseLanguage.id)
        .where(CourseVersion.id == version_id)
    )
    if entry is None:
        raise NotFound("version")
    lock_course(session, entry.course_id)
    session.refresh(entry)
    return session.get_one(CourseVersion, version_id, populate_existing=True), entry


def _turn_to_scorm(entry: CourseLanguage, now: datetime) -> None:
    if entry.format is Format.FIRST_GENERATION:
        entry.format, entry.converted_at = Format.SCORM, now
    entry.published_at = entry.published_at or now
    entry.dropped_at = None


def published_version(session: Session, course_id: UUID, language: Language) -> CourseVersion | None:
    """Return the version that new attempts of the course play in that language, or None."""
    return session.scalar(
        select(CourseVersion)
        .join(CourseLanguage, CourseLanguage.version_id == CourseVersion.id)
        .where(CourseLanguage.course_id == course_id, CourseLanguage.language == language)
    )
