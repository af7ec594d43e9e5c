"""Behind a closed door nobody plays on: what comes late is kept, counts for a day, and changes no state."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, Verdict, post_of
from courses.attempts.models import ActivityState, Lease, RawCommit
from courses.attempts.services import beat, resume
from courses.attempts.silence import close_silent
from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.services import close_due, withdraw
from tests.paging import SECRET, STATUS, Page, open_page
from tests.playing import make_played, package_of, sco

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LOCATION = "cmi.core.lesson_location"


@pytest.fixture
def page(session: Session, now: datetime) -> Page:
    page = open_page(session, make_played(session, package_of([sco("one")])), now)
    page.commit("one", (LOCATION, "p1"), (STATUS, "incomplete"))
    return page


def leave(session: Session, page: Page) -> None:
    """Withdraw after the grace period, with the page still open."""
    page.now += 20 * DAY
    session.execute(update(Lease).values(taken_at=page.now, seen_at=page.now))
    enrolment_id = session.scalars(select(Enrolment.id)).one()
    withdraw(session, enrolment_id, page.now, None)


def end_access(session: Session, page: Page) -> None:
    session.execute(update(Cohort).values(closes_at=page.now))
    assert close_due(session, page.now) == 1


def enrolment(session: Session) -> Any:
    return session.execute(select(Enrolment.__table__)).one()


@pytest.mark.parametrize(("close", "reason"), [(leave, "enrolment_withdrawn"), (end_access, "access_over")])
class TestClosed:
    def test_a_commit_is_kept_and_changes_no_state(self, session: Session, page: Page, close: Any, reason: str) -> None:
        close(session, page)
        document = page.document("one", (LOCATION, "p2"))
        answer = page.post(document)
        assert (answer.verdict, answer.body["reason"], answer.body["acknowledged"]) == (Verdict.CLOSED, reason, 3)
        assert page.post(document) == answer
        assert session.scalars(select(ActivityState.values)).one()[LOCATION] == "p1"
        assert session.scalar(select(func.count()).select_from(RawCommit).where(RawCommit.is_late)) == 1
        assert enrolment(session).outcome == Outcome.DROPPED_OUT
        assert close_silent(session, page.now + DAY) == 0

    def test_a_pass_counts_that_comes_within_a_day(self, session: Session, page: Page, close: Any, reason: str) -> None:
        close(session, page)
        page.now += 23 * HOUR
        session.execute(update(Lease).values(taken_at=page.now))  # whatever its age
        assert page.commit("one", (STATUS, "passed"), ("cmi.core.score.raw", "80")).body["reason"] == reason
        assert (enrolment(session).outcome, enrolment(session).mark) == (Outcome.PASSED, 0.8)

    def test_later_it_is_only_kept(self, session: Session, page: Page, close: Any, reason: str) -> None:
        close(session, page)
        page.now += 25 * HOUR
        session.execute(update(Lease).values(taken_at=page.now))  # whatever its age
        assert page.commit("one", (STATUS, "passed")).body["reason"] == reason
        assert enrolment(session).outcome == Outcome.DROPPED_OUT

    def test_no_new_lease_is_given_and_the_journal_is_taken(
        self, session: Session, page: Page, close: Any, reason: str
    ) -> None:
        close(session, page)
        document = {"base": 2, "activity": "one", "changes": [[STATUS, "completed"]]}
        journal = [post_of(page.token, document, b"{}", is_journal=True)]
        answer = resume(session, page.token, journal, SECRET, page.now)
        assert isinstance(answer, Answer)
        assert (answer.verdict, answer.body["reason"]) == (Verdict.CLOSED, reason)
        assert answer.body["recovered"] == {page.opening["lease"]: 3}
        assert session.scalar(select(func.count()).select_from(Lease)) == 1

    def test_a_sign_of_life_is_told_so_too(self, session: Session, page: Page, close: Any, reason: str) -> None:
        close(session, page)
        before = enrolment(session).seen_at
        assert beat(session, page.token, page.now + HOUR) == Answer(Verdict.CLOSED, {"reason": reason})
        assert enrolment(session).seen_at == before


def test_a_lapse_is_no_closed_door(session: Session, page: Page) -> None:
    page.now += 91 * DAY
    session.execute(update(Cohort).values(closes_at=None))
    assert close_due(session, page.now) == 1
    session.execute(update(Lease).values(taken_at=page.now))
    assert page.commit("one", (LOCATION, "p2")).verdict is Verdict.SAVED
    assert enrolment(session).outcome == Outcome.ACTIVE


class TestWithoutSignIn:
    def test_a_page_of_a_host_sites_person_has_twelve_hours(self, session: Session, page: Page) -> None:
        page.now += 12 * HOUR
        assert page.commit("one", (LOCATION, "p2")).verdict is Verdict.SAVED
        page.now += timedelta(seconds=1)
        assert page.commit("one", (LOCATION, "p3")).verdict is Verdict.SIGNED_OUT
        assert beat(session, page.token, page.now).verdict is Verdict.SIGNED_OUT
        assert resume(session, page.token, (), SECRET, page.now) == Answer(Verdict.SIGNED_OUT, {})

    def test_a_reload_does_not_begin_them_again(self, session: Session, page: Page) -> None:
        opening = resume(session, page.token, (), SECRET, page.now + 11 * HOUR)
        assert not isinstance(opening, Answer)
        reloaded = Page(session, opening.body, page.now + 13 * HOUR)
        assert reloaded.commit("one", (LOCATION, "p2")).verdict is Verdict.SIGNED_OUT
