"""What holds for the data of a SCORM 2004 session, whatever a SCO does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.errors import ScormError
from scorm.runtime.api import ApiInstance
from scorm.runtime.elements import Action, Profile, Table
from scorm.runtime.model import Finding, Reply, RunTimeData
from scorm.runtime.rules import Deviation
from scorm.runtime.tables import TABLES, table_named
from tests.vectors.cmi2004_responses import PATTERNS, RESPONSES

FOURTH = table_named("2004 4th Edition")
EDITIONS = st.sampled_from([table for edition, table in TABLES.items() if edition != "1.2"])
PROFILES = st.sampled_from(Profile)
WORDS = sorted({word for element in FOURTH.elements.values() for word in element.type.words})
INDEX = st.sampled_from(["0", "0", "0", "1", "1", "2", "01", "-1", "n", "99999999999"])
NAMES = st.one_of(
    st.builds(
        lambda name, one, two: (
            name.replace(".n.", f".{one}.", 1).replace(".n.", f".{two}.", 1).replace("=*", f"={one}")
        ),
        st.sampled_from(sorted(FOURTH.elements)),
        INDEX,
        INDEX,
    ),
    st.text(max_size=20),
)
PIECES = st.sampled_from(
    [
        "a", "b", "[,]", "[.]", "[:]", "{lang=en}", "{lang=zz}", "{lang=}", "{case_matters=true}", "{order_matters=x}",
        "1", "-2.5", "{", "}", " ", "\n", "é", "😀", "PT1S", "urn:", "urn:x:y", "{target=a}", "choice", "2004", "-01",
    ]
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(WORDS), st.lists(PIECES, max_size=5).map("".join), st.text(max_size=50))
IDS = [("cmi.objectives.0.id", "o"), ("cmi.interactions.0.id", "i"), ("cmi.interactions.0.type", "choice")]
CALLS = st.lists(st.tuples(NAMES, VALUES), max_size=40).map(lambda calls: [*IDS, *calls])


def readable_ids(data: RunTimeData, collection: str) -> int:
    """Return how many records, from the first, have an id to be read."""
    index = 0
    while data.get_value(f"{collection}.{index}.id").code == "0":
        index += 1
    return index


@given(EDITIONS, PROFILES, CALLS)
def test_the_count_is_the_number_of_readable_ids(table: Table, profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(table, profile, {})
    for name, value in calls:
        data.set_value(name, value)
    for collection in ("cmi.objectives", "cmi.interactions", "cmi.interactions.0.objectives"):
        assert data.get_value(f"{collection}._count") == Reply(str(readable_ids(data, collection)), "0")


@given(EDITIONS, PROFILES, CALLS)
def test_a_refused_set_changes_nothing(table: Table, profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(table, profile, {})
    for name, value in calls:
        before, findings = dict(data.values), data.findings
        reply = data.set_value(name, value)
        assert (reply.value == "true") is (reply.code == "0")
        if reply.value == "false":
            assert (dict(data.values), data.findings) == (before, findings)
            assert reply.code in {"351", "401", "404", "406", "407", "408"}


@given(EDITIONS, PROFILES, CALLS)
def test_a_get_changes_nothing_and_says_what_was_set(
    table: Table, profile: Profile, calls: list[tuple[str, str]]
) -> None:
    data = RunTimeData(table, profile, {})
    for name, value in calls:
        reply = data.set_value(name, value)
        before = dict(data.values)
        answer = data.get_value(name)
        assert dict(data.values) == before
        assert answer.code in {"0", "301", "401", "403", "405"}
        if reply.code == "0" and profile is Profile.STRICT and value != "{lang=en}":
            assert answer.value == value or answer.code in {"403", "405"}


@given(EDITIONS, PROFILES, CALLS)
def test_stored_values_make_the_same_data_again(table: Table, profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(table, profile, {})
    for name, value in calls:
        data.set_value(name, value)
    again = RunTimeData(table, profile, dict(data.values))
    assert [again.get_value(name) for name, _ in calls] == [data.get_value(name) for name, _ in calls]
    assert [again.set_value(name, value) for name, value in calls] == [
        data.set_value(name, value) for name, value in calls
    ]
    assert again.values == data.values


@given(EDITIONS, PROFILES, st.lists(st.tuples(st.sampled_from(sorted(FOURTH.functions)), NAMES, VALUES), max_size=40))
def test_every_answer_is_text_and_every_code_is_known(
    table: Table, profile: Profile, calls: list[tuple[str, str, str]]
) -> None:
    api = ApiInstance(RunTimeData(table, profile, {}))
    for function, name, value in calls:
        before = api.last_error
        result, code = api.call(function, name, value)
        assert isinstance(result, str)
        assert code in table.texts
        if table.functions[function] in (Action.LAST_ERROR, Action.ERROR_STRING, Action.DIAGNOSTIC):
            assert code == before


SHORT = st.sampled_from(["a", "b", "c", "urn:x:y", "é", "1", "http://x/?y=z"])
TEXT = st.text(st.characters(exclude_characters="[]{}", exclude_categories=["Cs"]), max_size=10)
FRONT = st.sampled_from(["", "{lang=fr}", "{lang=en-US}", "{lang=x-a}"])
LOCALIZED = st.builds(str.__add__, FRONT, TEXT)
TRUTH = st.sampled_from(["true", "false"])
LEGAL = {
    "true-false": TRUTH,
    "choice": st.lists(SHORT, unique=True).map("[,]".join),
    "fill-in": st.lists(LOCALIZED).map("[,]".join),
    "long-fill-in": LOCALIZED,
    "matching": st.lists(st.tuples(SHORT, SHORT).map("[.]".join), min_size=1).map("[,]".join),
    "performance": st.lists(st.tuples(SHORT, TEXT).map("[.]".join), min_size=1).map("[,]".join),
    "sequencing": st.lists(SHORT, min_size=1).map("[,]".join),
    "likert": SHORT,
    "numeric": st.decimals(-1000, 1000, places=3).map(lambda number: f"{number:f}"),
    "other": TEXT,
}


@pytest.mark.parametrize("word", LEGAL)
def test_whatever_the_grammar_can_say_is_accepted(word: str) -> None:
    @given(LEGAL[word])
    def accepts(response: str) -> None:
        data = RunTimeData(FOURTH, Profile.STRICT, {})
        for name, value in (("id", "i"), ("type", word), ("learner_response", response)):
            assert data.set_value(f"cmi.interactions.0.{name}", value) == Reply("true", "0")

    accepts()


@pytest.mark.parametrize("word", [word for word in LEGAL if RESPONSES[word].refused or PATTERNS[word].refused])
def test_what_the_lenient_profile_keeps_beyond_the_grammar_is_found(word: str) -> None:
    data = RunTimeData(FOURTH, Profile.LENIENT, {})
    data.set_value("cmi.interactions.0.id", "i")
    data.set_value("cmi.interactions.0.type", word)
    for field, grammar in (("learner_response", RESPONSES[word]), ("correct_responses.0.pattern", PATTERNS[word])):
        name = f"cmi.interactions.0.{field}"
        for value in grammar.refused:
            assert data.set_value(name, str(value)) == Reply("true", "0")
        assert (Finding(Deviation.FORM, name) in data.findings) is bool(grammar.refused)


@pytest.mark.parametrize(
    ("name", "value", "deviation"),
    [
        ("cmi.location", "x" * 1001, Deviation.LENGTH),
        ("cmi.suspend_data", "x" * 64001, Deviation.LENGTH),
        ("cmi.objectives.0.id", "Question 1", Deviation.FORM),
        ("cmi.session_time", "PT1.234S", Deviation.FORM),
        ("cmi.comments_from_learner.0.timestamp", "2024-02-29T10:00:00Z", Deviation.FORM),
    ],
)
def test_what_goes_beyond_the_book_is_accepted_and_found_once(name: str, value: str, deviation: Deviation) -> None:
    lenient = RunTimeData(FOURTH, Profile.LENIENT, {})
    assert lenient.set_value(name, value) == lenient.set_value(name, value) == Reply("true", "0")
    assert lenient.findings == (Finding(deviation, name),)


def test_the_books_own_length_is_nothing_to_report() -> None:
    lenient = RunTimeData(FOURTH, Profile.LENIENT, {})
    lenient.set_value("cmi.location", "x" * 1000)
    assert lenient.findings == ()
    lenient.set_value("cmi.location", "x" * 1001)
    assert lenient.findings == (Finding(Deviation.LENGTH, "cmi.location"),)


def test_words_that_are_written_otherwise_are_kept_as_the_books() -> None:
    data = RunTimeData(FOURTH, Profile.LENIENT, {"cmi.interactions.0.id": "i"})
    data.set_value("cmi.interactions.0.result", "wrong")
    assert data.get_value("cmi.interactions.0.result") == Reply("incorrect", "0")
    assert data.findings == (Finding(Deviation.ALIAS, "cmi.interactions.0.result"),)


def test_a_greater_length_than_the_books_is_no_wrong_value_in_either_profile() -> None:
    for profile in Profile:
        data = RunTimeData(FOURTH, profile, {})
        assert data.set_value("cmi.suspend_data", "x" * 70_000).code == "0"
        assert data.set_value("cmi.suspend_data", "x" * (1024 * 1024 + 1)).code == "351"
        assert len(data.values["cmi.suspend_data"]) == 70_000


@pytest.mark.parametrize(
    "stored",
    [
        {"cmi.nothing": "x"},
        {"cmi.objectives._count": "3"},
        {"cmi.objectives.01.id": "x"},
        {"cmi.objectives.1.id": "x"},
        {"adl.data.1.store": "x"},
        {"adl.nav.request_valid.choice": "true"},
        {"cmi.core.lesson_status": "passed"},
    ],
)
def test_stored_values_that_no_session_can_leave_are_refused(stored: dict[str, str]) -> None:
    with pytest.raises(ScormError):
        RunTimeData(FOURTH, Profile.LENIENT, stored)


def test_an_edition_that_does_not_exist_is_a_broken_contract() -> None:
    with pytest.raises(ScormError):
        table_named("2004 5th Edition")
