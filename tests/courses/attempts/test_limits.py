"""What a limit to attempts takes from nobody, and what gets nobody past it: silence, a second device, no line."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.commits import post_of
from courses.attempts.journal import Journal
from courses.attempts.models import Attempt, AttemptGrant, AttemptReason, PlayMode
from courses.attempts.policy import LaunchWish
from courses.attempts.services import Opening, exchange, launch
from courses.attempts.silence import close_silent
from courses.attempts.trials import launch_trial, resume_trial
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.services import request_enrolment, withdraw
from courses.errors import Refusal
from courses.people.models import Language, Role
from tests.builders import make_person
from tests.paging import SECRET, STATUS, Page
from tests.paging2004 import COMPLETION, EXIT, SCALED, SUCCESS, played_2004
from tests.playing import Played, make_played, package_of, sco

MINUTE = timedelta(minutes=1)
RAW = "cmi.core.score.raw"
FAILED, PASSED = ((STATUS, "failed"), (RAW, "30")), ((STATUS, "passed"), (RAW, "90"))
FAILED_2004 = ((COMPLETION, "completed"), (SUCCESS, "failed"), (SCALED, "0.3"))
PASSED_2004 = ((COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.9"), (EXIT, "suspend"))


@pytest.fixture(autouse=True)
def _forget_events(session: Session) -> Iterator[None]:
    yield
    events.take(session)


@pytest.fixture
def played(session: Session) -> Played:
    found = make_played(session, package_of([sco("quiz")]))
    limit(session, found)
    return found


def limit(session: Session, played: Played, number: int = 1) -> None:
    session.execute(update(Course).where(Course.id == played.course.id).values(attempts_allowed=number))


def opened(
    session: Session, played: Played, now: datetime, journal: Journal = (), wish: LaunchWish = LaunchWish.RESUME
) -> Page:
    code = launch(session, played.person, played.enrolment.id, None, Language.EN, now, wish=wish)
    opening = exchange(session, code, journal, SECRET, now)
    assert isinstance(opening, Opening)
    return Page(session, opening.body, now)


def kept_back(page: Page, *posts: dict[str, Any]) -> Journal:
    """Return posts of a page as the journal of its device."""
    return [post_of(page.token, one, b"{}", is_journal=True) for one in posts]


def standing(session: Session) -> tuple[Any, ...]:
    return tuple(session.execute(select(Enrolment.outcome, Enrolment.mark)).one())


class TestWhoWasOnlySilent:
    @pytest.mark.parametrize("is_new_page", [False, True])
    def test_in_the_middle_of_a_quiz_goes_on_for_credit(
        self, session: Session, played: Played, now: datetime, is_new_page: bool
    ) -> None:
        page = opened(session, played, now)
        page.commit("quiz", *FAILED)
        assert close_silent(session, now + 6 * MINUTE) == 1
        if is_new_page:
            page = opened(session, played, now + 7 * MINUTE)
            assert page.opening["mode"] == "normal"
        page.now = now + 7 * MINUTE
        page.commit("quiz", *PASSED, request={"kind": "terminate"})
        assert standing(session) == (Outcome.PASSED, 0.9)

    def test_goes_on_for_credit_in_2004_too(self, session: Session, now: datetime) -> None:
        played = played_2004(session, sco("quiz"))
        limit(session, played)
        page = opened(session, played, now)
        page.commit("quiz", *FAILED_2004)
        assert close_silent(session, now + 6 * MINUTE) == 1
        page = opened(session, played, now + 7 * MINUTE)
        page.commit("quiz", *PASSED_2004)
        page.commit("quiz", request={"kind": "terminate"})
        assert standing(session) == (Outcome.PASSED, 0.9)


class TestWhoHasFailed:
    def test_still_only_reviews_after_a_review_that_was_closed_in_the_middle(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        opened(session, played, now).commit("quiz", *FAILED, request={"kind": "terminate"})
        opened(session, played, now).commit("quiz", ("cmi.core.lesson_location", "1"))
        page = opened(session, played, now)
        assert page.opening["mode"] == "review"
        page.commit("quiz", *PASSED, request={"kind": "terminate"})
        assert standing(session) == (Outcome.ACTIVE, 0.3)

    def test_on_a_device_without_a_line_gains_nothing_by_opening_the_course_there_again(
        self, session: Session, now: datetime
    ) -> None:
        played = played_2004(session, sco("quiz"))
        limit(session, played)
        page = opened(session, played, now)
        posts = (
            page.document("quiz", *FAILED_2004, request={"kind": "exitAll", "finished": True, "number": 3}),
            {"base": 4, "activity": "", "request": {"kind": "open", "number": 4}},
            {
                "base": 5,
                "activity": "quiz",
                "changes": [list(one) for one in PASSED_2004],
                "request": {"kind": "exitAll", "finished": True, "number": 9},
            },
        )
        opened(session, played, now + MINUTE, kept_back(page, *posts))
        assert standing(session) == (Outcome.ACTIVE, 0.3)

    def test_gains_nothing_by_opening_it_on_a_second_device_meanwhile(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        page = opened(session, played, now)
        opened(session, played, now)
        posts = (
            page.document("quiz", *FAILED, request={"kind": "exit", "finished": True, "number": 2}),
            {"base": 3, "activity": "quiz", "request": {"kind": "open", "number": 3}},
            {
                "base": 4,
                "activity": "quiz",
                "changes": [list(one) for one in PASSED],
                "request": {"kind": "exit", "finished": True, "number": 6},
            },
        )
        opened(session, played, now + MINUTE, kept_back(page, *posts))
        assert standing(session) == (Outcome.ACTIVE, 0.3)

    def test_gains_nothing_late_either(self, session: Session, played: Played, now: datetime) -> None:
        page = opened(session, played, now)
        page.commit("quiz", ("cmi.core.lesson_location", "1"))
        second = opened(session, played, now)
        second.commit("quiz", ("cmi.core.lesson_location", "2"), request={"kind": "exit", "finished": True})
        posts = (
            page.document("quiz", *FAILED, request={"kind": "exit", "finished": True, "number": 3}),
            {"base": 4, "activity": "quiz", "request": {"kind": "open", "number": 4}},
            {
                "base": 5,
                "activity": "quiz",
                "changes": [list(one) for one in PASSED],
                "request": {"kind": "exit", "finished": True, "number": 7},
            },
        )
        opened(session, played, now + MINUTE, kept_back(page, *posts))
        assert standing(session) == (Outcome.ACTIVE, 0.3)


class TestLateWork:
    def test_counts_to_the_end_of_its_quiz_whatever_the_quiz_said_in_the_middle(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        page = opened(session, played, now)
        page.commit("quiz", ("cmi.core.lesson_location", "1"))
        second = opened(session, played, now)
        second.commit("quiz", ("cmi.core.lesson_location", "2"), request={"kind": "exit", "finished": True})
        posts = (
            page.document("quiz", *FAILED),
            {"base": 3, "activity": "quiz", "request": {"kind": "open", "number": 3}},
            {
                "base": 4,
                "activity": "quiz",
                "changes": [list(one) for one in PASSED],
                "request": {"kind": "exit", "finished": True, "number": 6},
            },
        )
        opened(session, played, now + MINUTE, kept_back(page, *posts))
        assert standing(session) == (Outcome.PASSED, 0.9)


class TestWhoGivesUpAndEnrolsAgain:
    def enrol_again(self, session: Session, played: Played, now: datetime) -> Played:
        withdraw(session, played.enrolment.id, now, played.person.id)
        enrolment = request_enrolment(session, played.person, played.course.id, Language.EN, now)
        return dataclasses.replace(played, enrolment=enrolment)

    def test_has_no_more_attempts_than_who_stayed(self, session: Session, played: Played, now: datetime) -> None:
        opened(session, played, now).commit("quiz", *FAILED, request={"kind": "terminate"})
        second = self.enrol_again(session, played, now)
        assert second.enrolment.id != played.enrolment.id
        with pytest.raises(Refusal, match="no_attempt_left"):
            opened(session, second, now)
        session.add(AttemptGrant(enrolment_id=second.enrolment.id, granted_at=now, reason="A second chance."))
        opened(session, second, now)
        assert session.scalars(select(Attempt.reason).order_by(Attempt.id)).all()[-1] is AttemptReason.GRANTED

    def test_has_all_of_them_before_anything_was_played(self, session: Session, played: Played, now: datetime) -> None:
        opened(session, played, now)
        assert opened(session, self.enrol_again(session, played, now), now).opening["attempts"]["left"] == 0


@pytest.mark.parametrize(("mode", "after"), [(PlayMode.NORMAL, "review"), (PlayMode.BROWSE, "browse")])
def test_a_trial_that_is_over_is_reviewed_as_by_a_learner_when_it_is_resumed(
    session: Session, played: Played, now: datetime, mode: PlayMode, after: str
) -> None:
    admin = make_person(session, roles=[Role.ADMINISTRATOR])
    code = launch_trial(session, admin, played.version.id, None, Language.EN, now, mode=mode)
    opening = exchange(session, code, (), SECRET, now)
    assert opening is not None
    assert opening.trial_id is not None
    Page(session, opening.body, now).commit("quiz", *FAILED, request={"kind": "terminate"})
    code = resume_trial(session, admin, opening.trial_id, None, Language.EN, now)
    resumed = exchange(session, code, (), SECRET, now)
    assert resumed is not None
    assert resumed.body["mode"] == after
