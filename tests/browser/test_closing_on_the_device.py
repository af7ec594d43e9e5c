"""What one session of a SCO leaves for the next, on the device: the same as in Python, session by session."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Browser

from courses.attempts import sessions12, sessions2004
from courses.attempts.sessions import LEASE, Outcome, visible
from scorm.runtime.closing import LaunchFacts
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.launch2004 import LaunchFacts2004, SharedDatum, number_text, valid_values
from scorm.runtime.model import RunTimeData
from scorm.runtime.report import ObjectiveValues
from scorm.runtime.tables import TABLES, table_named
from scorm.timespan import format_duration, format_timespan12, parse_duration, parse_timespan12
from tests.browser.test_local_course import evaluate
from tests.walking import change12, change2004

pytestmark = pytest.mark.browser

SESSIONS = 150
"""How many sessions of each edition, each with the one after it."""

CALL = """
async text => {
  const modules = { ...await import("/closing.js"), ...await import("/closing2004.js") };
  const launched = launch => ({ ...launch, fields: new Set(launch.fields) });
  const through = (found, format) => (found === null ? null : format(found));
  const plain = report => ({ ...report, objectives: Object.fromEntries(report.objectives) });
  const calls = {
    ...modules,
    begun2004: (values, launch, ...rest) => modules.begun2004(values, launched(launch), ...rest),
    said: values => plain(modules.said(values)),
    duration: text => through(modules.parseDuration(text), modules.formatDuration),
    timespan: text => through(modules.parseTimespan12(text), modules.formatTimespan12),
  };
  return JSON.stringify(JSON.parse(text).map(([name, ...args]) => calls[name](...args)));
}
"""

Call = list[Any]


def heard(values: Mapping[str, str], edition: str, chance: random.Random) -> dict[str, str]:
    """Return values after some calls of a SCO, all but a few of which are accepted."""
    data = RunTimeData(CMI12 if edition == "1.2" else table_named(edition), Profile.LENIENT, values)
    for _ in range(chance.randrange(14)):
        change = change12(chance, []) if edition == "1.2" else change2004(chance, ["one"])
        data.set_value(*change)
    return dict(data.values)


def outcome(chance: random.Random) -> Outcome:
    return Outcome(
        status=chance.choice(["not attempted", "passed", "failed", "incomplete"]), is_completed=chance.random() < 0.5,
        is_passed=chance.choice([None, True, False]), score=chance.choice([None, 0.0, 0.5, 1.0]),
        reported_cs=chance.choice([0, 1000, 10**14]),
    )  # fmt: skip


def told(one: Outcome) -> dict[str, Any]:
    """Return an outcome as the device keeps it."""
    return {
        "status": one.status, "isCompleted": one.is_completed, "isPassed": one.is_passed, "score": one.score,
        "reportedCs": one.reported_cs,
    }  # fmt: skip


def facts12(chance: random.Random) -> LaunchFacts:
    mode = chance.choice(["normal", "normal", "browse"])
    return LaunchFacts(
        learner_id="id", learner_name="Learner, ABC", mode=mode, credit=chance.choice(["credit", "no-credit"]),
        launch_data=chance.choice(["", "x=1"]), mastery_score=chance.choice([None, "60", "0", "99.5"]),
        max_time_allowed=chance.choice(["", "00:30:00"]), time_limit_action=chance.choice(["", "exit,message"]),
    )  # fmt: skip


def sessions_of_12(chance: random.Random, expect: Callable[[Call, Any], None]) -> None:
    """Let a SCO of 1.2 play two sessions, each ended in one of the ways in which sessions end."""
    facts, best = facts12(chance), outcome(chance)
    values: dict[str, str] = {}
    for lease in ("a", "b"):
        measured_cs = chance.choice([0, 500, 10_000])
        found = sessions12.begun(values, facts, lease, measured_cs)
        expect(["begun12", values, asdict(facts), lease, measured_cs], found)
        expect(["visible", found], visible(found))
        values = heard(found, "1.2", chance)
        after = sessions12.raised(best, values)
        expect(["raised12", told(best), values], told(after))
        later, is_finished = measured_cs + chance.choice([0, 321]), chance.random() < 0.5
        closed = sessions12.ended(values, facts, later, is_finished=is_finished)
        expect(["ended12", values, asdict(facts), later, is_finished], closed)
        expect(["raised12", told(after), closed], told(sessions12.raised(after, closed)))
        values, best = closed if chance.random() < 0.6 else values, after


def launch2004(chance: random.Random, edition: str) -> sessions2004.Launch:
    facts = LaunchFacts2004(
        learner_id="id", learner_name="Learner, ABC", launch_data=chance.choice([None, "x"]),
        max_time_allowed=chance.choice([None, "PT1H"]), time_limit_action=chance.choice([None, "exit,message"]),
        scaled_passing_score=chance.choice([None, None, 0.6, -1.0, 1.0]),
        completion_threshold=chance.choice([None, None, 0.5, 1.0]), edition=edition,
    )  # fmt: skip
    number = [None, 0.0, 1.0, 0.1234567, 1e-7, 12345678901234567890.0]
    known = ObjectiveValues(
        satisfied=chance.choice([None, True, False]), measure=chance.choice([None, 0.5, -1.0]),
        completed=chance.choice([None, True, False]), progress=chance.choice([None, 0.5]), raw=chance.choice(number),
        minimum=chance.choice(number), maximum=chance.choice(number),
    )  # fmt: skip
    objectives = [("own-one", known), ("o", ObjectiveValues())][: chance.randrange(3)]
    has_data = "adl.data.n.id" in table_named(edition).elements
    data = [SharedDatum(target="t", value=chance.choice([None, "x"]), is_writable=chance.random() < 0.5)]
    return sessions2004.Launch(
        facts=facts, primary=chance.choice(["", "own-one"]), objectives=objectives,
        data=data if has_data else [], valid={"continue": "true"},
    )  # fmt: skip


def plain(launch: sessions2004.Launch) -> dict[str, Any]:
    """Return a launch as the device has it."""
    front = "cmi.objectives.n."
    names = [name for name in table_named(launch.facts.edition).elements if name.startswith(front)]
    return {
        "facts": asdict(launch.facts), "primary": launch.primary,
        "objectives": [[name, asdict(values)] for name, values in launch.objectives],
        "data": [[one.target, one.value, one.is_readable, one.is_writable] for one in launch.data],
        "valid": valid_values(launch.valid), "fields": [name.removeprefix(front) for name in names],
    }  # fmt: skip


def report(values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a SCO says as the device has it."""

    def one(reported: Any) -> dict[str, Any]:
        unknown = {
            "isSuccessUnknown": reported.is_success_unknown,
            "isCompletionUnknown": reported.is_completion_unknown,
        }
        return {"values": asdict(reported.values), **unknown}

    found = sessions2004.said(values)
    objectives = {name: one(entry) for name, entry in found.objectives.items()}
    return {"main": one(found.main), "objectives": objectives, "isSuspended": found.is_suspended}


