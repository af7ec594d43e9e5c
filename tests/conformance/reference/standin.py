"""Our engine with the processes of the reference in the place of its own, behind the protocol of the adapter."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any
from xml.etree import ElementTree

from scorm.runtime.api import ApiInstance
from scorm.runtime.closing2004 import nav_request_of
from scorm.sequencing import attempts as our_attempts
from scorm.sequencing import conditions as our_conditions
from scorm.sequencing import objectives as our_objectives
from scorm.sequencing import overall as our_overall
from scorm.sequencing import rollup_rules as our_rollup_rules
from scorm.sequencing import termination as our_termination
from scorm.sequencing import transfer as our_transfer
from scorm.sequencing import tree as our_tree
from scorm.sequencing.outcomes import Request
from tests.conformance import adapter
from tests.conformance.reference import attempts, reports, requests, rollups, terminations, values
from tests.conformance.reference.departures import MEMORY, Departure, note

IMSSS = "{http://www.imsglobal.org/xsd/imsss}"
ABANDON = ("abandon", "abandonAll")


def exchanged() -> dict[Callable[..., Any], Callable[..., Any]]:
    """Return for each process of ours that is exchanged the one of the reference."""
    return {
        our_attempts.begin_attempt: attempts.begin_attempt,
        our_attempts.end_attempt: attempts.end_attempt,
        our_attempts.terminate_descendent_attempts: attempts.terminate_descendent_attempts,
        our_conditions.combined: rollups.combined,
        our_conditions.truth_of: values.truth_of,
        our_objectives.completed_of: values.completed_of,
        our_objectives.measure_of: values.measure_of,
        our_objectives.progress_of: values.progress_of,
        our_objectives.satisfied_of: values.satisfied_of,
        our_objectives.values_of: values.values_of,
        our_overall.sequence: requests.sequence,
        our_rollup_rules.is_considered: rollups.is_considered,
        our_rollup_rules.rule_check: rollups.rule_check,
        our_termination.termination_request: terminations.termination_request,
        our_transfer.report: reports.report,
        our_tree.link_of: values.link_of,
    }


@contextmanager
def in_the_place_of_ours() -> Iterator[None]:
    """Exchange the processes wherever a module of the engine, or the adapter, names them."""
    processes = exchanged()
    modules = [module for name, module in sys.modules.items() if name.startswith("scorm.sequencing.")]
    places = [
        (module, name, value)
        for module in (*modules, adapter)
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value in processes
    ]
    for module, name, value in places:
        setattr(module, name, processes[value])
    try:
        yield
    finally:
        for module, name, value in places:
            setattr(module, name, value)


def plain_maps_of(manifest_xml: str) -> set[tuple[str, str]]:
    """Return the maps of a manifest that stand in `imsss`, by the identifiers of objective and target."""
    root = ElementTree.fromstring(manifest_xml.encode())
    return {
        (" ".join(objective.get("objectiveID", "").split()), " ".join(one.get("targetObjectiveID", "").split()))
        for kind in ("primaryObjective", "objective")
        for objective in root.iter(IMSSS + kind)
        for one in objective.iter(IMSSS + "mapInfo")
    }


class Engine(adapter.Engine):
    """The adapter's engine, which remembers what the reference does; use it `in_the_place_of_ours`."""

    def begin_case(self, learner_id: str, learner_name: str) -> None:
        """Forget everything."""
        MEMORY.clear()
        self.said: dict[str, set[tuple[str, str]]] = {}
        super().begin_case(learner_id, learner_name)

    def launch(self, package: str, manifest_xml: str, event: str, target: str | None = None) -> str | None:
        """Open a package."""
        MEMORY.plain_maps = plain_maps_of(manifest_xml)
        return super().launch(package, manifest_xml, event, target)

    def valid(self) -> dict[str, str]:
        """Answer nothing: no recorded SCO asks, and looking ahead has effects here."""
        return {}

    def deliver(self, identifier: str, stored: dict[str, str]) -> None:
        """Remember what a SCO that goes on has said; what the LMS fills in again does not count as said."""
        super().deliver(identifier, stored)
        MEMORY.said = set(self.said.get(identifier, ())) if stored else set()
        node = self.state.tree.nodes[self.state.tree.places[identifier]]
        for objective, at in node.objective_places.items():
            MEMORY.said.discard((objective, "completion_status"))
            if values.plain_status(self.state, node, at) is not None:
                MEMORY.said.discard((objective, "success_status"))

    def api(self, function: str, *args: str) -> tuple[str, str]:
        """Carry out a call, and remember what the SCO has set."""
        answer = super().api(function, *args)
        if function == "SetValue" and answer[1] == "0":
            MEMORY.said.add(self.element_of(args[0]))
        return answer

    def element_of(self, name: str) -> tuple[str, str]:
        """Return the identifier of the objective that an element belongs to, empty for the SCO's own, and the rest."""
        words = name.split(".", 3)
        if words[1] != "objectives":
            return "", name.removeprefix("cmi.")
        return super().api("GetValue", f"cmi.objectives.{words[2]}.id")[0], words[3]

    def end_sco(self, request: Request | None) -> None:
        """Report, unless the SCO wished to abandon, also where its time is out."""
        if self.sco is not None:
            self.said[self.sco] = set(MEMORY.said)
        if self.running is not None and request is Request.EXIT_ALL and self.wishes_to_abandon(self.running):
            note(Departure.TIMED_OUT)
            request = Request.ABANDON
        super().end_sco(request)

    def wishes_to_abandon(self, running: ApiInstance) -> bool:
        """Tell whether the SCO has left a request to abandon."""
        return nav_request_of(running.data.values)[0] in ABANDON

    def status(self) -> dict[str, dict[str, object]]:
        """Return the tracking data; the completion of what has no tracking data is not read through maps."""
        found = super().status()
        for node in self.registration.tree.nodes:
            if node.place not in MEMORY.touched:
                note(Departure.MAPS, found[node.identifier]["completion"] != "unknown")
                found[node.identifier]["completion"] = "unknown"
        self.save()
        return found
