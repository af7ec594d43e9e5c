"""How an attempt is played: for credit, in review, which lowers nothing, and to look without a trace."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.models import ActivityState, Attempt, Lease, PlayMode, SharedObjective
from courses.attempts.policy import LaunchWish
from courses.attempts.services import Browser, Opening, exchange, launch, resume
from courses.attempts.trials import launch_trial, resume_trial
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Language, Role
from tests.builders import make_person
from tests.paging import SECRET, STATUS, Page
from tests.paging2004 import COMPLETION, EXIT, PLACE, SCALED, SUCCESS, mapped, played_2004
from tests.playing import Played, make_played, package_of, sco

HOUR = timedelta(hours=1)
RAW, MODE, CREDIT = "cmi.core.score.raw", "cmi.core.lesson_mode", "cmi.core.credit"
PASSED = ((STATUS, "passed"), (RAW, "80"), ("cmi.core.lesson_location", "9"), ("cmi.suspend_data", "all"))
PASSED_2004 = ((COMPLETION, "completed"), (SUCCESS, "passed"), (SCALED, "0.8"), (EXIT, "suspend"))
LOWER_2004 = ((COMPLETION, "incomplete"), (SUCCESS, "failed"), (SCALED, "0.1"), (PLACE, "p2"), (EXIT, "suspend"))


@pytest.fixture(autouse=True)
def _forget_events(session: Session) -> Iterator[None]:
    yield
    events.take(session)


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("quiz")]))


def limit(session: Session, played: Played, number: int = 1, **more: Any) -> None:
    session.execute(update(Course).where(Course.id == played.course.id).values(attempts_allowed=number, **more))


def opened(
    session: Session, played: Played, now: datetime, wish: LaunchWish = LaunchWish.RESUME, device: str | None = None
) -> Page:
    code = launch(session, played.person, played.enrolment.id, None, Language.EN, now, wish=wish)
    opening = exchange(session, code, (), SECRET, now, Browser(device=device))
    assert isinstance(opening, Opening)
    return Page(session, opening.body, now)


def values(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.opening["deliver"]["values"]
    return found


def end(page: Page, activity: str, *changes: tuple[str, str]) -> None:
    """Report something, end the session of the SCO, leave the course."""
    page.commit(activity, *changes, request={"kind": "terminate"})
    page.commit(activity, request={"kind": "suspendAll"})


def standing(session: Session) -> tuple[Any, ...]:
    return tuple(session.execute(select(Enrolment.outcome, Enrolment.is_completed, Enrolment.mark)).one())


class TestReviewOf12:
    def test_is_told_to_the_page_and_to_the_sco(self, session: Session, played: Played, now: datetime) -> None:
        first = opened(session, played, now)
        assert (first.opening["mode"], values(first)[MODE], values(first)[CREDIT]) == ("normal", "normal", "credit")
        end(first, "quiz", *PASSED)
        page = opened(session, played, now)
        assert (page.opening["mode"], values(page)[MODE], values(page)[CREDIT]) == ("review", "review", "no-credit")
        assert values(page)["cmi.core.lesson_location"] == "9"

    def test_lowers_nothing_whatever_the_sco_says(self, session: Session, played: Played, now: datetime) -> None:
        end(opened(session, played, now), "quiz", *PASSED)
        end(opened(session, played, now), "quiz", (STATUS, "incomplete"), (RAW, "10"), ("cmi.suspend_data", "page 2"))
        found = values(opened(session, played, now))
        assert (found[STATUS], found[RAW]) == ("passed", "80")
        assert found["cmi.suspend_data"] == "page 2"  # its place is the learner's own
        assert standing(session) == (Outcome.PASSED, True, 0.8)
        state = session.scalars(select(ActivityState)).one()
        assert (state.status, state.is_passed, state.score) == ("passed", True, 0.8)
        assert "lms.review" not in state.values

    def test_raises_a_result_where_attempts_have_no_limit(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        end(opened(session, played, now), "quiz", *PASSED)
        end(opened(session, played, now), "quiz", (RAW, "95"))
        assert standing(session)[2] == 0.95
        assert values(opened(session, played, now))[RAW] == "95"

    def test_raises_nothing_where_they_have_one(self, session: Session, played: Played, now: datetime) -> None:
        limit(session, played)
        end(opened(session, played, now), "quiz", (STATUS, "failed"), (RAW, "30"))
        page = opened(session, played, now)
        assert page.opening["mode"] == "review"
        end(page, "quiz", (STATUS, "passed"), (RAW, "100"))
        assert standing(session) == (Outcome.ACTIVE, True, 0.3)
        found = values(opened(session, played, now))
        assert (found[STATUS], found[RAW]) == ("failed", "30")

    def test_of_a_page_that_was_closed_in_the_middle_leaves_nothing_behind(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        limit(session, played)
        end(opened(session, played, now), "quiz", *PASSED)
        opened(session, played, now).commit("quiz", (STATUS, "failed"), (RAW, "1"))
        end(opened(session, played, now), "quiz")
        found = values(opened(session, played, now))
        assert (found[STATUS], found[RAW]) == ("passed", "80")

    def test_never_begins_the_waiting_time_anew(self, session: Session, played: Played, now: datetime) -> None:
        limit(session, played, 2, days_between=1)
        end(opened(session, played, now), "quiz", (STATUS, "failed"), (RAW, "30"))
        opened(session, played, now + 23 * HOUR).commit("quiz", ("cmi.core.lesson_location", "1"))
        opened(session, played, now + 24 * HOUR, LaunchWish.AGAIN)
        assert session.scalars(select(Attempt.number)).all() == [1, 2]

    def test_of_what_is_not_done_yet_may_be_asked_for(self, session: Session, played: Played, now: datetime) -> None:
        opened(session, played, now).commit("quiz", (STATUS, "incomplete"))
        assert opened(session, played, now, LaunchWish.REVIEW).opening["mode"] == "review"
        assert opened(session, played, now).opening["mode"] == "normal"


class TestReviewOf2004:
    def test_lowers_nothing_here_nor_what_is_shared(self, session: Session, now: datetime) -> None:
        played = played_2004(session, sco("quiz", sequencing=mapped("goal", writes=True)), objectives_are_global=True)
        end(opened(session, played, now), "quiz", *PASSED_2004)
        known = session.scalars(select(SharedObjective)).one().values
        page = opened(session, played, now)
        assert (values(page)["cmi.mode"], values(page)["cmi.credit"]) == ("review", "no-credit")
        end(page, "quiz", *LOWER_2004)
        session.expire_all()
        assert session.scalars(select(SharedObjective)).one().values == known
        assert standing(session) == (Outcome.PASSED, True, 0.8)
        found = values(opened(session, played, now))
        assert (found[COMPLETION], found[SUCCESS], found[SCALED]) == ("completed", "passed", "0.8")
        assert found[PLACE] == "p2"

    def test_lowers_nothing_where_the_sco_begins_anew(self, session: Session, now: datetime) -> None:
        played = played_2004(session, sco("quiz", sequencing=mapped("goal", writes=True)), objectives_are_global=True)
        end(opened(session, played, now), "quiz", *PASSED_2004[:3])
        page = opened(session, played, now)
        assert page.opening["mode"] == "review"
        end(page, "quiz", (SUCCESS, "failed"), (SCALED, "0.1"))
        assert standing(session) == (Outcome.PASSED, True, 0.8)
        assert page.log[-1].body["result"]["states"] == {"quiz": "passed"}
        shared = session.scalars(select(SharedObjective)).one().values
        assert (shared["satisfied"], shared["measure"]) == (True, 0.8)

    def test_raises_nothing_where_attempts_are_limited(self, session: Session, now: datetime) -> None:
        played = played_2004(session, sco("quiz", sequencing=mapped("goal", writes=True)), objectives_are_global=True)
        limit(session, played)
        end(opened(session, played, now), "quiz", (COMPLETION, "completed"), (SUCCESS, "failed"), (SCALED, "0.2"))
        page = opened(session, played, now)
        assert page.opening["mode"] == "review"
        end(page, "quiz", *PASSED_2004)
        assert standing(session) == (Outcome.ACTIVE, True, 0.2)
        assert session.scalars(select(SharedObjective)).one().values["satisfied"] is False


class TestTheModeOfAPage:
    def test_is_that_of_the_one_before_when_the_lease_is_taken_by_its_token(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        end(opened(session, played, now), "quiz", *PASSED)
        page = opened(session, played, now)
        again = resume(session, page.token, (), SECRET, now, Browser(device="phone"))
        assert isinstance(again, Opening)
        assert again.body["mode"] == "review"
        newest = session.scalars(select(Lease).where(Lease.replaced_at.is_(None))).one()
        assert (newest.mode, newest.device) == (PlayMode.REVIEW, "phone")

    def test_is_review_after_a_reload_of_what_was_decided_meanwhile(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        limit(session, played)
        page = opened(session, played, now)
        page.commit("quiz", (STATUS, "failed"), (RAW, "30"), request={"kind": "terminate"})
        again = resume(session, page.token, (), SECRET, now)
        assert isinstance(again, Opening)
        assert again.body["mode"] == "review"

    def test_is_review_for_what_is_opened_once_more_in_the_same_page(self, session: Session, now: datetime) -> None:
        played = make_played(session, package_of([sco("lesson"), sco("quiz")]))
        limit(session, played)
        page = opened(session, played, now)
        page.commit("lesson", (STATUS, "completed"), request={"kind": "choice", "target": "quiz", "finished": True})
        answer = page.commit(
            "quiz", (STATUS, "failed"), (RAW, "30"), request={"kind": "choice", "target": "lesson", "finished": True}
        )
        assert (answer.body["mode"], answer.body["deliver"]["values"][MODE]) == ("review", "review")
        page.commit("lesson", ("cmi.core.lesson_location", "1"))
        page.commit("lesson", request={"kind": "choice", "target": "quiz", "finished": True})
        page.commit("quiz", (STATUS, "passed"))
        page.commit("quiz", (STATUS, "passed"), (RAW, "100"), request={"kind": "exit", "finished": True})
        assert standing(session)[::2] == (Outcome.ACTIVE, 0.3)
        assert session.scalars(select(Lease.mode)).all() == [PlayMode.NORMAL]  # as the page was opened


class TestWhatAPageIsTold:
    def test_which_attempt_it_is_and_how_many_are_left(self, session: Session, played: Played, now: datetime) -> None:
        limit(session, played, 2)
        assert opened(session, played, now).opening["attempts"] == {"number": 1, "left": 1}
        limit(session, played, 1)
        assert opened(session, played, now).opening["attempts"] == {"number": 1, "left": 0}

    def test_how_the_page_before_was_left(self, session: Session, played: Played, now: datetime) -> None:
        page = opened(session, played, now, device="laptop")
        assert page.opening["previous"] is None
        later = opened(session, played, now + HOUR, device="laptop")
        seen = {"seen_at": now.isoformat()}
        assert later.opening["previous"] == {"same_device": True, "has_ended": False} | seen
        later.commit("quiz", (STATUS, "incomplete"), request={"kind": "suspendAll"})
        seen = {"seen_at": (now + HOUR).isoformat()}
        third = opened(session, played, now + 2 * HOUR, device="phone")
        assert third.opening["previous"] == {"same_device": False, "has_ended": True} | seen


class TestBrowsing:
    def test_is_told_to_the_sco_and_stays_the_trials_mode(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        admin = make_person(session, roles=[Role.ADMINISTRATOR])
        code = launch_trial(session, admin, played.version.id, None, Language.EN, now, mode=PlayMode.BROWSE)
        opening = exchange(session, code, (), SECRET, now)
        assert opening is not None
        page = Page(session, opening.body, now)
        assert (page.opening["mode"], values(page)[MODE], values(page)[CREDIT]) == ("browse", "browse", "no-credit")
        assert (page.opening["attempts"], opening.enrolment_id) == ({"number": 1, "left": None}, None)
        page.commit("quiz", ("cmi.core.lesson_location", "2"), request={"kind": "exit", "finished": True})
        assert opening.trial_id is not None
        again = exchange(
            session, resume_trial(session, admin, opening.trial_id, None, Language.EN, now), (), SECRET, now
        )
        assert again is not None
        found = again.body["deliver"]["values"]
        assert (found[MODE], found[STATUS]) == ("browse", "browsed")
        assert standing(session) == (Outcome.NOT_STARTED, False, None)
