"""The demonstration under 20 s, the second start under 5 s: whole commands, as a person waits for them."""

import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.installation import empty, environment, palier
from benchmarks.running import Browser, free_port
from lms.config import Settings


def measure() -> list[Figure]:
    """Return the seconds of the first start with the demonstration, and of the second."""
    with tempfile.TemporaryDirectory() as folder:
        settings = empty(Path(folder), free_port())
        first, second = _start(settings), _start(settings)
    return [
        Figure("first start, demonstration loaded, until it answers", first, "s", 20),
        Figure("second start, until it answers", second, "s", 5),
    ]


def _start(settings: Settings) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        palier("serve", "--demonstration"), env=environment(settings), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Palier is at"):
                break
        status, _, _ = Browser(settings).ask("GET", settings.platform_host, "/")
        assert status == 200, status
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)
