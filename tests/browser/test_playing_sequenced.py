"""A course of SCORM 2004 in the player: controls that are hidden, wishes of SCOs, nothing that is open, by keyboard."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courses.enrolment.models import Outcome
from courses.people.models import Language
from lms.identity import hashed_for
from scorm.packaging.items import Edition, ScormType
from scorm.sequencing.definition import (
    ControlMode,
    Delivery,
    Objective,
    ObjectiveMap,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from scorm.sequencing.words import Combination, ConditionName, Control, RuleAction
from tests.browser.playing_site import PAGES, PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in
from tests.browser.test_pages import SERIOUS
from tests.builders import PASSWORD, make_person
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LESSON = (PAGES / "lesson2004.html").read_bytes()
WRITER = Objective(identifier="done", maps=(ObjectiveMap(target="first", write_satisfied=True),))
READER = Objective(identifier="before", maps=(ObjectiveMap(target="first"),))
CLOSED = SequencingRule(
    action=RuleAction.DISABLED,
    combination=Combination.ANY,
    conditions=tuple(
        RuleCondition(name=name, is_negated=True, objective="before")
        for name in (ConditionName.SATISFIED, ConditionName.OBJECTIVE_STATUS_KNOWN)
    ),
)
FREE = Sequencing(control=ControlMode(flow=True))
GUIDED = Sequencing(control=ControlMode(flow=True, choice=False))
CHOSEN = Sequencing(control=ControlMode(flow=False))
BY_CONTENT = Delivery(completion_set_by_content=True, objective_set_by_content=True)
QUIZ = Sequencing(delivery=BY_CONTENT, rules=(CLOSED,), objectives=(READER,))


def lesson(name: str, **facts: Any) -> Any:
    """Return a SCO that speaks for itself, on a page of its own name."""
    return sco(name, **({"sequencing": Sequencing(delivery=BY_CONTENT)} | facts))


def course(*scos: Any, sequencing: Sequencing = FREE) -> bytes:
    """Return a package of the 4th Edition whose pages are lessons."""
    pages = {f"{item.identifier}.html": LESSON for item in scos if item.scorm_type is ScormType.SCO}
    return package_of(scos, pages, edition=Edition.SCORM_2004_4TH, sequencing=sequencing)


@pytest.fixture
def played(site: PlayingSite) -> Played:
    """Return a learner with a page, two lessons, and a quiz that opens once the first lesson is passed."""
    intro = sco("intro", scorm_type=ScormType.ASSET)
    one = lesson("one", sequencing=Sequencing(delivery=BY_CONTENT, primary=WRITER))
    two = lesson("two", hidden=(Control.CONTINUE, Control.PREVIOUS))
    return site.publish(course(intro, one, two, lesson("quiz", sequencing=QUIZ)))


@pytest.fixture
def at_one(site: PlayingSite, learner: Page, played: Played) -> Page:
    """Return the learner's player at the first lesson."""
    launch(site, learner, played)
    sco_frame(learner, "intro.html")
    go_on(learner)
    sco_frame(learner, "one.html")
    return learner


def opened(site: PlayingSite, context: BrowserContext, data: bytes) -> tuple[Page, Played]:
    """Return the player of a course of its own."""
    played = site.publish(data)
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    return page, played


def press(page: Page, name: str, text: str) -> None:
    """Press a button of the SCO that is shown."""
    sco_frame(page, f"{name}.html").get_by_role("button", name=text, exact=True).click()


def go_on(page: Page) -> None:
    page.locator('[data-nav="continue"]').click()


def entry(page: Page, name: str) -> Any:
    return page.locator(f'[data-toc-item="{name}"]')


def left(site: PlayingSite, page: Page, played: Played) -> None:
    """Wait for the learner's own page of the course."""
    page.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}?left=1")


