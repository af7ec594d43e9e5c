"""Print what conformance cases and recordings say about our engines; `make conformance` calls it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

# A script finds the tests by its own place.
from tests.conformance.shared import conformance_folder  # noqa: E402
from tests.conformance.situations import SITUATIONS  # noqa: E402
from tests.conformance.traces import Followed, all_followed  # noqa: E402

ENGINES = {"scorm12": HERE / "adapter12.py", "scorm2004": HERE / "adapter.py"}


def main() -> int:
    """Replay every set of cases and follow every recording; fail when a case fails or a difference has no reason."""
    folder = conformance_folder()
    if folder is None:
        return 0
    failed = 0
    for name, adapter in ENGINES.items():
        print(f"{name}, strict", flush=True)
        command = [sys.executable, str(folder / "replay.py"), str(folder / name), str(adapter), "--strict"]
        failed |= subprocess.run(command, check=False).returncode
    found = all_followed(folder)
    print_table(found)
    unaccounted = [one for one in found if one.unaccounted]
    for one in unaccounted:
        print(f"without a situation: {one.name}, operation {one.operations - 1}: {one.unaccounted[0]}")
    return failed or bool(unaccounted)


def print_table(found: Sequence[Followed]) -> None:
    """Print how far the recordings were followed, and at which situations they part."""
    same = [one for one in found if not one.differences]
    print(f"\nrecordings: {len(found)}, the same to their end: {len(same)}")
    print(f"of these without any situation: {sum(not one.met for one in same)}")
    print(f"operations compared: {sum(one.operations for one in found)}")
    print(f"before any situation, all the same: {sum(one.untouched for one in found)}")
    print(f"statuses compared: {sum(one.statuses for one in found)}")
    print(f"of activities that no situation concerns, all the same: {sum(one.statuses_apart for one in found)}")
    print(f"recordings that differ in measure, progress, attempts or state: {sum(one.is_softer for one in found)}")
    print(f"\n{'situation':24} {'met':>5} {'parts':>6} {'alone':>6} {'same':>5}")
    for situation in SITUATIONS:
        name = situation.name
        met = [one for one in found if name in one.met]
        parts = sum(one.reason == name for one in found)
        alone = sum(any(each.situations == (name,) for each in one.differences) for one in found)
        print(f"{name:24} {len(met):5} {parts:6} {alone:6} {sum(not one.differences for one in met):5}")
    print("met: recordings that meet it before they part; parts: of those, the first difference falls to it;")
    print("alone: it alone accounts for a difference; same: met, and the same to the end all the same")


if __name__ == "__main__":
    sys.exit(main())
