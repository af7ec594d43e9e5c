"""A course that plays on the device, against the server that plays the same steps, and what it makes of them later."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Route
from sqlalchemy import update
from sqlalchemy.orm import Session

from courses.attempts.commits import post_of
from courses.attempts.keeping import kept_course
from courses.attempts.models import Lease
from courses.attempts.services import Opening, resume
from courses.attempts.silence import close_silent
from lms.db import Database
from scorm.packaging.items import Edition, ScormType
from scorm.packaging.writer import ScoSource
from scorm.sequencing.definition import (
    CompletionThreshold,
    ControlMode,
    DataMap,
    Delivery,
    Objective,
    Rollup,
    Sequencing,
)
from scorm.sequencing.words import ConditionName, Control, RuleAction
from tests.builders import NOW
from tests.paging import SECRET, open_page
from tests.paging2004 import BY_CONTENT, folder, mapped, when
from tests.playing import make_played, package_of, sco
from tests.walking import Step, Walker, change12, change2004, left_behind

pytestmark = pytest.mark.browser

SCRIPTS = Path(__file__).resolve().parents[2] / "lms" / "static" / "player"
HOST = "http://player.test"

PLAY = """
async text => {
  const { LocalCourse } = await import("/local.js");
  const { asPosts, withoutOverwritten } = await import("/journal.js");
  const play = ({ course, steps, first }) => {
    let local = new LocalCourse(course, null);
    const kept = [];
    const answers = steps.map(step => {
      local = new LocalCourse(course, JSON.parse(JSON.stringify(local.state)));
      const number = first + kept.length;
      if (step.element !== undefined) {
        kept.push({ ...step, number });
        return local.take(step);
      }
      const { asked, ...answer } = step.open ? local.open() : local.ask(step);
      if (asked) {
        const { activity, ...request } = asked;
        kept.push({ activity, request, number });
      }
      return answer;
    });
    return { answers, posts: asPosts({}, withoutOverwritten(kept, Infinity, Infinity).changes) };
  };
  return JSON.stringify(JSON.parse(text).map(play));
}
"""
"""Plays walks and keeps the journal of them; what a course remembers goes through JSON before each step."""

ASSET = ScormType.ASSET
FLOWING = Sequencing(control=ControlMode(flow=True))
FORWARD = Sequencing(control=ControlMode(flow=True, forward_only=True))
CHOSEN = Sequencing(control=ControlMode(choice=True, flow=False))
GUIDED = Sequencing(control=ControlMode(choice=False, flow=True))
MEASURED = Sequencing(primary=Objective(identifier="own-one", satisfied_by_measure=True, minimum_measure=0.6))
GOALS = Sequencing(
    primary=Objective(identifier="own-one"), objectives=(Objective(identifier="o"),), delivery=BY_CONTENT
)
SILENT = Sequencing(delivery=Delivery(tracked=False))
BY_PROGRESS = CompletionThreshold(by_measure=True, minimum=0.6, is_stated=True)
HIDING = (Control.PREVIOUS, Control.EXIT_ALL)


def package12() -> bytes:
    chapter = sco("chapter", href="", children=(sco("two", prerequisites="one"), sco("page", scorm_type=ASSET)))
    quiz = sco("quiz", mastery_score=60, prerequisites="one&(two|page)", launch_data="x=1", max_time_allowed="00:30:00")
    return package_of([sco("one"), chapter, quiz, sco("end", prerequisites='~{one,two}|quiz="passed"', visible=False)])


def package2004(edition: Edition, root: Sequencing, *more: ScoSource) -> bytes:
    facts = {"threshold": BY_PROGRESS} if edition is FOURTH else {}
    scos = [
        sco("one", sequencing=MEASURED, hidden=HIDING),
        folder("part", sco("two", sequencing=GOALS), sco("page", scorm_type=ASSET), sequencing=FLOWING),
        folder("way", sco("three", sequencing=Sequencing(delivery=BY_CONTENT)), sco("four"),
               sequencing=FORWARD),
        folder("free", sco("five", sequencing=SILENT), sco("six", **facts), sequencing=CHOSEN),
        *more,
    ]  # fmt: skip
    return package_of(scos, edition=edition, sequencing=root)


SECOND, THIRD, FOURTH = Edition.SCORM_2004_2ND, Edition.SCORM_2004_3RD, Edition.SCORM_2004_4TH
WEIGHED = sco("exam", sequencing=Sequencing(rollup=Rollup(objective_weight=0.25), delivery=BY_CONTENT))
STORING = [sco("one", sequencing=GOALS, data=(DataMap(target="t"), DataMap(target="u", is_writable=False)))]
PACKAGES = {
    "1.2": package12(),
    "one of 1.2": package_of([sco("one", scorm_type=ScormType.UNSTATED)]),
    "4th, flow": package2004(FOURTH, FLOWING, WEIGHED),
    "4th, choice": package2004(FOURTH, CHOSEN),
    "3rd, flow": package2004(THIRD, FLOWING),
    "2nd, guided": package2004(SECOND, GUIDED),
    "4th, one way": package2004(FOURTH, FORWARD, WEIGHED),
    "one of 4th": package_of([sco("one", sequencing=GOALS)], edition=FOURTH),
    "one of 3rd, again and again": package_of([sco("one", sequencing=Sequencing(attempt_limit=2))], edition=THIRD),
    "one of 4th, shared": package_of([sco("one", sequencing=mapped("t", reads=True, writes=True))], edition=FOURTH),
    "one of 4th, stores": package_of(STORING, edition=FOURTH),
    "one of 4th, stores for a while": package_of(STORING, edition=FOURTH, shared_data_is_global=False),
}


WALKS = 4
"""How many walks through each package."""


Local = list[dict[str, list[dict[str, Any]]]]
"""Of each walk the answers of the device, and the posts of its journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Steps that were taken online after the course was kept, with the server's answers and what came of them.

    `alone` is the same attempt of another learner at the moment at which the course was kept.
    """

    name: str
    course: dict[str, Any]
    steps: list[Step]
    answers: list[dict[str, Any]]
    left: dict[str, Any]
    alone: Walker
    enrolment_id: Any


def walked(session: Session, name: str, now: datetime, seed: int) -> Walk:
    """Play a walk online; another learner's goes to the point at which the course was kept."""
    edition = "1.2" if "1.2" in name else name
    walkers, enrolments = [], []
    for _ in range(2):
        played = make_played(session, PACKAGES[name])
        page = open_page(session, played, now)
        names = [entry["id"] for entry in page.opening["contents"]["entries"]] or ["one"]
        change = change12 if edition == "1.2" else change2004
        walkers.append(Walker(page, change, names, random.Random(seed)))
        enrolments.append(played.enrolment.id)
    walker, alone = walkers
    for step in walker.steps(random.Random(seed + 1).randrange(12)):
        walker.take(step)
        alone.take(step)
    walker.say_all()
    alone.say_all()
    course = kept_course(session, walker.page.token, SECRET, now).body["course"]
    steps: list[Step] = [{"open": True}] if seed % 200 or walker.is_out else []
    answers = [walker.take(step) for step in steps]
    for step in walker.steps(40):
        steps.append(step)
        answers.append(walker.take(step))
    for _ in range(2):
        walker.take({"open": True})
    return Walk(
        name=name, course=course, steps=steps, answers=answers, left=left_behind(session, enrolments[0]), alone=alone,
        enrolment_id=enrolments[1],
    )  # fmt: skip


