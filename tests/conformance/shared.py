"""Where the conformance data is, on machines that have it; the project holds no copy."""

import os
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def conformance_folder() -> Path | None:
    """Return the folder with the runner and its cases, or None after saying so in one line.

    `PALIER_SHARED` names the folder that contains it; else it is looked for beside the repository and above.
    """
    named = os.environ.get("PALIER_SHARED")
    places = [Path(named)] if named else [parent / "shared" for parent in ROOT.parents]
    for place in places:
        if (place / "conformance" / "replay.py").is_file():
            return place / "conformance"
    print("conformance data not found: its cases were not replayed (PALIER_SHARED names the folder)", file=sys.stderr)
    return None
