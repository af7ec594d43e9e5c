"""Playing in a real browser against a real server: to a pass, and through everything that goes wrong on the way."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from courses.enrolment.models import Outcome
from tests.browser.playing_site import LESSON, PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in
from tests.conformance.shared import conformance_folder
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LATE = (Path(__file__).parent / "pages" / "late.html").read_bytes()


def test_a_course_of_several_scos_is_played_to_a_pass(site: PlayingSite, learner: Page, played: Played) -> None:
    launch(site, learner, played)
    for name in ("one", "two"):
        sco_frame(learner, f"{name}.html").get_by_text("Complete").click()
        learner.locator('[data-nav="continue"]').click()
    quiz = sco_frame(learner, "quiz.html")
    expect(learner.locator('[data-toc-item="one"]')).to_contain_text("completed")
    expect(learner.locator('[data-toc-item="quiz"]')).to_have_attribute("aria-current", "page")
    quiz.get_by_text("Answer").click()
    expect(learner.locator('[data-toc-item="quiz"]')).to_contain_text("passed")
    saved(learner)
    learner.locator('[data-nav="exit"]').click()
    learner.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}?left=1")
    row = site.enrolment(played)
    assert (row.outcome, row.mark, row.progress) == (Outcome.PASSED, 0.85, 1.0)


def test_a_tab_closed_in_the_middle_loses_nothing(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    sco_frame(learner, "one.html")
    learner.locator('[data-toc-item="two"]').click()
    sco_frame(learner, "two.html").get_by_text("Turn to page 7").click()
    learner.close()
    again = new_page(context)
    launch(site, again, played)
    expect(again.locator('[data-toc-item="two"]')).to_have_attribute("aria-current", "page")
    expect(sco_frame(again, "two.html").locator("#found")).to_have_text("resume|page 7|seven")


def test_a_reload_goes_on_with_a_new_lease(site: PlayingSite, learner: Page, played: Played) -> None:
    launch(site, learner, played)
    sco_frame(learner, "one.html").get_by_text("Turn to page 7").click()
    learner.reload()
    expect(sco_frame(learner, "one.html").locator("#found")).to_have_text("resume|page 7|seven")


def test_what_a_page_says_while_its_tab_goes_away_is_found_on_this_device(
    site: PlayingSite, context: BrowserContext
) -> None:
    played = site.publish(package_of([sco("late")], {"late.html": LATE}))
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    expect(sco_frame(page, "late.html").locator("#found")).to_have_text("|")
    page.goto(f"{site.base_url}/profile")
    launch(site, page, played)
    expect(sco_frame(page, "late.html").locator("#found")).to_have_text("the end|xxxxxxxxx")


def test_moving_on_waits_for_what_a_page_says_when_it_is_left(site: PlayingSite, context: BrowserContext) -> None:
    played = site.publish(package_of([sco("late"), sco("one")], {"late.html": LATE, "one.html": LESSON}))
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    sco_frame(page, "late.html")
    page.locator('[data-nav="continue"]').click()
    sco_frame(page, "one.html")
    assert site.activity_of(played, "late").values["cmi.core.lesson_location"] == "the end"
    assert site.activity_of(played, "late").is_open is False


def test_a_used_link_says_so_and_leads_back(site: PlayingSite, browser: Browser, learner: Page, played: Played) -> None:
    launch(site, learner, played)
    sco_frame(learner, "one.html")
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    other.goto(learner.url)
    expect(other.locator("#notice")).to_contain_text("This link has been used")
    expect(other.locator("#notice-link")).to_have_attribute("href", f"{site.base_url}/my")
    elsewhere.close()


def test_what_was_done_without_a_network_is_saved_when_it_is_back(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    context.set_offline(True)
    one.get_by_text("Turn to page 7").click()
    one.get_by_text("Complete").click()
    expect(badge(learner)).to_have_attribute("data-save-state", "offline")
    context.set_offline(False)
    saved(learner)
    assert site.activity_of(played, "one").status == "completed"


def test_a_move_made_without_a_network_happens_once_it_is_back(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    sco_frame(learner, "one.html")
    context.set_offline(True)
    learner.locator('[data-nav="continue"]').click()
    expect(learner.locator("#notice-link")).to_be_visible()
    context.set_offline(False)
    sco_frame(learner, "two.html")
    expect(learner.locator('[data-toc-item="two"]')).to_have_attribute("aria-current", "page")


def test_a_server_that_was_killed_has_everything_that_it_acknowledged(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    one.get_by_text("Turn to page 7").click()
    saved(learner)
    site.kill()
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"
    one.get_by_text("Complete").click()
    expect(badge(learner)).to_have_attribute("data-save-state", "offline")
    site.start()
    saved(learner)
    assert site.activity_of(played, "one").status == "completed"
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"


def test_the_second_window_takes_over_and_the_first_says_so(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    sco_frame(learner, "one.html").get_by_text("Turn to page 7").click()
    saved(learner)
    second = new_page(context)
    launch(site, second, played)
    expect(sco_frame(second, "one.html").locator("#found")).to_have_text("resume|page 7|seven")
    expect(learner.locator("#notice-title")).to_have_text("Open in another window")
    learner.locator("#notice-button").click()
    sco_frame(learner, "one.html")
    expect(second.locator("#notice-title")).to_have_text("Open in another window")


def test_signing_out_is_said_and_the_work_is_saved_after_signing_in_again(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    platform = new_page(context)
    platform.goto(f"{site.base_url}/profile")
    platform.locator("form[action$='/sign-out'] button").click()
    expect(platform).not_to_have_url(re.compile("/profile"))
    one.get_by_text("Turn to page 7").click()
    expect(badge(learner)).to_have_attribute("data-save-state", "signed-out")
    assert site.activity_of(played, "one").values == {}
    sign_in(site, platform, played.person)
    launch(site, platform, played)
    expect(sco_frame(platform, "one.html").locator("#found")).to_have_text("resume|page 7|seven")


REACH = """
async ([platform, shell]) => {
    const tries = [
        () => window.top.document.title,
        () => { window.top.location = 'about:blank'; return 'top'; },
        () => indexedDB.databases().then(all => all.some(one => one.name === 'palier') && 'journal'),
        () => fetch(platform + '/my', {credentials: 'include'}).then(() => 'platform'),
        () => fetch(shell + '/commit', {method: 'POST'}).then(() => 'shell'),
        () => navigator.serviceWorker.register(location.pathname).then(() => 'worker'),
        () => window.parent.parent === window.parent ? null : 'parent',
    ];
    const found = [];
    for (const one of tries) { try { const got = await one(); if (got) found.push(got); } catch (error) { } }
    return found;
}
"""


def test_a_package_reaches_neither_the_player_nor_the_platform(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    assert one.evaluate(REACH, [site.base_url, f"http://play.content.localhost:{site.port}"]) == []
    expect(learner.locator("#title")).to_be_visible()


def test_a_package_of_another_maker_is_played_to_a_pass(site: PlayingSite, context: BrowserContext) -> None:
    golf_folder = conformance_folder()
    if golf_folder is None:
        return
    golf = site.publish((golf_folder.parent / "packages" / "golf12-runtimebasiccalls.zip").read_bytes())
    page = new_page(context)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(site, page, golf.person)
    launch(site, page, golf)
    course = sco_frame(page, "launchpage.html")
    for _ in range(6):
        course.locator("#butNext").click()
    saved(page)
    page.close()
    page = new_page(context)
    page.on("dialog", lambda dialog: dialog.accept())
    launch(site, page, golf)
    course = sco_frame(page, "launchpage.html")
    expect(course.locator("#contentFrame")).to_have_attribute("src", "../Etiquette/Distracting.html")
    for _ in range(8):
        course.locator("#butNext").click()
    test = course.frame_locator("#contentFrame")
    expect(test.get_by_text("Submit Answers")).to_be_visible()  # then every question stands there
    for choice in test.locator(".correctAnswer input[type=radio]").all():
        choice.check()
    for field in test.locator(".correctAnswer input[type=text]").all():
        field.fill((field.locator("..").text_content() or "").strip("() "))
    test.get_by_text("Submit Answers").click()
    expect(test.get_by_text("Score: 100")).to_be_visible()
    saved(page)
    page.locator('[data-nav="exit"]').click()
    page.wait_for_url(f"{site.base_url}/my/{golf.enrolment.id}?left=1")
    row = site.enrolment(golf)
    assert (row.outcome, row.mark, row.has_distinction) == (Outcome.PASSED, 1.0, True)


def test_who_is_quicker_than_the_content_has_not_clicked_in_vain(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    learner.route(re.compile(r"/w/\w+/"), hold)  # the content takes its time
    learner.goto(f"{site.base_url}/my/{played.enrolment.id}")
    learner.get_by_role("button", name="Start").click()
    learner.locator('[data-toc-item="two"]').click()
    held[0].continue_()
    sco_frame(learner, "two.html")
    learner.locator('[data-nav="previous"]').click()
    sco_frame(learner, "one.html")