RULED = package_of(
    [
        sco("one", sequencing=mapped("t", writes=True, rules=(when(RuleAction.RETRY, ConditionName.COMPLETED),))),
        sco("two", sequencing=mapped("t", reads=True)),
    ],
    edition=FOURTH,
    sequencing=FLOWING,
)


def walked_in_one(session: Session, now: datetime, seed: int) -> Walk:
    """Play a walk in the one activity that can be kept of a course, up to the request that leads out of it."""
    chance, walkers, enrolments = random.Random(seed), [], []
    for _ in range(2):
        played = make_played(session, RULED)
        walkers.append(Walker(open_page(session, played, now), change2004, ["one", "two"], chance))
        enrolments.append(played.enrolment.id)
    walker, alone = walkers
    course = kept_course(session, walker.page.token, SECRET, now).body["course"]
    ways: list[Step] = [
        *[{"open": True}] * 2,
        {"activity": "one", "kind": "suspendAll", "target": None, "isFinished": False},
    ]
    ways += [{"activity": "one", "kind": "terminate", "target": None, "isFinished": True}]
    steps: list[Step] = [{"open": True}]
    answers = [walker.take(steps[0])]
    while len(steps) < 60 and not steps[-1].get("isFinished"):
        if walker.is_out:
            step: Step = {"open": True}
        elif chance.random() < 0.8:
            step = walker.change()
        else:
            step = chance.choice(ways)
        steps.append(step)
        answers.append(walker.take(step))
    for _ in range(2):
        walker.take({"open": True})
    return Walk(
        name="the one activity", course=course, steps=steps, answers=answers, left=left_behind(session, enrolments[0]),
        alone=alone, enrolment_id=enrolments[1],
    )  # fmt: skip


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """Return of an answer what a page does something with; numbers to the last place but a few."""
    found: dict[str, Any] = {
        name: answer[name] for name in ("deliver", "left", "nothing", "contents") if name in answer
    }
    found["refused"] = bool(answer.get("refused"))
    if "result" in answer:
        result = answer["result"]
        found["result"] = {name: result[name] for name in ("completed", "passed", "states")}
        found["mark"] = [None if one is None else round(one, 7) for one in (result["mark"], result["progress"])]
    if found.get("deliver", {}).get("values", {}).get("cmi.suspend_data") == "":
        values = {name: value for name, value in found["deliver"]["values"].items() if name != "cmi.suspend_data"}
        found["deliver"] = found["deliver"] | {"values": values}
    if "valid" in answer and not {"deliver", "nothing"} & answer.keys():
        found["valid"] = answer["valid"]
    return found


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Session]:
    """Return a session for all walks: what is compared is no matter of the database."""
    path = tmp_path_factory.mktemp("walks") / "palier.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.transaction() as opened:
        yield opened
    database.close()


