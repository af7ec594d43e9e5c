"""What the tests of isolation play: the real server, a host that counts who reaches it, packages that are hostile."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import select

from courses.db import Base
from tests.browser.playing_site import PAGES, PlayingSite
from tests.playing import PAGE, package_of, sco

HOSTILE = {name: (PAGES / name).read_bytes() for name in ("hostile.html", "hostile.js", "curious.html")}
FILES = HOSTILE | {
    "data.json": b'{"a": 1}', "text.txt": b"text", "style.css": b"p { color: #123 }", "tool.exe": b"MZ",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>', "paper.xml": b"<paper/>",
    "posing.html": b"<title>Posing</title><h1>Posing</h1>", "worker.js": b'fetch(location.hash || "/");',
}  # fmt: skip

ELSEWHERE = b"""<!doctype html><title>Elsewhere</title><script>
function read(one) { try { return one(); } catch (error) { return "closed"; } }
var found = [read(() => opener.document.title), read(() => opener.top.document.title)];
read(() => (opener.top.location = "/taken"));
fetch("/told-" + found.join("-"));
</script>"""

OF_PLAYING = frozenset(
    {
        "lms_attempt", "lms_lease", "lms_launch_code", "lms_activity_state", "lms_raw_commit", "lms_trial",
        "lms_trial_calls", "lms_enrolment", "lms_sign_in", "lms_outcome_change", "lms_shared_objective",
        "lms_shared_data", "lms_kept_copy",
    }
)  # fmt: skip


class ServedSite(PlayingSite):
    """An installation behind `palier serve` itself, with its limits and its own answers."""

    def command(self) -> list[str]:
        """Return the command of an installation."""
        return [sys.executable, "-c", "from lms.cli import main; main()", "serve", "--port", str(self.port)]


class Trap:
    """A host of somebody else's, which lets everybody in and remembers what they asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Answers(BaseHTTPRequestHandler):
            """Answers whatever is asked."""

            def do_GET(self) -> None:
                """Take what comes."""
                asked.append(self.path.partition("?")[0])
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(ELSEWHERE)

            do_POST = do_GET  # noqa: N815 — the name is the server's

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.origin = f"http://elsewhere.localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def hostile_package(site: PlayingSite, trap: Trap, **targets: object) -> bytes:
    """Return a package of one hostile SCO that knows where everything is."""
    shell = f"http://play.content.localhost:{site.port}"
    known = {"platform": site.base_url, "shell": shell, "evil": trap.origin} | targets
    script = f"window.TARGETS = {json.dumps(known)};".encode()
    return package_of([sco("hostile"), sco("curious"), sco("one")], FILES | {"targets.js": script, "one.html": PAGE})


def rows_beside_playing(site: PlayingSite) -> dict[str, Any]:
    """Return every row that playing does not write, and the names of those that it does."""
    with site.site.database.reading() as session:
        found: dict[str, Any] = {
            table.name: sorted(map(str, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in OF_PLAYING
        }
        for name in OF_PLAYING & {"lms_enrolment", "lms_sign_in"}:
            table = Base.metadata.tables[name]
            found[name] = sorted(str(row.id) for row in session.execute(select(table)))
    return found
