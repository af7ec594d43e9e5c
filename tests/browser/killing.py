"""A browser with a profile of its own that a test kills as a power cut would, and starts again."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser import faulty_line as faults
from tests.browser.faulty_line import Line
from tests.browser.playing_site import PlayingSite, badge, launch, new_page, sco_frame, sign_in
from tests.playing import Played

IN_THE_JOURNAL = """
value => new Promise((resolve) => {
    const opened = indexedDB.open("palier");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("changes").objectStore("changes").getAll();
        asked.onsuccess = () => {
            opened.result.close();
            resolve(asked.result.some((change) => change.value === value));
        };
    };
})
"""

Started = Callable[[], BrowserContext]


def starter(playwright: Playwright, arguments: dict[str, Any], profile: Path, line: Line) -> Started:
    """Return what starts a browser on a profile, behind a line."""
    return lambda: playwright.chromium.launch_persistent_context(profile, proxy={"server": line.address}, **arguments)


def kill(context: BrowserContext, profile: Path) -> None:
    """Kill (-9) every process of the browser that uses a profile."""
    with context.expect_event("close"):
        for process in psutil.process_iter(["cmdline"]):
            if f"--user-data-dir={profile}" in (process.info["cmdline"] or []):
                with suppress(psutil.NoSuchProcess):  # it has gone with its parent
                    process.kill()


def opened(site: PlayingSite, context: BrowserContext, played: Played, *, has_clock: bool = True) -> Page:
    """Return the learner's player at the first lesson; the time of the page passes as a test wants it to."""
    page = new_page(context)
    page.goto(f"{site.base_url}/profile")
    if "/sign-in" in page.url:  # what a browser has kept of it depends on how long it lived
        sign_in(site, page, played.person)
    if has_clock:
        page.clock.install()
    launch(site, page, played)
    sco_frame(page, "one.html")
    return page


def change_without_a_line(page: Page, line: Line, word: str) -> None:
    """Cut the line, let the lesson append a word to what is kept, and see it written."""
    line.fail(faults.cut, "")
    sco_frame(page, "one.html").evaluate("word => set('comments', word)", word)
    badge(page).and_(page.locator("[data-save-state=offline]")).wait_for()
    page.wait_for_function(IN_THE_JOURNAL, arg=word, polling=50)
