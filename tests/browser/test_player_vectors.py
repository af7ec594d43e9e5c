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
from scorm.runtime.elements import Profile, State
from scorm.runtime.export import table_as_json
from scorm.runtime.model import RunTimeData
from scorm.runtime.tables import TABLES, table_named
from tests.conformance.adapter12 import Engine
from tests.conformance.shared import conformance_folder

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / "lms" / "static" / "player" / name for name in ("table.js", "player.js")]
VECTORS = ROOT / "tests" / "vectors"
GROUPS = [
    {"edition": "1.2"} | group
    for name in ("cmi12.json", "cmi2004.json")
    for group in json.loads((VECTORS / name).read_text(encoding="ascii"))
]

pytestmark = pytest.mark.browser


@pytest.fixture
def player(page: Page) -> Page:
    """Return a page that has loaded the player's scripts and every table in both profiles."""
    page.set_content("<!doctype html><title>player</title>")
    for script in SCRIPTS:
        page.add_script_tag(path=script)
    tables = {
        f"{edition} {profile}": json.loads(table_as_json(table, profile))
        for edition, table in TABLES.items()
        for profile in Profile
    }
    page.evaluate("tables => { window.tables = tables }", tables)
    return page


REPLAY = """
groups => groups.flatMap(group => {
  const table = tables[group.edition + " " + group.profile];
  const data = new Palier.RunTimeData(table, group.values);
  const api = Palier.createApi(table, data);
  const written = x => x && Array.isArray(x.repeat) ? x.repeat[0].repeat(x.repeat[1]) : x;
  const wrong = group.calls.flatMap(([name, args, result, code], number) => {
    const got = api[name](...args.map(written));
    const last = (api.GetLastError || api.LMSGetLastError)();
    return got === written(result) && last === code
      ? [] : [[group.edition, group.profile, group.name, number, name, args, String(got).slice(0, 80), last]];
  });
  if (!group.left) return wrong;
  const left = data.values();
  const names = Object.keys({ ...left, ...group.left });
  return wrong.concat(names.filter(name => left[name] !== group.left[name]));
})
"""


def test_every_call_answers_as_the_book_says(player: Page) -> None:
    assert player.evaluate(REPLAY, GROUPS) == []


NAMES12 = (
    "cmi.core.score.raw", "cmi.core.lesson_status", "cmi.core.session_time", "cmi.core.exit", "cmi.comments",
    "cmi.objectives.0.id", "cmi.objectives.1.score.max", "cmi.objectives.2.status", "cmi.objectives._count",
    "cmi.objectives.01.id", "cmi.interactions._count", "cmi.interactions.0.result", "cmi.interactions.1.time",
    "cmi.interactions.0.objectives.0.id", "cmi.interactions.0.objectives._count", "cmi.interactions.1.latency",
    "cmi.interactions.1.correct_responses.1.pattern", "cmi.student_preference.audio", "cmi.student_data.none",
    "cmi.core._count", "cmi.other", "cmi..x", "cmi.objectives.3", "cmi.interactions.0._children",
)  # fmt: skip
NAMES2004 = (
    "cmi.score.scaled", "cmi.completion_status", "cmi.success_status", "cmi.progress_measure", "cmi.session_time",
    "cmi.exit", "cmi.objectives.0.id", "cmi.objectives.1.id", "cmi.objectives.01.description", "cmi.objectives._count",
    "cmi.objectives.0.score.raw", "cmi.interactions.0.id", "cmi.interactions.0.id", "cmi.interactions.0.type",
    "cmi.interactions.0.type", "cmi.interactions.0.learner_response", "cmi.interactions.0.learner_response",
    "cmi.interactions.0.correct_responses.0.pattern", "cmi.interactions.0.correct_responses.1.pattern",
    "cmi.interactions.0.correct_responses._count", "cmi.interactions.0.objectives.0.id",
    "cmi.interactions.0.objectives.1.id", "cmi.interactions.1.timestamp", "cmi.interactions.0.timestamp",
    "cmi.learner_preference.language", "cmi.learner_preference.audio_level", "cmi.comments_from_learner.0.comment",
    "cmi.comments_from_lms.0.comment", "adl.nav.request", "adl.nav.request_valid.choice.{target=a.b}",
    "adl.nav.request_valid.jump", "adl.data.0.store", "adl.data.1.store", "adl.data._count", "cmi.objectives.2.nothing",
    "cmi.interactions.1.x.y", "cmi.location._version", "cmi._children", "cmi.n", "",
)  # fmt: skip
VALUES = (
    "", "passed", "browsed", "not attempted", "0", "-1", "100", "100.5", ".5", "1e2", "1e999", "00:00:01", "1:2:3",
    "12:00:00.123", "23:59:60", "9999999999:00:00", "correct", "incorrect", "normal", "suspend", "a b", "\u2028",
    "\ufeff", "\x00", "\ud83d", "😀" * 128, "é" * 256, "x" * 40000, "5\n", "\n5", "a\u0085b", "a\u180eb", "a\x1cb",
)  # fmt: skip
WORDS = (
    "choice", "fill-in", "long-fill-in", "performance", "sequencing", "matching", "numeric", "likert", "completed",
    "{target=a.b}jump", "PT1H2.5S", "P1DT1.234S", "2004-02-29T12:00:00.5Z", "2005-02-29", "{lang=fr}x", "urn:x",
    "urn:x:y",
)  # fmt: skip
PIECES = (
    "a", "b", "[,]", "[,]", "[.]", "[:]", "{lang=en}", "{lang=zz}", "{lang=}", "{case_matters=true}", "1", "-2.5", " ",
    "{order_matters=false}", "{order_matters=x}", "{case_matters", "}", "é", "urn:", "1e5", "\n",
)  # fmt: skip


