"""Publishing an import: immutable versions, and the turn to SCORM."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue import imports, services
from courses.catalogue.imports import ImportRequest
from courses.catalogue.models import Course, CourseLanguage, CourseVersion, Format, ImportState, PackageImport
from courses.catalogue.versions import publish, published_version
from courses.errors import IllegalTransition
from courses.people.models import Language
from tests.builders import NOW, make_course
from tests.courses.catalogue.test_imports import REPORT

LATER = NOW + timedelta(days=3)


def ready(session: Session, course: Course, language: Language = Language.FR) -> PackageImport:
    asked = ImportRequest(course_id=course.id, language=language, file_name="a.zip", size=9, sha256="c" * 64)
    import_ = imports.start_import(session, asked, None, NOW)
    imports.begin_reading(session, import_.id)
    return imports.record_report(session, import_.id, REPORT, NOW)


def entry_of(session: Session, course: Course) -> CourseLanguage:
    return session.scalars(select(CourseLanguage).where(CourseLanguage.course_id == course.id)).one()


def test_versions_are_numbered_from_one_and_the_newest_is_published(session: Session) -> None:
    course = make_course(session, languages=[])
    versions = [publish(session, ready(session, course), None, NOW) for _ in range(2)]
    assert [version.number for version in versions] == [1, 2]
    assert published_version(session, course.id, Language.FR) is versions[1]
    assert published_version(session, course.id, Language.EN) is None


def test_a_version_carries_what_was_read(session: Session) -> None:
    import_ = ready(session, make_course(session, languages=[]))
    version = publish(session, import_, None, NOW)
    assert (version.edition, version.title, version.sco_count, version.total_size) == ("1.2", "Negotiation", 2, 30)
    assert version.definition == {"title": "Negotiation"}
    assert (import_.state, import_.version_id) == (ImportState.PUBLISHED, version.id)


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


def test_an_import_is_published_once(session: Session) -> None:
    course = make_course(session, languages=[])
    import_ = ready(session, course)
    publish(session, import_, None, NOW)
    with pytest.raises(IllegalTransition):
        publish(session, import_, None, NOW)
    assert session.scalar(select(func.count()).select_from(CourseVersion)) == 1