def sessions_of_2004(chance: random.Random, edition: str, expect: Callable[[Call, Any], None]) -> None:
    """Let a SCO of 2004 play two sessions, each ended in one of the ways in which sessions end."""
    best = outcome(chance)
    values = sessions2004.fresh(best)
    expect(["fresh", told(best)], values)
    for lease in ("a", "b"):
        launch, measured_cs = launch2004(chance, edition), chance.choice([0, 500])
        found = sessions2004.begun(values, launch, lease, measured_cs)
        expect(["begun2004", values, plain(launch), lease, measured_cs], found)
        values = heard(found, edition, chance)
        expect(["said", values], report(values))
        after = sessions2004.raised(best, values)
        expect(["raised2004", told(best), values], told(after))
        later, is_suspended = measured_cs + chance.choice([0, 321]), chance.random() < 0.5
        closed = sessions2004.ended(values, later, is_suspended=is_suspended)
        expect(["ended2004", values, later, is_suspended], closed)
        expect(["raised2004", told(after), closed], told(sessions2004.raised(after, closed)))
        values, best = closed if chance.random() < 0.6 else values, after


def as_browsers_have(value: Any) -> Any:
    """Return plain values with every number as a browser has it."""
    return json.loads(json.dumps(value), parse_int=float)


def check(browser: Browser, expected: list[tuple[Call, Any]]) -> None:
    for (call, wanted), found in zip(expected, evaluate(browser, CALL, [call for call, _ in expected]), strict=True):
        assert (call, as_browsers_have(found)) == (call, as_browsers_have(wanted))


@pytest.mark.parametrize("edition", TABLES)
def test_sessions_leave_what_they_leave_on_the_server(browser: Browser, edition: str) -> None:
    chance = random.Random(20261121)
    expected: list[tuple[Call, Any]] = []
    for _ in range(SESSIONS):
        if edition == "1.2":
            sessions_of_12(chance, lambda call, wanted: expected.append((call, wanted)))
        else:
            sessions_of_2004(chance, edition, lambda call, wanted: expected.append((call, wanted)))
    assert any(call[0].startswith("ended") and LEASE in call[1] for call, _ in expected)
    check(browser, expected)


SPANS = (
    "00:00:01", "1:2:3", "99:99:99.999", "999999999:59:59,5", "0:0:0.", "x", "", "12:00", "00:00:00.005",
    "00:00:00.0049",
)  # fmt: skip
DURATIONS = (
    "PT1H", "P1Y2M3DT4H5M6.78S", "P", "PT", "PT0.005S", "PT1,5S", "P9999999999D", "P9999999999Y", "PT9999999999H",
    "P1W", "PT36H", "P1.5D", "", "PT59.999S", "P12M", "PT0S",
)  # fmt: skip
NUMBERS = (
    0.0,
    -0.0,
    1.0,
    0.1,
    1e-7,
    1.5e-10,
    123456.0,
    1e16,
    1.2345e20,
    1e21,
    1.2345e25,
    -2.5e-8,
    1e99,
    0.30000000000000004,
)


def test_times_and_numbers_are_written_alike(browser: Browser) -> None:
    expected: list[tuple[Call, Any]] = []
    for text in SPANS:
        span = parse_timespan12(text, lenient=True)
        expected.append((["timespan", text], None if span is None else format_timespan12(span)))
    for text in DURATIONS:
        duration = parse_duration(text, lenient=True)
        expected.append((["duration", text], None if duration is None else format_duration(duration)))
    expected += [(["numberText", number], number_text(number)) for number in NUMBERS]
    check(browser, expected)
