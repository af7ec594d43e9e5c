"""Between the run-time and tracking: what a SCO reported, what it finds of its objectives (SN 4.2.1, RTE 4.2)."""

from typing import Any

from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.sequencing.objectives import put, read_values
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import KINDS, PRIMARY, Node


def report(state: TrackingState, identifier: str, sco: ScoReport) -> None:
    """Take in what a SCO reported of the current attempt on its activity; an untracked activity takes nothing.

    The primary objective may be reported twice. LMS choice: passed or failed of its own entry counts before the SCO's
    success status; score, completion and progress of the SCO count before those of the entry.
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
    values = ObjectiveValues(
        satisfied=own.satisfied if other.satisfied is None else other.satisfied,
        measure=other.measure if own.measure is None else own.measure,
        completed=other.completed if own.completed is None else own.completed,
        progress=other.progress if own.progress is None else own.progress,
        raw=other.raw if own.raw is None else own.raw,
        minimum=other.minimum if own.minimum is None else own.minimum,
        maximum=other.maximum if own.maximum is None else own.maximum,
    )
    says_success = main.is_success_unknown or (entry is not None and entry.is_success_unknown)
    record = state.writable(node.place)
    record.is_success_unknown = says_success and values.satisfied is None
    record.is_completion_unknown = main.is_completion_unknown and values.completed is None
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
    """Return the objectives that a SCO finds, in the manifest's order, with what their maps read (RTE 4.2.17).

    An untracked activity finds them too.
    """
    node = state.tree.nodes[state.tree.places[identifier]]
    return [(link.identifier, read_values(state, node, at)) for at, link in enumerate(node.links) if link.identifier]
