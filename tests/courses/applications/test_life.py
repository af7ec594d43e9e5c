"""The life of an application: applying, selecting, confirming, withdrawing, the waiting list; on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.models import Application, ApplicationChange, State
from courses.enrolment.gate import EnrolmentRefused
from courses.errors import IllegalTransition, NotFound, Refusal
from courses.notices.models import Notice
from courses.offerings.models import OfferingState
from courses.people.models import Person, Role, RoleGrant
from courses.policy.models import StoredDecision
from tests.applications_builders import (
    WISH,
    administrator,
    applied,
    arrears,
    confirmed,
    coordinator_of,
    make_application,
    official,
    open_activity,
    selected,
)
from tests.builders import NOW
from tests.offerings_builders import make_session

DAY = timedelta(days=1)
START = datetime(2027, 1, 31, 23, 0, tzinfo=NOW.tzinfo)  # midnight of 1 February in Zurich


@pytest.fixture
def admin(session: Session) -> Person:
    return administrator(session)


@pytest.fixture
def alice(session: Session) -> Person:
    return official(session)


def moves(session: Session, application: Application) -> list[tuple[str, str, str]]:
    query = select(ApplicationChange).where(ApplicationChange.application_id == application.id)
    rows = session.scalars(query.order_by(ApplicationChange.id))
    return [(row.before or "", row.action, row.after) for row in rows]


def told(session: Session, person: Person) -> Sequence[str]:
    return session.scalars(select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)).all()


class TestTheWay:
    def test_leads_from_the_draft_to_a_confirmed_seat_and_every_step_is_written_down_and_told(
        self, session: Session, admin: Person, alice: Person
    ) -> None:
        application = confirmed(session, alice, open_activity(session, 2), admin)
        assert (application.state, application.seat) == (State.CONFIRMED, 1)
        assert moves(session, application) == [
            ("", "apply", "draft"), ("draft", "submit", "submitted"), ("submitted", "find_eligible", "eligible"),
            ("eligible", "select", "selected"), ("selected", "confirm", "confirmed"),
        ]  # fmt: skip
        assert told(session, alice) == ["application_submitted", "selected", "confirmed"]
        purposes = session.scalars(select(StoredDecision.purpose).order_by(StoredDecision.id)).all()
        assert purposes == ["application", "application", "selection", "confirmation"]
        assert application.decision_id is not None

    def test_is_the_same_when_every_step_is_asked_for_twice(
        self, session: Session, admin: Person, alice: Person
    ) -> None:
        offering = open_activity(session, 2)
        for _ in range(2):
            application = services.apply(session, alice, offering.id, WISH, NOW)
        for _ in range(2):
            services.submit(session, alice, application.id, NOW)
        for _ in range(2):
            services.select(session, admin, application.id, NOW)
        for _ in range(2):
            services.confirm(session, alice, application.id, NOW)
        assert len(moves(session, application)) == 5
        assert len(told(session, alice)) == 3
        for _ in range(2):
            services.withdraw(session, alice, application.id, NOW)
        assert (application.state, application.seat) == (State.WITHDRAWN, None)
        assert len(moves(session, application)) == 6
        assert services.apply(session, alice, offering.id, WISH, NOW).id != application.id

    def test_is_closed_to_strangers(self, session: Session, alice: Person) -> None:
        application = applied(session, alice, open_activity(session))
        stranger = official(session)
        for act in (services.submit, services.confirm, services.withdraw):
            with pytest.raises(NotFound):
                act(session, stranger, application.id, NOW)
        for decide in (services.select, services.waitlist, services.decline, services.reconsider):
            with pytest.raises(NotFound):
                decide(session, alice, application.id, NOW)

    def test_has_no_short_cuts(self, session: Session, alice: Person) -> None:
        application = applied(session, alice, open_activity(session))
        with pytest.raises(IllegalTransition):
            services.confirm(session, alice, application.id, NOW)
        assert application.state == State.ELIGIBLE


class TestTheGate:
    def test_keeps_out_who_is_not_eligible_with_every_reason_and_leaves_no_draft(self, session: Session) -> None:
        person = official(session, verified_at=None)
        offering = open_activity(session, asks_for=["1"])
        with pytest.raises(EnrolmentRefused) as refused:
            services.apply(session, person, offering.id, WISH, NOW)
        codes = {reason.code for reason in refused.value.decision.reasons}
        assert len(codes) == 2
        assert session.scalar(select(func.count()).select_from(Application)) == 0
        stored = session.scalars(select(StoredDecision)).one()
        assert not stored.is_allowed

    @pytest.mark.parametrize("act", ["submit", "select", "confirm"])
    def test_is_asked_again_at_every_step(self, session: Session, admin: Person, alice: Person, act: str) -> None:
        offering = open_activity(session)
        application = services.apply(session, alice, offering.id, WISH, NOW)
        if act != "submit":
            services.submit(session, alice, application.id, NOW)
        if act == "confirm":
            services.select(session, admin, application.id, NOW)
        before = application.state
        if act == "submit":
            alice.verified_at = None
        arrears(session)
        with pytest.raises(EnrolmentRefused):
            getattr(services, act)(session, admin if act == "select" else alice, application.id, NOW)
        assert application.state == before

    def test_is_overridden_by_an_administrator_with_a_reason_and_the_override_stands_until_the_confirmation(
        self, session: Session, admin: Person, alice: Person
    ) -> None:
        offering = open_activity(session, asks_for=["1"])
        application = make_application(session, alice, offering, state=State.INELIGIBLE)
        with pytest.raises(EnrolmentRefused):
            services.select(session, admin, application.id, NOW)
        choice = services.Choice(override_reason="Taught the course for years.")
        services.select(session, admin, application.id, NOW, choice)
        services.confirm(session, alice, application.id, NOW)
        assert application.state == State.CONFIRMED
        overridden = session.scalars(select(StoredDecision).where(StoredDecision.override_reason != "")).all()
        assert {(one.purpose, one.overridden_by_id) for one in overridden} == {
            ("selection", admin.id), ("confirmation", admin.id),
        }  # fmt: skip

    @pytest.mark.parametrize("seat_is", ["confirmed", "offered"])
    def test_lets_pass_what_was_overridden_by_an_administrator_who_has_left_since(
        self, session: Session, admin: Person, alice: Person, seat_is: str
    ) -> None:
        other = administrator(session)
        offering = open_activity(session, 1, asks_for=["1"])
        override = services.Choice(override_reason="An expert.")
        bob = make_application(session, official(session), offering)
        if seat_is == "offered":
            services.select(session, admin, bob.id, NOW, override)
        application = make_application(session, alice, offering)
        act = services.select if seat_is == "confirmed" else services.waitlist
        act(session, other, application.id, NOW, override)
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == other.id, RoleGrant.role == Role.ADMINISTRATOR))
        if seat_is == "confirmed":
            assert services.confirm(session, alice, application.id, NOW).state == State.CONFIRMED
        else:
            services.withdraw(session, session.get_one(Person, bob.person_id), bob.id, NOW)
            assert application.state == State.SELECTED

    def test_refuses_for_what_was_not_overridden(self, session: Session, admin: Person, alice: Person) -> None:
        application = make_application(session, alice, open_activity(session, asks_for=["1"]))
        services.select(session, admin, application.id, NOW, services.Choice(override_reason="An expert."))
        arrears(session)
        with pytest.raises(EnrolmentRefused):
            services.confirm(session, alice, application.id, NOW)

    def test_lets_pass_and_writes_down_who_lacks_what_where_it_is_advisory(
        self, session: Session, alice: Person
    ) -> None:
        application = applied(session, alice, open_activity(session, gate="advisory", asks_for=["1"]))
        assert application.state == State.ELIGIBLE
        facts = session.scalars(select(ApplicationChange.facts).order_by(ApplicationChange.id.desc())).first()
        assert facts
        assert facts["lacks"]


class TestApplying:
    def test_writes_the_draft_anew_until_it_is_submitted(self, session: Session, alice: Person) -> None:
        offering = open_activity(session)
        services.apply(session, alice, offering.id, WISH, NOW)
        other = services.Wish(language=WISH.language, motivation="To teach.")
        application = services.apply(session, alice, offering.id, other, NOW)
        assert application.motivation == "To teach."
        services.submit(session, alice, application.id, NOW)
        assert services.apply(session, alice, offering.id, WISH, NOW).motivation == "To teach."

    def test_takes_a_language_in_which_the_activity_is_held(self, session: Session, alice: Person) -> None:
        offering = open_activity(session, languages=["fr", "es"])
        with pytest.raises(Refusal, match="language_not_offered"):
            services.apply(session, alice, offering.id, WISH, NOW)
        assert session.scalar(select(func.count()).select_from(Application)) == 0
        said_nothing = services.apply(session, alice, offering.id, services.Wish(), NOW)
        named = services.nominate(
            session, coordinator_of(session), offering.id, official(session, language="es").id, NOW
        )
        assert (said_nothing.language, named.language) == ("fr", "es")

    @pytest.mark.parametrize(
        "facts",
        [
            {"applies_until": NOW - DAY},
            {"opens_at": NOW + DAY},
            {"state": OfferingState.CANCELLED},
            {"state": OfferingState.POSTPONED},
        ],
    )
    def test_is_refused_where_the_activity_takes_no_applications(
        self, session: Session, alice: Person, facts: dict[str, object]
    ) -> None:
        offering = open_activity(session, **facts)
        with pytest.raises(Refusal):
            services.apply(session, alice, offering.id, WISH, NOW)
        assert session.scalar(select(func.count()).select_from(Application)) == 0

    def test_is_not_possible_for_what_nobody_may_read(self, session: Session, alice: Person) -> None:
        with pytest.raises(NotFound):
            services.apply(session, alice, open_activity(session, state=OfferingState.DRAFT).id, WISH, NOW)


class TestConfirming:
    def test_is_due_within_the_days_of_the_activity_but_before_it_begins(
        self, session: Session, admin: Person, alice: Person
    ) -> None:
        application = selected(session, alice, open_activity(session, confirmation_days=7), admin)
        assert application.confirm_until == NOW + 7 * DAY
        late = make_application(session, official(session), open_activity(session, confirmation_days=60))
        services.select(session, admin, late.id, START - 3 * DAY)
        assert late.confirm_until == START

    def test_is_too_late_after_the_deadline(self, session: Session, admin: Person, alice: Person) -> None:
        application = selected(session, alice, open_activity(session), admin)
        with pytest.raises(Refusal) as refused:
            services.confirm(session, alice, application.id, NOW + 8 * DAY)
        assert refused.value.code == "confirmation_over"

    def test_that_does_not_come_lapses_and_the_seat_goes_on(
        self, session: Session, admin: Person, alice: Person
    ) -> None:
        offering = open_activity(session, 1)
        application = selected(session, alice, offering, admin)
        waits = applied(session, official(session), offering)
        services.waitlist(session, admin, waits.id, NOW)
        assert services.lapse_due(session, NOW + 7 * DAY, 10) == 0
        assert services.lapse_due(session, NOW + 8 * DAY, 10) == 1
        assert services.lapse_due(session, NOW + 8 * DAY, 10) == 0
        assert (application.state, application.seat) == (State.DECLINED, None)
        assert (waits.state, waits.seat) == (State.SELECTED, 1)
        assert moves(session, application)[-1] == ("selected", "lapse", "declined")
        assert told(session, alice)[-1] == "lapsed"

    def test_lapses_for_nobody_while_the_activity_is_postponed(
        self, session: Session, admin: Person, alice: Person
    ) -> None:
        offering = open_activity(session, 1)
        application = selected(session, alice, offering, admin)
        offering.state = OfferingState.POSTPONED
        assert services.lapse_due(session, NOW + 30 * DAY, 10) == 0
        assert application.state == State.SELECTED


class TestWithdrawing:
    def test_is_possible_until_the_start_and_not_after_it(self, session: Session, admin: Person, alice: Person) -> None:
        application = confirmed(session, alice, open_activity(session), admin)
        with pytest.raises(Refusal) as refused:
            services.withdraw(session, alice, application.id, START)
        assert refused.value.code == "activity_begun"
        services.withdraw(session, alice, application.id, START - timedelta(seconds=1))
        assert application.state == State.WITHDRAWN

    def test_is_over_when_the_activity_was_held_whatever_its_dates(self, session: Session, alice: Person) -> None:
        offering = open_activity(session, dating="not_fixed")
        application = applied(session, alice, offering)
        offering.state = OfferingState.HELD
        with pytest.raises(Refusal) as refused:
            services.withdraw(session, alice, application.id, NOW)
        assert refused.value.code == "activity_begun"

    def test_ends_with_the_first_session_where_there_are_any(self, session: Session, alice: Person) -> None:
        offering = open_activity(session)
        make_session(session, offering, START + DAY)
        application = applied(session, alice, offering)
        services.withdraw(session, alice, application.id, START + timedelta(hours=1))
        assert application.state == State.WITHDRAWN


class TestTheWaitingList:
    def line(self, session: Session, admin: Person, seats: int, *countries: str) -> list[Application]:
        """Fill the seats, and let one person of each country wait."""
        offering = open_activity(session, seats)
        for _ in range(seats):
            confirmed(session, official(session, "FR"), offering, admin)
        waiting = [applied(session, official(session, country), offering) for country in countries]
        for application in waiting:
            services.waitlist(session, admin, application.id, NOW)
        return waiting

    def seated(self, session: Session, application: Application) -> Application:
        query = select(Application).where(Application.offering_id == application.offering_id, Application.seat == 1)
        return session.scalars(query).one()

    def leave(self, session: Session, application: Application) -> None:
        person = session.get_one(Person, application.person_id)
        services.withdraw(session, person, application.id, NOW)

    def test_moves_up_in_its_order_and_has_no_holes(self, session: Session, admin: Person) -> None:
        first, second, third = self.line(session, admin, 1, "SN", "TG", "PE")
        self.leave(session, second)
        assert [one.waiting for one in (first, third)] == [1, 2]
        self.leave(session, self.seated(session, first))
        assert (first.state, first.seat, third.waiting) == (State.SELECTED, 1, 1)

    def test_asks_the_gate_again_and_skips_who_is_not_eligible_any_more_with_the_reason(
        self, session: Session, admin: Person
    ) -> None:
        first, second = self.line(session, admin, 1, "SN", "TG")
        arrears(session, "SN")
        self.leave(session, self.seated(session, first))
        assert (first.state, second.state, second.seat) == (State.INELIGIBLE, State.SELECTED, 1)
        last = session.scalars(
            select(ApplicationChange)
            .where(ApplicationChange.application_id == first.id)
            .order_by(ApplicationChange.id.desc())
        ).first()
        assert last
        assert (last.action, last.actor_id) == ("find_ineligible", None)
        assert last.facts["reasons"]
        assert told(session, session.get_one(Person, first.person_id))[-1] == "ineligible"
        assert told(session, session.get_one(Person, second.person_id))[-1] == "place_offered"

    def test_stands_still_while_no_seat_is_free(self, session: Session, admin: Person) -> None:
        first, _ = self.line(session, admin, 1, "SN", "TG")
        assert services.offer_next(session, first.offering_id, NOW) == []
        assert first.state == State.WAITLISTED

    def test_is_where_somebody_keeps_the_place_when_asked_twice(self, session: Session, admin: Person) -> None:
        first, second = self.line(session, admin, 1, "SN", "TG")
        services.waitlist(session, admin, first.id, NOW)
        assert (first.waiting, second.waiting) == (1, 2)
