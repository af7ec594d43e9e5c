"""ADL's cases of SCORM 2004 against our sequencing and run-time, held to the nominal answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.adapter import Engine
from tests.conformance.runner import runner_of

ADAPTER = Path(__file__).with_name("adapter.py")
FAMILIES = ("API", "CM", "CO", "CT", "DMI", "MS", "OB", "RU", "SX", "T")
SPOILED_PER_CASE = 2


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Return what there is to replay: a row for each case."""
    rows: list[dict[str, Any]] = json.loads((folder / "index.json").read_text())
    return rows


def failures_of(folder: Path, row: dict[str, Any], engine: Engine) -> list[str]:
    """Return what is wrong when a case is replayed after those that it starts from."""
    case, is_fresh = runner_of(folder.parent).Case, True
    for earlier in row["after_cases"]:
        case(folder / f"{earlier}.json", engine, True).run(is_fresh)
        is_fresh = False
    one = case(folder / f"{row['id']}.json", engine, True)
    one.run(is_fresh)
    failures: list[str] = one.failures
    return failures if one.checks else ["nothing was checked"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_case_of_the_family_passes_to_the_letter(family: str, shared_folder: Path | None) -> None:
    if shared_folder is None:
        return
    folder = shared_folder / "scorm2004"
    rows = [row for row in rows_of(folder) if row["family"] == family]
    failed = {row["id"]: failures for row in rows if (failures := failures_of(folder, row, Engine()))}
    assert rows
    assert not failed


def test_no_family_is_left_out(shared_folder: Path | None) -> None:
    if shared_folder is not None:
        assert {row["family"] for row in rows_of(shared_folder / "scorm2004")} == set(FAMILIES)


def test_spoiled_expectations_are_noticed(shared_folder: Path | None) -> None:
    if shared_folder is None:
        return
    run = subprocess.run(
        [sys.executable, shared_folder / "selftest.py", shared_folder / "scorm2004", ADAPTER, str(SPOILED_PER_CASE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith(" spoiled expectations, 0 not noticed\n"), run.stdout
