"""Recordings of ADL's reference sequencer: every difference from our engine is a departure with a name."""

import sys
from functools import cache
from pathlib import Path

import pytest

from tests.conformance.reference import standin
from tests.conformance.reference.departures import Departure
from tests.conformance.test_scorm2004 import failures_of, rows_of
from tests.conformance.traces import PROFILES, About, Followed, follow, traces_of

UNANSWERED = "adl.nav.request_valid"
"""What the stand-in does not answer, since looking ahead has effects in the reference."""


@cache
def followed_of(folder: Path, profile: str) -> list[Followed]:
    """Return the recordings of a profile as both have followed them."""
    return [follow(trace) for trace in traces_of(folder, profile)]


@pytest.mark.parametrize("profile", PROFILES)
def test_with_its_departures_exchanged_our_engine_does_what_the_reference_does(
    profile: str, shared_folder: Path | None
) -> None:
    if shared_folder is None:
        return
    followed = followed_of(shared_folder, profile)
    assert followed
    assert not {one.name: one.stand_in for one in followed if one.stand_in}


@pytest.mark.parametrize("profile", PROFILES)
def test_our_engine_does_what_the_reference_does_until_a_departure_comes_in(
    profile: str, shared_folder: Path | None
) -> None:
    if shared_folder is None:
        return
    unexplained = {
        (one.name, about): one.ours[about]
        for one in followed_of(shared_folder, profile)
        for about in About
        if about in one.ours and not one.reasons(about)
    }
    assert not unexplained


def test_where_the_reference_fails_its_stand_in_fails(shared_folder: Path | None) -> None:
    if shared_folder is None:
        return
    ends = [trace["ops"][-1] for profile in PROFILES for trace in traces_of(shared_folder, profile)]
    failed = sum(one.has_failed for profile in PROFILES for one in followed_of(shared_folder, profile))
    assert failed == sum("exception" in end for end in ends) > 0


def test_no_case_decides_between_the_reference_and_our_engine(shared_folder: Path | None) -> None:
    if shared_folder is None:
        return
    folder = shared_folder / "scorm2004"
    with standin.in_the_place_of_ours():
        failures = {
            row["id"]: failed
            for row in rows_of(folder)
            if (failed := [one for one in failures_of(folder, row, standin.Engine()) if UNANSWERED not in one])
        }
    assert not failures


def test_the_stand_in_leaves_our_engine_as_it_was() -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("scorm.sequencing.")]
    before = [dict(vars(module)) for module in modules]
    with standin.in_the_place_of_ours():
        assert [dict(vars(module)) for module in modules] != before
    assert [dict(vars(module)) for module in modules] == before


def test_every_departure_is_argued_in_the_documentation() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "conformance.md").read_text()
    assert not [departure.name for departure in Departure if f"`{departure.name}`" not in page]
