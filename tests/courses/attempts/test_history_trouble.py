"""The story of a learner's attempt when clocks are wrong, posts come late or not at all, and saving fails."""

import json
import zlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from courses.attempts.failures import failed_in
from courses.attempts.history_posts import Noted
from courses.attempts.models import RawCommit
from tests.paging import STATUS, Page, open_page
from tests.playing import Played, make_played, package_of, sco
from tests.telling import newest, noted, said, stamp, story

MINUTE = timedelta(minutes=1)
SCORE, KEPT, PLACE = "cmi.core.score.raw", "cmi.suspend_data", "cmi.core.lesson_location"
TIME = "cmi.core.session_time"


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("one"), sco("two")]))


@pytest.fixture
def page(session: Session, played: Played, now: datetime) -> Page:
    return open_page(session, played, now)


class TestTimes:
    def test_a_clock_that_is_ahead_is_said_and_reckoned_out(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.now = now + MINUTE
        page.commit("one", (SCORE, "10"), **stamp(now + timedelta(days=1, minutes=1)))
        load = newest(session, played, page.now)
        assert load.clock_error == timedelta(days=1)
        assert not noted(load, Noted.KEPT_BACK)

    def test_a_clock_that_is_behind_is_told_from_work_that_was_kept_back(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.now = now + MINUTE
        page.commit("one", (SCORE, "10"), **stamp(now - timedelta(hours=1)))
        load = newest(session, played, page.now)
        assert load.clock_error == timedelta(hours=-1, minutes=-1)
        assert not noted(load, Noted.KEPT_BACK)

    def test_what_came_long_after_it_was_done_is_no_fault_of_a_clock(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.now = now + 60 * MINUTE
        page.commit("one", (SCORE, "10"), **stamp(now + 2 * MINUTE))
        page.commit("one", (SCORE, "20"), **stamp(now + 3 * MINUTE))
        load = newest(session, played, page.now)
        assert load.clock_error is None
        (note,) = noted(load, Noted.KEPT_BACK)
        assert note.other_ms is not None
        assert note.other_ms - note.at_ms == 58 * 60 * 1000
        assert load.heard_at == now + 3 * MINUTE

    def test_a_clock_four_minutes_off_is_nothing_to_mention(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"), **stamp(now + 4 * MINUTE))
        assert newest(session, played, now).clock_error is None

    def test_reported_time_is_the_last_word_of_each_session(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (TIME, "00:01:00"), (TIME, "00:03:00"))
        page.commit("one", request={"kind": "terminate"})
        page.commit("one", (TIME, "00:02:00"))
        assert newest(session, played, now).reported_cs == 5 * 60 * 100

    def test_measured_time_is_what_each_page_load_added(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.now = now + MINUTE
        page.commit("one", (SCORE, "10"))
        later = open_page(session, played, now + 60 * MINUTE)
        later.now = now + 62 * MINUTE
        later.commit("one", (SCORE, "20"))
        found = story(session, played, later.now)
        assert [load.measured_cs for load in found.history.loads] == [2 * 6000, 6000]
        assert found.attempt.measured_cs == 3 * 6000

    def test_measured_time_is_unknown_where_posts_of_an_older_release_do_not_tell(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        session.execute(update(RawCommit).values(answer={"seq": 1}))
        open_page(session, played, now + 60 * MINUTE)
        assert [load.measured_cs for load in story(session, played, now + 60 * MINUTE).history.loads] == [None, None]


class TestTrouble:
    def test_failures_to_save_are_told_with_what_the_page_says_of_them(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.now = now + 30 * MINUTE
        failed = {"times": 7, "since": (now + MINUTE).isoformat(), "why": "offline"}
        page.commit("one", (SCORE, "10"), **stamp(page.now), failed=failed)
        load = newest(session, played, page.now)
        (note,) = noted(load, Noted.FAILED)
        assert (note.times, note.value, load.failures) == (7, "offline", 7)
        assert note.other_ms == round((now + MINUTE).timestamp() * 1000)

    @pytest.mark.parametrize(
        "failed", [None, 7, {}, {"times": 0}, {"times": True}, {"times": 10**7}, {"times": "3", "why": "offline"}]
    )
    def test_nonsense_about_failures_is_none(self, failed: object) -> None:
        assert failed_in({"failed": failed}) is None

    @pytest.mark.parametrize("since", [7, "yesterday", "9999-12-31T23:59:59-23:00", None])
    def test_failures_since_nobody_knows_when_are_told_all_the_same(self, since: object) -> None:
        found = failed_in({"failed": {"times": 3, "since": since, "why": 8}})
        assert found is not None
        assert (found.times, found.since, found.why) == (3, None, "")

    def test_a_post_that_never_arrived_is_told_and_an_overtaken_one_is_not_missed(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        overtaken = page.document("one", (SCORE, "20"))
        page.sent -= 1
        page.commit("one", (SCORE, "20"), (SCORE, "30"))
        page.post(overtaken)
        page.seq += 2
        page.commit("one", (SCORE, "40"))
        assert [note.times for note in noted(newest(session, played, now), Noted.MISSING)] == [2]

    def test_a_page_that_went_on_alone_numbers_its_posts_far_beyond_and_nothing_is_missed(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        page.seq = 1_795_000_000_000
        page.commit("one", (SCORE, "20"))
        assert not noted(newest(session, played, now), Noted.MISSING)

    def test_what_a_replaced_page_sends_is_marked_once(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        open_page(session, played, now + MINUTE)
        page.now = now + 2 * MINUTE
        page.commit("one", (SCORE, "90"))
        page.commit("one", (STATUS, "passed"))
        older = story(session, played, page.now).history.loads[1]
        assert older.late_posts == 2
        assert len(noted(older, Noted.LATE)) == 1

    def test_a_body_that_cannot_be_read_keeps_no_story_from_being_told(
        self, session: Session, played: Played, page: Page, now: datetime
    ) -> None:
        page.commit("one", (SCORE, "10"))
        page.commit("one", (SCORE, "20"))
        for seq, body in ((1, b"no JSON"), (2, json.dumps({"activity": 7}).encode())):
            session.execute(update(RawCommit).where(RawCommit.seq == seq).values(body=zlib.compress(body)))
        assert said(newest(session, played, now)) == []
