"""Walks through a course: what a learner and their SCOs might do, drawn by chance, and how a server takes it.

A walk is a list of steps as plain values: `{"open": true}`, `{"activity", "element", "value"}` for a change, and
`{"activity", "kind", "target", "isFinished"}` for a request. `Walker` draws one and plays it against the server.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.commits import Verdict
from courses.attempts.models import ActivityState, Attempt, SharedData, SharedObjective
from courses.attempts.services import Opening, resume
from courses.db import table_of
from courses.enrolment.models import Enrolment
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData
from scorm.runtime.tables import table_named
from tests.paging import SECRET, Page

Step = dict[str, Any]
Change = Callable[[random.Random, list[str]], tuple[str, str]]

_NOTES = ("lms.lease", "lms.heard", "lms.measured_cs")


def change12(chance: random.Random, _names: list[str]) -> tuple[str, str]:
    """Return something that a SCO of 1.2 may set, mostly legal."""
    return chance.choice(
        [
            ("cmi.core.lesson_status", chance.choice(["passed", "completed", "failed", "incomplete", "browsed", "x"])),
            ("cmi.core.score.raw", chance.choice(["0", "59.5", "60", "100", "1e1", "120", ""])),
            ("cmi.core.score.max", chance.choice(["100", "10", ""])),
            ("cmi.core.score.min", chance.choice(["0", "-5", "50"])),
            ("cmi.core.session_time", chance.choice(["00:00:10", "0001:02:03.45", "1:2:3,999", "99:99:99", "x"])),
            ("cmi.core.exit", chance.choice(["suspend", "", "logout", "time-out"])),
            ("cmi.core.lesson_location", chance.choice(["p1", "p2", "é😀"])),
            ("cmi.suspend_data", chance.choice(["a", "b" * 50, ""])),
            ("cmi.comments", chance.choice(["A", "B"])),
            ("cmi.objectives.0.id", "o"),
            ("cmi.objectives.0.status", chance.choice(["passed", "failed"])),
            ("cmi.interactions.0.id", chance.choice(["i", "j"])),
            ("cmi.student_preference.audio", chance.choice(["5", "-1"])),
        ]
    )


def change2004(chance: random.Random, names: list[str]) -> tuple[str, str]:
    """Return something that a SCO of 2004 may set, mostly legal; `names` are the activities that it may ask for."""
    target = chance.choice(names)
    requests = ["continue", "previous", "exit", "exitAll", "suspendAll", "abandon", "abandonAll", "_none_"]
    requests += [f"{{target={target}}}choice", f"{{target={target}}}jump"]
    place = chance.choice(["0", "1"])
    return chance.choice(
        [
            ("cmi.completion_status", chance.choice(["completed", "incomplete", "not attempted", "unknown", "x"])),
            ("cmi.success_status", chance.choice(["passed", "failed", "unknown"])),
            ("cmi.score.scaled", chance.choice(["0.8", "1", "-0.5", "0.25", "2"])),
            ("cmi.score.raw", chance.choice(["8", "80"])),
            ("cmi.score.max", chance.choice(["10", "100"])),
            ("cmi.progress_measure", chance.choice(["0.5", "1", "0"])),
            ("cmi.session_time", chance.choice(["PT10S", "P1DT2H3M4.56S", "P1Y2M", "PT0S", "x"])),
            ("cmi.exit", chance.choice(["suspend", "suspend", "", "normal", "logout", "time-out"])),
            ("cmi.location", chance.choice(["p1", "p2"])),
            ("cmi.suspend_data", chance.choice(["a", "b" * 50])),
            (f"cmi.objectives.{place}.id", chance.choice(["o", "p", "own-one"])),
            (f"cmi.objectives.{place}.success_status", chance.choice(["passed", "failed", "unknown"])),
            (f"cmi.objectives.{place}.score.scaled", chance.choice(["0.5", "0.75"])),
            (f"cmi.objectives.{place}.progress_measure", chance.choice(["0.5", "1"])),
            ("cmi.comments_from_learner.0.comment", "well"),
            ("adl.nav.request", chance.choice(requests)),
            ("adl.nav.request", "_none_"),
            ("adl.data.0.store", chance.choice(["x", "y"])),
        ]
    )


class Walker:
    """A learner on one page after another: takes steps against the server, and draws the next ones."""

    def __init__(self, page: Page, change: Change, names: list[str], chance: random.Random) -> None:
        self.page, self._change, self._names, self._chance = page, change, names, chance
        self.shown, self.is_asset, self.is_out, self.is_finished = "", False, False, False
        self._said: list[tuple[str, str]] = []
        self._data = RunTimeData(CMI12, Profile.LENIENT, {})
        self._show(page.opening)

    def steps(self, count: int) -> Iterator[Step]:
        """Yield what may come next; each is to be taken before the next one is drawn."""
        for _ in range(count):
            yield self._next()

    def _next(self) -> Step:
        chance = self._chance
        if self.is_out or chance.random() < 0.06:
            return {"open": True}
        if self.shown and not self.is_asset and not self.is_finished and chance.random() < 0.7:
            return self.change()
        kinds = ["continue", "continue", "previous", "choice", "choice", "suspendAll", "exit", "exitAll"]
        if self.shown and not self.is_asset and not self.is_finished:
            kinds += ["terminate", "terminate", "abandon", "abandonAll"]
        kind = chance.choice(kinds)
        target = chance.choice([*self._names, "nowhere"]) if kind == "choice" else None
        return {
            "activity": self.shown, "kind": kind, "target": target,
            "isFinished": kind == "terminate" or (bool(self.shown) and not self.is_asset and chance.random() < 0.3),
        }  # fmt: skip

    def change(self) -> Step:
        """Return a change that the page has accepted, as pages send them: the others never leave it."""
        while True:
            element, value = self._change(self._chance, self._names)
            if self._data.set_value(element, value).value == "true":
                return {"activity": self.shown, "element": element, "value": value}

    def take(self, step: Step) -> dict[str, Any]:
        """Take a step online and return what the server answered; changes go with the request that follows them."""
        if "element" in step:
            self._said.append((step["element"], step["value"]))
            return {}
        answer = self._answer(step)
        self._show(answer)
        if step.get("kind") == "terminate":
            self.is_finished = "deliver" not in answer
        self.is_out = "left" in answer or (self.is_out and "open" not in step)
        return answer

    def _show(self, answer: dict[str, Any]) -> None:
        delivered = answer.get("deliver")
        if delivered is not None:
            self.shown, self.is_asset, self.is_finished = delivered["activity"], delivered["is_asset"], False
            table = table_named(self.page.opening["edition"])
            self._data = RunTimeData(table, Profile.LENIENT, delivered["values"])
        elif "nothing" in answer:
            self.shown, self.is_asset = "", False

    def say_all(self) -> None:
        """Send what has been said since the last request."""
        if self._said:
            self.page.commit(self.shown, *self._said)
        self._said = []

    def _answer(self, step: Step) -> dict[str, Any]:
        if "open" in step:
            self.say_all()
            opening = resume(self.page.session, self.page.token, (), SECRET, self.page.now)
            assert isinstance(opening, Opening)
            self.page = Page(self.page.session, opening.body, self.page.now)
            return opening.body
        said, self._said = self._said, []
        request = {"kind": step["kind"], "target": step["target"], "finished": step["isFinished"]}
        found = self.page.commit(step["activity"], *said, request=request)
        assert found.verdict is Verdict.SAVED
        return found.body


def left_behind(session: Session, enrolment_id: Any) -> dict[str, Any]:
    """Return all that a learner's attempt has come to, without what tells one page load from another."""
    attempt = session.execute(select(Attempt.__table__).where(Attempt.enrolment_id == enrolment_id)).one()
    states = table_of(ActivityState)
    state = states.c
    kept = session.execute(select(states).where(state.attempt_id == attempt.id).order_by(state.activity_id)).all()
    enrolment = session.execute(select(Enrolment.__table__).where(Enrolment.id == enrolment_id)).one()
    names = ("is_completed", "is_passed", "score", "progress", "activity_id")  # its times are written now and then
    sequencing = {name: value for name, value in (attempt.sequencing or {}).items() if name != "seed"}
    of_person = SharedData.person_id == enrolment.person_id
    stores = session.execute(select(SharedData.target, SharedData.value).where(of_person).order_by(SharedData.target))
    goals = session.execute(
        select(SharedObjective.identifier, SharedObjective.values)
        .where(SharedObjective.person_id == enrolment.person_id)
        .order_by(SharedObjective.identifier)
    )
    return {
        "attempt": {name: getattr(attempt, name) for name in names},
        "sequencing": sequencing,
        "activities": {row.activity_id: _activity(row) for row in kept},
        "enrolment": [enrolment.outcome, enrolment.is_completed, enrolment.mark, enrolment.progress],
        "shared": [[tuple(row) for row in rows] for rows in (stores, goals)],
    }


def _activity(row: Any) -> dict[str, Any]:
    names = ("suspend_data", "is_open", "status", "is_completed", "is_passed", "score", "reported_cs", "visits")
    kept = {name: value for name, value in row._mapping["values"].items() if name not in _NOTES}
    return {"values": kept, **{name: getattr(row, name) for name in names}}
