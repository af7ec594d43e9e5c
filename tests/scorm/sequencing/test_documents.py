"""A tracking state as a JSON document."""

import json
from typing import Any

import pytest

from scorm.errors import ScormError
from scorm.runtime.report import ObjectiveValues
from scorm.sequencing.documents import (
    globals_as_document,
    migrated,
    state_as_document,
    state_from,
    values_as_document,
    values_from,
)
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import ActivityTree
from tests.scorm.sequencing.builders import Learner, cluster, course, leaf, learner, objective, writes


def walked() -> Learner:
    """Return someone in the middle of a course with everything that a state can hold."""
    one = learner(
        cluster(
            "A", leaf("1", objectives=[objective("o", writes("G"))]), leaf("2"), leaf("3"), leaf("4"),
            selection_timing="once", select_count=3, randomization_timing="once", reorder_children=True,
        )
    )  # fmt: skip
    one.start()
    one.report(measure=0.5, unknown=("success", "completion")).continue_()
    one.report(satisfied=True, suspended=True)
    return one


def test_a_state_at_its_beginning_is_nearly_empty() -> None:
    assert learner(cluster("A", leaf("1"))).document == {"version": 1, "seed": "seed"}


def test_a_state_is_the_same_after_a_journey_through_json() -> None:
    one = walked()
    document = json.loads(json.dumps(one.document))
    again = Learner(state_from(document, one.state.tree))
    assert again.document == one.document
    assert [again.continue_(), again.continue_()] == [one.continue_(), one.continue_()]
    assert again.document == one.document


def test_suspended_and_resumed_through_json() -> None:
    one = walked()
    one.ask("suspendAll")
    again = Learner(state_from(one.document, one.state.tree))
    assert again.suspended == one.suspended
    assert again.ask("resumeAll") == one.ask("resumeAll")


def test_shared_objectives_may_be_kept_elsewhere() -> None:
    one = walked().share("G", satisfied=True)
    document = state_as_document(one.state, with_globals=False)
    assert "globals" not in document
    again = state_from(document, one.state.tree, {"G": ObjectiveValues(satisfied=False)})
    assert again.globals == {"G": ObjectiveValues(satisfied=False)}


def test_shared_objectives_of_which_nothing_is_known_are_left_out() -> None:
    assert globals_as_document({"G": ObjectiveValues(), "H": ObjectiveValues(raw=0.0)}) == {"H": {"raw": 0.0}}


def test_values_are_the_same_after_a_journey() -> None:
    values = ObjectiveValues(satisfied=False, measure=0.0, completed=True, progress=1.0, raw=-3.5)
    assert values_from(values_as_document(values)) == values


def test_activities_that_the_tree_does_not_know_are_passed_over() -> None:
    one = walked()
    one.mark("A", kids=(one.place("2"), one.place("4")))
    one.state.current = one.place("4")
    smaller = ActivityTree(course(cluster("A", leaf("1"), leaf("2"))))
    found = state_from(one.document, smaller)
    assert (found.current, found.kids(0)) == (None, (2,))


def test_an_empty_document_is_a_beginning() -> None:
    tree = ActivityTree(course(cluster("A", leaf("1"))))
    assert state_as_document(state_from({}, tree), with_globals=True) == state_as_document(
        TrackingState(tree), with_globals=True
    )


def renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Stand for a migration: version 1 called the current activity `here`."""
    rest = {name: value for name, value in document.items() if name != "here"}
    return rest | {"version": 2, "current": document["here"]}


def numbered(document: dict[str, Any]) -> dict[str, Any]:
    """Stand for the next one."""
    return document | {"version": 3, "draws": 0}


def test_a_document_of_an_older_release_walks_through_every_migration() -> None:
    document = migrated({"version": 1, "here": "1"}, {1: renamed, 2: numbered}, 3)
    assert document == {"version": 3, "current": "1", "draws": 0}


@pytest.mark.parametrize("version", [0, 2, 99, "1", None])
def test_a_document_of_a_version_that_is_not_known_is_refused(version: object) -> None:
    with pytest.raises(ScormError, match="version"):
        state_from({"version": version}, ActivityTree(course(leaf("1"))))


def test_a_fork_goes_its_own_way_and_so_does_the_state_it_came_from() -> None:
    one = walked()
    before = one.document
    fork = Learner(one.state.fork())
    fork.continue_()
    fork.share("G", satisfied=False)
    assert one.document == before
    there = fork.document
    one.ask("exitAll")
    assert fork.document == there
