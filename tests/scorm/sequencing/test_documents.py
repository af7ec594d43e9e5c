"""The state as a document: what is written, what is read again, and what older releases wrote."""

import json
from typing import Any

import pytest

from scorm.errors import ScormError
from scorm.runtime.report import ObjectiveValues
from scorm.sequencing.definition import Activity, ControlMode, CourseDefinition, Sequencing
from scorm.sequencing.documents import migrated, state_as_document, state_from
from scorm.sequencing.outcomes import Request
from scorm.sequencing.overall import sequence
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import ActivityTree

TREE = ActivityTree(
    CourseDefinition(
        activities=(
            Activity(identifier="course", parent=-1, sequencing=Sequencing(control=ControlMode(flow=True))),
            *(Activity(identifier=f"page {number}", parent=0) for number in range(3)),
        )
    )
)


def renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Stand for a migration: version 1 called the current activity `here`."""
    rest = {name: value for name, value in document.items() if name != "here"}
    return rest | {"version": 2, "current": document["here"]}


def numbered(document: dict[str, Any]) -> dict[str, Any]:
    """Stand for the next one."""
    return document | {"version": 3, "draws": 0}


def test_what_nobody_has_touched_is_not_written() -> None:
    assert state_as_document(TrackingState(TREE), with_globals=True) == {"version": 1}


def test_only_what_a_learner_has_touched_is_written() -> None:
    state = TrackingState(TREE, seed="a")
    sequence(state, Request.START)
    document = state_as_document(state, with_globals=False)
    assert set(document["activities"]) == {"course", "page 0"}
    assert len(json.dumps(document)) < 300


def test_a_state_goes_on_where_its_document_was_written() -> None:
    state = TrackingState(TREE)
    sequence(state, Request.START)
    sequence(state, Request.CONTINUE)
    again = state_from(json.loads(json.dumps(state_as_document(state, with_globals=True))), TREE)
    assert sequence(again, Request.CONTINUE) == sequence(state, Request.CONTINUE)


def test_objectives_that_are_kept_elsewhere_are_handed_over() -> None:
    shared = {"g": ObjectiveValues(satisfied=True)}
    state = state_from({"version": 1, "globals": {"old": {"measure": 1.0}}}, TREE, shared)
    assert state.globals == shared


def test_what_a_later_definition_no_longer_has_is_left_out() -> None:
    state = state_from({"version": 1, "current": "gone", "activities": {"gone": {"attempts": 3}}}, TREE)
    assert state.current is None
    assert all(record.attempts == 0 for record in state.records)


def test_a_document_of_an_older_release_walks_through_every_migration() -> None:
    document = migrated({"version": 1, "here": "page 1"}, {1: renamed, 2: numbered}, 3)
    assert document == {"version": 3, "current": "page 1", "draws": 0}


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_document_of_an_unknown_version_is_refused(version: object) -> None:
    with pytest.raises(ScormError, match="version"):
        state_from({"version": version}, TREE)
