"""The public catalogue and the way into a course: it works, then each refusal."""

import hashlib
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update

from courses.catalogue.models import Course, CourseLanguage, FirstGenerationFile, Format
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Language, Person
from courses.progression.steps import Track
from tests.browsing import browser_of, installation, submit
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person
from tests.records_builders import make_topic


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def add_course(app: Flask, **facts: object) -> Course:
    with installation(app).database.transaction() as session:
        return make_course(session, **facts)


def add_reading(
    app: Flask, content: bytes = b"%PDF-1.7 agriculture", **facts: object
) -> tuple[Course, FirstGenerationFile]:
    """Add a first-generation course in English with one file, stored."""
    parts = installation(app)
    digest = hashlib.sha256(content).hexdigest()
    with parts.storage.staging() as staged:
        staged.write_bytes(content)
        parts.storage.keep(staged, digest)
    with parts.database.transaction() as session:
        course = make_course(session, languages=(), **facts)
        entry = CourseLanguage(
            course_id=course.id, language=Language.EN, format=Format.FIRST_GENERATION, published_at=NOW
        )
        session.add(entry)
        session.flush()
        file = FirstGenerationFile(
            course_language_id=entry.id, name="Agriculture – été.pdf", media_type="application/pdf",
            size=len(content), sha256=digest,
        )  # fmt: skip
        session.add(file)
    return course, file


def enrolments(app: Flask) -> int:
    with installation(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(Enrolment)) or 0


def ask_for(client: FlaskClient, course: Course, language: str = "en") -> object:
    return submit(client, f"/courses/{course.code}/enrol", {"language": language}, page="/my")


