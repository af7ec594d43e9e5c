"""The player's own scripts, styles and tables, compressed once and kept for good under an address with their hash."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

from lms.look import source
from scorm.packaging.serving import media_type_for
from scorm.runtime.elements import Profile
from scorm.runtime.export import table_as_json
from scorm.runtime.tables import TABLES


def table_file(edition: str) -> str:
    """Return the name under which the shell finds the table of an edition."""
    return f"table-{edition.lower().replace(' ', '-')}.json"


TABLE_FILES = {table_file(edition): table for edition, table in TABLES.items()}
SHELL = frozenset(
    {
        "able.js", "shell.js", "play.js", "page.js", "contents.js", "states.js", "words.js", "opening.js", "sender.js",
        "journal.js", "frame.js", "gate.js", "shell.css", "trace.js", "trace.css", *TABLE_FILES,
        # what plays a course on a device without the server
        "keeping.js", "line.js", "panel.js", "shelf.js", "hosts.js", "mirror.js", "kept.js", "kept.css", "windows.js",
        "local.js", "local12.js", "local2004.js", "closing.js", "closing2004.js", "outcome.js", "sequencing.js",
        "tracking.js", "table.js", "player.js",
    }
)  # fmt: skip
PACKAGE = frozenset({"table.js", "player.js", "storing.js", "watch.js", "wrapper.js", "tracing.js", "wrapper.css"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A file of ours as it is sent."""

    body: bytes
    packed: bytes
    media_type: str


@cache
def script(name: str) -> Script:
    """Return one of our files.

    Raises:
        LookupError: there is no file of that name.
    """
    table = TABLE_FILES.get(name)
    if table is not None:
        body = table_as_json(table, Profile.LENIENT).encode("ascii")
    else:
        path = source(f"player/{name}")
        if path is None:
            raise LookupError(f"there is no file {name}")
        body = path.read_bytes()
    media_type = f"{media_type_for(name)[0]}; charset=utf-8"
    return Script(body=body, packed=gzip.compress(body, 9, mtime=0), media_type=media_type)


@cache
def version_of_scripts(names: frozenset[str]) -> str:
    """Return one short hash of files that belong together: modules import each other under one address."""
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(script(name).body)
    return digest.hexdigest()[:12]


def shell_script(name: str) -> str:
    """Return the address of a file of the shell, on its own host."""
    return f"/s/{version_of_scripts(SHELL)}/{name}"


def package_script(name: str) -> str:
    """Return the address of a file of the wrapper, on every package host."""
    return f"/o/{version_of_scripts(PACKAGE)}/{name}"
