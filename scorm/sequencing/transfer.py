"""Between the run-time and tracking: what a SCO reported, what it finds of its objectives (SN 4.2.1, RTE 4.2)."""

from dataclasses import replace
from typing import Any

from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.sequencing.objectives import put, values_of
from scorm.sequencing.outcomes import Request
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import KINDS, PRIMARY, ActivityTree, Node
from scorm.sequencing.words import Behaviour


def report(state: TrackingState, identifier: str, sco: ScoReport) -> None:
    """Take in what a SCO reported of the current attempt on its activity; an untracked activity takes nothing.

    The primary objective may be reported twice. LMS choice: what its own entry was set to counts before the success
    status of the SCO; score, completion and progress of the SCO count before those of the entry.
    """
    node = state.tree.nodes[state.tree.places[identifier]]
    if not node.tracked:
        return
    record = state.writable(node.place)
    record.is_suspended = sco.is_suspended
    for at, link in enumerate(node.links):
        entry = sco.objectives.get(link.identifier) if link.identifier else None
        if at == PRIMARY:
            _take_primary(state, node, sco.main, entry)
        elif entry is not None:
            _take(state, node, at, entry)


def _take_primary(state: TrackingState, node: Node, main: Reported, entry: Reported | None) -> None:
    own = main.values
    other = entry.values if entry is not None else ObjectiveValues()
    is_unknown_there = entry is not None and entry.is_success_unknown
    values = ObjectiveValues(
        satisfied=own.satisfied if other.satisfied is None and not is_unknown_there else other.satisfied,
        measure=other.measure if own.measure is None else own.measure,
        completed=other.completed if own.completed is None and not main.is_completion_unknown else own.completed,
        progress=other.progress if own.progress is None else own.progress,
        raw=other.raw if own.raw is None else own.raw,
        minimum=other.minimum if own.minimum is None else own.minimum,
        maximum=other.maximum if own.maximum is None else own.maximum,
    )
    record = state.writable(node.place)
    record.is_success_unknown = (main.is_success_unknown or is_unknown_there) and values.satisfied is None
    says_completion = main.is_completion_unknown or (entry is not None and entry.is_completion_unknown)
    record.is_completion_unknown = says_completion and values.completed is None
    _take(
        state, node, PRIMARY,
        Reported(
            values=values, is_success_unknown=record.is_success_unknown,
            is_completion_unknown=record.is_completion_unknown,
        ),
    )  # fmt: skip


def _take(state: TrackingState, node: Node, at: int, reported: Reported) -> None:
    """Keep what is reported of one objective and write what has changed or was said to be unknown."""
    before = state.records[node.place].objectives[at]
    changes: dict[str, Any] = {}
    for kind in KINDS:
        value = getattr(reported.values, kind)
        if value is not None or getattr(before, kind) is not None:
            changes[kind] = value
    if reported.is_success_unknown:
        changes["satisfied"] = None
    if reported.is_completion_unknown:
        changes["completed"] = None
    if changes:
        put(state, node, at, changes)


def objectives_at_launch(state: TrackingState, identifier: str) -> list[tuple[str, ObjectiveValues]]:
    """Return the objectives that a SCO finds, in the manifest's order, with what is known of them (RTE 4.2.17).

    In a new attempt that is what their maps read; an untracked activity finds it too.
    """
    node = state.tree.nodes[state.tree.places[identifier]]
    return [(link.identifier, values_of(state, node, at)) for at, link in enumerate(node.links) if link.identifier]


def request_left(exit_: str, request: str, target: str | None) -> tuple[Request, str | None] | None:
    """Return what a SCO that has ended asks for, by its `cmi.exit` and `adl.nav.request`; None: nothing (RTE 4.2.8).

    A SCO whose time is out, or that logs out, leaves the course whatever else it asks for. LMS choice: with suspendAll
    it leaves the course suspended.
    """
    if exit_ in ("time-out", "logout") and request != Request.SUSPEND_ALL:
        return Request.EXIT_ALL, None
    return None if request in ("", "_none_") else (Request(request), target)


def suspended(sco: ScoReport) -> ScoReport:
    """Return the report of a SCO whose attempt is to go on, whatever it said of its exit (SN 4.5, suspend all)."""
    return replace(sco, is_suspended=True)


def thresholds_of(tree: ActivityTree, node: Node) -> tuple[float | None, float | None]:
    """Return the scaled passing score and the completion threshold that a SCO finds (RTE 4.2.20, 4.2.5).

    A number that decides nothing is not given. Before the 4th edition a stated threshold decides the completion status.
    """
    primary, threshold = node.links[PRIMARY], node.threshold
    is_older = tree.definition.behaviour is not Behaviour.FOURTH
    decides = threshold.by_measure or (is_older and threshold.is_stated)
    return primary.minimum if primary.by_measure else None, threshold.minimum if decides else None
