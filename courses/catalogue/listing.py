"""The public catalogue: courses published in at least one language, filtered, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from courses.catalogue.models import (
    Archive,
    Course,
    CourseLanguage,
    CourseVersion,
    FirstGenerationFile,
    Format,
)
from courses.catalogue.topic_services import topics_found_by, topics_within
from courses.errors import NotFound
from courses.people.models import Language
from courses.progression.steps import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSearch:
    """Which courses are wanted; `level` 0 stands for those outside the levels, None for any.

    `topic` is that one with all below it.
    """

    level: int | None = None
    track: Track | None = None
    topic: str | None = None
    language: Language | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for."""
        return self == CatalogueSearch()


@dataclass(frozen=True, slots=True)
class Offered:
    """A language in which a course is published, what it is made of there, and since when."""

    language: Language
    format: Format
    published_at: datetime


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A course of the catalogue with the languages in which it is published, in their own order."""

    course: Course
    offered: tuple[Offered, ...]

    @property
    def formats(self) -> tuple[Format, ...]:
        """Return what the course is made of, each format once, SCORM first."""
        found = {entry.format for entry in self.offered}
        return tuple(form for form in (Format.SCORM, Format.FIRST_GENERATION) if form in found)

    def is_in(self, language: str) -> bool:
        """Tell whether the course is published in a language."""
        return any(entry.language == language for entry in self.offered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The courses of one level and track; both are absent outside the levels."""

    level: int | None
    track: Track | None
    entries: tuple[CatalogueEntry, ...]


def catalogue(session: Session, search: CatalogueSearch, language: str) -> tuple[CatalogueEntry, ...]:
    """Return the courses found, by level and track, then by their title in a language."""
    conditions: list[ColumnElement[bool]] = [Course.id.in_(_published(search.language))]
    if search.level is not None:
        conditions.append(Course.level == search.level if search.level else Course.level.is_(None))
    if search.track:
        conditions.append(Course.track == search.track)
    if search.topic:
        conditions.append(Course.topic.in_(topics_within(session, search.topic)))
    titles = (Course.title_en, Course.title_fr, Course.title_es, Course.code, Course.topic)
    for word in search.text.split():
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in titles)))
    query = select(Course).options(selectinload(Course.languages)).where(*conditions)
    entries = (CatalogueEntry(course, _offered(course.languages)) for course in session.scalars(query))
    return tuple(sorted(entries, key=lambda entry: _place(entry.course, language)))


def sections(entries: Sequence[CatalogueEntry]) -> tuple[Section, ...]:
    """Return the entries under their level and track, in the order in which they stand."""
    places = dict.fromkeys((entry.course.level, entry.course.track) for entry in entries)
    return tuple(
        Section(
            level=level,
            track=track,
            entries=tuple(e for e in entries if (e.course.level, e.course.track) == (level, track)),
        )
        for level, track in places
    )


def topics(session: Session) -> Sequence[str]:
    """Return the topics of the published courses, and those above them."""
    query = select(Course.topic).where(Course.id.in_(_published(None)), Course.topic.is_not(None)).distinct()
    return topics_found_by(session, [topic for topic in session.scalars(query) if topic])


def course_by_code(session: Session, code: str) -> CatalogueEntry:
    """Return a published course of the catalogue, in capitals or not.

    Raises:
        NotFound: there is none of that code, or it is not published in any language.
    """
    query = (
        select(Course)
        .options(selectinload(Course.languages).selectinload(CourseLanguage.files))
        .where(func.lower(Course.code) == code.lower(), Course.id.in_(_published(None)))
    )
    course = session.scalars(query).first()
    if course is None:
        raise NotFound("course")
    return CatalogueEntry(course, _offered(course.languages))


def published_file(session: Session, course: Course, file_id: UUID) -> FirstGenerationFile:
    """Return a file of a first-generation language of a course that is published.

    Raises:
        NotFound: there is none, or its language is not published, or has been converted since.
    """
    query = (
        select(FirstGenerationFile)
        .join(CourseLanguage, CourseLanguage.id == FirstGenerationFile.course_language_id)
        .where(
            FirstGenerationFile.id == file_id,
            CourseLanguage.course_id == course.id,
            CourseLanguage.published_at.is_not(None),
            CourseLanguage.dropped_at.is_(None),
        )
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("file")
    return found


def files_in(session: Session, course_id: UUID, language: Language) -> Sequence[FirstGenerationFile]:
    """Return the files that can be read of a course in a language, once it is published there."""
    query = (
        select(FirstGenerationFile)
        .join(CourseLanguage, CourseLanguage.id == FirstGenerationFile.course_language_id)
        .where(
            CourseLanguage.course_id == course_id,
            CourseLanguage.language == language,
            CourseLanguage.published_at.is_not(None),
            CourseLanguage.dropped_at.is_(None),
        )
        .order_by(FirstGenerationFile.name)
    )
    return session.scalars(query).all()


def sizes_of(session: Session, course_id: UUID) -> dict[Language, int]:
    """Return how many bytes a course has to load in each language in which it can be played: its packed size."""
    query = (
        select(CourseLanguage.language, Archive.size)
        .join(CourseVersion, CourseVersion.id == CourseLanguage.version_id)
        .join(Archive, Archive.sha256 == CourseVersion.archive_sha256)
        .where(CourseLanguage.course_id == course_id)
    )
    return {row.language: row.size for row in session.execute(query)}


def is_published(entry: CourseLanguage) -> bool:
    """Tell whether a course is open in a language: published, not dropped, and in SCORM with a version to play."""
    if entry.published_at is None or entry.dropped_at is not None:
        return False
    return entry.format == Format.FIRST_GENERATION or entry.version_id is not None


def _published(language: Language | None) -> ColumnElement[UUID]:
    query = select(CourseLanguage.course_id).where(
        CourseLanguage.published_at.is_not(None),
        CourseLanguage.dropped_at.is_(None),
        or_(CourseLanguage.format == Format.FIRST_GENERATION, CourseLanguage.version_id.is_not(None)),
    )
    return (query if language is None else query.where(CourseLanguage.language == language)).scalar_subquery()


def _offered(entries: Sequence[CourseLanguage]) -> tuple[Offered, ...]:
    order = list(Language)
    found = [
        Offered(entry.language, entry.format, entry.published_at)
        for entry in entries
        if is_published(entry) and entry.published_at
    ]
    return tuple(sorted(found, key=lambda offered: order.index(offered.language)))


def _place(course: Course, language: str) -> tuple[int, str, str]:
    return course.level or 9, course.track or "", course.title(language).casefold()
