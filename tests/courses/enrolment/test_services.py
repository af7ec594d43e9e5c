"""Enrolling, starting, leaving and closing, on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import events
from courses.catalogue.models import Course, CourseLanguage, Format
from courses.cohorts.models import Cohort
from courses.enrolment import services
from courses.enrolment.changes import Cause
from courses.enrolment.gate import EnrolmentRefused
from courses.enrolment.models import DropoutKind, Enrolment, Outcome, OutcomeChange
from courses.enrolment.queries import enrolment_for, enrolments_of, history_of, own_enrolment
from courses.enrolment.terms import language_for
from courses.errors import IllegalTransition, NotFound, Refusal
from courses.people.models import Language, Person, Role
from lms.db import Database
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person

DAY = timedelta(days=1)


@pytest.fixture
def alice(session: Session) -> Person:
    return make_person(session)


@pytest.fixture
def course(session: Session) -> Course:
    return make_course(session)


def outcomes(session: Session, enrolment: Enrolment) -> Sequence[tuple[str | None, str, str]]:
    return [(c.before, c.after, c.reason) for c in history_of(session, enrolment)]


class TestRequest:
    def test_a_verified_person_enters_the_cohort_of_the_month(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = services.request_enrolment(session, alice, course.id, Language.EN, now)
        cohort = session.get_one(Cohort, enrolment.cohort_id)
        assert (cohort.month, cohort.closes_at) == ("2026-11", None)
        assert enrolment.outcome == Outcome.NOT_STARTED
        assert outcomes(session, enrolment) == [(None, "not_started", "enrolled")]
        assert [event.name for event in events.take(session)] == ["enrolment.outcome"]

    def test_two_people_of_a_month_share_its_cohort(self, session: Session, course: Course, now: datetime) -> None:
        first, second = make_person(session), make_person(session)
        cohorts = {
            services.request_enrolment(session, p, course.id, Language.EN, now).cohort_id for p in (first, second)
        }
        assert len(cohorts) == 1

    def test_a_double_request_returns_the_first(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        first = services.request_enrolment(session, alice, course.id, Language.EN, now)
        second = services.request_enrolment(session, alice, course.id, Language.EN, now + DAY)
        assert second.id == first.id
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1

    def test_a_second_enrolment_is_linked_to_the_first(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        first = services.request_enrolment(session, alice, course.id, Language.EN, now)
        services.withdraw(session, first.id, now, alice.id)
        second = services.request_enrolment(session, alice, course.id, Language.EN, now + DAY)
        services.withdraw(session, second.id, now + DAY, alice.id)
        third = services.request_enrolment(session, alice, course.id, Language.EN, now + 2 * DAY)
        assert (second.first_id, third.first_id) == (first.id, first.id)

    def test_nobody_enrols_in_what_does_not_exist(self, session: Session, alice: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            services.request_enrolment(session, alice, alice.id, Language.EN, now)

    def test_every_missing_condition_is_named_at_once(self, session: Session, now: datetime) -> None:
        person = make_person(session, verified_at=None)
        course = make_course(session, level=2, asks_for=["1"])
        with pytest.raises(EnrolmentRefused) as refused:
            services.request_enrolment(session, person, course.id, Language.FR, now)
        codes = [reason.code for reason in refused.value.decision.reasons]
        assert codes == ["not_published", "not_verified", "prerequisite_missing"]
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 0

    def test_self_study_material_is_never_for_credit(self, session: Session, alice: Person, now: datetime) -> None:
        course = make_course(session, is_for_credit=False)
        with pytest.raises(Refusal, match="not_for_credit"):
            services.request_enrolment(session, alice, course.id, Language.EN, now)

    def test_a_first_generation_course_is_read_not_taken(self, session: Session, alice: Person, now: datetime) -> None:
        course = make_course(session, languages=())
        session.add(
            CourseLanguage(course_id=course.id, language=Language.EN, format=Format.FIRST_GENERATION, published_at=now)
        )
        with pytest.raises(Refusal, match="first_generation"):
            services.request_enrolment(session, alice, course.id, Language.EN, now)

    def test_what_cannot_be_taken_in_any_language_is_closed_for_the_reason_of_one_that_it_has(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        course = make_course(session, languages=())
        entry = CourseLanguage(
            course_id=course.id, language=Language.FR, format=Format.FIRST_GENERATION, published_at=now
        )
        assert language_for([entry], Language.ES) == Language.FR
        entry.published_at = None
        assert language_for([entry], Language.ES) == Language.ES

    @pytest.mark.parametrize("outcome", ["passed", "failed"])
    def test_a_step_is_held_by_passing_a_course_that_confers_it(
        self, session: Session, alice: Person, now: datetime, outcome: str
    ) -> None:
        door = make_course(session, level=1, confers=["1"])
        make_enrolment(session, alice, make_cohort(session, door), outcome=Outcome(outcome))
        above = make_course(session, level=2)
        if outcome == "passed":
            assert services.request_enrolment(session, alice, above.id, Language.EN, now).outcome == "not_started"
        else:
            with pytest.raises(Refusal, match="prerequisite_missing"):
                services.request_enrolment(session, alice, above.id, Language.EN, now)

    def test_a_passed_course_is_not_taken_again(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        make_enrolment(session, alice, make_cohort(session, course), outcome=Outcome.PASSED)
        with pytest.raises(Refusal, match="already_passed"):
            services.request_enrolment(session, alice, course.id, Language.EN, now)


class TestStart:
    def test_opening_makes_it_active_once(self, session: Session, alice: Person, course: Course, now: datetime) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course))
        services.record_start(session, enrolment.id, now)
        services.record_start(session, enrolment.id, now + DAY)
        assert (enrolment.started_at, enrolment.seen_at) == (now, now + DAY)
        assert outcomes(session, enrolment) == [("not_started", "active", "started")]

    def test_opening_a_passed_course_keeps_the_pass(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course), outcome=Outcome.PASSED)
        services.record_start(session, enrolment.id, now)
        assert enrolment.outcome == Outcome.PASSED

    def test_coming_back_undoes_a_lapse_and_the_history_keeps_both(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course, closes_at=None))
        services.record_start(session, enrolment.id, now)
        assert services.close_due(session, now + 91 * DAY) == 1
        assert (enrolment.outcome, enrolment.dropout_kind) == (Outcome.DROPPED_OUT, DropoutKind.LAPSED)
        services.record_start(session, enrolment.id, now + 95 * DAY)
        assert (enrolment.outcome, enrolment.dropout_kind, enrolment.closed_at) == (Outcome.ACTIVE, None, None)
        assert [after for _, after, _ in outcomes(session, enrolment)] == ["active", "dropped_out", "active"]

    @pytest.mark.parametrize(
        ("facts", "dates", "code"),
        [
            ({"outcome": Outcome.CANCELLED}, {}, "enrolment_left"),
            ({"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.WITHDREW}, {}, "enrolment_withdrawn"),
            ({}, {"closes_at": NOW - DAY}, "access_over"),
            ({}, {"opens_at": NOW + DAY}, "access_not_begun"),
        ],
    )
    def test_a_closed_door_says_why(
        self, session: Session, course: Course, facts: dict[str, object], dates: dict[str, datetime], code: str
    ) -> None:
        enrolment = make_enrolment(session, make_person(session), make_cohort(session, course, **dates), **facts)
        with pytest.raises(Refusal, match=code):
            services.record_start(session, enrolment.id, NOW)
        assert enrolment.started_at is None

    def test_a_lapse_stays_when_the_person_has_enrolled_again(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        cohort = make_cohort(session, course)
        old = make_enrolment(session, alice, cohort, outcome=Outcome.DROPPED_OUT, dropout_kind=DropoutKind.LAPSED)
        make_enrolment(session, alice, cohort)
        with pytest.raises(Refusal, match="enrolled_again"):
            services.record_start(session, old.id, now)


class TestLeaving:
    def test_within_the_grace_period_it_is_cancelled(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course))
        services.withdraw(session, enrolment.id, now + DAY, alice.id)
        assert enrolment.outcome == Outcome.CANCELLED
        [change] = history_of(session, enrolment)
        assert (change.actor_id, change.reason, change.changed_at) == (alice.id, "withdrew", now + DAY)

    def test_after_it_it_is_a_dropout(self, session: Session, alice: Person, course: Course, now: datetime) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course))
        services.withdraw(session, enrolment.id, now + 20 * DAY, alice.id)
        assert (enrolment.outcome, enrolment.dropout_kind) == (Outcome.DROPPED_OUT, DropoutKind.WITHDREW)

    def test_nobody_leaves_twice(self, session: Session, alice: Person, course: Course, now: datetime) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course))
        services.withdraw(session, enrolment.id, now, alice.id)
        with pytest.raises(Refusal, match="enrolment_closed"):
            services.withdraw(session, enrolment.id, now, alice.id)

    def test_an_administrator_cannot_cancel_after_the_grace_period(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course))
        with pytest.raises(Refusal, match="grace_over"):
            services.cancel(session, enrolment.id, Cause(now=now + 30 * DAY, reason="asked"))
        services.cancel(session, enrolment.id, Cause(now=now, reason="asked"))
        assert enrolment.outcome == Outcome.CANCELLED

    def test_a_transfer_leaves_one_row_and_opens_another(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        old = make_enrolment(session, alice, make_cohort(session, course), outcome=Outcome.ACTIVE, progress=0.5)
        other = make_cohort(session, course)
        new = services.transfer(session, old.id, other.id, Cause(now=now, reason="other dates"))
        assert (old.outcome, new.outcome, new.progress, new.first_id) == ("transferred", "active", 0.5, old.id)

    def test_a_transfer_stays_within_the_course(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        old = make_enrolment(session, alice, make_cohort(session, course))
        other = make_cohort(session, make_course(session))
        with pytest.raises(NotFound):
            services.transfer(session, old.id, other.id, Cause(now=now, reason="other dates"))

    def test_an_error_is_void_and_stays_so(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course), outcome=Outcome.PASSED)
        services.make_void(session, enrolment.id, Cause(now=now, reason="duplicate"))
        with pytest.raises(IllegalTransition):
            services.make_void(session, enrolment.id, Cause(now=now, reason="duplicate"))


class TestClosing:
    def test_the_sweep_closes_what_is_due_and_nothing_else(
        self, session: Session, course: Course, now: datetime
    ) -> None:
        over = make_cohort(session, course, opens_at=now - 60 * DAY, closes_at=now - DAY)
        running = make_cohort(session, course, closes_at=None)
        cases = {
            "failed": {"cohort": over, "outcome": Outcome.ACTIVE, "has_sat_exam": True, "started_at": now},
            "no_exam": {"cohort": over, "outcome": Outcome.ACTIVE, "is_completed": True, "started_at": now},
            "dropped_out": {"cohort": over, "outcome": Outcome.ACTIVE, "started_at": now},
            "not_started": {"cohort": running},
            "active": {"cohort": running, "outcome": Outcome.ACTIVE, "seen_at": now - 80 * DAY, "started_at": now},
        }
        made = {}
        for name, facts in cases.items():
            cohort = facts.pop("cohort")
            assert isinstance(cohort, Cohort)
            made[name] = make_enrolment(session, make_person(session), cohort, **facts)
        assert services.close_due(session, now) == 3
        assert {name: str(enrolment.outcome) for name, enrolment in made.items()} == {name: name for name in cases}
        assert services.close_due(session, now) == 0

    def test_a_sweep_may_ask_for_a_few_at_a_time(self, session: Session, course: Course, now: datetime) -> None:
        over = make_cohort(session, course, opens_at=now - 60 * DAY, closes_at=now - DAY)
        for _ in range(3):
            make_enrolment(session, make_person(session), over)
        assert [services.close_due(session, now, most=2) for _ in range(3)] == [2, 1, 0]

    def test_who_never_started_is_said_to_have_never_started(
        self, session: Session, alice: Person, course: Course, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, alice, make_cohort(session, course))
        services.close_due(session, now + 90 * DAY)
        assert enrolment.dropout_kind == DropoutKind.NEVER_STARTED

    def test_an_empty_platform_has_nothing_to_close(self, session: Session, now: datetime) -> None:
        assert services.close_due(session, now) == 0


class TestWhoSees:
    def test_own_enrolment_trainer_administrator_and_nobody_else(
        self, session: Session, alice: Person, course: Course
    ) -> None:
        bob, admin = make_person(session, roles=[Role.TRAINER]), make_person(session, roles=[Role.ADMINISTRATOR])
        charlie = make_person(session, roles=[Role.TRAINER])
        enrolment = make_enrolment(session, alice, make_cohort(session, course, trainers=[bob]))
        for person in (alice, bob, admin):
            assert enrolment_for(session, person, enrolment.id).id == enrolment.id
        with pytest.raises(NotFound):
            enrolment_for(session, charlie, enrolment.id)
        assert own_enrolment(session, alice, enrolment.id).person.id == alice.id
        with pytest.raises(NotFound):
            own_enrolment(session, bob, enrolment.id)

    def test_a_persons_list_holds_only_the_own_enrolments(
        self, session: Session, alice: Person, course: Course
    ) -> None:
        cohort = make_cohort(session, course)
        mine = make_enrolment(session, alice, cohort)
        make_enrolment(session, make_person(session), cohort)
        assert [entry.id for entry in enrolments_of(session, alice)] == [mine.id]


def test_two_requests_at_once_make_one_enrolment(database: Database, now: datetime) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with database.transaction() as session:
        alice, course = make_person(session), make_course(session)

    def request(_number: int) -> object:
        with database.transaction() as own:
            return services.request_enrolment(own, own.get_one(Person, alice.id), course.id, Language.EN, now).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(request, range(8)))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OutcomeChange)) == 1
