"""Reminders: in time, once, and to nobody for whom they no longer matter."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications.models import Application, State
from courses.applications.reminders import reminders_due, write_reminders
from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.offerings.models import Offering, OfferingState
from tests.applications_builders import make_application, official, open_activity
from tests.offerings_builders import make_session

DAY = timedelta(days=1)


@pytest.fixture
def offering(session: Session) -> Offering:
    return open_activity(session, seats=None)


def place(session: Session, offering: Offering, now: datetime, lapses_in: timedelta, had: timedelta) -> Application:
    """Select somebody whose place lapses after a while, out of the time that was given."""
    until = now + lapses_in
    return make_application(
        session, official(session), offering, state=State.SELECTED, selected_at=until - had, confirm_until=until
    )


def remind(session: Session, now: datetime) -> list[Notice]:
    """Write what is due; return every reminder there is."""
    write_reminders(session, reminders_due(session, now), now)
    return list(session.scalars(select(Notice).order_by(Notice.key)))


class TestPlaces:
    @pytest.mark.parametrize(
        ("lapses_in", "had", "is_reminded"),
        [
            (3 * DAY, 7 * DAY, False),
            (2 * DAY, 7 * DAY, True),
            (1.5 * DAY, 2 * DAY, False),
            (DAY, 2 * DAY, True),
            (-DAY, 7 * DAY, False),
        ],
    )
    def test_a_place_is_called_to_mind_two_days_before_it_lapses_or_half_way(
        self,
        session: Session,
        offering: Offering,
        now: datetime,
        lapses_in: timedelta,
        had: timedelta,
        is_reminded: bool,
    ) -> None:
        place(session, offering, now, lapses_in, had)
        assert bool(remind(session, now)) is is_reminded

    def test_it_is_called_to_mind_once_and_again_when_it_is_given_anew(
        self, session: Session, offering: Offering, now: datetime
    ) -> None:
        application = place(session, offering, now, DAY, 7 * DAY)
        remind(session, now)
        (notice,) = remind(session, now + timedelta(hours=1))
        assert (notice.kind, notice.facts["until"]) == (NoticeKind.CONFIRMATION_REMINDER, (now + DAY).isoformat())
        application.confirm_until = now + 9 * DAY
        session.flush()
        assert len(remind(session, now + 8 * DAY)) == 2

    def test_nothing_is_called_to_mind_while_an_activity_is_postponed(
        self, session: Session, offering: Offering, now: datetime
    ) -> None:
        place(session, offering, now, DAY, 7 * DAY)
        offering.state = OfferingState.POSTPONED
        session.flush()
        assert remind(session, now) == []

    def test_who_confirmed_meanwhile_is_not_reminded(self, session: Session, offering: Offering, now: datetime) -> None:
        application = place(session, offering, now, DAY, 7 * DAY)
        due = reminders_due(session, now)
        application.state = State.CONFIRMED
        session.flush()
        assert write_reminders(session, due, now) == 0


class TestSessions:
    def test_who_takes_part_is_told_a_day_before_and_told_again_where_it_is_moved(
        self, session: Session, offering: Offering, now: datetime
    ) -> None:
        for state in (State.CONFIRMED, State.ELIGIBLE):
            make_application(session, official(session), offering, state=state)
        held = make_session(session, offering, now + DAY, title="Opening", link="https://meet.example.org/1")
        make_session(session, offering, now + 2 * DAY)
        (notice,) = remind(session, now)
        assert (notice.facts["session"], notice.facts["link"]) == ("Opening", "https://meet.example.org/1")
        assert len(remind(session, now)) == 1
        held.starts_at += timedelta(hours=3)
        held.ends_at += timedelta(hours=3)
        session.flush()
        assert len(remind(session, now + timedelta(hours=3))) == 2
