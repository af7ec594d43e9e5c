"""ADL's SCORM 1.2 test course against our run-time, held to the nominal codes."""

import subprocess
import sys
from pathlib import Path

ADAPTER = Path(__file__).with_name("adapter12.py")


def test_the_course_of_the_suite_passes_to_the_letter(shared_folder: Path | None) -> None:
    if shared_folder is None:
        return
    run = subprocess.run(
        [sys.executable, shared_folder / "replay.py", shared_folder / "scorm12", ADAPTER, "--strict", "--all"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
