"""What a change of an activity brings for those who applied: seats that come and go, and the end; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications import changing, services
from courses.applications.models import Application, ApplicationChange, State
from courses.errors import Refusal
from courses.notices.models import Notice
from courses.offerings.models import Offering, OfferingState, Seat
from courses.offerings.seating import set_seats
from courses.offerings.services import Ask
from courses.people.models import Person
from tests.applications_builders import (
    administrator,
    applied,
    arrears,
    confirmed,
    make_application,
    official,
    open_activity,
    selected,
)
from tests.builders import NOW
from tests.offerings_builders import FIRST, LAST, days, facts_of_activity

ASK = Ask(None, "The rooms are closed.")
AFTER = NOW + timedelta(days=400)


@pytest.fixture
def admin(session: Session) -> Person:
    return administrator(session)


def seats(session: Session, offering: Offering, wanted: int | None) -> None:
    """Ask for so many seats, everything else as it is."""
    facts = facts_of_activity(
        code=offering.code, title_en=offering.title_en, mode=offering.mode, needs_endorsement=False, seats=wanted,
        dates=days((FIRST, LAST)),
    )  # fmt: skip
    assert changing.change_activity(session, offering.id, facts, Ask(None), NOW) is None


def numbers(session: Session, offering: Offering) -> list[int]:
    return list(session.scalars(select(Seat.number).where(Seat.offering_id == offering.id).order_by(Seat.number)))


def waiting(session: Session, admin: Person, offering: Offering, *countries: str) -> list[Application]:
    line = [applied(session, official(session, country), offering) for country in countries]
    return [services.waitlist(session, admin, one.id, NOW) for one in line]


def told(session: Session, application: Application) -> list[str]:
    query = select(Notice.kind).where(Notice.person_id == application.person_id).order_by(Notice.id)
    return list(session.scalars(query))


class TestSeats:
    def test_can_be_limited_after_the_publication_and_who_has_a_place_keeps_it(
        self, session: Session, admin: Person
    ) -> None:
        offering = open_activity(session, None)
        people = [f(session, official(session), offering, admin) for f in (confirmed, selected, confirmed)]
        with pytest.raises(Refusal) as refused, session.begin_nested():
            seats(session, offering, 2)
        assert (refused.value.code, refused.value.parameters) == ("seats_held", {"held": "3"})
        assert [one.seat for one in people] == [None, None, None]
        seats(session, offering, 4)
        assert ([one.seat for one in people], numbers(session, offering)) == ([1, 2, 3], [1, 2, 3, 4])
        selected(session, official(session), offering, admin)
        with pytest.raises(Refusal, match="no_seat_left"):
            selected(session, official(session), offering, admin)

    def test_can_be_unlimited_for_a_while_and_are_never_given_twice(self, session: Session, admin: Person) -> None:
        offering = open_activity(session, 2)
        first = confirmed(session, official(session), offering, admin)
        seats(session, offering, None)
        second = confirmed(session, official(session), offering, admin)
        assert (first.seat, second.seat) == (1, None)
        seats(session, offering, 2)
        assert (first.seat, second.seat, numbers(session, offering)) == (1, 2, [1, 2])

    def test_that_are_added_go_to_who_waits_in_order_through_the_gate(self, session: Session, admin: Person) -> None:
        offering = open_activity(session, 1)
        confirmed(session, official(session), offering, admin)
        line = waiting(session, admin, offering, "SN", "TG", "PE", "LA")
        arrears(session, "TG")
        seats(session, offering, 3)
        assert [one.state for one in line] == ["selected", "ineligible", "selected", "waitlisted"]
        assert (line[3].waiting, told(session, line[2])[-1]) == (1, "place_offered")
        seats(session, offering, 3)
        assert line[3].state == State.WAITLISTED

    def test_are_lowered_to_those_taken_and_no_further(self, session: Session, admin: Person) -> None:
        offering = open_activity(session, 4)
        for _ in range(2):
            confirmed(session, official(session), offering, admin)
        seats(session, offering, 2)
        assert numbers(session, offering) == [1, 2]
        with pytest.raises(Refusal, match="seats_held"), session.begin_nested():
            seats(session, offering, 1)
        assert offering.seats == 2

    def test_that_nobody_counted_are_not_limited_by_the_rows_alone(self, session: Session) -> None:
        with pytest.raises(ValueError, match="counted first"):
            set_seats(session, open_activity(session, None), 5)

    def test_that_were_freed_while_it_was_postponed_go_on_with_it(self, session: Session, admin: Person) -> None:
        offering = open_activity(session, 1)
        sure = confirmed(session, official(session), offering, admin)
        (waits,) = waiting(session, admin, offering, "SN")
        changing.postpone_activity(session, offering.id, ASK, NOW)
        services.withdraw(session, session.get_one(Person, sure.person_id), sure.id, NOW)
        assert waits.state == State.WAITLISTED
        changing.publish_activity(session, offering.id, ASK, NOW)
        assert (waits.state, waits.seat) == (State.SELECTED, 1)


def test_what_is_cancelled_ends_with_one_letter_and_leaves_nobody_waiting(session: Session, admin: Person) -> None:
    offering = open_activity(session, 2)
    sure = confirmed(session, official(session), offering, admin)
    asked = selected(session, official(session), offering, admin)
    (waits,) = waiting(session, admin, offering, "SN")
    changing.cancel_activity(session, offering.id, ASK, NOW)
    assert [one.state for one in (sure, asked, waits)] == ["confirmed", "declined", "declined"]
    assert [told(session, one)[-1] for one in (sure, asked, waits)] == ["activity_cancelled"] * 3
    assert (asked.seat, waits.waiting) == (None, None)


def test_who_has_no_place_once_it_was_held_gets_the_final_answer(session: Session, admin: Person) -> None:
    offering = open_activity(session, 3)
    sure = confirmed(session, official(session), offering, admin)
    asked = selected(session, official(session), offering, admin)
    (waits,) = waiting(session, admin, offering, "SN")
    rest = [
        make_application(session, official(session), offering, state=state)
        for state in (State.DRAFT, State.SUBMITTED, State.ENDORSED, State.ELIGIBLE, State.INELIGIBLE, State.WITHDRAWN)
    ]
    changing.hold_activity(session, offering.id, ASK, AFTER)
    assert offering.state == OfferingState.HELD
    assert [one.state for one in (sure, asked, waits)] == ["confirmed", "declined", "declined"]
    assert [one.state for one in rest] == [
        "withdrawn", "declined", "declined", "declined", "ineligible", "withdrawn",
    ]  # fmt: skip
    assert (asked.seat, waits.waiting) == (None, None)
    assert [told(session, one)[-1:] for one in (asked, waits, *rest)] == [
        ["lapsed"], ["declined"], [], ["declined"], ["declined"], ["declined"], [], [],
    ]  # fmt: skip
    change = session.scalars(select(ApplicationChange).where(ApplicationChange.application_id == rest[1].id)).one()
    assert (change.action, change.facts, change.actor_id) == ("end", {"why": "activity_over"}, None)
    letter = session.scalars(select(Notice).where(Notice.person_id == waits.person_id).order_by(Notice.id)).all()[-1]
    assert letter.facts["reason"] == "activity_over"
