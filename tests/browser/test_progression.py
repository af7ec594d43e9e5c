"""The way to a seat, through real clicks: refused at level 3, a course suggested and passed, a seat confirmed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courses.applications.models import Application, State
from courses.offerings.models import Offering
from courses.people.models import Person, Role
from courses.progression.record import Category
from courses.progression.steps import Track
from lms.identity import hashed_for
from tests.browser.playing_site import FILES, PlayingSite, new_page, sco_frame, sign_in
from tests.browser.test_pages import SERIOUS
from tests.builders import PASSWORD, make_person
from tests.offerings_builders import make_offering
from tests.playing import make_played, package_of, sco
from tests.records_builders import make_participation, make_topic

pytestmark = pytest.mark.browser

COURSE, ACTIVITY = "Trade in services", "Advanced workshop on services"


@pytest.fixture
def people(site: PlayingSite) -> dict[str, Person]:
    """Return a learner who holds level 1, the coordinator of the same country, and an administrator."""
    now = datetime.now(UTC)
    with site.site.database.transaction() as session:
        found = {
            name: make_person(session, given_name=name, country="SN", roles=roles, category=Category.OFFICIAL)
            for name, roles in {
                "Awa": [Role.LEARNER], "Moussa": [Role.LEARNER, Role.COORDINATOR],
                "Nadia": [Role.LEARNER, Role.ADMINISTRATOR],
            }.items()
        }  # fmt: skip
        for person in found.values():
            person.password_hash = hashed_for(site.site, PASSWORD)
        make_participation(session, found["Awa"], steps=["1"], held_on=(now - timedelta(days=400)).date())
    return found


@pytest.fixture
def activity(site: PlayingSite) -> Offering:
    """Return a workshop of level 3 with one seat, and publish the course of level 2 below it."""
    soon = (datetime.now(UTC) + timedelta(days=60)).date()
    with site.site.database.transaction() as session:
        make_topic(session, "services")
        make_played(
            session, package_of([sco("quiz", mastery_score=60)], FILES), site.site.storage, code="SERVICES",
            title_en=COURSE, level=2, track=Track.SPECIALIST, topic="services", confers=["2·specialist·services"],
        )  # fmt: skip
        return make_offering(
            session, code="ADV-SERVICES", title_en=ACTIVITY, level=3, track=Track.SPECIALIST, topic="services",
            seats=1, ranges=((soon, soon + timedelta(days=2)),), confers=["3·specialist·services"],
        )  # fmt: skip


@pytest.fixture
def windows(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Return the windows of three people, the learner's on a phone."""
    found = [browser.new_context(viewport={"width": width, "height": 740}) for width in (360, 1280, 1280)]
    yield found
    for context in found:
        context.close()


def test_from_a_refusal_at_level_3_to_a_confirmed_seat(
    site: PlayingSite, people: dict[str, Person], activity: Offering, windows: list[BrowserContext]
) -> None:
    awa, moussa, nadia = (signed_in(site, *one) for one in zip(windows, people.values(), strict=True))
    awa.goto(f"{site.base_url}/activities/{activity.code}")
    way_in = awa.locator("section[aria-labelledby=way-in]")
    expect(way_in.get_by_role("button", name="Apply")).to_be_disabled()
    expect(way_in.locator("#why-not")).to_contain_text("Level 2")
    is_accessible(awa)

    way_in.get_by_role("link", name=COURSE).click()
    awa.get_by_role("button", name="Enrol").click()
    awa.get_by_role("button", name="Start").click()
    sco_frame(awa, "quiz.html").get_by_role("button", name="Answer").click()
    awa.locator('[data-nav="exit"]').click()
    awa.wait_for_url(f"{site.base_url}/my/*")

    awa.goto(f"{site.base_url}/path")
    is_accessible(awa)
    awa.goto(f"{site.base_url}/activities/{activity.code}")
    awa.get_by_role("link", name="Apply").click()
    awa.get_by_label("Why you want to take part").fill("I advise my ministry on services.")
    awa.get_by_role("button", name="Submit the application").click()
    expect(awa.locator("main")).to_contain_text("waits for the endorsement")

    moussa.goto(f"{site.base_url}/coordinator/nominations")
    moussa.get_by_role("link", name=ACTIVITY).click()
    moussa.get_by_role("checkbox", name="Awa").first.check()
    moussa.get_by_role("button", name="Endorse those ticked", exact=True).click()
    expect(moussa.locator("main")).to_contain_text("1 application is endorsed")
    is_accessible(moussa)

    nadia.goto(f"{site.base_url}/admin/activities/{activity.id}/selection")
    is_accessible(nadia)
    nadia.get_by_role("button", name="Accept the whole proposal").click()
    expect(nadia.locator("main")).to_contain_text("1 person is selected")

    awa.reload()
    awa.get_by_role("button", name="Confirm that I take part").click()
    expect(awa.locator("main")).to_contain_text("Your seat is confirmed")
    with site.site.database.reading() as session:
        rows = session.query(Application.state, Application.seat).all()
    assert [tuple(row) for row in rows] == [(State.CONFIRMED, 1)]


def signed_in(site: PlayingSite, window: BrowserContext, person: Person) -> Page:
    page = new_page(window)
    sign_in(site, page, person)
    return page


def is_accessible(page: Page) -> None:
    """Check a page as a screen reader meets it, and that nothing is wider than the window."""
    assert [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS] == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
