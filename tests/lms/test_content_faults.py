"""The protocol of the player at its border: what faults of the line, of clocks and of pages come to on the server."""

import json
import zlib
from datetime import UTC, timedelta
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from courses.attempts.models import ActivityState, Attempt, LaunchCode, Lease, RawCommit
from courses.attempts.services import launch
from courses.attempts.silence import close_silent
from courses.people.models import Language, SignIn
from lms import clock
from tests.browsing import installation
from tests.playing import Played, make_played, package_of, sco

SHELL = "http://play.content.localhost"
NONCE = "kept-by-the-page-alone"


@pytest.fixture
def played(app: Flask) -> Played:
    with installation(app).database.transaction() as session:
        return make_played(session, package_of([sco("one"), sco("two")]))


@pytest.fixture
def code(app: Flask, played: Played) -> str:
    with installation(app).database.transaction() as session:
        return launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())


def spend(client: FlaskClient, code: str, **more: Any) -> Any:
    return client.post("/launch", json={"code": code, **more}, base_url=SHELL)


class TestACodeWhoseAnswerWasLost:
    def test_is_answered_again_to_the_page_that_spent_it(self, client: FlaskClient, code: str) -> None:
        first, again = spend(client, code, nonce=NONCE), spend(client, code, nonce=NONCE)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json["attempt"] == first.json["attempt"]
        assert again.json["lease"] != first.json["lease"]

    @pytest.mark.parametrize("more", [{}, {"nonce": "of-somebody-else-here"}, {"nonce": ""}, {"nonce": [NONCE]}])
    def test_is_spent_for_everybody_else(self, client: FlaskClient, code: str, more: dict[str, Any]) -> None:
        assert spend(client, code, nonce=NONCE).status_code == 200
        assert spend(client, code, **more).status_code == 410

    def test_is_spent_when_it_was_spent_without_a_nonce_or_with_one_that_can_be_guessed(
        self, app: Flask, client: FlaskClient, code: str, played: Played
    ) -> None:
        assert spend(client, code).status_code == 200
        assert spend(client, code, nonce=NONCE).status_code == 410
        with installation(app).database.transaction() as session:
            other = launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())
        assert [spend(client, other, nonce="1").status_code for _ in range(2)] == [200, 410]

    def test_is_too_old_after_a_minute(self, app: Flask, client: FlaskClient, code: str) -> None:
        spend(client, code, nonce=NONCE)
        with installation(app).database.transaction() as session:
            assert set(session.scalars(select(LaunchCode.code_hash))).isdisjoint({code, NONCE})
            for row in session.scalars(select(LaunchCode)):
                row.expires_at -= timedelta(seconds=61)
        assert spend(client, code, nonce=NONCE).status_code == 410

    def test_leaves_one_page_that_holds_the_attempt(self, app: Flask, client: FlaskClient, code: str) -> None:
        for _ in range(3):
            spend(client, code, nonce=NONCE)
        with installation(app).database.reading() as session:
            holding = session.scalars(select(Lease.id).where(Lease.replaced_at.is_(None))).all()
        assert len(holding) == 1


class Sending:
    """A page that sends what a test wants it to, in the order that a test wants."""

    def __init__(self, app: Flask, client: FlaskClient, code: str) -> None:
        self.app, self.client = app, client
        self.opened: dict[str, Any] = spend(client, code).json

    def post(self, path: str, document: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.opened['token']}"}
        return self.client.post(path, json=document, headers=headers, base_url=SHELL)

    def commit(self, seq: int, *words: str, **more: Any) -> Any:
        """Post words from the first of the stream on."""
        changes = [["cmi.comments", word] for word in words]
        return self.post("/commit", {"seq": seq, "base": 0, "activity": "one", "changes": changes} | more)

    def read(self, column: Any, activity: str = "one") -> Any:
        of_attempt = select(column).join(Attempt, Attempt.id == ActivityState.attempt_id)
        with installation(self.app).database.reading() as session:
            return session.scalar(of_attempt.where(ActivityState.activity_id == activity))

    @property
    def said(self) -> str:
        return str(self.read(ActivityState.values)["cmi.comments"])


@pytest.fixture
def sending(app: Flask, client: FlaskClient, code: str) -> Sending:
    return Sending(app, client, code)


