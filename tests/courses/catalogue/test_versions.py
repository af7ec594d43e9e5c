"""Publishing an import: immutable versions, and the turn to SCORM."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue import imports, services
from courses.catalogue.imports import ImportRequest
from courses.catalogue.models import (
    Course,
    CourseLanguage,
    CourseVersion,
    Format,
    ImportState,
    PackageImport,
    Publication,
)
from courses.catalogue.versions import locked_version, publish, published_version
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from tests.builders import NOW, make_course
from tests.courses.catalogue.test_imports import REPORT

LATER = NOW + timedelta(days=3)


def ready(session: Session, course: Course, language: Language = Language.FR) -> UUID:
    asked = ImportRequest(course_id=course.id, language=language, file_name="a.zip", size=9, sha256="c" * 64)
    import_ = imports.start_import(session, asked, None, NOW)
    imports.begin_reading(session, import_.id)
    version_id = imports.record_report(session, import_.id, REPORT, NOW).version_id
    assert version_id is not None
    return version_id


def entry_of(session: Session, course: Course) -> CourseLanguage:
    return session.scalars(select(CourseLanguage).where(CourseLanguage.course_id == course.id)).one()


def history(session: Session) -> list[tuple[int, datetime]]:
    """Return which versions were published when."""
    return [
        (number, at)
        for number, at in session.execute(
            select(CourseVersion.number, Publication.published_at)
            .join(Publication, Publication.version_id == CourseVersion.id)
            .order_by(Publication.published_at, CourseVersion.number)
        )
    ]


def test_versions_are_numbered_from_one_and_the_newest_is_published(session: Session) -> None:
    course = make_course(session, languages=[])
    versions = [publish(session, ready(session, course), None, NOW) for _ in range(2)]
    assert [version.number for version in versions] == [1, 2]
    assert published_version(session, course.id, Language.FR) is versions[1]
    assert published_version(session, course.id, Language.EN) is None


def test_the_import_of_a_published_version_says_so(session: Session) -> None:
    version = publish(session, ready(session, make_course(session, languages=[])), None, NOW)
    assert session.scalars(select(PackageImport.state)).one() is ImportState.PUBLISHED
    assert history(session) == [(version.number, NOW)]


def test_a_course_that_was_first_generation_turns_to_scorm_dated(session: Session) -> None:
    course = make_course(session, languages=[])
    entry = services.add_language(session, course.id, Language.FR)
    entry.published_at = NOW
    publish(session, ready(session, course), None, LATER)
    assert (entry.format, entry.converted_at, entry.published_at) == (Format.SCORM, LATER, NOW)
    publish(session, ready(session, course), None, LATER + timedelta(days=1))
    assert entry.converted_at == LATER


def test_a_course_that_was_born_in_scorm_was_never_converted(session: Session) -> None:
    course = make_course(session, languages=[])
    publish(session, ready(session, course), None, NOW)
    entry = entry_of(session, course)
    assert (entry.format, entry.converted_at, entry.published_at) == (Format.SCORM, None, NOW)


def test_publishing_the_current_version_changes_nothing(session: Session) -> None:
    version_id = ready(session, make_course(session, languages=[]))
    for moment in (NOW, LATER):
        publish(session, version_id, None, moment)
    assert history(session) == [(1, NOW)]


def test_an_older_version_is_published_again_in_one_step(session: Session) -> None:
    course = make_course(session, languages=[])
    first, second = (publish(session, ready(session, course), None, NOW) for _ in range(2))
    assert publish(session, first.id, None, LATER) is first
    assert entry_of(session, course).version_id == first.id
    assert history(session) == [(1, NOW), (2, NOW), (1, LATER)]
    assert second.retired_at is None


def test_what_is_retired_or_was_never_there_cannot_be_published(session: Session) -> None:
    version_id = ready(session, make_course(session, languages=[]))
    locked_version(session, version_id)[0].retired_at = NOW
    with pytest.raises(Refusal, match="version_retired"):
        publish(session, version_id, None, LATER)
    with pytest.raises(NotFound):
        publish(session, uuid4(), None, LATER)
    assert history(session) == []
