"""A result is a ratchet, and recording it is cheap."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.enrolment.queries import history_of
from courses.enrolment.results import CourseResult
from courses.enrolment.services import close_due, record_result, record_start
from courses.enrolment.standing import record_of
from courses.errors import NotFound
from courses.people.models import Person
from tests.builders import make_cohort, make_course, make_enrolment, make_person

DAY = timedelta(days=1)


def result(**facts: Any) -> CourseResult:
    values: dict[str, Any] = {
        "is_completed": False, "is_passed": None, "mark": None, "has_sat_exam": False, "progress": 0.0,
        "reported_cs": 0, "measured_cs": 0,
    }  # fmt: skip
    return CourseResult(**(values | facts))


PASS = result(is_completed=True, is_passed=True, mark=0.7, has_sat_exam=True, progress=1.0, reported_cs=600)
FAIL = result(is_completed=True, is_passed=False, mark=0.4, has_sat_exam=True, progress=1.0)


@pytest.fixture
def course(session: Session) -> Course:
    return make_course(session, pass_mark=0.6, distinction_mark=0.85)


@pytest.fixture
def enrolment(session: Session, course: Course) -> Enrolment:
    return make_enrolment(session, make_person(session), make_cohort(session, course))


def record(session: Session, enrolment: Enrolment, found: CourseResult, now: datetime) -> Enrolment:
    record_result(session, enrolment.id, found, now)
    session.refresh(enrolment)
    return enrolment


def after(session: Session, enrolment: Enrolment) -> list[str]:
    return [change.after.value for change in history_of(session, enrolment)]


def test_a_first_result_starts_the_course(session: Session, enrolment: Enrolment, now: datetime) -> None:
    found = record(session, enrolment, result(progress=0.25, measured_cs=100), now)
    assert (found.outcome, found.started_at, found.seen_at) == (Outcome.ACTIVE, now, now)
    assert (found.progress, found.measured_cs, found.mark) == (0.25, 100, None)


def test_a_pass_closes_the_enrolment_through_active(session: Session, enrolment: Enrolment, now: datetime) -> None:
    found = record(session, enrolment, PASS, now)
    assert (found.outcome, found.mark, found.has_distinction, found.closed_at) == (Outcome.PASSED, 0.7, False, now)
    assert (found.is_completed, found.completed_at) == (True, now)
    assert after(session, enrolment) == ["active", "passed"]


def test_nothing_takes_a_pass_away(session: Session, enrolment: Enrolment, now: datetime) -> None:
    record(session, enrolment, PASS, now)
    found = record(session, enrolment, FAIL, now + DAY)
    assert (found.outcome, found.mark, found.closed_at, found.seen_at) == (Outcome.PASSED, 0.7, now, now + DAY)
    found = record(session, enrolment, result(), now + 2 * DAY)
    assert (found.is_completed, found.progress, found.reported_cs) == (True, 1.0, 600)
    assert after(session, enrolment) == ["active", "passed"]


def test_a_pass_always_confers_its_steps_whatever_becomes_of_the_course(
    session: Session, course: Course, enrolment: Enrolment, now: datetime
) -> None:
    course.confers = ["1"]
    session.flush()
    record(session, enrolment, PASS, now)
    course.confers = ["2·generalist"]
    session.flush()
    record(session, enrolment, PASS, now + DAY)
    person = session.get_one(Person, enrolment.person_id)
    (passed,) = record_of(session, person, now + DAY).results
    assert [str(step) for step in passed.confers] == ["1", "2·generalist"]
    assert passed.passed_on == now.date()


def test_a_failed_exam_leaves_it_open_until_the_closing(session: Session, enrolment: Enrolment, now: datetime) -> None:
    found = record(session, enrolment, FAIL, now)
    assert (found.outcome, found.mark, found.has_sat_exam) == (Outcome.ACTIVE, 0.4, True)


@pytest.mark.parametrize(
    ("mark", "limit", "expected"), [(0.85, 0.85, True), (0.8499, 0.85, False), (0.1 * 3, 0.3, True), (1.0, None, False)]
)
def test_distinction_is_a_pass_at_or_above_the_mark(
    session: Session, now: datetime, mark: float, limit: float | None, expected: bool
) -> None:
    course = make_course(session, pass_mark=0.2, distinction_mark=limit)
    enrolment = make_enrolment(session, make_person(session), make_cohort(session, course))
    found = record(session, enrolment, result(is_passed=True, mark=mark, has_sat_exam=True), now)
    assert found.has_distinction is expected


def test_a_high_mark_without_a_pass_is_no_distinction(session: Session, enrolment: Enrolment, now: datetime) -> None:
    found = record(session, enrolment, result(is_passed=False, mark=0.95, has_sat_exam=True), now)
    assert found.has_distinction is False


def test_a_better_attempt_raises_a_pass_to_a_distinction(session: Session, enrolment: Enrolment, now: datetime) -> None:
    record(session, enrolment, PASS, now)
    found = record(session, enrolment, result(is_passed=True, mark=0.9, has_sat_exam=True), now)
    assert (found.mark, found.has_distinction) == (0.9, True)


@pytest.mark.parametrize(
    ("found", "expected"),
    [(PASS, Outcome.PASSED), (FAIL, Outcome.FAILED), (result(is_completed=True), Outcome.NO_EXAM),
     (result(progress=0.5), Outcome.DROPPED_OUT)],
)  # fmt: skip
def test_a_late_result_raises_what_a_closing_decided(
    session: Session, course: Course, now: datetime, found: CourseResult, expected: Outcome
) -> None:
    over = make_cohort(session, course, closes_at=now - DAY)
    enrolment = make_enrolment(
        session, make_person(session), over, outcome=Outcome.DROPPED_OUT, dropout_kind=DropoutKind.LAPSED,
        closed_at=now - DAY,
    )  # fmt: skip
    late = record(session, enrolment, found, now)
    assert late.outcome == expected
    assert (late.dropout_kind is None) == (expected != Outcome.DROPPED_OUT)


def test_work_while_access_lasts_undoes_a_lapse(session: Session, course: Course, now: datetime) -> None:
    enrolment = make_enrolment(
        session, make_person(session), make_cohort(session, course), outcome=Outcome.DROPPED_OUT,
        dropout_kind=DropoutKind.LAPSED, closed_at=now - DAY,
    )  # fmt: skip
    found = record(session, enrolment, result(progress=0.5), now)
    assert (found.outcome, found.dropout_kind, found.closed_at) == (Outcome.ACTIVE, None, None)


@pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.TRANSFERRED, Outcome.VOID])
def test_what_left_the_cohort_takes_no_result(
    session: Session, course: Course, now: datetime, outcome: Outcome
) -> None:
    enrolment = make_enrolment(session, make_person(session), make_cohort(session, course), outcome=outcome)
    found = record(session, enrolment, PASS, now)
    assert (found.outcome, found.mark, found.seen_at) == (outcome, None, None)


def test_a_result_for_nothing_is_refused(session: Session, course: Course, now: datetime) -> None:
    with pytest.raises(NotFound):
        record_result(session, course.id, PASS, now)


def test_recording_costs_a_select_and_an_update_and_a_move_one_insert(
    session: Session, enrolment: Enrolment, now: datetime
) -> None:
    statements: list[str] = []

    @event.listens_for(session.connection(), "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    record_result(session, enrolment.id, PASS, now)
    assert statements == ["SELECT", "UPDATE", "INSERT"]
    statements.clear()
    record_result(session, enrolment.id, PASS, now)
    assert statements == ["SELECT", "UPDATE"]


def test_what_is_heard_of_late_is_no_sign_of_life_and_reopens_nothing(
    session: Session, course: Course, now: datetime
) -> None:
    enrolment = make_enrolment(
        session, make_person(session), make_cohort(session, course), outcome=Outcome.DROPPED_OUT,
        dropout_kind=DropoutKind.LAPSED, closed_at=now - DAY, seen_at=now - 91 * DAY,
    )  # fmt: skip
    record_result(session, enrolment.id, result(is_completed=True), now, heard_at=now - 92 * DAY)
    session.refresh(enrolment)
    assert (enrolment.outcome, enrolment.seen_at) == (Outcome.NO_EXAM, now - 91 * DAY)


def test_a_withdrawal_is_not_undone_by_work_after_it(session: Session, course: Course, now: datetime) -> None:
    enrolment = make_enrolment(
        session, make_person(session), make_cohort(session, course), outcome=Outcome.DROPPED_OUT,
        dropout_kind=DropoutKind.WITHDREW, closed_at=now - DAY,
    )  # fmt: skip
    for _ in range(2):  # the second one found a failure that coming back reopened
        found = record(session, enrolment, FAIL, now)
        assert (found.outcome, found.dropout_kind) == (Outcome.DROPPED_OUT, DropoutKind.WITHDREW)
    assert record(session, enrolment, PASS, now).outcome == Outcome.PASSED


def test_a_failure_at_the_end_of_access_is_not_undone_when_access_is_prolonged(
    session: Session, course: Course, now: datetime
) -> None:
    cohort = make_cohort(session, course, closes_at=now)
    enrolment = make_enrolment(session, make_person(session), cohort, outcome=Outcome.ACTIVE, has_sat_exam=True)
    assert close_due(session, now) == 1
    cohort.closes_at = now + 10 * DAY
    session.flush()
    record_start(session, enrolment.id, now + DAY)
    assert record(session, enrolment, FAIL, now + DAY).outcome == Outcome.FAILED


def test_a_failure_by_silence_is_undone_by_coming_back(session: Session, course: Course, now: datetime) -> None:
    enrolment = make_enrolment(
        session, make_person(session), make_cohort(session, course, closes_at=None), outcome=Outcome.ACTIVE,
        has_sat_exam=True,
    )  # fmt: skip
    assert close_due(session, now + 91 * DAY) == 1
    session.refresh(enrolment)
    assert enrolment.outcome == Outcome.FAILED
    record_start(session, enrolment.id, now + 92 * DAY)
    assert enrolment.outcome == Outcome.ACTIVE
