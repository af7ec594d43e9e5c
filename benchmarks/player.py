"""How many calls of a SCO the player answers in a browser, every check included, and what it weighs for 2004."""

import gzip
import json
import shutil

from playwright.sync_api import sync_playwright

from benchmarks.figures import Figure
from benchmarks.runtime import CALLS
from lms.resources import PACKAGE
from scorm.runtime.elements import Profile
from scorm.runtime.export import table_as_json
from scorm.runtime.tables import table_named

SCRIPTS = [PACKAGE / "static" / "player" / name for name in ("table.js", "player.js")]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
ROUNDS = 20_000
TIMES = 3  # the quickest counts: the machine has other things to do
PLAY = """
([table, calls, rounds]) => {
  const api = Palier.createApi(table, new Palier.RunTimeData(table, {}));
  (api.Initialize || api.LMSInitialize)("");
  const start = performance.now();
  for (let i = 0; i < rounds; i++) for (const [name, ...args] of calls) api[name](...args);
  return rounds * calls.length / (performance.now() - start);
}
"""


def measure() -> list[Figure]:
    """Return thousands of calls a second of each generation, and the weight of scripts and table of 2004."""
    tables = {edition: table_as_json(table_named(edition), Profile.STRICT) for edition in CALLS}
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        for script in SCRIPTS:
            page.add_script_tag(path=script)
        speeds = {
            edition: max(page.evaluate(PLAY, [json.loads(table), CALLS[edition], ROUNDS]) for _ in range(TIMES))
            for edition, table in tables.items()
        }
        browser.close()
    table = table_as_json(table_named("2004 4th Edition"), Profile.LENIENT).encode()
    weight = sum(len(gzip.compress(part, 6)) for part in (*(script.read_bytes() for script in SCRIPTS), table))
    return [
        *(Figure(f"SCORM {edition}, calls in Chromium", speed, "k/s", 300, True) for edition, speed in speeds.items()),
        Figure("table.js, player.js and the table of 2004, compressed", weight / 1000, "KB", 25),
    ]