WORDS = ("a", "b", "c")


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_posts_in_any_order_and_twice_come_to_the_same(sending: Sending, order: tuple[int, ...]) -> None:
    for seq in (*order, *order):
        assert sending.commit(seq, *WORDS[:seq]).status_code == 200
    assert sending.said == "abc"


def test_a_request_that_was_overtaken_is_carried_out_once(sending: Sending) -> None:
    going = {"seq": 1, "activity": "one", "changes": [], "base": 0, "request": {"kind": "continue"}}
    assert sending.commit(2, "a").status_code == 200
    for _ in range(2):
        assert sending.post("/commit", going).json["deliver"]["activity"] == "two"
    assert sending.read(ActivityState.visits, "two") == 1
    assert sending.said == "a"


def test_a_journal_that_comes_twice_goes_on_once(sending: Sending) -> None:
    lease = {"token": sending.opened["token"], "base": 0, "changes": []}
    journal = [
        lease | {"activity": "one", "request": {"kind": "continue", "number": 0}},
        lease | {"activity": "two", "request": {"kind": "previous", "number": 1}},
        lease | {"activity": "one", "request": {"kind": "continue", "number": 2}},
    ]
    for _ in range(2):
        assert sending.post("/lease", {"journal": journal}).json["deliver"]["activity"] == "two"
    assert sending.read(ActivityState.visits, "two") == 2 + 2  # as asked for, and by each page


def test_what_failed_before_is_kept_raw_and_is_no_part_of_what_is_said(app: Flask, sending: Sending) -> None:
    failed = {"times": 3, "since": "2026-01-01T10:00:00.000Z", "why": "offline"}
    first = sending.commit(1, "a", failed=failed)
    assert sending.commit(1, "a", failed=failed | {"times": 4}).json == first.json
    assert sending.commit(2, "a", "b", failed="nonsense").status_code == 200
    with installation(app).database.reading() as session:
        bodies = session.scalars(select(RawCommit.body).order_by(RawCommit.seq)).all()
    assert [json.loads(zlib.decompress(body))["failed"] for body in bodies] == [failed, "nonsense"]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_wrong_by_a_day_is_only_kept(app: Flask, sending: Sending, days: int) -> None:
    wrong = clock.now() + timedelta(days=days)
    answer = sending.commit(1, "a", client_time=wrong.isoformat())
    told = clock.now().fromisoformat(answer.json["saved_at"])
    assert abs(told.astimezone(UTC) - clock.now()) < timedelta(minutes=1)
    assert sending.read(ActivityState.measured_cs) < 6000
    with installation(app).database.reading() as session:
        assert session.scalars(select(RawCommit.client_time)).one() == wrong


def test_a_machine_that_slept_goes_on_and_its_sleep_is_no_learning(app: Flask, sending: Sending) -> None:
    sending.commit(1, "a")
    with installation(app).database.transaction() as session:
        session.execute(update(Lease).values(seen_at=clock.now() - timedelta(hours=8)))
        assert close_silent(session, clock.now()) == 1
    assert sending.post("/heartbeat", {}).status_code == 200
    with installation(app).database.reading() as session:
        assert session.scalars(select(Lease.ended_at)).one() is None
    assert sending.commit(2, "a", "b").json["acknowledged"] == 2
    assert sending.said == "ab"
    assert sending.read(ActivityState.measured_cs) <= 2 * 6000 + 1000


def test_a_sign_in_that_was_idle_too_long_ends_no_page_and_a_sign_out_does(
    app: Flask, client: FlaskClient, played: Played
) -> None:
    with installation(app).database.transaction() as session:
        sign_in = SignIn(person_id=played.person.id, token_hash="a" * 64, created_at=clock.now(), seen_at=clock.now())
        session.add(sign_in)
        session.flush()
        code = launch(session, played.person, played.enrolment.id, sign_in.id, Language.EN, clock.now())
    sending = Sending(app, client, code)
    with installation(app).database.transaction() as session:
        session.execute(update(SignIn).values(seen_at=clock.now() - timedelta(days=90)))
    assert sending.commit(1, "a").status_code == 200
    with installation(app).database.transaction() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    answer = sending.commit(2, "a", "b")
    assert (answer.status_code, answer.json["error"]) == (401, "signed-out")
    assert sending.said == "a"
