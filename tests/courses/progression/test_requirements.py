"""Every operator of a requirement: a table of what meets it, what does not, and by which fact."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.progression.decision import Condition
from courses.progression.engine import allows, decide, is_met
from courses.progression.facts import Known, is_recent, last_day
from courses.progression.policy import HOUSE
from courses.progression.record import Category, Membership, Record, Result, Source, Standing
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    GoodStanding,
    IsLdc,
    MembershipIs,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.rules import gate_of
from courses.progression.steps import Step, Track
from courses.progression.terms import Terms
from tests.courses.progression.drawing import CODES, STEPS, requirements
from tests.progressing import ON, TOPICS, activity, asking, course, decided, in_arrears, official, passed, recognised

YES, NO = AllOf(()), AnyOf(())
TWO = Step(2, Track.GENERALIST)
MEMBERS = frozenset({Membership.MEMBER})
STANDING = Standing(code="FJ", region="asia_pacific", membership=Membership.ACCEDING)


def said(requirement: Requirement, record: Record) -> Condition:
    """Return what the gate says of a requirement."""
    return decided(asking(requirement), record).conditions[-1]


@pytest.mark.parametrize(
    ("requirement", "is_so"),
    [
        (AllOf(()), True), (AllOf((YES, YES)), True), (AllOf((YES, NO)), False),
        (AnyOf(()), False), (AnyOf((NO, NO)), False), (AnyOf((NO, YES)), True),
        (AtLeast(0, ()), True), (AtLeast(-1, ()), True), (AtLeast(1, (YES, NO)), True), (AtLeast(2, (YES, NO)), False),
        (AtLeast(2, (YES, NO, YES)), True), (AtLeast(3, (YES, YES)), False),
        (Not(YES), False), (Not(NO), True), (Not(Not(YES)), True),
        (AllOf((AnyOf((NO, YES)), Not(AtLeast(2, (YES, NO))))), True),
    ],
)  # fmt: skip
def test_groups(requirement: Requirement, is_so: bool) -> None:
    assert said(requirement, official()).is_met is is_so


@pytest.mark.parametrize(
    ("requirement", "result", "is_so", "fact"),
    [
        (CoursePassed("A"), passed("A"), True, "result"),
        (CoursePassed("A"), passed("A", mark=None), True, "result"),
        (CoursePassed("A"), passed("B"), False, "course_not_passed"),
        (CoursePassed("A"), passed("A", on=date(2026, 11, 21)), False, "course_not_passed"),
        (CoursePassed("A"), passed("A", on=ON), True, "result"),
        (CoursePassed("A"), replace(passed("A"), source=Source.ACTIVITY), True, "result"),
        (CoursePassed("A"), replace(passed("A"), source=Source.PAST), True, "result"),
        (CoursePassed("A", minimum_mark=0.8), passed("A", mark=0.8), True, "result"),
        (CoursePassed("A", minimum_mark=0.8), passed("A", mark=0.1 + 0.7), True, "result"),
        (CoursePassed("A", minimum_mark=0.8), passed("A", mark=0.79), False, "mark_too_low"),
        (CoursePassed("A", minimum_mark=0.8), passed("A", mark=None), False, "mark_too_low"),
        (CoursePassed("A", minimum_mark=0.0), passed("A", mark=None), False, "mark_too_low"),
        (CoursePassed("A", within_months=6), passed("A", on=date(2026, 5, 20)), True, "result"),
        (CoursePassed("A", within_months=6), passed("A", on=date(2026, 5, 19)), False, "result_too_old"),
        (CoursePassed("A", minimum_mark=0.8, within_months=6), passed("A", mark=0.5, on=date(2020, 1, 1)), False,
         "mark_too_low"),
    ],
)  # fmt: skip
def test_a_course_passed(requirement: CoursePassed, result: Result, is_so: bool, fact: str) -> None:
    condition = said(requirement, official(result)).parts[0]
    assert (condition.code, condition.is_met, condition.fact.code) == ("course_passed", is_so, fact)


def test_mark_and_age_are_asked_of_the_same_result() -> None:
    asked = CoursePassed("A", minimum_mark=0.8, within_months=6)
    old, weak = passed("A", mark=0.9, on=date(2020, 1, 1)), passed("A", mark=0.7, on=date(2026, 11, 1))
    assert not said(asked, official(old, weak)).is_met
    assert said(asked, official(old, weak, passed("A", mark=0.8, on=date(2026, 11, 2)))).is_met


@pytest.mark.parametrize(
    ("record", "is_so", "fact"),
    [
        (official(passed("A", "2·generalist")), True, "result"),
        (official(replace(passed("", "2·generalist"), source=Source.PAST)), True, "result"),
        (official(passed("A", "3·generalist")), True, "covered"),
        (official(passed("A", "3·specialist·sps")), False, "prerequisite_missing"),
        (official(passed("A", "2·generalist", on=date(2026, 11, 21))), False, "prerequisite_missing"),
        (official(recognised=(recognised("2·generalist"),)), True, "recognised"),
        (official(recognised=(recognised("2·generalist", until=ON),)), True, "recognised"),
        (official(recognised=(recognised("2·generalist", until=date(2026, 11, 19)),)), False, "recognition_expired"),
        (official(recognised=(recognised("2·generalist", on=date(2026, 11, 21)),)), False, "prerequisite_missing"),
        (official(recognised=(recognised("3·generalist"),)), True, "covered_by_recognition"),
    ],
)
def test_a_step_held(record: Record, is_so: bool, fact: str) -> None:
    condition = said(StepHeld(TWO), record).parts[0]
    assert (condition.code, condition.is_met, condition.fact.code) == ("step_held", is_so, fact)


@pytest.mark.parametrize(
    ("record", "is_so"),
    [
        (official(passed("A", "2·generalist", on=date(2026, 5, 20))), True),
        (official(passed("A", "2·generalist", on=date(2026, 5, 19))), False),
        (
            official(
                passed("A", "2·generalist", on=date(2020, 5, 19)), passed("B", "3·generalist", on=date(2026, 6, 1))
            ),
            True,
        ),
        (official(recognised=(recognised("2·generalist", on=date(2026, 5, 20)),)), True),
        (official(recognised=(recognised("2·generalist", on=date(2026, 5, 19)),)), False),
    ],
)
def test_a_step_held_not_for_longer_than_some_months(record: Record, is_so: bool) -> None:
    condition = said(StepHeld(TWO, within_months=6), record).parts[0]
    assert condition.is_met is is_so
    assert (condition.fact.code == "step_too_old") is not is_so


def test_recognition_is_never_a_pass() -> None:
    assert not said(CoursePassed("A"), official(recognised=(recognised("3·generalist"),))).is_met


@pytest.mark.parametrize(
    ("passed_on", "months", "last"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 5, 5), 1_200, date(2126, 5, 5)),
        (date(9999, 5, 5), 1_200, date.max),
    ],
)
def test_months_are_those_of_the_calendar_the_last_day_included(passed_on: date, months: int, last: date) -> None:
    assert last_day(passed_on, months) == last
    assert is_recent(passed_on, months, last)
    if last != date.max:
        assert not is_recent(passed_on, months, date.fromordinal(last.toordinal() + 1))


@pytest.mark.parametrize(
    ("requirement", "record", "is_so", "fact"),
    [
        (CategoryIs(frozenset({Category.NGO})), official(category=Category.NGO), True, "category"),
        (CategoryIs(frozenset({Category.NGO})), official(), False, "category_not_admitted"),
        (CategoryIs(frozenset({Category.OFFICIAL})), official(verified_on=None), False, "not_verified"),
        (CategoryIs(frozenset({Category.OFFICIAL})), official(verified_on=date(2026, 11, 21)), False, "not_verified"),
        (CategoryIs(frozenset({Category.OFFICIAL})), Record(), False, "category_not_admitted"),
        (Verified(), official(), True, "verified"),
        (Verified(), official(verified_on=None), False, "not_verified"),
        (Speaks(frozenset({"fr", "es"})), official(), True, "speaks"),
        (Speaks(frozenset({"en", "es"})), official(), False, "language_missing"),
        (Nominated(), official(nominated_for=frozenset({"A1"})), True, "nominated"),
        (Nominated(), official(nominated_for=frozenset({"A2"})), False, "not_nominated"),
        (GoodStanding(), official(), True, "no_measures"),
        (GoodStanding(), in_arrears(official(), ON, ON), False, "beneficiary_under_measures"),
        (GoodStanding(), official(beneficiary=None), True, "no_measures"),
        (MembershipIs(MEMBERS), official(), True, "membership"),
        (MembershipIs(MEMBERS), official(beneficiary=STANDING), False, "membership_other"),
        (MembershipIs(MEMBERS), official(beneficiary=None), False, "beneficiary_unknown"),
        (IsLdc(), official(), True, "ldc"),
        (IsLdc(), official(beneficiary=STANDING), False, "not_ldc"),
        (FromRegion(frozenset({"africa"})), official(), True, "region"),
        (FromRegion(frozenset({"africa"})), official(beneficiary=STANDING), False, "region_other"),
        (FromRegion(frozenset({"africa"})), official(beneficiary=None), False, "beneficiary_unknown"),
        (FromCountry(frozenset({"TG", "BJ"})), official(), True, "country"),
        (FromCountry(frozenset({"TG", "BJ"})), official(beneficiary=STANDING), False, "country_other"),
    ],
)
def test_what_is_known_of_the_person(requirement: Requirement, record: Record, is_so: bool, fact: str) -> None:
    condition = said(requirement, record).parts[0]
    assert (condition.is_met, condition.fact.code) == (is_so, fact)
    assert decided(asking(Not(requirement)), record).conditions[-1].is_met is not is_so


def test_who_is_verified_says_as_what_and_since_when() -> None:
    fact = said(Verified(), official()).parts[0].fact
    assert fact.parameters == (("category", "official"), ("date", "2024-02-01"))


def test_what_must_not_be_so_says_what_is() -> None:
    record = official(passed("A"))
    reason = decided(asking(Not(CoursePassed("A"))), record).reasons[0]
    assert reason.code == "excluded"
    assert dict(reason.parameters)["condition"] == "course_passed"
    assert dict(reason.parameters)["date"] == "2026-05-04"


def test_what_adds_to_the_rule_and_what_replaces_it() -> None:
    rule, more = {"level": 2}, {"requirement": Nominated()}
    assert len(decided(activity(**rule, **more), official()).reasons) == 2
    assert [each.code for each in decided(activity(**rule, **more, replaces_rule=True), official()).reasons] == [
        "not_nominated"
    ]
    without = activity(**rule, replaces_rule=True)
    assert [each.code for each in decided(without, official()).reasons] == ["prerequisite_missing"]


MORE = st.one_of(
    st.tuples(st.sampled_from(CODES), st.sampled_from([*map(str, STEPS)]), st.sampled_from([0.5, 0.9])).map(
        lambda it: lambda record: replace(record, results=(*record.results, passed(it[0], it[1], mark=it[2])))
    ),
    st.sampled_from([*map(str, STEPS)]).map(
        lambda step: lambda record: replace(record, recognised=(*record.recognised, recognised(step)))
    ),
    st.just(lambda record: replace(record, nominated_for=frozenset({"T"}))),
    st.just(lambda record: replace(record, verified_on=date(2024, 1, 1))),
    st.just(lambda record: replace(record, languages=record.languages | {"es"})),
)


@given(requirements(with_not=False), st.lists(MORE, max_size=3), MORE, st.sampled_from([None, 1, 2, 3]))
@settings(max_examples=150, deadline=None)
def test_more_facts_never_make_a_person_less_eligible_without_not(  # type: ignore[no-untyped-def]
    requirement, before, fact, level
) -> None:
    terms = activity("T", level=level, requirement=requirement, categories=frozenset(Category))
    record = official(verified_on=None, category=Category.ACADEMIC)
    for more in before:
        record = more(record)
    if decided(terms, record).is_allowed:
        assert decided(terms, fact(record)).is_allowed


@given(requirements(), st.lists(MORE, max_size=3), st.sampled_from([None, 2, 3]))
@settings(max_examples=60, deadline=None)
def test_the_short_answer_is_that_of_the_long_one(requirement, before, level) -> None:  # type: ignore[no-untyped-def]
    terms: Terms = course("T", level=level, requirement=requirement)
    record = official()
    for more in before:
        record = more(record)
    known = Known(record, ON, "T")
    decision = decide(HOUSE, terms, record, TOPICS, ON)
    assert allows(gate_of(HOUSE, terms, TOPICS), known) == decision.is_allowed
    assert is_met(requirement, known) == decision.conditions[-1].is_met
    assert bool(decision.reasons) is not decision.is_allowed
