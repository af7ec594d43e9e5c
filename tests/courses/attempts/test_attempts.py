"""What a launch opens: the first attempt, the one at hand, a new one, a review; and what the policy refuses."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.attempts.choices import attempt_choice, attempt_choices
from courses.attempts.commits import Answer, Verdict, post_of
from courses.attempts.journal import Recovery
from courses.attempts.models import Attempt, AttemptGrant, AttemptReason, AttemptState
from courses.attempts.policy import LaunchWish, Reason
from courses.attempts.services import Opening, exchange, launch, resume
from courses.catalogue.models import Course
from courses.errors import Refusal
from courses.people.models import Language
from lms.db import Database
from tests.courses.attempts.test_together import together
from tests.paging import SECRET, STATUS, Page
from tests.playing import Played, make_played, package_of, sco

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FAILED = ((STATUS, "failed"), ("cmi.core.score.raw", "30"))
PASSED = ((STATUS, "passed"), ("cmi.core.score.raw", "90"))


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("quiz")]))


def allow(session: Session, played: Played, number: int | None, days: int = 0) -> None:
    """Give the course its policy."""
    session.execute(
        update(Course).where(Course.id == played.course.id).values(attempts_allowed=number, days_between=days)
    )


def grant(session: Session, played: Played, now: datetime) -> None:
    session.add(AttemptGrant(enrolment_id=played.enrolment.id, granted_at=now, reason="The line was down."))
    session.flush()


def open_by(session: Session, played: Played, now: datetime, wish: LaunchWish = LaunchWish.RESUME) -> Page:
    """Launch with a wish and open the page."""
    code = launch(session, played.person, played.enrolment.id, None, Language.EN, now, wish=wish)
    opening = exchange(session, code, (), SECRET, now)
    assert isinstance(opening, Opening)
    return Page(session, opening.body, now)


def play(page: Page, *changes: tuple[str, str]) -> None:
    """Play the quiz to its end and leave."""
    page.commit("quiz", *changes, request={"kind": "terminate"})
    page.commit("quiz", request={"kind": "exit"})


def rows(session: Session) -> list[Any]:
    columns = select(Attempt.number, Attempt.reason, Attempt.state, Attempt.started_at, Attempt.ended_at)
    return list(session.execute(columns.order_by(Attempt.number)))


class TestAgain:
    def test_ends_the_attempt_at_hand_and_begins_the_next(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        play(open_by(session, played, now), *FAILED)
        open_by(session, played, now + HOUR, LaunchWish.AGAIN)
        assert rows(session) == [
            (1, AttemptReason.FIRST, AttemptState.ENDED, now, now + HOUR),
            (2, AttemptReason.AGAIN, AttemptState.OPEN, now + HOUR, None),
        ]

    def test_finds_nothing_of_the_attempt_before(self, session: Session, played: Played, now: datetime) -> None:
        play(open_by(session, played, now), ("cmi.suspend_data", "x"), *FAILED)
        values = open_by(session, played, now, LaunchWish.AGAIN).opening["deliver"]["values"]
        assert (values["cmi.core.entry"], values[STATUS]) == ("ab-initio", "not attempted")
        assert "cmi.suspend_data" not in values

    def test_clicked_twice_begins_one(self, session: Session, played: Played, now: datetime) -> None:
        play(open_by(session, played, now), *FAILED)
        open_by(session, played, now, LaunchWish.AGAIN)
        open_by(session, played, now, LaunchWish.AGAIN)
        assert [row.number for row in rows(session)] == [1, 2]
        assert attempt_choice(session, played.enrolment.id, now).reasons == (Reason.STILL_OPEN,)

    def test_before_the_first_begins_the_first(self, session: Session, played: Played, now: datetime) -> None:
        open_by(session, played, now, LaunchWish.AGAIN)
        assert [(row.number, row.reason) for row in rows(session)] == [(1, AttemptReason.FIRST)]

    def test_is_refused_where_none_is_left_until_a_trainer_grants_one(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        allow(session, played, 1)
        play(open_by(session, played, now), *FAILED)
        with pytest.raises(Refusal, match="no_attempt_left"):
            open_by(session, played, now, LaunchWish.AGAIN)
        assert [row.state for row in rows(session)] == [AttemptState.OPEN]
        grant(session, played, now)
        play(open_by(session, played, now, LaunchWish.AGAIN), *FAILED)
        assert rows(session)[-1].reason is AttemptReason.GRANTED
        with pytest.raises(Refusal, match="no_attempt_left"):
            open_by(session, played, now, LaunchWish.AGAIN)

    def test_is_refused_before_its_day_and_says_which(self, session: Session, played: Played, now: datetime) -> None:
        allow(session, played, None, days=2)
        play(open_by(session, played, now), *FAILED)
        with pytest.raises(Refusal, match="too_soon") as refused:
            open_by(session, played, now + DAY, LaunchWish.AGAIN)
        assert refused.value.parameters == {"until": (now + 2 * DAY).isoformat()}
        open_by(session, played, now + 2 * DAY, LaunchWish.AGAIN)
        assert len(rows(session)) == 2

    def test_is_one_attempt_for_the_database_whatever_the_code_does(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        open_by(session, played, now)
        names = {"number", "id"}
        columns = {c.name: getattr(session.scalars(select(Attempt)).one(), c.name) for c in Attempt.__table__.columns}
        twin = Attempt(number=2, **{name: value for name, value in columns.items() if name not in names})
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(twin)
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1


class TestResume:
    def test_goes_on_in_what_is_open(self, session: Session, played: Played, now: datetime) -> None:
        page = open_by(session, played, now)
        page.commit("quiz", ("cmi.core.lesson_location", "7"), (STATUS, "incomplete"), request={"kind": "suspendAll"})
        opened = open_by(session, played, now).opening
        assert opened["deliver"]["values"]["cmi.core.lesson_location"] == "7"
        assert len(rows(session)) == 1

    def test_of_several_enrolments_is_told_by_one_query(self, session: Session, played: Played, now: datetime) -> None:
        play(open_by(session, played, now), *PASSED)
        other = make_played(session, package_of([sco("other")]))
        found = attempt_choices(session, [played.enrolment.id, other.enrolment.id], now)
        assert {one: (choice.number, choice.is_review) for one, choice in found.items()} == {
            played.enrolment.id: (1, True), other.enrolment.id: (0, False),
        }  # fmt: skip

    def test_after_a_tab_was_closed_in_the_middle_of_a_failing_quiz_goes_on(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        allow(session, played, 1)
        open_by(session, played, now).commit("quiz", *FAILED)
        choice = attempt_choice(session, played.enrolment.id, now)
        assert (choice.can_resume, choice.is_review, choice.left) == (True, False, 0)


class TestAnAttemptThatHasEnded:
    """Whose page is still open, or comes back with what it could not send."""

    @pytest.fixture
    def left(self, session: Session, played: Played, now: datetime) -> Page:
        """Return the page of the first attempt; the second has begun since."""
        page = open_by(session, played, now)
        page.commit("quiz", (STATUS, "incomplete"))
        open_by(session, played, now + HOUR, LaunchWish.AGAIN)
        return page

    def test_is_a_closed_door_to_its_page_whose_work_still_counts(
        self, session: Session, played: Played, left: Page
    ) -> None:
        left.now += 2 * HOUR
        answer = left.commit("quiz", *PASSED)
        assert (answer.verdict, answer.body["reason"]) == (Verdict.CLOSED, "attempt_over")
        assert session.scalars(select(Attempt.is_passed).order_by(Attempt.number)).all() == [True, None]
        assert resume(session, left.token, (), SECRET, left.now) == Answer(
            Verdict.CLOSED, {"reason": "attempt_over", **Recovery().as_dict()}
        )

    @pytest.mark.parametrize(("after", "is_passed"), [(2 * HOUR, True), (2 * DAY, None)])
    def test_is_sent_what_it_is_owed_by_the_next_one_and_for_a_day_that_raises_its_result(
        self, session: Session, played: Played, left: Page, after: timedelta, is_passed: bool | None
    ) -> None:
        owed = post_of(left.token, left.document("quiz", *PASSED), b"{}", is_journal=True)
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, left.now + after)
        opening = exchange(session, code, [owed], SECRET, left.now + after)
        assert opening is not None
        assert opening.body["recovered"] == {left.opening["lease"]: 3}
        assert session.scalars(select(Attempt.is_passed).order_by(Attempt.number)).all() == [is_passed, None]


def test_there_is_nothing_to_review_before_the_first_attempt(session: Session, played: Played, now: datetime) -> None:
    with pytest.raises(Refusal, match="nothing_to_review"):
        open_by(session, played, now, LaunchWish.REVIEW)


def test_two_clicks_at_once_begin_one_attempt(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        played = make_played(session, package_of([sco("quiz")]))
        play(open_by(session, played, now), *FAILED)

    def click() -> None:
        with database.transaction() as session:
            launch(session, played.person, played.enrolment.id, None, Language.EN, now, wish=LaunchWish.AGAIN)

    together(click, click)
    with database.reading() as session:
        assert [row.number for row in rows(session)] == [1, 2]
