"""Every page as its people see it: no serious fault for axe, nothing too wide for a phone, no error of a script."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_site import DemoSite, start_demo_site

pytestmark = pytest.mark.browser

PAGES = {
    None: ["/", "/?level=2&lang=fr", "/courses/INTRO", "/activities", "/sign-in", "/sign-up", "/nothing-here"],
    "learner": ["/my", "/my/…", "/profile", "/courses/INTRO", "/path", "/activities/GOVPROC-ADV", "/my/record"],
    "trainer": ["/cohorts", "/cohorts/…", "/cohorts/…/…"],
    "coordinator": ["/people", "/people?state=verified", "/my", "/coordinator/nominations"],
    "admin": [
        "/admin/courses", "/admin/courses/…", "/admin/courses/new", "/admin/imports", "/admin/imports/…",
        "/admin/imports/new", "/admin/conversion", "/cohorts", "/people", "/admin/activities", "/admin/activities/…",
        "/admin/policy", "/admin/policy/…", "/admin/beneficiaries", "/admin/topics",
    ],
}  # fmt: skip
SERIOUS = {"serious", "critical"}
IDENTIFIER = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}$")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """Return the demonstration, served."""
    found = start_demo_site(tmp_path_factory.mktemp("demo"))
    yield found
    found.close()


def visit(site: DemoSite, page: Page, path: str) -> None:
    """Open a page; `…` stands for the first thing that the list above it links to."""
    if path.endswith("/…"):
        visit(site, page, path.removesuffix("/…"))
        parent = urlsplit(page.url).path
        links = page.locator(f'main a[href^="{parent}/"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
        path = next(link for link in links if IDENTIFIER.search(link))
    page.goto(site.base_url + path)


def seen_by_axe(page: Page) -> list[tuple[str, str]]:
    """Return the serious faults of a page; they do not depend on its language."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in SERIOUS]


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "fr"), (360, "es")])
@pytest.mark.parametrize("account", list(PAGES))
def test_pages_are_accessible_and_fit(
    site: DemoSite, browser: Browser, account: str | None, width: int, language: str
) -> None:
    page = site.page_of(browser, account, language, width)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    faults = []
    for path in PAGES[account]:
        visit(site, page, path)
        faults += [] if language == "es" else [(path, *fault) for fault in seen_by_axe(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append((path, "too wide", f"{wide} px"))
    page.context.close()
    assert faults == []
    assert errors == []


def report_on(site: DemoSite, page: Page, file: str) -> list[str]:
    """Return what the report on an import says: its verdict, then each finding."""
    page.goto(f"{site.base_url}/admin/imports")
    page.get_by_role("link", name=file).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(file)
    expect(page.locator(".findings li").first).to_be_visible()
    address = page.get_by_role("link", name="JSON").get_attribute("href")
    told = page.request.get(f"{site.base_url}{address}").json()
    said = [told["verdict"], *(part for one in told["findings"] for part in (one["sentence"], one["advice"]))]
    for sentence in said:
        expect(page.locator("main")).to_contain_text(sentence)
    return said


@pytest.mark.parametrize("file", ["access-en-2.zip", "legal-en.zip"])
def test_the_report_on_a_package_is_read_in_three_languages(site: DemoSite, browser: Browser, file: str) -> None:
    said: dict[str, list[str]] = {}
    for language in ("en", "fr", "es"):
        page = site.page_of(browser, "admin", language, 360)
        page.goto(f"{site.base_url}/profile")
        page.locator(f".site-languages button[value={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        said[language] = report_on(site, page, file)
        page.context.close()
    assert all(len(set(sentences)) == 3 for sentences in zip(*said.values(), strict=True)), said


def test_the_keyboard_alone_reaches_content_and_form(site: DemoSite, browser: Browser) -> None:
    page = site.page_of(browser, None, "en")
    page.goto(site.base_url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto(f"{site.base_url}/sign-in")
    page.locator("input[name=email]").focus()
    page.keyboard.type("learner@demo.palier.localhost")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    page.context.close()


@pytest.mark.parametrize(("language", "word"), [("en", "Catalogue"), ("fr", "Catalogue"), ("es", "Catálogo")])
def test_a_visitor_chooses_the_language_and_keeps_it(
    site: DemoSite, browser: Browser, language: str, word: str
) -> None:
    page = site.page_of(browser, None, "de")
    page.goto(f"{site.base_url}/?lang={language}")
    page.goto(f"{site.base_url}/sign-in")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".site-nav")).to_contain_text(word)
    page.context.close()


def test_pages_are_readable_without_script(site: DemoSite, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.base_url)
    page.get_by_role("link", name="Introduction to the WTO").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Introduction to the WTO")
    context.close()
