"""What the values of a SCO amount to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData
from scorm.runtime.outcome import outcome_of


@pytest.mark.parametrize(
    ("status", "completed", "success"),
    [
        ("passed", True, True),
        ("completed", True, None),
        ("failed", True, False),
        ("incomplete", False, None),
        ("browsed", False, None),
        ("not attempted", False, None),
    ],
)
def test_passed_completed_and_failed_are_finished(status: str, completed: bool, success: bool | None) -> None:
    outcome = outcome_of({"cmi.core.lesson_status": status})
    assert (outcome.completed, outcome.success) == (completed, success)


@pytest.mark.parametrize(
    ("raw", "least", "most", "score"),
    [
        ("", "", "", None),
        ("80", "", "", 0.8),
        ("80", "0", "100", 0.8),
        ("8", "0", "10", 0.8),
        ("15", "10", "20", 0.5),
        ("850", "0", "1000", 0.85),
        ("850", "", "", None),
        ("105", "0", "100", 1.0),
        ("-5", "", "", 0.0),
        ("5", "10", "20", 0.0),
        ("80", "0", "0", 0.8),
        ("80", "100", "0", 0.8),
        ("1e999", "", "", None),
        ("80", "", "1e999", 0.8),
        ("1e300", "-1e308", "1e308", None),
    ],
)
def test_a_score_lies_between_its_own_ends(raw: str, least: str, most: str, score: float | None) -> None:
    values = {"cmi.core.score.raw": raw, "cmi.core.score.min": least, "cmi.core.score.max": most}
    assert outcome_of(values).score == score


def test_nothing_known_is_no_outcome() -> None:
    outcome = outcome_of({})
    assert (outcome.completed, outcome.success, outcome.score, outcome.total_time_cs) == (False, None, None, 0)


def test_the_total_time_is_in_hundredths() -> None:
    assert outcome_of({"cmi.core.total_time": "0003:14:27.74"}).total_time_cs == 1_166_774


NUMBERS = st.from_regex(r"[+-]?[0-9]{1,5}(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_whatever_the_lenient_profile_accepts_has_a_score_from_0_to_1(raw: str, least: str, most: str) -> None:
    data = RunTimeData(CMI12, Profile.LENIENT, {})
    for name, text in (("raw", raw), ("min", least), ("max", most)):
        assert data.set_value(f"cmi.core.score.{name}", text).value == "true"
    score = outcome_of(data.values).score
    assert score is None or 0 <= score <= 1
