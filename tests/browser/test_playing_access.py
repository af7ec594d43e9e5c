"""Playing by keyboard, on a phone's width, and by ear: the player's page in a real browser."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from courses.people.models import Language
from lms.identity import hashed_for
from tests.browser.playing_site import LESSON, PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in
from tests.browser.test_pages import SERIOUS
from tests.builders import PASSWORD, make_person
from tests.playing import package_of, sco

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def phone(site: PlayingSite, browser: Browser) -> Iterator[Page]:
    """Return a phone in French that plays a course of two lessons."""
    with site.site.database.transaction() as session:
        person = make_person(session, language=Language.FR, password_hash=hashed_for(site.site, PASSWORD))
    package = package_of([sco("one"), sco("two")], {"one.html": LESSON, "two.html": LESSON})
    played = site.publish(package, person)
    context = browser.new_context(viewport={"width": 360, "height": 740})
    found = new_page(context)
    sign_in(site, found, played.person)
    launch(site, found, played)
    sco_frame(found, "one.html")
    yield found
    context.close()


@pytest.fixture
def page(phone: Page) -> Page:
    """Return the phone with the first lesson just opened."""
    phone.reload()
    sco_frame(phone, "one.html")
    return phone


def faults_of(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds serious on the page, the package's own frame left aside, and whether it is too wide."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "iframes": False}).response["violations"]
    faults = [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in SERIOUS]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + [("too wide", f"{wide} px")] * (wide > 0)


def test_the_player_is_accessible_and_fits_a_phone(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    found = faults_of(page)
    page.locator("#toggle").click()
    found += faults_of(page)
    page.evaluate("document.getElementById('warning').hidden = false")
    page.evaluate("document.getElementById('warning-text').textContent = JSON.parse(texts.textContent)['set-aside']")
    page.locator("#toggle").click()
    found += faults_of(page)
    assert found == []


def tab_to(page: Page, *places: str) -> None:
    """Press the tabulator once for each of these places; the keyboard enters another process's frame a moment later."""
    for place in places:
        page.keyboard.press("Tab")
        expect(page.locator(place)).to_be_focused()


def test_the_keyboard_reaches_what_is_seen_and_nothing_behind_it(page: Page) -> None:
    bar = ("#toggle", "#full", "#keep", '[data-nav="continue"]', '[data-nav="exit"]')
    items = ('[data-toc-item="one"]', '[data-toc-item="two"]')
    page.locator('[data-banner="resumed"] button').click()
    page.locator("#skip").focus()
    tab_to(page, "#toggle")
    page.keyboard.press("Enter")
    expect(page.locator("#toc")).to_be_visible()
    expect(page.locator("#toggle")).to_be_focused()
    expect(page.locator("#content")).to_have_attribute("inert", "")
    tab_to(page, *bar[1:], *items)
    page.keyboard.press("Tab")  # out of the page, whose next place is its first: a frame that was entered would keep it
    tab_to(page, "#skip", *bar)
    page.locator(items[1]).focus()
    page.keyboard.press("Escape")
    expect(page.locator("#toggle")).to_be_focused()
    expect(page.locator("#toc")).to_be_hidden()
    tab_to(page, *bar[1:], "iframe.package")
    page.locator("#back").focus()  # what comes after the content leads back to the controls
    page.keyboard.press("Enter")
    expect(page.locator("#toggle")).to_be_focused()


def test_the_first_link_leads_into_the_content_also_from_under_the_contents(page: Page) -> None:
    page.locator("#toggle").click()
    page.locator("#skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toc")).to_be_hidden()
    one = sco_frame(page, "one.html")
    one.wait_for_function("document.hasFocus()")
    page.keyboard.press("Tab")
    expect(one.get_by_text("Turn to page 7")).to_be_focused()


def test_going_on_by_keyboard_does_not_lose_the_place(page: Page) -> None:
    for name in ("two", "one"):
        page.locator(f'[data-nav="{"continue" if name == "two" else "previous"}"]').focus()
        page.keyboard.press("Enter")
        sco_frame(page, f"{name}.html")
        expect(page.locator("#content")).to_be_focused()  # the button itself leads nowhere any more
    page.locator("#toggle").click()
    page.locator('[data-toc-item="one"]').focus()
    sco_frame(page, "one.html").get_by_text("Complete").evaluate("button => button.click()")
    expect(page.locator('[data-toc-item="one"]')).to_contain_text("terminé")
    expect(page.locator('[data-toc-item="one"]')).to_be_focused()


def test_saving_is_said_aloud_only_when_it_fails_and_when_it_works_again(page: Page) -> None:
    page.evaluate(
        """() => {
            window.said = [];
            const note = () => window.said.push(document.getElementById("aloud").textContent.slice(0, 10));
            new MutationObserver(note).observe(document.getElementById("aloud"), { childList: true });
        }"""
    )
    one = sco_frame(page, "one.html")
    one.get_by_text("Complete").click()
    expect(page.locator('[data-toc-item="one"]')).to_contain_text("terminé")
    saved(page)
    assert page.evaluate("window.said") == []
    page.context.set_offline(True)
    one.evaluate("set('core.score.raw', '10')")
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    page.context.set_offline(False)
    saved(page)
    assert [text.split()[0] for text in page.evaluate("window.said")] == ["Hors", "Enregistré"]
