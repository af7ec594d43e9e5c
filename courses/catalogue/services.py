"""Write the catalogue: courses, their languages, the files of first-generation courses."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.catalogue.facts import CourseFacts, InvalidFacts, Reason
from courses.catalogue.models import Course, CourseLanguage, FirstGenerationFile, Format, ObjectiveScope
from courses.catalogue.topic_services import adopt_topic
from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.people.models import Language
from courses.progression.steps import parse_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that the storage keeps under its SHA-256; `name` is what people call it, `size` is in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


def save_course(session: Session, facts: CourseFacts, now: datetime, course: Course | None = None) -> Course:
    """Add a course, or change the one given.

    Raises:
        InvalidFacts: another course has the code.
    """
    is_new = course is None
    course = course or Course(created_at=now)
    scope_id = _scope_named(session, facts.objective_scope.strip())
    if topic := (facts.topic or "").strip():
        adopt_topic(session, topic)
    try:
        with session.begin_nested():
            _describe(course, facts)
            course.objective_scope_id = scope_id
            session.add(course)
            session.flush()
    except IntegrityError as error:
        raise InvalidFacts((Reason("code", "course_code_taken"),)) from error
    record(session, Event("course_added" if is_new else "course_changed", course.id, (("code", course.code),)))
    return course


def _describe(course: Course, facts: CourseFacts) -> None:
    for name, value in asdict(facts).items():
        if name != "objective_scope":
            setattr(course, name, value)
    course.title_fr = facts.title_fr.strip() or facts.title_en
    course.title_es = facts.title_es.strip() or facts.title_en
    course.topic = (facts.topic or "").strip() or None
    course.asks_for = [str(step) for step in parse_steps(facts.asks_for)]
    course.confers = [str(step) for step in parse_steps(facts.confers)]
    course.categories = sorted(set(facts.categories))
    course.replaces_rule = facts.replaces_rule and facts.requirement is not None


def _scope_named(session: Session, name: str) -> UUID | None:
    """Return the objective scope of that name, a new one if there is none; no name is no scope.

    A scope stays when its last course leaves it: what people have satisfied there is still theirs.
    """
    if not name:
        return None
    known = select(ObjectiveScope.id).where(ObjectiveScope.name == name)
    scope_id = session.scalar(known)
    if scope_id is not None:
        return scope_id
    try:
        with session.begin_nested():
            session.add(ObjectiveScope(name=name))
    except IntegrityError:
        pass  # somebody else has added it at the same moment
    return session.scalars(known).one()


def add_language(session: Session, course_id: UUID, language: Language) -> CourseLanguage:
    """Add a language to a course, as first generation: its files come next, or a package converts it.

    Raises:
        NotFound: there is no such course.
        Refusal: `language_exists`.
    """
    lock_course(session, course_id)
    if language_of(session, course_id, language) is not None:
        raise Refusal("language_exists")
    entry = CourseLanguage(course_id=course_id, language=language, format=Format.FIRST_GENERATION)
    session.add(entry)
    session.flush()
    return entry


def lock_course(session: Session, course_id: UUID) -> None:
    """Hold the course until the transaction ends, so that what is counted below it stays counted.

    Raises:
        NotFound: there is no such course.
    """
    if session.scalar(select(Course.id).where(Course.id == course_id).with_for_update()) is None:
        raise NotFound("course")


def language_of(session: Session, course_id: UUID, language: Language) -> CourseLanguage | None:
    """Return the course in one language, or None."""
    return session.scalar(
        select(CourseLanguage).where(CourseLanguage.course_id == course_id, CourseLanguage.language == language)
    )


def add_first_generation_file(
    session: Session, entry_id: UUID, stored: StoredFile, now: datetime
) -> FirstGenerationFile:
    """Add a file to a first-generation course in a language; one of the same name is replaced.

    The first file publishes it.

    Raises:
        NotFound: there is no such course in that language.
        Refusal: `already_converted`, when it is in SCORM.
    """
    entry = session.scalar(select(CourseLanguage).where(CourseLanguage.id == entry_id).with_for_update())
    if entry is None:
        raise NotFound("course language")
    if entry.format is Format.SCORM:
        raise Refusal("already_converted")
    file = session.scalar(
        select(FirstGenerationFile).where(
            FirstGenerationFile.course_language_id == entry_id, FirstGenerationFile.name == stored.name
        )
    ) or FirstGenerationFile(course_language_id=entry_id, name=stored.name)
    file.media_type, file.size, file.sha256 = stored.media_type, stored.size, stored.sha256
    entry.published_at = entry.published_at or now
    session.add(file)
    session.flush()
    return file


def remove_first_generation_file(session: Session, file_id: UUID) -> None:
    """Remove a file from a course; what nothing names any more leaves the storage with the next sweep.

    Raises:
        NotFound: there is no such file.
    """
    file = session.get(FirstGenerationFile, file_id)
    if file is None:
        raise NotFound("file")
    session.delete(file)
    session.flush()
