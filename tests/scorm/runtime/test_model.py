"""What holds for the data of a session, whatever a SCO does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.errors import ScormError
from scorm.runtime.api import ApiInstance
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Action, Profile
from scorm.runtime.model import Finding, Reply, RunTimeData
from scorm.runtime.rules import Deviation

INDEX = st.sampled_from(["0", "1", "2", "3", "01", "-1", "n", "x", "99999999999"])
NAMES = st.one_of(
    st.sampled_from(sorted(CMI12.elements)),
    st.builds(
        lambda name, one, two: name.replace(".n", f".{one}", 1).replace(".n", f".{two}", 1),
        st.sampled_from([name for name in CMI12.elements if ".n" in name]),
        INDEX,
        INDEX,
    ),
    st.text(max_size=20),
)
VALUES = st.one_of(
    st.sampled_from(["", "passed", "0", "50", "100", "-1", "101", "00:00:01", "1:0:0", "correct", "normal", "choice"]),
    st.text(max_size=300),
)
CALLS = st.lists(st.tuples(NAMES, VALUES), max_size=40)
PROFILES = st.sampled_from(Profile)


def readable_ids(data: RunTimeData) -> int:
    index = 0
    while data.get_value(f"cmi.objectives.{index}.id").code == "0":
        index += 1
    return index


@given(PROFILES, CALLS)
def test_the_count_is_the_number_of_readable_ids(profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(CMI12, profile, {})
    for name, value in calls:
        data.set_value(name, value)
        assert data.get_value("cmi.objectives._count") == Reply(str(readable_ids(data)), "0")


@given(PROFILES, CALLS)
def test_a_refused_set_changes_nothing(profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(CMI12, profile, {})
    for name, value in calls:
        before, findings = dict(data.values), data.findings
        if data.set_value(name, value).value == "false":
            assert (dict(data.values), data.findings) == (before, findings)
        else:
            assert dict(data.values) != before or name.replace("01", "1") in data.values


@given(PROFILES, CALLS)
def test_a_get_changes_nothing(profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(CMI12, profile, {})
    for name, value in calls:
        data.set_value(name, value)
    before = dict(data.values)
    for name, _ in calls:
        data.get_value(name)
    assert dict(data.values) == before


@given(PROFILES, CALLS)
def test_stored_values_make_the_same_data_again(profile: Profile, calls: list[tuple[str, str]]) -> None:
    data = RunTimeData(CMI12, profile, {})
    for name, value in calls:
        data.set_value(name, value)
    again = RunTimeData(CMI12, profile, dict(data.values))
    assert [again.get_value(name) for name, _ in calls] == [data.get_value(name) for name, _ in calls]
    assert again.values == data.values


@given(PROFILES, st.lists(st.tuples(st.sampled_from(sorted(CMI12.functions)), NAMES, VALUES), max_size=40))
def test_every_answer_is_text_and_every_code_is_known(profile: Profile, calls: list[tuple[str, str, str]]) -> None:
    api = ApiInstance(RunTimeData(CMI12, profile, {}))
    for function, name, value in calls:
        before = api.last_error
        result, code = api.call(function, name, value)
        assert isinstance(result, str)
        assert code in CMI12.texts
        if CMI12.functions[function] in (Action.LAST_ERROR, Action.ERROR_STRING, Action.DIAGNOSTIC):
            assert code == before


@pytest.mark.parametrize(
    ("name", "value", "deviation"),
    [
        ("cmi.core.lesson_location", "x" * 256, Deviation.LENGTH),
        ("cmi.suspend_data", "x" * 4097, Deviation.LENGTH),
        ("cmi.core.score.raw", "850", Deviation.RANGE),
        ("cmi.core.session_time", "1:00:00", Deviation.FORM),
        ("cmi.objectives.0.id", "Question 1", Deviation.FORM),
        ("cmi.core.exit", "normal", Deviation.ALIAS),
        ("cmi.interactions.0.result", "incorrect", Deviation.ALIAS),
    ],
)
def test_what_goes_beyond_the_book_is_accepted_and_found_once(name: str, value: str, deviation: Deviation) -> None:
    lenient = RunTimeData(CMI12, Profile.LENIENT, {})
    assert lenient.set_value(name, value) == lenient.set_value(name, value) == Reply("true", "0")
    assert lenient.findings == (Finding(deviation, name),)
    assert RunTimeData(CMI12, Profile.STRICT, {}).set_value(name, value) == Reply("false", "405")


def test_aliases_are_kept_as_the_word_of_the_book() -> None:
    data = RunTimeData(CMI12, Profile.LENIENT, {})
    data.set_value("cmi.core.exit", "normal")
    data.set_value("cmi.interactions.0.result", "incorrect")
    assert data.values == {"cmi.core.exit": "", "cmi.interactions.0.result": "wrong"}


@pytest.mark.parametrize(
    "stored",
    [
        {"cmi.nothing": "x"},
        {"cmi.objectives._count": "3"},
        {"cmi.objectives.01.id": "x"},
        {"cmi.objectives.1.id": "x"},
        {"cmi.interactions.0.objectives.1.id": "x"},
        {"foo": "x"},
    ],
)
def test_stored_values_that_no_session_can_leave_are_refused(stored: dict[str, str]) -> None:
    with pytest.raises(ScormError):
        RunTimeData(CMI12, Profile.LENIENT, stored)


def test_a_function_of_another_edition_is_a_broken_contract() -> None:
    with pytest.raises(ScormError):
        ApiInstance(RunTimeData(CMI12, Profile.STRICT, {})).call("Initialize", "")


def test_texts_and_diagnostics_are_shorter_than_255_characters() -> None:
    assert all(0 < len(text) < 255 for texts in CMI12.texts.values() for text in texts)


def test_an_empty_question_asks_about_the_last_error() -> None:
    api = ApiInstance(RunTimeData(CMI12, Profile.STRICT, {}))
    api.call("LMSInitialize", "")
    api.call("LMSSetValue", "cmi.core.student_id", "x")
    assert api.call("LMSGetDiagnostic", "") == (CMI12.texts["403"][1], "403")
