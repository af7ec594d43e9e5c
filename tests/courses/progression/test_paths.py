"""The shortest ways to become eligible: cases for every operator, and what follows for every catalogue."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.progression.compiling import Todo
from courses.progression.engine import decide
from courses.progression.paths import Path, follow, next_steps
from courses.progression.policy import HOUSE
from courses.progression.record import Category, Record
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromRegion,
    GoodStanding,
    IsLdc,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import Step, Track, parse_step
from courses.progression.terms import Terms
from tests.courses.progression.drawing import catalogues, requirements
from tests.progressing import ON, TOPICS, activity, asking, course, in_arrears, official, passed

INTRO = course("INTRO", "1", level=1, hours=20)
TRADE = course("TRADE", "2·generalist", level=2, track=Track.GENERALIST, hours=60)
SHORT = course("SHORT", "2·generalist", level=2, track=Track.GENERALIST, hours=40)
SPS = course("SPS", "2·specialist·sps", level=2, track=Track.SPECIALIST, topic="sps", hours=30)
CATALOGUE = (INTRO, TRADE, SHORT, SPS)
ADVANCED = activity("ADVANCED", level=3, track=Track.GENERALIST)
A, B, C = CoursePassed("A"), CoursePassed("B"), CoursePassed("C")
ABC = (course("A", hours=10), course("B", hours=20), course("C", hours=15))


def ways(terms: Terms, record: Record, offers: Sequence[Terms] = CATALOGUE) -> list[list[str]]:
    """Return the paths as the codes of their steps; what is not to be passed carries what it is."""
    return [said(path) for path in next_steps(HOUSE, terms, record, offers, TOPICS, ON)]


def said(path: Path) -> list[str]:
    return [step.code if step.todo == Todo.PASS else f"{step.todo} {step.code}".strip() for step in path.steps]


def best(requirement: Requirement, record: Record | None = None, offers: Sequence[Terms] = ABC) -> list[str] | None:
    """Return the best path to what asks for one thing."""
    found = ways(asking(requirement), record or official(), offers)
    return found[0] if found else None


class TestThePaths:
    def test_take_the_fewest_hours(self) -> None:
        assert ways(ADVANCED, official())[0] == ["INTRO", "SHORT"]

    def test_then_the_fewest_courses(self) -> None:
        asked = AnyOf((AllOf((A, B)), CoursePassed("D")))
        assert best(asked, offers=(*ABC, course("D", hours=30))) == ["D"]

    def test_start_with_what_the_person_has(self) -> None:
        assert ways(ADVANCED, official(passed("X", "1")))[0] == ["SHORT"]
        assert ways(ADVANCED, official(passed("X", "2·generalist"))) == [[]]

    def test_use_only_what_is_open(self) -> None:
        closed = replace(SHORT, availability=("not_published",))
        assert ways(ADVANCED, official(), (INTRO, TRADE, closed))[0] == ["INTRO", "TRADE"]
        assert ways(ADVANCED, official(), (TRADE, closed)) == []

    def test_use_only_what_the_person_is_allowed(self) -> None:
        for_others = replace(SHORT, categories=frozenset({Category.JOURNALIST}))
        assert ways(ADVANCED, official(), (INTRO, TRADE, for_others))[0] == ["INTRO", "TRADE"]

    def test_take_a_step_that_covers_what_is_asked_for(self) -> None:
        high = course("HIGH", "3·generalist", hours=5, requirement=AllOf(()), replaces_rule=True)
        assert ways(ADVANCED, official(), (*CATALOGUE, high))[0] == ["HIGH"]

    def test_follow_the_rule_of_the_topic(self) -> None:
        terms = activity(level=3, track=Track.SPECIALIST, topic="sps", has_lower_course=True)
        assert ways(terms, official())[0] == ["INTRO", "SPS"]
        assert ways(replace(terms, has_lower_course=False), official(), (INTRO, SHORT))[0] == ["INTRO", "SHORT"]

    def test_end_where_it_goes_in_circles(self) -> None:
        one = course("ONE", "2·generalist", requirement=CoursePassed("TWO"), replaces_rule=True)
        two = course("TWO", requirement=CoursePassed("ONE"))
        assert ways(ADVANCED, official(), (one, two)) == []
        assert ways(ADVANCED, official(), (one, two, *CATALOGUE))[0] == ["INTRO", "SHORT"]

    def test_give_no_way_into_what_is_closed_or_passed(self) -> None:
        assert ways(replace(ADVANCED, availability=("cancelled",)), official()) == []
        assert ways(TRADE, official(passed("TRADE"))) == []

    def test_name_other_ways_after_the_best(self) -> None:
        assert ways(asking(AnyOf((A, B, C))), official(), ABC) == [["A"], ["C"], ["B"]]

    def test_say_the_hours_and_the_courses(self) -> None:
        path = next_steps(HOUSE, ADVANCED, official(), CATALOGUE, TOPICS, ON)[0]
        assert (path.hours, path.courses, path.needs_others) == (60.0, 2, False)

    def test_count_what_does_not_say_its_hours_as_a_standard_course(self) -> None:
        assert best(AnyOf((A, B)), offers=(course("A"), course("B", hours=39))) == ["B"]


@pytest.mark.parametrize(
    ("requirement", "way"),
    [
        (AllOf(()), []),
        (AnyOf(()), None),
        (AllOf((A, B)), ["A", "B"]),
        (AnyOf((B, C)), ["C"]),
        (AtLeast(0, (A,)), []),
        (AtLeast(2, (A, B, C)), ["A", "C"]),
        (AtLeast(3, (A, B)), None),
        (Not(A), []),
        (AllOf((A, Not(A))), None),
        (AllOf((B, Not(A))), ["B"]),
        (AnyOf((AllOf((A, Not(C))), B)), ["A"]),
        (Not(Not(A)), ["A"]),
        (CoursePassed("Z"), None),
        (CoursePassed("A", within_months=1), ["A"]),
        (CoursePassed("A", minimum_mark=1.2), None),
        (StepHeld(Step(1)), None),
        (Nominated(), ["nomination T"]),
        (AnyOf((Nominated(), B)), ["B"]),
        (AllOf((Nominated(), B)), ["B", "nomination T"]),
        (Speaks(frozenset({"es"})), ["language es"]),
        (Speaks(frozenset({"es", "fr"})), []),
        (GoodStanding(), []),
        (IsLdc(), []),
        (Not(IsLdc()), None),
        (FromRegion(frozenset({"caribbean"})), None),
        (AnyOf((FromRegion(frozenset({"caribbean"})), A)), ["A"]),
        (Verified(), []),
        (CategoryIs(frozenset({Category.OFFICIAL})), []),
    ],
)
def test_every_operator_leads_somewhere_or_nowhere(requirement: Requirement, way: list[str] | None) -> None:
    terms = replace(asking(requirement), code="T")
    found = ways(terms, official(), ABC)
    assert (sorted(found[0]) if found else None) == way


class TestWhatNoCourseCanMend:
    def test_is_named_beside_the_courses(self) -> None:
        found = ways(ADVANCED, official(verified_on=None))
        assert sorted(found[0]) == ["INTRO", "SHORT", "verification"]
        assert next_steps(HOUSE, ADVANCED, official(verified_on=None), CATALOGUE, TOPICS, ON)[0].needs_others

    def test_is_verified_before_the_first_course(self) -> None:
        assert ways(ADVANCED, official(verified_on=None))[0][0] == "verification"

    def test_another_category_is_asked_for_only_where_the_own_one_does_not_do(self) -> None:
        assert ways(INTRO, official(category=Category.JOURNALIST))[0] == ["category official"]
        assert ways(INTRO, official(verified_on=None))[0] == ["verification"]
        assert ways(INTRO, Record())[0] == ["category official"]

    def test_measures_must_end(self) -> None:
        assert ways(INTRO, in_arrears(official(), ON))[0] == ["measures"]

    def test_a_nomination_for_a_course_on_the_way_is_named(self) -> None:
        offers = (course("A", requirement=Nominated()),)
        assert best(A, offers=offers) == ["nomination A", "A"]


class TestAMark:
    def test_that_is_asked_for_is_named(self) -> None:
        terms = asking(AllOf((CoursePassed("A", minimum_mark=0.7), CoursePassed("B"))))
        steps = next_steps(HOUSE, terms, official(), ABC, TOPICS, ON)[0].steps
        assert {step.code: step.minimum_mark for step in steps} == {"A": 0.7, "B": None}

    def test_can_be_improved_in_a_course_that_was_passed(self) -> None:
        terms = asking(CoursePassed("A", minimum_mark=0.7))
        assert ways(terms, official(passed("A", mark=0.65)), ABC) == [["improve A"]]

    def test_cannot_make_a_result_younger(self) -> None:
        asked = CoursePassed("A", minimum_mark=0.7, within_months=6)
        assert best(asked, official(passed("A", mark=0.65, on=date(2020, 1, 1)))) is None

    def test_is_the_lowest_that_will_do(self) -> None:
        terms = asking(AnyOf((CoursePassed("A", minimum_mark=0.9), CoursePassed("A", minimum_mark=0.7))))
        assert [step.minimum_mark for step in next_steps(HOUSE, terms, official(), ABC, TOPICS, ON)[0].steps] == [0.7]


def test_a_large_choice_is_found_in_a_catalogue_of_500() -> None:
    steps = [f"2·specialist·t{number}" for number in range(20)]
    offers = [course(f"L{number}", "1", level=1, hours=10 + number) for number in range(100)]
    offers += [course(f"S{number}", steps[number % 20], hours=20 + number % 37) for number in range(400)]
    asked = AtLeast(8, tuple(StepHeld(parse_step(step)) for step in steps))
    began = time.process_time()
    path = next_steps(HOUSE, asking(asked), official(), offers, TOPICS, ON)[0]
    assert time.process_time() - began < 2
    assert path.steps[0].code == "L0"
    assert path.courses == 9


def test_more_ways_than_can_be_tried_still_give_one() -> None:
    chains = range(24)
    offers = [course(f"P{number}", hours=10 + number) for number in chains]
    offers += [course(f"Q{number}", requirement=CoursePassed(f"P{number}"), hours=5) for number in chains]
    asked = AtLeast(12, tuple(CoursePassed(f"Q{number}") for number in chains))
    began = time.process_time()
    found = next_steps(HOUSE, asking(asked), official(), offers, TOPICS, ON)
    assert time.process_time() - began < 4
    assert [path.courses for path in found] == [24]
    assert {step.code for step in found[0].steps} == {f"{letter}{number}" for letter in "PQ" for number in range(12)}


RECORDS = st.sampled_from(
    [
        official(), official(verified_on=None), official(category=Category.ACADEMIC), Record(),
        official(passed("C0", "1", mark=0.6)), in_arrears(official(passed("C1", on=date(2020, 1, 1))), ON),
    ]
)  # fmt: skip


@given(catalogues(), requirements(), RECORDS)
@settings(max_examples=150, deadline=None)
def test_every_path_that_is_followed_to_its_end_leads_to_allowed(
    offers: list[Terms], requirement: Requirement, record: Record
) -> None:
    terms = replace(asking(requirement), code="T")
    for path in next_steps(HOUSE, terms, record, offers, TOPICS, ON):
        now = record
        for step in path.steps:
            if step.todo == Todo.PASS:
                offer = next(each for each in offers if each.code == step.code)
                assert decide(HOUSE, offer, now, TOPICS, ON).is_allowed
            now = follow(step, now, ON)
        assert decide(HOUSE, terms, now, TOPICS, ON).is_allowed


@given(catalogues(), requirements())
@settings(max_examples=60, deadline=None)
def test_no_other_order_of_courses_takes_fewer_hours(offers: list[Terms], requirement: Requirement) -> None:
    terms = replace(asking(requirement), code="T")
    found = next_steps(HOUSE, terms, official(), offers, TOPICS, ON)
    shortest = min(tried(terms, offers), default=None)
    if shortest is not None:
        assert found
        assert not found[0].needs_others
        assert (found[0].hours, found[0].courses) == shortest


def tried(terms: Terms, offers: list[Terms]) -> list[tuple[float, int]]:
    """Return hours and courses of every way by courses alone: all orders are tried, all are passed with full marks."""
    ends = []
    for order in [order for size in range(len(offers) + 1) for order in permutations(offers, size)]:
        record = official()
        for offer in order:
            if not decide(HOUSE, offer, record, TOPICS, ON).is_allowed:
                break
            result = passed(offer.code, *map(str, offer.confers), on=ON, mark=1.0)
            record = replace(record, results=(*record.results, result))
        else:
            if decide(HOUSE, terms, record, TOPICS, ON).is_allowed:
                ends.append((sum(offer.estimated_hours for offer in order), len(order)))
    return ends