def test_controls_are_offered_as_the_manifest_says(site: PlayingSite, learner: Page, played: Played) -> None:
    launch(site, learner, played)
    sco_frame(learner, "intro.html")
    expect(learner.locator('[data-nav="previous"]')).to_be_disabled()
    go_on(learner)
    sco_frame(learner, "one.html")
    expect(entry(learner, "intro")).to_contain_text("completed")  # an asset is, once it was shown
    expect(learner.locator('[data-nav="previous"]')).to_be_enabled()
    expect(entry(learner, "quiz")).to_contain_text("not open yet")
    expect(entry(learner, "quiz")).to_have_attribute("aria-disabled", "true")
    learner.locator('[data-nav="previous"]').click()
    sco_frame(learner, "intro.html")
    entry(learner, "two").click()
    sco_frame(learner, "two.html")
    expect(entry(learner, "two")).to_have_attribute("aria-current", "page")
    for name in ("continue", "previous"):
        expect(learner.locator(f'[data-nav="{name}"]')).to_be_hidden()
    expect(learner.locator('[data-nav="suspendAll"]')).to_be_visible()
    entry(learner, "one").click()
    sco_frame(learner, "one.html")
    expect(learner.locator('[data-nav="continue"]')).to_be_visible()


def test_what_a_sco_says_opens_what_comes_next_while_it_runs(site: PlayingSite, at_one: Page, played: Played) -> None:
    one = sco_frame(at_one, "one.html")
    expect(one.locator("#valid")).to_have_text("true|true|false")
    press(at_one, "one", "Complete")
    expect(entry(at_one, "quiz")).to_have_attribute("aria-disabled", "false")
    one.wait_for_function("() => get('adl.nav.request_valid.choice.{target=quiz}') === 'true'")  # it hears of it later
    press(at_one, "one", "Look")
    expect(one.locator("#valid")).to_have_text("true|true|true")
    press(at_one, "one", "To the quiz")
    sco_frame(at_one, "quiz.html")
    press(at_one, "quiz", "Complete")
    expect(entry(at_one, "quiz")).to_contain_text("passed")
    press(at_one, "quiz", "End the course")
    left(site, at_one, played)


def test_a_sco_that_stops_stays_until_the_learner_goes_on(at_one: Page) -> None:
    press(at_one, "one", "Stop")
    saved(at_one)
    expect(at_one.locator("#notice")).to_be_hidden()
    press(at_one, "one", "Look")
    go_on(at_one)
    sco_frame(at_one, "two.html")


def test_a_click_of_the_learner_beats_what_the_sco_asks_for_when_it_is_left(at_one: Page) -> None:
    at_one.locator('[data-nav="previous"]').click()  # the lesson wants to end the course
    sco_frame(at_one, "intro.html")
    expect(entry(at_one, "intro")).to_have_attribute("aria-current", "page")


def test_pressing_twice_goes_one_step(at_one: Page) -> None:
    one = sco_frame(at_one, "one.html")
    one.evaluate("() => { wish('continue'); wish('continue'); }")
    sco_frame(at_one, "two.html")
    entry(at_one, "intro").dblclick()
    sco_frame(at_one, "intro.html")
    at_one.evaluate("() => { for (const n of [1, 2, 3]) document.querySelector('[data-nav=continue]').click(); }")
    sco_frame(at_one, "one.html")
    saved(at_one)
    expect(entry(at_one, "one")).to_have_attribute("aria-current", "page")


def test_a_wish_made_without_a_network_comes_true_once_it_is_back(context: BrowserContext, at_one: Page) -> None:
    context.set_offline(True)
    press(at_one, "one", "Next")
    expect(badge(at_one)).to_have_attribute("data-save-state", "offline")
    context.set_offline(False)
    sco_frame(at_one, "two.html")
    press(at_one, "two", "To the quiz")
    expect(at_one.locator("#warning")).to_contain_text("cannot be opened now")


def test_a_wish_that_leads_nowhere_is_said_and_the_course_goes_on(at_one: Page) -> None:
    press(at_one, "one", "To nowhere")
    expect(at_one.locator("#warning")).to_contain_text("cannot be opened now")
    expect(at_one.locator("#notice-title")).to_have_text("No part of the course is open")
    entry(at_one, "one").click()
    sco_frame(at_one, "one.html")
    expect(at_one.locator("#warning")).to_be_hidden()
    press(at_one, "one", "To nowhere")
    expect(at_one.locator("#notice-title")).to_have_text("No part of the course is open")
    go_on(at_one)
    sco_frame(at_one, "two.html")


