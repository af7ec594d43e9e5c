"""The page with an attempt's story, and its raw log: it works, then each refusal; and how long the log is kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from itertools import product
from typing import Any

import pytest
import structlog
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from courses.attempts import raw_log
from courses.attempts.history import Ending
from courses.attempts.history_posts import Note, Noted, Told
from courses.attempts.messages import RequestKind
from courses.attempts.models import Attempt, KeptCopy, Lease, PlayMode, RawCommit
from courses.attempts.signals import Lack
from courses.attempts.story import Line, Said
from courses.cohorts.models import CohortTrainer
from courses.people.models import Person, Role
from lms import tasks
from lms.access import PERMISSIONS, Permission
from lms.languages import CODES
from lms.wording_history import (
    ENDINGS,
    LACKS,
    MODES,
    REQUESTS,
    clock_error_text,
    clock_text,
    device_text,
    note_text,
    told_text,
)
from tests.browsing import browser_of, installation
from tests.builders import NOW
from tests.paging import STATUS, open_page
from tests.playing import make_played, package_of, sco
from tests.trying import make_administrator

DAY = timedelta(days=1)
SECRET = "SECRET"


@dataclass(frozen=True)
class Case:
    """An attempt of Alice, in a cohort of Bob's."""

    address: str
    attempt_id: Any


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def told(app: Flask, alice: Person, bob: Person) -> Case:
    site = installation(app)
    with site.database.transaction() as session:
        played = make_played(session, package_of([sco("one"), sco("two")]), site.storage, person=alice)
        session.add(CohortTrainer(cohort_id=played.enrolment.cohort_id, person_id=bob.id))
        page = open_page(session, played, NOW)
        page.commit(
            "one", ("cmi.suspend_data", SECRET * 2000), ("cmi.interactions.0.student_response", SECRET),
            (STATUS, "passed"), ("cmi.core.score.raw", "85"), failed={"times": 3, "since": None, "why": "offline"},
            client_time=(NOW + DAY).isoformat(),
        )  # fmt: skip
        page.commit("one", (STATUS, "Passed"))
        page.commit("one", request={"kind": "choice", "target": "two"})
        session.execute(update(Lease).values(device="a1b2c3d4e5"))
        attempt_id = session.scalars(select(Attempt.id)).one()
        session.add(
            KeptCopy(attempt_id=attempt_id, device="ffff0000", scope="course", files=3, size=4096, kept_at=NOW,
                     synced_at=NOW)
        )  # fmt: skip
        cohort_id, enrolment_id = played.enrolment.cohort_id, played.enrolment.id
    return Case(f"/cohorts/{cohort_id}/people/{enrolment_id}/attempts/{attempt_id}", attempt_id)


@pytest.fixture
def adas(app: Flask) -> FlaskClient:
    with installation(app).database.transaction() as session:
        ada = make_administrator(session)
    return browser_of(app, ada)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


