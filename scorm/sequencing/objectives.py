"""What is known of an objective: its own values, or those of the global objective that it reads (SN 3.10, 4.2.1).

A readable global objective beats the local value. While it is unknown, status and measure are unknown with it; the
values that only the 4th edition maps fall back to the local ones.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scorm.runtime.report import UNKNOWN, ObjectiveValues
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, Link, Node

TOLERANCE = 1e-9
"""Measures have seven decimals; a weighted mean that should be equal to a threshold may miss it by less than this."""


def satisfied_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> bool | None:
    """Return whether an objective is satisfied, None while unknown; `is_stale` leaves the local value out."""
    link = node.links[at]
    if link.by_measure:
        return satisfied_by_measure(state, node, at, measure_of(state, node, at, is_stale=is_stale))
    if link.satisfied_from is not None:
        values = state.globals.get(link.satisfied_from)
        return None if values is None else values.satisfied
    return None if is_stale else state.records[node.place].objectives[at].satisfied


def satisfied_by_measure(state: TrackingState, node: Node, at: int, measure: float | None) -> bool | None:
    """Return whether a measure satisfies an objective (RB.1.2 a).

    LMS choice: measureSatisfactionIfActive holds for any objective of the activity, not for the primary one alone.
    """
    if measure is None:
        return None
    if not node.rollup.measure_satisfaction_if_active and state.records[node.place].is_active:
        return None
    return measure >= node.links[at].minimum - TOLERANCE


def measure_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> float | None:
    """Return the normalized measure of an objective, -1 to 1, None while unknown."""
    link = node.links[at]
    if link.measure_from is not None:
        values = state.globals.get(link.measure_from)
        return None if values is None else values.measure
    return None if is_stale else state.records[node.place].objectives[at].measure


def progress_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> float | None:
    """Return the progress of an objective, 0 to 1; that of the primary one is the activity's completion amount."""
    link = node.links[at]
    if link.progress_from is not None:
        values = state.globals.get(link.progress_from)
        if values is not None and values.progress is not None:
            return values.progress
    return None if is_stale else state.records[node.place].objectives[at].progress


def completed_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> bool | None:
    """Return whether an objective is completed; that of the primary one is the activity's completion (RB.1.3 a)."""
    link = node.links[at]
    if at == PRIMARY and node.threshold.by_measure:
        amount = progress_of(state, node, at, is_stale=is_stale)
        return None if amount is None else amount >= node.threshold.minimum - TOLERANCE
    if link.completed_from is not None:
        values = state.globals.get(link.completed_from)
        if values is not None and values.completed is not None:
            return values.completed
    return None if is_stale else state.records[node.place].objectives[at].completed


def values_of(state: TrackingState, node: Node, at: int) -> ObjectiveValues:
    """Return all that is known of an objective now, for the SCO that is about to run (RTE 4.2.17)."""
    link = node.links[at]
    local = state.records[node.place].objectives[at]
    found: dict[str, Any] = {}
    for kind in ("completed", "progress", "raw", "minimum", "maximum"):
        value = getattr(state.globals.get(link.reads.get(kind, ""), UNKNOWN), kind)
        found[kind] = getattr(local, kind) if value is None else value
    return ObjectiveValues(satisfied=satisfied_of(state, node, at), measure=measure_of(state, node, at), **found)


def put(state: TrackingState, node: Node, at: int, changes: Mapping[str, Any]) -> None:
    """Keep values of an objective and write them through its maps; an unknown one is written where it is listed."""
    record = state.writable(node.place)
    values = replace(record.objectives[at], **changes)
    if values != record.objectives[at]:
        record.objectives = (*record.objectives[:at], values, *record.objectives[at + 1 :])
    if node.links[at].writes:
        write(state, node, at, changes)


def write(state: TrackingState, node: Node, at: int, changes: Mapping[str, Any]) -> None:
    """Copy values of an objective to the global ones that its maps write; what a measure decides follows it."""
    link = node.links[at]
    by_progress = at == PRIMARY and node.threshold.by_measure
    derived = {"satisfied"} if link.by_measure else set()
    derived |= {"completed"} if by_progress else set()
    for kind, value in changes.items():
        if kind not in derived:
            _copy(state, link, kind, value)
    if link.by_measure:
        read, own = measure_of(state, node, at), state.records[node.place].objectives[at].measure
        satisfied = satisfied_by_measure(state, node, at, own if read is None else read)
        if satisfied is not None or "measure" in changes:
            _copy(state, link, "satisfied", satisfied)
    if by_progress and "progress" in changes:
        _copy(state, link, "completed", completed_of(state, node))


def _copy(state: TrackingState, link: Link, kind: str, value: Any) -> None:
    for target in link.writes.get(kind, ()):
        known = state.globals.get(target, UNKNOWN)
        if getattr(known, kind) != value:
            state.globals[target] = replace(known, **{kind: value})
