"""The gate: the base conditions, the rule of the house, and what is said of every condition."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from courses.progression.decision import Reason
from courses.progression.policy import HOUSE
from courses.progression.record import Category, Record, Source
from courses.progression.requirements import AnyOf, AtLeast, CoursePassed, Nominated, StepHeld
from courses.progression.rules import lower_steps
from courses.progression.steps import Step, Track, parse_step
from courses.progression.terms import Purpose, Terms
from tests.progressing import (
    ON,
    TOPICS,
    activity,
    asking,
    codes,
    course,
    decided,
    in_arrears,
    official,
    passed,
    recognised,
)

SPECIALIST = Track.SPECIALIST
GENERALIST = Track.GENERALIST


def at(level: int, track: Track | None = None, topic: str | None = None, **more: object) -> Terms:
    return replace(course("X"), level=level, track=track, topic=topic, **more)


class TestTheRuleOfTheHouse:
    @pytest.mark.parametrize(
        ("terms", "held", "is_allowed"),
        [
            (at(1), [], True),
            (course("X"), [], True),
            (at(2), [], False),
            (at(2), ["1"], True),
            (at(2, SPECIALIST, "sps"), ["1"], True),
            (at(3, GENERALIST), ["1"], False),
            (at(3, GENERALIST), ["2·generalist"], True),
            (at(3, GENERALIST), ["2·specialist·sps"], False),
            (at(3, SPECIALIST, "patents", has_lower_course=True), ["2·specialist·patents"], True),
            (at(3, SPECIALIST, "patents", has_lower_course=True), ["2·specialist·ip"], True),
            (at(3, SPECIALIST, "patents", has_lower_course=True), ["2·specialist·sps"], False),
            (at(3, SPECIALIST, "patents", has_lower_course=True), ["2·generalist"], False),
            (at(3, SPECIALIST, "ip", has_lower_course=True), ["2·specialist·patents"], False),
            (at(3, SPECIALIST, "vaccines", has_lower_course=True), ["2·specialist·patents"], True),
            (at(3, SPECIALIST, "vaccines", has_lower_course=True), ["2·specialist·ip"], False),
            (at(3, SPECIALIST, "patents"), ["2·generalist"], True),
            (at(3, SPECIALIST, "patents"), ["2·specialist·patents"], True),
            (at(3, SPECIALIST, "patents"), ["1"], False),
            (at(3, SPECIALIST), ["2·generalist"], True),
            (at(3), ["2·generalist"], True),
            (course("X", "2·generalist, 3·generalist", level=3, track=GENERALIST), ["1"], True),
            (course("X", "2·generalist, 3·generalist", level=3, track=GENERALIST), [], False),
            (course("X", "3·generalist", level=1), [], False),
            (course("X", "3·generalist", level=2), ["1"], False),
            (course("X", "3·generalist", level=2), ["2·generalist"], True),
            (course("X", "2·generalist", level=3, track=SPECIALIST, topic="sps"), ["1"], True),
            (course("X", "3·generalist"), ["1"], False),
            (course("X", "3·generalist"), ["2·generalist"], True),
            (course("X", "3·generalist, 3·specialist·sps", has_lower_course=True), ["2·generalist"], False),
            (course("X", "3·specialist·sps", "2·generalist", has_lower_course=True), ["2·generalist"], True),
            (course("X", "3·generalist", "1, 2·specialist·sps"), ["1"], False),
            (course("X", "3·generalist", "1, 2·specialist·sps"), ["1", "2·specialist·sps"], True),
        ],
    )
    def test_asks_for_the_step_below(self, terms: Terms, held: list[str], is_allowed: bool) -> None:
        assert decided(terms, official(passed("P", *held))).is_allowed is is_allowed
        by_recognition = official(recognised=tuple(recognised(step) for step in held))
        assert decided(terms, by_recognition).is_allowed is is_allowed

    @pytest.mark.parametrize(
        ("higher", "opened"),
        [
            ("3·generalist", [at(2), at(3, GENERALIST)]),
            ("2·generalist", [at(2)]),
            ("3·specialist·sps", [at(2), at(3, SPECIALIST, "sps", has_lower_course=True)]),
        ],
    )
    def test_is_met_by_what_a_higher_step_covers(self, higher: str, opened: list[Terms]) -> None:
        for terms in opened:
            assert decided(terms, official(passed("P", higher))).is_allowed
        assert not decided(at(3, SPECIALIST, "ip", has_lower_course=True), official(passed("P", higher))).is_allowed

    def test_names_the_steps_one_of_which_would_do(self) -> None:
        decision = decided(at(3, SPECIALIST, "patents", has_lower_course=True), official())
        steps = "2·specialist·patents, 2·specialist·ip"
        assert decision.reasons == (Reason("one_prerequisite_missing", (("lacking", "1"), ("steps", steps))),)

    def test_says_by_which_rule_it_asks(self) -> None:
        said = {each.code: each for each in decided(at(3, GENERALIST), official()).conditions}
        assert dict(said["prerequisites"].parameters)["rule"] == "level_3_generalist"

    def test_is_that_for_generalists_where_no_track_is_named(self) -> None:
        named = tuple(replace(rule, track=rule.track or GENERALIST) for rule in HOUSE.rules)
        assert codes(decided(at(3), official(), replace(HOUSE, rules=named))) == ["prerequisite_missing"]

    def test_reaches_as_far_up_the_topics_as_the_policy_says(self) -> None:
        rules = tuple(replace(rule, topic_reach=None) for rule in HOUSE.rules)
        far = replace(HOUSE, rules=rules)
        terms = at(3, SPECIALIST, "vaccines", has_lower_course=True)
        assert decided(terms, official(passed("P", "2·specialist·ip")), far).is_allowed
        assert len(lower_steps(far, terms, TOPICS)) == 3
        assert lower_steps(HOUSE, terms, TOPICS) == tuple(
            map(parse_step, ("2·specialist·vaccines", "2·specialist·patents"))
        )

    def test_can_let_steps_grow_old(self) -> None:
        policy = replace(HOUSE, step_months=6)
        assert decided(at(2), official(passed("P", "1", on=date(2026, 5, 20))), policy).is_allowed
        assert codes(decided(at(2), official(passed("P", "1", on=date(2026, 5, 19))), policy)) == ["step_too_old"]


class TestTheBase:
    @pytest.mark.parametrize(
        ("record", "reasons"),
        [
            (official(), []),
            (official(verified_on=None), ["not_verified"]),
            (official(verified_on=ON), []),
            (official(verified_on=ON + timedelta(1)), ["not_verified"]),
            (official(category=Category.JOURNALIST), ["category_not_admitted"]),
            (official(category=Category.NGO, verified_on=None), ["not_verified", "category_not_admitted"]),
            (official(beneficiary=None), []),
            (in_arrears(official(), ON - timedelta(1)), ["beneficiary_under_measures"]),
            (in_arrears(official(), ON, ON), ["beneficiary_under_measures"]),
            (in_arrears(official(), ON + timedelta(1)), []),
            (in_arrears(official(), date(2020, 1, 1), ON - timedelta(1)), []),
            (official(passed("X")), ["already_passed"]),
            (official(passed("X", on=ON + timedelta(1))), []),
            (Record(), ["not_verified", "category_not_admitted"]),
        ],
    )
    def test_of_a_course_for_credit(self, record: Record, reasons: list[str]) -> None:
        decision = decided(course("X"), record)
        assert codes(decision) == reasons
        assert decision.is_allowed == (not reasons)

    def test_gives_every_reason_at_once(self) -> None:
        record = in_arrears(official(verified_on=None), ON)
        decision = decided(at(2, availability=("first_generation",)), record)
        assert codes(decision) == [
            "first_generation", "not_verified", "beneficiary_under_measures", "prerequisite_missing",
        ]  # fmt: skip
        assert decision.reasons[-1].parameters == (("steps", "1"),)

    def test_says_nothing_more_of_self_study_material(self) -> None:
        assert codes(decided(course("X", is_for_credit=False), Record())) == ["not_for_credit"]

    @pytest.mark.parametrize("purpose", Purpose)
    def test_measures_bar_what_the_policy_says(self, purpose: Purpose) -> None:
        decision = decided(activity(purpose=purpose), in_arrears(official(), ON))
        barred = purpose in {Purpose.ENROLMENT, Purpose.SELECTION, Purpose.WAITING_LIST, Purpose.CONFIRMATION}
        assert decision.is_allowed is not barred
        assert [reason.code for reason in decision.lacks] == ["beneficiary_under_measures"]

    def test_an_activity_names_for_whom_it_is(self) -> None:
        terms = activity(categories=frozenset({Category.JOURNALIST}))
        assert decided(terms, official(category=Category.JOURNALIST)).is_allowed
        assert codes(decided(terms, official())) == ["category_not_admitted"]

    @pytest.mark.parametrize(
        ("countries", "regions", "is_allowed"),
        [([], [], True), (["TG"], [], True), (["GH"], [], False), ([], ["africa"], True), (["GH"], ["africa"], True)],
    )
    def test_an_activity_names_whose_people_it_is_for(
        self, countries: list[str], regions: list[str], is_allowed: bool
    ) -> None:
        terms = activity(countries=frozenset(countries), regions=frozenset(regions))
        assert codes(decided(terms, official())) == ([] if is_allowed else ["beneficiary_not_admitted"])

    def test_the_policy_says_whom_those_admit_that_name_nobody(self) -> None:
        policy = replace(HOUSE, activity_categories=frozenset({Category.ACADEMIC}))
        academic = official(category=Category.ACADEMIC)
        assert decided(activity(), academic, policy).is_allowed
        assert codes(decided(course("X"), academic, policy)) == ["category_not_admitted"]
        assert codes(decided(activity(), official(), policy)) == ["category_not_admitted"]

    def test_an_activity_can_be_attended_again(self) -> None:
        assert decided(activity("X"), official(passed("X"))).is_allowed

    def test_a_course_can_be_taken_again_when_the_policy_says_so(self) -> None:
        policy = replace(HOUSE, retake_months=12)
        assert codes(decided(course("X"), official(passed("X", on=date(2025, 11, 20))), policy)) == ["already_passed"]
        assert decided(course("X"), official(passed("X", on=date(2025, 11, 19))), policy).is_allowed


class TestAnAdvisoryGate:
    def test_records_what_is_missing_and_does_not_block(self) -> None:
        terms = activity(level=2, is_advisory=True, requirement=Nominated())
        decision = decided(terms, Record())
        assert decision.is_allowed
        assert decision.is_advisory
        assert decision.reasons == ()
        assert [reason.code for reason in decision.lacks] == [
            "not_verified", "category_not_admitted", "prerequisite_missing", "not_nominated",
        ]  # fmt: skip

    def test_blocks_what_is_closed_or_barred_all_the_same(self) -> None:
        terms = activity(is_advisory=True, availability=("cancelled",), countries=frozenset({"GH"}))
        assert codes(decided(terms, in_arrears(official(), ON))) == [
            "cancelled", "beneficiary_not_admitted", "beneficiary_under_measures",
        ]  # fmt: skip


class TestWhatIsSaid:
    def test_names_the_result_behind_a_step(self) -> None:
        said = decided(at(2), official(passed("INTRO", "1", on=date(2026, 1, 5), mark=0.9)))
        fact = said.conditions[-1].parts[0].fact
        assert fact.code == "result"
        assert dict(fact.parameters) == {
            "step": "1", "source": Source.COURSE, "course": "INTRO", "title": "INTRO", "date": "2026-01-05",
            "mark": "0.9",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("record", "code"),
        [
            (official(passed("A", "3·generalist"), passed("B", "2·generalist")), "result"),
            (official(passed("A", "3·generalist"), recognised=(recognised("2·generalist"),)), "covered"),
            (official(recognised=(recognised("2·generalist"),)), "recognised"),
            (official(recognised=(recognised("3·generalist"),)), "covered_by_recognition"),
            (official(recognised=(recognised("3·generalist", until=ON - timedelta(1)),)), "recognition_expired"),
            (official(), "prerequisite_missing"),
        ],
    )
    def test_names_the_best_way_in_which_a_step_is_held(self, record: Record, code: str) -> None:
        assert decided(at(3, GENERALIST), record).conditions[-1].parts[0].fact.code == code

    def test_counts_what_is_lacking_in_a_group(self) -> None:
        asked = AtLeast(2, (Nominated(), StepHeld(Step(1)), CoursePassed("C")))
        for record, met, lacking in ((official(), "0", "2"), (official(passed("C", "1"), passed("D", "1")), "2", "0")):
            fact = decided(asking(asked), record).conditions[-1].parts[0].fact
            assert (fact.code, fact.parameters) == ("parts_met", (("met", met), ("of", "3"), ("lacking", lacking)))

    def test_whether_a_person_may_override(self) -> None:
        assert decided(at(2), official()).may_be_overridden
        assert decided(at(2, availability=("applications_closed",)), official()).may_be_overridden
        assert not decided(at(2, availability=("first_generation",)), official()).may_be_overridden
        assert not decided(course("X"), official(passed("X"))).may_be_overridden

    def test_of_several_that_would_do_names_their_codes(self) -> None:
        decision = decided(asking(AnyOf((Nominated(), CoursePassed("C"), StepHeld(Step(1))))), official())
        codes = "not_nominated, course_not_passed, prerequisite_missing"
        assert decision.reasons == (Reason("one_condition_missing", (("lacking", "1"), ("codes", codes))),)

    def test_steps_that_are_all_asked_for_are_one_reason(self) -> None:
        decision = decided(course("X", "", "1, 2·generalist", requirement=StepHeld(Step(1))), official())
        assert decision.reasons == (Reason("prerequisite_missing", (("steps", "1, 2·generalist"),)),)
