"""A page that nobody hears of any more: its session ends as suspended, and goes on when the page was only asleep."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.models import ActivityState, Attempt, Lease
from courses.attempts.services import beat
from courses.attempts.sessions import LEASE, MEASURED
from courses.attempts.silence import close_silent
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from lms.db import Database
from tests.paging import STATUS, Page, open_page
from tests.playing import make_played, package_of, sco

SIX_MINUTES = timedelta(minutes=6)


def opened(session: Session, now: datetime) -> Page:
    return open_page(session, make_played(session, package_of([sco("one", mastery_score=60)])), now)


def outcome(session: Session) -> Outcome | None:
    return session.scalar(select(Enrolment.outcome))


def test_completion_counts_when_the_page_has_been_silent_for_five_minutes(session: Session, now: datetime) -> None:
    page = open_page(session, make_played(session, package_of([sco("one")])), now)
    page.commit("one", (STATUS, "completed"))
    assert outcome(session) == Outcome.ACTIVE
    assert close_silent(session, now + timedelta(minutes=4)) == 0
    assert close_silent(session, now + SIX_MINUTES) == 1
    assert outcome(session) == Outcome.PASSED
    assert close_silent(session, now + SIX_MINUTES) == 0


def test_the_mastery_score_decides_also_when_nobody_ended_the_session(session: Session, now: datetime) -> None:
    opened(session, now).commit("one", ("cmi.core.score.raw", "70"))
    close_silent(session, now + SIX_MINUTES)
    assert outcome(session) == Outcome.PASSED


def test_a_page_that_slept_goes_on_in_the_same_session(session: Session, now: datetime) -> None:
    page = opened(session, now)
    page.commit("one", ("cmi.core.session_time", "0000:01:00.00"))
    close_silent(session, now + SIX_MINUTES)
    page.now += 10 * SIX_MINUTES
    page.commit("one", ("cmi.core.session_time", "0000:02:00.00"), request={"kind": "terminate"})
    values = session.scalar(select(ActivityState.values))
    assert values is not None
    assert values["cmi.core.total_time"] == "0000:02:00.00"
    assert session.scalar(select(Lease.ended_at)) is None


def test_a_page_that_is_still_seen_is_left_alone(session: Session, now: datetime) -> None:
    page = opened(session, now)
    beat(session, page.token, now + timedelta(minutes=4))
    assert close_silent(session, now + SIX_MINUTES) == 0


def test_leaving_the_course_ends_the_session_at_once(session: Session, now: datetime) -> None:
    page = open_page(session, make_played(session, package_of([sco("one")])), now)
    page.commit("one", (STATUS, "completed"))
    page.commit("one", request={"kind": "exit"})
    assert outcome(session) == Outcome.PASSED
    assert close_silent(session, now + SIX_MINUTES) == 0


def test_the_sweep_is_no_sign_of_life_of_the_learner(session: Session, now: datetime) -> None:
    page = opened(session, now)
    page.commit("one", ("cmi.core.score.raw", "40"))
    close_silent(session, now + timedelta(days=3))
    assert session.scalar(select(Enrolment.seen_at)) == now
    assert session.scalar(select(Attempt.seen_at)) == now


def test_the_sweep_reopens_nothing(session: Session, now: datetime) -> None:
    page = opened(session, now)
    page.commit("one", (STATUS, "incomplete"))
    closed = {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.LAPSED, "closed_at": now + SIX_MINUTES}
    session.execute(update(Enrolment).values(closed))
    assert close_silent(session, now + 2 * SIX_MINUTES) == 1
    assert outcome(session) == Outcome.DROPPED_OUT


def test_a_page_that_cannot_be_ended_keeps_no_other_one_back(session: Session, now: datetime) -> None:
    broken = opened(session, now)
    broken.commit("one", (STATUS, "completed"))
    values = {LEASE: UUID(broken.opening["lease"]).hex, MEASURED: "no number"}
    session.execute(update(ActivityState).values(values=values))
    page = open_page(session, make_played(session, package_of([sco("one")])), now)
    page.commit("one", (STATUS, "completed"))
    events.take(session)
    assert close_silent(session, now + SIX_MINUTES) == 2
    assert session.scalars(select(Enrolment.outcome).order_by(Enrolment.id)).all() == [Outcome.ACTIVE, Outcome.PASSED]
    told = events.take(session)
    assert [entry.facts for entry in told if entry.name == "lease.unreadable"] == [(("error", "ValueError"),)]
    assert close_silent(session, now + SIX_MINUTES) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite writers follow each other
def test_a_page_that_is_at_its_attempt_just_now_is_not_waited_for(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        page = opened(session, now)
        page.commit("one", (STATUS, "incomplete"))
    with database.transaction() as session:
        page.session = session
        page.commit("one", (STATUS, "completed"))
        with database.transaction() as sweeping:
            sweeping.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert close_silent(sweeping, now + SIX_MINUTES) == 0
    with database.transaction() as session:
        assert close_silent(session, now + SIX_MINUTES) == 1
