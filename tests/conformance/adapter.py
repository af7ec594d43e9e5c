"""The adapter that the conformance runner drives: our SCORM 2004 engine behind the protocol of its Engine."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scorm.packaging.activities import course_definition
from scorm.packaging.items import Item
from scorm.packaging.manifest import read_manifest_leniently
from scorm.runtime.api import ApiInstance
from scorm.runtime.closing2004 import close_session2004, exit_of, nav_request_of, report_of, shared_data_of
from scorm.runtime.elements import Profile
from scorm.runtime.launch2004 import LaunchFacts2004, SharedDatum, launch_values2004
from scorm.runtime.model import RunTimeData
from scorm.runtime.report import ObjectiveValues
from scorm.runtime.tables import table_named
from scorm.sequencing.documents import globals_as_document, state_as_document, state_from, values_from
from scorm.sequencing.lookahead import look_ahead, request_valid
from scorm.sequencing.objectives import completed_of, measure_of, progress_of, satisfied_of
from scorm.sequencing.outcomes import Outcome, Request
from scorm.sequencing.overall import sequence
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.transfer import objectives_at_launch, report, request_left, suspended, thresholds_of
from scorm.sequencing.tree import ActivityTree, Node
from scorm.sequencing.words import Behaviour, Control

ABANDONING = (Request.ABANDON, Request.ABANDON_ALL)
SATISFIED = {None: "unknown", True: "satisfied", False: "notSatisfied"}
COMPLETED = {None: "unknown", True: "completed", False: "incomplete"}
UNTRACKED: dict[str, object] = {
    "completion": "unknown", "satisfied": "unknown", "measure": None, "progress_measure": None,
}  # fmt: skip


class Registration:
    """One learner in one package: its tree, and what is kept between sessions, as documents."""

    def __init__(self, manifest_xml: str) -> None:
        manifest, _ = read_manifest_leniently(manifest_xml.encode())
        self.edition = str(manifest.edition)
        self.items: dict[str, Item] = {item.identifier: item for item in manifest.organization.walk()}
        self.tree = ActivityTree(course_definition(manifest))
        self.document: dict[str, object] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.data: dict[str, str] = {}


class Engine:
    """One learner, any number of packages in one objective scope, one running SCO at a time."""

    def begin_case(self, learner_id: str, learner_name: str) -> None:
        """Forget everything."""
        self.learner_id, self.learner_name = learner_id, learner_name
        self.registrations: dict[str, Registration] = {}
        self.shared_objectives: dict[str, ObjectiveValues] = {}
        self.shared_data: dict[str, str] = {}
        self.running: ApiInstance | None = None
        self.sco: str | None = None
        self.is_open = False

    def close(self) -> None:
        """Let go of everything: there is nothing to let go of."""

    # ------------------------------------------------------------------ sessions

    def launch(self, package: str, manifest_xml: str, event: str, target: str | None = None) -> str | None:
        """Open a package: go on where everything was suspended, start, or pick an entry."""
        if package not in self.registrations:
            self.registrations[package] = Registration(manifest_xml)
        self.registration = self.registrations[package]
        self.state = self.load()
        self.is_open = True
        request = Request.RESUME_ALL if self.state.suspended is not None else Request.START
        if event == "choice":
            return self.take(sequence(self.state, Request.CHOICE, target))
        return self.take(sequence(self.state, request))

    def load(self) -> TrackingState:
        """Return the state as a later process would find it."""
        tree = self.registration.tree
        kept = self.shared_objectives if tree.definition.objectives_are_global else None
        return state_from(self.registration.document, tree, kept)

    def save(self) -> None:
        """Keep the state as documents, and read it again: nothing may live in memory alone."""
        are_global = self.registration.tree.definition.objectives_are_global
        self.registration.document = state_as_document(self.state, with_globals=not are_global)
        if are_global:
            written = globals_as_document(self.state.globals)
            self.shared_objectives = {name: values_from(values) for name, values in written.items()}
        self.state = self.load()

    def session_active(self) -> bool:
        """Say whether the session of the course is open."""
        return self.is_open

    def take(self, outcome: Outcome) -> str | None:
        """Carry out what a request came to."""
        self.save()
        if outcome.has_ended:
            self.is_open = False
        if outcome.is_attempt_over and not self.registration.tree.definition.shared_data_is_global:
            self.registration.data.clear()
        self.sco, self.running = outcome.delivered, None
        if outcome.delivered is not None:
            stored = self.registration.values.get(outcome.delivered, {}) if outcome.is_resumed else {}
            self.deliver(outcome.delivered, stored)
        return outcome.delivered

    def deliver(self, identifier: str, stored: dict[str, str]) -> None:
        """Give a SCO its API object."""
        node = self.registration.tree.nodes[self.registration.tree.places[identifier]]
        item = self.registration.items[identifier]
        data = [
            SharedDatum(
                target=one.target, value=self.store.get(one.target), is_readable=one.is_readable,
                is_writable=one.is_writable,
            )
            for one in node.definition.data
        ]  # fmt: skip
        values = launch_values2004(
            self.facts(node, item), stored, objectives_at_launch(self.state, identifier), data, self.valid()
        )
        self.running = ApiInstance(RunTimeData(table_named(self.registration.edition), Profile.STRICT, values))

    def facts(self, node: Node, item: Item) -> LaunchFacts2004:
        """Return what the LMS tells the SCO of an item."""
        passing_score, threshold = thresholds_of(self.registration.tree, node)
        return LaunchFacts2004(
            learner_id=self.learner_id,
            learner_name=self.learner_name,
            launch_data=item.launch_data or None,
            max_time_allowed=node.definition.sequencing.max_duration or None,
            time_limit_action=item.time_limit_action or None,
            scaled_passing_score=passing_score,
            completion_threshold=threshold,
        )

    @property
    def store(self) -> dict[str, str]:
        """Return the shared data that this package sees."""
        is_global = self.registration.tree.definition.shared_data_is_global
        return self.shared_data if is_global else self.registration.data

    # ------------------------------------------------------------------ the SCO and the learner

    def api(self, function: str, *args: str) -> tuple[str, str]:
        """Carry out a call of the SCO."""
        assert self.running is not None
        return self.running.call(function, *args)

    def terminate(self) -> str | None:
        """Let the SCO end, then carry out what it left."""
        assert self.running is not None
        self.api("Terminate", "")
        values = self.running.data.values
        left = request_left(exit_of(values), *nav_request_of(values))
        self.end_sco(None if left is None else left[0])
        if left is None:
            self.save()
            return None
        return self.take(sequence(self.state, *left))

    def learner(self, event: str, target: str | None = None, unload: Callable[[], None] | None = None) -> str | None:
        """Take the SCO away, then carry out the learner's request, whatever the SCO asked for."""
        if unload is not None:
            unload()
        self.end_sco(Request(event))
        return self.take(sequence(self.state, Request(event), target))

    def end_sco(self, request: Request | None) -> None:
        """Report what the SCO has done and keep its values, once; what is abandoned leaves nothing."""
        running, self.running = self.running, None
        if running is None or self.sco is None or request in ABANDONING:
            return
        said = report_of(running.data.values)
        is_suspended = said.is_suspended or request is Request.SUSPEND_ALL
        report(self.state, self.sco, suspended(said) if is_suspended else said)
        self.registration.values[self.sco] = close_session2004(running.data.values, None, is_suspended=is_suspended)
        self.store.update(shared_data_of(running.data.values))

    # ------------------------------------------------------------------ what the learner sees

    def valid(self) -> dict[str, str]:
        """Return the answers to adl.nav.request_valid."""
        has_jump = self.registration.tree.definition.behaviour is Behaviour.FOURTH
        return request_valid(look_ahead(self.state), has_jump=has_jump)

    def nav_ui(self) -> dict[str, str]:
        """Return the controls."""
        controls = look_ahead(self.state).controls
        return {
            "continue": str(controls[Control.CONTINUE]), "previous": str(controls[Control.PREVIOUS]),
        }  # fmt: skip

    def toc(self) -> list[dict[str, object]] | None:
        """Return the table of contents, None when none is offered."""
        found = look_ahead(self.state)
        if not found.has_contents:
            return None
        return [
            {"id": entry.identifier, "visible": entry.is_visible, "enabled": True, "selectable": entry.is_enabled}
            for entry in found.entries
        ]

    def status(self) -> dict[str, dict[str, object]]:
        """Return the tracking data of every activity."""
        return {node.identifier: self.tracked(node) for node in self.registration.tree.nodes}

    def tracked(self, node: Node) -> dict[str, object]:
        """Return the tracking data of one activity; of an untracked one nothing is known."""
        state, record = self.state, self.state.records[node.place]
        activity = {"active": record.is_active, "suspended": record.is_suspended, "attempts": record.attempts}
        if not node.tracked:
            return activity | UNTRACKED
        return activity | {
            "completion": COMPLETED[completed_of(state, node)], "satisfied": SATISFIED[satisfied_of(state, node)],
            "measure": measure_of(state, node), "progress_measure": progress_of(state, node),
        }  # fmt: skip
