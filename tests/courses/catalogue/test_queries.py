"""The administrator's pages ask the database a fixed number of times, however much there is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.catalogue import imports, queries, services
from courses.catalogue.listing import CatalogueSearch, catalogue, topics
from courses.catalogue.models import Course
from courses.catalogue.versions import publish
from courses.people.models import Language
from lms.db import Database
from tests.builders import NOW, make_course
from tests.courses.catalogue.test_services import PDF
from tests.courses.catalogue.test_versions import ready
from tests.records_builders import make_topic


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def add_course(database: Database) -> Course:
    with database.transaction() as session:
        course = make_course(session, languages=[])
        for language in Language:
            publish(session, ready(session, course, language), None, NOW)
        return course


def test_a_topic_finds_the_courses_of_those_below_it(session: Session) -> None:
    for code, above in (("goods", None), ("sps", "goods"), ("services", None)):
        make_topic(session, code, parent_code=above)
    for topic in ("goods", "sps", "services", "unknown", None):
        make_course(session, code=f"C-{topic}", topic=topic)
    found = {
        topic: {entry.course.code for entry in catalogue(session, CatalogueSearch(topic=topic), "en")}
        for topic in ("goods", "sps", "unknown", "nothing")
    }
    assert found == {"goods": {"C-goods", "C-sps"}, "sps": {"C-sps"}, "unknown": {"C-unknown"}, "nothing": set()}
    assert topics(session) == ["goods", "services", "sps", "unknown"]


def test_the_list_of_courses_needs_as_many_queries_for_five_as_for_one(database: Database) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            add_course(database)
        with counted(database) as statements, database.reading() as session:
            for course in queries.all_courses(session):
                assert [entry.version.number for entry in course.languages if entry.version] == [1, 1, 1]
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_course_is_shown_with_everything_in_a_fixed_number_of_queries(database: Database) -> None:
    counts = []
    course = add_course(database)
    for _ in range(2):
        with database.transaction() as session:
            publish(session, ready(session, course), None, NOW)
        with counted(database) as statements, database.reading() as session:
            page = queries.course_page(session, course.id)
            assert [file.name for entry in page.course.languages for file in entry.files] == []
            assert {entry.state.value for entry in page.imports} == {"published"}
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_imports_are_listed_newest_first_in_pages(session: Session) -> None:
    course = make_course(session, languages=[])
    made = [ready(session, course) for _ in range(3)]
    assert [entry.version_id for entry in queries.imports_page(session, 2)] == [made[2], made[1]]
    assert [entry.version_id for entry in queries.imports_page(session, 2, 2)] == [made[0]]


def test_what_rows_name_is_known_to_the_sweep(session: Session) -> None:
    course = make_course(session, languages=[])
    entry = services.add_language(session, course.id, Language.EN)
    services.add_first_generation_file(session, entry.id, PDF, NOW)
    ready(session, course)
    waiting = imports.start_import(
        session,
        imports.ImportRequest(course_id=course.id, language=Language.EN, file_name="b", size=1, sha256="e" * 64),
        None,
        NOW,
    )
    assert queries.stored_digests(session) == {"a" * 64, "c" * 64, waiting.sha256}
    assert queries.unfinished_imports(session) == {waiting.id}


@pytest.mark.parametrize("start", [0, 50])
def test_an_empty_platform_has_no_imports(session: Session, start: int) -> None:
    assert queries.imports_page(session, 10, start) == []
