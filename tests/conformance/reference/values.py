"""What the reference reads and writes of objectives: global before local, and marks for what is stale."""

from dataclasses import replace
from typing import Any

from scorm.runtime.report import UNKNOWN, ObjectiveValues
from scorm.sequencing.conditions import Truth
from scorm.sequencing.conditions import truth_of as our_truth_of
from scorm.sequencing.definition import Objective, ObjectiveMap, RuleCondition
from scorm.sequencing.objectives import values_of as our_values_of
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, Link, Node
from scorm.sequencing.tree import link_of as our_link_of
from scorm.sequencing.words import ConditionName
from tests.conformance.reference.departures import MEMORY, Departure, note

FURTHER = ("completed", "progress", "raw", "minimum", "maximum")
PRECISION = 1e-12
UNTOUCHING = frozenset(
    {
        ConditionName.ALWAYS, ConditionName.ATTEMPTED, ConditionName.ATTEMPT_LIMIT_EXCEEDED,
        ConditionName.TIME_LIMIT_EXCEEDED, ConditionName.OUTSIDE_AVAILABLE_TIME_RANGE,
    }
)  # fmt: skip
"""Conditions that are answered without a look at tracking data."""


def link_of(objective: Objective) -> Link:
    """Return an objective whose plain maps read all that the 4th edition can map."""
    everything: dict[str, Any] = {f"read_{kind}": True for kind in FURTHER}
    plain = {target for identifier, target in MEMORY.plain_maps if identifier == objective.identifier}
    maps = tuple(replace(one, **everything) if one.target in plain else one for one in objective.maps)
    return our_link_of(replace(objective, maps=maps))


def maps_of(node: Node, at: int) -> tuple[ObjectiveMap, ...]:
    """Return the maps of an objective as the manifest states them."""
    sequencing = node.definition.sequencing
    return (sequencing.primary, *sequencing.objectives)[at].maps


def written_targets(node: Node, at: int) -> list[str]:
    """Return the global objectives that an objective may write, whatever kind."""
    kinds = ("satisfied", "measure", *FURTHER)
    return sorted({one.target for one in maps_of(node, at) if any(getattr(one, f"write_{kind}") for kind in kinds)})


def read_global(state: TrackingState, node: Node, at: int, kind: str) -> bool | float | None:
    """Return a value that a map reads, None while unknown."""
    target = node.links[at].reads.get(kind)
    value: bool | float | None = getattr(state.globals.get(target or "", UNKNOWN), kind)
    if value is not None and kind in FURTHER and value != getattr(state.records[node.place].objectives[at], kind):
        note(Departure.MAPS, not any(getattr(one, f"read_{kind}") for one in maps_of(node, at)))
    return value


def plain_measure(state: TrackingState, node: Node, at: int, *, is_stale: bool = False) -> float | None:
    """Return the measure of an objective: the global one where one is read."""
    if node.links[at].measure_from is not None:
        return read_global(state, node, at, "measure")
    if is_stale and node.place in MEMORY.stale_objectives:
        return None
    return state.records[node.place].objectives[at].measure


def plain_status(state: TrackingState, node: Node, at: int, *, is_stale: bool = False) -> bool | None:
    """Return the status of an objective, whether or not its activity is active."""
    link = node.links[at]
    if link.by_measure:
        measure = plain_measure(state, node, at, is_stale=is_stale)
        return None if measure is None else measure >= link.minimum - PRECISION
    if link.satisfied_from is not None:
        return getattr(state.globals.get(link.satisfied_from, UNKNOWN), "satisfied", None)
    if is_stale and node.place in MEMORY.stale_objectives:
        return None
    return state.records[node.place].objectives[at].satisfied


def measure_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> float | None:
    """Return a measure; the status that it decides is written by the way."""
    measure = plain_measure(state, node, at, is_stale=is_stale)
    link = node.links[at]
    if measure is not None and link.by_measure and not (is_stale and node.place in MEMORY.stale_objectives):
        before = dict(state.globals)
        copy(state, node, at, "satisfied", measure >= link.minimum - PRECISION)
        note(Departure.BY_MEASURE, before != state.globals)
    return measure


def may_decide(state: TrackingState, node: Node, at: int) -> bool:
    """Tell whether a measure may decide a status now (measureSatisfactionIfActive)."""
    is_active = state.records[node.place].is_active
    return not node.links[at].by_measure or node.rollup.measure_satisfaction_if_active or not is_active


def satisfied_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> bool | None:
    """Return a status; one that a SCO once said is known, and not satisfied, while a measure may not decide."""
    status = plain_status(state, node, at, is_stale=is_stale)
    if status is None or may_decide(state, node, at):
        return status
    if at == PRIMARY and node.place in MEMORY.said_success:
        note(Departure.ACTIVE)
        return False
    return None


def plain_progress(state: TrackingState, node: Node, at: int, *, is_stale: bool) -> float | None:
    """Return the progress of an objective, the local one where the global one is unknown."""
    value = read_global(state, node, at, "progress")
    if value is not None:
        return value
    return None if is_stale else state.records[node.place].objectives[at].progress


