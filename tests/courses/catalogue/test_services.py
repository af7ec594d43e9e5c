"""Writing courses, languages and first-generation files."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue import queries, services
from courses.catalogue.facts import CourseFacts, InvalidFacts, Reason
from courses.catalogue.models import Course, CourseLanguage, FirstGenerationFile, Format
from courses.catalogue.services import StoredFile
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from tests.builders import NOW, make_course, make_version

FACTS = CourseFacts(code="A1", title_en="Start", asks_for=(" 2 · generalist ",), confers=("3·generalist",))
PDF = StoredFile(name="course.pdf", media_type="application/pdf", size=3, sha256="a" * 64)


def test_a_course_is_added_with_its_steps_in_their_own_spelling(session: Session) -> None:
    course = services.save_course(session, FACTS, NOW)
    assert (course.code, course.asks_for, course.confers) == ("A1", ["2·generalist"], ["3·generalist"])


def test_a_missing_title_is_the_english_one(session: Session) -> None:
    course = services.save_course(session, FACTS, NOW)
    assert (course.title_fr, course.title_es) == ("Start", "Start")


def test_a_course_is_changed_in_place(session: Session) -> None:
    course = services.save_course(session, FACTS, NOW)
    again = services.save_course(session, CourseFacts(code="A2", title_en="Other"), NOW, course)
    assert again is course
    assert course.code == "A2"


def test_a_scope_is_found_by_its_name_and_left_by_none(session: Session) -> None:
    one = services.save_course(session, replace(FACTS, objective_scope="Foundations"), NOW)
    two = services.save_course(session, CourseFacts(code="A2", title_en="Other", objective_scope="Foundations"), NOW)
    assert one.objective_scope_id == two.objective_scope_id is not None
    services.save_course(session, FACTS, NOW, one)
    assert one.objective_scope_id is None
    assert queries.scope_names(session) == ["Foundations"]
    assert (queries.scope_of(session, one), queries.scope_of(session, two)) == ("", "Foundations")


def test_a_code_belongs_to_one_course(session: Session) -> None:
    services.save_course(session, FACTS, NOW)
    with pytest.raises(InvalidFacts) as caught:
        services.save_course(session, FACTS, NOW)
    assert caught.value.reasons == (Reason("code", "course_code_taken"),)
    other = services.save_course(session, CourseFacts(code="A2", title_en="Other"), NOW)
    with pytest.raises(InvalidFacts):
        services.save_course(session, FACTS, NOW, other)
    assert sorted(session.scalars(select(Course.code))) == ["A1", "A2"]


def test_a_language_is_added_once_as_first_generation(session: Session) -> None:
    course = make_course(session, languages=[])
    entry = services.add_language(session, course.id, Language.ES)
    assert (entry.format, entry.published_at) == (Format.FIRST_GENERATION, None)
    with pytest.raises(Refusal, match="language_exists"):
        services.add_language(session, course.id, Language.ES)


def test_a_language_needs_a_course(session: Session) -> None:
    with pytest.raises(NotFound):
        services.add_language(session, uuid4(), Language.ES)


class TestFirstGenerationFiles:
    def entry(self, session: Session) -> CourseLanguage:
        return services.add_language(session, make_course(session, languages=[]).id, Language.FR)

    def test_the_first_file_publishes_the_course(self, session: Session) -> None:
        entry = self.entry(session)
        services.add_first_generation_file(session, entry.id, PDF, NOW)
        assert entry.published_at == NOW

    def test_a_file_of_the_same_name_is_replaced(self, session: Session) -> None:
        entry = self.entry(session)
        services.add_first_generation_file(session, entry.id, PDF, NOW)
        newer = StoredFile(name="course.pdf", media_type="application/pdf", size=4, sha256="b" * 64)
        services.add_first_generation_file(session, entry.id, newer, NOW)
        assert [file.sha256 for file in session.scalars(select(FirstGenerationFile))] == ["b" * 64]

    def test_a_converted_course_takes_none(self, session: Session) -> None:
        course = make_course(session, languages=[])
        version = make_version(session, course)
        with pytest.raises(Refusal, match="already_converted"):
            services.add_first_generation_file(session, version.course_language_id, PDF, NOW)

    def test_a_file_is_removed(self, session: Session) -> None:
        file = services.add_first_generation_file(session, self.entry(session).id, PDF, NOW)
        services.remove_first_generation_file(session, file.id)
        with pytest.raises(NotFound):
            services.remove_first_generation_file(session, file.id)

    def test_a_file_needs_a_course_in_a_language(self, session: Session) -> None:
        with pytest.raises(NotFound):
            services.add_first_generation_file(session, uuid4(), PDF, NOW)
