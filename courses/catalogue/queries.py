"""Read the catalogue for those who look after it: courses, versions, imports, files; a fixed number of queries each."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from courses.catalogue.import_moves import UNFINISHED
from courses.catalogue.models import (
    Archive,
    Course,
    CourseLanguage,
    CourseVersion,
    FirstGenerationFile,
    ImportState,
    ObjectiveScope,
    PackageImport,
    Publication,
)
from courses.catalogue.publications import Published
from courses.errors import NotFound
from courses.people.models import Language

_HEAVY = (defer(PackageImport.facts), defer(PackageImport.findings))
_HEAVY_VERSION = (defer(CourseVersion.definition),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePage:
    """What the administrator's page of one course shows; versions, with publications, and imports newest first."""

    course: Course
    versions: Sequence[tuple[CourseVersion, Language]]
    imports: Sequence[PackageImport]


def all_courses(session: Session) -> Sequence[Course]:
    """Return every course with its languages and their published versions, by code."""
    version = selectinload(Course.languages).joinedload(CourseLanguage.version)
    return session.scalars(select(Course).options(version.options(*_HEAVY_VERSION)).order_by(Course.code)).all()


def course_choices(session: Session) -> Sequence[Course]:
    """Return every course without its languages, by code."""
    return session.scalars(select(Course).order_by(Course.code)).all()


def course_of(session: Session, course_id: UUID) -> Course:
    """Return one course.

    Raises:
        NotFound: there is no such course.
    """
    course = session.get(Course, course_id)
    if course is None:
        raise NotFound("course")
    return course


def scope_names(session: Session) -> Sequence[str]:
    """Return the names of all objective scopes, in order."""
    return session.scalars(select(ObjectiveScope.name).order_by(ObjectiveScope.name)).all()


def scope_of(session: Session, course: Course) -> str:
    """Return the name of the objective scope of a course, empty when it has none."""
    if course.objective_scope_id is None:
        return ""
    return session.scalars(select(ObjectiveScope.name).where(ObjectiveScope.id == course.objective_scope_id)).one()


def course_by_code(session: Session, code: str) -> Course | None:
    """Return the course with that code, or None."""
    return session.scalar(select(Course).where(Course.code == code))


def course_page(session: Session, course_id: UUID, imports: int = 20) -> CoursePage:
    """Return a course with its languages, their files, all versions and the latest imports.

    Raises:
        NotFound: there is no such course.
    """
    languages = selectinload(Course.languages)
    course = session.scalar(
        select(Course)
        .where(Course.id == course_id)
        .options(
            languages.selectinload(CourseLanguage.files),
            languages.joinedload(CourseLanguage.version).options(*_HEAVY_VERSION),
        )
    )
    if course is None:
        raise NotFound("course")
    versions = session.execute(
        select(CourseVersion, CourseLanguage.language)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .where(CourseLanguage.course_id == course_id)
        .order_by(CourseVersion.id.desc())
        .options(*_HEAVY_VERSION, selectinload(CourseVersion.publications))
    )
    return CoursePage(
        course=course,
        versions=[(version, language) for version, language in versions],
        imports=_imports(session, imports, 0, course_id),
    )


def imports_page(session: Session, count: int, start: int = 0) -> Sequence[PackageImport]:
    """Return imports with their courses, the newest first."""
    return _imports(session, count, start)


def _imports(session: Session, count: int, start: int, course_id: UUID | None = None) -> Sequence[PackageImport]:
    version = joinedload(PackageImport.version).options(*_HEAVY_VERSION)
    query = select(PackageImport).options(joinedload(PackageImport.course), version, *_HEAVY)
    if course_id is not None:
        query = query.where(PackageImport.course_id == course_id)
    newest = query.order_by(PackageImport.created_at.desc(), PackageImport.id.desc())
    return session.scalars(newest.limit(count).offset(start)).all()


def import_of(session: Session, import_id: UUID) -> PackageImport:
    """Return an import with its course, its report and its version.

    Raises:
        NotFound: there is no such import.
    """
    version = joinedload(PackageImport.version)
    import_ = session.scalar(
        select(PackageImport)
        .where(PackageImport.id == import_id)
        .options(joinedload(PackageImport.course), version.options(*_HEAVY_VERSION))
    )
    if import_ is None:
        raise NotFound("import")
    return import_


def version_of(session: Session, version_id: UUID) -> tuple[CourseVersion, Course]:
    """Return a version with its publications, without what is heavy, and its course.

    Raises:
        NotFound: there is no such version.
    """
    row = session.execute(
        select(CourseVersion, Course)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .join(Course, Course.id == CourseLanguage.course_id)
        .where(CourseVersion.id == version_id)
        .options(*_HEAVY_VERSION, selectinload(CourseVersion.publications))
    ).one_or_none()
    if row is None:
        raise NotFound("version")
    version, course = row
    return version, course


def publications_of(session: Session, entry_id: UUID) -> Sequence[Published]:
    """Return the publications of a course in a language, the oldest first."""
    rows = session.execute(
        select(Publication.version_id, Publication.published_at)
        .join(CourseVersion, CourseVersion.id == Publication.version_id)
        .where(CourseVersion.course_language_id == entry_id)
        .order_by(Publication.published_at, Publication.version_id)
    )
    return [Published(*row) for row in rows]


def file_of(session: Session, file_id: UUID) -> FirstGenerationFile:
    """Return a file of a first-generation course.

    Raises:
        NotFound: there is no such file.
    """
    file = session.get(FirstGenerationFile, file_id)
    if file is None:
        raise NotFound("file")
    return file


def language_entry(session: Session, entry_id: UUID) -> CourseLanguage:
    """Return a course in a language.

    Raises:
        NotFound: there is no such entry.
    """
    entry = session.get(CourseLanguage, entry_id)
    if entry is None:
        raise NotFound("course language")
    return entry


def stored_digests(session: Session) -> frozenset[str]:
    """Return the SHA-256 of every stored file that some row names, or is about to: an import on its way does."""
    on_its_way = select(PackageImport.sha256).where(PackageImport.state.in_(UNFINISHED))
    kept = select(Archive.sha256).where(Archive.freed_at.is_(None))
    return frozenset(session.scalars(union(kept, select(FirstGenerationFile.sha256), on_its_way)))


def unfinished_imports(session: Session) -> frozenset[UUID]:
    """Return the imports whose files still lie in the staging folder."""
    return frozenset(session.scalars(select(PackageImport.id).where(PackageImport.state.in_(UNFINISHED))))


def has_unfinished(imports: Sequence[PackageImport]) -> bool:
    """Tell whether one of the imports is still on its way."""
    return any(ImportState(entry.state) in UNFINISHED for entry in imports)
