"""A course is kept on a device, played there without the server, and what was done comes to the server once."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect
from sqlalchemy import update

from courses.enrolment.models import Outcome
from courses.people.models import SignIn
from lms import clock
from scorm.packaging.items import Edition
from scorm.sequencing.definition import ControlMode, Delivery, RuleCondition, Sequencing, SequencingRule
from scorm.sequencing.words import ConditionName, RuleAction
from tests.browser.kept_course import (
    NOTHING_OWED,
    WORKERS,
    came_back,
    copies,
    found_in,
    go_on,
    keep,
    package_host,
    posted,
    requests_of,
    two_lessons,
)
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
from tests.builders import PASSWORD
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LESSON_2004 = (PAGES / "lesson2004.html").read_bytes()
FLOW = Sequencing(control=ControlMode(flow=True))
BY_CONTENT = Sequencing(delivery=Delivery(completion_set_by_content=True, objective_set_by_content=True))
SKIPPING = Sequencing(
    rules=(SequencingRule(action=RuleAction.SKIP, conditions=(RuleCondition(name=ConditionName.SATISFIED),)),)
)


def play_alone(page: Page, address: str) -> None:
    """Play the kept course to a pass without a server, and go back to its second item."""
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
    assert [(copy.scope, copy.files, copy.removed_at) for copy in copies(site, played)] == [("course", 4, None)]
    context.close()

    site.kill()
    context, page = started()
    play_alone(page, address)
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


def test_who_has_signed_out_meanwhile_signs_in_again_and_what_was_done_goes_along(
    site: PlayingSite, player: Any
) -> None:
    page, played = player(two_lessons())
    sco_frame(page, "one.html")
    address = keep(page)
    site.kill()
    page.goto(address)
    sco_frame(page, "one.html")
    go_on(page)
    sco_frame(page, "two.html").get_by_text("Turn to page 7").click()
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    with site.site.database.transaction() as session:
        session.execute(update(SignIn).where(SignIn.person_id == played.person.id).values(ended_at=clock.now()))
    came_back(site, page)
    expect(badge(page)).to_have_attribute("data-save-state", "signed-out")
    page.locator("#notice-link").click()
    page.locator("input[name=email]").fill(played.person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(found_in(page, "two")).to_have_text("resume|page 7|seven")
    assert requests_of(site, played) == ["continue"]


def test_what_another_device_has_written_since_stays_and_the_result_is_raised(
    site: PlayingSite, browser: Browser, player: Any
) -> None:
    page, played = player(two_lessons())
    sco_frame(page, "one.html")
    address = keep(page)
    site.kill()
    page.goto(address)
    sco_frame(page, "one.html").get_by_text("Answer").click()
    expect(page.locator('[data-toc-item="one"]')).to_contain_text("passed")
    site.start()
    page.close()
    elsewhere = browser.new_context()
    other = new_page(elsewhere)
    sign_in(site, other, played.person)
    launch(site, other, played)
    sco_frame(other, "one.html").get_by_text("Turn to page 7").click()
    saved(other)
    elsewhere.close()
    page = new_page(next(iter(browser.contexts)))
    page.goto(address)
    expect(found_in(page, "one")).to_have_text("resume|page 7|seven")
    expect(page.locator("#banners")).to_contain_text("another")
    found = site.activity_of(played, "one")
    assert (found.is_passed, found.score, found.values["cmi.core.lesson_location"]) == (True, 0.85, "page 7")
