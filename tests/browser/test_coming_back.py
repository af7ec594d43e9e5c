"""Back into the player after a sign-out, and out of it to the page that says what was done."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.playing_site import PlayingSite, new_page, sco_frame
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
