"""The learner's path map and what the catalogue says of each course: words, states, links; few queries."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from courses.catalogue.models import Course
from courses.catalogue.topics import Topic
from courses.enrolment.models import Outcome
from courses.offerings.models import Dating, Mode, Offering, OfferingState, Scope
from courses.people.models import Person
from courses.progression.record import Category
from courses.progression.requirements import CoursePassed, as_document
from courses.progression.steps import Track
from courses.records.models import ClaimState, Recognition
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what differs in words only: what the pages ask of the database is tried on both by the other tests."""


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def ladder(app: Flask) -> None:
    """Offer a course for each of the first steps, and an activity at level 3."""
    with installation(app).database.transaction() as session:
        session.add(Topic(code="services", name_en="Services", name_fr="Services", name_es="Servicios"))
        make_course(session, code="INTRO", title_en="Introduction to the WTO", level=1, confers=["1"], hours=50)
        make_course(
            session,
            code="GEN",
            title_en="The whole picture",
            level=2,
            track=Track.GENERALIST,
            confers=["2·generalist"],
            hours=60,
        )
        make_course(
            session,
            code="SERV",
            title_en="Trade in services",
            level=2,
            track=Track.SPECIALIST,
            topic="services",
            confers=["2·specialist·services"],
        )
        session.add(Offering(
            code="ADV", title_en="Advanced course", title_fr="Cours avancé", title_es="Curso avanzado",
            state=OfferingState.PUBLISHED, mode=Mode.FACE_TO_FACE, scope=Scope.GLOBAL, level=3,
            track=Track.GENERALIST, languages=["en"], confers=["3·generalist"], dating=Dating.NOT_FIXED,
            created_at=NOW, changed_at=NOW,
        ))  # fmt: skip


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[-3000:]
    return unescape(answer.get_data(as_text=True))


def step(text: str, name: str) -> str:
    """Return what the map says of one step."""
    start = text.index(f'id="step-{name}"')
    ends = [place for place in (text.find('class="path-step ', start), text.find("</section>", start)) if place > 0]
    return plain(text[start : min(ends)])


