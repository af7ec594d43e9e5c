"""The gate before every course: what it stores, who may override, and that its answer can be found again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.changes import Cause
from courses.enrolment.gate import (
    Asked,
    EnrolmentRefused,
    Route,
    gate_for_course,
    gate_for_offering,
    gates_of,
    keep_refusal,
    pass_gate,
)
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.services import Way, record_start, request_enrolment, transfer
from courses.errors import Refusal
from courses.offerings.models import Gate, Mode, Offering, OfferingState, Scope
from courses.people.beneficiaries import Beneficiary, Measure
from courses.people.models import Language, Person, Role
from courses.policy import services as policy_services
from courses.policy.decisions import decision_of, replay
from courses.policy.models import PolicyVersion, Purpose, StoredDecision
from courses.policy.queries import decision_for, own_decisions
from courses.progression.policy import HOUSE
from courses.progression.record import Membership
from courses.progression.steps import Track
from lms.db import Database
from tests.builders import make_cohort, make_course, make_enrolment, make_person

DAY = timedelta(days=1)


def make_offering(session: Session, now: datetime, **facts: object) -> Offering:
    values: dict[str, object] = {
        "code": f"A{session.scalar(select(func.count()).select_from(Offering))}", "title_en": "Seminar",
        "title_fr": "Séminaire", "title_es": "Seminario", "mode": Mode.FACE_TO_FACE, "scope": Scope.GLOBAL,
        "state": OfferingState.PUBLISHED, "created_at": now, "changed_at": now,
    }  # fmt: skip
    offering = Offering(**(values | facts))
    session.add(offering)
    session.flush()
    return offering


def stored_decisions(session: Session) -> Sequence[StoredDecision]:
    return session.scalars(select(StoredDecision).order_by(StoredDecision.decided_at, StoredDecision.id)).all()


def version_of(session: Session, stored: StoredDecision) -> PolicyVersion:
    return session.get_one(PolicyVersion, stored.policy_id)


@pytest.fixture
def alice(session: Session) -> Person:
    return make_person(session)


@pytest.fixture
def admin(session: Session) -> Person:
    return make_person(session, roles=[Role.ADMINISTRATOR])


@pytest.fixture
def above(session: Session) -> Course:
    return make_course(session, code="ABOVE", level=2, confers=["2·generalist"], track=Track.GENERALIST)


class TestWhatIsStored:
    def test_the_decision_that_lets_somebody_in_stands_with_the_enrolment(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        course = make_course(session, level=1)
        enrolment = request_enrolment(session, alice, course.id, Language.EN, now)
        (stored,) = stored_decisions(session)
        assert (enrolment.decision_id, stored.is_allowed, stored.route) == (stored.id, True, "web")
        assert (stored.purpose, stored.subject_code, stored.actor_id) == (Purpose.ENROLMENT, course.code, alice.id)
        assert version_of(session, stored).number == 1

    def test_a_transfer_keeps_the_decision(self, session: Session, alice: Person, now: datetime) -> None:
        course = make_course(session, level=1)
        enrolment = request_enrolment(session, alice, course.id, Language.EN, now)
        moved = transfer(session, enrolment.id, make_cohort(session, course).id, Cause(now=now, reason="asked"))
        assert moved.decision_id == enrolment.decision_id

    def test_a_refusal_outlives_its_transaction_and_is_kept_once(self, database: Database, now: datetime) -> None:
        with database.transaction() as session:
            alice, above = make_person(session, verified_at=None), make_course(session, level=2)
        for _ in range(2):
            with pytest.raises(EnrolmentRefused) as refused, database.transaction() as session:
                request_enrolment(session, session.get_one(Person, alice.id), above.id, Language.EN, now)
            with database.transaction() as session:
                keep_refusal(session, refused.value)
        with database.transaction() as session:
            (stored,) = stored_decisions(session)
            assert decision_of(stored) == refused.value.decision
            assert [reason.code for reason in refused.value.decision.reasons] == [
                "not_verified",
                "prerequisite_missing",
            ]
            assert session.scalar(select(func.count()).select_from(Enrolment)) == 0
            assert replay(stored, version_of(session, stored)).is_equal

    def test_people_see_the_decisions_about_themselves_and_administrators_all(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        request_enrolment(session, alice, make_course(session).id, Language.EN, now)
        (stored,) = own_decisions(session, alice)
        for person in (alice, admin):
            assert decision_for(session, person, stored.id).person.id == alice.id
        with pytest.raises(Exception, match="decision"):
            decision_for(session, make_person(session), stored.id)
        assert not own_decisions(session, admin)


class TestReplay:
    def test_years_later_the_same_answer_follows_whatever_has_changed_since(
        self, session: Session, alice: Person, above: Course, now: datetime
    ) -> None:
        door = make_course(session, level=1, confers=["1"])
        make_enrolment(session, alice, make_cohort(session, door), outcome=Outcome.PASSED, closed_at=now - DAY)
        request_enrolment(session, alice, above.id, Language.EN, now)
        (stored,) = stored_decisions(session)
        above.asks_for, door.confers, alice.verified_at = ["3·generalist"], [], None
        draft = policy_services.begin_draft(session, None, now)
        policy_services.change_draft(session, draft.id, replace(HOUSE, rules=()), "")
        policy_services.bring_into_force(session, draft.id, now + DAY, None, now)
        session.expire_all()
        assert replay(session.get_one(StoredDecision, stored.id), version_of(session, stored)).is_equal

    def test_what_was_tampered_with_is_found(
        self, session: Session, alice: Person, above: Course, now: datetime
    ) -> None:
        door = make_course(session, level=1, confers=["1"])
        make_enrolment(session, alice, make_cohort(session, door), outcome=Outcome.PASSED, closed_at=now - DAY)
        request_enrolment(session, alice, above.id, Language.EN, now)
        (stored,) = stored_decisions(session)
        stored.record = {**stored.record, "results": []}
        answer = replay(stored, version_of(session, stored))
        assert not answer.is_equal
        assert [after.code for _, after in answer.differs if after] == ["prerequisites"]


class TestOverride:
    def asked(self, person: Person, above: Course, actor: Person | None, reason: str) -> Asked:
        return Asked(
            person=person, subject=above, purpose=Purpose.ENROLMENT, route=Route.ADMINISTRATOR, actor=actor,
            override_reason=reason,
        )  # fmt: skip

    def test_an_administrator_lets_somebody_in_with_name_and_reason(
        self, session: Session, alice: Person, admin: Person, above: Course, now: datetime
    ) -> None:
        way = Way(route=Route.ADMINISTRATOR, actor=admin, override_reason="Taught  this course for years")
        enrolment = request_enrolment(session, alice, above.id, Language.EN, now, way)
        (stored,) = stored_decisions(session)
        assert enrolment.decision_id == stored.id
        assert (stored.is_allowed, stored.overridden_by_id) == (False, admin.id)
        assert stored.override_reason == "Taught this course for years"
        assert replay(stored, version_of(session, stored)).is_equal

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_never_by_silence(
        self, session: Session, alice: Person, admin: Person, above: Course, now: datetime, reason: str
    ) -> None:
        with pytest.raises(EnrolmentRefused):
            pass_gate(session, self.asked(alice, above, admin, reason), now)

    def test_nobody_else_overrides(self, session: Session, alice: Person, above: Course, now: datetime) -> None:
        for actor in (alice, make_person(session, roles=[Role.TRAINER, Role.COORDINATOR]), None):
            with pytest.raises(Refusal, match="override_not_allowed"):
                pass_gate(session, self.asked(alice, above, actor, "please"), now)

    def test_what_cannot_be_played_is_not_overridden(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        course = make_course(session, languages=())
        with pytest.raises(EnrolmentRefused, match="not_published"):
            pass_gate(session, self.asked(alice, course, admin, "please"), now)

    def test_where_nothing_stands_in_the_way_there_is_nothing_to_override(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        stored = pass_gate(session, self.asked(alice, make_course(session), admin, "to be safe"), now)
        assert (stored.is_allowed, stored.overridden_by_id, stored.override_reason) == (True, None, "")


class TestMeasures:
    def test_nobody_of_a_beneficiary_under_measures_enrols_while_they_last(
        self, session: Session, now: datetime
    ) -> None:
        session.add(Beneficiary(code="SN", membership=Membership.MEMBER))
        session.flush()
        session.add(
            Measure(beneficiary_code="SN", begins_on=now.date(), ends_on=(now + 10 * DAY).date(), recorded_at=now)
        )
        alice, course = make_person(session, country="SN"), make_course(session)
        with pytest.raises(EnrolmentRefused, match="beneficiary_under_measures"):
            request_enrolment(session, alice, course.id, Language.EN, now)
        request_enrolment(session, alice, course.id, Language.EN, now + 11 * DAY)

    @pytest.mark.parametrize("stops", [False, True])
    def test_a_course_that_runs_goes_on_unless_the_policy_says_otherwise(
        self, session: Session, now: datetime, stops: bool
    ) -> None:
        draft = policy_services.begin_draft(session, None, now)
        policy_services.change_draft(session, draft.id, replace(HOUSE, stops_courses=stops), "")
        policy_services.bring_into_force(session, draft.id, now, None, now)
        alice = make_person(session, country="SN")
        enrolment = request_enrolment(session, alice, make_course(session).id, Language.EN, now)
        session.add(Beneficiary(code="SN", membership=Membership.MEMBER))
        session.flush()
        session.add(Measure(beneficiary_code="SN", begins_on=now.date(), recorded_at=now))
        session.flush()
        if stops:
            with pytest.raises(Refusal, match="measures_stop_courses"):
                record_start(session, enrolment.id, now)
        else:
            record_start(session, enrolment.id, now)
            assert enrolment.outcome == Outcome.ACTIVE


class TestActivities:
    def test_the_same_gate_stands_before_an_activity(self, session: Session, alice: Person, now: datetime) -> None:
        offering = make_offering(session, now, level=2)
        asked = Asked(person=alice, subject=offering, purpose=Purpose.APPLICATION, route=Route.API, actor=alice)
        with pytest.raises(EnrolmentRefused, match="prerequisite_missing") as refused:
            pass_gate(session, asked, now)
        assert refused.value.decision == gate_for_offering(session, alice, offering, now)

    def test_an_advisory_gate_writes_down_what_is_missing_and_lets_pass(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        offering = make_offering(session, now, level=2, gate=Gate.ADVISORY, scope=Scope.NATIONAL)
        asked = Asked(person=alice, subject=offering, purpose=Purpose.NOMINATION, route=Route.NOMINATION)
        stored = pass_gate(session, asked, now)
        assert stored.is_allowed
        assert [reason.code for reason in decision_of(stored).lacks] == ["prerequisite_missing"]
        assert replay(stored, version_of(session, stored)).is_equal

    def test_a_course_below_that_is_not_taught_is_not_asked_for(
        self, session: Session, alice: Person, above: Course, now: datetime
    ) -> None:
        make_enrolment(session, alice, make_cohort(session, above), outcome=Outcome.PASSED, closed_at=now - DAY)
        offering = make_offering(session, now, level=3, track=Track.SPECIALIST, topic="patents")
        assert gate_for_offering(session, alice, offering, now).is_allowed
        make_course(session, level=2, track=Track.SPECIALIST, topic="patents", confers=["2·specialist·patents"])
        assert not gate_for_offering(session, alice, offering, now).is_allowed


def test_the_gates_of_a_whole_catalogue_take_the_same_few_queries(session: Session, now: datetime) -> None:
    alice, statements = make_person(session), []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *facts: statements.append(facts[2]))
    counts = []
    for _ in range(2):
        courses = [make_course(session, level=1 + n % 3, languages=[Language.FR]) for n in range(5)]
        offerings = [make_offering(session, now, level=2) for _ in range(3)]
        session.flush()
        statements.clear()
        gates = gates_of(session, alice, courses, offerings, now)
        counts.append(len(statements))
        assert [gates.courses[one.id].is_allowed for one in courses] == [n % 3 == 0 for n in range(5)]
        assert gates.courses[courses[1].id] == gate_for_course(session, alice, courses[1], Language.FR, now)
        assert gates.offerings[offerings[0].id] == gate_for_offering(session, alice, offerings[0], now)
    assert counts[0] == counts[1] <= 12
