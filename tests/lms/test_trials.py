"""Trials through the web: who may make one, what the player gets, the trace that comes in, the page that it leaves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from courses.attempts.calls import LONGEST_BATCH
from courses.attempts.doors import TRYING
from courses.attempts.models import Trial, TrialCalls
from courses.attempts.signals import GRAVE, Lack, Signal
from courses.attempts.story import Line, Said
from courses.attempts.trial_report import Hint
from courses.catalogue.models import CompletionRule, Course
from courses.people.models import Role
from lms import clock, tasks
from lms.access import PERMISSIONS, Permission
from lms.languages import CODES
from lms.wording_trials import (
    ERRORS_12,
    ERRORS_2004,
    EXPLANATIONS,
    HINTS,
    LACKS,
    RULES,
    SIGNALS,
    elapsed_text,
    error_text,
    line_text,
)
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.tables import TABLES
from tests.browsing import browser_of, installation, submit
from tests.playing import Played, make_played, package_of, sco
from tests.trying import make_administrator, row

SHELL = "http://play.content.localhost"


@dataclass
class Tried:
    """A trial on its way, in an administrator's browser."""

    client: FlaskClient
    opening: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.opening["leave"].rsplit("/", 1)[1])

    def report(self, *rows: list[Any], seq: int = 1, token: str | None = None, **more: Any) -> TestResponse:
        sent = {"json": {"seq": seq, "calls": list(rows)}} | more
        headers = {"Authorization": f"Bearer {token or self.opening['token']}"}
        return self.client.post("/trace", base_url=SHELL, headers=headers, **sent)

    def page(self) -> str:
        return self.client.get(f"/admin/trials/{self.id}").get_data(as_text=True)


@pytest.fixture
def played(app: Flask) -> Played:
    parts = installation(app)
    with parts.database.transaction() as session:
        return make_played(session, package_of([sco("one")]), parts.storage)


@pytest.fixture
def adas(app: Flask) -> FlaskClient:
    with installation(app).database.transaction() as session:
        ada = make_administrator(session)
    return browser_of(app, ada)


def launched(client: FlaskClient, path: str) -> TestResponse:
    return submit(client, path, {}, page="/profile")


def opened(client: FlaskClient, answer: TestResponse) -> Tried:
    assert answer.status_code == 303
    assert answer.location.startswith(f"{SHELL}/launch?code=")
    opening = client.post("/launch", json={"code": answer.location.partition("code=")[2]}, base_url=SHELL)
    assert opening.status_code == 200
    return Tried(client, opening.get_json())


@pytest.fixture
def tried(adas: FlaskClient, played: Played) -> Tried:
    return opened(adas, launched(adas, f"/admin/versions/{played.version.id}/trial"))


def kept(app: Flask) -> int:
    with installation(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(TrialCalls)) or 0


