"""Read a package in a child process with hard limits: whatever it holds, this process only sees the report."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xmltodict

from courses.catalogue.imports import PackageReport
from lms.config import Settings
from lms.resources import PACKAGE
from scorm.packaging.facts import DEFAULT_BUDGETS, Budgets

WALL_LIMIT_S = 900
FINDING_LIMIT = 1000
LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of one message of the child, and so of a report: twenty thousand files with long names make half of it."""

# The reading never fetches anything: the child goes without the module for it, which costs half of its start besides.
_BOOT = (
    "import sys, types; sys.path[:0] = {paths!r}; "
    "sys.modules['urllib.request'] = types.ModuleType('urllib.request'); "
    "from lms.reading import main; main()"
)

Tell = Callable[[int, int], None]


class ReadingFailed(Exception):
    """The child ended without a report: a fault of ours, its text is for the log."""


@dataclass(frozen=True, slots=True)
class RefusedPackage:
    """Why a package cannot be accepted: findings as plain values, blockers first."""

    findings: list[dict[str, Any]]


def budgets_of(settings: Settings) -> Budgets:
    """Return what courses of an installation should weigh at most."""
    return Budgets(first_screen=settings.first_screen_budget, course=settings.course_budget)


def read_in_child(
    path: Path, max_unpacked: int, tell: Tell, budgets: Budgets = DEFAULT_BUDGETS
) -> PackageReport | RefusedPackage:
    """Return the report on the package at `path`, or why it is refused.

    `max_unpacked` is how many bytes its files may have in all; `tell` hears how many bytes of how many are read;
    what weighs more than the `budgets` is reported.

    Raises:
        ReadingFailed: the child died of something that the package cannot be blamed for.
    """
    boot = _BOOT.format(paths=[str(PACKAGE.parent), str(Path(xmltodict.__file__).parent)])
    command = [sys.executable, "-I", "-S", "-c", boot, *map(str, (max_unpacked, budgets.first_screen, budgets.course))]
    with (
        path.open("rb") as archive,
        subprocess.Popen(  # noqa: S603  # our own interpreter on our own module
            command,
            stdin=archive,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"MALLOC_ARENA_MAX": "1"},  # it is told no secret; a second arena would count as memory
        ) as child,
    ):
        alarm = threading.Timer(WALL_LIMIT_S, child.kill)
        alarm.daemon = True
        alarm.start()
        try:
            answer = _listen(child, tell)
        except BaseException:
            child.kill()
            raise
        finally:
            alarm.cancel()
        complaint = child.stderr.read() if child.stderr else b""
    return _outcome(answer, child.returncode, complaint)


def _listen(child: "subprocess.Popen[bytes]", tell: Tell) -> dict[str, Any]:
    """Return the last message of the child, nothing when it died over it; pass on its progress until then."""
    assert child.stdout is not None
    while line := child.stdout.readline(LINE_LIMIT):
        if not line.endswith(b"\n"):
            child.kill()  # over its line, or over the limit of one
            break
        message: dict[str, Any] = json.loads(line)
        if "done" not in message:
            return message
        tell(message["done"], message["total"])
    return {}


def _outcome(answer: dict[str, Any], status: int, complaint: bytes) -> PackageReport | RefusedPackage:
    if "report" in answer:
        return PackageReport(**answer["report"])
    if "refused" in answer:
        return RefusedPackage(answer["refused"][:FINDING_LIMIT])
    if status < 0:  # a limit or the alarm ended it
        return RefusedPackage([_finding("zip_over_limits", what="time")])
    raise ReadingFailed(f"exit status {status}: {complaint.decode(errors='replace')[-4000:]}")


def _finding(code: str, **parameters: str) -> dict[str, Any]:
    return {"code": code, "grade": "blocker", "file": "", "place": "", "parameters": parameters}