class TestTheCatalogue:
    def test_a_visitor_reads_it_by_level_and_track(self, app: Flask, client: FlaskClient) -> None:
        add_course(app, title_en="The door", level=1)
        add_course(app, title_en="Patents", level=2, track=Track.SPECIALIST, topic="intellectual property")
        text = page(client, "/")
        assert text.index("Level 1, introductory</h2>") < text.index("The door")
        assert text.index("Level 2, intermediate · Specialist</h2>") < text.index("Patents")
        assert "2 courses" in text

    def test_an_empty_one_says_so(self, client: FlaskClient) -> None:
        assert "No course is published yet" in page(client, "/")

    def test_what_is_not_published_does_not_stand_in_it(self, app: Flask, client: FlaskClient) -> None:
        hidden = add_course(app, title_en="In production", languages=())
        assert "In production" not in page(client, "/")
        page(client, f"/courses/{hidden.code}", 404)

    def test_what_is_dropped_leaves_it(self, app: Flask, client: FlaskClient) -> None:
        dropped = add_course(app, title_en="Dropped long ago")
        with installation(app).database.transaction() as session:
            session.execute(update(CourseLanguage).where(CourseLanguage.course_id == dropped.id).values(dropped_at=NOW))
        assert "Dropped long ago" not in page(client, "/")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("level=1", {"Alpha"}),
            ("level=0", {"Gamma"}),
            ("track=specialist", {"Beta"}),
            ("topic=sps", {"Beta"}),
            ("language=fr", {"Beta"}),
            ("text=GAM", {"Gamma"}),
            ("text=alpha+beta", set()),
            ("text=100%25", set()),
            ("level=2&language=en", set()),
        ],
    )
    def test_it_is_filtered(self, app: Flask, client: FlaskClient, query: str, found: set[str]) -> None:
        add_course(app, title_en="Alpha", level=1)
        add_course(app, title_en="Beta", level=2, track=Track.SPECIALIST, topic="sps", languages=[Language.FR])
        add_course(app, title_en="Gamma")
        text = page(client, f"/?{query}")
        assert {title for title in ("Alpha", "Beta", "Gamma") if f">{title}</a>" in text} == found
        if not found:
            assert "No course fits" in text

    def test_a_topic_finds_what_lies_below_it_and_can_be_chosen_where_only_that_has_courses(
        self, app: Flask, client: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            for code, above in (("goods", None), ("sps", "goods"), ("fish", "sps")):
                make_topic(session, code, parent_code=above)
        add_course(app, title_en="Alpha", level=2, topic="fish")
        add_course(app, title_en="Beta", level=2, topic="services")
        for asked in ("goods", "sps", "fish"):
            text = page(client, f"/?topic={asked}")
            assert (">Alpha</a>" in text, ">Beta</a>" in text) == (True, False), asked
            assert f'<option value="{asked}" selected>' in text
        assert ">Alpha</a>" not in page(client, "/?topic=services")

    @pytest.mark.parametrize(
        "query",
        [
            "level=99999999999999999999",
            "level=x",
            "track=nobody",
            "language=de",
            "topic=" + "x" * 5000,
            "text=%F0%9F%8E%93",
        ],
    )
    def test_nonsense_in_the_address_does_no_harm(self, client: FlaskClient, query: str) -> None:
        page(client, f"/?{query}")

    def test_it_takes_the_same_queries_for_one_course_and_for_ten(self, app: Flask, client: FlaskClient) -> None:
        numbers = []
        for amount in (1, 9):
            for _ in range(amount):
                add_course(app)
            statements: list[str] = []
            engine = installation(app).database.engine

            def note(_c: object, _cursor: object, statement: str, *_rest: object, to: list[str] = statements) -> None:
                to.append(statement)

            event.listen(engine, "before_cursor_execute", note)
            page(client, "/")
            event.remove(engine, "before_cursor_execute", note)
            numbers.append(len([statement for statement in statements if statement.startswith("SELECT")]))
        assert numbers == [4, 4]

    def test_titles_numbers_and_words_follow_the_language(self, app: Flask, client: FlaskClient) -> None:
        add_course(app, title_fr="Présentation", hours=0.5, languages=[Language.EN, Language.FR])
        assert "Présentation" in page(client, "/?lang=fr")
        assert "0,5" in page(client, "/?lang=fr")


class TestACourse:
    def test_a_visitor_reads_what_it_is_and_is_led_to_sign_in(self, app: Flask, client: FlaskClient) -> None:
        course = add_course(app, level=2, asks_for=["1"], confers=["2·generalist"], track=Track.GENERALIST)
        text = page(client, f"/courses/{course.code}")
        assert "Level 2, intermediate · Generalist" in text
        assert f"/sign-in?next=/courses/{course.code}" in text

    def test_its_code_is_found_in_any_case_and_nothing_else_is(self, app: Flask, client: FlaskClient) -> None:
        course = add_course(app)
        page(client, f"/courses/{course.code.lower()}")
        page(client, "/courses/nothing", 404)

    def test_a_person_who_lacks_something_reads_every_reason(self, app: Flask) -> None:
        course = add_course(app, level=2)
        with installation(app).database.transaction() as session:
            unverified = make_person(session, verified_at=None)
        text = page(browser_of(app, unverified), f"/courses/{course.code}")
        assert "Your official status has not been verified yet" in text
        assert "This asks for Level 1, introductory" in text
        assert 'action="/courses' not in text


class TestEnrolling:
    def test_leads_to_the_own_course(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        course = add_course(app)
        answer = ask_for(alices, course)
        assert answer.status_code == 303
        assert "You are enrolled" in page(alices, answer.location)
        assert "To my course" in page(alices, f"/courses/{course.code}")

    def test_twice_is_harmless(self, app: Flask, alices: FlaskClient) -> None:
        course = add_course(app)
        assert ask_for(alices, course).location == ask_for(alices, course).location
        assert enrolments(app) == 1

    def test_is_refused_with_every_reason_and_changes_nothing(self, app: Flask, alices: FlaskClient) -> None:
        course = add_course(app, level=2)
        answer = ask_for(alices, course, "fr")
        text = unescape(answer.get_data(as_text=True))
        assert answer.status_code == 409
        assert "not published in that language" in text
        assert "asks for Level 1" in text
        assert enrolments(app) == 0

    def test_a_language_that_is_none_falls_back_to_the_readers(self, app: Flask, alices: FlaskClient) -> None:
        assert ask_for(alices, add_course(app), "klingon").status_code == 303

    def test_a_visitor_is_led_to_sign_in(self, app: Flask, client: FlaskClient) -> None:
        course = add_course(app)
        answer = submit(client, f"/courses/{course.code}/enrol", {"language": "en"})
        assert (answer.status_code, answer.location) == (302, "/sign-in")

    def test_without_the_token_of_a_page_nothing_happens(self, app: Flask, alices: FlaskClient) -> None:
        course = add_course(app)
        assert alices.post(f"/courses/{course.code}/enrol", data={"language": "en"}).status_code == 400
        assert enrolments(app) == 0


class TestReading:
    def test_self_study_material_is_open_to_a_visitor(self, app: Flask, client: FlaskClient) -> None:
        course, file = add_reading(app, is_for_credit=False)
        address = f"/courses/{course.code}/files/{file.id}"
        assert address in page(client, f"/courses/{course.code}")
        answer = client.get(address, buffered=True)
        assert (answer.status_code, answer.data) == (200, b"%PDF-1.7 agriculture")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304

    def test_a_course_for_credit_is_read_by_those_who_might_take_it(
        self, app: Flask, client: FlaskClient, alices: FlaskClient
    ) -> None:
        course, file = add_reading(app)
        address = f"/courses/{course.code}/files/{file.id}"
        assert alices.get(address, buffered=True).status_code == 200
        assert client.get(address).location.startswith("/sign-in")
        with installation(app).database.transaction() as session:
            unverified = make_person(session, verified_at=None)
        assert browser_of(app, unverified).get(address).status_code == 403

    def test_a_file_of_another_course_or_a_lost_one_is_not_found(self, app: Flask, client: FlaskClient) -> None:
        course, file = add_reading(app, is_for_credit=False)
        other, _ = add_reading(app, b"other", is_for_credit=False)
        assert client.get(f"/courses/{other.code}/files/{file.id}").status_code == 404
        installation(app).storage.remove(file.sha256)
        assert client.get(f"/courses/{course.code}/files/{file.id}").status_code == 404

    def test_who_has_passed_before_may_still_read(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        course, file = add_reading(app)
        with installation(app).database.transaction() as session:
            cohort = make_cohort(session, session.get_one(Course, course.id))
            make_enrolment(session, alice, cohort, outcome=Outcome.PASSED)
        assert alices.get(f"/courses/{course.code}/files/{file.id}", buffered=True).status_code == 200
