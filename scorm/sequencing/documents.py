"""A tracking state as one small JSON document, with its version (what is at its beginning is left out).

The definition is no part of it: a document is read against the tree that it was written for.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from scorm.errors import ScormError
from scorm.runtime.report import UNKNOWN, ObjectiveValues
from scorm.sequencing.tracking import Record, TrackingState
from scorm.sequencing.tree import ActivityTree

VERSION = 1

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Mapping[int, Migration] = {}
"""From each version to the next one; a document of an older version walks through all that follow."""

_FLAGS = {
    "is_active": "active", "is_suspended": "suspended", "is_success_unknown": "success_unknown",
    "is_completion_unknown": "completion_unknown",
}  # fmt: skip
_KINDS = tuple(one.name for one in fields(ObjectiveValues))


def state_as_document(state: TrackingState, *, with_globals: bool) -> dict[str, Any]:
    """Return a state as plain values for JSON; `with_globals` where the shared objectives belong to this attempt."""
    nodes = state.tree.nodes
    activities = {nodes[place].identifier: _record(state, record) for place, record in enumerate(state.records)}
    document: dict[str, Any] = {
        "version": VERSION, "seed": state.seed, "draws": state.draws, "prepared": state.is_prepared,
        "current": None if state.current is None else nodes[state.current].identifier,
        "suspended": None if state.suspended is None else nodes[state.suspended].identifier,
        "activities": {name: found for name, found in activities.items() if found},
    }  # fmt: skip
    if with_globals:
        document["globals"] = globals_as_document(state.globals)
    return {name: value for name, value in document.items() if value not in (None, 0, "", {})}


def globals_as_document(shared: Mapping[str, ObjectiveValues]) -> dict[str, dict[str, Any]]:
    """Return shared objectives as plain values for JSON, without those of which nothing is known."""
    return {name: values_as_document(values) for name, values in shared.items() if values != UNKNOWN}


def values_as_document(values: ObjectiveValues) -> dict[str, Any]:
    """Return what is known of an objective as plain values for JSON."""
    return {kind: value for kind in _KINDS if (value := getattr(values, kind)) is not None}


def values_from(document: Mapping[str, Any]) -> ObjectiveValues:
    """Return what `values_as_document` wrote."""
    return ObjectiveValues(**{kind: value for kind, value in document.items() if kind in _KINDS})


def _record(state: TrackingState, record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {short: True for name, short in _FLAGS.items() if getattr(record, name)}
    if record.attempts:
        found["attempts"] = record.attempts
    if record.parent_attempt:
        found["parent_attempt"] = record.parent_attempt
    if record.kids is not None:
        found["kids"] = [state.tree.nodes[place].identifier for place in record.kids]
    known = {str(at): values_as_document(values) for at, values in enumerate(record.objectives) if values != UNKNOWN}
    return found | {"objectives": known} if known else found


def state_from(
    document: Mapping[str, Any], tree: ActivityTree, globals_: Mapping[str, ObjectiveValues] | None = None
) -> TrackingState:
    """Return the state that `state_as_document` wrote; `globals_` are the shared objectives that are kept elsewhere.

    Raises ScormError for a document of a version that is not known.
    """
    current = migrated(dict(document))
    stored = {name: values_from(values) for name, values in current.get("globals", {}).items()}
    shared = stored if globals_ is None else dict(globals_)
    state = TrackingState(tree, seed=current.get("seed", ""), globals_=shared)
    state.draws = current.get("draws", 0)
    state.is_prepared = current.get("prepared", False)
    state.current = tree.places.get(current.get("current", ""))
    state.suspended = tree.places.get(current.get("suspended", ""))
    for name, found in current.get("activities", {}).items():
        place = tree.places.get(name)
        if place is not None:
            _restore(tree, state.writable(place), found)
    return state


def _restore(tree: ActivityTree, record: Record, found: Mapping[str, Any]) -> None:
    for name, short in _FLAGS.items():
        setattr(record, name, found.get(short, False))
    record.attempts = found.get("attempts", 0)
    record.parent_attempt = found.get("parent_attempt", 0)
    if "kids" in found:
        record.kids = tuple(tree.places[name] for name in found["kids"] if name in tree.places)
    objectives = list(record.objectives)
    for at, values in found.get("objectives", {}).items():
        if int(at) < len(objectives):
            objectives[int(at)] = values_from(values)
    record.objectives = tuple(objectives)


def migrated(
    document: dict[str, Any], migrations: Mapping[int, Migration] = MIGRATIONS, version: int = VERSION
) -> dict[str, Any]:
    """Return a document of the present version; an empty one is the beginning.

    Raises ScormError for a version from which no migration leads on: one of a later release, or none of ours.
    """
    found = document.get("version", version)
    while found != version:
        migration = migrations.get(found) if isinstance(found, int) else None
        if migration is None:
            raise ScormError(f"a sequencing state of version {found!r} cannot be read")
        document = migration(document)
        found = document["version"]
    return document
