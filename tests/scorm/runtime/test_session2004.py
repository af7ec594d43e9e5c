"""What a SCO of SCORM 2004 finds at its launch, what its session leaves, and what sequencing is told (RTE 4.2)."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.runtime.closing2004 import (
    close_session2004,
    exit_of,
    nav_request_of,
    report_of,
    shared_data_of,
    wants_to_go_on,
)
from scorm.runtime.elements import Profile
from scorm.runtime.launch2004 import (
    LaunchFacts2004,
    SharedDatum,
    launch_values2004,
    number_text,
    valid_values,
)
from scorm.runtime.model import Reply, RunTimeData
from scorm.runtime.outcome import ScoOutcome, outcome_of2004
from scorm.runtime.report import UNKNOWN, ObjectiveValues, Reported
from scorm.runtime.tables import table_named

FACTS = LaunchFacts2004(learner_id="learner-1", learner_name="Last, First")
THRESHOLDS = replace(FACTS, completion_threshold=0.8, scaled_passing_score=0.5)
FOURTH = table_named("2004 4th Edition")

Sets = list[tuple[str, str]]


def data_of(values: dict[str, str], sets: Sets = ()) -> RunTimeData:
    """Return the data of a session that starts from `values`, after what the SCO set."""
    data = RunTimeData(FOURTH, Profile.STRICT, values)
    for name, value in sets:
        assert data.set_value(name, value).value == "true", (name, value)
    return data


def left_by(sets: Sets, facts: LaunchFacts2004 = FACTS, stored: dict[str, str] | None = None) -> dict[str, str]:
    """Return the values of a session when it ends, before it is closed."""
    return dict(data_of(launch_values2004(facts, stored or {}, []), sets).values)


def read(values: dict[str, str], name: str) -> Reply:
    """Return what a SCO reads."""
    return data_of(values).get_value(name)


class TestLaunch:
    def test_a_new_attempt_begins_at_the_beginning(self) -> None:
        values = launch_values2004(FACTS, {}, [])
        assert read(values, "cmi.entry") == Reply("ab-initio", "0")
        assert read(values, "cmi.learner_id") == Reply("learner-1", "0")
        assert read(values, "cmi.success_status") == Reply("unknown", "0")
        assert read(values, "cmi.total_time") == Reply("PT0S", "0")

    @pytest.mark.parametrize(
        "name",
        ["cmi.launch_data", "cmi.max_time_allowed", "cmi.scaled_passing_score", "cmi.completion_threshold"],
    )
    def test_what_the_manifest_does_not_give_is_not_initialized(self, name: str) -> None:
        assert read(launch_values2004(FACTS, {}, []), name) == Reply("", "403")

    def test_what_the_manifest_gives_is_read(self) -> None:
        facts = replace(
            THRESHOLDS, launch_data="", max_time_allowed="PT1H", time_limit_action="exit,message", credit="no-credit"
        )
        values = launch_values2004(facts, {}, [])
        assert read(values, "cmi.launch_data") == Reply("", "0")
        assert read(values, "cmi.max_time_allowed") == Reply("PT1H", "0")
        assert read(values, "cmi.time_limit_action") == Reply("exit,message", "0")
        assert read(values, "cmi.completion_threshold") == Reply("0.8", "0")
        assert read(values, "cmi.scaled_passing_score") == Reply("0.5", "0")
        assert read(values, "cmi.credit") == Reply("no-credit", "0")

    def test_objectives_of_the_manifest_come_in_its_order_with_what_is_known(self) -> None:
        known = ObjectiveValues(
            satisfied=False, measure=-0.25, completed=True, progress=1e-05, raw=7, minimum=0, maximum=1e22
        )
        values = launch_values2004(FACTS, {}, [("first", UNKNOWN), ("second", known)])
        assert read(values, "cmi.objectives._count") == Reply("2", "0")
        assert read(values, "cmi.objectives.0.id") == Reply("first", "0")
        assert read(values, "cmi.objectives.0.success_status") == Reply("unknown", "0")
        assert read(values, "cmi.objectives.0.score.scaled") == Reply("", "403")
        assert read(values, "cmi.objectives.1.success_status") == Reply("failed", "0")
        assert read(values, "cmi.objectives.1.completion_status") == Reply("completed", "0")
        assert read(values, "cmi.objectives.1.progress_measure") == Reply("0.00001", "0")
        assert report_of(values).objectives == {"first": Reported(), "second": Reported(values=known)}

    def test_a_resumed_attempt_keeps_the_scos_records_and_refreshes_those_of_the_manifest(self) -> None:
        values = launch_values2004(FACTS, {}, [("ours", ObjectiveValues(measure=0.1))])
        sets = [("cmi.objectives.1.id", "its"), ("cmi.objectives.1.score.raw", "5"), ("cmi.exit", "suspend")]
        sets += [("cmi.objectives.0.success_status", "passed"), ("cmi.suspend_data", "kept")]
        stored = close_session2004(data_of(values, sets).values, None, is_suspended=True)
        again = launch_values2004(
            FACTS, stored, [("new", UNKNOWN), ("its", UNKNOWN), ("ours", ObjectiveValues(measure=0.9))]
        )
        assert read(again, "cmi.entry") == Reply("resume", "0")
        assert read(again, "cmi.suspend_data") == Reply("kept", "0")
        assert {name: read(again, f"cmi.objectives.{name}").value for name in ("0.id", "1.id", "2.id")} == {
            "0.id": "ours",
            "1.id": "its",
            "2.id": "new",
        }
        assert read(again, "cmi.objectives.0.score.scaled") == Reply("0.9", "0")
        assert read(again, "cmi.objectives.0.success_status") == Reply("passed", "0")
        assert read(again, "cmi.objectives.1.score.raw") == Reply("5", "0")

    def test_a_resumed_attempt_finds_what_the_lms_gives_now_and_no_longer_what_it_gave(self) -> None:
        stored = close_session2004(left_by([], replace(THRESHOLDS, launch_data="old")), None, is_suspended=True)
        values = launch_values2004(FACTS, stored, [], valid={"continue": "false"})
        assert read(values, "cmi.launch_data") == Reply("", "403")
        assert read(values, "cmi.scaled_passing_score") == Reply("", "403")
        assert read(values, "adl.nav.request_valid.continue") == Reply("false", "0")

    def test_the_answers_about_requests_are_elements(self) -> None:
        assert valid_values({"choice.{target=a.b}": "true"}) == {"adl.nav.request_valid.choice.{target=a.b}": "true"}

    @pytest.mark.parametrize(
        ("field", "written", "known"),
        [
            ("completion_status", "not attempted", ObjectiveValues(completed=False)),
            ("score.scaled", "0.50", ObjectiveValues(measure=0.5)),
            ("score.raw", "7.000099999887765544", ObjectiveValues(raw=7.000099999887765544)),
            ("progress_measure", "-0", ObjectiveValues(progress=0.0)),
        ],
    )
    def test_what_a_sco_wrote_comes_back_to_the_letter_until_something_else_is_known(
        self, field: str, written: str, known: ObjectiveValues
    ) -> None:
        name = f"cmi.objectives.0.{field}"
        sets = [("cmi.objectives.0.id", "ours"), (name, written)]
        stored = close_session2004(left_by(sets), None, is_suspended=True)
        assert read(launch_values2004(FACTS, stored, [("ours", known)]), name).value == written
        other = ObjectiveValues(completed=True, measure=0.25, raw=8, progress=0.75)
        assert read(launch_values2004(FACTS, stored, [("ours", other)]), name).value != written

    @pytest.mark.parametrize(("edition", "code"), [("2004 2nd Edition", "401"), ("2004 3rd Edition", "0")])
    def test_an_objective_has_only_the_fields_of_its_edition(self, edition: str, code: str) -> None:
        known = ObjectiveValues(measure=0.5, progress=0.5)
        values = launch_values2004(replace(FACTS, edition=edition), {}, [("ours", known)])
        data = RunTimeData(table_named(edition), Profile.LENIENT, values)
        assert data.get_value("cmi.objectives.0.score.scaled") == Reply("0.5", "0")
        assert data.get_value("cmi.objectives.0.progress_measure").code == code


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_it_was_and_has_no_exponent(number: float) -> None:
    text = number_text(number)
    assert "e" not in text.lower()
    assert float(text) == number


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_no_sco_can_read_is_no_number(number: float) -> None:
    with pytest.raises(ValueError, match="no real number"):
        number_text(number)


class TestClosing:
    def test_the_time_of_a_session_is_added_once_and_the_last_one_said_counts(self) -> None:
        first = left_by([("cmi.session_time", "PT9H"), ("cmi.session_time", "PT1H0.25S")])
        stored = close_session2004(first, 99, is_suspended=True)
        assert stored["cmi.total_time"] == "PT1H0.25S"
        second = left_by([("cmi.session_time", "P1MT1H")], stored=stored)
        assert read(second, "cmi.total_time") == Reply("PT1H0.25S", "0")
        assert close_session2004(second, None, is_suspended=True)["cmi.total_time"] == "P1MT2H0.25S"

    @pytest.mark.parametrize(("measured_cs", "total"), [(None, "PT0S"), (6_050, "PT1M0.50S")])
    def test_a_session_without_a_time_counts_as_it_was_measured(self, measured_cs: int | None, total: str) -> None:
        assert close_session2004(left_by([]), measured_cs, is_suspended=True)["cmi.total_time"] == total

    def test_exit_request_and_what_the_lms_gave_for_the_session_do_not_remain(self) -> None:
        shared = [SharedDatum(target="t", value="x", is_readable=False, is_writable=False)]
        values = launch_values2004(FACTS, {}, [], shared, {"choice.{target=a}": "true"})
        sets = [("cmi.exit", "suspend"), ("adl.nav.request", "continue"), ("cmi.session_time", "PT1S")]
        stored = close_session2004(data_of(values, sets).values, None, is_suspended=True)
        gone = ("cmi.exit", "cmi.session_time", "adl.", "lms.")
        assert [name for name in stored if name.startswith(gone)] == []
        assert nav_request_of(launch_values2004(FACTS, stored, [])) == ("_none_", None)

    def test_everything_else_comes_back_unchanged_after_suspend_and_resume(self) -> None:
        sets = [(f"cmi.objectives.{n}.id", f"urn:x:{n}" + "y" * 3_900) for n in range(100)]
        for n in range(250):
            one = f"cmi.interactions.{n}"
            sets += [(f"{one}.id", f"i{n}"), (f"{one}.type", "performance"), (f"{one}.learner_response", "a[.]b😀")]
            sets += [(f"cmi.comments_from_learner.{n}.comment", "{lang=fr}\r\n&#32;{")]
        sets += [("cmi.suspend_data", "😀" * 64_000), ("cmi.interactions.7.learner_response", "s[.]t" + "x" * 126_000)]
        stored = close_session2004(left_by(sets), None, is_suspended=True)
        again = data_of(launch_values2004(FACTS, stored, []))
        assert [name for name, value in sets[:-1] if again.get_value(name) != Reply(value, "0")] == [
            "cmi.interactions.7.learner_response"
        ]
        assert again.get_value("cmi.interactions.7.learner_response").value == sets[-1][1]


class TestReport:
    def test_a_sco_that_says_nothing_reports_nothing(self) -> None:
        report = report_of(left_by([]))
        assert report.main == Reported()
        assert report.objectives == {}
        assert not report.is_suspended

    def test_unknown_in_so_many_words_is_not_silence(self) -> None:
        report = report_of(left_by([("cmi.success_status", "unknown"), ("cmi.completion_status", "unknown")]))
        assert report.main == Reported(is_success_unknown=True, is_completion_unknown=True)

    @pytest.mark.parametrize(
        ("word", "completed"), [("completed", True), ("incomplete", False), ("not attempted", False)]
    )
    def test_not_attempted_counts_as_incomplete(self, word: str, completed: bool) -> None:
        assert report_of(left_by([("cmi.completion_status", word)])).main.values.completed is completed

    def test_scores_and_progress_are_numbers(self) -> None:
        sets = [("cmi.score.scaled", "-0.5"), ("cmi.score.raw", "7"), ("cmi.score.min", "-1"), ("cmi.score.max", "9")]
        assert report_of(left_by([*sets, ("cmi.progress_measure", ".25")])).main.values == ObjectiveValues(
            measure=-0.5, progress=0.25, raw=7, minimum=-1, maximum=9
        )

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    @pytest.mark.parametrize(
        ("measure", "own", "satisfied"),
        [("0.5", "failed", True), ("0.499", "passed", False), (None, "passed", None), (None, "failed", None)],
    )
    def test_a_passing_score_beats_what_the_sco_says(
        self, order: tuple[int, ...], measure: str | None, own: str, satisfied: bool | None
    ) -> None:
        both = [("cmi.success_status", own), *([("cmi.score.scaled", measure)] if measure else [])]
        sets = [both[place] for place in order if place < len(both)]
        reported = report_of(left_by(sets, THRESHOLDS)).main
        assert reported.values.satisfied is satisfied
        assert not reported.is_success_unknown

    @pytest.mark.parametrize(
        ("progress", "own", "completed"),
        [("0.8", "incomplete", True), ("0.79", "completed", False), (None, "completed", None)],
    )
    def test_a_threshold_beats_what_the_sco_says(self, progress: str | None, own: str, completed: bool | None) -> None:
        sets = [("cmi.completion_status", own), *([("cmi.progress_measure", progress)] if progress else [])]
        assert report_of(left_by(sets, THRESHOLDS)).main.values.completed is completed

    @pytest.mark.parametrize(
        ("word", "goes_on"),
        [("suspend", True), ("logout", True), ("normal", False), ("", False), ("time-out", False), (None, False)],
    )
    def test_only_suspend_and_logout_go_on(self, word: str | None, goes_on: bool) -> None:
        values = left_by([("cmi.exit", word)] if word is not None else [])
        assert exit_of(values) == (word or "")
        assert wants_to_go_on(values) is report_of(values).is_suspended is goes_on

    @pytest.mark.parametrize(
        ("text", "request_left"),
        [
            ("continue", ("continue", None)),
            ("_none_", ("_none_", None)),
            ("{target=item.a-1}choice", ("choice", "item.a-1")),
            ("{target=x}jump", ("jump", "x")),
        ],
    )
    def test_a_request_is_a_word_and_perhaps_a_target(self, text: str, request_left: tuple[str, str | None]) -> None:
        assert nav_request_of(left_by([("adl.nav.request", text)])) == request_left

    def test_shared_data_are_what_stands_in_the_stores_that_the_sco_may_write(self) -> None:
        shared = [
            SharedDatum(target="written", value="old"),
            SharedDatum(target="empty"),
            SharedDatum(target="kept", value="old", is_writable=False),
            SharedDatum(target="blind", is_readable=False),
            SharedDatum(target="blanked", value="old"),
        ]
        values = launch_values2004(FACTS, {}, [], shared)
        sets = [("adl.data.0.store", "new"), ("adl.data.3.store", "new"), ("adl.data.4.store", "")]
        assert shared_data_of(data_of(values, sets).values) == {"written": "new", "blind": "new", "blanked": ""}


class TestOutcome:
    @pytest.mark.parametrize(
        ("sets", "score"),
        [
            ([], None),
            ([("scaled", "0.75"), ("raw", "1")], 0.75),
            ([("scaled", "-0.5")], 0.0),
            ([("raw", "15"), ("min", "10"), ("max", "20")], 0.5),
            ([("raw", "70")], 0.7),
        ],
    )
    def test_the_scaled_score_comes_first_and_is_never_below_zero(self, sets: Sets, score: float | None) -> None:
        assert outcome_of2004(left_by([(f"cmi.score.{name}", text) for name, text in sets])).score == score

    def test_completion_success_and_time_are_those_that_a_reader_finds(self) -> None:
        sets = [("cmi.progress_measure", "1"), ("cmi.score.scaled", "0.1"), ("cmi.success_status", "passed")]
        stored = close_session2004(left_by([*sets, ("cmi.session_time", "PT2S")], THRESHOLDS), None, is_suspended=False)
        assert outcome_of2004(stored) == ScoOutcome(completed=True, success=False, score=0.1, total_time_cs=200)

    def test_nothing_said_is_nothing_known(self) -> None:
        assert outcome_of2004({}) == ScoOutcome(completed=False, success=None, score=None, total_time_cs=0)


INDEPENDENT = {
    "cmi.completion_status": ["completed", "incomplete", "unknown"],
    "cmi.success_status": ["passed", "failed", "unknown"],
    "cmi.progress_measure": ["0", "0.8", "1"],
    "cmi.score.scaled": ["-1", "0.5", "1"],
    "cmi.score.raw": ["0", "50"],
    "cmi.exit": ["suspend", "normal", "logout"],
    "cmi.objectives.0.success_status": ["passed", "failed"],
    "cmi.objectives.0.score.scaled": ["0.25", "1"],
    "cmi.session_time": ["PT1S", "P1D"],
    "adl.nav.request": ["continue", "_none_"],
}


@given(
    st.lists(st.sampled_from(sorted(INDEPENDENT)), min_size=1, max_size=20).flatmap(
        lambda names: st.tuples(*(st.tuples(st.just(name), st.sampled_from(INDEPENDENT[name])) for name in names))
    ),
    st.sampled_from([FACTS, THRESHOLDS]),
    st.randoms(use_true_random=False),
)
def test_any_order_of_sets_that_ends_in_the_same_values_gives_the_same_result(
    sets: tuple[tuple[str, str], ...], facts: LaunchFacts2004, chance: random.Random
) -> None:
    last = list(dict(sets).items())
    values = launch_values2004(facts, {}, [("one", UNKNOWN)])
    one = data_of(values, list(sets))
    chance.shuffle(last)
    other = data_of(values, last)
    assert one.values == other.values
    assert report_of(one.values) == report_of(other.values)
    closed = [close_session2004(data.values, None, is_suspended=True) for data in (one, other)]
    assert closed[0] == closed[1]
    assert outcome_of2004(closed[0]) == outcome_of2004(closed[1])
