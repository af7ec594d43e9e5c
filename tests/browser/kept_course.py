"""A course that is kept on a device, in the tests' browser: kept, its server back again, what came there of it."""

import io
import json
import zipfile
import zlib
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Frame, Page, Route, expect
from sqlalchemy import select

from courses.attempts.models import Attempt, KeptCopy, RawCommit
from tests.browser.playing_site import LESSON, PlayingSite, sco_frame
from tests.playing import Played, package_of, sco

WORKERS = "() => navigator.serviceWorker.getRegistrations().then((found) => found.length)"
CACHED = "() => caches.keys().then((found) => found.length)"
NOTHING_OWED = """() => new Promise((resolve) => {
    const opened = indexedDB.open("palier");
    opened.onsuccess = () => {
        const all = opened.result.transaction("changes").objectStore("changes").count();
        all.onsuccess = () => { opened.result.close(); resolve(all.result === 0); };
    };
})"""


def two_lessons() -> bytes:
    """Return a package of two SCOs of SCORM 1.2."""
    return package_of([sco("one"), sco("two")], {"one.html": LESSON, "two.html": LESSON})


def keep(page: Page) -> str:
    """Keep the course that is open on this device, and return the address from which it opens."""
    page.locator("#keep").click()
    page.locator('[data-keep-do="start"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")
    address = page.locator("#copy-link").get_attribute("href")
    assert address
    expect(page.locator("#copy-text")).to_contain_text("was sent to the server")
    page.locator('[data-keep-do="close"]').click()
    return address


def came_back(site: PlayingSite, page: Page) -> None:
    """Start the server again, and let the page notice at once instead of at its next try."""
    site.start()
    page.evaluate("() => window.dispatchEvent(new Event('online'))")


def go_on(page: Page) -> None:
    page.locator('[data-nav="continue"]').click()


def found_in(page: Page, name: str) -> Any:
    return sco_frame(page, f"{name}.html").locator("#found")


def posted(site: PlayingSite, route: Route) -> str:
    """Post what a page wants to post, and return the server's answer."""
    request = route.request
    headers = {"Host": f"play.content.localhost:{site.port}", "Content-Type": "application/json"}
    headers["Authorization"] = request.headers["authorization"]
    address = f"http://127.0.0.1:{site.port}/commit"
    with urlopen(Request(address, request.post_data_buffer, headers)) as answer:
        return str(answer.read())


def with_files(data: bytes, files: dict[str, bytes]) -> bytes:
    """Return a package with more files, whatever their names."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def painted(page: Page, name: str) -> Frame:
    """Return the frame of a SCO once all around it was drawn: a busy browser may lose a click before."""
    frame = sco_frame(page, f"{name}.html")
    for one in (frame, package_host(page), page.main_frame):
        one.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return frame


def package_host(page: Page) -> Any:
    return next(frame for frame in page.frames if "/w/" in frame.url)


def copies(site: PlayingSite, played: Played) -> list[Any]:
    """Return which devices keep a course of a learner."""
    of_learner = KeptCopy.attempt_id.in_(select(Attempt.id).where(Attempt.enrolment_id == played.enrolment.id))
    with site.site.database.reading() as session:
        return list(session.execute(select(KeptCopy.__table__).where(of_learner)))


def requests_of(site: PlayingSite, played: Played) -> list[str]:
    """Return what was asked for and carried out, in order, but for what opens the course."""
    rows = (
        select(RawCommit.body, RawCommit.answer)
        .join(Attempt, Attempt.id == RawCommit.attempt_id)
        .where(Attempt.enrolment_id == played.enrolment.id)
        .order_by(RawCommit.lease_id, RawCommit.seq)
    )
    with site.site.database.reading() as session:
        posts = [(json.loads(zlib.decompress(body)), answer) for body, answer in session.execute(rows)]
    asked = [
        post["request"]["kind"] for post, answer in posts if "request" in post and {"deliver", "left"} & set(answer)
    ]
    return [kind for kind in asked if kind != "open"]
