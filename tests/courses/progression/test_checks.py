"""The check of a policy: what is written wrongly, contradicts itself or leads nowhere, each found with its code."""

import time
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from courses.progression.checks import Severity, check, check_requirement
from courses.progression.engine import is_met
from courses.progression.facts import Known
from courses.progression.logic import can_be_met
from courses.progression.paths import next_steps
from courses.progression.policy import HOUSE, HouseRule, Policy
from courses.progression.record import Category, Membership, Record
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    MembershipIs,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import Step, Track
from courses.progression.terms import Terms
from tests.courses.progression.drawing import catalogues, requirements
from tests.progressing import ON, TOPICS, activity, course, official, passed

INTRO = course("INTRO", "1", level=1)
TRADE = course("TRADE", "2·generalist", level=2, track=Track.GENERALIST)
SPS = course("SPS", "2·specialist·sps", level=2, track=Track.SPECIALIST, topic="sps")
ADVANCED = activity("ADVANCED", level=3, track=Track.GENERALIST)
OFFERS = (INTRO, TRADE, SPS, ADVANCED)
A, B = CoursePassed("A"), CoursePassed("B")
JOURNALIST = frozenset({Category.JOURNALIST})
OFFICIAL = frozenset({Category.OFFICIAL})


def found(offers: tuple[Terms, ...] = OFFERS, policy: Policy = HOUSE) -> list[tuple[str, str, str]]:
    return [(each.severity.value, each.place, each.code) for each in check(policy, offers, TOPICS)]


def test_nothing_is_wrong_with_the_house() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("requirement", "code", "place"),
    [
        (AtLeast(3, (A, B)), "more_than_there_are", ""),
        (AllOf((A, AtLeast(2, (B,)))), "more_than_there_are", "of/1"),
        (AnyOf(()), "nothing_named", ""),
        (Not(AnyOf(())), "nothing_named", "of"),
        (CategoryIs(frozenset()), "nothing_named", ""),
        (Speaks(frozenset()), "nothing_named", ""),
        (MembershipIs(frozenset()), "nothing_named", ""),
        (FromRegion(frozenset()), "nothing_named", ""),
        (AllOf((Verified(), FromCountry(frozenset()))), "nothing_named", "of/1"),
        (CoursePassed("A", minimum_mark=1.01), "mark_out_of_range", ""),
        (CoursePassed("A", minimum_mark=-0.1), "mark_out_of_range", ""),
        (CoursePassed("A", within_months=0), "months_out_of_range", ""),
        (StepHeld(Step(1), within_months=-1), "months_out_of_range", ""),
        (AllOf((A, Not(A))), "contradiction", ""),
        (AllOf((CoursePassed("A", minimum_mark=0.8), Not(A))), "contradiction", ""),
        (AllOf((CoursePassed("A", minimum_mark=0.8), Not(CoursePassed("A", minimum_mark=0.8, within_months=None)))),
         "contradiction", ""),
        (AllOf((CoursePassed("A", minimum_mark=0.8, within_months=6), Not(CoursePassed("A", minimum_mark=0.8)))),
         "contradiction", ""),
        (AllOf((CoursePassed("A", within_months=6), Not(CoursePassed("A", within_months=12)))), "contradiction", ""),
        (AllOf((StepHeld(Step(2, Track.GENERALIST)), Not(StepHeld(Step(1))))), "contradiction", ""),
        (AllOf((CategoryIs(OFFICIAL), CategoryIs(JOURNALIST))), "contradiction", ""),
        (AllOf((CategoryIs(OFFICIAL), Not(Verified()))), "contradiction", ""),
        (AllOf((CategoryIs(OFFICIAL | JOURNALIST), Not(CategoryIs(OFFICIAL)), Not(CategoryIs(JOURNALIST)))),
         "contradiction", ""),
        (AllOf((FromCountry(frozenset({"TG"})), FromCountry(frozenset({"GH"})))), "contradiction", ""),
        (AllOf((MembershipIs(frozenset({Membership.MEMBER})), MembershipIs(frozenset({Membership.OBSERVER})))),
         "contradiction", ""),
        (AllOf((AnyOf((A, B)), Not(A), Not(B))), "contradiction", ""),
        (AllOf((AtLeast(2, (A, B, Verified())), Not(AnyOf((A, B))))), "contradiction", ""),
    ],
)  # fmt: skip
def test_what_nobody_can_meet_is_an_error(requirement: Requirement, code: str, place: str) -> None:
    findings = check_requirement(requirement)
    assert [(each.code, each.place) for each in findings] == [(code, place)]
    assert findings[0].severity == Severity.ERROR


