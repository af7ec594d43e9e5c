"""A real server for browser tests of the player: a process of its own on a free port, which a test may kill."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Locator, Page, expect
from sqlalchemy import select

from courses.attempts.models import ActivityState, Attempt, RawCommit
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from lms.application import create_app
from lms.config import Settings, load_settings
from lms.identity import hashed_for
from lms.migrate import upgrade
from lms.site import Site
from tests.builders import PASSWORD
from tests.playing import Played, make_played
from tests.ports import held_port, number_of

PAGES = Path(__file__).parent / "pages"
LESSON = (PAGES / "lesson.html").read_bytes()
FILES = {"one.html": LESSON, "two.html": LESSON, "quiz.html": LESSON}

PATIENCE_S = 60
NOTHING_KEPT = "() => !Object.keys(localStorage).some((key) => key.startsWith('palier.'))"

SERVER = """
import sys
from waitress import create_server
from lms.application import create_app
app = create_app()
create_server(app.wsgi_app, host="127.0.0.1", port=int(sys.argv[1]), threads=8).run()
"""


@dataclass(frozen=True, slots=True)
class KeptPost:
    """A post as it stands in the log."""

    document: dict[str, Any]
    received_at: datetime
    is_late: bool


@dataclass
class PlayingSite:
    """An installation with a server that can be killed and started again on the same port."""

    folder: Path
    holder: socket.socket = field(default_factory=held_port)
    process: subprocess.Popen[bytes] | None = None
    played: list[Played] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the database."""
        self.settings: Settings = load_settings(
            {}, folder=self.folder, base_url=self.base_url, secret_key="s" * 40, fast_passwords=True,
            sign_in_limit="1000 per minute",
        )  # fmt: skip
        app = create_app(self.settings)
        self.site: Site = app.extensions["palier"]
        upgrade(self.site.database)

    @property
    def port(self) -> int:
        """Return the port on which the server listens, every time it is started."""
        return number_of(self.holder)

    @property
    def base_url(self) -> str:
        """Return the platform's address."""
        return f"http://localhost:{self.port}"

    def publish(self, data: bytes, person: Person | None = None) -> Played:
        """Publish a package and enrol a learner who can sign in."""
        with self.site.database.transaction() as session:
            played = make_played(session, data, self.site.storage, person=person)
            if person is None:
                played.person.password_hash = hashed_for(self.site, PASSWORD)
        self.played.append(played)
        return played

    def command(self) -> list[str]:
        """Return the command that starts the server."""
        return [sys.executable, "-c", SERVER, str(self.port)]

    def start(self) -> None:
        """Start the server and wait until it answers."""
        environment = os.environ | {
            "LMS_FOLDER": str(self.folder), "LMS_BASE_URL": self.base_url, "LMS_SECRET_KEY": "s" * 40,
            "LMS_FAST_PASSWORDS": "yes", "LMS_SIGN_IN_LIMIT": "1000 per minute",
        }  # fmt: skip
        self.process = subprocess.Popen(self.command(), env=environment, stdout=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                urllib.request.urlopen(f"{self.base_url}/sign-in", timeout=5).close()
                return
            except OSError:
                assert time.monotonic() < until, "the server does not answer"
                assert self.process.poll() is None, "the server has ended"
                time.sleep(0.05)

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def close(self) -> None:
        """End the server and the database."""
        self.kill()
        self.holder.close()
        self.site.database.close()

    def enrolment(self, played: Played) -> Any:
        """Return the enrolment's row as it stands."""
        with self.site.database.reading() as session:
            return session.execute(select(Enrolment.__table__).where(Enrolment.id == played.enrolment.id)).one()

    def posts_of(self, played: Played) -> list[KeptPost]:
        """Return what the log has of an enrolment, in the order in which it came."""
        found = (
            select(RawCommit.body, RawCommit.received_at, RawCommit.is_late)
            .join(Attempt, Attempt.id == RawCommit.attempt_id)
            .where(Attempt.enrolment_id == played.enrolment.id)
            .order_by(RawCommit.received_at, RawCommit.lease_id, RawCommit.seq)
        )
        with self.site.database.reading() as session:
            return [KeptPost(json.loads(zlib.decompress(row[0])), row[1], row[2]) for row in session.execute(found)]

    def activity_of(self, played: Played, identifier: str) -> Any:
        """Return an activity's row as it stands, or None."""
        rows = (
            select(ActivityState.__table__)
            .join(Attempt, Attempt.id == ActivityState.attempt_id)
            .where(Attempt.enrolment_id == played.enrolment.id, ActivityState.activity_id == identifier)
        )
        with self.site.database.reading() as session:
            return session.execute(rows).one_or_none()


def until(is_true: Callable[[], bool]) -> None:
    """Wait until something has happened on the server that no page shows."""
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, "it never happens"
        threading.Event().wait(0.02)


def sign_in(site: PlayingSite, page: Page, person: Person) -> None:
    """Sign a person in through the form."""
    page.goto(f"{site.base_url}/sign-in")
    page.locator("input[name=email]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def launch(site: PlayingSite, page: Page, played: Played) -> None:
    """Launch from the platform by the form that a learner's page has, and wait for the player."""
    page.goto(f"{site.base_url}/profile")
    page.evaluate(
        """action => {
            const token = document.querySelector('input[name=csrf_token]').value;
            const form = document.createElement('form');
            form.method = 'post';
            form.action = action;
            form.innerHTML = '<input name="csrf_token">';
            form.firstChild.value = token;
            document.body.append(form);
            form.submit();
        }""",
        f"/enrolments/{played.enrolment.id}/launch",
    )
    page.wait_for_url(f"http://play.content.localhost:{site.port}/launch*")


def sco_frame(page: Page, path: str) -> Frame:
    """Return the frame of the SCO once it shows a page of that path."""
    expect(page.locator("iframe.package")).to_be_attached()
    wrapper = page.frame_locator("iframe.package")
    expect(wrapper.locator("iframe#sco")).to_be_attached()
    page.wait_for_function("() => document.getElementById('notice').hidden")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for frame in page.frames:
            if "/r/" in frame.url and path in frame.url:
                frame.wait_for_load_state()
                return frame
        page.wait_for_timeout(20)
    raise AssertionError(f"no frame shows {path}: {[frame.url for frame in page.frames]}")


def badge(page: Page) -> Locator:
    """Return the save badge."""
    return page.locator("[data-save-state]")


def saved(page: Page) -> None:
    """Wait until everything is saved that a SCO has said.

    The badge alone does not tell: the player hears what was said a moment later. The wrapper keeps it from the first
    moment until the server has it.
    """
    for frame in page.frames:
        if "/w/" in frame.url:
            frame.wait_for_function(NOTHING_KEPT, polling=50, timeout=PATIENCE_S * 1000)
    expect(badge(page)).to_have_attribute("data-save-state", "saved", timeout=PATIENCE_S * 1000)


def new_page(context: BrowserContext) -> Page:
    """Return a page that fails its test on an uncaught exception of ours."""
    page = context.new_page()
    page.on("pageerror", lambda error: print("page error:", error))
    page.on("console", lambda message: print("console:", message.type, message.text))
    return page
