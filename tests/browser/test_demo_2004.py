"""The demonstration's course of SCORM 2004 in the real player on a telephone: placed, failed, led back, passed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from courses.enrolment.models import Outcome
from courses.people.models import Language
from lms.demo.catalogue import courses
from lms.demo.packages import package_of
from lms.demo.steered import CODE, SUBJECTS
from tests.browser.playing_site import PlayingSite, launch, saved, sco_frame
from tests.playing import Played

pytestmark = pytest.mark.browser

COURSE = next(course for course in courses() if course.code == CODE)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a telephone."""
    found = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    yield found
    found.close()


@pytest.fixture(params=list(Language))
def played(site: PlayingSite, request: pytest.FixtureRequest) -> Played:
    """Return a learner with the course in one of its languages."""
    return site.publish(package_of(COURSE, request.param))


def opened(page: Page, name: str) -> Frame:
    """Return the page of an item, which is no wider than the telephone."""
    frame = sco_frame(page, f"{name}.html")
    assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return frame


def answer(frame: Frame, *known: str) -> None:
    """Answer every question, rightly those on what is known, and have them checked."""
    for question in frame.locator("fieldset").all():
        right = int(question.get_attribute("data-right") or "")
        chosen = right if question.get_attribute("data-objective") in known else (right + 1) % 3
        question.locator(f"input[value='{chosen}']").check()
    frame.locator("#check").click()
    expect(frame.locator("#onward")).to_be_visible()


def read(page: Page, lesson: str) -> None:
    """Read a lesson to its end and go on with the platform's button."""
    frame = opened(page, lesson)
    while frame.locator("#next").is_visible():
        frame.locator("#next").click()
    expect(frame.locator("#note")).not_to_be_empty()
    page.locator('[data-nav="continue"]').click()


def test_it_is_played_from_the_placement_test_to_a_pass(site: PlayingSite, learner: Page, played: Played) -> None:
    launch(site, learner, played)
    frame = opened(learner, "placement")
    expect(learner.locator('[data-nav="continue"]')).to_be_hidden()
    answer(frame, "modes")
    frame.locator("#onward").click()
    for lesson in SUBJECTS[1:]:
        read(learner, lesson)

    frame = opened(learner, "test")
    answer(frame, "modes")
    saved(learner)
    assert site.enrolment(played).outcome is Outcome.ACTIVE
    frame.locator("#onward").click()
    for lesson in SUBJECTS[1:]:
        read(learner, lesson)

    frame = opened(learner, "test")
    expect(frame.locator("input:checked")).to_have_count(0)
    answer(frame, "modes", "obligations")
    frame.locator("#onward").click()
    opened(learner, "after")
    saved(learner)
    learner.locator('[data-nav="suspendAll"]').click()
    learner.wait_for_url("**/my/*")
    row = site.enrolment(played)
    assert (row.outcome, row.is_completed, row.progress) == (Outcome.PASSED, True, 1.0)
    assert row.mark == pytest.approx(4 / 6, abs=0.001)


@pytest.mark.parametrize("played", [Language.EN], indirect=True)
class TestStopping:
    """Somebody leaves and comes back."""

    def test_a_lesson_opens_at_the_page_where_it_was_left(
        self, site: PlayingSite, learner: Page, played: Played
    ) -> None:
        launch(site, learner, played)
        opened(learner, "placement").locator("#round").click()
        frame = opened(learner, "modes")
        frame.locator("#next").click()
        expect(frame.locator("#page-2")).to_be_visible()
        learner.locator('[data-nav="suspendAll"]').click()
        learner.wait_for_url("**/my/*")
        launch(site, learner, played)
        expect(opened(learner, "modes").locator("#page-2")).to_be_visible()

    def test_answers_that_were_not_checked_are_there_again(
        self, site: PlayingSite, learner: Page, played: Played
    ) -> None:
        launch(site, learner, played)
        answer(opened(learner, "placement"), *SUBJECTS)
        learner.frame_locator("iframe.package").frame_locator("iframe#sco").locator("#onward").click()
        opened(learner, "test").locator("input[name='question-2'][value='1']").check()
        learner.locator('[data-nav="suspendAll"]').click()
        learner.wait_for_url("**/my/*")
        launch(site, learner, played)
        expect(opened(learner, "test").locator("input:checked")).to_have_count(1)