def test_where_nothing_is_open_the_keyboard_chooses_from_the_contents(site: PlayingSite, at_one: Page) -> None:
    press(at_one, "one", "End this part")
    expect(at_one.locator("#notice-text")).to_have_text("Choose from the contents what you want to open.")
    expect(at_one.locator("#notice-button")).to_be_focused()
    at_one.keyboard.press("Enter")
    expect(entry(at_one, "intro")).to_be_focused()
    at_one.keyboard.press("Tab")
    at_one.keyboard.press("Enter")
    sco_frame(at_one, "one.html")


def test_saving_and_leaving_goes_on_in_the_same_place(site: PlayingSite, at_one: Page, played: Played) -> None:
    press(at_one, "one", "Turn to page 7")
    at_one.locator('[data-nav="suspendAll"]').click()
    left(site, at_one, played)
    launch(site, at_one, played)
    expect(sco_frame(at_one, "one.html").locator("#found")).to_have_text("resume|page 7|seven")
    at_one.reload()
    expect(sco_frame(at_one, "one.html").locator("#found")).to_have_text("resume|page 7|seven")


def test_a_closed_tab_goes_on_in_the_same_place(
    site: PlayingSite, context: BrowserContext, at_one: Page, played: Played
) -> None:
    press(at_one, "one", "Turn to page 7")
    with at_one.expect_event("close"):
        at_one.close(run_before_unload=True)
    again = new_page(context)
    launch(site, again, played)
    expect(sco_frame(again, "one.html").locator("#found")).to_have_text("resume|page 7|seven")


def test_a_course_that_does_not_begin_by_itself_lets_the_learner_choose(
    site: PlayingSite, context: BrowserContext
) -> None:
    page, played = opened(site, context, course(lesson("one"), lesson("two"), sequencing=CHOSEN))
    expect(page.locator("#notice-text")).to_have_text("Choose from the contents what you want to open.")
    for name in ("continue", "previous"):
        expect(page.locator(f'[data-nav="{name}"]')).to_be_disabled()
    entry(page, "two").click()
    press(page, "two", "Complete")
    entry(page, "one").click()
    press(page, "one", "Complete")
    saved(page)
    page.locator('[data-nav="suspendAll"]').click()
    left(site, page, played)
    assert site.enrolment(played).outcome is Outcome.PASSED


def test_a_guided_course_shows_no_contents_and_ends_by_itself(site: PlayingSite, context: BrowserContext) -> None:
    page, played = opened(site, context, course(lesson("one"), lesson("two"), sequencing=GUIDED))
    for name in ("one", "two"):
        press(page, name, "Complete")
        expect(page.locator("#toggle")).to_be_hidden()
        expect(page.locator("#toc")).to_be_hidden()
        saved(page)
        go_on(page)
    left(site, page, played)
    assert site.enrolment(played).outcome is Outcome.PASSED


def test_on_a_phone_in_french_every_state_is_accessible_and_fits(site: PlayingSite, browser: Browser) -> None:
    with site.site.database.transaction() as session:
        person = make_person(session, language=Language.FR, password_hash=hashed_for(site.site, PASSWORD))
    played = site.publish(course(lesson("one"), lesson("two", hidden=(Control.CONTINUE,)), sequencing=CHOSEN), person)
    page = new_page(browser.new_context(viewport={"width": 360, "height": 740}))
    sign_in(site, page, person)
    launch(site, page, played)
    expect(page.locator("#notice-button")).to_be_focused()
    found = faults_of(page)
    page.keyboard.press("Enter")  # the contents cover the notice
    expect(entry(page, "one")).to_be_focused()
    found += faults_of(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    press(page, "two", "To nowhere")
    expect(page.locator("#warning")).to_be_visible()
    found += faults_of(page)
    assert found == []
    page.context.close()


def faults_of(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds serious, the package's own frame left aside, and whether the page is too wide."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "iframes": False}).response["violations"]
    faults = [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in SERIOUS]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + [("too wide", f"{wide} px")] * (wide > 0)
