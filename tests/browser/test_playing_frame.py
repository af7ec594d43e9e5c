"""The frame around the content in a real browser: the ways out, and what it says of itself and of broken content."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from scorm.packaging.items import ScormType
from scorm.sequencing.words import Control
from tests.browser.playing_site import LESSON, PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in
from tests.browser.test_playing_sequenced import CHOSEN, FREE, GUIDED, course, faults_of, lesson
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

HEAD = b"<!doctype html><html lang=en><title>A page</title>"
BROKEN = {
    "crash.html": HEAD + b"<script>somethingThatIsMissing()</script><p>Nothing works",
    "grip.html": HEAD + b"<p><a href='https://example.org/' target='_top'>Home</a>",
    "late.html": LESSON.replace(b"<script>", b"<script>setTimeout(() => missing(), 50);", 1),
    "lost.html": LESSON,
}
ENDS = ("exit", "exitAll", "abandon", "abandonAll")
EVERY = (*Control,)


def opened(site: PlayingSite, context: BrowserContext, data: bytes, **facts: Any) -> tuple[Page, Played]:
    """Return the player of a course of its own."""
    played = site.publish(data, **facts)
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    return page, played


def cut(route: Route) -> None:
    """Let a request come to nothing, as where there is no line."""
    route.abort()


def control(page: Page, name: str) -> Any:
    return page.locator(f'[data-nav="{name}"]')


def banner(page: Page, name: str) -> Any:
    return page.locator(f'[data-banner="{name}"]')


def at_home(site: PlayingSite, page: Page, played: Played) -> None:
    page.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}*")


class TestTheWaysOut:
    """Of SCORM 2004: each named after its request."""

    def test_stand_at_the_foot_of_the_contents_and_ask_before_work_is_thrown_away(
        self, site: PlayingSite, context: BrowserContext
    ) -> None:
        page, played = opened(site, context, course(lesson("one"), lesson("two"), sequencing=FREE))
        one = sco_frame(page, "one.html")
        for name in ENDS:
            expect(page.locator("#toc").locator(f'[data-nav="{name}"]')).to_be_visible()
        one.get_by_role("button", name="Turn to page 7").click()
        control(page, "abandonAll").click()
        expect(page.locator("dialog[open]")).to_contain_text("thrown away")
        assert faults_of(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(sco_frame(page, "one.html").locator("h1")).to_be_visible()
        control(page, "abandon").click()
        page.locator("#ask-yes").click()
        expect(page.locator("#notice-title")).to_have_text("No part of the course is open")
        page.locator('[data-toc-item="one"]').click()
        expect(sco_frame(page, "one.html").locator("#found")).to_have_text(re.compile("^ab-initio"))
        control(page, "exitAll").click()
        at_home(site, page, played)

    def test_stand_in_a_row_without_contents_and_a_plain_one_is_there_where_all_are_hidden(
        self, site: PlayingSite, context: BrowserContext
    ) -> None:
        hidden = lesson("two", hidden=EVERY)
        page, played = opened(site, context, course(lesson("one"), hidden, sequencing=GUIDED))
        sco_frame(page, "one.html")
        expect(page.locator("#toggle")).to_be_hidden()
        expect(page.locator("#row").locator('[data-nav="exitAll"]')).to_be_visible()
        expect(page.locator("#way-out")).to_be_hidden()
        control(page, "continue").click()
        sco_frame(page, "two.html").get_by_role("button", name="Turn to page 7").click()
        for name in (*ENDS, "suspendAll", "continue", "previous"):
            expect(control(page, name)).to_be_hidden()
        page.locator("#way-out").click()
        at_home(site, page, played)
        launch(site, page, played)
        expect(sco_frame(page, "two.html").locator("#found")).to_have_text("resume|page 7|seven")

    def test_lead_home_where_after_the_end_of_a_part_nothing_is_left_to_do(
        self, site: PlayingSite, context: BrowserContext
    ) -> None:
        page, played = opened(site, context, course(lesson("one", hidden=(Control.CONTINUE,)), sequencing=CHOSEN))
        sco_frame(page, "one.html")
        expect(control(page, "continue")).to_be_hidden()
        control(page, "exit").click()
        at_home(site, page, played)


def test_content_that_does_not_work_is_said_in_plain_words_with_a_way_on(
    site: PlayingSite, context: BrowserContext
) -> None:
    items = [sco("late"), sco("crash"), sco("grip"), sco("lost")]
    page, _ = opened(site, context, package_of(items, BROKEN))
    sco_frame(page, "late.html").get_by_text("Turn to page 7").click()  # an error of a lesson that began is its own
    saved(page)
    page.clock.install()
    control(page, "continue").click()
    sco_frame(page, "crash.html")
    expect(banner(page, "trouble")).to_be_visible()
    expect(banner(page, "trouble")).to_contain_text("seems not to work")
    expect(banner(page, "trouble")).to_contain_text(re.compile("[0-9A-F]{8}"))
    assert faults_of(page) == []
    banner(page, "trouble").get_by_role("button", name="Go on with the next part").click()
    sco_frame(page, "grip.html").get_by_text("Home").click()
    expect(banner(page, "trouble")).to_contain_text("take over the whole window")
    page.route("**/lost.html*", lambda route: route.fulfill(status=404, body="Not found.\n"))
    control(page, "continue").click()
    expect(page.locator("#notice-title")).to_have_text("This part of the course is missing")
    expect(banner(page, "trouble")).to_have_count(0)
    assert faults_of(page) == []
    page.unroute("**/lost.html*")
    page.route("**/lost.html*", cut)
    page.locator("#notice-button").click()
    expect(page.locator("#notice-title")).to_have_text("This part of the course did not load")
    page.unroute("**/lost.html*")
    page.locator("#notice-button").click()
    expect(sco_frame(page, "lost.html").locator("h1")).to_be_visible()


def test_two_devices_are_told_where_they_go_on_and_what_was_late_can_be_preferred(
    site: PlayingSite, browser: Browser, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    expect(banner(learner, "resumed")).to_have_count(0)
    one.get_by_text("Turn to page 7").click()
    saved(learner)
    learner.context.set_offline(True)
    one.evaluate("set('core.lesson_location', 'page 9')")
    expect(badge(learner)).to_have_attribute("data-save-state", "offline")
    expect(banner(learner, "offline")).to_contain_text("no connection")
    other = new_page(browser.new_context(viewport={"width": 360, "height": 740}))
    sign_in(site, other, played.person)
    launch(site, other, played)
    theirs = sco_frame(other, "one.html")
    expect(banner(other, "resumed")).to_contain_text("What another device still holds")
    assert faults_of(other) == []
    theirs.evaluate("set('core.lesson_location', 'page 3')")
    saved(other)
    learner.context.set_offline(False)
    expect(learner.locator("#notice-text")).to_contain_text("counts for your result")
    assert faults_of(learner) == []
    learner.locator("#notice-other").click()
    expect(sco_frame(learner, "one.html").locator("#found")).to_have_text("resume|page 9|seven")
    expect(banner(learner, "resumed")).to_contain_text("Everything that you did is here")
    theirs.evaluate("set('core.lesson_location', 'page 4')")
    expect(other.locator("#notice-title")).to_have_text("Open in another window")
    other.context.close()


def test_what_a_closed_page_held_too_long_is_offered_at_the_next_opening(
    site: PlayingSite, browser: Browser, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    one.get_by_text("Turn to page 7").click()
    saved(learner)
    learner.route(re.compile("/commit$"), cut)
    one.evaluate("set('core.lesson_location', 'page 9')")
    expect(badge(learner)).to_have_attribute("data-save-state", "offline")
    learner.goto("about:blank")
    other = new_page(browser.new_context())
    sign_in(site, other, played.person)
    launch(site, other, played)
    sco_frame(other, "one.html").evaluate("set('core.lesson_location', 'page 3')")
    saved(other)
    other.context.close()
    learner.unroute(re.compile("/commit$"))
    launch(site, learner, played)
    expect(sco_frame(learner, "one.html").locator("#found")).to_have_text("resume|page 3|seven")
    expect(banner(learner, "late")).to_contain_text("counts for your result")
    banner(learner, "late").get_by_role("button", name="Go on with what this device has").click()
    expect(sco_frame(learner, "one.html").locator("#found")).to_have_text("resume|page 9|seven")


def test_the_frame_follows_the_content_and_the_learner(site: PlayingSite, context: BrowserContext) -> None:
    items = [
        sco("one", title="الدرس الأول"), sco("two", title="الدرس الثاني", prerequisites="one"),
        sco("paper", scorm_type=ScormType.ASSET),
    ]  # fmt: skip
    pages = {"one.html": LESSON, "two.html": LESSON}
    page, _ = opened(site, context, package_of(items, pages, language="ar"))
    sco_frame(page, "one.html")
    expect(page.locator("#items")).to_have_attribute("dir", "rtl")
    expect(page.locator("#items")).to_have_attribute("lang", "ar")
    expect(page.locator("#progress")).to_have_text("0 of 3 done")
    page.locator('[data-toc-item="two"]').focus()
    page.keyboard.press("Enter")
    expect(banner(page, "locked")).to_contain_text("not open yet")
    page.locator("#full").click()
    expect(page.locator("#full")).to_have_attribute("aria-pressed", "true")
    expect(badge(page)).to_be_visible()
    page.locator("#full").click()
    expect(page.locator("#full")).to_have_attribute("aria-pressed", "false")
    page.locator("#toggle").click()
    expect(page.locator("#toc")).to_be_hidden()
    page.reload()
    sco_frame(page, "one.html")
    expect(page.locator("#toc")).to_be_hidden()  # as the learner left it
    page.locator("#toggle").click()
    expect(page.locator("#toc")).to_be_visible()
    sco_frame(page, "one.html").get_by_text("Complete").click()
    expect(page.locator("#progress")).to_have_text("1 of 3 done")


@pytest.mark.parametrize("lack", ["MessageChannel", "a script that this browser reads", "the script itself"])
def test_a_browser_that_cannot_run_the_player_is_told_so(
    site: PlayingSite, learner: Page, played: Played, lack: str
) -> None:
    if lack == "MessageChannel":
        learner.add_init_script("delete window.MessageChannel")
    elif lack == "the script itself":
        learner.route("**/s/*/shell.js", cut)
    else:
        learner.route("**/s/*/shell.js", lambda route: route.fulfill(body="let = ;", content_type="text/javascript"))
    launch(site, learner, played)
    text = "could not be loaded" if lack == "the script itself" else "too old"
    expect(learner.locator("#notice-text")).to_contain_text(text)
    expect(learner.locator("#notice-link")).to_be_visible()
