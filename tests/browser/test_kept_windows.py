"""A kept course that is open in two windows of one browser while there is no server: one of them writes."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.kept_course import NOTHING_OWED, came_back, found_in, go_on, keep, painted, two_lessons
from tests.browser.playing_site import PlayingSite, badge, new_page, saved, sco_frame

pytestmark = pytest.mark.browser


def test_without_a_server_the_window_that_was_opened_last_writes_and_nothing_of_either_is_lost(
    site: PlayingSite, player: Any
) -> None:
    page, played = player(two_lessons())
    sco_frame(page, "one.html")
    address = keep(page)
    site.kill()
    sco_frame(page, "one.html").get_by_text("Turn to page 7").click()
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    second = new_page(page.context)
    second.goto(address)
    expect(found_in(second, "one")).to_have_text("resume|page 7|seven")
    expect(page.locator("#notice-title")).to_have_text("Open in another window")
    expect(page.locator("iframe.package")).to_have_count(0)
    go_on(second)
    painted(second, "two").get_by_text("Turn to page 7").click()
    page.locator("#notice-button").click()
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")
    expect(second.locator("#notice-title")).to_have_text("Open in another window")
    painted(page, "two").get_by_role("button", name="Complete").click()
    page.locator('[data-nav="exit"]').click()
    expect(page.locator("#notice-title")).to_have_text("You can close this page")
    page.get_by_role("button", name="Go on with the course").click()
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")
    came_back(site, page)
    saved(page)
    assert page.evaluate(NOTHING_OWED)
    values = site.activity_of(played, "two").values
    assert (values["cmi.core.lesson_location"], values["cmi.core.lesson_status"]) == ("page 7", "completed")
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"
