"""Reading in a child process: what it says counts only when it said it to the end."""

from pathlib import Path

import pytest

from lms import packages
from lms.packages import RefusedPackage, read_in_child


def test_a_child_that_is_killed_over_its_last_line_is_refused_for_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(b"x")
    monkeypatch.setattr(packages, "_BOOT", "import os; os.write(1, b'[1, 2'); os.kill(os.getpid(), 9)")
    outcome = read_in_child(tmp_path / "a.zip", 1, lambda _done, _total: None)
    assert isinstance(outcome, RefusedPackage)
    assert [(one["code"], one["parameters"]) for one in outcome.findings] == [("zip_over_limits", {"what": "time"})]
