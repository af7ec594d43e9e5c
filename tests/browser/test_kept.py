"""A course is kept on a device, played there without the server, and what was done comes to the server once."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect
from sqlalchemy import select

from courses.attempts.models import Attempt, KeptCopy, RawCommit
from courses.enrolment.models import Outcome
from scorm.packaging.items import Edition
from scorm.sequencing.definition import ControlMode, Delivery, RuleCondition, Sequencing, SequencingRule
from scorm.sequencing.words import ConditionName, RuleAction
from tests.browser.playing_site import (
    LESSON,
    PAGES,
    PlayingSite,
    badge,
    launch,
    new_page,
    saved,
    sco_frame,
    sign_in,
)
from tests.browser.test_pages import SERIOUS
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LESSON_2004 = (PAGES / "lesson2004.html").read_bytes()
FILM = bytes(range(256)) * 4000
FLOW = Sequencing(control=ControlMode(flow=True))
BY_CONTENT = Sequencing(delivery=Delivery(completion_set_by_content=True, objective_set_by_content=True))
SKIPPING = Sequencing(
    rules=(SequencingRule(action=RuleAction.SKIP, conditions=(RuleCondition(name=ConditionName.SATISFIED),)),)
)
WORKERS = "() => navigator.serviceWorker.getRegistrations().then((found) => found.length)"
CACHED = "() => caches.keys().then((found) => found.length)"
NOTHING_OWED = """() => new Promise((resolve) => {
    const opened = indexedDB.open("palier");
    opened.onsuccess = () => {
        const all = opened.result.transaction("changes").objectStore("changes").count();
        all.onsuccess = () => { opened.result.close(); resolve(all.result === 0); };
    };
})"""


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


def package_host(page: Page) -> Any:
    return next(frame for frame in page.frames if "/w/" in frame.url)


def copies(site: PlayingSite) -> list[Any]:
    with site.site.database.reading() as session:
        return list(session.execute(select(KeptCopy.__table__)))


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


def test_a_course_is_played_from_a_bookmark_without_the_server_and_sent_when_it_is_back(
    site: PlayingSite, playwright: Playwright, browser_type_launch_args: dict[str, Any], tmp_path: Path, played: Played
) -> None:
    def started() -> tuple[BrowserContext, Page]:
        found = playwright.chromium.launch_persistent_context(tmp_path / "profile", **browser_type_launch_args)
        return found, new_page(found)

    context, page = started()
    sign_in(site, page, played.person)
    launch(site, page, played)
    sco_frame(page, "one.html").get_by_text("Turn to page 7").click()
    saved(page)
    assert package_host(page).evaluate(WORKERS) == page.evaluate(WORKERS) == 0
    address = keep(page)
    assert package_host(page).evaluate(WORKERS) == page.evaluate(WORKERS) == 1
    assert [(copy.scope, copy.files, copy.removed_at) for copy in copies(site)] == [("course", 4, None)]
    context.close()

    site.kill()
    context, page = started()
    page.goto(address)
    expect(found_in(page, "one")).to_have_text("resume|page 7|seven")
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    expect(page.locator("#banners")).to_contain_text("the whole course is on this device")
    sco_frame(page, "one.html").get_by_text("Complete").click()
    go_on(page)
    sco_frame(page, "two.html").get_by_text("Turn to page 7").click()
    go_on(page)
    sco_frame(page, "quiz.html").get_by_text("Answer").click()
    expect(page.locator('[data-toc-item="quiz"]')).to_contain_text("passed")
    page.locator('[data-toc-item="two"]').click()
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")
    context.close()

    context, page = started()
    page.goto(address.rpartition("/")[0])
    expect(page.locator("[data-keep]")).to_have_attribute("data-keep", "owing")
    assert [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS] == []
    page.get_by_role("link", name="Open").click()
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")
    sco_frame(page, "two.html").get_by_text("Complete").click()
    expect(page.locator('[data-toc-item="two"]')).to_contain_text("completed")
    came_back(site, page)
    saved(page)
    assert requests_of(site, played) == ["continue", "continue", "choice"]
    row = site.enrolment(played)
    assert (row.outcome, row.mark, row.progress) == (Outcome.PASSED, 0.85, 1.0)
    assert site.activity_of(played, "two").values["cmi.core.lesson_location"] == "page 7"
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")  # nothing has disturbed the learner
    page.locator('[data-nav="exit"]').click()
    page.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}?left=1")
    expect(page.locator("main")).to_contain_text("85")
    page.goto(address)
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")
    expect(badge(page)).to_have_attribute("data-save-state", "saved")
    context.close()


def test_an_answer_that_is_lost_on_the_way_back_counts_nothing_twice(site: PlayingSite, player: Any) -> None:
    page, played = player(package_of([sco("one"), sco("two"), sco("three")], dict.fromkeys(
        ("one.html", "two.html", "three.html"), LESSON)))  # fmt: skip
    sco_frame(page, "one.html")
    keep(page)
    lost: list[str] = []

    def lose(route: Route) -> None:
        """Let the server have the post, and the page no answer."""
        if '"request"' in (route.request.post_data or "") and len(lost) < 2:
            lost.append(posted(site, route))
            route.abort()
        else:
            route.continue_()

    page.context.set_offline(True)
    go_on(page)
    sco_frame(page, "two.html").get_by_text("Turn to page 7").click()
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    page.route("**/commit", lose)
    page.context.set_offline(False)
    saved(page)
    assert len(lost) == 2
    assert requests_of(site, played) == ["continue"]
    assert site.activity_of(played, "two").values["cmi.core.lesson_location"] == "page 7"
    assert site.activity_of(played, "three") is None
    expect(page.locator('[data-toc-item="two"]')).to_have_attribute("aria-current", "page")


def test_a_package_of_one_sco_of_scorm_2004_is_left_and_resumed_without_a_network(
    site: PlayingSite, player: Any
) -> None:
    data = package_of(
        [sco("one", sequencing=BY_CONTENT)], {"one.html": LESSON_2004}, edition=Edition.SCORM_2004_4TH, sequencing=FLOW
    )
    page, played = player(data)
    sco_frame(page, "one.html")
    address = keep(page)
    site.kill()
    page.goto(address)
    sco_frame(page, "one.html").get_by_text("Turn to page 7").click()
    page.locator('[data-nav="suspendAll"]').click()
    expect(page.locator("#notice-title")).to_have_text("You can close this page")
    page.goto(address)
    expect(found_in(page, "one")).to_have_text("resume|page 7|seven")
    sco_frame(page, "one.html").get_by_role("button", name="Complete").click()
    page.locator('[data-nav="suspendAll"]').click()
    expect(page.locator("#notice-title")).to_have_text("You can close this page")
    page.goto(address.rpartition("/")[0])
    expect(page.locator("[data-keep]")).to_have_attribute("data-keep", "owing")
    came_back(site, page)
    expect(page.locator("[data-keep]")).to_have_attribute("data-keep", "kept")
    assert page.evaluate(NOTHING_OWED)
    assert requests_of(site, played) == ["suspendAll", "suspendAll"]
    assert site.enrolment(played).outcome is Outcome.PASSED


def test_of_a_course_with_rules_one_part_is_kept_and_that_is_said_before(site: PlayingSite, player: Any) -> None:
    data = package_of(
        [sco("one", sequencing=BY_CONTENT), sco("two", sequencing=SKIPPING)],
        {"one.html": LESSON_2004, "two.html": LESSON_2004}, edition=Edition.SCORM_2004_4TH, sequencing=FLOW,
    )  # fmt: skip
    page, played = player(data)
    sco_frame(page, "one.html")
    page.locator("#keep").click()
    expect(page.locator("#copy-text")).to_contain_text("Only the part that is open now")
    page.locator('[data-keep-do="close"]').click()
    address = keep(page)
    site.kill()
    page.goto(address)
    sco_frame(page, "one.html").get_by_role("button", name="Complete").click()
    expect(page.locator("#banners")).to_contain_text("Only this part of the course is kept")
    go_on_button = page.locator('[data-nav="continue"]')
    if go_on_button.is_visible() and go_on_button.is_enabled():
        go_on_button.click()
        expect(page.locator("#warning")).to_be_visible()
    came_back(site, page)
    saved(page)
    assert site.activity_of(played, "one").status == "passed"
    go_on(page)
    sco_frame(page, "two.html")


def test_a_film_is_kept_with_its_ranges_and_every_page_with_its_policy(site: PlayingSite, player: Any) -> None:
    files = {"film/A film.mp4": FILM, "Été.html": b"<p>summer</p>"}
    page, _ = player(with_files(package_of([sco("one"), sco("two")], {"one.html": LESSON}), files))
    sco_frame(page, "one.html")
    keep(page)
    site.kill()
    one = sco_frame(page, "one.html")
    ask = """async ([path, range]) => {
        const answer = await fetch(path, range ? { headers: { Range: range } } : {});
        const body = new Uint8Array(await answer.arrayBuffer());
        return [answer.status, body.length, body[0], answer.headers.get("Content-Range")];
    }"""
    size = len(FILM)
    assert one.evaluate(ask, ["film/A film.mp4", "bytes=258-300"]) == [206, 43, 2, f"bytes 258-300/{size}"]
    assert one.evaluate(ask, ["film/a%20FILM.mp4", "bytes=-6"]) == [206, 6, 250, f"bytes {size - 6}-{size - 1}/{size}"]
    assert one.evaluate(ask, ["film/A film.mp4", f"bytes={size}-"])[0] == 416
    assert one.evaluate(ask, ["film/A film.mp4", ""])[:2] == [200, size]
    policy = """async (path) => (await fetch(path)).headers.get("Content-Security-Policy")"""
    assert "connect-src 'self'" in one.evaluate(policy, "Été.html")
    one.evaluate("""async () => (await caches.open("palier")).put("/r/evil.html", new Response("<p>evil</p>"))""")
    assert "connect-src 'self'" in one.evaluate(policy, "evil.html")


def test_a_broken_line_pauses_the_download_and_what_is_here_is_not_fetched_again(
    site: PlayingSite, player: Any
) -> None:
    page, _ = player(package_of([sco("one"), sco("two")], {"a.txt": b"a", "b.txt": b"b", "one.html": LESSON}))
    sco_frame(page, "one.html")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.context.route("**/r/*/b.txt", lambda route: route.abort())
    page.locator("#keep").click()
    page.locator('[data-keep-do="start"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "broken")
    expect(page.locator("#copy-text")).to_contain_text("The connection is broken: 1 of 5 files")
    page.locator('[data-keep-do="pause"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "paused")
    page.context.unroute("**/r/*/b.txt")
    page.locator('[data-keep-do="go-on"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")
    assert asked.count("a.txt") == 1


def test_too_little_room_is_said_in_plain_words(site: PlayingSite, player: Any) -> None:
    page, _ = player(package_of([sco("one")], {"film.mp4": FILM, "one.html": LESSON}))
    sco_frame(page, "one.html")
    origin = package_host(page).evaluate("location.origin")
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 200_000})
    page.locator("#keep").click()
    page.locator('[data-keep-do="start"]').click()
    expect(page.locator("#copy-text")).to_contain_text("There is not enough room on this device")
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    page.locator('[data-keep-do="go-on"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")


def test_a_copy_with_work_that_was_not_sent_is_removed_only_after_a_second_word(site: PlayingSite, player: Any) -> None:
    page, played = player(package_of([sco("one"), sco("two")], {"one.html": LESSON, "two.html": LESSON}))
    sco_frame(page, "one.html")
    address = keep(page)
    host = package_host(page)
    site.kill()
    page.goto(address)
    sco_frame(page, "one.html").get_by_text("Turn to page 7").click()
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    page.locator("#keep").click()
    page.locator('[data-keep-do="remove"]').click()
    expect(page.locator("#copy-text")).to_contain_text("lost for good")
    page.locator('[data-keep-do="leave"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")
    came_back(site, page)
    page.locator('[data-keep-do="close"]').click()
    saved(page)
    page.locator("#keep").click()
    page.locator('[data-keep-do="remove"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "none")
    host = package_host(page)
    host.wait_for_function(f"() => ({WORKERS})().then((found) => found === 0)")
    assert page.evaluate(WORKERS) == page.evaluate(CACHED) == host.evaluate(CACHED) == 0
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"
    page.goto(address)
    expect(page.locator("#notice-title")).to_have_text("This course is not kept on this device")
    assert copies(site)[-1].removed_at is not None
