"""The pages of versions: what they say, what they do, and what is handed out."""

import hashlib
import io
import os
import re
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.attempts.retiring import retire
from courses.catalogue.difference import Change
from courses.catalogue.models import Course, CourseLanguage, CourseVersion, PackageImport, VersionRule
from courses.catalogue.moves import ObstacleCode
from courses.catalogue.version_queries import VersionState
from lms import clock, tasks
from lms.cli import cli
from lms.config import Settings
from lms.storage import GRACE_S
from lms.wording_versions import CHANGES, IN_PROGRESS_RULES, NOT_STARTED_RULES, OBSTACLES, VERSION_STATES
from tests.browsing import installation, submit, token_of
from tests.builders import make_cohort, make_enrolment, make_person
from tests.courses.attempts.test_moving import FIRST, NEWER, OTHER
from tests.courses.attempts.test_together import together
from tests.importing import added_course, administrators_browser, environment, files_of, send, work_off
from tests.paging import open_page
from tests.playing import Played, package_of, sco
from tests.scorm.packaging.packages import read

ROUNDS = 6


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    return administrators_browser(app)


@pytest.fixture
def course(app: Flask) -> Course:
    return added_course(app, code="NEG")


def imported(app: Flask, danas: FlaskClient, course: Course, data: bytes, *, publish: str = "") -> CourseVersion:
    """Import a package, as a draft unless `publish` says otherwise, and return its version."""
    send(danas, course, data, language="en", **({"publish": publish} if publish else {}))  # type: ignore[arg-type]
    work_off(installation(app))
    return newest(app)


def newest(app: Flask) -> CourseVersion:
    with installation(app).database.reading() as session:
        found = session.scalars(select(CourseVersion).order_by(CourseVersion.number.desc()).limit(1)).one()
        session.expunge_all()
        return found


def current(app: Flask) -> UUID | None:
    with installation(app).database.reading() as session:
        return session.scalars(select(CourseLanguage.version_id)).one()


def enrolled(app: Flask, course: Course, version: CourseVersion) -> Played:
    """Return somebody who is enrolled in the course."""
    with installation(app).database.transaction() as session:
        person = make_person(session)
        enrolment = make_enrolment(session, person, make_cohort(session, course))
        return Played(person=person, course=course, version=version, enrolment=enrolment)


def current_shown(client: FlaskClient, address: str) -> str:
    """Return which version a page that asks before it publishes showed as the current one."""
    found = re.search(r'name="current" value="([^"]*)"', text(client.get(address)))
    assert found, address
    return found[1]


def begun(app: Flask, course: Course, version: CourseVersion) -> Played:
    """Return somebody who is in the middle of the course and has left the page."""
    played = enrolled(app, course, version)
    with installation(app).database.transaction() as session:
        open_page(session, played, clock.now() - timedelta(hours=1))
    return played


def set_in_progress_rule(app: Flask, course: Course, rule: VersionRule) -> None:
    with installation(app).database.transaction() as session:
        session.get_one(Course, course.id).in_progress_rule = rule


