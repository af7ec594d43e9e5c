"""Playing in a real browser when the server, or something in between, does not answer as it should."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.playing_site import PlayingSite, launch, new_page, sco_frame, sign_in
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LESSON = (Path(__file__).parent / "pages" / "lesson.html").read_bytes()
FILES = {"one.html": LESSON, "two.html": LESSON}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayingSite]:
    """Return an installation whose server runs."""
    found = PlayingSite(tmp_path_factory.mktemp("faults"))
    found.start()
    yield found
    found.close()


@pytest.fixture
def played(site: PlayingSite) -> Played:
    """Return a learner with a course of two lessons."""
    return site.publish(package_of([sco("one"), sco("two")], FILES))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser of its own."""
    found = browser.new_context()
    yield found
    found.close()


@pytest.fixture
def page(site: PlayingSite, context: BrowserContext, played: Played) -> Page:
    """Return the learner's page, signed in."""
    found = new_page(context)
    sign_in(site, found, played.person)
    return found


def of_assets(data: bytes) -> bytes:
    """Return a package whose pages are assets instead of SCOs."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'scormtype="sco"', b'scormtype="asset"'))
    return changed.getvalue()


@pytest.mark.parametrize("fault", ["a page instead of the table", "no wrapper"])
def test_a_course_that_cannot_start_says_so_and_starts_when_asked_again(
    site: PlayingSite, page: Page, played: Played, fault: str
) -> None:
    address = "**/table-1.2.json" if fault == "a page instead of the table" else "**/w/*/"
    page.route(address, lambda route: route.fulfill(status=502, body="<p>Bad gateway", content_type="text/html"))
    page.clock.install()
    launch(site, page, played)
    if fault == "no wrapper":
        expect(page.locator("iframe.package")).to_be_attached()
        page.clock.fast_forward(16_000)
    expect(page.locator("#notice-title")).to_have_text("The course could not be opened")
    page.unroute(address)
    page.locator("#notice-button").click()
    sco_frame(page, "one.html").get_by_text("Complete").click()
    expect(page.locator('[data-toc-item="one"]')).to_contain_text("completed")


def test_only_a_file_that_is_a_pdf_is_opened_outside_its_frame(site: PlayingSite, context: BrowserContext) -> None:
    pages = {"page.html": b"<!doctype html><title>A page</title>", "paper.pdf": b"%PDF-1.4"}
    items = [sco("page", href="page.html?x=.pdf"), sco("paper", href="paper.pdf?x=.html")]
    played = site.publish(of_assets(package_of(items, pages)))
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    sco_frame(page, "page.html")
    expect(page.locator("#notice-link")).to_be_hidden()
    page.locator('[data-nav="continue"]').click()
    expect(page.locator("#notice-link")).to_have_text("The paper")
    expect(page.locator("#notice-link")).to_have_attribute("target", "_blank")