@pytest.mark.parametrize(
    ("requirement", "codes"),
    [
        (AllOf(()), []),
        (AllOf((A, Not(B))), []),
        (AllOf((A, Not(CoursePassed("A", minimum_mark=0.8)))), []),
        (AllOf((A, Not(CoursePassed("A", minimum_mark=0.0)))), []),
        (CoursePassed("A", minimum_mark=1.0, within_months=1), []),
        (AllOf((StepHeld(Step(1)), Not(StepHeld(Step(2, Track.GENERALIST))))), []),
        (AllOf((CategoryIs(OFFICIAL | JOURNALIST), CategoryIs(JOURNALIST))), []),
        (AllOf((Verified(), Not(CategoryIs(OFFICIAL)))), []),
        (AllOf((Speaks(frozenset({"en"})), Speaks(frozenset({"fr"})))), []),
        (AnyOf((A, Not(A))), ["always_met"]),
        (AtLeast(0, (A,)), ["nothing_asked"]),
        (Not(AllOf((A, Not(A)))), ["always_met"]),
        (AtLeast(10, tuple(CoursePassed(f"C{number}") for number in range(24))), []),
        (AtLeast(10, (A,) * 24), []),
    ],
)
def test_what_only_looks_odd_is_none(requirement: Requirement, codes: list[str]) -> None:
    findings = check_requirement(requirement)
    assert [each.code for each in findings] == codes
    assert all(each.severity == Severity.WARNING for each in findings)


@given(requirements())
@settings(max_examples=80, deadline=None)
def test_who_meets_a_requirement_shows_that_it_can_be_met(requirement: Requirement) -> None:
    people = (
        official(), Record(), official(category=Category.ACADEMIC, languages=frozenset({"es"})),
        official(passed("C0", "1", mark=0.9), passed("C1", "3·generalist"), nominated_for=frozenset({"T"})),
    )  # fmt: skip
    if any(is_met(requirement, Known(person, ON, "T")) for person in people):
        assert can_be_met(requirement)


@given(catalogues(with_not=False))
@settings(max_examples=50, deadline=None)
def test_there_is_a_way_to_an_offering_unless_it_is_pointed_out(offers: list[Terms]) -> None:
    findings = check(HOUSE, offers, TOPICS)
    assume(not any(each.code == "more_than_there_are" for each in findings))
    lost = {"circle", "unreachable", "contradiction", "contradicts_the_rest"}
    without = {each.place.split("/")[1] for each in findings if each.code in lost}
    for offer in offers:
        assert bool(next_steps(HOUSE, offer, official(), offers, TOPICS, ON)) is (offer.code not in without)


class TestTheOfferings:
    def test_that_wait_for_each_other_are_a_circle(self) -> None:
        one, two = course("ONE", requirement=CoursePassed("TWO")), course("TWO", requirement=CoursePassed("ONE"))
        assert found((*OFFERS, one, two)) == [
            ("error", "course/ONE", "circle"), ("error", "course/TWO", "circle"),
        ]  # fmt: skip
        circle = check(HOUSE, (one, two), TOPICS)[0]
        assert circle.parameters == (("codes", "ONE, TWO"),)

    def test_that_wait_for_each_others_steps_are_a_circle(self) -> None:
        intro, trade = course("INTRO", "1", "2·generalist"), course("TRADE", "2·generalist", "1")
        assert {code for _, _, code in found((intro, trade))} == {"circle"}

    def test_that_wait_for_themselves_contradict_the_rest(self) -> None:
        assert found((*OFFERS, course("X", requirement=CoursePassed("X")))) == [
            ("error", "course/X", "contradicts_the_rest")
        ]

    def test_are_no_circle_where_there_is_another_way(self) -> None:
        one = course("ONE", requirement=AnyOf((CoursePassed("TWO"), StepHeld(Step(1)))))
        two = course("TWO", requirement=CoursePassed("ONE"))
        assert found((*OFFERS, one, two)) == []

    def test_behind_a_step_that_nothing_confers_can_be_reached_by_recognition_only(self) -> None:
        assert found((INTRO, ADVANCED)) == [("warning", "activity/ADVANCED", "unreachable")]
        assert check(HOUSE, (INTRO, ADVANCED), TOPICS)[0].parameters == (("missing", "2·generalist"),)

    def test_behind_a_course_that_does_not_exist_cannot_be_reached(self) -> None:
        assert found((*OFFERS, course("X", requirement=CoursePassed("GONE")))) == [
            ("error", "course/X", "unreachable"), ("warning", "course/X/requirement", "course_unknown"),
        ]  # fmt: skip

    def test_behind_a_circle_cannot_be_reached(self) -> None:
        one, two = course("ONE", requirement=CoursePassed("TWO")), course("TWO", requirement=CoursePassed("ONE"))
        behind = course("BEHIND", requirement=CoursePassed("ONE"))
        assert ("error", "course/BEHIND", "unreachable") in found((one, two, behind))

    def test_can_be_reached_whether_they_are_open_today_or_not(self) -> None:
        closed = tuple(replace(offer, availability=("applications_closed",)) for offer in OFFERS)
        assert found(closed) == []

    def test_of_self_study_give_nothing(self) -> None:
        assert found((replace(INTRO, is_for_credit=False), TRADE)) == [("warning", "course/TRADE", "unreachable")]

    def test_that_name_a_step_nothing_confers_are_pointed_out(self) -> None:
        asked = AnyOf((StepHeld(Step(1)), StepHeld(Step(3, Track.GENERALIST))))
        assert found((INTRO, course("X", requirement=asked))) == [
            ("warning", "course/X/requirement", "step_not_conferred")
        ]

    def test_that_ask_for_others_than_they_admit_contradict_themselves(self) -> None:
        assert found((course("X", requirement=CategoryIs(JOURNALIST)),)) == [
            ("error", "course/X", "contradicts_the_rest")
        ]
        assert found((activity("X", requirement=CategoryIs(JOURNALIST), categories=JOURNALIST),)) == []

    def test_that_ask_for_a_result_nobody_can_renew_are_pointed_out(self) -> None:
        offers = (INTRO, course("X", requirement=CoursePassed("INTRO", within_months=24)))
        assert found(offers) == [("warning", "course/X/requirement", "cannot_be_renewed")]
        assert found(offers, replace(HOUSE, retake_months=12)) == []

    def test_are_not_blamed_for_what_an_advisory_gate_only_records(self) -> None:
        assert found((replace(ADVANCED, is_advisory=True),)) == []
        assert found((activity("X", requirement=CategoryIs(JOURNALIST), is_advisory=True),)) == []


