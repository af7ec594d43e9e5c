"""The administrator's courses: the list, one course, the form, languages and files."""

import io
import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.catalogue.models import CountingRule, Course, CourseLanguage, FirstGenerationFile
from courses.people.models import Language
from tests.browsing import installation, submit, token_of
from tests.builders import make_course
from tests.importing import added_course, administrators_browser, files_of

FORM = {
    "code": "TBT-1", "title_en": "Technical barriers", "title_fr": "Obstacles techniques", "title_es": "",
    "level": "2", "track": "generalist", "topic": "TBT", "asks_for": "1\n", "confers": "2/generalist",
    "pass_mark": "62,5", "distinction_mark": "90", "hours": "40", "is_for_credit": "y",
    "attempts_allowed": "", "days_between": "", "counting": "best",
}  # fmt: skip
PDF = b"%PDF-1.4 made by hand"


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    return administrators_browser(app)


def saved(app: Flask) -> list[Course]:
    with installation(app).database.reading() as session:
        found = list(session.scalars(select(Course)))
        session.expunge_all()
        return found


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


class TestCourses:
    def test_a_course_is_added_through_the_form(self, app: Flask, danas: FlaskClient) -> None:
        answer = submit(danas, "/admin/courses/new", FORM, "/my")
        assert answer.status_code == 303
        course = saved(app)[0]
        assert (course.title_es, course.level, course.confers) == ("Technical barriers", 2, ["2·generalist"])
        assert (course.pass_mark, course.distinction_mark, course.hours) == (0.625, 0.9, 40.0)
        assert "TBT-1" in text(danas.get(answer.location))

    def test_every_mistake_is_told_at_its_field_and_nothing_is_kept(self, app: Flask, danas: FlaskClient) -> None:
        wrong = FORM | {"code": "a b", "title_en": "", "hours": "many", "distinction_mark": "10", "asks_for": "5"}
        answer = submit(danas, "/admin/courses/new", wrong, "/my")
        assert answer.status_code == 422
        for field in ("code", "title_en", "hours", "distinction_mark", "asks_for"):
            assert f'id="{field}-error"' in text(answer), field
        assert 'aria-invalid="true"' in text(answer)
        assert saved(app) == []

    def test_attempts_are_described_and_shown_again(self, app: Flask, danas: FlaskClient) -> None:
        policy = {"attempts_allowed": "3", "days_between": "7", "counting": "mean", "tells_name": "y"}
        assert submit(danas, "/admin/courses/new", FORM | policy, "/my").status_code == 303
        course = saved(app)[0]
        assert (course.attempts_allowed, course.days_between) == (3, 7)
        assert (course.counting, course.tells_name) == (CountingRule.MEAN, True)
        page = text(danas.get(f"/admin/courses/{course.id}/edit"))
        for field in ("attempts_allowed", "days_between"):
            assert re.search(rf'name="{field}"[^>]*value="{policy[field]}"', page), field
        assert 'selected value="mean"' in page

    def test_attempts_have_no_limit_unless_one_is_given(self, app: Flask, danas: FlaskClient) -> None:
        assert submit(danas, "/admin/courses/new", FORM, "/my").status_code == 303
        course = saved(app)[0]
        assert (course.attempts_allowed, course.days_between) == (None, 0)
        assert (course.counting, course.tells_name) == (CountingRule.BEST, False)

    @pytest.mark.parametrize(
        ("field", "written"),
        [
            ("attempts_allowed", "0"), ("attempts_allowed", "2.5"), ("attempts_allowed", "-1"),
            ("attempts_allowed", "101"), ("attempts_allowed", "inf"), ("attempts_allowed", "many"),
            ("days_between", "-1"), ("days_between", "0,5"), ("days_between", "366"), ("counting", "worst"),
        ],
    )  # fmt: skip
    def test_a_mistake_about_attempts_is_told_at_its_field(
        self, app: Flask, danas: FlaskClient, field: str, written: str
    ) -> None:
        answer = submit(danas, "/admin/courses/new", FORM | {field: written}, "/my")
        assert answer.status_code == 422
        assert f'id="{field}-error"' in text(answer)
        assert saved(app) == []

    def test_a_choice_that_is_not_offered_is_refused(self, danas: FlaskClient) -> None:
        for wrong in ({"level": "7"}, {"track": "both"}, {"in_progress_rule": "never"}):
            assert submit(danas, "/admin/courses/new", FORM | wrong, "/my").status_code == 422

    def test_a_code_that_is_taken_is_told(self, app: Flask, danas: FlaskClient) -> None:
        added_course(app, code="TBT-1")
        answer = submit(danas, "/admin/courses/new", FORM, "/my")
        assert answer.status_code == 422
        assert "Another course has this code already." in text(answer)

    def test_a_course_is_changed(self, app: Flask, danas: FlaskClient) -> None:
        course = added_course(app)
        page = f"/admin/courses/{course.id}/edit"
        assert course.title_en in text(danas.get(page))
        assert submit(danas, page, FORM | {"distinction_mark": ""}, "/my").status_code == 303
        assert (saved(app)[0].code, saved(app)[0].distinction_mark) == ("TBT-1", None)

    def test_courses_are_put_into_a_scope_by_its_name(self, app: Flask, danas: FlaskClient) -> None:
        course = added_course(app)
        submit(danas, "/admin/courses/new", FORM | {"objective_scope": " Foundations "}, "/my")
        page = f"/admin/courses/{course.id}/edit"
        assert '<option value="Foundations">' in text(danas.get(page))
        submit(danas, page, FORM | {"code": course.code, "objective_scope": "Foundations"}, "/my")
        scopes = {found.objective_scope_id for found in saved(app)}
        assert len(scopes) == 1
        assert None not in scopes
        assert 'value="Foundations"' in text(danas.get(page))
        submit(danas, page, FORM | {"code": course.code, "objective_scope": ""}, "/my")
        assert [found.objective_scope_id for found in saved(app)].count(None) == 1

    def test_the_list_shows_languages_formats_and_versions(self, app: Flask, danas: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            make_course(session, code="SPS-9", languages=[Language.EN, Language.FR])
        page = text(danas.get("/admin/courses"))
        assert "SPS-9" in page
        assert "Français: SCORM, version 1" in page

    def test_the_pages_speak_french_and_spanish(self, app: Flask, danas: FlaskClient) -> None:
        course = added_course(app)
        for language in ("fr", "es"):
            page = danas.get(f"/admin/courses/{course.id}?lang={language}")
            assert page.status_code == 200
            assert f'<html lang="{language}">' in text(page)

    @pytest.mark.parametrize("path", ["/admin/courses", "/admin/courses/new", "/admin/imports", "/admin/imports/new"])
    def test_nobody_else_sees_the_administration(self, alices: FlaskClient, bobs: FlaskClient, path: str) -> None:
        assert (alices.get(path).status_code, bobs.get(path).status_code) == (403, 403)

    def test_a_visitor_is_led_to_the_sign_in(self, client: FlaskClient) -> None:
        answer = client.get("/admin/courses")
        assert answer.status_code == 302
        assert "/sign-in" in answer.location

    def test_a_learner_adds_no_course(self, app: Flask, alices: FlaskClient) -> None:
        assert submit(alices, "/admin/courses/new", FORM, "/my").status_code == 403
        assert saved(app) == []

    def test_without_the_token_nothing_is_added(self, app: Flask, danas: FlaskClient) -> None:
        assert danas.post("/admin/courses/new", data=FORM).status_code == 400
        assert saved(app) == []

    def test_a_course_that_is_not_there_is_not_found(self, danas: FlaskClient) -> None:
        assert danas.get(f"/admin/courses/{uuid4()}").status_code == 404
        assert danas.get("/admin/courses/not-an-identifier").status_code == 404


class TestFiles:
    def language(self, app: Flask, danas: FlaskClient) -> CourseLanguage:
        course = added_course(app)
        answer = submit(danas, f"/admin/courses/{course.id}/languages", {"language": "es"}, "/my")
        assert answer.status_code == 303
        with installation(app).database.reading() as session:
            entry = session.scalars(select(CourseLanguage)).one()
            session.expunge_all()
            return entry

    def add(self, danas: FlaskClient, entry: CourseLanguage, *files: tuple[bytes, str]) -> TestResponse:
        sent = [(io.BytesIO(data), name) for data, name in files]
        data = {"csrf_token": token_of(danas, "/my"), "file": sent}
        return danas.post(f"/admin/languages/{entry.id}/files", data=data, content_type="multipart/form-data")

    def kept(self, app: Flask) -> list[FirstGenerationFile]:
        with installation(app).database.reading() as session:
            found = list(session.scalars(select(FirstGenerationFile).order_by(FirstGenerationFile.name)))
            session.expunge_all()
            return found

    def test_a_file_is_kept_and_sent_again_as_an_attachment(self, app: Flask, danas: FlaskClient) -> None:
        entry = self.language(app, danas)
        assert self.add(danas, entry, (PDF, "../Curso básico.pdf")).status_code == 303
        file = self.kept(app)[0]
        assert (file.name, file.size, file.media_type) == ("Curso básico.pdf", len(PDF), "application/pdf")
        with danas.get(f"/admin/files/{file.id}") as answer:
            assert answer.data == PDF
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_page_among_the_files_is_never_shown_as_one(self, app: Flask, danas: FlaskClient) -> None:
        self.add(danas, self.language(app, danas), (b"<script>alert(1)</script>", "evil.html"))
        with danas.get(f"/admin/files/{self.kept(app)[0].id}") as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_the_same_content_twice_is_stored_once(self, app: Flask, danas: FlaskClient) -> None:
        self.add(danas, self.language(app, danas), (PDF, "a.pdf"), (PDF, "b.pdf"))
        assert [file.name for file in self.kept(app)] == ["a.pdf", "b.pdf"]
        stored, staged = files_of(installation(app))
        assert (len(stored), staged) == (1, [])

    def test_a_form_without_a_file_is_refused(self, app: Flask, danas: FlaskClient) -> None:
        answer = self.add(danas, self.language(app, danas), (b"", ""))
        assert answer.status_code == 409
        assert "Please choose a file" in text(answer)
        assert self.kept(app) == []

    def test_a_file_is_removed(self, app: Flask, danas: FlaskClient) -> None:
        self.add(danas, self.language(app, danas), (PDF, "a.pdf"))
        file = self.kept(app)[0]
        assert submit(danas, f"/admin/files/{file.id}/remove", {}, "/my").status_code == 303
        assert self.kept(app) == []
        assert danas.get(f"/admin/files/{file.id}").status_code == 404

    def test_a_learner_neither_adds_nor_reads_files(self, app: Flask, danas: FlaskClient, alices: FlaskClient) -> None:
        entry = self.language(app, danas)
        self.add(danas, entry, (PDF, "a.pdf"))
        assert self.add(alices, entry, (PDF, "b.pdf")).status_code == 403
        assert alices.get(f"/admin/files/{self.kept(app)[0].id}").status_code == 403
        assert len(self.kept(app)) == 1

    def test_a_language_comes_once(self, app: Flask, danas: FlaskClient) -> None:
        entry = self.language(app, danas)
        again = submit(danas, f"/admin/courses/{entry.course_id}/languages", {"language": "es"}, "/my")
        assert again.status_code == 409
        unknown = submit(danas, f"/admin/courses/{entry.course_id}/languages", {"language": "de"}, "/my")
        assert unknown.status_code == 400
