"""An installation served by the real command, with its worker: a test may kill it, and start it again on its port."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import Page
from sqlalchemy import func, select

from courses.catalogue.models import Course, Publication
from courses.people.models import Person, Role
from lms.application import create_site
from lms.config import load_settings
from lms.identity import hashed_for
from lms.migrate import upgrade
from tests.builders import PASSWORD, make_course, make_person
from tests.importing import start_palier
from tests.ports import held_port, number_of


@dataclass
class UploadingSite:
    """An administrator, a course without a language, and a server."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the database, and keep a port."""
        self._holder = held_port()
        self.port = number_of(self._holder)
        self.settings = load_settings(
            {}, folder=self.folder, base_url=f"http://localhost:{self.port}", secret_key="s" * 40, fast_passwords=True
        )
        self.site = create_site(self.settings)
        upgrade(self.site.database)
        with self.site.database.transaction() as session:
            self.person: Person = make_person(
                session, roles=[Role.LEARNER, Role.ADMINISTRATOR], password_hash=hashed_for(self.site, PASSWORD)
            )
            self.course: Course = make_course(session, languages=[])

    def start(self) -> None:
        """Start the server; its address is the first thing that it prints."""
        more = {
            "LMS_BASE_URL": self.settings.base_url, "LMS_FAST_PASSWORDS": "yes", "LMS_SIGN_IN_LIMIT": "1000 per minute",
        }  # fmt: skip
        self.process = start_palier(self.settings, "serve", "--port", str(self.port), **more, **self.more)
        assert self.process.stdout is not None
        assert f"http://localhost:{self.port}" in self.process.stdout.readline().decode()

    def kill(self) -> None:
        """Kill the server and its worker, as a power cut would."""
        if self.process is None:
            return
        workers = psutil.Process(self.process.pid).children()
        self.process.kill()
        for worker in workers:
            worker.kill()
        self.process.communicate()
        self.process = None

    def close(self) -> None:
        """End everything."""
        self.kill()
        self.site.database.close()
        self._holder.close()

    def sign_in(self, page: Page) -> None:
        """Sign the administrator in."""
        page.goto(f"{self.settings.base_url}/sign-in")
        page.locator("input[name=email]").fill(self.person.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def published(self) -> int:
        """Return how many publications there are."""
        with self.site.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Publication)) or 0
