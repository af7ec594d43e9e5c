"""What administrators decide: seats, many at once, once more; on both databases."""

import pytest
from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.models import State
from courses.enrolment.gate import EnrolmentRefused
from courses.errors import NotFound, Refusal
from courses.people.models import Person
from tests.applications_builders import WISH, administrator, applied, arrears, official, open_activity, selected
from tests.builders import NOW, make_person


@pytest.fixture
def admin(session: Session) -> Person:
    return administrator(session)


@pytest.fixture
def alice(session: Session) -> Person:
    return official(session)


class TestSeats:
    def test_are_given_out_from_the_lowest_and_never_oversold(self, session: Session, admin: Person) -> None:
        offering = open_activity(session, 2)
        people = [applied(session, official(session), offering) for _ in range(3)]
        for application in people[:2]:
            services.select(session, admin, application.id, NOW)
        with pytest.raises(Refusal) as refused:
            services.select(session, admin, people[2].id, NOW)
        assert refused.value.code == "no_seat_left"
        services.decline(session, admin, people[0].id, NOW, services.Choice(reason="Asked us to."))
        services.select(session, admin, people[2].id, NOW)
        assert [one.seat for one in people] == [None, 2, 1]

    def test_are_none_where_there_is_no_limit(self, session: Session, admin: Person, alice: Person) -> None:
        assert selected(session, alice, open_activity(session, None), admin).seat is None

    def test_are_taken_back_with_a_reason_only(self, session: Session, admin: Person, alice: Person) -> None:
        application = selected(session, alice, open_activity(session), admin)
        with pytest.raises(Refusal) as refused:
            services.decline(session, admin, application.id, NOW)
        assert refused.value.code == "reason_not_given"


class TestDecidingAboutMany:
    def test_is_one_decision_and_whom_the_gate_refuses_keeps_nobody_else_back(
        self, session: Session, admin: Person
    ) -> None:
        offering = open_activity(session, 2)
        people = [applied(session, official(session, country), offering) for country in ("SN", "TG", "PE", "LA")]
        arrears(session, "TG")
        chosen = [(people[0].id, "select"), (people[1].id, "select"), (people[2].id, "wait"), (people[3].id, "decline")]
        done = services.decide_many(
            session,
            admin,
            offering.id,
            [(one, services.Action(action), services.Choice()) for one, action in chosen],
            NOW,
        )
        assert [one.application.state for one in done] == ["selected", "ineligible", "waitlisted", "declined"]
        assert [bool(one.reasons) for one in done] == [False, True, False, False]
        again = services.decide_many(
            session, admin, offering.id, [(people[0].id, services.Action.SELECT, services.Choice())], NOW
        )
        assert again[0].application.seat == 1

    def test_is_refused_as_a_whole_when_there_are_too_few_seats(self, session: Session, admin: Person) -> None:
        offering = open_activity(session, 1)
        people = [applied(session, official(session), offering) for _ in range(2)]
        chosen = [(one.id, services.Action.SELECT, services.Choice()) for one in people]
        with pytest.raises(Refusal) as refused:
            services.decide_many(session, admin, offering.id, chosen, NOW)
        assert refused.value.parameters == {"chosen": "2", "free": "1"}
        assert {one.state for one in people} == {State.ELIGIBLE}

    def test_is_for_applications_to_that_activity_only(self, session: Session, admin: Person) -> None:
        other = applied(session, official(session), open_activity(session))
        with pytest.raises(NotFound):
            services.decide_many(
                session, admin, open_activity(session).id, [(other.id, services.Action.SELECT, services.Choice())], NOW
            )


def test_who_was_declined_can_be_reconsidered(session: Session, admin: Person, alice: Person) -> None:
    application = applied(session, alice, open_activity(session))
    services.decline(session, admin, application.id, NOW)
    assert application.state == State.DECLINED
    services.reconsider(session, admin, application.id, NOW)
    assert application.state == State.ELIGIBLE


def test_somebody_without_a_country_is_no_mistake(session: Session, admin: Person) -> None:
    person = make_person(session, country=None, verified_at=NOW)
    with pytest.raises(EnrolmentRefused):
        services.apply(session, person, open_activity(session, countries=["SN"]).id, WISH, NOW)
