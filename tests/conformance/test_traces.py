"""Recordings of ADL's reference sequencer: every difference from our engine is a departure with a name."""

import sys
from pathlib import Path

import pytest

from tests.conformance.reference import standin
from tests.conformance.reference.departures import Departure
from tests.conformance.test_scorm2004 import failures_of, rows_of
from tests.conformance.traces import PROFILES, follow, traces_of

UNANSWERED = "adl.nav.request_valid"
"""What the stand-in does not answer, since looking ahead has effects in the reference."""


@pytest.mark.parametrize("profile", PROFILES)
def test_whatever_parts_our_engine_from_the_reference_is_a_departure_with_a_name(
    profile: str, shared_folder: Path | None
) -> None:
    if shared_folder is None:
        return
    followed = [follow(trace) for trace in traces_of(shared_folder, profile)]
    assert followed
    # With the departures exchanged our engine does what the reference does, to the last value ...
    assert not {one.name: one.stand_in for one in followed if one.stand_in}
    # ... and without, until one of them comes in.
    unexplained = {
        (one.name, about): difference
        for one in followed
        for about, difference in one.ours.items()
        if not one.reasons(about)
    }
    assert not unexplained


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