@pytest.fixture(scope="module")
def walks(session: Session) -> list[Walk]:
    """Return walks through every package."""
    return [walked(session, name, NOW, 100 * seed) for name in PACKAGES for seed in range(1, WALKS + 1)]


def evaluate(browser: Browser, script: str, argument: object) -> Any:
    """Return what a script of a page that can import the player's modules comes to, by way of JSON."""
    page = browser.new_page()
    page.route(f"{HOST}/**", _serve)
    page.goto(f"{HOST}/")
    found = page.evaluate(script, json.dumps(argument))
    page.close()
    return json.loads(found)


def _serve(route: Route) -> None:
    path = SCRIPTS / route.request.url.removeprefix(f"{HOST}/")
    if path.is_file():
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>local</title>", content_type="text/html")


def played_alone(browser: Browser, walks: list[Walk]) -> Local:
    """Return the answers of the same steps on a device, and its journal, of each walk."""
    cases = [{"course": one.course, "steps": one.steps, "first": one.alone.page.sent} for one in walks]
    found: Local = evaluate(browser, PLAY, cases)
    return found


@pytest.fixture(scope="module")
def local(browser: Browser, walks: list[Walk]) -> Local:
    """Return what the device makes of the walks."""
    return played_alone(browser, walks)


def come_back(session: Session, walk: Walk, kept: list[dict[str, Any]]) -> None:
    """Send what a device has kept; the answer to the first time was lost."""
    page = walk.alone.page
    for _ in range(2):
        posts = [post_of(page.token, one, json.dumps(one).encode(), is_journal=True) for one in kept]
        assert isinstance(resume(session, page.token, posts, SECRET, NOW), Opening)


