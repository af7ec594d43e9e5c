"""Recordings of ADL's reference sequencer against ours: where they part, a named situation was met, and it accounts."""

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.situations import SITUATIONS
from tests.conformance.traces import Followed, all_followed, follow, recordings

RECORDINGS = 420
UNTOUCHED_RECORDINGS = 11
UNTOUCHED_OPERATIONS = 1527
SPOILED = 4


def untouched(folder: Path) -> list[Followed]:
    """Return the recordings that meet no situation."""
    return [one for one in all_followed(folder) if not one.met]


def test_every_recording_is_followed(shared_folder: Path | None) -> None:
    if shared_folder is not None:
        found = all_followed(shared_folder)
        assert len({one.name for one in found}) == len(found) == RECORDINGS
        assert all(one.operations for one in found)


def test_nothing_is_delivered_satisfied_or_completed_otherwise_without_a_situation(shared_folder: Path | None) -> None:
    if shared_folder is not None:
        assert {one.name: one.unaccounted for one in all_followed(shared_folder) if one.unaccounted} == {}


def test_recordings_without_a_situation_are_the_same_to_the_end(shared_folder: Path | None) -> None:
    if shared_folder is not None:
        found = untouched(shared_folder)
        assert [one.name for one in found if one.differences] == []
        assert len(found) >= UNTOUCHED_RECORDINGS


def test_operations_before_any_situation_are_the_same(shared_folder: Path | None) -> None:
    if shared_folder is not None:
        found = all_followed(shared_folder)
        assert [one.name for one in found if one.differences and one.untouched == one.operations] == []
        assert sum(one.untouched for one in found) >= UNTOUCHED_OPERATIONS


@pytest.mark.parametrize("name", [one.name for one in SITUATIONS])
def test_some_recording_parts_at_the_situation(name: str, shared_folder: Path | None) -> None:
    if shared_folder is not None:
        assert [one.name for one in all_followed(shared_folder) if one.differences and one.reason == name]


@pytest.mark.parametrize("what", ["delivers", "session", "satisfied", "completion"])
def test_a_spoiled_result_is_noticed(what: str, shared_folder: Path | None) -> None:
    if shared_folder is None:
        return
    names = {one.name for one in untouched(shared_folder)}
    sound = [one for one in recordings(shared_folder) if f"{one['profile']} {one['seed']}" in names]
    for recording in sound[:SPOILED]:
        found = follow(spoiled(recording, what), shared_folder)
        assert what in {one.what for one in found.unaccounted}, found.name


def spoiled(recording: dict[str, Any], what: str) -> dict[str, Any]:
    """Return a recording whose first result is another one; the first is a launch, at which nothing has been met."""
    found = copy.deepcopy(recording)
    result = found["ops"][0]["result"]
    root = next(iter(result["activities"].values()))
    match what:
        case "delivers":
            result["delivers"] = next(name for name in result["activities"] if name != result["delivers"])
        case "session":
            result["ended"] = not result["ended"]
        case _:
            root[what] = "spoiled"
    return found
