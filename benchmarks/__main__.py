"""Run every benchmark, or those named: `python -m benchmarks [sequencing commits launch imports …]`."""

import importlib
import sys

from benchmarks.figures import show

NAMES = (
    "pages", "runtime", "player", "sequencing", "cohort", "launch", "commits", "members", "imports", "manifests",
    "starting", "progression", "gate",
)  # fmt: skip


def main() -> int:
    """Print every figure; return 1 when one is out of its limit."""
    kept = True
    for name in sys.argv[1:] or NAMES:
        print(f"\n{name}", flush=True)
        figures = importlib.import_module(f"benchmarks.{name}").measure()
        show(figures)
        kept = kept and all(figure.is_kept for figure in figures)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
