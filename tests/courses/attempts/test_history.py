"""The story of a learner's attempt, from what is stored: how pages ended, what was said, what never was."""

import zlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from courses.attempts import history_page
from courses.attempts.history import MOST_LINES, Ending
from courses.attempts.history_page import attempt_page
from courses.attempts.history_posts import Noted, Told, unpacked
from courses.attempts.models import Attempt, KeptCopy, Lease, RawCommit
from courses.attempts.services import resume
from courses.attempts.signals import Lack, Signal
from courses.attempts.silence import close_silent
from courses.attempts.story import Said
from courses.errors import NotFound
from tests.builders import make_cohort
from tests.paging import SECRET, STATUS, Page, open_page
from tests.paging2004 import played_2004
from tests.playing import Played, make_played, package_of, sco
from tests.telling import newest, noted, said, story

MINUTE = timedelta(minutes=1)
SCORE, KEPT, PLACE = "cmi.core.score.raw", "cmi.suspend_data", "cmi.core.lesson_location"
TIME = "cmi.core.session_time"


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("one"), sco("two")]))


@pytest.fixture
def page(session: Session, played: Played, now: datetime) -> Page:
    return open_page(session, played, now)


class TestWhatWasSaid:
    def test_stands_in_order_and_what_every_page_does_is_joined(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (PLACE, "p1"), (KEPT, "a"), (TIME, "00:01:00"))
        page.commit("one", (PLACE, "p2"), (KEPT, "ab"), (TIME, "00:02:00"))
        page.commit("one", (SCORE, "40"), (SCORE, "40"), (SCORE, "80"), (STATUS, "passed"))
        page.commit("one", request={"kind": "terminate"})
        assert said(newest(session, played, now)) == [
            (Said.OPENED, "", 1),
            (Said.PLACE, "p2", 2),
            (Said.KEPT, "", 2),
            (Said.TIME, "00:02:00", 2),
            (Said.SCORE, "40", 2),
            (Said.SCORE, "80", 1),
            (Said.COMPLETION, "passed", 1),
            (Said.CLOSED, "", 1),
        ]

    def test_never_has_an_answer_a_comment_or_what_is_kept_for_resuming(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit(
            "one", (KEPT, "SECRET"), ("cmi.interactions.0.id", "SECRET"),
            ("cmi.interactions.0.student_response", "SECRET"), ("cmi.interactions.1.id", "SECRETS"),
            ("cmi.comments", "SECRET"), (PLACE, "SECRET" * 7), ("cmi.nothing", "SECRET"), (STATUS, "SECRET" * 7),
        )  # fmt: skip
        found = story(session, played, now)
        assert "SECRET" not in repr(found.history)
        sizes = {
            one.line.said: (one.line.times, one.size) for one in found.history.loads[0].entries if isinstance(one, Told)
        }
        assert sizes[Said.KEPT] == (1, 6)
        assert sizes[Said.ANSWERS] == (2, 19)
        assert sizes[Said.PLACE] == (1, 42)
        assert found.history.parts[0].signals[Signal.KEPT].value == ""

    def test_has_what_the_server_did_not_accept_with_a_word_of_a_status(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (STATUS, "Passed"), (PLACE, "p3"))
        lines = [one.line for one in newest(session, played, now).entries if isinstance(one, Told)]
        refused = next(line for line in lines if line.said is Said.REFUSED)
        assert (refused.element, refused.value, refused.code, refused.name) == (STATUS, "Passed", "405", "LMSSetValue")

    def test_is_told_once_when_several_posts_bring_it(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        page.sent = 0
        page.commit("one", (SCORE, "10"), (SCORE, "20"))
        scores = [one[1] for one in said(newest(session, played, now)) if one[0] is Said.SCORE]
        assert scores == ["10", "20"]

    def test_has_a_request_of_a_journal_once_and_the_opening_of_a_page_without_a_network(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"), request={"kind": "open", "number": 1})
        page.sent = 2
        page.commit("one", (SCORE, "20"), request={"kind": "suspendAll", "number": 3})
        page.sent = 2
        page.commit("one", (SCORE, "20"), request={"kind": "suspendAll", "number": 3})
        kinds = [one[0] for one in said(newest(session, played, now))]
        assert kinds.count(Noted.ASKED) == 2
        assert kinds.count(Said.OPENED) == 2
        assert kinds.count(Said.SCORE) == 2

    def test_has_what_the_learner_asked_and_was_shown(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", request={"kind": "previous"})
        page.commit("one", request={"kind": "continue"})
        page.commit("two", request={"kind": "exit"})
        found = [(one.noted, one.value or one.activity) for one in newest(session, played, now).entries]  # type: ignore[union-attr]
        assert found == [
            (Noted.ASKED, "previous"), (Noted.DENIED, ""), (Noted.SHOWN, "one"),
            (Noted.ASKED, "continue"), (Noted.SHOWN, "two"), (Noted.ASKED, "exit"), (Noted.LEFT, ""),
        ]  # fmt: skip

    def test_of_2004_tells_its_own_elements_and_hides_what_is_written_in_them(
        self, session: Session, now: datetime
    ) -> None:
        played = played_2004(session, sco("one"), sco("two"))
        page = open_page(session, played, now)
        page.commit(
            "one", ("cmi.progress_measure", "0.4"), ("cmi.interactions.0.id", "q"),
            ("cmi.interactions.0.type", "fill-in"),
            ("cmi.interactions.0.learner_response", "SECRET"), ("cmi.comments_from_learner.0.comment", "SECRET"),
            ("cmi.session_time", "PT1M30S"), ("adl.nav.request", "{target=two}choice"), ("cmi.score.scaled", "2"),
        )  # fmt: skip
        page.commit("one", request={"kind": "terminate"})
        load = newest(session, played, now)
        assert said(load) == [
            (Said.OPENED, "", 1), (Said.OTHER, "0.4", 1), (Said.ANSWERS, "", 1), (Said.OTHER, "", 1),
            (Said.TIME, "PT1M30S", 1), (Said.REQUEST, "{target=two}choice", 1), (Said.REFUSED, "2", 1),
            (Said.CLOSED, "", 1), (Noted.SHOWN, 1),
        ]  # fmt: skip
        assert load.reported_cs == 9000
        assert "SECRET" not in repr(load)

    def test_of_a_long_page_load_has_its_beginning_and_its_end(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", *((SCORE, str(number % 100)) for number in range(MOST_LINES + 50)))
        load = newest(session, played, now)
        assert len(load.entries) == MOST_LINES + 1
        assert [note.times for note in noted(load, Noted.OMITTED)] == [51]
        assert said(load)[0][0] is Said.OPENED


class TestWhatNeverCame:
    def test_is_said_of_each_part_that_was_opened(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"), (STATUS, "failed"))
        close_silent(session, now + 10 * MINUTE)
        first, second = story(session, played, now + 10 * MINUTE).history.parts
        assert first.lacks == [Lack.NOT_KEPT, Lack.NOT_TIMED, Lack.NOT_ENDED]
        assert (second.is_opened, second.lacks) == (False, [])
        assert newest(session, played, now + 10 * MINUTE).unended == ("one",)

    def test_does_not_hold_an_end_against_a_part_that_runs_now(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        assert Lack.NOT_ENDED not in story(session, played, now).history.parts[0].lacks

    def test_is_not_said_where_the_log_is_not_whole(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        session.execute(RawCommit.__table__.delete())
        found = story(session, played, now)
        assert found.history.parts == ()
        assert found.history.loads[0].is_swept


class TestHowAPageLoadEnded:
    def test_left_by_the_learner(self, session: Session, played: Played, page: Page, now: datetime) -> None:
        page.commit("one", request={"kind": "exit"})
        assert newest(session, played, now + 60 * MINUTE).ending is Ending.LEFT

    def test_open_while_it_is_heard_of(self, session: Session, played: Played, page: Page, now: datetime) -> None:
        assert newest(session, played, now + 4 * MINUTE).ending is Ending.OPEN

    @pytest.mark.parametrize("is_swept", [True, False])
    def test_silent_for_five_minutes(
        self, session: Session, played: Played, page: Page, now: datetime, is_swept: bool
    ) -> None:
        page.commit("one", (SCORE, "10"))
        later = now + 6 * MINUTE
        if is_swept:
            close_silent(session, later)
        assert newest(session, played, later).ending is Ending.SILENT

    @pytest.mark.parametrize(
        ("devices", "ending"),
        [
            (("a", "a"), Ending.WINDOW), (("a", "b"), Ending.DEVICE), (("a", None), Ending.REPLACED),
        ],
    )  # fmt: skip
    def test_replaced_by_another_window_or_device(
        self, session: Session, played: Played, page: Page, now: datetime, devices: tuple[Any, Any], ending: Ending
    ) -> None:
        resume(session, page.token, (), SECRET, now + MINUTE)
        for lease, device in zip(session.scalars(select(Lease).order_by(Lease.id)), devices, strict=True):
            lease.device = device
        session.flush()
        newer, older = story(session, played, now + MINUTE).history.loads
        assert (older.ending, newer.ending) == (ending, Ending.OPEN)
        assert newer.lease.opened_at == now + MINUTE
        assert (older.lease.number, newer.lease.number) == (1, 2)

    def test_silent_though_a_later_page_found_on_the_device_what_it_held(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        session.execute(update(Lease).values(replaced_at=now + 60 * MINUTE))
        page.now = now + 60 * MINUTE
        page.post(page.document("one", (SCORE, "20")), is_vouched=True)
        load = newest(session, played, now + 60 * MINUTE)
        assert (load.ending, load.heard_at) == (Ending.SILENT, now)
        assert noted(load, Noted.RECOVERED)

    def test_closed_when_the_access_was_over(self, session: Session, played: Played, page: Page, now: datetime) -> None:
        session.execute(update(history_page.Cohort).values(closes_at=now))
        page.now = now + MINUTE
        page.commit("one", (SCORE, "10"))
        load = newest(session, played, now + 2 * MINUTE)
        assert load.ending is Ending.CLOSED
        assert noted(load, Noted.BEHIND)


class TestBounds:
    def test_only_the_newest_posts_are_read_and_the_rest_is_said(
        self, session: Session, played: Played, page: Page, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for score in ("10", "20", "30"):
            page.commit("one", (SCORE, score))
        monkeypatch.setattr(history_page, "MOST_POSTS", 2)
        found = story(session, played, now)
        assert found.is_cut
        assert [one[1] for one in said(found.history.loads[0]) if one[0] is Said.SCORE] == ["20", "30"]
        assert found.history.parts == ()

    def test_posts_that_inflate_to_more_than_the_bound_are_left_out(
        self, session: Session, played: Played, page: Page, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page.commit("one", (KEPT, "x" * 4000))
        page.commit("one", (SCORE, "10"))
        monkeypatch.setattr(history_page, "MOST_BYTES", 1000)
        found = story(session, played, now)
        assert (found.is_cut, found.history.loads[0].posts) == (True, 1)

    def test_no_body_is_inflated_beyond_what_is_allowed(self) -> None:
        assert unpacked(zlib.compress(b"[" * 10**7), 1000) == ({}, 1000)

    def test_only_the_newest_page_loads_are_shown_and_keep_their_numbers(
        self, session: Session, played: Played, page: Page, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history_page, "MOST_LOADS", 2)
        for minutes in (1, 2):
            open_page(session, played, now + minutes * MINUTE)
        found = story(session, played, now + 3 * MINUTE)
        assert (found.loads, [load.lease.number for load in found.history.loads]) == (3, [3, 2])
        assert found.history.loads[1].lease.opened_at == now + MINUTE

    def test_the_number_of_statements_does_not_grow_with_the_attempt(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        statements: list[str] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        counts = []
        for _ in range(2):
            statements.clear()
            story(session, played, now)
            counts.append(len(statements))
            later = open_page(session, played, now)
            for score in ("10", "20", "30"):
                later.commit("one", (SCORE, score))
        assert counts[0] == counts[1]


def test_the_story_is_of_that_cohort_and_enrolment_alone(
    session: Session, played: Played, page: Page, now: datetime
) -> None:
    attempt_id = session.scalars(select(Attempt.id)).one()
    own = session.get_one(history_page.Cohort, played.enrolment.cohort_id)
    other = make_cohort(session, played.course)
    for cohort, enrolment_id, wanted in (
        (other, played.enrolment.id, attempt_id),
        (own, played.person.id, attempt_id),
        (own, played.enrolment.id, played.person.id),
    ):
        with pytest.raises(NotFound):
            attempt_page(session, cohort, enrolment_id, wanted, now)


def test_copies_on_devices_are_part_of_it(session: Session, played: Played, page: Page, now: datetime) -> None:
    attempt_id = session.scalars(select(Attempt.id)).one()
    session.add(
        KeptCopy(attempt_id=attempt_id, device="d", scope="course", files=3, size=4, kept_at=now, synced_at=now)
    )
    session.flush()
    assert [copy.size for copy in story(session, played, now).copies] == [4]
