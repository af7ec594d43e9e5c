"""A learner in the middle of a course goes on in its newer version, loses nothing and is told so."""

import hashlib

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.catalogue.models import VersionRule
from lms import clock
from tests.browser.playing_site import FILES, PlayingSite, launch, new_page, saved, sco_frame
from tests.playing import Played, package_of, sco, store
from tests.versions import add_version, set_rules

pytestmark = pytest.mark.browser

NEWER = package_of(
    [sco("one", title="Renewed"), sco("two"), sco("quiz", mastery_score=60)], FILES | {"new.css": b"p {}"}
)


def test_a_course_that_was_renewed_goes_on_where_the_learner_was_and_says_that_nothing_is_lost(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    learner.locator('[data-toc-item="two"]').click()
    sco_frame(learner, "two.html").get_by_text("Turn to page 7").click()
    saved(learner)
    learner.locator('[data-nav="exit"]').click()
    learner.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}?left=1")
    with site.site.database.transaction() as session:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        add_version(session, played, NEWER, clock.now())
    store(site.site.storage, hashlib.sha256(NEWER).hexdigest(), NEWER)
    again = new_page(context)
    launch(site, again, played)
    expect(sco_frame(again, "two.html").locator("#found")).to_have_text("resume|page 7|seven")
    expect(again.locator('[data-toc-item="one"]')).to_contain_text("Renewed")
    expect(again.locator("#warning-text")).to_contain_text("Nothing is lost")
    again.locator("#warning-close").click()
    expect(again.locator("#warning")).to_be_hidden()
    again.reload()
    sco_frame(again, "two.html")
    expect(again.locator("#warning")).to_be_hidden()