def any_value(chance: random.Random) -> str:
    """Return a value that is legal somewhere, or something put together of what has a meaning."""
    if chance.random() < 0.5:
        return chance.choice(VALUES + WORDS)
    return "".join(chance.choice(PIECES) for _ in range(chance.randrange(7)))


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("edition", TABLES)
def test_both_interpreters_answer_alike_whatever_is_called(player: Page, edition: str, profile: Profile) -> None:
    chance = random.Random(20261120)
    table, groups = table_named(edition), []
    opens, sets, gets = ("LMSInitialize", "LMSSetValue", "LMSGetValue")
    if edition != "1.2":
        opens, sets, gets = ("Initialize", "SetValue", "GetValue")
    for number in range(60):
        given = (
            {"adl.data.0.id": "s", "lms.unwritable.adl.data.0.store": "true"}
            if "adl.data.n.id" in table.elements
            else {}
        )
        api = ApiInstance(RunTimeData(table, profile, given))
        calls = [[opens, [""], *api.call(opens, "")]]
        for _ in range(80):
            name, value = chance.choice(NAMES12 if edition == "1.2" else NAMES2004), any_value(chance)
            for function, args in ((sets, [name, value]), (gets, [name])):
                calls.append([function, args, *api.call(function, *args)])
        group = {"name": number, "edition": edition, "profile": profile, "values": given, "calls": calls}
        groups.append(group | {"left": dict(api.data.values)})
    # As JSON text: a lone half of a surrogate pair does not survive the driver's own encoding.
    assert player.evaluate(f"text => ({REPLAY})(JSON.parse(text))", json.dumps(groups)) == []


HOOKS = """
() => {
  const table = tables["1.2 lenient"], told = [], effective = [];
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
          const table = tables["1.2 lenient"];
          const api = Palier.createApi(table, new Palier.RunTimeData(table, {}));
          api.LMSInitialize("");
          return [api.LMSSetValue("cmi.suspend_data", Object.create(null)), api.LMSGetLastError()];
        }"""
    )
    assert answer == ["false", "101"]


REFRESH = """
values => {
  const table = tables["2004 4th Edition strict"], name = "adl.nav.request_valid.";
  const data = new Palier.RunTimeData(table, values), api = Palier.createApi(table, data);
  const ask = () => ["continue", "choice.{target=a}", "choice.{target=b}", "jump.{target=a}"]
    .map(request => api.GetValue(name + request));
  api.Initialize("");
  api.SetValue("cmi.location", "here");
  const before = ask();
  data.refresh({ [name + "continue"]: "false", [name + "choice.{target=b}"]: "true" });
  return [before, ask(), api.GetValue("cmi.location")];
}
"""


def test_what_the_lms_alone_sets_is_renewed_while_the_sco_runs(player: Page) -> None:
    valid = "adl.nav.request_valid."
    values = {valid + "continue": "true", valid + "choice.{target=a}": "true", valid + "jump.{target=a}": "true"}
    before = ["true", "true", "false", "true"]
    assert player.evaluate(REFRESH, values) == [before, ["false", "false", "true", "true"], "here"]
    data = RunTimeData(table_named("2004 4th Edition"), Profile.STRICT, values)
    data.refresh({valid + "continue": "false", valid + "choice.{target=b}": "true"})
    asked = ("continue", "choice.{target=a}", "choice.{target=b}", "jump.{target=a}")
    assert [data.get_value(valid + request).value for request in asked] == ["false", "false", "true", "true"]


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
              window.data = new Palier.RunTimeData(tables["1.2 strict"], values);
              window.api = Palier.createApi(tables["1.2 strict"], data, {});
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
