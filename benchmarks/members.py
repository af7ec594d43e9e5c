"""Files of a package, sent straight from its zip: the first byte, and the CPU beside sending the same from a file."""

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.figures import Figure, middle
from benchmarks.installation import empty
from benchmarks.launch import signed_in
from benchmarks.running import Browser, cpu_of, free_port, served
from benchmarks.serving import FROM_A_FILE, PLAIN
from lms.application import create_site
from lms.config import Settings
from lms.identity import hashed_for
from tests.builders import PASSWORD
from tests.playing import Played, make_played, package_of, sco

SCRIPT = "".join(f"export const word{number} = 'a word of the lesson, number {number}';\n" for number in range(500))
FILM = bytes(range(256)) * 4096 * 8  # 8 MB, stored: nothing would be gained by deflating it
FILES = {"lesson.js": SCRIPT.encode()[: 28 * 1024], "film.mp4": FILM}
ROUNDS = 400
TURNS = 5


@dataclass(frozen=True, slots=True)
class Content:
    """Where the files of a package that is open now are asked for."""

    browser: Browser
    host: str
    base: str

    def ask(self, name: str, **headers: str) -> float:
        """Ask for a file; return the seconds until its first byte came."""
        connection = self.browser.connection
        began = time.perf_counter()
        connection.request("GET", self.base + name, headers={"Host": self.host, "Accept-Encoding": "gzip", **headers})
        answer = connection.getresponse()
        answer.read(1)
        seconds = time.perf_counter() - began
        assert answer.status in {200, 206}, answer.status
        answer.read()
        return seconds


def measure() -> list[Figure]:
    """Return the time to a first byte, and the CPU of a script from the zip against the same from a file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = empty(Path(folder), free_port())
        played = _learner(settings)
        with served(settings) as server:
            content = _opened(settings, played)
            first = [content.ask("lesson.js") for _ in range(ROUNDS)]
            part = [content.ask("film.mp4", Range="bytes=4000000-4065535") for _ in range(ROUNDS)]
            costs = [_costs(content, server) for _ in range(TURNS)]
    zipped, plain = middle([one for one, _ in costs]), middle([other for _, other in costs])
    return [
        Figure("a script of 28 KB: its first byte", middle(first) * 1000, "ms", 5),
        Figure("a part of a film of 8 MB: its first byte", middle(part) * 1000, "ms", 5),
        Figure("  the script from the zip, CPU", zipped * 1000, "ms"),
        Figure("  the same route, token check included, from a file, CPU", plain * 1000, "ms"),
        Figure("the script from the zip against the same from a file", middle([a / b for a, b in costs]), "x", 1),
    ]


def _learner(settings: Settings) -> Played:
    parts = create_site(settings)
    with parts.database.transaction() as session:
        played = make_played(session, package_of([sco("one")], FILES), parts.storage)
        played.person.password_hash = hashed_for(parts, PASSWORD)
    parts.database.close()
    plain = settings.folder / PLAIN
    plain.mkdir()
    (plain / "lesson.js").write_bytes(FILES["lesson.js"])
    return played


def _opened(settings: Settings, played: Played) -> Content:
    """Launch the course and return where its files are."""
    browser = Browser(settings)
    body = urlencode({"csrf_token": signed_in(browser, settings, played.person)}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/enrolments/{played.enrolment.id}/launch"
    status, answer, _ = browser.ask("POST", settings.platform_host, path, body, headers)
    assert status == 303, status
    code = urlsplit(answer["Location"]).query.removeprefix("code=")
    asked = {"Content-Type": "application/json"}
    _, _, opened = browser.ask("POST", settings.shell_host, "/launch", json.dumps({"code": code}).encode(), asked)
    opening = json.loads(opened)
    return Content(browser, urlsplit(opening["origin"]).netloc, opening["base"])


def _costs(content: Content, server: psutil.Process) -> tuple[float, float]:
    """Return the CPU seconds of the script from the zip, and of the same from a file."""
    found = []
    for name in ("lesson.js", f"lesson.js?{FROM_A_FILE}"):
        before = cpu_of(server)
        for _ in range(ROUNDS):
            content.ask(name)
        found.append((cpu_of(server) - before) / ROUNDS)
    return found[0], found[1]
