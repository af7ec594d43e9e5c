"""Every code of the engine has its sentence, to the person and about a person, in whole words."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from courses.catalogue.names import Names
from courses.progression import engine, facts, rules
from courses.progression.compiling import Todo
from courses.progression.decision import Condition, Decision, Reason, reasons_of
from courses.progression.engine import decide
from courses.progression.map import StepState
from courses.progression.paths import PathStep
from courses.progression.policy import HOUSE
from courses.progression.record import (
    Category,
    MeasureDays,
    Membership,
    Recognised,
    Record,
    Result,
    Source,
    Standing,
)
from courses.progression.requirements import (
    KINDS,
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
from courses.progression.steps import Step, Track
from courses.progression.terms import Kind, Terms
from courses.progression.topics import TopicTree
from lms.languages import init_app
from lms.resources import PACKAGE
from lms.wording_facts import FACTS, SHORT
from lms.wording_path import MEANINGS, STATES, deed_text
from lms.wording_policy import CONDITIONS, PURPOSES, policy_in_words
from lms.wording_progression import Told, fact_text, told
from lms.wording_requirements import clause, line, one_line

ON = date(2026, 11, 20)
NAMES = Names(
    courses={"INTRO": {"en": "Introduction to the WTO", "fr": "Présentation de l'OMC", "es": "Introducción"}},
    topics={"patents": {"en": "Patents", "fr": "Brevets", "es": "Patentes"}},
    regions={"africa": {"en": "Africa", "fr": "Afrique", "es": "África"}},
)
PATENTS = Step(2, Track.SPECIALIST, "patents")
INTRO = Result(
    source=Source.COURSE, code="INTRO", title="Introduction", passed_on=date(2026, 5, 3), mark=0.82, confers=(Step(1),)
)
KNOWN = Record(
    category=Category.OFFICIAL, verified_on=date(2026, 1, 2), languages=frozenset({"en"}), results=(INTRO,),
    beneficiary=Standing(code="KE", region="africa"),
)  # fmt: skip
LEAVES: list[Requirement] = [
    CoursePassed("INTRO"), CoursePassed("INTRO", 0.9), CoursePassed("INTRO", None, 2), CoursePassed("X", 0.5, 1),
    StepHeld(Step(1)), StepHeld(Step(1), 3), StepHeld(PATENTS), StepHeld(Step(3, Track.GENERALIST), 1),
    CategoryIs(frozenset({Category.OFFICIAL})), CategoryIs(frozenset({Category.NGO, Category.JOURNALIST})),
    Speaks(frozenset({"en", "fr"})), Speaks(frozenset({"es"})), Nominated(), GoodStanding(), IsLdc(), Verified(),
    MembershipIs(frozenset({Membership.MEMBER})), MembershipIs(frozenset({Membership.OBSERVER, Membership.ACCEDING})),
    FromRegion(frozenset({"africa"})), FromRegion(frozenset({"asia"})), FromCountry(frozenset({"KE"})),
    FromCountry(frozenset({"FR", "CH"})),
]  # fmt: skip
REQUIREMENTS: list[Requirement] = [
    *LEAVES, *(Not(leaf) for leaf in LEAVES), AllOf(()), AnyOf(()), AllOf(tuple(LEAVES)), AnyOf(tuple(LEAVES)),
    AtLeast(3, (StepHeld(PATENTS), StepHeld(Step(3, Track.GENERALIST)), Nominated(), IsLdc())),
    AnyOf((StepHeld(PATENTS), StepHeld(Step(2, Track.GENERALIST)))),
    AtLeast(2, (StepHeld(PATENTS), StepHeld(Step(2, Track.GENERALIST)), StepHeld(Step(3, Track.GENERALIST)))),
]  # fmt: skip
RECORDS = [
    KNOWN,
    Record(),
    Record(category=Category.NGO, beneficiary=Standing(code="FR", region="europe")),
    Record(
        category=Category.OFFICIAL, verified_on=date(2026, 1, 2), nominated_for=frozenset({"A"}),
        recognised=(
            Recognised(step=PATENTS, decided_on=date(2026, 1, 1), expires_on=date(2026, 2, 1)),
            Recognised(step=Step(3, Track.GENERALIST), decided_on=date(2026, 1, 1)),
            Recognised(step=Step(1), decided_on=date(2026, 1, 1), expires_on=date(2027, 1, 1)),
        ),
        results=(
            Result(source=Source.PAST, code="", title="Days", passed_on=date(2020, 1, 1), confers=(Step(1), PATENTS)),
            Result(source=Source.ACTIVITY, code="INTRO", title="An activity", passed_on=date(2020, 1, 1)),
        ),
        beneficiary=Standing(
            code="TZ", membership=Membership.ACCEDING, is_ldc=True,
            measures=(MeasureDays(begins_on=date(2026, 1, 1), ends_on=date(2027, 1, 1)),),
        ),
    ),
    Record(
        beneficiary=Standing(code="TZ", is_ldc=True, measures=(MeasureDays(begins_on=date(2026, 1, 1)),)),
        results=(Result(source=Source.PAST, code="C", title="Course C", passed_on=date(2020, 1, 1), mark=0.5),),
        recognised=(Recognised(step=Step(3, Track.GENERALIST), decided_on=date(2026, 1, 1), expires_on=ON),),
    ),
]  # fmt: skip
OFFERS = [
    Terms(code="C"),
    Terms(code="A", kind=Kind.ACTIVITY, level=3, track=Track.SPECIALIST, topic="patents"),
    Terms(code="A", kind=Kind.ACTIVITY, countries=frozenset({"CH"}), availability=("applications_closed",)),
    Terms(code="A", kind=Kind.ACTIVITY, regions=frozenset({"asia"}), is_advisory=True, level=2),
    Terms(code="A", kind=Kind.ACTIVITY, regions=frozenset({"asia"}), countries=frozenset({"CH"})),
    Terms(code="S", is_for_credit=False),
]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    application = Flask("lms", root_path=str(PACKAGE))
    init_app(application)
    with application.test_request_context("/?lang=en"):
        yield


def decisions() -> Iterator[Decision]:
    for record in RECORDS:
        for terms in OFFERS:
            yield decide(HOUSE, terms, record, TopicTree(), ON)
        for requirement in REQUIREMENTS:
            asking = Terms(code="A", kind=Kind.ACTIVITY, requirement=requirement)
            yield decide(HOUSE, asking, record, TopicTree(), ON)


def texts(conditions: tuple[Told, ...]) -> Iterator[str]:
    for each in conditions:
        yield each.asked
        yield each.fact
        yield from texts(each.parts)


def is_whole(text: str) -> bool:
    return bool(text.strip()) and "This is not possible" not in text and not re.search(r"%\(|None|\{|\bfrozenset", text)


def constants(module: object) -> set[str]:
    """Return the codes that a module of the engine writes into facts."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Reason", "_named"} and node.args:
            found |= {each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)}
        if isinstance(node, ast.keyword) and node.arg == "unmet" and isinstance(node.value, ast.Constant):
            found.add(node.value.value)
    return {code for code in found if isinstance(code, str)}


