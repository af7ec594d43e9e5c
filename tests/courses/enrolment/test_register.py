"""The register of a cohort: figures from rows, search, order, pages, and a constant number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohort_for
from courses.cohorts.rates import Ratio, rates_of
from courses.enrolment.cohort_list import cohorts_of
from courses.enrolment.figures import figures_of
from courses.enrolment.models import DropoutKind, Outcome
from courses.enrolment.register import PAGE, Order, Search, everybody_of, register_of
from courses.errors import NotFound
from courses.people.models import Role
from tests.builders import make_cohort, make_course, make_enrolment, make_person

DAY = timedelta(days=1)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    yield statements
    event.remove(session.connection(), "before_cursor_execute", note)


@pytest.fixture
def cohort(session: Session) -> Cohort:
    return make_cohort(session, make_course(session))


def fill(session: Session, cohort: Cohort, now: datetime) -> None:
    """Enrol the worked case of DOMAIN.md: 120 rows and 4 transferred in."""
    sat = {"is_completed": True, "has_sat_exam": True, "started_at": now}
    kinds: list[tuple[int, dict[str, object]]] = [
        (14, {"outcome": Outcome.PASSED, "has_distinction": True, "mark": 0.9, **sat}),
        (42, {"outcome": Outcome.PASSED, "mark": 0.7, **sat}),
        (14, {"outcome": Outcome.FAILED, "mark": 0.3, **sat}),
        (14, {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.NEVER_STARTED}),
        (8, {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.WITHDREW, "started_at": now}),
        (22, {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.LAPSED, "started_at": now}),
        (3, {"outcome": Outcome.VOID}),
        (5, {"outcome": Outcome.CANCELLED}),
        (2, {"outcome": Outcome.TRANSFERRED}),
    ]
    for rows, facts in kinds:
        for _ in range(rows):
            make_enrolment(session, make_person(session), cohort, **facts)


def test_the_worked_case_comes_out_of_the_rows(session: Session, cohort: Cohort, now: datetime) -> None:
    fill(session, cohort, now)
    figures = figures_of(session, cohort.id)
    assert figures.counts.total == 114
    rates = {rate.measure.value: rate for rate in rates_of(figures.counts)}
    assert {name: rate.ratio for name, rate in rates.items()} == {
        "completion": Ratio(70, 114), "pass": Ratio(56, 114), "fail": Ratio(14, 114), "no_exam": Ratio(0, 114),
        "dropout": Ratio(44, 114), "distinction": Ratio(14, 56),
    }  # fmt: skip
    assert [ratio for rate in rates.values() for _, ratio in rate.readings] == [
        Ratio(56, 70), Ratio(30, 100), Ratio(14, 114), Ratio(8, 114), Ratio(22, 114), Ratio(14, 114),
    ]  # fmt: skip


def test_an_empty_cohort_has_no_figures(session: Session, cohort: Cohort, now: datetime) -> None:
    register = register_of(session, cohort, Search(), now)
    assert (register.entries, register.found, register.pages, register.figures.median) == ((), 0, 1, None)


def test_a_register_takes_the_same_queries_for_three_people_and_for_a_hundred(
    session: Session, cohort: Cohort, now: datetime
) -> None:
    numbers = []
    for people in (3, 97):
        for _ in range(people):
            make_enrolment(session, make_person(session), cohort, started_at=now)
        with counted(session) as statements:
            register = register_of(session, cohort, Search(text="alice"), now)
        numbers.append(len(statements))
    assert numbers == [4, 4]
    assert (register.found, len(register.entries), register.pages) == (100, PAGE, 2)


def test_people_are_found_by_every_word_of_a_name(session: Session, cohort: Cohort, now: datetime) -> None:
    for given, family in (("Zoé", "Ångström"), ("Zoé", "100%"), ("Luis", "Ångström")):
        make_enrolment(session, make_person(session, given_name=given, family_name=family), cohort)
    found = register_of(session, cohort, Search(text="ångström luis"), now).entries
    assert [entry.given_name for entry in found] in ([], ["Luis"])
    assert [e.family_name for e in register_of(session, cohort, Search(text="100%"), now).entries] == ["100%"]


@pytest.mark.parametrize(
    ("order", "names"),
    [(Order.NAME, ["A", "B", "C"]), (Order.MARK, ["C", "A", "B"]), (Order.PROGRESS, ["B", "A", "C"]),
     (Order.SEEN, ["A", "C", "B"])],
)  # fmt: skip
def test_people_are_sorted_as_asked(
    session: Session, cohort: Cohort, now: datetime, order: Order, names: list[str]
) -> None:
    facts = {"A": (0.5, 0.4, 1), "B": (None, 0.9, None), "C": (0.8, 0.1, 2)}
    for name, (mark, progress, days) in facts.items():
        seen_at = now - days * DAY if days else None
        person = make_person(session, family_name=name)
        make_enrolment(session, person, cohort, mark=mark, progress=progress, seen_at=seen_at)
    entries = register_of(session, cohort, Search(order=order), now).entries
    assert [entry.family_name for entry in entries] == names


def test_an_outcome_filters_and_a_page_after_the_last_is_the_last(
    session: Session, cohort: Cohort, now: datetime
) -> None:
    make_enrolment(session, make_person(session), cohort, outcome=Outcome.PASSED)
    make_enrolment(session, make_person(session), cohort)
    register = register_of(session, cohort, Search(outcome=Outcome.PASSED, page=9), now)
    assert ([entry.outcome for entry in register.entries], register.page) == ([Outcome.PASSED], 1)


@pytest.mark.parametrize("closes_in", [None, 5, 90])
def test_the_filter_at_risk_finds_exactly_those_who_show_a_reason(
    session: Session, cohort: Cohort, now: datetime, closes_in: int | None
) -> None:
    cohort.closes_at = None if closes_in is None else now + closes_in * DAY
    for days in (0, 6, 7, 13, 14, 20):
        make_enrolment(session, make_person(session), cohort, enrolled_at=now - days * DAY)
        for progress in (0.0, 0.24, 0.25, 0.5, 0.9):
            make_enrolment(
                session, make_person(session), cohort, outcome=Outcome.ACTIVE, started_at=now - 25 * DAY,
                seen_at=now - days * DAY, progress=progress,
            )  # fmt: skip
    session.flush()
    shown = {entry.enrolment_id for entry in everybody_of(session, cohort, now) if entry.risks}
    register = register_of(session, cohort, Search(only_at_risk=True), now)
    assert {entry.enrolment_id for entry in register.entries} == shown
    assert register.found == len(shown)


@pytest.mark.parametrize(
    ("progress", "median"), [([], None), ([0.4], 0.4), ([0.1, 0.9, 0.2], 0.2), ([0.1, 0.2, 0.3, 0.9], 0.2)]
)
def test_the_median_is_of_those_who_started_and_have_not_left(
    session: Session, cohort: Cohort, now: datetime, progress: list[float], median: float | None
) -> None:
    for share in progress:
        make_enrolment(session, make_person(session), cohort, progress=share, started_at=now, outcome=Outcome.ACTIVE)
    make_enrolment(session, make_person(session), cohort)
    make_enrolment(session, make_person(session), cohort, progress=1.0, started_at=now, outcome=Outcome.VOID)
    assert figures_of(session, cohort.id).median == median


def test_nobody_is_at_risk_whose_enrolment_is_closed(session: Session, cohort: Cohort, now: datetime) -> None:
    make_enrolment(session, make_person(session), cohort, outcome=Outcome.PASSED, enrolled_at=now - 90 * DAY)
    assert [entry.risks for entry in everybody_of(session, cohort, now)] == [()]


def test_a_trainer_sees_the_own_cohorts_and_an_administrator_all(session: Session) -> None:
    bob, charlie = make_person(session, roles=[Role.TRAINER]), make_person(session, roles=[Role.TRAINER])
    admin = make_person(session, roles=[Role.ADMINISTRATOR])
    course = make_course(session)
    his, other = make_cohort(session, course, trainers=[bob]), make_cohort(session, course, trainers=[charlie])
    make_enrolment(session, make_person(session), his)
    make_enrolment(session, make_person(session), his, outcome=Outcome.VOID)
    [line] = cohorts_of(session, bob).lines
    assert (line.cohort.id, line.people) == (his.id, 1)
    assert {entry.cohort.id for entry in cohorts_of(session, admin).lines} == {his.id, other.id}
    assert cohort_for(session, bob, his.id).course.id == course.id
    for person, cohort in ((bob, other), (charlie, his)):
        with pytest.raises(NotFound):
            cohort_for(session, person, cohort.id)


def test_the_list_of_cohorts_takes_three_queries(session: Session) -> None:
    admin = make_person(session, roles=[Role.ADMINISTRATOR])
    for _ in range(4):
        make_cohort(session, make_course(session))
    with counted(session) as statements:
        assert len(cohorts_of(session, admin).lines) == 4
    assert len(statements) == 3
    assert cohorts_of(session, admin, text="no such course").lines == ()
