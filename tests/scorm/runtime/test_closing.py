"""What a SCO finds at its launch and what its session leaves (RTE 1.2, 3.4.4)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.runtime.api import ApiInstance
from scorm.runtime.closing import OWN_STATUS, ClosingRules, LaunchFacts, close_session, launch_values
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData
from scorm.timespan import format_timespan12, parse_timespan12

FACTS = LaunchFacts(learner_id="learner-1", learner_name="Last, First")
RULES = ClosingRules()
BOOK = ClosingRules(status_when_never_set="completed")

Sets = list[tuple[str, str]]


def session(
    stored: dict[str, str], sets: Sets, facts: LaunchFacts = FACTS, rules: ClosingRules = RULES, measured: int = 0
) -> dict[str, str]:
    """Play one session: launch, the SCO's sets, the end."""
    data = RunTimeData(CMI12, Profile.LENIENT, launch_values(facts, stored))
    for name, value in sets:
        assert data.set_value(name, value).value == "true"
    return close_session(data.values, facts, rules, measured)


def status(value: str) -> tuple[str, str]:
    return ("cmi.core.lesson_status", value)


def raw(value: str) -> tuple[str, str]:
    return ("cmi.core.score.raw", value)


MASTERY = replace(FACTS, mastery_score="80")


@pytest.mark.parametrize(
    ("facts", "sets", "final"),
    [
        # never set by the SCO
        (FACTS, [], "incomplete"),
        (FACTS, [raw("90")], "incomplete"),
        (replace(FACTS, mode="browse", credit="no-credit"), [], "browsed"),
        (replace(FACTS, credit="no-credit"), [], "not attempted"),
        # said by the SCO, nothing to compare
        (FACTS, [status("completed"), raw("10")], "completed"),
        (FACTS, [status("passed"), status("incomplete")], "incomplete"),
        (MASTERY, [status("completed")], "completed"),
        (MASTERY, [status("passed"), raw("")], "passed"),
        # mastery
        (MASTERY, [status("completed"), raw("80")], "passed"),
        (MASTERY, [status("completed"), raw("79.99")], "failed"),
        (MASTERY, [status("passed"), raw("50")], "failed"),
        (MASTERY, [status("failed"), raw("90")], "passed"),
        (MASTERY, [status("incomplete"), raw("90")], "incomplete"),
        (MASTERY, [raw("90")], "passed"),
        (MASTERY, [raw("10")], "failed"),
        (replace(MASTERY, credit="no-credit"), [status("completed"), raw("10")], "completed"),
        (replace(MASTERY, mode="review", credit="no-credit"), [status("completed"), raw("10")], "completed"),
        (replace(FACTS, mastery_score="eighty"), [status("completed"), raw("10")], "completed"),
    ],
)
def test_the_final_status_follows_the_book(facts: LaunchFacts, sets: Sets, final: str) -> None:
    assert session({}, sets, facts)["cmi.core.lesson_status"] == final


def test_the_book_completes_a_sco_that_says_nothing_and_a_course_may_follow_it() -> None:
    assert session({}, [], rules=BOOK)["cmi.core.lesson_status"] == "completed"


def test_a_course_may_leave_the_status_to_the_sco() -> None:
    rules = ClosingRules(mastery_overrides_status=False)
    assert session({}, [status("passed"), raw("50")], MASTERY, rules)["cmi.core.lesson_status"] == "passed"
    assert session({}, [raw("50")], MASTERY, rules)["cmi.core.lesson_status"] == "failed"


def test_the_status_of_the_sco_is_kept_beside_the_final_one() -> None:
    stored = session({}, [status("completed"), raw("50")], MASTERY)
    assert (stored[OWN_STATUS], stored["cmi.core.lesson_status"]) == ("completed", "failed")


def test_a_default_status_does_not_count_as_said_by_the_sco() -> None:
    stored = session({}, [], MASTERY)
    assert stored["cmi.core.lesson_status"] == "incomplete"
    assert session(stored, [raw("90")], MASTERY)["cmi.core.lesson_status"] == "passed"


def test_an_incomplete_of_the_sco_holds_in_the_next_session_too() -> None:
    stored = session({}, [status("incomplete"), raw("90")], MASTERY)
    assert session(stored, [], MASTERY)["cmi.core.lesson_status"] == "incomplete"


def test_a_review_takes_no_finished_status_away() -> None:
    stored = session({}, [status("passed")])
    review = replace(FACTS, mode="review", credit="no-credit")
    assert session(stored, [status("incomplete")], review)["cmi.core.lesson_status"] == "passed"


