"""From the click to the first byte of content: what the server takes for every request in between."""

import json
import re
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.figures import Figure, middle
from benchmarks.installation import empty
from benchmarks.running import Browser, free_port, served
from courses.people.models import Person
from lms.application import create_site
from lms.config import Settings
from lms.identity import hashed_for
from tests.builders import PASSWORD
from tests.playing import Played, make_played, package_of, sco

ROUNDS = 40


class Steps:
    """The seconds of each request, measured where the browser stands, on a line without delay."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.seconds: dict[str, float] = {}

    def take(self, name: str, *request: Any) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request and note what it took."""
        began = time.perf_counter()
        answer = self.browser.ask(*request)
        self.seconds[name] = time.perf_counter() - began
        return answer


def measure() -> list[Figure]:
    """Return the time from click to content, in all and by request."""
    with tempfile.TemporaryDirectory() as folder:
        settings = empty(Path(folder), free_port())
        played = _learner(settings)
        with served(settings):
            browser = Browser(settings)
            token = signed_in(browser, settings, played.person)
            rounds = [_launch(browser, settings, played, token) for _ in range(ROUNDS)]
    figures = [Figure(f"  {name}", middle([steps[name] for steps in rounds]) * 1000, "ms") for name in rounds[0]]
    total = middle([sum(steps.values()) for steps in rounds]) * 1000
    return [*figures, Figure("click to first byte of content, server time", total, "ms", 15)]


def _learner(settings: Settings) -> Played:
    parts = create_site(settings)
    with parts.database.transaction() as session:
        played = make_played(session, package_of([sco("one")]), parts.storage)
        played.person.password_hash = hashed_for(parts, PASSWORD)
    parts.database.close()
    return played


def signed_in(browser: Browser, settings: Settings, person: Person) -> str:
    """Sign in; return the token that forms carry."""
    form = {"email": person.email, "password": PASSWORD, "csrf_token": _csrf(browser, settings, "/sign-in")}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, _ = browser.ask("POST", settings.platform_host, "/sign-in", urlencode(form).encode(), headers)
    assert status in {302, 303}, status
    return _csrf(browser, settings, "/profile")


def _csrf(browser: Browser, settings: Settings, path: str) -> str:
    _, _, page = browser.ask("GET", settings.platform_host, path)
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1].decode()


def _launch(browser: Browser, settings: Settings, played: Played, token: str) -> dict[str, float]:
    """Go the way that a browser goes, scripts and styles of the player kept from the visit before."""
    steps = Steps(browser)
    body = urlencode({"csrf_token": token}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/enrolments/{played.enrolment.id}/launch"
    status, answer, _ = steps.take("click, on the platform", "POST", settings.platform_host, path, body, headers)
    assert status == 303, status
    code = urlsplit(answer["Location"]).query
    steps.take("the player's page", "GET", settings.shell_host, f"/launch?{code}")
    document = json.dumps({"code": code.removeprefix("code=")}).encode()
    asked = {"Content-Type": "application/json"}
    status, _, opened = steps.take("state and lease", "POST", settings.shell_host, "/launch", document, asked)
    assert status == 200, opened[:200]
    opening = json.loads(opened)
    package = urlsplit(opening["origin"]).netloc
    steps.take("the wrapper", "GET", package, opening["wrapper"])
    status, _, content = steps.take("the first page of the package", "GET", package, opening["base"] + "one.html")
    assert status == 200, (status, content[:200])
    return steps.seconds