def test_every_code_that_the_engine_writes_has_its_sentence() -> None:
    codes = constants(facts) | constants(engine) | constants(rules) | {"speaks", "language_missing"}
    assert len(codes) > 30
    said = {key.split("/")[0] for key in FACTS}
    assert codes - said == set()


def test_every_condition_and_fact_becomes_whole_words_in_each_language() -> None:
    answers = list(decisions())
    for language in ("en", "fr", "es"):
        with force_locale(language):
            for decision in answers:
                for person in (None, "Amina Number"):
                    broken = [text for text in texts(told(decision, NAMES, person)) if not is_whole(text)]
                    assert broken == []
                    lacking = [fact_text(reason, NAMES, person) for reason in decision.lacks]
                    assert [text for text in lacking if not is_whole(text)] == []


def test_a_fact_names_the_course_the_day_and_the_mark() -> None:
    decision = decide(HOUSE, Terms(code="C", level=2), KNOWN, TopicTree(), ON)
    said = list(texts(told(decision, NAMES)))
    assert "You passed “Introduction to the WTO” on May 3, 2026 with 82%." in said
    assert "Amina passed “Introduction to the WTO” on May 3, 2026 with 82%." in texts(told(decision, NAMES, "Amina"))


def test_what_is_missing_says_what_and_by_how_much() -> None:
    def missing(requirement: Requirement) -> list[str]:
        asking = Terms(code="A", kind=Kind.ACTIVITY, requirement=requirement)
        return [fact_text(each, NAMES) for each in decide(HOUSE, asking, KNOWN, TopicTree(), ON).reasons]

    assert missing(CoursePassed("INTRO", 0.9)) == [
        "You passed “Introduction to the WTO” with 82%; 90% or more is asked for."
    ]
    assert missing(StepHeld(Step(1), 3)) == [
        "You have Level 1, introductory since May 3, 2026; here it counts for 3 months."
    ]
    assert missing(Not(CoursePassed("INTRO"))) == [
        "This is only for people who have not passed “Introduction to the WTO”, and you have."
    ]
    assert missing(FromCountry(frozenset({"CH", "FR"}))) == [
        "This is for people from: France or Switzerland. Your profile says: Kenya."
    ]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_requirement_reads_as_a_list_and_as_a_line(requirement: Requirement) -> None:
    for language in ("en", "fr", "es"):
        with force_locale(language):
            assert is_whole(one_line(clause(requirement, NAMES)))


