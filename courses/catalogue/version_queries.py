"""Read one version for those who look after it: where it stands, what it changes, where its files lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from courses.catalogue.difference import Difference, Figures, difference
from courses.catalogue.models import (
    Archive,
    ArchiveMember,
    Course,
    CourseLanguage,
    CourseVersion,
    PackageImport,
    Publication,
)
from courses.catalogue.queries import publications_of
from courses.errors import NotFound
from courses.people.models import Language, Person
from scorm.packaging.archive import ArchiveIndex, Member
from scorm.packaging.items import Manifest


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    CURRENT = "current"
    OLDER = "older"
    RETIRED = "retired"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Announced:
    """One publication of a version: when, and by whom if anybody is still known."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """What the page of a version shows; `compared` is the version against which `difference` was taken, if any."""

    version: CourseVersion
    course: Course
    entry: CourseLanguage
    state: VersionState
    packed_size: int
    came: PackageImport | None
    history: Sequence[Announced]
    compared: CourseVersion | None = None
    difference: Difference | None = None


def state_of(version: CourseVersion, current_id: UUID | None) -> VersionState:
    """Return where a version, whose publications are loaded, stands."""
    if version.retired_at is not None:
        return VersionState.RETIRED if version.publications else VersionState.DISCARDED
    if version.id == current_id:
        return VersionState.CURRENT
    return VersionState.OLDER if version.publications else VersionState.DRAFT


@dataclass(frozen=True, slots=True)
class Listed:
    """A version in the list of its course."""

    version: CourseVersion
    language: Language
    state: VersionState


GONE = (VersionState.RETIRED, VersionState.DISCARDED)


def listed(course: Course, versions: Sequence[tuple[CourseVersion, Language]]) -> list[Listed]:
    """Return the versions by language: drafts first, then what is current, older, gone; of each the newest first."""
    current = {entry.language: entry.version_id for entry in course.languages}
    order = list(VersionState)
    found = [Listed(version, language, state_of(version, current.get(language))) for version, language in versions]
    return sorted(found, key=lambda one: (one.language, order.index(one.state), -one.version.number))


def version_page(session: Session, version_id: UUID) -> VersionPage:
    """Return a version with everything that its page shows.

    Raises:
        NotFound: there is no such version.
    """
    row = session.execute(
        select(CourseVersion, CourseLanguage, Course, Archive.size)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .join(Course, Course.id == CourseLanguage.course_id)
        .join(Archive, Archive.sha256 == CourseVersion.archive_sha256)
        .where(CourseVersion.id == version_id)
        .options(selectinload(CourseVersion.publications))
    ).one_or_none()
    if row is None:
        raise NotFound("version")
    version, entry, course, size = row
    other = _compared(session, version, entry)
    return VersionPage(
        version=version, course=course, entry=entry, state=state_of(version, entry.version_id), packed_size=size,
        came=came_by(session, version_id), history=_history(session, version_id), compared=other and other[0],
        difference=difference_of(other, (version, size)) if other else None,
    )  # fmt: skip


def came_by(session: Session, version_id: UUID) -> PackageImport | None:
    """Return the import that brought a version, with its course and the version; None where there was none."""
    query = select(PackageImport).where(PackageImport.version_id == version_id)
    return session.scalar(query.options(joinedload(PackageImport.course), joinedload(PackageImport.version)))


def _history(session: Session, version_id: UUID) -> list[Announced]:
    rows = session.execute(
        select(Publication.published_at, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == Publication.published_by_id)
        .where(Publication.version_id == version_id)
        .order_by(Publication.published_at.desc())
    )
    return [Announced(at, " ".join(name for name in names if name)) for at, *names in rows]


def _compared(session: Session, version: CourseVersion, entry: CourseLanguage) -> tuple[CourseVersion, int] | None:
    """Return the version that a reader compares this one with: the current one, or what was current before it."""
    other_id = entry.version_id
    if other_id == version.id:
        before = [one.version_id for one in publications_of(session, entry.id) if one.version_id != version.id]
        other_id = before[-1] if before else None
    row = session.execute(
        select(CourseVersion, Archive.size)
        .join(Archive, Archive.sha256 == CourseVersion.archive_sha256)
        .where(CourseVersion.id == other_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def difference_of(before: tuple[CourseVersion, int], after: tuple[CourseVersion, int]) -> Difference | None:
    """Return what one version has otherwise than another, each with the size of its archive."""
    if not before[0].definition or not after[0].definition:
        return None  # nothing is known of what they hold
    return difference(_figures(*before), _figures(*after))


def _figures(version: CourseVersion, size: int) -> Figures:
    manifest = Manifest.from_dict(version.definition)
    return Figures(manifest=manifest, total_size=version.total_size, packed_size=size)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """What it takes to hand a version out: its definition, its archive, and what its file was called."""

    code: str
    language: Language
    number: int
    sha256: str
    file_name: str
    is_kept: bool
    definition: Mapping[str, Any]


def stored_version(session: Session, version_id: UUID) -> StoredVersion:
    """Return a version to be handed out.

    Raises:
        NotFound: there is no such version.
    """
    row = session.execute(
        select(CourseVersion, CourseLanguage.language, Course.code, PackageImport.file_name)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .join(Course, Course.id == CourseLanguage.course_id)
        .outerjoin(PackageImport, PackageImport.version_id == CourseVersion.id)
        .where(CourseVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound("version")
    version, language, code, file_name = row
    return StoredVersion(
        code=code, language=language, number=version.number, sha256=version.archive_sha256,
        file_name=file_name or f"{code}-{language.value}-{version.number}.zip",
        is_kept=version.retired_at is None, definition=version.definition,
    )  # fmt: skip


def version_named(session: Session, code: str, language: Language, number: int | None) -> UUID:
    """Return the version of a course in a language with that number, the current one without.

    Raises:
        NotFound: there is no such version.
    """
    query = (
        select(CourseVersion.id)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .join(Course, Course.id == CourseLanguage.course_id)
        .where(Course.code == code, CourseLanguage.language == language)
    )
    is_wanted = CourseLanguage.version_id == CourseVersion.id if number is None else CourseVersion.number == number
    found = session.scalar(query.where(is_wanted))
    if found is None:
        raise NotFound("version")
    return found


def index_of(session: Session, sha256: str) -> ArchiveIndex:
    """Return the index of a stored archive."""
    rows = session.scalars(select(ArchiveMember).where(ArchiveMember.archive_sha256 == sha256))
    members = (
        Member(
            name=row.name, offset=row.offset, method=row.method, compressed_size=row.compressed_size, size=row.size,
            crc=row.crc,
        )
        for row in rows
    )  # fmt: skip
    return ArchiveIndex(members={member.name: member for member in members})
