"""Archives that no version uses are given up, and taken up again when the same content comes back."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue import imports
from courses.catalogue.archives import free_archives
from courses.catalogue.imports import ImportRequest
from courses.catalogue.models import Archive, ArchiveMember, Course, CourseVersion
from courses.catalogue.queries import stored_digests
from courses.people.models import Language
from lms.db import Database
from tests.builders import NOW, make_course
from tests.courses.attempts.test_together import together
from tests.courses.catalogue.test_imports import REPORT

LATER = NOW + timedelta(hours=1)
SHA = "c" * 64
ROUNDS = 25


def begun(session: Session, course: Course, sha256: str = SHA) -> UUID:
    """Return an import that is being read."""
    asked = ImportRequest(course_id=course.id, language=Language.FR, file_name="a.zip", size=9, sha256=sha256)
    import_ = imports.start_import(session, asked, None, NOW)
    imports.begin_reading(session, import_.id)
    return import_.id


def imported(session: Session, course: Course, sha256: str = SHA) -> CourseVersion:
    """Return the draft that an import has made."""
    import_ = imports.record_report(session, begun(session, course, sha256), REPORT, NOW)
    return session.get_one(CourseVersion, import_.version_id)


def members(session: Session) -> int:
    """Return how many files the index has."""
    return session.scalars(select(func.count()).select_from(ArchiveMember)).one()


@pytest.fixture
def course(session: Session) -> Course:
    return make_course(session, languages=[])


def test_an_archive_goes_with_its_index_when_its_last_version_is_retired(session: Session, course: Course) -> None:
    versions = [imported(session, course), imported(session, course)]
    versions[0].retired_at = NOW
    session.flush()
    assert free_archives(session, LATER, 10) == 0
    assert members(session) == len(REPORT.members)
    versions[1].retired_at = NOW
    session.flush()
    assert free_archives(session, LATER, 10) == 1
    assert (members(session), stored_digests(session)) == (0, frozenset())
    session.expire_all()
    assert session.get_one(Archive, SHA).freed_at == LATER
    assert free_archives(session, LATER, 10) == 0


def test_an_archive_of_an_import_on_its_way_stays(session: Session, course: Course) -> None:
    imported(session, course).retired_at = NOW
    import_id = begun(session, course)
    assert free_archives(session, LATER, 10) == 0
    imports.record_report(session, import_id, REPORT, NOW)
    assert free_archives(session, LATER, 10) == 0
    assert members(session) == len(REPORT.members)


def test_content_that_comes_back_has_its_index_again(session: Session, course: Course) -> None:
    imported(session, course).retired_at = NOW
    session.flush()
    free_archives(session, LATER, 10)
    session.expire_all()
    imported(session, course)
    assert members(session) == len(REPORT.members)
    assert stored_digests(session) == {SHA}
    assert free_archives(session, LATER, 10) == 0


def test_no_more_are_given_up_at_once_than_asked_for(session: Session, course: Course) -> None:
    for letter in "abc":
        imported(session, course, letter * 64).retired_at = NOW
    session.flush()
    assert [free_archives(session, LATER, 2) for _ in range(3)] == [2, 1, 0]


def test_an_import_of_the_same_content_at_the_same_moment_keeps_its_archive(database: Database, now: datetime) -> None:
    report = replace(REPORT, members=[(f"{number}.html", number, 0, 1, 1, 1) for number in range(200)])
    with database.transaction() as session:
        course = make_course(session, languages=[])

    def record_again() -> None:  # in one transaction, as the command line does: nobody sees it on its way
        with database.transaction() as session:
            imports.record_report(session, begun(session, course), report, now)

    def free() -> None:
        with database.transaction() as session:
            free_archives(session, now, 10)

    for number in range(ROUNDS):
        together(record_again, free, free)
        with database.transaction() as session:
            assert (members(session), session.get_one(Archive, SHA).freed_at) == (200, None)
            for version in session.scalars(select(CourseVersion)):
                version.retired_at = now
            session.flush()
            assert number % 2 or free_archives(session, now, 10)
