"""What seldom happens to the player and must leave nobody stuck: a slow line, a lost keyboard, a database in use."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.kept_course import keep, package_host, two_lessons
from tests.browser.playing_site import PlayingSite, badge, launch, new_page, saved, sco_frame
from tests.playing import Played

pytestmark = pytest.mark.browser

HOLD = """
() => new Promise((resolve) => {
    const old = indexedDB.open("palier", 1);
    old.onupgradeneeded = () => old.result.createObjectStore("leases", { keyPath: "lease" });
    old.onsuccess = () => {
        old.result.onversionchange = () => setTimeout(() => old.result.close(), 1000);
        resolve();
    };
})
"""
POST = """
async (size) => {
    const { call } = await import(document.querySelector("script[type=module]").src.replace("shell.js", "sender.js"));
    window.end = "";
    call("/slow", "x".repeat(size), null).then(() => (window.end = "came"), () => (window.end = "given up"));
}
"""
FOCUSED = "() => document.activeElement.id || document.activeElement.dataset.nav || document.activeElement.tagName"


def test_a_database_that_another_page_holds_is_waited_for(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    holder = new_page(context)
    holder.goto(f"http://play.content.localhost:{site.port}/heartbeat")
    holder.evaluate(HOLD)
    launch(site, learner, played)
    sco_frame(learner, "one.html")
    expect(learner.locator('[data-banner="unkept"]')).to_have_count(0)
    holder.close()


def use_on_a_phone(page: Page) -> None:
    """Turn a page into a phone, and go there and back: the contents give way and the keyboard is never lost."""
    page.set_viewport_size({"width": 360, "height": 640})
    expect(page.locator("#toc")).to_be_visible()
    page.locator('[data-nav="continue"]').click()
    sco_frame(page, "two.html")
    expect(page.locator("#toc")).to_be_hidden()
    page.locator("#toggle").click()
    page.locator('[data-toc-item="one"]').focus()
    page.keyboard.press("Enter")
    sco_frame(page, "one.html")
    assert page.evaluate(FOCUSED) == "content"
    saved(page)
    page.reload()
    sco_frame(page, "one.html")
    page.locator('[data-banner="resumed"] .close').focus()
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "content"


def test_the_player_stays_usable_at_its_edges(site: PlayingSite, player: Any) -> None:
    page, played = player(two_lessons())
    sco_frame(page, "one.html")
    use_on_a_phone(page)
    keep(page)
    package_host(page).evaluate("() => caches.delete('palier')")  # as a browser that needs room takes it away
    page.reload()
    sco_frame(page, "one.html")
    package_host(page).wait_for_function("() => caches.match('/r/one.html').then(Boolean)")
    expect(page.locator("#keep")).to_have_attribute("data-keep", "kept")
    page.evaluate("() => caches.delete('palier')")
    page.context.route("**/local.js", lambda route: route.abort())
    page.reload()
    sco_frame(page, "one.html")
    expect(badge(page)).to_have_attribute("data-save-state", "saved")

    page.context.unroute("**/local.js")
    one = sco_frame(page, "one.html")

    page.context.route("**/commit", lambda route: route.abort())
    one.get_by_role("button", name="Complete").click()
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    page.locator("#keep").click()
    page.locator('[data-keep-do="remove"]').click()
    page.locator('[data-keep-do="lose"]').click()
    expect(page.locator("#keep")).to_have_attribute("data-keep", "none")
    page.locator('[data-keep-do="close"]').click()
    page.context.unroute("**/commit")
    sco_frame(page, "one.html").get_by_text("Turn to page 7").click()
    saved(page)
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"

    page.clock.install()
    page.context.route("**/slow", lambda _route: None)
    page.evaluate(POST, 400_000)
    page.clock.run_for(35_000)
    assert page.evaluate("window.end") == ""
    page.clock.run_for(200_000)
    page.wait_for_function("window.end === 'given up'")
