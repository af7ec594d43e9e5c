"""The runner of the conformance data, which lies beside it: loaded from there, never copied."""

import importlib
import sys
from pathlib import Path
from types import ModuleType


def runner_of(folder: Path, name: str = "replay") -> ModuleType:
    """Return a module of the conformance folder by its name."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)
