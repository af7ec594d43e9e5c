"""The browser's interpreter of the table, `player.js`, against the vectors that Python is held to."""

import json
import random
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page

from scorm.runtime.api import ApiInstance
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile, State
from scorm.runtime.export import table_as_json
from scorm.runtime.model import RunTimeData
from tests.conformance.adapter12 import Engine
from tests.conformance.shared import conformance_folder

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / "lms" / "static" / "player" / name for name in ("table.js", "player.js")]
GROUPS = json.loads((ROOT / "tests" / "vectors" / "cmi12.json").read_text(encoding="ascii"))

pytestmark = pytest.mark.browser


@pytest.fixture
def player(page: Page) -> Page:
    """Return a page that has loaded the player's script and the table in both profiles."""
    page.set_content("<!doctype html><title>player</title>")
    for script in SCRIPTS:
        page.add_script_tag(path=script)
    tables = {str(profile): json.loads(table_as_json(CMI12, profile)) for profile in Profile}
    page.evaluate("tables => { window.tables = tables }", tables)
    return page


REPLAY = """
groups => groups.flatMap(group => {
  const table = tables[group.profile];
  const api = Palier.createApi(table, new Palier.RunTimeData(table, group.values));
  const written = x => x && Array.isArray(x.repeat) ? x.repeat[0].repeat(x.repeat[1]) : x;
  return group.calls.flatMap(([name, args, result, code], number) => {
    const got = api[name](...args.map(written));
    const last = api.LMSGetLastError();
    return got === written(result) && last === code
      ? [] : [[group.profile, group.name, number, name, args, String(got).slice(0, 80), last]];
  });
})
"""


def test_every_call_answers_as_the_book_says(player: Page) -> None:
    assert player.evaluate(REPLAY, GROUPS) == []


NAMES = (
    "cmi.core.score.raw", "cmi.core.lesson_status", "cmi.core.session_time", "cmi.core.exit", "cmi.comments",
    "cmi.objectives.0.id", "cmi.objectives.1.score.max", "cmi.objectives.2.status", "cmi.objectives._count",
    "cmi.objectives.01.id", "cmi.interactions._count", "cmi.interactions.0.result", "cmi.interactions.1.time",
    "cmi.interactions.0.objectives.0.id", "cmi.interactions.0.objectives._count", "cmi.interactions.1.latency",
    "cmi.interactions.1.correct_responses.1.pattern", "cmi.student_preference.audio", "cmi.student_data.none",
    "cmi.core._count", "cmi.other", "cmi..x", "cmi.objectives.3", "cmi.interactions.0._children",
)  # fmt: skip
VALUES = (
    "", "passed", "browsed", "not attempted", "0", "-1", "100", "100.5", ".5", "1e2", "1e999", "00:00:01", "1:2:3",
    "12:00:00.123", "23:59:60", "9999999999:00:00", "correct", "incorrect", "normal", "suspend", "a b", "\u2028",
    "\ufeff", "\x00", "\ud83d", "😀" * 128, "é" * 256, "x" * 40000, "5\n", "\n5", "a\u0085b", "a\u180eb", "a\x1cb",
)  # fmt: skip


@pytest.mark.parametrize("profile", Profile)
def test_both_interpreters_answer_alike_whatever_is_called(player: Page, profile: Profile) -> None:
    chance = random.Random(20261120)
    groups = []
    for number in range(60):
        api = ApiInstance(RunTimeData(CMI12, profile, {}))
        calls = [["LMSInitialize", [""], *api.call("LMSInitialize", "")]]
        for _ in range(60):
            name, value = chance.choice(NAMES), chance.choice(VALUES)
            for function, args in (("LMSSetValue", [name, value]), ("LMSGetValue", [name])):
                calls.append([function, args, *api.call(function, *args)])
        groups.append({"name": number, "profile": profile, "values": {}, "calls": calls})
    # As JSON text: a lone half of a surrogate pair does not survive the driver's own encoding.
    assert player.evaluate(f"text => ({REPLAY})(JSON.parse(text))", json.dumps(groups)) == []


