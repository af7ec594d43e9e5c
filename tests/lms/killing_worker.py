"""Workers that kill themselves (-9) at the next of the points listed in a file, each once.

A point is the name of a step and `in`, when the step has done its work and the engine does not know, or `after`. For
each line on the standard input a worker is forked from here, where everything is imported and nothing opened yet; how
it ended is the answer.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import lms.engine
from lms.application import create_site
from lms.config import load_settings

T = TypeVar("T")
POINTS = Path(sys.argv[1])
run_step = lms.engine._step


def dies(point: str) -> None:
    """Kill this process when the point is the next of the list, and cross it out."""
    points = POINTS.read_text().split("\n")
    if points[0] == point:
        POINTS.write_text("\n".join(points[1:]))
        os.kill(os.getpid(), signal.SIGKILL)


def deadly_step(name: str, function: Callable[[], T]) -> T:
    """Run a step, dying where the list says so."""

    def work() -> T:
        result = function()
        dies(f"{name} in")
        return result

    result = run_step(name, work)
    dies(f"{name} after")
    return result


lms.engine._step = deadly_step
for _ in sys.stdin:
    child = os.fork()
    if not child:
        lms.engine.run_worker(create_site(load_settings()))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