def test_a_nested_requirement_keeps_its_groups() -> None:
    nested = AnyOf((CoursePassed("INTRO", 0.7), AllOf((Nominated(), StepHeld(PATENTS, 24)))))
    assert line(nested, NAMES) == (
        "At least one of these (“Introduction to the WTO” passed with 70% or more; All of these (Nominated by the "
        "beneficiary; Step obtained within the last 24 months: Level 2, intermediate · Specialist · Patents))"
    )


def test_every_rule_of_the_house_is_said_in_three_languages() -> None:
    words = policy_in_words(HOUSE, NAMES)
    assert [each.code for each in words][:4] == [f"rule:{rule.code}" for rule in HOUSE.rules]
    for rule in words:
        assert set(rule.texts) == {"en", "fr", "es"}
        assert all(is_whole(one_line(text)) for text in rule.texts.values())


def test_every_state_purpose_and_deed_has_words() -> None:
    assert set(STATES) == set(MEANINGS) == set(StepState)
    assert set(PURPOSES) >= set(HOUSE.barred_purposes)
    codes = {Todo.LANGUAGE: "fr", Todo.CATEGORY: "official"}
    for todo in Todo:
        assert is_whole(deed_text(PathStep(todo=todo, code=codes.get(todo, "INTRO"), minimum_mark=0.7)))


def test_every_reason_that_is_named_together_with_others_has_a_short_name() -> None:
    def leaves(condition: Condition) -> Iterator[Reason]:
        yield from reasons_of([condition])
        for part in condition.parts:
            yield from leaves(part)

    named = {each.code for decision in decisions() for one in decision.conditions for each in leaves(one)}
    closed = {"applications_closed", "not_for_credit"}
    assert named - set(SHORT) - closed == set()


def test_every_condition_of_the_gate_has_a_name() -> None:
    codes = {condition.code for decision in decisions() for condition in decision.conditions}
    assert codes - set(CONDITIONS) - set(KINDS.values()) - {"open"} == set()
    for decision in decisions():
        for one in told(decision, NAMES):
            assert one.asked.lower() != one.code
