"""What a first visit costs on the line: the catalogue, and the scripts of the player."""

import gzip
import re
import tempfile
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.installation import demonstration
from lms.application import create_app
from lms.resources import PACKAGE
from lms.web.content.scripts import PACKAGE as PACKAGE_FILES
from lms.web.content.scripts import TABLE_FILES, script

IMPORTED = re.compile(r'^import .*from "\./([\w.-]+)"', re.M)
ENCODING = {"Accept-Encoding": "gzip, br"}


def measure() -> list[Figure]:
    """Return the weight of the catalogue with its style sheets, and of the player's scripts."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(demonstration(Path(folder)))
        client = app.test_client()
        page = client.get("/", headers=ENCODING)
        plain = client.get("/").text
        linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', plain)
        parts = [len(client.get(path, headers=ENCODING).data) for path in linked]
        total = len(page.data) + sum(parts)
    player = PACKAGE / "static" / "player"
    weights = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in player.iterdir() if path.is_file()}
    first = sum(weights[name] for name in _at_first(player)) + max(len(script(name).packed) for name in TABLE_FILES)
    return [
        Figure("catalogue, first visit, with style", total / 1000, "KB", 80),
        Figure("player.js, compressed", weights["player.js"] / 1000, "KB", 10),
        Figure("player, first visit, with style and table, compressed", first / 1000, "KB", 100),
        Figure("  everything of the player, also for trials and without a line", sum(weights.values()) / 1000, "KB"),
    ]


def _at_first(player: Path) -> set[str]:
    """Return the files of the player that a first visit reads: what its two pages name, and what that imports."""
    found: set[str] = set()
    waiting = {"able.js", "shell.js", "shell.css", *(PACKAGE_FILES - {"tracing.js"})}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(IMPORTED.findall((player / name).read_text())) - found
    return found