def ruled(*rules: HouseRule) -> Policy:
    return replace(HOUSE, rules=(*rules, *HOUSE.rules))


@pytest.mark.parametrize(
    ("policy", "finding"),
    [
        (replace(HOUSE, step_months=0), ("error", "step_months", "months_out_of_range")),
        (replace(HOUSE, retake_months=-3), ("error", "retake_months", "months_out_of_range")),
        (replace(HOUSE, course_categories=frozenset()), ("error", "course_categories", "nobody_is_admitted")),
        (replace(HOUSE, rules=HOUSE.rules[:3]), ("warning", "rules", "level_without_rule")),
        (ruled(HouseRule(code="level_2", level=1)), ("error", "rules/level_2", "rule_code_twice")),
        (ruled(HouseRule(code="", level=1)), ("error", "rules/0", "rule_code_missing")),
        (ruled(HouseRule(code="new", level=2)), ("warning", "rules/level_2", "rule_never_applies")),
        (ruled(HouseRule(code="new", level=1, requirement=StepHeld(Step(1)))),
         ("error", "rules/new", "rule_asks_upwards")),
        (ruled(HouseRule(code="new", level=3, track=Track.GENERALIST,
                         requirement=StepHeld(Step(3, Track.SPECIALIST, "sps")))),
         ("warning", "rules/new", "rule_asks_upwards")),
        (ruled(HouseRule(code="new", level=2, topic_level=2)), ("error", "rules/new", "rule_asks_upwards")),
        (ruled(HouseRule(code="new", level=3, topic_level=2, topic_reach=-1)),
         ("error", "rules/new", "reach_out_of_range")),
        (ruled(HouseRule(code="new", level=2, requirement=AllOf((A, Not(A))))),
         ("error", "rules/new/requirement", "contradiction")),
        (ruled(HouseRule(code="new", level=2, requirement=AnyOf((Nominated(), Not(Nominated()))))),
         ("warning", "rules/new/requirement", "always_met")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_found(policy: Policy, finding: tuple[str, str, str]) -> None:
    assert finding in found(policy=policy)
    assert finding not in found()


def test_one_month_is_long_enough() -> None:
    assert found(policy=replace(HOUSE, step_months=1, retake_months=1)) == []


def test_a_rule_that_makes_offerings_wait_for_themselves_is_found_there() -> None:
    policy = ruled(HouseRule(code="new", level=2, requirement=StepHeld(Step(2, Track.GENERALIST))))
    assert {("error", "course/TRADE", "circle"), ("error", "rules/new", "circle")} <= set(found(policy=policy))


def test_rules_that_wait_for_each_other_are_found_in_both() -> None:
    policy = ruled(
        HouseRule(code="one", level=1, requirement=CoursePassed("TRADE")),
        HouseRule(code="two", level=2, requirement=CoursePassed("INTRO")),
    )
    circles = {place for _, place, code in found((INTRO, TRADE), policy) if code == "circle"}
    assert circles == {"course/INTRO", "course/TRADE", "rules/one", "rules/two"}


def test_a_rule_is_not_blamed_for_what_an_offering_asks_itself() -> None:
    intro = course("INTRO", "1", "2·generalist")
    assert {place for _, place, _ in found((intro, TRADE))} == {"course/INTRO", "course/TRADE"}


def test_a_catalogue_of_500_is_checked_in_a_moment() -> None:
    offers = [course(f"L{number}", "1", level=1) for number in range(50)]
    offers += [course(f"S{number}", f"2·specialist·t{number}", requirement=A) for number in range(450)]
    began = time.process_time()
    assert len(check(HOUSE, offers, TOPICS)) == 900
    assert time.process_time() - began < 2
