"""Play an attempt on a version of SCORM 1.2: no sequencing, every item is as open as its prerequisites say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from courses.attempts.activities import Activity, raise_best, results_of
from courses.attempts.facts import launch_facts12
from courses.attempts.generation import Taken
from courses.attempts.messages import Message, RequestKind
from courses.attempts.models import PlayMode
from courses.attempts.play import Play
from courses.attempts.played import is_asset
from courses.attempts.rule import CourseRule, result_of
from courses.attempts.sessions import LEASE, Outcome, left_open, replayed, visible
from courses.attempts.sessions12 import begun, ended, raised
from courses.attempts.tour12 import LEAVING, Tour
from courses.enrolment.results import CourseResult
from courses.errors import NotFound
from scorm.packaging.items import Item, ScormType
from scorm.runtime.closing import LaunchFacts
from scorm.runtime.cmi12 import CMI12


class Scorm12:
    """An attempt in play by the rules of SCORM 1.2; see `generation.Generation`."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.current = play.held.activity_id

    def knows(self, activity: str) -> bool:
        """Tell whether an item can be opened."""
        return activity in self._play.version.by_id

    def open(self) -> dict[str, Any]:
        """Deliver the item at which the learner was, or the first one."""
        item = self._tour().first(self.current)
        if item is None:
            raise NotFound("item")
        return {"deliver": self._deliver(item)}

    def take(self, message: Message) -> Taken:
        """Take in a commit and carry out its request."""
        if message.request is RequestKind.OPEN:
            return self._opened(message)
        item = self._play.version.by_id[message.activity]
        before = self._play.activity(message.activity)
        after, findings = self._after(item, before, message)
        self._play.keep(before, after)
        self.current = message.activity
        answer: dict[str, Any] = {"findings": findings} if findings else {}
        answer |= self._carried_out(message, item)
        is_new = before.outcome.status != after.outcome.status
        return Taken(answer=answer, has_news=message.request is not None or is_new)

    def _opened(self, message: Message) -> Taken:
        """Open the course for a page that had no line to ask for a lease; the session before was left open."""
        if message.changes:
            self.take(replace(message, request=None))
        before = self._play.activity(self.current or message.activity)
        values = left_open(before.values, self._play.lease)
        if values != before.values:
            self._play.keep(before, replace(before, values=values))
        return Taken(answer=self.open(), has_news=True)

    def take_late(self, message: Message) -> bool:
        """Raise the results by a commit whose values must not touch the state."""
        play = self._play
        before = play.activities.get(message.activity)
        if before is None:
            return False
        changes = list(message.after(play.held.applied))
        values, _ = replayed(CMI12, {LEASE: play.lease, **before.values}, changes)
        if message.request is not None:
            facts = self._facts(play.version.by_id[message.activity])
            values = ended(values, facts, before.measured_cs, is_finished=True)
        outcome = raised(before.outcome, values)
        raise_best(play.session, play.held.attempt_id, message.activity, outcome)
        play.activities[message.activity] = replace(before, outcome=outcome)
        return True

    def turn_to_review(self) -> bool:
        """Let the learner only review what is delivered from now on."""
        self._play = replace(self._play, held=replace(self._play.held, mode=PlayMode.REVIEW))
        return True

    def fall_silent(self) -> bool:
        """Draw the result of the open session as if the SCO had been suspended; its values stay as they are."""
        play = self._play
        before = play.activities.get(self.current or "")
        item = play.version.by_id.get(self.current or "")
        if before is None or item is None or before.values.get(LEASE) != play.lease:
            return False
        values = ended(before.values, launch_facts12(item, "", ""), before.measured_cs, is_finished=False)
        play.keep(before, replace(before, outcome=raised(before.outcome, values), is_open=False))
        return True

    def redraw(self) -> None:
        """Do nothing: the result is drawn anew each time."""

    def result(self) -> CourseResult:
        """Return what the items amount to by the course's rule."""
        play = self._play
        rule = CourseRule(play.held.pass_mark, play.held.completes_by)
        return result_of(results_of(play.version.steps, play.activities), rule)

    def contents(self) -> dict[str, Any]:
        """Return the table of contents around the item that is open."""
        return self._tour().contents(self.current).as_dict()

    def valid(self) -> dict[str, str]:
        """Return nothing: a SCO of 1.2 asks for nothing."""
        return {}

    def filled(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer with the values that the delivered SCO finds; an asset finds none."""
        delivered = answer.get("deliver")
        if delivered is None:
            return answer
        item = self._play.version.by_id[delivered["activity"]]
        values: dict[str, str] = {}
        if not is_asset(item):
            activity = self._play.activity(item.identifier)
            values = visible(self._begun(item, activity, activity.values))
        return answer | {"deliver": delivered | {"values": values}}

    def _tour(self) -> Tour:
        return Tour(self._play.version, self._play.outcomes)

    def _facts(self, item: Item) -> LaunchFacts:
        return launch_facts12(item, *self._play.learner(), self._play.held.mode)

    def _begun(self, item: Item, before: Activity, values: Mapping[str, str]) -> dict[str, str]:
        """Return what the SCO of an item finds in the session that this page begins."""
        found = begun(values, self._facts(item), self._play.lease, before.measured_cs)
        return self._play.reviewed(found, before)

    def _deliver(self, item: Item) -> dict[str, Any]:
        """Note that an item is opened and return what the page is told of it.

        An asset never calls, so that showing it completes it. The session of a SCO begins with its first commit.
        """
        before = self._play.activity(item.identifier)
        outcome = before.outcome
        if is_asset(item):
            outcome = replace(outcome, status="completed", is_completed=True)
        self._play.keep(before, replace(before, outcome=outcome, visits=before.visits + 1, is_new=False))
        self.current = item.identifier
        return {"activity": item.identifier, "title": item.title, "href": item.href, "is_asset": is_asset(item)}

    def _after(self, item: Item, before: Activity, message: Message) -> tuple[Activity, list[dict[str, str]]]:
        """Return the activity after a post's changes and the end that it may ask for; with what was not accepted."""
        play = self._play
        measured_cs = play.measured(before)
        values: Mapping[str, str] = before.values
        changes = list(message.after(play.held.applied))
        if (changes or message.is_finished) and values.get(LEASE) != play.lease:
            values = self._begun(item, before, values)
        values, findings = replayed(CMI12, values, changes)
        if message.request is not None and LEASE in values:
            values = ended(values, self._facts(item), measured_cs, is_finished=message.is_finished)
        outcome = raised(before.outcome, values)
        if message.request is not None:
            outcome = _after_looking(item, values, outcome)
        changed = replace(before, values=values, outcome=outcome, measured_cs=measured_cs, visits=max(before.visits, 1))
        return replace(changed, is_open=LEASE in values, is_new=False), findings

    def _carried_out(self, message: Message, item: Item) -> dict[str, Any]:
        """Carry out the post's request, and return what the page is told of it."""
        if message.request is None or message.request is RequestKind.TERMINATE:
            return {}
        if message.request in LEAVING:
            return {"left": True}
        wanted = self._tour().requested(message.request, message.target, item.identifier)
        return {"refused": wanted is None, "deliver": self._deliver(wanted or item)}


def _after_looking(item: Item, values: Mapping[str, str], outcome: Outcome) -> Outcome:
    """Return the outcome of a page that was left: done, if it never called and need not."""
    if item.scorm_type is ScormType.SCO or any(name.startswith("cmi.") for name in values):
        return outcome
    return replace(outcome, is_completed=True)
