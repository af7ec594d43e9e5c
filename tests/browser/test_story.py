"""The whole story through real clicks: a package comes in, a learner plays it to a pass, everyone sees how it went."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_site import DemoSite, start_demo_site
from tests.browser.playing_site import FILES, saved, sco_frame
from tests.conformance.shared import conformance_folder
from tests.playing import package_of, sco

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """Return the demonstration, served with its worker."""
    found = start_demo_site(tmp_path_factory.mktemp("story"))
    yield found
    found.close()


def add_course(site: DemoSite, admin: Page, code: str, title: str) -> None:
    """Add a course outside the levels by the form."""
    admin.goto(f"{site.base_url}/admin/courses/new")
    admin.fill("[name=code]", code)
    admin.fill("[name=title_en]", title)
    admin.locator("main form").get_by_role("button", name="Save").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text(title)


def import_and_publish(site: DemoSite, admin: Page, code: str, package: Path) -> None:
    """Send a package by the form, watch it being read, publish it."""
    admin.goto(f"{site.base_url}/admin/imports/new")
    option = admin.locator("main [name=course] option", has_text=code).get_attribute("value")
    admin.select_option("main [name=course]", option)
    admin.select_option("main [name=language]", "en")
    admin.set_input_files("[name=package]", package)
    admin.locator("main form").get_by_role("button", name="Send").click()
    admin.get_by_role("button", name="Publish").click(timeout=60_000)  # once the worker has read it
    expect(admin.locator(".notice-success").first).to_contain_text("Version 1")


def enrol_and_start(site: DemoSite, learner: Page, code: str) -> None:
    """Enrol from the course's public page, and open the player."""
    learner.goto(f"{site.base_url}/courses/{code}")
    learner.get_by_role("button", name="Enrol").click()
    learner.get_by_role("button", name="Start").click()


def test_a_package_is_imported_played_to_a_pass_and_seen_by_everyone(
    site: DemoSite, browser: Browser, tmp_path: Path
) -> None:
    package = tmp_path / "lessons.zip"
    package.write_bytes(package_of([sco("one"), sco("two"), sco("quiz", mastery_score=60)], FILES))
    admin = site.page_of(browser, "admin", "en")
    add_course(site, admin, "STORY", "A course for the story")
    import_and_publish(site, admin, "STORY", package)

    learner = site.page_of(browser, "learner", "en", width=360)
    enrol_and_start(site, learner, "STORY")
    sco_frame(learner, "one.html").get_by_text("Complete").click()
    learner.locator('[data-nav="continue"]').click()
    sco_frame(learner, "two.html").get_by_text("Complete").click()
    learner.locator('[data-nav="continue"]').click()
    sco_frame(learner, "quiz.html").get_by_text("Answer").click()
    saved(learner)
    learner.locator('[data-nav="exit"]').click()
    learner.wait_for_url("**/my/*")
    expect(learner.locator("main")).to_contain_text("85%")
    expect(learner.locator("main")).to_contain_text("With distinction")

    admin.goto(f"{site.base_url}/cohorts")
    admin.locator("main").get_by_role("link", name="A course for the story").first.click()
    row = admin.get_by_role("row").filter(has_text="Okafor")
    expect(row).to_contain_text("85.0%")
    expect(admin.get_by_role("row").filter(has_text="Pass rate").first).to_contain_text("1 / 1")
    admin.goto(f"{site.base_url}/admin/courses")
    expect(admin.get_by_role("row").filter(has_text="STORY")).to_contain_text("1")
    for page in (admin, learner):
        page.context.close()


def test_a_package_that_we_did_not_make_is_imported_and_opens(site: DemoSite, browser: Browser) -> None:
    folder = conformance_folder()
    if folder is None:
        return
    admin = site.page_of(browser, "admin", "en")
    add_course(site, admin, "GOLF", "Explanation of golf")
    import_and_publish(site, admin, "GOLF", folder.parent / "packages" / "golf12-runtimebasiccalls.zip")
    learner = site.page_of(browser, "learner", "en")
    enrol_and_start(site, learner, "GOLF")
    frame = sco_frame(learner, "launchpage.html")
    frame.locator("#butNext").click()
    expect(frame.frame_locator("#contentFrame").locator("body")).not_to_be_empty()
    saved(learner)
    learner.locator('[data-nav="exit"]').click()
    learner.wait_for_url("**/my/*")
    expect(learner.get_by_role("button", name="Resume")).to_be_visible()
    for page in (admin, learner):
        page.context.close()


def test_a_refused_package_says_why_and_changes_nothing(site: DemoSite, browser: Browser, tmp_path: Path) -> None:
    package = tmp_path / "broken.zip"
    package.write_bytes(package_of([sco("one")])[:-400])
    admin = site.page_of(browser, "admin", "en")
    add_course(site, admin, "BROKEN", "A course without a package")
    admin.goto(f"{site.base_url}/admin/imports/new")
    admin.select_option(
        "main [name=course]", admin.locator("main [name=course] option", has_text="BROKEN").get_attribute("value")
    )
    admin.set_input_files("[name=package]", package)
    admin.locator("main form").get_by_role("button", name="Send").click()
    expect(admin.locator('[data-code="zip_damaged"]')).to_be_visible()
    admin.goto(f"{site.base_url}/courses/BROKEN")
    expect(admin.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    admin.context.close()
