"""How the reference takes in what a SCO reports: entry by entry, then the SCO itself."""

from dataclasses import dataclass, replace

from scorm.runtime.report import UNKNOWN, ObjectiveValues, Reported, ScoReport
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.transfer import report as our_report
from scorm.sequencing.tree import PRIMARY, Node
from tests.conformance.reference.contents import look
from tests.conformance.reference.departures import MEMORY, Departure, aside, note
from tests.conformance.reference.values import (
    clear,
    put,
    put_measure,
    put_or_clear,
    put_progress,
    put_status,
    written_targets,
)

SCORES = ("raw", "minimum", "maximum")


@dataclass
class Word:
    """What becomes of the SCO's own word while its entries are read."""

    success: bool | None
    completed: bool | None
    progress: float | None
    is_success_said: bool
    is_completion_said: bool
    has_measure: bool = False


def report(state: TrackingState, identifier: str, sco: ScoReport) -> None:
    """Take in a report, then draw the contents."""
    node = state.tree.nodes[state.tree.places[identifier]]
    if node.tracked:
        with aside(state) as ours:
            our_report(ours, identifier, sco)
        _take(state, node, sco)
        record, expected = state.writable(node.place), ours.records[node.place]
        record.is_success_unknown = expected.is_success_unknown
        record.is_completion_unknown = expected.is_completion_unknown
        _note_differences(state, ours, node, sco)
    look(state)


def _note_differences(state: TrackingState, ours: TrackingState, node: Node, sco: ScoReport) -> None:
    same_values = state.records[node.place].objectives == ours.records[node.place].objectives
    if not _is_current(state, node):
        note(Departure.ENDED_EARLY, not same_values or state.globals != ours.globals)
    elif not same_values:
        is_alone = node.threshold.is_stated and sco.main.values.progress is not None
        note(Departure.THRESHOLD if is_alone else Departure.ENTRY)
    else:
        note(Departure.UNKNOWN, state.globals != ours.globals)


def _is_current(state: TrackingState, node: Node) -> bool:
    return state.records[node.place].is_active and state.current == node.place


def _take(state: TrackingState, node: Node, sco: ScoReport) -> None:
    word = _word(node, sco)
    is_current = _is_current(state, node)
    for identifier, entry in sco.objectives.items():
        at = node.objective_places.get(identifier)
        if at is not None:
            _take_entry(state, node, at, identifier, entry, word, is_current=is_current)
    _remember(MEMORY.said_progress, node, word.is_completion_said)
    if is_current:
        if not node.threshold.by_measure:
            put(state, node, PRIMARY, "completed", word.completed)
        if word.progress is not None:
            put_progress(state, node, word.progress)
        state.writable(node.place).is_suspended = sco.is_suspended
    _take_success(state, node, word, is_current=is_current)
    measure = sco.main.values.measure
    if is_current and (measure is not None or not word.has_measure):
        put_measure(state, node, PRIMARY, measure)


def _word(node: Node, sco: ScoReport) -> Word:
    """Return the SCO's own word; what a threshold or a measure decides was not said by it."""
    main = sco.main.values
    completed, is_said = main.completed, ("", "completion_status") in MEMORY.said
    if main.progress is not None and node.threshold.is_stated:
        completed, is_said = main.progress >= node.threshold.minimum, False
    return Word(
        success=main.satisfied,
        completed=completed,
        progress=main.progress,
        is_success_said=("", "success_status") in MEMORY.said and not node.links[PRIMARY].by_measure,
        is_completion_said=is_said,
    )


def _take_entry(
    state: TrackingState, node: Node, at: int, identifier: str, entry: Reported, word: Word, *, is_current: bool
) -> None:
    values = entry.values
    _take_entry_status(state, node, at, identifier, values.satisfied, word, is_current=is_current)
    if at == PRIMARY:
        word.has_measure = values.measure is not None
    if is_current:
        put_measure(state, node, at, values.measure)
        for kind in SCORES:
            put_or_clear(state, node, at, kind, getattr(values, kind))
    is_said = (identifier, "completion_status") in MEMORY.said
    is_taken = at == PRIMARY and _completes(word, values, is_said)
    if is_current and not is_taken:
        _take_entry_completion(state, node, at, values, is_said=is_said)
    if at == PRIMARY and word.progress is None and values.progress is not None:
        word.progress = values.progress
    elif is_current:
        put_or_clear(state, node, at, "progress", values.progress)


def _completes(word: Word, values: ObjectiveValues, is_said: bool) -> bool:
    """Let the entry of the primary objective speak for a SCO that has not; tell whether it does."""
    if word.is_completion_said or (values.completed is None and not is_said):
        return False
    word.completed, word.is_completion_said = values.completed, is_said
    return True


def _take_entry_completion(
    state: TrackingState, node: Node, at: int, values: ObjectiveValues, *, is_said: bool
) -> None:
    if is_said or values.completed is not None:
        put(state, node, at, "completed", values.completed)
    else:
        clear(state, node, at, "completed")


def _take_entry_status(
    state: TrackingState, node: Node, at: int, identifier: str, satisfied: bool | None, word: Word, *, is_current: bool
) -> None:
    is_said = (identifier, "success_status") in MEMORY.said
    if satisfied is None and not is_said:
        return
    _take_status(state, node, at, satisfied, is_current=is_current)
    if at == PRIMARY:
        _remember(MEMORY.said_success, node, is_said)
        word.success = satisfied


def _take_status(state: TrackingState, node: Node, at: int, satisfied: bool | None, *, is_current: bool) -> None:
    """Record a status; an unknown one makes the status unknown wherever the objective writes anything at all."""
    if is_current:
        put_status(state, node, at, satisfied)
    for target in written_targets(node, at) if satisfied is None else ():
        state.globals[target] = replace(state.globals.get(target, UNKNOWN), satisfied=None)


def _take_success(state: TrackingState, node: Node, word: Word, *, is_current: bool) -> None:
    if word.success is not None:
        if is_current:
            put_status(state, node, PRIMARY, word.success)
    elif word.is_success_said:
        MEMORY.said_success.add(node.place)
        _take_status(state, node, PRIMARY, None, is_current=is_current)


def _remember(places: set[int], node: Node, is_said: bool) -> None:
    if is_said:
        places.add(node.place)
    else:
        places.discard(node.place)
