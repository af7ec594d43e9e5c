"""Nominations and endorsements by the coordinator of the own beneficiary; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.models import Application, State
from courses.enrolment.gate import EnrolmentRefused
from courses.errors import IllegalTransition, NotFound, Refusal
from courses.notices.models import Notice
from courses.offerings.models import Offering, OfferingState
from courses.people.models import Person
from courses.policy.models import StoredDecision
from courses.progression.requirements import Nominated, as_document
from tests.applications_builders import (
    WISH,
    administrator,
    applied,
    coordinator_of,
    make_application,
    official,
    open_activity,
)
from tests.builders import NOW

DAY = timedelta(days=1)


@pytest.fixture
def focal(session: Session) -> Person:
    return coordinator_of(session)


@pytest.fixture
def offering(session: Session) -> Offering:
    return open_activity(session, needs_endorsement=True, endorses_until=NOW + 9 * DAY)


def kinds(session: Session, person: Person) -> list[str]:
    return list(session.scalars(select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)))


class TestEndorsing:
    def test_makes_who_has_applied_eligible_with_a_rank(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        alice = official(session)
        application = applied(session, alice, offering)
        assert application.state == State.SUBMITTED
        assert kinds(session, focal) == ["endorsement_asked"]
        for _ in range(2):
            services.endorse(session, focal, application.id, NOW, 2)
        assert (application.state, application.endorsement_rank) == (State.ELIGIBLE, 2)
        assert application.endorsed_by_id == focal.id
        assert kinds(session, alice) == ["application_submitted", "endorsed"]
        services.endorse(session, focal, application.id, NOW, 1)
        assert application.endorsement_rank == 1

    def test_finds_ineligible_whom_the_gate_refuses_now_and_eligible_later(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        alice = official(session)
        application = applied(session, alice, offering)
        alice.verified_at = None
        services.endorse(session, focal, application.id, NOW)
        assert application.state == State.INELIGIBLE
        assert kinds(session, alice)[-1] == "ineligible"
        alice.verified_at = NOW - DAY
        services.endorse(session, focal, application.id, NOW)
        assert application.state == State.ELIGIBLE
        assert kinds(session, alice)[-1] == "eligible"

    def test_is_no_nomination_any_more_once_the_beneficiary_has_taken_it_back(
        self, session: Session, focal: Person
    ) -> None:
        named = open_activity(session, requirement=as_document(Nominated()))
        person = official(session)
        application = services.nominate(session, focal, named.id, person.id, NOW)
        services.refuse(session, focal, application.id, "Somebody else goes.", NOW)
        services.reconsider(session, administrator(session), application.id, NOW)
        assert application.state == State.INELIGIBLE
        assert (application.nominated_at, application.nominated_by_id) == (None, None)

    def test_can_be_refused_with_a_reason_and_taken_back_by_the_coordinator(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        application = applied(session, official(session), offering)
        with pytest.raises(Refusal) as refused:
            services.refuse(session, focal, application.id, " ", NOW)
        assert refused.value.code == "reason_not_given"
        for _ in range(2):
            services.refuse(session, focal, application.id, "Two others go.", NOW)
        assert application.state == State.DECLINED
        services.endorse(session, focal, application.id, NOW)
        assert application.state == State.ELIGIBLE

    def test_does_not_bring_back_whom_the_institute_has_declined(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        application = applied(session, official(session), offering)
        services.decline(session, administrator(session), application.id, NOW)
        with pytest.raises(Refusal) as refused:
            services.endorse(session, focal, application.id, NOW)
        assert refused.value.code == "application_declined"

    def test_is_for_the_own_beneficiary_and_never_for_oneself(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        other = applied(session, official(session, "TG"), offering)
        own = applied(session, focal, offering)
        draft = services.apply(session, official(session), offering.id, WISH, NOW)
        for application in (other, own, draft):
            with pytest.raises(NotFound):
                services.endorse(session, focal, application.id, NOW)
            with pytest.raises(NotFound):
                services.refuse(session, focal, application.id, "No.", NOW)
        learner = official(session)
        with pytest.raises(NotFound):
            services.endorse(session, learner, other.id, NOW)

    def test_ends_with_its_deadline_and_without_one_when_the_activity_begins(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        application = applied(session, official(session), offering)
        with pytest.raises(Refusal) as refused:
            services.endorse(session, focal, application.id, NOW + 10 * DAY)
        assert refused.value.code == "endorsement_over"
        offering.endorses_until = None
        with pytest.raises(Refusal) as refused:
            services.endorse(session, focal, application.id, NOW + 100 * DAY)
        assert refused.value.code in {"activity_begun", "activity_over"}

    def test_comes_too_late_for_who_was_selected(self, session: Session, focal: Person, offering: Offering) -> None:
        application = make_application(session, official(session), offering, state=State.SELECTED, seat=1)
        with pytest.raises(IllegalTransition):
            services.refuse(session, focal, application.id, "No.", NOW)
        assert services.endorse(session, focal, application.id, NOW).state == State.SELECTED

    @pytest.mark.parametrize("rank", [0, -1, 1000])
    def test_takes_ranks_from_one_on(self, session: Session, focal: Person, offering: Offering, rank: int) -> None:
        application = applied(session, official(session), offering)
        with pytest.raises(Refusal) as refused:
            services.endorse(session, focal, application.id, NOW, rank)
        assert refused.value.code == "rank_out_of_range"

    def test_is_needed_before_somebody_is_selected_unless_an_administrator_says_why_not(
        self, session: Session, offering: Offering
    ) -> None:
        application, admin = applied(session, official(session), offering), administrator(session)
        with pytest.raises(Refusal) as refused:
            services.select(session, admin, application.id, NOW)
        assert refused.value.code == "not_endorsed"
        services.select(session, admin, application.id, NOW, services.Choice(override_reason="No coordinator."))
        assert application.state == State.SELECTED


class TestNominating:
    def test_enters_who_has_not_applied_endorsed_and_eligible(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        alice = official(session)
        for _ in range(2):
            application = services.nominate(session, focal, offering.id, alice.id, NOW, 1)
        assert (application.state, application.endorsement_rank) == (State.ELIGIBLE, 1)
        assert application.nominated_by_id == application.endorsed_by_id == focal.id
        assert kinds(session, alice) == ["nominated"]
        assert session.scalars(select(StoredDecision.route)).all() == ["nomination"]

    @pytest.mark.parametrize("is_submitted", [True, False])
    def test_takes_up_the_application_or_draft_that_is_there(
        self, session: Session, focal: Person, offering: Offering, is_submitted: bool
    ) -> None:
        alice = official(session)
        first = services.apply(session, alice, offering.id, WISH, NOW)
        if is_submitted:
            services.submit(session, alice, first.id, NOW)
        application = services.nominate(session, focal, offering.id, alice.id, NOW)
        assert application.id == first.id
        assert (application.state, application.motivation) == (State.ELIGIBLE, "To learn.")

    def test_fulfils_the_condition_to_be_nominated(self, session: Session, focal: Person) -> None:
        asked = open_activity(session, needs_endorsement=True, requirement=as_document(Nominated()))
        alice = official(session)
        with pytest.raises(EnrolmentRefused):
            services.apply(session, alice, asked.id, WISH, NOW)
        assert services.nominate(session, focal, asked.id, alice.id, NOW).state == State.ELIGIBLE

    def test_of_somebody_ineligible_is_refused_with_every_reason_and_leaves_nothing(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        person = official(session, verified_at=None)
        with pytest.raises(EnrolmentRefused):
            services.nominate(session, focal, offering.id, person.id, NOW)
        assert session.scalar(select(func.count()).select_from(Application)) == 0
        assert session.scalars(select(StoredDecision.is_allowed)).all() == [False]
        assert kinds(session, person) == []

    def test_of_many_keeps_nobody_back_for_who_is_refused(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        good, bad = official(session), official(session, verified_at=None)
        done = services.nominate_all(session, focal, offering.id, {bad.id: None, good.id: 1}, NOW)
        assert [(one.person.id, one.application is not None, bool(one.reasons)) for one in done] == [
            (bad.id, False, True), (good.id, True, False),
        ]  # fmt: skip

    def test_is_for_the_own_beneficiary_only(self, session: Session, focal: Person, offering: Offering) -> None:
        for person in (official(session, "TG"), focal, official(session, is_active=False)):
            with pytest.raises(NotFound):
                services.nominate(session, focal, offering.id, person.id, NOW)
        with pytest.raises(NotFound):
            services.nominate_all(session, focal, offering.id, {official(session, "TG").id: None}, NOW)

    def test_goes_on_after_the_applications_as_long_as_endorsements_do(
        self, session: Session, focal: Person, offering: Offering
    ) -> None:
        offering.applies_until = NOW - DAY
        alice = official(session)
        assert services.nominate(session, focal, offering.id, alice.id, NOW).state == State.ELIGIBLE
        offering.endorses_until = None
        with pytest.raises(Refusal):
            services.nominate(session, focal, offering.id, official(session).id, NOW)

    def test_is_not_possible_for_a_draft_or_what_is_cancelled(self, session: Session, focal: Person) -> None:
        alice = official(session)
        with pytest.raises(NotFound):
            services.nominate(session, focal, open_activity(session, state=OfferingState.DRAFT).id, alice.id, NOW)
        with pytest.raises(Refusal):
            services.nominate(session, focal, open_activity(session, state=OfferingState.CANCELLED).id, alice.id, NOW)