HOOKS = """
() => {
  const table = tables.lenient, told = [], effective = [];
  const data = new Palier.RunTimeData(table, {"cmi.comments": "A"});
  data.changes = (name, value) => effective.push([name, value]);
  let healthy = true;
  const api = Palier.createApi(table, data, {
    onInitialize: again => { told.push(["initialize", again]) },
    onChange: (name, value) => { told.push([name, value]); return healthy },
    onCommit: () => { if (!healthy) throw new Error("no store"); told.push(["commit"]); return true },
    onFinish: () => healthy,
  });
  const answers = [
    api.LMSInitialize(""), api.LMSInitialize(""),
    api.LMSSetValue("cmi.comments", "B"), api.LMSSetValue("cmi.core.exit", "normal"),
    api.LMSSetValue("cmi.core.score.raw", "x"), api.LMSSetValue("cmi.objectives.00.id", 7), api.LMSCommit(""),
  ];
  healthy = false;
  for (const call of [() => api.LMSSetValue("cmi.suspend_data", "s"), () => api.LMSCommit(""), () => api.LMSFinish("")])
    answers.push(call() + api.LMSGetLastError());
  healthy = true;
  answers.push(api.LMSFinish(""));
  return {answers, told, effective, values: data.values(), keys: Object.keys(api).length};
}
"""


def test_the_hooks_hear_what_the_sco_said_and_can_refuse(player: Page) -> None:
    heard = player.evaluate(HOOKS)
    refused = ["false101"] * 3
    assert heard["answers"] == ["true", "true", "true", "true", "false", "true", "true", *refused, "true"]
    assert heard["told"] == [
        ["initialize", False],
        ["initialize", True],
        ["cmi.comments", "B"],
        ["cmi.core.exit", "normal"],
        ["cmi.objectives.0.id", "7"],
        ["commit"],
        ["cmi.suspend_data", "s"],
    ]
    assert heard["effective"][:3] == [["cmi.comments", "AB"], ["cmi.core.exit", ""], ["cmi.objectives.0.id", "7"]]
    assert heard["values"]["cmi.comments"] == "AB"
    assert heard["keys"] == 8


def test_an_argument_without_text_is_a_general_exception_and_reaches_no_sco(player: Page) -> None:
    answer = player.evaluate(
        """() => {
          const api = Palier.createApi(tables.lenient, new Palier.RunTimeData(tables.lenient, {}));
          api.LMSInitialize("");
          return [api.LMSSetValue("cmi.suspend_data", Object.create(null)), api.LMSGetLastError()];
        }"""
    )
    assert answer == ["false", "101"]


@dataclass
class PageData:
    """The values of the instance in the page."""

    page: Page

    @property
    def values(self) -> dict[str, str]:
        """Return them as the page has them now."""
        return cast("dict[str, str]", self.page.evaluate("() => data.values()"))


class PageInstance:
    """An API object that lives in the page, with the face of `ApiInstance`."""

    def __init__(self, page: Page, values: dict[str, str]) -> None:
        self.page = page
        self.data = PageData(page)
        self.state = State.NOT_INITIALIZED
        page.evaluate(
            """values => {
              window.data = new Palier.RunTimeData(tables.strict, values);
              window.api = Palier.createApi(tables.strict, data, {});
            }""",
            values,
        )

    def call(self, function: str, *args: str) -> tuple[str, str]:
        """Carry out a call in the page; follow the state by what succeeds."""
        value, code = self.page.evaluate(
            "([name, args]) => [api[name](...args), api.LMSGetLastError()]", [function, args]
        )
        if value == "true" and function == "LMSInitialize":
            self.state = State.RUNNING
        if value == "true" and function == "LMSFinish":
            self.state = State.FINISHED
        return value, code


def test_the_course_of_the_suite_passes_in_the_browser_to_the_letter(player: Page) -> None:
    folder = conformance_folder()
    if folder is None:
        return
    engine = Engine()
    engine.new_instance = lambda values: PageInstance(player, values)
    replay = runpy.run_path(str(folder / "replay.py"))
    case = replay["Case"](folder / "scorm12" / "S12-C1.json", engine, True)
    assert case.run(), case.failures
    assert case.checks > 1000