@pytest.mark.parametrize(
    ("left", "entry"), [("suspend", "resume"), ("logout", ""), ("time-out", ""), ("", ""), ("normal", ""), (None, "")]
)
def test_only_a_suspended_session_is_resumed_and_all_data_stay(left: str | None, entry: str) -> None:
    sets = [("cmi.suspend_data", "A=1"), ("cmi.core.lesson_location", "p5"), ("cmi.objectives.0.id", "O")]
    stored = session({}, sets + ([("cmi.core.exit", left)] if left is not None else []))
    values = launch_values(FACTS, stored)
    assert values["cmi.core.entry"] == entry
    assert {name: values[name] for name, _ in sets} == dict(sets)
    assert "cmi.core.exit" not in values


def test_the_exit_of_one_session_does_not_reach_the_one_after_the_next() -> None:
    stored = session(session({}, [("cmi.core.exit", "suspend")]), [])
    assert launch_values(FACTS, stored)["cmi.core.entry"] == ""


def test_the_first_launch_starts_from_the_beginning() -> None:
    values = launch_values(replace(MASTERY, launch_data="a=1", time_limit_action="exit,message"), {})
    assert values["cmi.core.entry"] == "ab-initio"
    assert values["cmi.core.lesson_status"] == "not attempted"
    assert values["cmi.core.total_time"] == "0000:00:00.00"
    assert values["cmi.launch_data"] == "a=1"
    assert values["cmi.student_data.mastery_score"] == "80"
    assert values["cmi.student_data.time_limit_action"] == "exit,message"


def test_facts_of_a_later_launch_replace_the_earlier_ones() -> None:
    stored = session({}, [], replace(MASTERY, launch_data="old"))
    values = launch_values(replace(FACTS, learner_name="New, Name", mode="review", credit="no-credit"), stored)
    assert values["cmi.core.student_name"] == "New, Name"
    assert values["cmi.core.lesson_mode"] == "review"
    assert values["cmi.launch_data"] == ""
    assert values["cmi.student_data.mastery_score"] == ""


def test_the_example_of_the_suite_adds_up() -> None:
    stored = session({}, [("cmi.core.session_time", "03:01:39.52")])
    stored = session(stored, [("cmi.core.session_time", "00:12:48.22")])
    assert stored["cmi.core.total_time"] == "0003:14:27.74"


def test_only_the_last_time_of_a_session_counts_and_total_time_waits_for_its_end() -> None:
    data = RunTimeData(CMI12, Profile.LENIENT, launch_values(FACTS, {}))
    api = ApiInstance(data)
    api.call("LMSInitialize", "")
    for time in ("00:01:00", "00:02:00", "00:03:00"):
        api.call("LMSSetValue", "cmi.core.session_time", time)
        api.call("LMSCommit", "")
        assert api.call("LMSGetValue", "cmi.core.total_time") == ("0000:00:00.00", "0")
    assert close_session(data.values, FACTS, RULES, 99)["cmi.core.total_time"] == "0000:03:00.00"


@pytest.mark.parametrize(("measured", "total"), [(None, "0000:00:00.00"), (6000, "0000:01:00.00")])
def test_the_measured_time_counts_where_the_sco_reports_none(measured: int | None, total: str) -> None:
    closed = close_session(launch_values(FACTS, {}), FACTS, RULES, measured)
    assert closed["cmi.core.total_time"] == total


def test_closing_what_is_closed_adds_nothing() -> None:
    once = session({}, [status("completed"), raw("50"), ("cmi.core.session_time", "00:01:00")], MASTERY)
    assert close_session(once, MASTERY, RULES, None) == once


@given(st.lists(st.integers(0, 100 * 3600 * 100 - 1), min_size=1, max_size=20))
def test_total_time_is_the_sum_in_hundredths(sessions_cs: list[int]) -> None:
    stored: dict[str, str] = {}
    for session_cs in sessions_cs:
        stored = session(stored, [("cmi.core.session_time", format_timespan12(session_cs))])
    assert parse_timespan12(stored["cmi.core.total_time"]) == sum(sessions_cs)


def test_what_a_session_leaves_can_be_launched_again() -> None:
    stored = session({}, [("cmi.interactions.0.id", "Q 1"), ("cmi.comments", "x" * 5000), status("browsed")])
    data = RunTimeData(CMI12, Profile.STRICT, launch_values(FACTS, stored))
    assert data.get_value("cmi.interactions._count").value == "1"
