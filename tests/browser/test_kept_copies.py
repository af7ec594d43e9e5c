"""A copy of a course on a device: its download, what is served of it, its renewal, its removal."""

import hashlib
from typing import Any

import pytest
from playwright.sync_api import expect

from courses.catalogue.models import VersionRule
from lms import clock
from tests.browser.kept_course import (
    CACHED,
    WORKERS,
    came_back,
    copies,
    keep,
    package_host,
    two_lessons,
    with_files,
)
from tests.browser.playing_site import (
    LESSON,
    PlayingSite,
    badge,
    launch,
    saved,
    sco_frame,
)
from tests.playing import package_of, sco, store
from tests.versions import add_version, set_rules

pytestmark = pytest.mark.browser

FILM = bytes(range(256)) * 4000


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
    page, played = player(two_lessons())
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
    expect(page.locator("#keep")).to_have_attribute("data-keep", "owing")
    came_back(site, page)
    page.locator('[data-keep-do="close"]').click()
    saved(page)
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")
    page.locator("#keep").click()
    page.locator('[data-keep-do="remove"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "none")
    host = package_host(page)
    host.wait_for_function(f"() => ({WORKERS})().then((found) => found === 0)")
    assert page.evaluate(WORKERS) == page.evaluate(CACHED) == host.evaluate(CACHED) == 0
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"
    page.goto(address)
    expect(page.locator("#notice-title")).to_have_text("This course is not kept on this device")
    assert copies(site, played)[-1].removed_at is not None


def test_a_course_that_was_renewed_says_that_what_is_kept_is_of_before(site: PlayingSite, player: Any) -> None:
    page, played = player(two_lessons())
    sco_frame(page, "one.html")
    address = keep(page)
    page.locator('[data-nav="exit"]').click()
    page.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}?left=1")
    renewed = [sco("one", title="Renewed"), sco("two")]
    newer = package_of(renewed, {"one.html": LESSON, "two.html": LESSON, "new.css": b"p {}"})
    with site.site.database.transaction() as session:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        add_version(session, played, newer, clock.now())
    store(site.site.storage, hashlib.sha256(newer).hexdigest(), newer)
    launch(site, page, played)
    sco_frame(page, "one.html")
    expect(page.locator("#keep")).to_have_attribute("data-keep", "renewed")
    page.locator("#keep").click()
    expect(page.locator("#copy-text")).to_contain_text("The course was renewed")
    page.locator('[data-keep-do="start"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")
    expect(page.locator("#copy-text")).to_contain_text("was sent to the server")
    site.kill()
    page.goto(address)
    sco_frame(page, "one.html")
    expect(page.locator('[data-toc-item="one"]')).to_contain_text("Renewed")
    assert package_host(page).evaluate("async () => (await fetch('/r/any/new.css')).status") == 200
