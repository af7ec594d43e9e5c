"""The child process that reads a package: started by `lms.packages`, with hard limits, on a file it is handed.

It knows `scorm` and nothing else of Palier. The archive is its standard input (a file, read at offsets); on its
standard output come lines of JSON: `{"done", "total"}` now and then, then one `{"report"}` or `{"refused"}`.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scorm.errors import PackageError
from scorm.packaging.archive import ReadAt
from scorm.packaging.facts import DEFAULT_BUDGETS, Budgets
from scorm.packaging.limits import DEFAULT_LIMITS, Limits
from scorm.packaging.package import Package, read_package

ARCHIVE = 0
PROGRESS_EVERY_S = 0.2
LIMITS = {
    resource.RLIMIT_AS: 256 * 1024**2,
    resource.RLIMIT_CPU: 600,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 32,
    resource.RLIMIT_CORE: 0,
}
"""Hard limits of this process, in bytes, seconds and files: it writes none, and dies at the others."""

MEMBER_FIELDS = ("name", "offset", "method", "compressed_size", "size", "crc")


def main() -> None:
    """Read the package on standard input.

    The arguments: how many bytes its files may have in all, and the budgets of its first screen and of the whole.
    """
    hold_limits()
    total_size, first_screen, course = (int(argument) for argument in sys.argv[1:4])
    limits = replace(DEFAULT_LIMITS, total_size=total_size, member_size=min(DEFAULT_LIMITS.member_size, total_size))
    budgets = Budgets(first_screen=first_screen, course=course)
    try:
        _say(read(_read_at, os.fstat(ARCHIVE).st_size, limits, budgets))
    except MemoryError:
        _say({"refused": [_out_of_memory()]})


def hold_limits() -> None:
    """Give up, for good, what the reading of a package does not need."""
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))


def _read_at(offset: int, size: int) -> bytes:
    return os.pread(ARCHIVE, size, offset)


def read(read_at: ReadAt, size: int, limits: Limits, budgets: Budgets = DEFAULT_BUDGETS) -> dict[str, Any]:
    """Return the report on a package, or why it is refused, as plain values."""
    try:
        package = read_package(read_at, size, limits=limits, progress=_progress(), budgets=budgets)
    except PackageError as error:
        return {"refused": [finding.as_dict() for finding in error.findings]}
    return {"report": _report(package)}


def _report(package: Package) -> dict[str, Any]:
    return {
        "edition": str(package.edition),
        "title": package.title,
        "tool": package.tool,
        "sco_count": package.scos + package.assets,
        "total_size": package.index.total_size,
        "definition": package.manifest.as_dict(),
        "findings": [finding.as_dict() for finding in package.findings],
        "facts": package.facts.as_dict(),
        "members": [[getattr(member, field) for field in MEMBER_FIELDS] for member in package.index.members.values()],
    }


def _out_of_memory() -> dict[str, Any]:
    """Return the finding for a manifest that is small enough in bytes and yet too much to hold."""
    return {
        "code": "manifest_over_limits", "grade": "blocker", "file": "imsmanifest.xml", "place": "",
        "parameters": {"what": "memory"},
    }  # fmt: skip


def _progress() -> Callable[[int, int], None]:
    """Return what tells how far the reading is, at most five times a second."""
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        moment = time.monotonic()
        if moment - last >= PROGRESS_EVERY_S:
            last = moment
            _say({"done": done, "total": total})

    return tell


def _say(message: dict[str, Any]) -> None:
    # Without escapes, of which each takes six letters: what is said is hardly longer than what was read.
    line = json.dumps(message, separators=(",", ":"), ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
