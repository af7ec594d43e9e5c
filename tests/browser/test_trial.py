"""An administrator tries a version in the real player: the trace beside it, what it showed, the rule that is chosen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from courses.attempts.models import Trial, TrialCalls
from courses.catalogue.models import CompletionRule, Course
from courses.enrolment.models import Outcome
from courses.people.models import Language, Person, Role
from lms.identity import hashed_for
from scorm.packaging.items import Edition
from scorm.packaging.writer import ScoSource
from tests.browser.playing_site import PAGES, PlayingSite, launch, new_page, saved, sco_frame, sign_in, until
from tests.browser.test_playing_access import faults_of
from tests.builders import PASSWORD, make_person
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LESSON, LESSON_2004 = ((PAGES / name).read_bytes() for name in ("lesson.html", "lesson2004.html"))
QUIET = b"""<!doctype html><html lang="en"><title>Quiet</title><h1>Quiet</h1><script>
var API = window.parent.API;
API.LMSInitialize("");
API.LMSSetValue("cmi.core.lesson_location", "3");
API.LMSSetValue("cmi.core.lesson_status", "done");
</script>"""
LOUD = b"""<!doctype html><html lang="en"><title>Loud</title><h1>Loud</h1><script>
var API = window.parent.API;
API.LMSInitialize("");
for (var n = 0; n < 9000; n++) {
  API.LMSSetValue("cmi.core.lesson_location", String(n) + "x".repeat(100));
  API.LMSGetValue("cmi.no" + n);
}
API.LMSSetValue("cmi.core.lesson_status", "completed");
API.LMSFinish("");
fetch(window.parent.document.body.dataset.shell + "/trace", {method: "POST"}).catch(function () {
  document.body.dataset.fetched = "refused";
});
</script>"""

FORGING = b"""<!doctype html><html lang="en"><title>Forging</title><h1>Forging</h1><script>
var proto = window.parent.MessagePort.prototype, send = proto.postMessage;
proto.postMessage = function (message) {
  if (message.kind === "calls") {
    var good = message.calls[0], set = ["cmi.core.lesson_status", "<img src=x onerror=document.title=1>"];
    var names = ["__proto__", "constructor", "<b>x</b>"];
    var forged = names.map((name) => ({ ...good, activity: name, name: name, args: [name, name] }));
    forged.push({ ...good, at: 9e15 }, { ...good, at: 1e300 }, { ...good, times: 0 }, null, 7, { ...good, args: set });
    send.call(this, { kind: "calls", calls: forged });
    send.call(this, { kind: "calls", calls: Array(300000).fill(good) });
  }
  return send.apply(this, arguments);
};
var API = window.parent.API;
API.LMSInitialize("");
API.LMSSetValue("cmi.core.lesson_status", "completed");
API.LMSFinish("");
</script>"""


def published(site: PlayingSite, page: bytes, *scos: ScoSource, **facts: object) -> Played:
    parts = scos or (sco("one"),)
    return site.publish(package_of(parts, {f"{part.identifier}.html": page for part in parts}, **facts))


@pytest.fixture(scope="module")
def ada(site: PlayingSite) -> Person:
    with site.site.database.transaction() as session:
        found = make_person(session, given_name="Ada", roles=[Role.ADMINISTRATOR], language=Language.EN)
        found.password_hash = hashed_for(site.site, PASSWORD)
    return found


@pytest.fixture
def page(site: PlayingSite, context: BrowserContext, ada: Person) -> Page:
    found = new_page(context)
    sign_in(site, found, ada)
    return found


@pytest.fixture
def phone(site: PlayingSite, browser: Browser, ada: Person) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    found = new_page(context)
    sign_in(site, found, ada)
    yield found
    context.close()


def try_it(site: PlayingSite, page: Page, played: Played) -> None:
    """Launch a version by the button of its page, and wait for the panel."""
    page.goto(f"{site.base_url}/admin/versions/{played.version.id}")
    page.locator(f'form[action="/admin/versions/{played.version.id}/trial"] button').first.click()
    page.wait_for_url(f"http://play.content.localhost:{site.port}/launch*")
    expect(page.locator("#trace")).to_be_visible()


def leave(site: PlayingSite, page: Page) -> None:
    page.locator('[data-nav="exit"]').click()
    page.wait_for_url(f"{site.base_url}/admin/trials/*")


def signal(name: str) -> str:
    return f'#trace [data-signal="{name}"]'


def chosen(site: PlayingSite, played: Played) -> CompletionRule | None:
    with site.site.database.reading() as session:
        return session.get_one(Course, played.course.id).completes_by


def press(page: Page, path: str, name: str) -> None:
    sco_frame(page, path).get_by_role("button", name=name).click()


class TestATrial:
    def test_shows_signals_as_they_come_and_the_rule_that_is_chosen_completes_the_course(
        self, site: PlayingSite, page: Page, browser: Browser
    ) -> None:
        played = published(site, QUIET, sco("one"), sco("two"))
        try_it(site, page, played)
        sco_frame(page, "one.html")
        expect(page.locator(signal("started"))).to_have_attribute("data-state", "good")
        expect(page.locator(signal("kept"))).to_contain_text("came: 3")
        expect(page.locator(signal("completion"))).to_contain_text("has not come yet")
        expect(page.locator(signal("errors"))).to_contain_text("1,")
        page.locator('[data-nav="continue"]').click()
        sco_frame(page, "two.html")
        expect(page.locator(signal("started"))).to_have_attribute("data-state", "good")
        leave(site, page)
        expect(page.locator('[data-lack="not_completed"]')).to_have_text("This package never said that it is finished.")
        expect(page.locator("main")).to_contain_text("is not one of the words that are allowed")
        expect(page.locator("[data-suggestion]")).to_have_attribute("data-suggestion", "pages_visited")
        assert chosen(site, played) is None
        page.locator("#rule-pages_visited").check()
        page.get_by_role("button", name="Save the rule").click()
        expect(page.locator(".notice-success")).to_be_visible()
        assert chosen(site, played) is CompletionRule.PAGES_VISITED
        learner = new_page(browser.new_context())
        sign_in(site, learner, played.person)
        launch(site, learner, played)
        sco_frame(learner, "one.html")
        learner.locator('[data-nav="continue"]').click()
        sco_frame(learner, "two.html")
        learner.locator('[data-nav="exit"]').click()
        learner.wait_for_url(f"{site.base_url}/my/*")
        found = site.enrolment(played)
        assert (found.is_completed, found.outcome) == (True, Outcome.PASSED)
        learner.context.close()

    def test_of_a_package_that_says_everything_lacks_nothing_and_counts_nowhere(
        self, site: PlayingSite, page: Page
    ) -> None:
        played = published(site, LESSON)
        try_it(site, page, played)
        press(page, "one.html", "Turn to page 7")
        press(page, "one.html", "Answer")
        for name, value in (("completion", "passed"), ("success", "passed"), ("score", "85"), ("ended", "came")):
            expect(page.locator(signal(name))).to_contain_text(value)
        saved(page)
        leave(site, page)
        expect(page.locator('tr[data-rule="score"] td').first).to_have_text("yes")
        expect(page.locator(".story")).to_contain_text("reported a score: 85")
        assert site.enrolment(played).outcome == Outcome.NOT_STARTED

    def test_of_2004_is_traced_alike(self, site: PlayingSite, page: Page) -> None:
        played = published(site, LESSON_2004, edition=Edition.SCORM_2004_4TH)
        try_it(site, page, played)
        press(page, "one.html", "Complete")
        expect(page.locator(signal("completion"))).to_contain_text("completed")
        expect(page.locator(signal("success"))).to_contain_text("passed")
        expect(page.locator(signal("score"))).to_contain_text("has not come yet")
        saved(page)
        leave(site, page)
        expect(page.locator('[data-lack="not_scored"]')).to_be_visible()
        expect(page.locator('[data-lack="not_ended"]')).to_have_count(0)
        expect(page.locator('tr[data-rule="status"] td').first).to_have_text("yes")

    def test_begins_afresh_or_resumes(self, site: PlayingSite, page: Page) -> None:
        played = published(site, LESSON)
        try_it(site, page, played)
        press(page, "one.html", "Turn to page 7")
        saved(page)
        leave(site, page)
        page.get_by_role("button", name="Launch again, resuming").click()
        expect(sco_frame(page, "one.html").locator("#found")).to_have_text("resume|page 7|seven")
        leave(site, page)
        page.get_by_role("button", name="Launch again, from the beginning").click()
        expect(sco_frame(page, "one.html").locator("#found")).to_have_text("ab-initio||")

    def test_takes_no_more_calls_than_its_bounds_and_none_but_by_the_api(self, site: PlayingSite, page: Page) -> None:
        played = published(site, LOUD)
        try_it(site, page, played)
        frame = sco_frame(page, "one.html")
        expect(frame.locator("body")).to_have_attribute("data-fetched", "refused")
        expect(page.locator(signal("completion"))).to_contain_text("completed")

        def kept() -> int:
            counted = select(func.sum(TrialCalls.count)).join(Trial, Trial.id == TrialCalls.trial_id)
            with site.site.database.reading() as session:
                return session.scalar(counted.where(Trial.course_id == played.course.id)) or 0

        until(lambda: kept() > 6000)  # who leaves a slow machine at once takes the last ones along
        leave(site, page)
        assert kept() < 6100
        with site.site.database.reading() as session:
            trials = select(func.count()).select_from(Trial).where(Trial.course_id == played.course.id)
            assert session.scalar(trials) == 1

    def test_shows_what_a_package_forges_as_text_and_goes_on(self, site: PlayingSite, page: Page) -> None:
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        try_it(site, page, published(site, FORGING))
        sco_frame(page, "one.html")
        expect(page.locator(signal("ended"))).to_have_attribute("data-state", "good")
        assert page.locator("#trace img, #trace .calls b").count() == 0
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        text = download.value.path().read_text()
        assert ('LMSSetValue("cmi.core.lesson_status", "completed")' in text, text.count("\n") < 1000) == (True, True)
        leave(site, page)
        expect(page.locator("main")).to_contain_text("What the package said, in order")
        assert faults == []


class TestThePanel:
    def test_says_everything_that_has_just_come(self, site: PlayingSite, page: Page) -> None:
        try_it(site, page, published(site, FORGING.split(b"var proto")[0] + b"var API" + FORGING.split(b"var API")[1]))
        sco_frame(page, "one.html")
        aloud = page.locator("#trace .aloud")
        expect(aloud).to_contain_text("Ended")
        expect(aloud).to_contain_text("Completion: came: completed")

    def test_fits_a_phone_and_is_accessible_open_and_folded(self, site: PlayingSite, phone: Page) -> None:
        try_it(site, phone, published(site, LESSON))
        sco_frame(phone, "one.html")
        expect(phone.locator("#trace .calls li")).not_to_have_count(0)
        content, panel = (phone.locator(place).bounding_box() for place in ("#content", "#trace"))
        assert content is not None
        assert panel is not None
        assert panel["y"] >= content["y"] + content["height"] - 1
        assert content["height"] > 150
        assert faults_of(phone) == []
        phone.locator("#trace .trace-head button").click()
        expect(phone.locator("#trace-body")).to_be_hidden()
        assert faults_of(phone) == []

    def test_is_worked_by_the_keyboard(self, site: PlayingSite, page: Page) -> None:
        try_it(site, page, published(site, QUIET))
        sco_frame(page, "one.html")
        toggle = page.locator("#trace .trace-head button")
        toggle.focus()
        page.keyboard.press("Enter")
        expect(toggle).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("#trace-filter")).to_be_focused()
        expect(page.locator("#trace .calls li:visible")).not_to_have_count(0)
        page.keyboard.press("Space")
        expect(page.locator("#trace .calls .asked:visible")).to_have_count(0)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert 'LMSSetValue("cmi.core.lesson_status", "done") -> "false" (405)' in download.value.path().read_text()

    def test_is_loaded_for_no_learner(self, site: PlayingSite, learner: Page, played: Played) -> None:
        asked: list[str] = []
        learner.on("request", lambda request: asked.append(request.url))
        launch(site, learner, played)
        sco_frame(learner, "one.html")
        assert any("/shell.js" in url for url in asked)
        assert [url for url in asked if "/trac" in url] == []


class TestThePageOfATrial:
    @pytest.mark.parametrize("width", [360, 1280])
    def test_is_accessible_and_fits(self, site: PlayingSite, phone: Page, width: int) -> None:
        played = published(site, QUIET, sco("one"), sco("two"))
        try_it(site, phone, played)
        sco_frame(phone, "one.html")
        expect(phone.locator(signal("kept"))).to_contain_text("came: 3")
        leave(site, phone)
        phone.set_viewport_size({"width": width, "height": 800})
        assert faults_of(phone) == []
