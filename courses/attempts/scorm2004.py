"""Play an attempt on a version of SCORM 2004: the sequencing engine decides, everything it decides is kept.

A commit that changes nothing of what the SCO reports to sequencing never reads the tracking state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from courses.attempts.activities import Activity, raise_best, results_of
from courses.attempts.course2004 import Course2004, Wish
from courses.attempts.generation import Taken
from courses.attempts.messages import Message, RequestKind
from courses.attempts.play import Play
from courses.attempts.rule import CourseRule, ScoResult, result_of2004
from courses.attempts.sessions import LEASE, left_open, replayed
from courses.attempts.sessions2004 import EARLIER, HEARD, digest_of, ended, raised, said
from courses.attempts.tour2004 import contents_of
from courses.enrolment.results import CourseResult
from courses.errors import NotFound
from scorm.runtime.closing2004 import exit_of, nav_request_of, shared_data_of, wants_to_go_on
from scorm.runtime.launch2004 import DATA, valid_values
from scorm.runtime.tables import table_named
from scorm.sequencing.outcomes import Request
from scorm.sequencing.transfer import request_left
from scorm.sequencing.tree import ActivityTree

ABANDONING = (Request.ABANDON, Request.ABANDON_ALL)


class Scorm2004:
    """An attempt in play by the rules of SCORM 2004; see `generation.Generation`."""

    def __init__(self, play: Play, tree: ActivityTree) -> None:
        self._play = play
        self._table = table_named(play.version.edition)
        self._course = Course2004(play, tree)

    @property
    def current(self) -> str | None:
        """Return the item that is delivered now, also while it is suspended with the course."""
        return self._course.current

    def knows(self, activity: str) -> bool:
        """Tell whether a commit may be about an activity; about none while nothing is delivered."""
        return activity == "" or activity in self._play.version.by_id

    def open(self) -> dict[str, Any]:
        """Begin or resume the course, or deliver again what was delivered to another page."""
        if not self._play.version.steps:
            raise NotFound("item")
        answer = self._course.open()
        self._course.save()
        return answer

    def take(self, message: Message) -> Taken:
        """Take in a commit and carry out its request."""
        if message.request is RequestKind.OPEN:
            return self._opened(message)
        if message.activity != self.current:
            return self._take_elsewhere(message)
        before = self._play.activity(message.activity)
        values, findings = self._values_after(before, message)
        answer: dict[str, Any] = {"findings": findings} if findings else {}
        if message.request is not None:
            return Taken(answer=answer | self._asked(before, values, message), has_news=True)
        if not self._heard(before, values, message):
            return Taken(answer=answer, has_news=False)
        self._course.wake(message.activity)
        self._course.save()
        return Taken(answer=answer, has_news=True)

    def _opened(self, message: Message) -> Taken:
        """Open the course for a page that had no line to ask for a lease; the session before was left open."""
        if message.changes:
            self.take(replace(message, request=None))
        before = self._play.activities.get(self.current or "")
        if before is not None and before.values.get(LEASE) == self._play.lease:
            self._play.keep(before, replace(before, values=left_open(before.values, self._play.lease)))
        return Taken(answer=self.open(), has_news=True)

    def take_late(self, message: Message) -> bool:
        """Raise the results by a commit whose values must not touch the state."""
        play = self._play
        before = play.activities.get(message.activity)
        if before is None:
            return False
        base = before.values if LEASE in before.values else self._course.begun(before, {})
        values, _ = replayed(self._table, base, list(message.after(play.held.applied)))
        self._course.draw_late(message.activity, said(values))
        if message.request is not None:
            values = ended(values, before.measured_cs, is_suspended=False)
        outcome = raised(before.outcome, values)
        raise_best(play.session, play.held.attempt_id, message.activity, outcome)
        play.activities[message.activity] = replace(before, outcome=outcome)
        return True

    def turn_to_review(self) -> bool:
        """Let sequencing go on: how often something may be tried while the page is open is for its rules to say."""
        return False

    def fall_silent(self) -> bool:
        """Suspend the course; the values stay as they are, so that a page that was only asleep goes on."""
        course = self._course
        if course.tracked.is_new:
            return False
        before = self._play.activities.get(self.current or "")
        if before is not None and LEASE in before.values:
            values = ended(before.values, before.measured_cs, is_suspended=True)
            course.report(before.id, said(before.values), is_suspended=True)
            self._play.keep(before, replace(before, outcome=raised(before.outcome, values), is_open=False))
        course.carry_out(Request.SUSPEND_ALL, None)
        course.save()
        return True

    def redraw(self) -> None:
        """Let the rollup say what the course amounts to now."""
        self._course.look()

    def result(self) -> CourseResult:
        """Return what the attempt amounts to: as it did before, where nothing was heard that could change it."""
        play, root = self._play, self._course.root
        if root is None:
            return _unchanged(play)
        results = results_of(play.version.steps, play.activities)
        weighed = [
            replace(result, weight=weight, is_tracked=is_tracked, is_selected=is_selected, is_awaited=is_awaited)
            for result, (weight, is_tracked, is_selected), is_awaited in zip(
                results, self._course.weights(), self._awaited(results), strict=True
            )
        ]
        return result_of2004(root, weighed, CourseRule(play.held.pass_mark, play.held.completes_by))

    def _awaited(self, results: Sequence[ScoResult]) -> list[bool]:
        """Tell of each leaf whether it is shown now and has yet to say what it comes to: no mark counts without it."""
        return [
            item.identifier == self.current
            and not result.is_completed
            and result.is_passed is None
            and result.score is None
            for item, result in zip(self._play.version.steps, results, strict=True)
        ]

    def contents(self) -> dict[str, Any]:
        """Return the table of contents with its controls."""
        return contents_of(self._course.look(), self._play.version, self._play.outcomes).as_dict()

    def valid(self) -> dict[str, str]:
        """Return which requests of the SCO would succeed (RTE 4.4)."""
        return valid_values(self._course.valid())

    def filled(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer with the values that the delivered SCO finds; an asset finds none."""
        delivered = answer.get("deliver")
        if delivered is None:
            return answer
        values = {} if delivered["is_asset"] else self._course.visible(delivered["activity"])
        return answer | {"deliver": delivered | {"values": values}}

    def _take_elsewhere(self, message: Message) -> Taken:
        """Take a commit of what is not delivered any more: it may raise a result; the learner may always leave.

        Where nothing is delivered the learner's wish is carried out, whatever the page showed last.
        """
        if message.changes:
            self.take_late(message)
        kind = message.request
        if kind is None or kind is RequestKind.TERMINATE:
            return Taken(answer={}, has_news=False)
        if self.current is None or kind is RequestKind.SUSPEND_ALL:
            answer = self._course.carry_out(Request(kind.value), message.target)
        else:
            answer = {"refused": True} | self._course.deliver_again()
        self._course.save()
        return Taken(answer=answer, has_news=True)

    def _values_after(self, before: Activity, message: Message) -> tuple[dict[str, str], list[dict[str, str]]]:
        """Return the values after a post's changes, and what was not accepted of these."""
        changes = list(message.after(self._play.held.applied))
        values = before.values
        if (changes or message.is_finished) and values.get(LEASE) != self._play.lease:
            values = self._course.begun(before, {})
        return replayed(self._table, values, changes)

    def _heard(self, before: Activity, values: Mapping[str, str], message: Message) -> bool:
        """Keep what a running SCO has said; return whether sequencing has to know of it."""
        if LEASE not in values:
            self._keep(before, values)
            return False
        digest = digest_of(said(values))
        self._keep(before, {**values, HEARD: digest})
        self._share(values, message)
        return digest != values.get(HEARD)

    def _asked(self, before: Activity, values: Mapping[str, str], message: Message) -> dict[str, Any]:
        """End the session of a SCO and carry out what the learner asks for, or else what the SCO left (RTE 4.2.8).

        An abandoned session leaves no values, and sequencing hears nothing of it. LMS choice: results that it had
        committed before stay, and so do shared data; where the learner abandons it, whatever stands before the wish.
        """
        wish = _wish(message, values)
        report = said(values) if LEASE in values else None
        is_suspended = wants_to_go_on(values) or (wish is not None and wish[0] is Request.SUSPEND_ALL)
        if wish is not None and wish[0] in ABANDONING:
            if message.request is not RequestKind.TERMINATE:
                self._keep(before, values)
                self._share(values, message)
                before = self._play.activity(message.activity)
            report, values = None, {name: value for name, value in values.items() if name == EARLIER}
        else:
            self._share(values, message)
            values = ended(values, self._play.measured(before), is_suspended=is_suspended)
        if report is not None:
            values = {**values, HEARD: digest_of(report)}
        self._keep(before, values)
        self._course.wake(message.activity)
        if report is not None:
            self._course.report(message.activity, report, is_suspended=is_suspended)
        answer = {} if wish is None else self._course.carry_out(*wish)
        if "refused" in answer and message.request is not RequestKind.TERMINATE:
            answer |= self._course.deliver_again()
        self._course.save()
        return answer

    def _keep(self, before: Activity, values: Mapping[str, str]) -> None:
        after = replace(
            before, values=values, outcome=raised(before.outcome, values), measured_cs=self._play.measured(before),
            visits=max(before.visits, 1), is_open=LEASE in values, is_new=False,
        )  # fmt: skip
        self._play.keep(before, after)

    def _share(self, values: Mapping[str, str], message: Message) -> None:
        """Write the shared stores that a post has changed: other SCOs find them at once (RTE 4.3)."""
        changes = message.after(self._play.held.applied)
        records = {name.split(".")[2] for name, _ in changes if name.startswith(f"{DATA}.")}
        targets = {values.get(f"{DATA}.{record}.id") for record in records}
        stores = {target: value for target, value in shared_data_of(values).items() if target in targets}
        if stores:
            self._course.tracked.write_data(stores)


def _wish(message: Message, values: Mapping[str, str]) -> Wish | None:
    """Return the request to carry out: a learner's beats what the SCO left (SN 4.3)."""
    if message.request is None:
        return None
    if message.request is RequestKind.TERMINATE:
        return request_left(exit_of(values), *nav_request_of(values))
    return Request(message.request.value), message.target


def _unchanged(play: Play) -> CourseResult:
    """Return what the attempt amounted to before, with the times as they are now."""
    held, activities = play.held, play.activities.values()
    return CourseResult(
        is_completed=held.is_completed,
        is_passed=held.is_passed,
        mark=held.score,
        has_sat_exam=False,
        progress=held.progress,
        reported_cs=sum(activity.outcome.reported_cs for activity in activities),
        measured_cs=sum(activity.measured_cs for activity in activities),
    )