class TestLaunching:
    def test_leads_an_administrator_to_the_player_and_back_to_the_trial_s_page(self, tried: Tried) -> None:
        assert tried.opening["trace"] is True
        assert tried.opening["leave"] == f"http://localhost/admin/trials/{tried.id}"

    @pytest.mark.parametrize(
        "what", ["versions/{version}/trial", "trials/{version}/resume", "courses/{course}/completion"]
    )
    def test_is_not_for_a_trainer(self, app: Flask, bobs: FlaskClient, played: Played, what: str) -> None:
        path = f"/admin/{what.format(version=played.version.id, course=played.course.id)}"
        assert submit(bobs, path, {"completes_by": "score"}, page="/profile").status_code == 403
        with installation(app).database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Trial)) == 0
            assert session.get_one(Course, played.course.id).completes_by is None

    def test_of_an_unknown_version_or_trial_leads_nowhere(self, adas: FlaskClient, played: Played) -> None:
        assert launched(adas, f"/admin/versions/{played.course.id}/trial").status_code == 404
        assert launched(adas, f"/admin/trials/{played.course.id}/resume").status_code == 404
        assert adas.get(f"/admin/trials/{played.course.id}").status_code == 404

    def test_resumes_the_same_trial(self, adas: FlaskClient, tried: Tried) -> None:
        again = opened(adas, launched(adas, f"/admin/trials/{tried.id}/resume"))
        assert (again.id, again.opening["attempt"]) == (tried.id, tried.opening["attempt"])

    def test_gives_each_trial_an_origin_of_its_own(self, adas: FlaskClient, played: Played, tried: Tried) -> None:
        other = opened(adas, launched(adas, f"/admin/versions/{played.version.id}/trial"))
        again = opened(adas, launched(adas, f"/admin/trials/{tried.id}/resume"))
        assert other.opening["origin"] != tried.opening["origin"]
        assert again.opening["origin"] == tried.opening["origin"]

    def test_is_open_to_those_who_import_packages_and_to_nobody_else(self) -> None:
        roles = {role for role in Role if Permission.IMPORT_PACKAGES in PERMISSIONS[role]}
        assert roles == {TRYING}

    def test_ends_twelve_hours_later_also_for_the_files_of_the_package(
        self, app: Flask, tried: Tried, played: Played, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def first_page() -> int:
            address = f"{tried.opening['base']}one.html"
            return tried.client.get(address, base_url=tried.opening["origin"]).status_code

        assert first_page() == 200
        later = clock.now() + timedelta(hours=12, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert first_page() == 404


class TestTheWrapper:
    def test_carries_the_tracing_script_in_a_trial_alone(self, app: Flask, tried: Tried, played: Played) -> None:
        def wrapper(opening: dict[str, Any]) -> str:
            return app.test_client().get(opening["wrapper"], base_url=opening["origin"]).get_data(as_text=True)

        assert "tracing.js" in wrapper(tried.opening)
        learners = browser_of(app, played.person)
        learner = opened(learners, launched(learners, f"/enrolments/{played.enrolment.id}/launch"))
        assert "trace" not in learner.opening
        assert "tracing.js" not in wrapper(learner.opening)


class TestTheTrace:
    def test_comes_in_and_is_told_in_words(self, tried: Tried) -> None:
        rows = row("LMSInitialize", ""), row("LMSSetValue", "cmi.core.lesson_status", "nonsense", code="405")
        assert tried.report(*rows).get_json() == {"seq": 1, "full": False}
        page = tried.page()
        assert "This package never said that it is finished." in page
        assert "is not one of the words that are allowed" in page
        assert "2 calls were noted in all" in page

    def test_is_json_from_our_own_page_of_a_bounded_size(self, app: Flask, tried: Tried) -> None:
        call = row("LMSCommit", "")
        assert tried.report(json=None, data="seq=1").status_code == 415
        assert tried.report(call, token="nobody").status_code == 401
        assert tried.report(json={"seq": 1, "calls": "x"}).status_code == 422
        assert tried.report(json={"seq": 1, "calls": [call], "x": "x" * LONGEST_BATCH}).status_code == 413
        elsewhere = {"Origin": tried.opening["origin"], "Authorization": f"Bearer {tried.opening['token']}"}
        answer = tried.client.post("/trace", base_url=SHELL, headers=elsewhere, json={"seq": 1, "calls": [call]})
        assert answer.status_code == 403
        assert kept(app) == 0

    def test_stands_on_the_player_s_host_alone(self, tried: Tried) -> None:
        answer = tried.client.post("/trace", base_url=tried.opening["origin"], json={"seq": 1, "calls": []})
        assert answer.status_code in (404, 405)

    def test_of_a_learner_is_not_kept(self, app: Flask, played: Played) -> None:
        learners = browser_of(app, played.person)
        learner = opened(learners, launched(learners, f"/enrolments/{played.enrolment.id}/launch"))
        assert learner.report(row("LMSCommit", "")).status_code == 422
        assert kept(app) == 0

    def test_shows_markup_of_a_package_as_text(self, tried: Tried) -> None:
        tried.report(row("LMSSetValue", "cmi.core.lesson_location", "<script>alert(1)</script>"))
        assert "<script>alert" not in tried.page()
        assert "&lt;script&gt;alert(1)" in tried.page()

    def test_has_its_words_in_three_languages(self, client: FlaskClient) -> None:
        found = [client.get(f"/trace/words/{code}", base_url=SHELL).get_json()["words"] for code in CODES]
        assert found[0].keys() == found[1].keys() == found[2].keys()
        assert {f"signal-{signal}" for signal in Signal} <= found[0].keys()
        assert client.get("/trace/words/xx", base_url=SHELL).status_code == 404


class TestChoosingTheRule:
    def choose(self, tried: Tried, played: Played, rule: str, **more: str) -> TestResponse:
        path = f"/admin/courses/{played.course.id}/completion"
        return submit(tried.client, path, {"completes_by": rule} | more, page="/profile")

    def test_keeps_it_and_returns_to_the_trial(self, app: Flask, tried: Tried, played: Played) -> None:
        answer = self.choose(tried, played, "pages_visited", trial=str(tried.id))
        assert answer.location == f"/admin/trials/{tried.id}"
        with installation(app).database.reading() as session:
            assert session.get_one(Course, played.course.id).completes_by is CompletionRule.PAGES_VISITED
        assert "Chosen: Pages visited." in tried.page()
        course = tried.client.get(f"/admin/courses/{played.course.id}").get_data(as_text=True)
        assert "The course is completed when every part that opens was opened." in course

    def test_can_be_taken_back(self, app: Flask, tried: Tried, played: Played) -> None:
        self.choose(tried, played, "score")
        assert self.choose(tried, played, "none").location == f"/admin/courses/{played.course.id}"
        with installation(app).database.reading() as session:
            assert session.get_one(Course, played.course.id).completes_by is None

    @pytest.mark.parametrize("rule", ["", "everything"])
    def test_takes_nothing_else(self, tried: Tried, played: Played, rule: str) -> None:
        assert self.choose(tried, played, rule).status_code == 400

    def test_is_said_to_be_open_where_nobody_has_chosen(self, tried: Tried, played: Played) -> None:
        for path in (f"courses/{played.course.id}", f"versions/{played.version.id}"):
            page = tried.client.get(f"/admin/{path}").get_data(as_text=True)
            assert "Nobody has chosen yet" in page


def test_the_worker_forgets_old_trials_whatever_fits_into_a_transaction(
    app: Flask, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = installation(app)
    monkeypatch.setattr(tasks, "CLOSED_AT_ONCE", 1)
    assert tasks.forget_trials(site) == 0
    with site.database.transaction() as session:
        session.execute(update(Trial).values(launched_at=clock.now() - timedelta(days=31)))
    assert tasks.forget_trials(site) == 1


class TestTheWords:
    def test_stand_for_every_code(self) -> None:
        assert set(LACKS) == set(Lack) >= GRAVE
        assert set(SIGNALS) == set(Signal)
        assert set(HINTS) == set(Hint)
        assert set(RULES) == set(EXPLANATIONS) == {None, *CompletionRule}

    def test_stand_for_every_error_code_of_every_edition(self) -> None:
        for name, table in TABLES.items():
            known = ERRORS_12 if table is CMI12 else ERRORS_2004
            assert set(table.texts) - {"0"} <= set(known), name

    @pytest.mark.parametrize("said", Said)
    def test_stand_for_every_line_of_a_story(self, app: Flask, said: Said) -> None:
        line = Line(said=said, activity="one", at_ms=0, value="100% sure", element="cmi.x", code="405")
        with app.test_request_context():
            assert line_text(line, "1.2")
            assert line_text(line, "2004 4th Edition")

    def test_say_something_of_an_error_that_nobody_knows(self, app: Flask) -> None:
        with app.test_request_context():
            assert error_text("1.2", "999") == "The call was refused."

    def test_tell_the_time_since_the_first_call(self) -> None:
        assert [elapsed_text(ms) for ms in (-5, 0, 59_999, 61_000, 3_600_000)] == [
            "0:00",
            "0:00",
            "0:59",
            "1:01",
            "60:00",
        ]