def fall_silent(session: Session, walk: Walk) -> int:
    """Let the server take the page for gone, as it does while a device is without a line; return how many it was."""
    lease = Lease.id == UUID(walk.alone.page.opening["lease"])
    session.execute(update(Lease).where(lease).values(seen_at=NOW - timedelta(minutes=6)))
    closed = close_silent(session, NOW)
    session.execute(update(Lease).where(lease).values(seen_at=NOW))
    return closed


def test_the_device_answers_as_the_server_does(walks: list[Walk], local: Local) -> None:
    for walk, device in zip(walks, local, strict=True):
        for number, (online, offline) in enumerate(zip(walk.answers, device["answers"], strict=True)):
            if "element" not in walk.steps[number]:
                where = (walk.name, number, walk.steps[number])
                assert (where, told(offline)) == (where, told(online))


def test_the_journal_of_a_device_comes_to_what_the_same_steps_come_to_online(
    session: Session, walks: list[Walk], local: Local
) -> None:
    silent = 0
    for number, (walk, device) in enumerate(zip(walks, local, strict=True)):
        silent += fall_silent(session, walk) if number % 2 else 0
        come_back(session, walk, device["posts"])
        assert (walk.name, left_behind(session, walk.enrolment_id)) == (walk.name, walk.left)
    assert silent > WALKS


def test_the_one_activity_that_is_kept_plays_as_it_would_online_until_it_ends(
    browser: Browser, session: Session
) -> None:
    walks = [walked_in_one(session, NOW, seed) for seed in range(6)]
    for walk, device in zip(walks, played_alone(browser, walks), strict=True):
        for number, (online, offline) in enumerate(zip(walk.answers, device["answers"], strict=True)):
            if "open" in walk.steps[number]:
                assert own(offline) == own(online)
                assert [entry["id"] for entry in offline["contents"]["entries"]] == ["one"]
        come_back(session, walk, device["posts"])
        assert left_behind(session, walk.enrolment_id) == walk.left


def own(answer: dict[str, Any]) -> dict[str, str]:
    """Return the values of a delivered SCO but for what it may ask for: on the device it leads nowhere."""
    values: dict[str, str] = told(answer)["deliver"]["values"]
    return {name: value for name, value in values.items() if not name.startswith("adl.nav.request_valid.")}


OVER = """
async text => {
  const { LocalCourse } = await import("/local.js");
  const local = new LocalCourse(JSON.parse(text), null);
  local.open();
  local.take({ activity: "one", element: "adl.nav.request", value: "continue" });
  const left = local.ask({ activity: "one", kind: "terminate" });
  const opened = local.open();
  const again = local.ask({ activity: "", kind: "suspendAll" });
  return JSON.stringify([left, opened, again]);
}
"""


def test_the_one_activity_that_is_kept_is_not_opened_once_it_has_led_on(browser: Browser, session: Session) -> None:
    left, opened, again = evaluate(browser, OVER, walked_in_one(session, NOW, 1).course)
    assert left["left"] is True
    assert left["asked"] == {"activity": "one", "kind": "terminate", "target": None, "finished": True}
    assert (opened["nothing"], opened["asked"]) == ({"code": "kept-over"}, None)
    assert again["left"] is True


ODD = """
async text => {
  const { LocalCourse } = await import("/local.js");
  const found = JSON.parse(text).map(course => {
    const local = new LocalCourse(course, null);
    const before = JSON.stringify(local.state);
    const answers = [
      local.take({ activity: "nobody", element: "cmi.location", value: "x" }),
      local.ask({ activity: "nobody", kind: "continue" }),
      local.ask({ activity: "one", kind: "fly" }),
    ];
    return [answers, JSON.stringify(local.state) === before];
  });
  return JSON.stringify(found);
}
"""


def test_what_names_no_item_or_no_request_changes_nothing(browser: Browser, walks: list[Walk]) -> None:
    refused = {"refused": True, "asked": None}
    for found in evaluate(browser, ODD, [walk.course for walk in walks]):
        assert found == [[{}, refused, refused], True]