def progress_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> float | None:
    """Return the progress of an objective, None for a stale one whoever asks."""
    is_marked = at == PRIMARY and node.place in MEMORY.stale_progress
    found = plain_progress(state, node, at, is_stale=is_marked)
    if is_stale is not is_marked:
        other = plain_progress(state, node, at, is_stale=is_stale)
        note(Departure.STALE_SEEN if is_marked else Departure.STALE, found != other)
    return found


def completed_of(state: TrackingState, node: Node, at: int = PRIMARY, *, is_stale: bool = False) -> bool | None:
    """Return whether an objective is completed; stale is what is marked, and only a cluster's own flag shows it."""
    is_marked = at == PRIMARY and node.place in MEMORY.stale_progress
    if is_stale and is_marked:
        note(Departure.STALE_SEEN, read_global(state, node, at, "completed") is not None)
        return None
    is_hidden = is_marked and not node.current_progress_info
    found = _completed(state, node, at, is_hidden=is_hidden, is_marked=is_marked)
    if is_marked:
        note(Departure.STALE_SEEN, found != _completed(state, node, at, is_hidden=False, is_marked=False))
    return found


def _completed(state: TrackingState, node: Node, at: int, *, is_hidden: bool, is_marked: bool) -> bool | None:
    if at == PRIMARY and node.threshold.by_measure:
        if plain_progress(state, node, PRIMARY, is_stale=is_hidden) is None:
            return None
        amount = plain_progress(state, node, PRIMARY, is_stale=is_marked)
        return amount is not None and amount >= node.threshold.minimum - PRECISION
    value = read_global(state, node, at, "completed")
    if value is not None:
        return bool(value)
    return None if is_hidden else state.records[node.place].objectives[at].completed


def truth_of(state: TrackingState, node: Node, condition: RuleCondition, *, is_stale: bool = False) -> Truth:
    """Return the truth of a condition; most give an activity tracking data that it had not."""
    if condition.name not in UNTOUCHING and node.tracked:
        MEMORY.touched.add(node.place)
    return our_truth_of(state, node, condition, is_stale=is_stale)


def values_of(state: TrackingState, node: Node, at: int) -> ObjectiveValues:
    """Return what a SCO finds of an objective."""
    for kind in FURTHER:
        read_global(state, node, at, kind)
    return our_values_of(state, node, at)


# ---------------------------------------------------------------------- writing


def changed(values: ObjectiveValues, kind: str, value: bool | float | None) -> ObjectiveValues:
    """Return values of an objective with another one of a kind."""
    change: dict[str, Any] = {kind: value}
    return replace(values, **change)


def copy(state: TrackingState, node: Node, at: int, kind: str, value: bool | float | None) -> None:
    """Write a value through the maps."""
    if node.tracked:
        for target in node.links[at].writes.get(kind, ()):
            state.globals[target] = changed(state.globals.get(target, UNKNOWN), kind, value)


def keep(state: TrackingState, node: Node, at: int, kind: str, value: bool | float | None) -> None:
    """Record a value of an objective."""
    record = state.writable(node.place)
    values = changed(record.objectives[at], kind, value)
    record.objectives = (*record.objectives[:at], values, *record.objectives[at + 1 :])


def put(state: TrackingState, node: Node, at: int, kind: str, value: bool | float | None) -> None:
    """Record a value and write it, also an unknown one."""
    keep(state, node, at, kind, value)
    if kind == "completed":
        MEMORY.completions.add((node.place, at))
    copy(state, node, at, kind, value)


def clear(state: TrackingState, node: Node, at: int, kind: str) -> None:
    """Forget a value; that it is unknown is written when there was one."""
    was_set = kind == "completed" and (node.place, at) in MEMORY.completions
    if was_set or getattr(state.records[node.place].objectives[at], kind) is not None:
        keep(state, node, at, kind, None)
        copy(state, node, at, kind, None)
        MEMORY.completions.discard((node.place, at) if kind == "completed" else (-1, -1))


def put_or_clear(state: TrackingState, node: Node, at: int, kind: str, value: bool | float | None) -> None:
    """Record a value, or forget it where there is none."""
    if value is None:
        clear(state, node, at, kind)
    else:
        put(state, node, at, kind, value)


def put_status(state: TrackingState, node: Node, at: int, value: bool | None) -> None:
    """Record a status, unless a measure decides it."""
    if not node.links[at].by_measure:
        put_or_clear(state, node, at, "satisfied", value)


def put_measure(state: TrackingState, node: Node, at: int, value: float | None) -> None:
    """Record a measure, and write the status that it decides."""
    put_or_clear(state, node, at, "measure", value)
    link = node.links[at]
    if value is not None and link.by_measure and (at != PRIMARY or may_decide(state, node, at)):
        copy(state, node, at, "satisfied", value >= link.minimum - PRECISION)


def put_progress(state: TrackingState, node: Node, value: float | None) -> None:
    """Record the completion amount of an activity, and the completion that it decides."""
    put_or_clear(state, node, PRIMARY, "progress", value)
    if value is not None and node.threshold.by_measure:
        put(state, node, PRIMARY, "completed", value >= node.threshold.minimum - PRECISION)