def text(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.status
    return " ".join(answer.get_data(as_text=True).split())


class TestPublishing:
    def test_the_import_says_what_is_different_and_for_whom_before_it_is_published(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        begun(app, course, first)
        enrolled(app, course, first)
        imported(app, danas, course, OTHER)
        with installation(app).database.reading() as session:
            newest_import = select(PackageImport.id).order_by(PackageImport.created_at.desc()).limit(1)
            import_id = session.scalars(newest_import).one()
        page = text(danas.get(f"/admin/imports/{import_id}"))
        for sentence in (
            "New: “The three”.", "Gone: “The two”.", "Compared with version 1:",
            "1 person who has not begun will begin with this version.",
            "1 person in the middle of another version stays there.", "It lacks parts of the other version: “The two”.",
        ):  # fmt: skip
            assert sentence in page
        assert submit(danas, f"/admin/imports/{import_id}/publish", {}, "/my").status_code == 303
        assert current(app) == newest(app).id

    def test_an_older_version_is_published_again_after_a_page_that_says_what_will_happen(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        set_in_progress_rule(app, course, VersionRule.MOVE)
        second = imported(app, danas, course, NEWER, publish="y")
        begun(app, course, second)
        assert current(app) == second.id
        address = f"/admin/versions/{first.id}/publish"
        page = text(danas.get(address))
        assert "Publish version 1 of NEG again?" in page
        assert "1 person in the middle of another version goes on in this one" in page
        assert "“Renewed” is called “The one”." in page
        assert "the score to reach was 80 and is none" in page
        assert submit(danas, address, {}, "/my").location == f"/admin/versions/{first.id}"
        assert current(app) == first.id
        assert submit(danas, address, {}, "/my").status_code == 303
        assert danas.get(address).location == f"/admin/versions/{first.id}"
        assert text(danas.get(f"/admin/versions/{first.id}")).count("Dana") == 1 + 2

    def test_a_page_that_another_publication_has_overtaken_says_so_and_publishes_nothing(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        second, third = (imported(app, danas, course, data) for data in (NEWER, OTHER))
        address = f"/admin/versions/{second.id}/publish"
        shown = {"current": current_shown(danas, address)}
        assert shown == {"current": str(first.id)}
        assert submit(danas, f"/admin/versions/{third.id}/publish", shown, "/my").status_code == 303
        assert submit(danas, address, shown, "/my").location == address
        page = text(danas.get(address))
        assert "Version 3 was published meanwhile. Nothing was changed now" in page
        assert current(app) == third.id
        assert submit(danas, address, {"current": current_shown(danas, address)}, "/my").status_code == 303
        assert current(app) == second.id
        assert submit(danas, address, shown, "/my").location == f"/admin/versions/{second.id}"
        assert "meanwhile" not in text(danas.get(f"/admin/versions/{second.id}"))

    def test_the_page_of_an_import_that_was_overtaken_says_so_too(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        drafts = [imported(app, danas, course, data) for data in (FIRST, NEWER)]
        with installation(app).database.reading() as session:
            found = select(PackageImport.id).where(PackageImport.version_id == drafts[1].id)
            address = f"/admin/imports/{session.scalars(found).one()}"
        shown = {"current": current_shown(danas, address)}
        assert shown == {"current": ""}
        assert submit(danas, f"/admin/versions/{drafts[0].id}/publish", shown, "/my").status_code == 303
        assert submit(danas, f"{address}/publish", shown, "/my").location == address
        assert "Version 1 was published meanwhile." in text(danas.get(address))
        assert current(app) == drafts[0].id
        assert submit(danas, f"{address}/publish", {"current": "rubbish"}, "/my").status_code == 400
        assert submit(danas, f"{address}/publish", {"current": str(drafts[0].id)}, "/my").status_code == 303
        assert current(app) == drafts[1].id

    def test_two_who_publish_the_same_draft_on_two_pages_do_not_wait_for_each_other(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        other = administrators_browser(app)
        tokens = {client: token_of(client, "/my") for client in (danas, other)}

        def publish(client: FlaskClient, address: str) -> None:
            answer = client.post(f"{address}/publish", data={"csrf_token": tokens[client]})
            assert answer.status_code == 303, answer.status

        for number in range(ROUNDS):
            draft = imported(app, danas, course, package_of([sco("one")], {"round.txt": bytes([number])}))
            with installation(app).database.reading() as session:
                import_id = session.scalars(select(PackageImport.id).where(PackageImport.version_id == draft.id)).one()
            together(
                partial(publish, danas, f"/admin/imports/{import_id}"),
                partial(publish, other, f"/admin/versions/{draft.id}"),
            )
            assert current(app) == draft.id

    def test_who_cannot_go_on_is_counted_for_the_administrator(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        set_in_progress_rule(app, course, VersionRule.MOVE)
        begun(app, course, first)
        draft = imported(app, danas, course, OTHER)
        sentence = "1 person would go on in this version by the rule of the course, but its parts are others"
        assert sentence in text(danas.get(f"/admin/versions/{draft.id}/publish"))
        submit(danas, f"/admin/versions/{draft.id}/publish", {}, "/my")
        assert sentence in text(danas.get(f"/admin/versions/{draft.id}"))
        assert sentence not in text(danas.get(f"/admin/versions/{first.id}"))


class TestRetiring:
    def test_a_version_that_somebody_is_in_the_middle_of_says_so_and_stays(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        begun(app, course, first)
        imported(app, danas, course, NEWER, publish="y")
        address = f"/admin/versions/{first.id}/retire"
        page = text(danas.get(address))
        assert "This version cannot be retired yet:" in page
        assert "1 person is in the middle of it" in page
        assert '<button class="btn btn-primary">' not in page
        assert submit(danas, address, {}, "/my").location == address
        with installation(app).database.reading() as session:
            assert session.get_one(CourseVersion, first.id).retired_at is None

    def test_the_current_version_is_not_retired(self, app: Flask, danas: FlaskClient, course: Course) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        address = f"/admin/versions/{first.id}/retire"
        assert danas.get(address).location == f"/admin/versions/{first.id}"
        assert submit(danas, address, {}, "/my").status_code == 409

    def test_a_version_that_nobody_plays_is_retired_and_its_file_goes(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        first = imported(app, danas, course, FIRST, publish="y")
        second = imported(app, danas, course, NEWER, publish="y")
        assert submit(danas, f"/admin/versions/{first.id}/retire", {}, "/my").status_code == 303
        page = text(danas.get(f"/admin/versions/{first.id}"))
        assert "Retired" in page
        assert "Nobody can play this version any more" in page
        assert "Download the original" not in page
        _sweep_at_once(app)
        assert files_of(installation(app))[0] == [second.archive_sha256]
        for what in ("original", "export"):
            assert danas.get(f"/admin/versions/{first.id}/{what}").status_code == 409
        assert submit(danas, f"/admin/versions/{first.id}/publish", {}, "/my").status_code == 409
        assert "1 version that is no longer kept" in text(danas.get(f"/admin/courses/{course.id}"))

    def test_who_was_to_discard_a_draft_is_told_that_it_was_published_meanwhile(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        draft = imported(app, danas, course, FIRST)
        address = f"/admin/versions/{draft.id}/retire"
        assert 'name="draft" value="yes"' in text(danas.get(address))
        submit(danas, f"/admin/versions/{draft.id}/publish", {}, "/my")
        imported(app, danas, course, NEWER, publish="y")
        assert submit(danas, address, {"draft": "yes"}, "/my").location == address
        page = text(danas.get(address))
        assert "This version was published meanwhile." in page
        assert 'name="draft"' not in page
        submit(danas, address, {}, "/my")
        assert "Retired" in text(danas.get(f"/admin/versions/{draft.id}"))

    def test_a_draft_is_discarded_and_its_import_says_so(self, app: Flask, danas: FlaskClient, course: Course) -> None:
        draft = imported(app, danas, course, FIRST)
        assert "Discard version 1 of NEG?" in text(danas.get(f"/admin/versions/{draft.id}/retire"))
        submit(danas, f"/admin/versions/{draft.id}/retire", {}, "/my")
        with installation(app).database.reading() as session:
            import_id = session.scalars(select(PackageImport.id)).one()
        page = text(danas.get(f"/admin/imports/{import_id}"))
        assert "The draft of this package was discarded." in page
        assert ">Publish<" not in page
        assert "Discarded" in text(danas.get("/admin/imports"))
        assert submit(danas, f"/admin/imports/{import_id}/publish", {}, "/my").status_code == 409


def _sweep_at_once(app: Flask) -> None:
    """Sweep as if an hour had passed since the files came."""
    site = installation(app)
    for path in (site.settings.folder / "store").glob("??/*"):
        os.utime(path, (path.stat().st_mtime - 2 * GRACE_S,) * 2)
    tasks.sweep(site)


class TestHandingOut:
    def test_the_original_comes_back_byte_for_byte_under_its_name(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        version = imported(app, danas, course, FIRST, publish="y")
        address = f"/admin/versions/{version.id}/original"
        with danas.get(address) as answer:
            assert (answer.data, answer.mimetype) == (FIRST, "application/zip")
        assert answer.headers["Content-Disposition"] == "attachment; filename=package0.zip"
        assert answer.headers["ETag"] == f'"{hashlib.sha256(FIRST).hexdigest()}"'
        with danas.get(address, headers={"If-None-Match": answer.headers["ETag"]}) as known:
            assert (known.status_code, known.data) == (304, b"")
        with danas.get(address, headers={"Range": "bytes=10-19"}) as part:
            assert (part.status_code, part.data) == (206, FIRST[10:20])

    def test_the_export_is_a_clean_package_and_leaves_no_file(
        self, app: Flask, danas: FlaskClient, course: Course
    ) -> None:
        data = package_of([sco("one"), sco("two")], {"big.bin": bytes(range(256)) * 9000})
        version = imported(app, danas, course, data, publish="y")
        answer = danas.get(f"/admin/versions/{version.id}/export")
        assert answer.headers["Content-Disposition"] == "attachment; filename=NEG-en-1-export.zip"
        assert answer.content_length == len(answer.data)
        package = read(answer.data)
        assert package.findings == read(data).findings
        assert [item.href for item in package.launches] == ["one.html", "two.html"]
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            assert archive.read("big.bin") == bytes(range(256)) * 9000
        answer.close()
        assert files_of(installation(app)) == ([version.archive_sha256], [])

    def test_nothing_is_handed_out_of_a_version_that_is_unknown(self, danas: FlaskClient) -> None:
        for what in ("", "/original", "/export", "/publish", "/retire"):
            assert danas.get(f"/admin/versions/{UUID(int=1)}{what}").status_code == 404

    def test_learners_and_trainers_get_nothing(
        self, app: Flask, danas: FlaskClient, course: Course, alices: FlaskClient, bobs: FlaskClient
    ) -> None:
        version = imported(app, danas, course, FIRST)
        for client in (alices, bobs):
            for what in ("", "/original", "/export", "/publish", "/retire"):
                assert client.get(f"/admin/versions/{version.id}{what}").status_code == 403
            for what in ("/publish", "/retire"):
                assert submit(client, f"/admin/versions/{version.id}{what}", {}, "/my").status_code == 403
        with installation(app).database.reading() as session:
            assert session.get_one(CourseVersion, version.id).retired_at is None


class TestTheCommandLine:
    def test_writes_the_original_and_a_clean_package(
        self, app: Flask, danas: FlaskClient, course: Course, settings: Settings, tmp_path: Path
    ) -> None:
        imported(app, danas, course, FIRST, publish="y")
        imported(app, danas, course, NEWER)
        run = CliRunner(env=environment(settings))
        for command, number, check in (("original", None, FIRST), ("original", 2, NEWER), ("export", 2, None)):
            target = tmp_path / f"{command}{number}.zip"
            arguments = [command, "NEG", "--language", "en", "-o", str(target)]
            result = run.invoke(cli, [*arguments, "--version", str(number)] if number else arguments)
            assert result.exit_code == 0, result.output
            assert str(target) in result.output
            assert check is None or target.read_bytes() == check
        assert read((tmp_path / "export2.zip").read_bytes()).launches[0].title == "Renewed"
        assert sorted(path.suffix for path in tmp_path.iterdir() if path.name.startswith(".")) == []

    @pytest.mark.parametrize("arguments", [["NOPE", "--language", "en"], ["NEG", "--language", "fr"]])
    def test_says_in_one_sentence_that_there_is_no_such_version(
        self, app: Flask, danas: FlaskClient, course: Course, settings: Settings, arguments: list[str]
    ) -> None:
        imported(app, danas, course, FIRST, publish="y")
        result = CliRunner(env=environment(settings)).invoke(cli, ["export", *arguments])
        assert result.exit_code == 1
        assert result.output.startswith("Error: There is no such version of")

    def test_says_that_a_retired_version_is_not_kept(
        self, app: Flask, danas: FlaskClient, course: Course, settings: Settings
    ) -> None:
        draft = imported(app, danas, course, FIRST)
        with installation(app).database.transaction() as session:
            retire(session, draft.id, None, clock.now())
        arguments = ["original", "NEG", "--language", "en", "--version", "1"]
        result = CliRunner(env=environment(settings)).invoke(cli, arguments)
        assert (result.exit_code, "retired" in result.output) == (1, True)


def test_the_course_has_its_two_rules_and_its_versions_in_order(app: Flask, danas: FlaskClient, course: Course) -> None:
    for data in (FIRST, NEWER):
        imported(app, danas, course, data, publish="y")
    imported(app, danas, course, OTHER)
    page = text(danas.get(f"/admin/courses/{course.id}"))
    assert page.index("English 3") < page.index("English 2") < page.index("English 1")
    assert "The one they began with" in page
    form = f"/admin/courses/{course.id}/edit"
    fields = {
        "code": "NEG", "title_en": "Negotiation", "not_started_rule": "stay", "in_progress_rule": "move",
    }  # fmt: skip
    assert submit(danas, form, fields, "/my").status_code == 303
    with installation(app).database.reading() as session:
        found = session.scalars(select(Course)).one()
        assert (found.not_started_rule, found.in_progress_rule) == (VersionRule.STAY, VersionRule.MOVE)
    assert '<option selected value="stay">' in text(danas.get(form))
    assert submit(danas, form, fields | {"in_progress_rule": "both"}, "/my").status_code == 422


def test_every_change_obstacle_state_and_rule_has_words() -> None:
    assert set(CHANGES) == set(Change)
    assert set(OBSTACLES) == set(ObstacleCode)
    assert set(VERSION_STATES) == set(VersionState)
    assert set(NOT_STARTED_RULES) == set(IN_PROGRESS_RULES) == set(VersionRule)
