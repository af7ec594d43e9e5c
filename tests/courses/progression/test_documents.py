"""What is stored of a decision: every document comes back as it was, and the same answer follows again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.progression.documents import (
    case_document,
    conditions_document,
    conditions_of,
    decision_document,
    decision_of,
    record_document,
    record_of,
    replay,
    terms_document,
    terms_of,
)
from courses.progression.doors import DocumentError
from courses.progression.engine import decide
from courses.progression.policy import HOUSE, PolicyError, policy_of
from courses.progression.record import Category, MeasureDays, Membership, Recognised, Record, Result, Source, Standing
from courses.progression.requirements import Nominated, RequirementError, as_document, requirement_of
from courses.progression.steps import Track, parse_step
from courses.progression.terms import Kind, Purpose, Terms
from courses.progression.topics import TopicTree
from tests.courses.progression.drawing import requirements
from tests.progressing import ON, TOPICS, activity, course, official, passed, recognised

STEPS = st.sampled_from([parse_step(text) for text in ("1", "2·generalist", "2·specialist·ip", "3·specialist·patents")])
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
SEVERAL = st.lists(STEPS, max_size=3, unique=True).map(tuple)
RESULTS = st.builds(
    Result, source=st.sampled_from(Source), code=st.sampled_from(["C0", "C1", ""]), title=st.text(max_size=8),
    passed_on=DAYS, mark=st.none() | st.floats(0, 1), confers=SEVERAL,
)  # fmt: skip
STANDINGS = st.builds(
    Standing, code=st.sampled_from(["TG", "FJ"]), region=st.sampled_from([None, "africa"]),
    membership=st.sampled_from(Membership), is_ldc=st.booleans(),
    measures=st.lists(st.builds(MeasureDays, begins_on=DAYS, ends_on=st.none() | DAYS), max_size=2).map(tuple),
)  # fmt: skip
RECORDS = st.builds(
    Record, category=st.none() | st.sampled_from(Category), verified_on=st.none() | DAYS,
    languages=st.frozensets(st.sampled_from(["en", "fr", "es"])), beneficiary=st.none() | STANDINGS,
    results=st.lists(RESULTS, max_size=4).map(tuple),
    recognised=st.lists(
        st.builds(Recognised, step=STEPS, decided_on=DAYS, expires_on=st.none() | DAYS), max_size=2
    ).map(tuple),
    nominated_for=st.frozensets(st.sampled_from(["T", "C0"])),
)  # fmt: skip
TERMS = st.builds(
    Terms, code=st.sampled_from(["T", "C0"]), kind=st.sampled_from(Kind), purpose=st.sampled_from(Purpose),
    level=st.sampled_from([None, 1, 2, 3]), track=st.none() | st.sampled_from(Track),
    topic=st.sampled_from([None, "patents", "sps"]), asks_for=SEVERAL, confers=SEVERAL,
    requirement=st.none() | requirements(), replaces_rule=st.booleans(),
    categories=st.frozensets(st.sampled_from(Category), max_size=2), languages=st.just(frozenset({"en"})),
    countries=st.frozensets(st.sampled_from(["TG", "GH"])), regions=st.frozensets(st.just("africa")),
    is_for_credit=st.booleans(), is_advisory=st.booleans(), hours=st.none() | st.just(12.5),
    has_lower_course=st.booleans(), availability=st.sampled_from([(), ("applications_closed",)]),
)  # fmt: skip


def kept(document: object) -> Any:
    """Return a document as a database would give it back."""
    return json.loads(json.dumps(document))


@given(TERMS, RECORDS, DAYS)
@settings(max_examples=120, deadline=None)
def test_a_replay_gives_the_same_decision(terms: Terms, record: Record, on: date) -> None:
    decision = decide(HOUSE, terms, record, TOPICS, on)
    case, known = kept(case_document(terms, TOPICS, on)), kept(record_document(record))
    assert replay(policy_of(kept(HOUSE.as_document())), case, known) == decision
    assert decision_of(kept(decision_document(decision))) == decision
    assert conditions_of(kept(conditions_document(decision))) == decision.conditions
    assert terms_of(kept(terms_document(terms))) == terms
    assert record_of(known) == record
    if terms.requirement:
        assert requirement_of(kept(as_document(terms.requirement))) == terms.requirement


def test_a_replay_does_not_depend_on_what_became_of_the_topics() -> None:
    terms = activity(level=3, track=Track.SPECIALIST, topic="patents", has_lower_course=True)
    record = official(passed("P", "2·specialist·ip"))
    assert decide(HOUSE, terms, record, TOPICS, ON).is_allowed
    assert not decide(HOUSE, terms, record, TopicTree({"patents": "sps"}), ON).is_allowed
    assert replay(HOUSE, case_document(terms, TOPICS, ON), record_document(record)).is_allowed


def test_the_policy_comes_back_as_it_was() -> None:
    policy = replace(HOUSE, step_months=36, retake_months=None, barred_purposes=frozenset({Purpose.ENROLMENT}))
    assert policy_of(kept(policy.as_document())) == policy


WITHOUT_TOPICS = {"code": "x", "level": 3, "topic_level": 1}
WRITTEN = {
    "terms": terms_document(course("X", "1", requirement=Nominated())),
    "record": record_document(official(passed("X", "1"), recognised=(recognised("1"),))),
    "policy": HOUSE.as_document(),
    "decision": decision_document(decide(HOUSE, course("X"), official(), TOPICS, ON)),
}
READERS: dict[str, Callable[[object], object]] = {
    "terms": terms_of, "record": record_of, "policy": policy_of, "decision": decision_of,
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("number", [0, 2, "1", True, None])
def test_a_document_of_another_format_is_refused(kind: str, number: object) -> None:
    with pytest.raises(DocumentError) as refused:
        READERS[kind]({**WRITTEN[kind], "format": number})
    assert (refused.value.place, refused.value.reason) == ("format", "format_unknown")


@pytest.mark.parametrize(
    ("kind", "name", "value", "place", "reason"),
    [
        ("terms", "kind", "trip", "kind", "word_unknown"),
        ("terms", "code", 7, "code", "not_a_text"),
        ("terms", "level", "2", "level", "not_a_whole_number"),
        ("terms", "asks_for", ["1", "9"], "asks_for/1", "step_unknown"),
        ("terms", "is_advisory", None, "is_advisory", "not_true_or_false"),
        ("terms", "requirement", {"kind": "all_of", "of": [{"kind": "x"}]}, "requirement/of/0/kind", "kind_unknown"),
        ("terms", "hours", float("nan"), "hours", "not_a_number"),
        ("record", "results", {}, "results", "not_a_list"),
        ("record", "verified_on", "yesterday", "verified_on", "not_a_date"),
        ("record", "category", "king", "category", "word_unknown"),
        ("decision", "conditions", [{"code": "x"}], "conditions/0/fact", "not_an_object"),
        ("policy", "rules", [{"code": "x", "level": 4}], "rules/0/level", "level_unknown"),
        ("policy", "rules", [WITHOUT_TOPICS], "rules/0/topic_level", "level_without_topics"),
        ("policy", "barred_purposes", ["party"], "barred_purposes", "word_unknown"),
        ("policy", "rules", [{}] * 51, "rules", "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_such_document_is_refused_with_the_place(
    kind: str, name: str, value: object, place: str, reason: str
) -> None:
    with pytest.raises(DocumentError) as refused:
        READERS[kind]({**WRITTEN[kind], name: value})
    assert (refused.value.place, refused.value.reason) == (place, reason)
    assert isinstance(refused.value, PolicyError) == (kind == "policy")


def nested(depth: int) -> dict[str, Any]:
    return {"kind": "not", "of": nested(depth - 1)} if depth else {"kind": "verified"}


@pytest.mark.parametrize(
    ("document", "place", "reason"),
    [
        (None, "", "not_an_object"),
        ({}, "kind", "not_a_text"),
        ({"kind": "maybe"}, "kind", "kind_unknown"),
        ({"kind": "all_of", "of": "x"}, "of", "not_a_list"),
        ({"kind": "at_least", "of": []}, "count", "not_a_whole_number"),
        ({"kind": "not"}, "of", "not_an_object"),
        ({"kind": "course_passed", "code": ""}, "code", "value_missing"),
        ({"kind": "course_passed", "code": "A", "minimum_mark": "high"}, "minimum_mark", "not_a_number"),
        ({"kind": "course_passed", "code": "A", "within_months": 1.5}, "within_months", "not_a_whole_number"),
        ({"kind": "step_held", "step": "2"}, "step", "step_unknown"),
        ({"kind": "step_held", "step": "1", "within_months": 10**9}, "within_months", "too_many_months"),
        ({"kind": "category_is", "categories": ["king"]}, "categories", "word_unknown"),
        ({"kind": "speaks", "languages": [1]}, "languages/0", "not_a_text"),
        ({"kind": "from_country", "countries": ["XX"] * 301}, "countries", "too_large"),
        (nested(30), "of/of/of/of/of/of/of/of/of/of/of/of", "too_deep"),
        ({"kind": "all_of", "of": [{"kind": "verified"}] * 300}, "", "too_large"),
    ],
)
def test_what_is_no_requirement_is_refused_with_the_place(document: object, place: str, reason: str) -> None:
    with pytest.raises(RequirementError) as refused:
        requirement_of(document)
    assert (refused.value.place, refused.value.reason) == (place, reason)


def test_a_case_or_a_condition_that_is_none_is_refused_with_the_place() -> None:
    rows = conditions_document(decide(HOUSE, course("X", asks="1"), official(), TOPICS, ON))
    for row in ({**rows[0], "fact": None}, {**rows[0], "is_met": "yes"}, {**rows[0], "parameters": [["a"]]}, 3):
        with pytest.raises(DocumentError, match="conditions/1"):
            conditions_of([rows[0], row])
    case, record = case_document(course("X"), TOPICS, ON), record_document(official())
    for name, value in (("on", "soon"), ("topics", {"ip": 3}), ("topics", {"ip": ""}), ("format", 9)):
        with pytest.raises(DocumentError, match=name):
            replay(HOUSE, {**case, name: value}, record)
