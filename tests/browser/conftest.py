"""How the browser tests start Chromium, the system's own, and what the tests of the player have in common."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import FLAGS, whole_chromium
from tests.browser.faulty_line import Line
from tests.browser.playing_site import FILES, PlayingSite, launch, new_page, sign_in
from tests.playing import Played, package_of, sco

expect.set_options(timeout=30_000)  # a slow machine is no fault


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Return the options of a launch, without the windows around the engine where that is there: it is quicker."""
    path = shutil.which("chromium-headless-shell") or whole_chromium()
    return {"executable_path": path, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """Return no address: a test that needs a server starts its own.

    It also stands in for the plugin's fixture, which is of a kind that pytest deprecates.
    """
    return None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayingSite]:
    """Return an installation whose server runs."""
    found = PlayingSite(tmp_path_factory.mktemp("playing"))
    found.start()
    yield found
    found.close()


@pytest.fixture
def played(site: PlayingSite) -> Played:
    """Return a learner with a course of two lessons and a quiz."""
    return site.publish(package_of([sco("one"), sco("two"), sco("quiz", mastery_score=60)], FILES))


@pytest.fixture
def line(site: PlayingSite) -> Iterator[Line]:
    """Return a line to the server that fails on demand."""
    found = Line(site.port)
    yield found
    found.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser of its own."""
    found = browser.new_context()
    yield found
    found.close()


@pytest.fixture
def learner(site: PlayingSite, context: BrowserContext, played: Played) -> Page:
    """Return the learner's page, signed in."""
    found = new_page(context)
    sign_in(site, found, played.person)
    return found


@pytest.fixture
def player(site: PlayingSite, context: BrowserContext) -> Iterator[Any]:
    """Return what opens the player of a package for a new learner; a server that was killed runs again."""

    def opened(data: bytes) -> tuple[Page, Played]:
        played = site.publish(data)
        page = new_page(context)
        sign_in(site, page, played.person)
        launch(site, page, played)
        return page, played

    yield opened
    if site.process is None:
        site.start()
