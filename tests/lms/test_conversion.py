"""The conversion page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.catalogue.models import CourseLanguage, Format
from courses.people.models import Language, Person, Role
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_course, make_person


@pytest.fixture
def administrator(app: Flask) -> Person:
    with installation(app).database.transaction() as session:
        return make_person(session, email="dana@example.org", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def half_converted(app: Flask) -> None:
    """One course in SCORM, converted in its only language; another one still first generation in Spanish."""
    with installation(app).database.transaction() as session:
        done = make_course(session, title_en="Agriculture", title_fr="L'agriculture")
        entry = session.query(CourseLanguage).filter_by(course_id=done.id).one()
        entry.converted_at = NOW
        other = make_course(session)
        session.add(
            CourseLanguage(
                course_id=other.id, language=Language.ES, format=Format.FIRST_GENERATION, published_at=NOW
            )
        )  # fmt: skip


def words_of(client: FlaskClient, path: str) -> str:
    """Return what a page says, without its tags."""
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@pytest.mark.usefixtures("half_converted")
def test_each_figure_stands_beside_its_definition_numerator_denominator_and_date(
    app: Flask, administrator: Person
) -> None:
    page = words_of(browser_of(app, administrator), "/admin/conversion")
    by_course = page[page.index("SCORM share by course") : page.index("SCORM share by course-language")]
    for part in ("50.0%", "Definition", "Numerator 1 ", "Denominator 2 ", "As of"):
        assert part in by_course
    by_unit = page[page.index("SCORM share by course-language") : page.index("First-generation stock")]
    assert "66.7%" in by_unit


@pytest.mark.usefixtures("half_converted")
def test_what_was_converted_is_listed_under_its_month_in_the_readers_language(
    app: Flask, administrator: Person
) -> None:
    page = words_of(browser_of(app, administrator), "/admin/conversion?lang=fr")
    assert "novembre 2026" in page
    assert "agriculture (English)" in page


def test_an_empty_catalogue_shows_a_dash_and_never_zero_percent(app: Flask, administrator: Person) -> None:
    page = words_of(browser_of(app, administrator), "/admin/conversion")
    assert "SCORM share by course –" in page
    assert "0.0%" not in page


def test_the_page_has_no_style_of_its_own(app: Flask, administrator: Person) -> None:
    assert "style=" not in browser_of(app, administrator).get("/admin/conversion").get_data(as_text=True)


def test_a_trainer_is_refused(bobs: FlaskClient) -> None:
    assert bobs.get("/admin/conversion").status_code == 403


def test_a_visitor_is_led_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/admin/conversion")
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]
