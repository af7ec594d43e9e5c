"""A course of SCORM 2004 in play: between the sequencing engine and what the attempt keeps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from courses.attempts.activities import Activity
from courses.attempts.facts import launch_facts2004
from courses.attempts.play import Play
from courses.attempts.played import is_asset
from courses.attempts.rule import Root
from courses.attempts.sessions import LEASE, visible
from courses.attempts.sessions2004 import Launch, begun, digest_of, fresh, said
from courses.attempts.tracking import Tracked, tracked_of
from scorm.packaging.items import Item
from scorm.runtime.launch2004 import SharedDatum
from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.sequencing import transfer
from scorm.sequencing.lookahead import LookAhead, look_ahead, request_valid
from scorm.sequencing.objectives import completed_of, satisfied_of
from scorm.sequencing.outcomes import Outcome, Request
from scorm.sequencing.overall import sequence
from scorm.sequencing.rollup import overall_rollup
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, ActivityTree, Node
from scorm.sequencing.words import Behaviour, Control

Wish = tuple[Request, str | None]
"""A navigation request with its target."""


class Course2004:
    """A course in play; the tracking state is read when it is first needed, and written by `save`.

    `current` is the activity that is delivered, also while it is suspended with the whole course: a page that was only
    asleep goes on there. `root` is what the rollup says since something has changed, None before.
    """

    def __init__(self, play: Play, tree: ActivityTree) -> None:
        self._play = play
        self._tree = tree
        self._tracked: Tracked | None = None
        self._look: LookAhead | None = None
        self.current = play.held.activity_id
        self.root: Root | None = None

    @property
    def tracked(self) -> Tracked:
        """Return the tracking state with where it is kept."""
        if self._tracked is None:
            self._tracked = tracked_of(self._play.session, self._play.held, self._tree)
        return self._tracked

    def open(self) -> dict[str, Any]:
        """Begin, resume or go on; what another page was shown is delivered again, and its attempt goes on.

        LMS choice: where the book delivers nothing, the way on is tried, then the only line that can be chosen; else
        the learner chooses, or goes back. Where they can do neither, the attempt on the course has come to its end.
        """
        state = self.tracked.state
        if _is_running(state):
            return self.deliver_again()
        attempts = state.records[0].attempts
        outcome = self._begun() if state.current is None else self._tried((Request.CONTINUE, None))
        for other_way in (self._only_choice, self._anew):
            if outcome.delivered is None:
                found = self._tried(*other_way())
                outcome = outcome if found.delivered is None else found
        if self.tracked.state.records[0].attempts != attempts:
            self.tracked.end_attempt()
        self._settle()
        return self._answer(replace(outcome, has_ended=False, is_refused=False))

    def _begun(self) -> Outcome:
        """Begin the course, or resume it; what was suspended may be closed by now, and the course begins where it can.

        LMS choice: a course that is suspended and can neither be resumed nor begun stays as it is (SN 4.8).
        """
        if self.tracked.state.suspended is None:
            return sequence(self.tracked.state, Request.START)
        outcome = self._tried((Request.RESUME_ALL, None))
        return outcome if outcome.delivered is not None else self._tried((Request.START, None))

    def _only_choice(self) -> tuple[Wish, ...]:
        """Return the choice that is left where the course has but one leaf, or its contents no more than one line."""
        entries = look_ahead(self.tracked.state).entries
        lines = sum(entry.is_visible for entry in entries[1:])
        if lines > 1 and sum(node.is_leaf for node in self._tree.nodes) != 1:
            return ()
        return tuple((Request.CHOICE, entry.identifier) for entry in entries if entry.is_enabled)[:1]

    def _anew(self) -> tuple[Wish, ...]:
        """Return how another attempt on the course begins, where there is no other way on."""
        look = look_ahead(self.tracked.state)
        if look.has_contents or Control.PREVIOUS in look.valid:
            return ()
        return (Request.EXIT_ALL, None), (Request.START, None)

    def _tried(self, *wishes: Wish) -> Outcome:
        """Carry out requests, one after the other, only if the last one delivers; return what came of that one."""
        fork, outcome = self.tracked.state.fork(), Outcome()
        for request, target in wishes:
            outcome = sequence(fork, request, target)
        if outcome.delivered is not None:
            self.tracked.state = fork
        return outcome

    def wake(self, activity: str) -> None:
        """Resume the course when the page that is heard again shows what was suspended in its silence."""
        state = self.tracked.state
        suspended = None if state.current is not None else state.suspended
        if suspended is not None and self._tree.nodes[suspended].identifier == activity:
            sequence(state, Request.RESUME_ALL)
            self._settle()

    def report(self, activity: str, report: ScoReport, *, is_suspended: bool) -> None:
        """Let sequencing know what a SCO has said by the end of its session."""
        transfer.report(self.tracked.state, activity, replace(report, is_suspended=is_suspended))
        self._settle()

    def carry_out(self, request: Request, target: str | None) -> dict[str, Any]:
        """Carry out a navigation request, and return what the page is told of it."""
        state = self.tracked.state
        attempts = state.records[0].attempts
        left = state.current if _is_running(state) else None
        outcome = self._leave() if request is Request.SUSPEND_ALL else sequence(state, request, target)
        if outcome.is_attempt_over or state.records[0].attempts != attempts:
            self.tracked.end_attempt()
        if left is not None:
            self._note_completion(self._tree.nodes[left])
        self._settle()
        return self._answer(outcome)

    def _leave(self) -> Outcome:
        """Leave the player, so that the learner goes on in the same place the next time.

        LMS choice: where nothing runs any more a completed course ends; another one stays as it is.
        """
        state = self.tracked.state
        if _is_running(state):
            return sequence(state, Request.SUSPEND_ALL)
        if state.current is not None and completed_of(state, self._tree.nodes[0]):
            return sequence(state, Request.EXIT_ALL)
        return Outcome(has_ended=True)

    def _answer(self, outcome: Outcome) -> dict[str, Any]:
        if outcome.delivered is not None:
            return {"deliver": self._deliver(outcome.delivered, is_resumed=outcome.is_resumed)}
        if outcome.has_ended:
            return {"left": True}
        return {"refused": True} if outcome.is_refused else {"nothing": {"code": outcome.code}}

    def deliver_again(self) -> dict[str, Any]:
        """Deliver what is running once more, in the same attempt; nothing when nothing runs."""
        self._settle()
        if self.current is None or not _is_running(self.tracked.state):
            return {}
        return {"deliver": self._deliver(self.current, is_resumed=True)}

    def _deliver(self, identifier: str, *, is_resumed: bool) -> dict[str, Any]:
        """Note that an activity is opened; a new attempt finds nothing of the one before.

        The session of a SCO begins with its first commit; an asset never calls.
        """
        item = self._play.version.by_id[identifier]
        before = self._play.activity(identifier)
        values = before.values if is_resumed else fresh(before.outcome)
        outcome = before.outcome
        if is_asset(item):
            self._report_asset(item)
            if not item.sequencing.delivery.completion_set_by_content:
                outcome = replace(outcome, status="completed", is_completed=True)
        after = replace(before, values=values, outcome=outcome, visits=before.visits + 1, is_new=False)
        self._play.keep(before, after)
        return {"activity": identifier, "title": item.title, "href": item.href, "is_asset": is_asset(item)}

    def _report_asset(self, item: Item) -> None:
        """Say for an asset, as soon as it is shown, what is left to the LMS to say at its end (SN 3.14)."""
        delivery = item.sequencing.delivery
        values = ObjectiveValues(
            completed=None if delivery.completion_set_by_content else True,
            satisfied=None if delivery.objective_set_by_content else True,
        )
        transfer.report(self.tracked.state, item.identifier, ScoReport(main=Reported(values=values)))
        self._settle()

    def _note_completion(self, node: Node) -> None:
        """Take over that an activity was completed by its end, though its SCO never said so."""
        before = self._play.activity(node.identifier)
        if completed_of(self.tracked.state, node) and not (before.is_new or before.outcome.is_completed):
            self._play.keep(before, replace(before, outcome=replace(before.outcome, is_completed=True)))

    def _settle(self) -> None:
        """Take note that the state has changed, and of what is delivered now."""
        state = self.tracked.state
        place = state.current if _is_running(state) else state.suspended
        node = None if place is None else self._tree.nodes[place]
        self.current = node.identifier if node is not None and node.is_leaf else None
        self._look = None

    def look(self) -> LookAhead:
        """Return what would succeed now, with what the running SCO has reported so far; draw `root` on the way."""
        if self._look is not None:
            return self._look
        state = self.tracked.state
        fork, heard = state.fork(), ""
        report = self._heard_of_running()
        if report is not None and self.current is not None:
            transfer.report(fork, self.current, report)
            heard = digest_of(report)
        self._look = self.tracked.look(fork, heard)
        if state.current is not None and _is_running(state):
            overall_rollup(fork, state.current)
        self.root = self._root_of(fork)
        return self._look

    def _heard_of_running(self) -> ScoReport | None:
        """Return what the SCO whose session is open has reported so far."""
        if self.current is None or not _is_running(self.tracked.state):
            return None
        values = self._play.activity(self.current).values
        return said(values) if LEASE in values else None

    def draw_late(self, activity: str, report: ScoReport) -> None:
        """Draw `root` as if an activity had reported something, without any change."""
        fork = self.tracked.state.fork()
        transfer.report(fork, activity, report)
        overall_rollup(fork, self._tree.places[activity])
        self.root = self._root_of(fork)

    def _root_of(self, state: TrackingState) -> Root:
        node = self._tree.nodes[0]
        return Root(
            is_completed=completed_of(state, node),
            is_satisfied=satisfied_of(state, node),
            is_measured=node.links[PRIMARY].by_measure,
        )

    def save(self) -> None:
        """Write what has changed, with what follows from it."""
        self.look()
        self.tracked.save()

    def weights(self) -> list[tuple[float, bool, bool]]:
        """Return for each leaf in document order what its score counts, whether it is tracked, and is selected."""
        state, nodes = self.tracked.state, self._tree.nodes
        weights: dict[int, float] = {}
        waiting = [(0, 1.0)]
        while waiting:
            place, weight = waiting.pop()
            weights[place] = weight
            waiting.extend((kid, weight * nodes[kid].rollup.objective_weight) for kid in state.kids(place))
        return [
            (weights.get(node.place, 0.0), node.tracked and node.place in weights, node.place in weights)
            for node in nodes
            if node.is_leaf
        ]

    def begun(self, activity: Activity, valid: Mapping[str, str]) -> dict[str, str]:
        """Return what the SCO of an activity finds in the session that this page begins."""
        item = self._play.version.by_id[activity.id]
        maps = self._tree.nodes[self._tree.places[activity.id]].definition.data
        known = self.tracked.data([one.target for one in maps])
        launch = Launch(
            primary=self._tree.nodes[self._tree.places[activity.id]].links[PRIMARY].identifier,
            facts=launch_facts2004(item, *self._play.learner(), self._tree, self._play.held.mode),
            objectives=transfer.objectives_at_launch(self.tracked.state, activity.id),
            data=[
                SharedDatum(
                    target=one.target, value=known.get(one.target), is_readable=one.is_readable,
                    is_writable=one.is_writable,
                )
                for one in maps
            ],
            valid=valid,
        )  # fmt: skip
        found = begun(activity.values, launch, self._play.lease, activity.measured_cs)
        return self._play.reviewed(found, activity)

    def visible(self, identifier: str) -> dict[str, str]:
        """Return what the page gives to the SCO of an activity."""
        return visible(self.begun(self._play.activity(identifier), self.valid()))

    def valid(self) -> dict[str, str]:
        """Return the answers of request_valid by what follows that name."""
        has_jump = self._tree.definition.behaviour is Behaviour.FOURTH
        return request_valid(self.look(), has_jump=has_jump)


def _is_running(state: TrackingState) -> bool:
    return state.current is not None and state.records[state.current].is_active
