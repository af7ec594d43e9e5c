"""Print what conformance cases say about our engines, a line for each family; `make conformance` calls it."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.conformance.shared import conformance_folder  # noqa: E402 — a script finds the tests by its own place

ENGINES = {"scorm12": HERE / "adapter12.py", "scorm2004": HERE / "adapter.py"}


def main() -> int:
    """Replay every set of cases; fail when one case fails."""
    folder = conformance_folder()
    if folder is None:
        return 0
    failed = 0
    for name, adapter in ENGINES.items():
        print(f"{name}, strict", flush=True)
        command = [sys.executable, str(folder / "replay.py"), str(folder / name), str(adapter), "--strict"]
        failed |= subprocess.run(command, check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