def plain(text: str) -> str:
    """Return what stands between the marks of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def has_passed(app: Flask, person: Person, code: str, **facts: Any) -> None:
    with installation(app).database.transaction() as session:
        course = session.scalars(select(Course).where(Course.code == code)).one()
        values = {"outcome": Outcome.PASSED, "mark": 0.82, "closed_at": NOW - timedelta(days=200)} | facts
        make_enrolment(session, person, make_cohort(session, course), **values)


@pytest.mark.usefixtures("ladder")
class TestTheMap:
    def test_of_somebody_new_begins_at_level_1_and_says_what_opens_the_rest(self, alices: FlaskClient) -> None:
        text = page(alices, "/path")
        assert "You have no step yet: begin with level 1." in text
        assert "Open to you" in step(text, "1")
        assert "Introduction to the WTO" in step(text, "1")
        second = step(text, "2·generalist")
        assert "Locked" in second
        assert "Level 1, introductory" in second
        assert "What opens this?" in second
        assert "Pass: Introduction to the WTO (50 h)" in second
        third = step(text, "3·generalist")
        assert third.index("Introduction to the WTO") < third.index("The whole picture")
        assert "about 110 hours" in third
        assert "Advanced course" in third

    @ON_SQLITE
    def test_of_somebody_who_has_passed_says_when_and_with_what(
        self, app: Flask, alice: Person, alices: FlaskClient
    ) -> None:
        has_passed(app, alice, "INTRO")
        has_passed(app, alice, "SERV", outcome=Outcome.ACTIVE, mark=None, closed_at=None)
        text = page(alices, "/path")
        first = step(text, "1")
        assert "Done" in first
        assert "You passed “Introduction to the WTO” on May 4, 2026 with 82%." in first
        assert "Open to you" in step(text, "2·generalist")
        assert "In progress" in step(text, "2·specialist·services")
        assert "Continue" in step(text, "2·specialist·services")

    @ON_SQLITE
    def test_tells_recognised_and_covered_apart_from_passed(
        self, app: Flask, alice: Person, alices: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            session.add(Recognition(
                person_id=alice.id, state=ClaimState.GRANTED, granted=["2·generalist"], steps=["2·generalist"],
                created_at=NOW, decided_at=NOW,
            ))  # fmt: skip
        text = page(alices, "/path")
        assert "Recognised" in step(text, "2·generalist")
        assert "Covered" in step(text, "1")
        assert "Open to you" in step(text, "3·generalist")

    @ON_SQLITE
    def test_tells_somebody_who_is_not_verified_what_to_do(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, verified_at=None)
        text = page(browser_of(app, person), "/path")
        assert "Your official status is not verified yet." in text
        assert 'href="/profile/status"' in text
        assert "Have your official status verified" in step(text, "1")

    @ON_SQLITE
    def test_names_every_state_in_words_beside_its_icon(self, alices: FlaskClient) -> None:
        text = page(alices, "/path")
        assert text.count('<svg class="state-icon"') == text.count('aria-hidden="true" focusable="false">') - 1
        assert text.count("<h1") == 1

    @ON_SQLITE
    def test_asks_the_database_as_often_for_many_courses_as_for_few(self, app: Flask, alices: FlaskClient) -> None:
        few = queries(app, alices, "/path")
        with installation(app).database.transaction() as session:
            for number in range(12):
                make_course(
                    session, code=f"S{number}", level=2, track=Track.SPECIALIST, topic="services",
                    confers=["2·specialist·services"],
                )  # fmt: skip
        assert queries(app, alices, "/path") == few

    @ON_SQLITE
    def test_is_for_those_who_are_signed_in(self, client: FlaskClient) -> None:
        assert client.get("/path").location == "/sign-in?next=/path"


@ON_SQLITE
@pytest.mark.usefixtures("ladder")
def test_a_way_says_with_what_mark_a_course_is_to_be_passed_wherever_it_is_shown(
    app: Flask, alice: Person, alices: FlaskClient
) -> None:
    with installation(app).database.transaction() as session:
        asked = {"GEN": CoursePassed("INTRO", minimum_mark=0.825), "SERV": CoursePassed("INTRO", minimum_mark=0.7)}
        for code, requirement in asked.items():
            course = session.scalars(select(Course).where(Course.code == code)).one()
            course.requirement = as_document(requirement)
        offering = session.scalars(select(Offering)).one()
        offering.requirement = as_document(CoursePassed("GEN", minimum_mark=0.6667))
    path = page(alices, "/path")
    assert "Pass with 82.5% or more: Introduction to the WTO" in step(path, "2·generalist")
    assert "Pass with 70% or more: Introduction to the WTO" in step(path, "2·specialist·services")
    for shown in (step(path, "3·generalist"), plain(page(alices, "/activities/ADV"))):
        assert "Pass with 82.5% or more: Introduction to the WTO" in shown
        assert "Pass with 66.67% or more: The whole picture" in shown
    course = plain(page(alices, "/courses/GEN"))
    assert "Pass with 82.5% or more: Introduction to the WTO" in course
    assert "“Introduction to the WTO” passed with 82.5% or more" in course
    has_passed(app, alice, "INTRO", mark=0.82)
    assert "Raise your mark to 82.5% or more: Introduction to the WTO" in plain(page(alices, "/courses/GEN"))


@pytest.mark.usefixtures("ladder")
class TestTheCatalogue:
    def test_says_of_each_course_how_it_stands(self, app: Flask, alice: Person, alices: FlaskClient) -> None:
        text = re.sub(r"\s+", " ", page(alices, "/"))
        assert "Locked. Missing: Level 1, introductory" in text
        assert "Open to you" in text
        has_passed(app, alice, "INTRO")
        text = page(alices, "/")
        assert "Done" in text
        assert "Locked" not in text

    def test_says_nothing_of_it_to_a_visitor(self, client: FlaskClient) -> None:
        assert "Locked" not in page(client, "/")

    def test_asks_the_database_as_often_for_many_courses_as_for_few(self, app: Flask, alices: FlaskClient) -> None:
        few = queries(app, alices, "/")
        with installation(app).database.transaction() as session:
            for _ in range(12):
                make_course(session, level=2, track=Track.GENERALIST)
        assert queries(app, alices, "/") == few

    def test_ties_a_button_that_is_disabled_to_its_reasons(self, alices: FlaskClient) -> None:
        text = page(alices, "/courses/GEN")
        button = re.search(r"<button[^>]*disabled[^>]*>", text)
        assert button
        assert 'aria-describedby="why-not"' in button[0]
        reasons = text[text.index('id="why-not"') : text.index("</ul>", text.index('id="why-not"'))]
        assert "This asks for Level 1, introductory, which you do not have yet." in reasons
        assert 'href="/courses/INTRO">Introduction to the WTO</a>' in text
        assert "not met" in text
        assert "Your official status was verified on" in text

    def test_shows_all_conditions_also_where_they_are_met(self, alices: FlaskClient) -> None:
        text = page(alices, "/courses/INTRO")
        assert "You meet all conditions" in text
        assert "disabled" not in text

    def test_names_the_category_of_people_whom_a_course_is_not_for(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, category=Category.JOURNALIST)
        text = page(browser_of(app, person), "/courses/INTRO")
        assert "This is for: Government official. Your profile says: Journalist." in text


def queries(app: Flask, client: FlaskClient, address: str) -> int:
    """Return how many statements a page asks, once what processes keep is warm."""
    page(client, address)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = installation(app).database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        page(client, address)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
