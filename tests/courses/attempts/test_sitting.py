"""What was done in a sitting: which parts were open since the last launch, and how long."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from courses.attempts.models import PlayMode
from courses.attempts.own_page import own_page
from courses.attempts.parts import Part
from courses.attempts.services import beat, resume
from courses.attempts.silence import close_silent
from courses.attempts.sitting import Heard, last_sitting, spent_by
from tests.paging import SECRET, STATUS, open_page
from tests.playing import Played, make_played, package_of, sco

MINUTE = timedelta(minutes=1)
NAMES = ("one", "two", "quiz")


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco(name) for name in NAMES]))


def part(*, is_completed: bool = False, is_passed: bool | None = None) -> Part:
    return Part(
        id="one", title="One", is_visited=True, is_completed=is_completed, is_passed=is_passed, score=None,
        reported_cs=0, measured_cs=0,
    )  # fmt: skip


class TestTheTimeSpent:
    def heard(self, now: datetime, minutes: int, measured: int | None = None, opened: str | None = None) -> Heard:
        return Heard(
            at=now + minutes * MINUTE, measured_cs=None if measured is None else measured * 6000, opened=opened
        )

    def test_goes_to_what_was_open_until_then(self, now: datetime) -> None:
        posts = [self.heard(now, 1), self.heard(now, 3, opened="two"), self.heard(now, 8, opened="one")]
        spent = spent_by(self.heard(now, 0, opened="one"), [*posts, self.heard(now, 9)])
        assert spent == {"one": 24000, "two": 30000}

    def test_is_what_was_measured_where_the_page_was_out_of_sight(self, now: datetime) -> None:
        posts = [self.heard(now, 60, measured=12), self.heard(now, 62, measured=14)]
        assert spent_by(self.heard(now, 0, measured=10, opened="one"), posts) == {"one": 4 * 6000}

    def test_holds_nothing_that_was_measured_before_it_began(self, now: datetime) -> None:
        posts = [self.heard(now, 1, measured=60)]
        assert spent_by(self.heard(now, 0, measured=10, opened="one"), posts) == {"one": 6000}

    def test_of_a_page_that_opened_nothing_is_nobodys(self, now: datetime) -> None:
        assert spent_by(self.heard(now, 0), [self.heard(now, 1)]) == {}

    def test_never_runs_backwards(self, now: datetime) -> None:
        posts = [self.heard(now, -1, measured=0), self.heard(now, 0, measured=0)]
        assert spent_by(self.heard(now, 0, measured=1, opened="one"), posts) == {"one": 0}


class TestTheLastSitting:
    def test_is_none_before_the_first_launch(self, session: Session, played: Played) -> None:
        assert last_sitting(session, played.enrolment.id) is None

    def test_knows_what_was_open_and_that_it_was_left(self, session: Session, played: Played, now: datetime) -> None:
        page = open_page(session, played, now)
        page.now += MINUTE
        page.commit("one", (STATUS, "completed"), request={"kind": "continue"})
        page.now += 2 * MINUTE
        page.commit("two", request={"kind": "exit"})
        found = last_sitting(session, played.enrolment.id)
        assert found is not None
        assert found.spent == {"one": 6000, "two": 12000}
        assert (found.was_left, found.mode) == (True, PlayMode.NORMAL)

    def test_begins_with_the_last_launch_and_goes_on_after_a_reload(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        page = open_page(session, played, now)
        page.commit("one", request={"kind": "continue"})
        again = open_page(session, played, now + 60 * MINUTE)
        again.now += MINUTE
        again.commit("two", (STATUS, "incomplete"))
        opening = resume(session, again.token, (), SECRET, again.now + MINUTE)
        beat(session, opening.body["token"], again.now + 2 * MINUTE)
        found = last_sitting(session, played.enrolment.id)
        assert found is not None
        assert found.began_at == now + 60 * MINUTE
        assert found.spent == {"two": 12000}
        assert not found.was_left
        assert found.heard_at == again.now + 2 * MINUTE

    def test_of_a_page_that_fell_silent_was_not_left(self, session: Session, played: Played, now: datetime) -> None:
        open_page(session, played, now).commit("one", (STATUS, "incomplete"))
        assert close_silent(session, now + 10 * MINUTE) == 1
        found = last_sitting(session, played.enrolment.id)
        assert found is not None
        assert not found.was_left

    def test_of_a_page_that_sent_nothing_has_what_it_opened(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        page = open_page(session, played, now)
        beat(session, page.token, now + MINUTE)
        found = last_sitting(session, played.enrolment.id)
        assert found is not None
        assert found.spent == {"one": 6000}

    def test_is_never_longer_than_what_was_measured(self, session: Session, played: Played, now: datetime) -> None:
        page = open_page(session, played, now)
        page.now += 60 * MINUTE
        page.commit("one", (STATUS, "incomplete"))
        shown = own_page(session, played.person, played.enrolment.id, page.now, has_left=True)
        assert [(stay.part.title, stay.spent_cs) for stay in shown.stays] == [("The one", 2 * 6000)]


class TestWhatRemains:
    @pytest.mark.parametrize(
        ("found", "is_done"),
        [
            (part(), False),
            (part(is_completed=True), True),
            (part(is_passed=True), True),
            (part(is_completed=True, is_passed=False), False),
        ],
    )
    def test_is_what_is_neither_completed_nor_passed_and_what_was_failed(self, found: Part, is_done: bool) -> None:
        assert found.is_done is is_done