class TestTheStory:
    def test_tells_a_trainer_what_was_said_how_it_ended_and_what_went_wrong(
        self, told: Case, bobs: FlaskClient
    ) -> None:
        text = page(bobs, told.address)
        for sentence in (
            "reported a score: 85 (cmi.core.score.raw)",
            "kept data for resuming (11.7",
            "reported an answer to 1 question",
            "LMSSetValue(cmi.core.lesson_status, Passed)",
            "the learner chose “The two”",
            "saving had failed 3 times: nothing answered; then it came through",
            "still open",
            "device A1B2C3",
            "its clock was 1 day ahead",
            "It never reported its time",
            "the whole course, 4",
        ):
            assert sentence in text
        assert "SECRET" not in text

    def test_is_reached_from_the_page_of_the_enrolment_and_leads_back(self, told: Case, bobs: FlaskClient) -> None:
        enrolment = told.address.partition("/attempts/")[0]
        assert f'href="{told.address}"' in page(bobs, enrolment)
        text = page(bobs, told.address)
        assert f'href="{enrolment}"' in text
        assert "The first one" in text

    def test_names_sessions_by_an_identifier_that_the_database_knows(
        self, app: Flask, told: Case, bobs: FlaskClient
    ) -> None:
        with installation(app).database.reading() as session:
            lease_id = session.scalars(select(Lease.id)).one()
        code = f"{lease_id.hex[-8:-4]}-{lease_id.hex[-4:]}".upper()
        assert f'data-session="{code}"' in page(bobs, told.address)

    @pytest.mark.parametrize("language", CODES)
    def test_is_told_in_every_language(self, told: Case, bobs: FlaskClient, language: str) -> None:
        assert f'<html lang="{language}">' in page(bobs, f"{told.address}?lang={language}")

    def test_does_not_claim_what_never_came_when_the_log_is_gone(
        self, app: Flask, told: Case, bobs: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            session.execute(delete(RawCommit))
        text = page(bobs, told.address)
        assert "nobody can tell what never came" in text
        assert "data-lack" not in text

    def test_of_an_attempt_that_nobody_opened_says_so(self, app: Flask, told: Case, bobs: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            session.execute(delete(RawCommit))
            session.execute(delete(Lease))
        assert "The player has not been opened in this attempt." in page(bobs, told.address)

    def test_of_a_moved_attempt_says_since_when(self, app: Flask, told: Case, bobs: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            session.execute(update(Attempt).values(moved_at=NOW))
        assert "went on in version 1 on Nov 20, 2026" in page(bobs, told.address)

    def test_is_of_the_trainers_of_its_cohort_and_of_administrators(
        self, app: Flask, told: Case, adas: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            session.execute(delete(CohortTrainer))
        page(adas, told.address)

    def test_does_not_exist_for_the_trainer_of_another_cohort(self, app: Flask, told: Case, bobs: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            session.execute(delete(CohortTrainer))
        page(bobs, told.address, 404)

    @pytest.mark.parametrize("part", [2, 4, 6])
    def test_does_not_exist_under_another_cohort_enrolment_or_number(
        self, told: Case, bobs: FlaskClient, part: int
    ) -> None:
        parts = told.address.split("/")
        parts[part] = "01a1fd67-78c5-7056-bea3-46e4428b4edd"
        page(bobs, "/".join(parts), 404)

    def test_is_closed_to_learners_and_visitors(self, told: Case, client: FlaskClient, alices: FlaskClient) -> None:
        page(alices, told.address, 403)
        assert client.get(told.address).status_code == 302


class TestTheRawLog:
    def test_has_a_line_for_each_post_as_it_came(
        self, told: Case, adas: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(raw_log, "POSTS_AT_ONCE", 2)
        with adas.get(f"{told.address}/log.jsonl") as answer:
            raw = answer.get_data()
        lines = [json.loads(line) for line in raw.splitlines()]
        assert [line["seq"] for line in lines] == [1, 2, 3]
        assert set(lines[0]) == {"received_at", "client_time", "late", "lease", "seq", "body", "answer"}
        assert lines[0]["body"]["changes"][0] == ["cmi.suspend_data", SECRET * 2000]
        assert lines[0]["client_time"] == (NOW + DAY).isoformat()
        assert lines[1]["answer"]["findings"] == [{"element": STATUS, "code": "405"}]
        assert int(answer.headers["Content-Length"]) == len(raw)
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_is_a_file_without_a_name_of_anybody(self, told: Case, adas: FlaskClient) -> None:
        with adas.get(f"{told.address}/log.jsonl") as answer:
            found = answer.headers["Content-Disposition"]
        code = f"{told.attempt_id.hex[-8:-4]}-{told.attempt_id.hex[-4:]}".upper()
        assert found == f"attachment; filename=attempt-{code}.jsonl"

    def test_is_taken_under_the_eyes_of_the_log(self, told: Case, adas: FlaskClient) -> None:
        with structlog.testing.capture_logs() as entries:
            adas.get(f"{told.address}/log.jsonl").close()
        (taken,) = [entry for entry in entries if entry["event"] == "raw_log_taken"]
        assert (taken["subject"], bool(taken["by"])) == (str(told.attempt_id), True)

    def test_is_for_administrators_only_and_the_page_says_so(self, told: Case, bobs: FlaskClient) -> None:
        page(bobs, f"{told.address}/log.jsonl", 403)
        text = page(bobs, told.address)
        assert "only administrators may take it" in text
        assert "log.jsonl" not in text

    def test_is_offered_to_administrators(self, told: Case, adas: FlaskClient) -> None:
        assert f'href="{told.address}/log.jsonl"' in page(adas, told.address)

    def test_of_another_attempt_does_not_exist(self, told: Case, adas: FlaskClient) -> None:
        page(adas, f"{told.address[:-4]}0000/log.jsonl", 404)

    def test_is_a_permission_of_administrators_alone(self) -> None:
        assert [role for role in Role if Permission.READ_RAW_LOGS in PERMISSIONS[role]] == [Role.ADMINISTRATOR]


class TestKeepingTheLog:
    def _kept(self, app: Flask) -> int:
        with installation(app).database.reading() as session:
            return session.scalar(select(func.count()).select_from(RawCommit)) or 0

    def _age(self, app: Flask, received: int, heard: int) -> None:
        with installation(app).database.transaction() as session:
            session.execute(update(RawCommit).values(received_at=NOW - received * DAY))
            session.execute(update(Lease).values(seen_at=NOW - heard * DAY))

    @pytest.mark.parametrize("at_once", [1, 100])
    def test_ends_after_the_days_of_the_setting(
        self, app: Flask, told: Case, monkeypatch: pytest.MonkeyPatch, at_once: int
    ) -> None:
        monkeypatch.setattr(tasks, "LOGS_FOUND_AT_ONCE", at_once)
        self._age(app, 731, 731)
        assert tasks.forget_raw_logs(installation(app)) == 3
        assert tasks.forget_raw_logs(installation(app)) == 0
        assert self._kept(app) == 0

    @pytest.mark.parametrize(("received", "heard"), [(729, 729), (731, 29)])
    def test_goes_on_while_it_is_young_or_its_page_was_heard_of_lately(
        self, app: Flask, told: Case, received: int, heard: int
    ) -> None:
        self._age(app, received, heard)
        assert tasks.forget_raw_logs(installation(app)) == 0
        assert self._kept(app) == 3

    def test_never_ends_where_the_setting_says_so(self, app: Flask, told: Case) -> None:
        site = installation(app)
        self._age(app, 10_000, 10_000)
        assert tasks.forget_raw_logs(replace(site, settings=replace(site.settings, raw_log_days=0))) == 0


class TestTheWords:
    def test_stand_for_every_code(self) -> None:
        assert set(ENDINGS) == set(Ending)
        assert set(MODES) == set(PlayMode)
        assert set(LACKS) == set(Lack)
        assert set(REQUESTS) >= {kind.value for kind in RequestKind} - {RequestKind.TERMINATE.value}

    def test_stand_for_every_note(self, app: Flask) -> None:
        with app.test_request_context():
            for noted, other_ms in product(Noted, (None, 1_800_000_000_000)):
                note = Note(noted=noted, at_ms=1_700_000_000_000, activity="one", value="choice", other_ms=other_ms)
                assert note_text(note, {"one": "100% The one"}), noted

    def test_stand_for_every_line_with_its_value_or_its_size(self, app: Flask) -> None:
        with app.test_request_context():
            for said, element, size in product(Said, ("cmi.x", "cmi.comments"), (None, 0, 2048)):
                line = Line(said=said, activity="one", at_ms=0, element=element, code="405", name="SetValue", times=2)
                assert told_text(Told(line=line, size=size), "1.2"), said

    def test_tell_a_clock_that_is_ahead_from_one_that_is_behind(self, app: Flask) -> None:
        with app.test_request_context():
            assert clock_error_text(DAY) == "its clock was 1 day ahead; the times below are corrected"
            assert clock_error_text(-DAY) == "its clock was 1 day behind; the times below are corrected"

    def test_name_the_day_of_what_was_done_on_another_one(self, app: Flask) -> None:
        with app.test_request_context():
            texts = [clock_text(round((NOW + days * DAY).timestamp() * 1000), NOW) for days in (0, 1)]
        assert texts == ["09:00:00", "Nov 21, 2026, 09:00:00"]

    def test_do_not_invent_a_device(self, app: Flask) -> None:
        with app.test_request_context():
            assert (device_text(None), device_text("abcdef1")) == ("not known", "device ABCDEF")
