"""A hostile package in the player: what it can reach of the platform, the player, other packages, and the world."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from courses.cohorts.models import Cohort
from courses.people.models import Language, Person, Role
from lms.identity import hashed_for
from lms.web.content.tokens import host_label, read_token
from tests.browser.chromium import whole_chromium
from tests.browser.isolation_site import FILES, ServedSite, Trap, hostile_package, rows_beside_playing
from tests.browser.playing_site import PAGES, PlayingSite, badge, launch, sco_frame, sign_in
from tests.browser.test_trial import leave, try_it
from tests.builders import PASSWORD, make_enrolment, make_person
from tests.playing import Played, begin_attempt, package_of, sco

pytestmark = pytest.mark.browser

NO_WORKER = "() => navigator.serviceWorker.getRegistrations().then((found) => found.length === 0)"
KEPT_NOTHING = """
() => new Promise((resolve) => {
    const opened = indexedDB.open("palier");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("changes").objectStore("changes").count();
        asked.onsuccess = () => { opened.result.close(); resolve(asked.result === 0); };
    };
})
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """Return an installation whose own server runs."""
    found = ServedSite(tmp_path_factory.mktemp("isolation"))
    found.start()
    yield found
    found.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


@pytest.fixture(scope="module")
def people(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """Return a browser as people have it, around its engine too: no window opens without a click."""
    arguments = browser_type_launch_args | {"executable_path": whole_chromium()}
    found = browser_type.launch(**arguments, ignore_default_args=["--disable-popup-blocking"])
    yield found
    found.close()


@pytest.fixture
def context(people: Browser) -> Iterator[BrowserContext]:
    """Return a browser of its own."""
    found = people.new_context()
    yield found
    found.close()


@pytest.fixture(scope="module")
def other(site: ServedSite) -> Played:
    """Return a course of somebody else, with its files."""
    return site.publish(package_of([sco("one")], title="Another"))


def targets_of(site: PlayingSite, other: Played) -> dict[str, object]:
    """Return where another package is, and the right to read it."""
    with site.site.database.transaction() as session:
        attempt_id = begin_attempt(session, other)
    label = host_label(site.site.secret, other.person.id, other.version.id)
    token = read_token(site.site.secret, label, attempt_id)
    origin = f"http://{label}.content.localhost:{site.port}"
    found = {
        "origin": origin,
        "wrapper": f"{origin}/w/{token}/",
        "file": f"{origin}/r/{token}/one.html",
        "token": token,
    }
    return {"other": found, "action": f"{site.base_url}/enrolments/{other.enrolment.id}/launch"}


@pytest.fixture(scope="module")
def hostile(site: ServedSite, trap: Trap, other: Played) -> Played:
    """Return a learner with the hostile package."""
    return site.publish(hostile_package(site, trap, **targets_of(site, other)))


@pytest.fixture(scope="module")
def curious(site: ServedSite, trap: Trap) -> Played:
    """Return a learner with a package that looks around."""
    script = f"window.TARGETS = {{evil: '{trap.origin}', platform: '{site.base_url}'}}".encode()
    pages = {name: FILES[name] for name in ("curious.html", "posing.html")}
    return site.publish(package_of([sco("curious"), sco("one")], pages | {"targets.js": script}))


@pytest.fixture(scope="module")
def ada(site: ServedSite) -> Person:
    """Return an administrator."""
    with site.site.database.transaction() as session:
        found = make_person(session, given_name="Ada", roles=[Role.ADMINISTRATOR], language=Language.EN)
        found.password_hash = hashed_for(site.site, PASSWORD)
    return found


def won(page: Page) -> list[str]:
    """Return what the hostile package says that it has won, once it has tried everything."""
    report = sco_frame(page, "hostile.html").locator("#report")
    expect(report).to_have_attribute("data-done", re.compile(r"\d\d"))
    return report.locator("li").all_inner_texts()


@pytest.mark.parametrize("who", ["learner", "administrator"])
def test_a_hostile_package_wins_nothing_whoever_plays_it(
    site: ServedSite, context: BrowserContext, trap: Trap, hostile: Played, ada: Person, who: str
) -> None:
    page = context.new_page()  # its console is full of refusals
    sign_in(site, page, hostile.person if who == "learner" else ada)
    before = rows_beside_playing(site)
    if who == "learner":
        launch(site, page, hostile)
    else:
        try_it(site, page, hostile)
    address = page.url
    assert won(page) == []
    assert (page.url, len(context.pages), trap.asked) == (address, 1, [])
    assert rows_beside_playing(site) == before
    expect(badge(page)).to_have_attribute("data-save-state", "saved")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0
    if who == "learner":
        page.locator('[data-nav="suspendAll"], [data-nav="exit"]').first.click()
        page.wait_for_url(f"{site.base_url}/my/*")
    else:
        leave(site, page)
    assert page.goto(f"{site.base_url}/profile").url == f"{site.base_url}/profile"  # type: ignore[union-attr]


def seen(page: Page) -> tuple[str, str, str]:
    """Return what the curious package has found: of its own storage, as the learner, and altogether."""
    frame = sco_frame(page, "curious.html")
    expect(frame.locator("#seen")).to_contain_text("/curious.html")
    kept, learner, whole = (frame.locator(f"#{name}").inner_text() for name in ("kept", "learner", "seen"))
    return kept, learner, whole


def test_a_package_sees_no_name_and_nothing_of_the_person_before_it_on_the_same_browser(
    site: ServedSite, context: BrowserContext, curious: Played
) -> None:
    with site.site.database.transaction() as session:
        second = make_person(session, given_name="Zenobia", family_name="Quartermaine")
        second.password_hash = hashed_for(site.site, PASSWORD)
        enrolment = make_enrolment(session, second, session.get_one(Cohort, curious.enrolment.cohort_id))
        other = replace(curious, person=second, enrolment=enrolment)
    found = []
    for played in (curious, curious, other):
        context.clear_cookies()
        page = context.new_page()
        sign_in(site, page, played.person)
        launch(site, page, played)
        found.append(seen(page))
        stored = page.evaluate("JSON.parse(sessionStorage.getItem('palier.attempt')).token")
        person = played.person
        for secret in (
            stored,
            person.email,
            person.family_name,
            str(person.id),
            person.id.hex,
            str(played.enrolment.id),
        ):
            assert secret not in found[-1][2]
        assert re.fullmatch(r"[\w-]{16,}", found[-1][1])
        sco_frame(page, "curious.html").wait_for_function(NO_WORKER, polling=100)
        assert sco_frame(page, "curious.html").evaluate("navigator.serviceWorker.register('/sw.js').then(() => 'ours')")
        page.close()
    (first, learner, _), (again, same, _), (others, another, _) = found
    assert (first, again, others) == ("", "mine,mine,mine", "")
    assert learner == same != another


def test_cookies_of_a_package_lock_nobody_out_and_are_gone(
    site: ServedSite, context: BrowserContext, curious: Played
) -> None:
    page = context.new_page()
    sign_in(site, page, curious.person)
    launch(site, page, curious)
    seen(page)
    frame = sco_frame(page, "curious.html")
    frame.locator("#bomb").click()
    expect(frame.locator("#set")).to_have_text(re.compile(r"set [5-7]\d{5}"))
    page.reload()
    assert "b1=" not in seen(page)[0]
    frame = sco_frame(page, "curious.html")
    frame.locator("#bomb").click()
    expect(frame.locator("#set")).to_have_text(re.compile(r"set [5-7]\d{5}"))
    another = site.publish(package_of([sco("one")]), person=curious.person)
    launch(site, page, another)
    assert sco_frame(page, "one.html").evaluate("document.cookie") == ""
    sco_frame(page, "one.html").evaluate("document.cookie = 'deep=1; domain=content.localhost; path=/r'")
    launch(site, page, curious)
    assert "deep" not in seen(page)[0]
    assert {cookie["domain"] for cookie in context.cookies()} <= {"localhost"}
    assert page.goto(f"{site.base_url}/profile").url == f"{site.base_url}/profile"  # type: ignore[union-attr]


def test_a_window_that_the_learner_opens_holds_neither_the_player_nor_the_platform(
    site: ServedSite, context: BrowserContext, trap: Trap, curious: Played
) -> None:
    page = context.new_page()
    sign_in(site, page, curious.person)
    launch(site, page, curious)
    seen(page)
    address, frame = page.url, sco_frame(page, "curious.html")
    with page.expect_popup() as opened:
        frame.locator("#open").click()
    opened.value.wait_for_load_state("networkidle")
    assert [path for path in trap.asked if path != "/favicon.ico"] == ["/window", "/told-closed-closed"]
    with page.expect_popup() as opened:
        frame.locator("#platform").click()
    opened.value.wait_for_load_state()
    assert frame.evaluate("(() => { try { return held.document.title } catch (error) { return 'closed' } })()") in (
        "closed",
        "",
    )
    assert "/profile" not in opened.value.url
    assert page.url == address


def test_what_takes_the_wrappers_place_is_removed_when_the_learner_goes_on(
    site: ServedSite, context: BrowserContext, curious: Played
) -> None:
    page = context.new_page()
    sign_in(site, page, curious.person)
    launch(site, page, curious)
    seen(page)
    sco_frame(page, "curious.html").locator("#away").click()
    expect(page.frame_locator("iframe.package").locator("h1")).to_have_text("Posing")
    expect(page.locator("#title")).to_be_visible()
    page.locator('[data-nav="continue"]').click()
    sco_frame(page, "one.html")
    expect(page.frame_locator("iframe.package").locator("iframe#sco")).to_be_visible()


def test_who_speaks_in_the_wrappers_name_changes_its_own_data_and_fills_nothing(
    site: ServedSite, context: BrowserContext
) -> None:
    played = site.publish(package_of([sco("one"), sco("two")], {"one.html": (PAGES / "forging.html").read_bytes()}))
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(site, page, played.person)
    launch(site, page, played)
    frame = sco_frame(page, "one.html")
    frame.locator("#others").click()
    expect(badge(page)).to_have_attribute("data-save-state", "saved")
    page.wait_for_function(KEPT_NOTHING, polling=100)
    assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "still mine"
    assert site.activity_of(played, "two") is None
    page.route("**/commit", lambda route: route.abort())
    frame.locator("#flood").click()
    expect(page.locator("#notice-title")).to_have_text("This part of the course was stopped")
    expect(page.locator("iframe.package")).to_have_count(0)
    expect(badge(page)).to_have_attribute("data-save-state", "offline")
    assert faults == []
