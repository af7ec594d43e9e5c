"""What people are told when an activity changes, and what is asked of them; on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.models import Application, State
from courses.applications.telling import tell_change
from courses.applications.waiting import offer_added
from courses.notices.models import Notice
from courses.offerings import services as offerings
from courses.offerings.models import Offering, OfferingState
from courses.offerings.seating import set_seats
from courses.offerings.services import Ask
from courses.people.models import Person
from tests.applications_builders import (
    WISH,
    administrator,
    applied,
    confirmed,
    make_application,
    official,
    open_activity,
    selected,
)
from tests.builders import NOW
from tests.offerings_builders import days, facts_of_activity

DAY = timedelta(days=1)
ASK = Ask(None, "The rooms are closed.")


@pytest.fixture
def admin(session: Session) -> Person:
    return administrator(session)


def notices(session: Session, application: Application) -> list[Notice]:
    query = select(Notice).where(Notice.person_id == application.person_id).order_by(Notice.id)
    return list(session.scalars(query))


def moved(session: Session, offering: Offering) -> None:
    """Hold the activity a month later, and tell the people."""
    facts = facts_of_activity(
        code=offering.code, title_en=offering.title_en, needs_endorsement=False, seats=offering.seats,
        dates=days((date(2027, 3, 1), date(2027, 3, 5))),
    )  # fmt: skip
    change = offerings.change_offering(session, offering.id, facts, ASK, NOW)
    assert change is not None
    for _ in range(2):
        tell_change(session, change, NOW)


def test_applications_survive_new_dates_and_whoever_has_a_seat_is_asked_again_and_keeps_it(
    session: Session, admin: Person
) -> None:
    offering = open_activity(session, 3)
    sure, asked = (f(session, official(session), offering, admin) for f in (confirmed, selected))
    waits = applied(session, official(session), offering)
    draft = services.apply(session, official(session), offering.id, WISH, NOW)
    moved(session, offering)
    assert [one.state for one in (sure, asked, waits, draft)] == ["selected", "selected", "eligible", "draft"]
    assert (sure.seat, sure.confirm_until, sure.confirmed_at) == (1, NOW + 7 * DAY, None)
    last = notices(session, sure)[-1]
    assert (last.kind, last.facts["reason"]) == ("activity_changed", "The rooms are closed.")
    assert last.facts["until"]
    assert [one.kind for one in notices(session, sure)].count("activity_changed") == 1
    assert "until" not in notices(session, waits)[-1].facts
    assert notices(session, draft) == []
    services.confirm(session, session.get_one(Person, sure.person_id), sure.id, NOW)
    assert sure.state == State.CONFIRMED


@pytest.mark.parametrize(
    ("act", "kind"), [(offerings.cancel, "activity_cancelled"), (offerings.postpone, "activity_postponed")]
)
def test_what_is_cancelled_or_postponed_is_told_to_everybody_alive_and_nothing_moves(
    session: Session, admin: Person, act: object, kind: str
) -> None:
    offering = open_activity(session, 3)
    sure = confirmed(session, official(session), offering, admin)
    gone = make_application(session, official(session), offering, state=State.WITHDRAWN)
    change = act(session, offering.id, ASK, NOW)  # type: ignore[operator]
    assert tell_change(session, change, NOW) == 1
    assert (sure.state, notices(session, sure)[-1].kind) == ("confirmed", kind)
    assert notices(session, gone) == []


def test_seats_that_are_added_go_to_who_waits(session: Session, admin: Person) -> None:
    offering = open_activity(session, 1)
    confirmed(session, official(session), offering, admin)
    waiting = [applied(session, official(session), offering) for _ in range(3)]
    for application in waiting:
        services.waitlist(session, admin, application.id, NOW)
    set_seats(session, offering, 3)
    offer_added(session, offering.id, 1, NOW)
    assert [one.state for one in waiting] == ["selected", "selected", "waitlisted"]
    assert waiting[2].waiting == 1
    assert offer_added(session, offering.id, 3, NOW) == []


def test_nobody_is_offered_a_seat_of_what_does_not_take_place(session: Session, admin: Person) -> None:
    offering = open_activity(session, 1)
    sure = confirmed(session, official(session), offering, admin)
    waits = applied(session, official(session), offering)
    services.waitlist(session, admin, waits.id, NOW)
    offering.state = OfferingState.CANCELLED
    services.withdraw(session, session.get_one(Person, sure.person_id), sure.id, NOW)
    assert waits.state == State.WAITLISTED
