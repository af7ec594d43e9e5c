"""Back into the player after a sign-out, and out of it to the page that says what was done."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courses.attempts.models import ActivityState
from courses.attempts.queries import attempts_of
from tests.browser.playing_site import PlayingSite, badge, launch, new_page, saved, sco_frame
from tests.builders import PASSWORD
from tests.playing import Played

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser as narrow as a phone, in which nobody is signed in."""
    found = browser.new_context(viewport={"width": 360, "height": 740})
    yield found
    found.close()


def sign_in_here(page: Page, played: Played) -> None:
    """Sign in on the page that asks for it."""
    page.locator("input[name=email]").fill(played.person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()


def test_after_a_sign_in_the_player_opens_by_itself_and_the_way_out_says_what_was_done(
    site: PlayingSite, phone: BrowserContext, played: Played
) -> None:
    page = new_page(phone)
    course = f"{site.base_url}/my/{played.enrolment.id}"
    page.goto(f"{course}/resume")
    sign_in_here(page, played)
    page.wait_for_url(f"http://play.content.localhost:{site.port}/launch*")
    sco_frame(page, "one.html")
    page.go_back()
    page.wait_for_url(f"{course}/resume")
    page.get_by_role("button", name="Back to the player").click()  # a step back led into no loop
    sco_frame(page, "one.html").get_by_role("button", name="Turn to page 7").click()
    page.locator('[data-nav="suspendAll"], [data-nav="exit"]').locator("visible=true").first.click()
    page.wait_for_url(f"{course}?left=1")
    expect(page.locator('[data-saved="all"]')).to_be_visible()
    expect(page.locator("[data-done]")).to_contain_text("The one")
    expect(page.locator("[data-remaining]")).to_contain_text("The quiz")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_without_script_a_button_leads_back(site: PlayingSite, browser: Browser, played: Played) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.base_url}/my/{played.enrolment.id}/resume")
    sign_in_here(page, played)
    page.get_by_role("button", name="Back to the player").click()
    page.wait_for_url(f"http://play.content.localhost:{site.port}/launch*")
    context.close()


def test_work_of_an_earlier_attempt_is_still_sent_when_the_next_one_opens(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    one.get_by_text("Turn to page 7").click()
    saved(learner)
    context.set_offline(True)
    one.get_by_text("Complete").click()
    expect(badge(learner)).to_have_attribute("data-save-state", "offline")
    learner.close()
    context.set_offline(False)
    again = new_page(context)
    again.goto(f"{site.base_url}/my/{played.enrolment.id}")
    again.get_by_text("Start again from the beginning").click()
    again.get_by_role("button", name="Begin attempt 2").click()
    expect(sco_frame(again, "one.html").locator("#found")).to_have_text(re.compile("ab-initio"))
    with site.site.database.reading() as session:
        second, first = attempts_of(session, played.enrolment.id)
        assert session.get_one(ActivityState, (first.id, "one")).is_completed
        assert not session.get_one(ActivityState, (second.id, "one")).is_completed
