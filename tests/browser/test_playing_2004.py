"""Courses of SCORM 2004 that another maker made, of three editions, imported and played to their ends in a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Dialog, Frame, Locator, Page, Route, expect

from courses.catalogue.models import Course
from courses.catalogue.versions import published_version
from courses.enrolment.models import Outcome
from courses.people.models import Language, Person, Role
from lms.identity import hashed_for
from tests.browser.playing_site import PlayingSite, launch, new_page, saved, sco_frame, sign_in
from tests.builders import PASSWORD, make_cohort, make_course, make_enrolment, make_person
from tests.conformance.shared import conformance_folder
from tests.importing import work_off
from tests.playing import Played

pytestmark = pytest.mark.browser

SINGLE = "golf2004-2-contentpackagingsinglesco"
ADVANCED = "golf2004-3-runtimeadvancedcalls"
REMEDIATION = "golf2004-3-sequencingsimpleremediation"
ROLLUP = "golf2004-3-sequencingposttestrollup"
FOURTH = "golf2004-4-sequencingposttestrollup4thed"
PAGES = {"playing": 5, "etiquette": 3, "handicapping": 4, "havingfun": 2}
LIBRARY = "https://ajax.googleapis.com/ajax/libs/"
STUBS = {  # the few functions that the package uses
    LIBRARY + "jquery/1.4.3/jquery.min.js": """
        function Found(element) { this.element = element; }
        Found.prototype.val = function (text) {
            if (text === undefined) return this.element.value;
            this.element.value = text;
            return this;
        };
        window.$ = window.jQuery = (selector) => new Found(document.querySelector(selector));
        $.fn = Found.prototype;
    """,
    LIBRARY + "jqueryui/1.8.5/jquery-ui.min.js": """
        $.fn.dialog = function (what) { this.element.style.display = what === "open" ? "block" : "none"; };
    """,
}


@dataclass
class Golf:
    """A golf course on its way: the administrator who imports it, the trainer, and the learner who plays it."""

    site: PlayingSite
    browser: Browser
    dana: Person
    bob: Person

    def page_of(self, person: Person) -> Page:
        """Return a page of a browser of their own."""
        page = new_page(self.browser.new_context())
        sign_in(self.site, page, person)
        return page

    def imported(self, name: str) -> Played | None:
        """Import a package through the form and enrol a learner; None where the packages are absent."""
        folder = conformance_folder()
        if folder is None:
            return None
        with self.site.site.database.transaction() as session:
            course = make_course(session, languages=())
        page = self.page_of(self.dana)
        page.goto(f"{self.site.base_url}/admin/imports/new?course={course.id}")
        page.select_option("main [name=language]", "en")
        page.set_input_files("[name=package]", folder.parent / "packages" / f"{name}.zip")
        page.locator("main form").get_by_role("button", name="Send").click()
        expect(page).not_to_have_url(re.compile("/new"))
        work_off(self.site.site)
        page.reload()
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".notice-success").first).to_contain_text("Version 1")
        page.context.close()
        return self._enrolled(course)

    def _enrolled(self, course: Course) -> Played:
        with self.site.site.database.transaction() as session:
            learner = make_person(session, password_hash=hashed_for(self.site.site, PASSWORD))
            cohort = make_cohort(session, course, trainers=[self.bob])
            version = published_version(session, course.id, Language.EN)
            assert version is not None
            enrolment = make_enrolment(session, learner, cohort)
        return Played(person=learner, course=course, version=version, enrolment=enrolment)

    def result(self, played: Played) -> tuple[Outcome, float | None]:
        """Return what the enrolment has come to."""
        row = self.site.enrolment(played)
        return row.outcome, row.mark

    def seen_by_trainer(self, played: Played) -> Locator:
        """Return the learner's line on the page of the trainer's cohort."""
        page = self.page_of(self.bob)
        page.goto(f"{self.site.base_url}/cohorts/{played.enrolment.cohort_id}")
        return page.get_by_role("row").filter(has_text=played.person.family_name)


@pytest.fixture
def golf(site: PlayingSite, browser: Browser) -> Iterator[Golf]:
    """Return a site with an administrator and a trainer."""
    with site.site.database.transaction() as session:
        secret = hashed_for(site.site, PASSWORD)
        dana = make_person(session, roles=[Role.LEARNER, Role.ADMINISTRATOR], password_hash=secret)
        bob = make_person(session, roles=[Role.LEARNER, Role.TRAINER], password_hash=secret)
    yield Golf(site, browser, dana, bob)
    for context in browser.contexts:
        context.close()


def accept(dialog: Dialog) -> None:
    """Go on where the learner was; a complaint of the package about the platform fails the test."""
    assert "rror" not in dialog.message, dialog.message
    dialog.accept()


def opened(golf: Golf, played: Played) -> Page:
    """Return the learner's player."""
    page = golf.page_of(played.person)
    page.on("dialog", accept)
    launch(golf.site, page, played)
    return page


def read(sco: Frame, count: int) -> None:
    """Read a part of the course to its last page."""
    for _ in range(count - 1):
        sco.locator("#butNext").click()


def answer(sco: Frame, *, is_right: bool) -> None:
    """Answer the test of a SCO and hand it in."""
    test = sco.frame_locator("#contentFrame")
    expect(test.get_by_text("Submit Answers")).to_be_visible()  # then every question stands there
    kind = ".correctAnswer" if is_right else ".answer"
    for choice in test.locator(f"{kind} input[type=radio]").all():
        choice.check()
    for field in test.locator(".correctAnswer input[type=text]").all():
        field.fill((field.locator("..").text_content() or "").strip("() ") if is_right else "77")
    test.get_by_text("Submit Answers").click()
    expect(test.get_by_text("Score: 100" if is_right else "Score: 0")).to_be_visible()


def go_on(page: Page) -> None:
    page.locator('[data-nav="continue"]').click()


def leave(golf: Golf, page: Page, played: Played) -> None:
    """Leave by the button that is always there."""
    page.locator('[data-nav="suspendAll"]').click()
    left(golf, page, played)


def left(golf: Golf, page: Page, played: Played) -> None:
    """Wait for the learner's own page of the course."""
    page.wait_for_url(f"{golf.site.base_url}/my/{played.enrolment.id}?left=1")


def test_a_single_sco_of_the_2nd_edition_that_never_calls_ends_completed(golf: Golf) -> None:
    played = golf.imported(SINGLE)
    if played is None:
        return
    page = opened(golf, played)
    expect(sco_frame(page, "launchpage.html").get_by_role("heading")).to_have_text("Not implemented yet")
    expect(page.locator("#toggle")).to_be_hidden()
    leave(golf, page, played)
    assert golf.result(played) == (Outcome.ACTIVE, None)
    launch(golf.site, page, played)
    sco_frame(page, "launchpage.html")
    go_on(page)  # the one item is over, and with it the course
    left(golf, page, played)
    assert golf.site.enrolment(played).progress == 1.0
    assert golf.result(played)[0] is Outcome.PASSED
    expect(golf.seen_by_trainer(played)).to_contain_text("100%")


def test_run_time_calls_of_the_3rd_edition_are_kept_and_the_score_decides(golf: Golf) -> None:
    played = golf.imported(ADVANCED)
    if played is None:
        return
    page = opened(golf, played)
    read(sco_frame(page, "launchpage.html"), 8)
    saved(page)
    leave(golf, page, played)
    launch(golf.site, page, played)
    sco = sco_frame(page, "launchpage.html")
    expect(sco.locator("#contentFrame")).to_have_attribute("src", "../Etiquette/Play.html")
    read(sco, 8)
    answer(sco, is_right=True)
    saved(page)
    values = golf.site.activity_of(played, "item_1").values
    assert values["cmi.interactions.0.id"] == "com.scorm.golfsamples.interactions.playing_1"
    assert {value for name, value in values.items() if name.endswith(".result")} == {"correct"}
    scores = [values.get(f"cmi.objectives.{place}.score.scaled") for place in range(5)]
    assert scores == [None, "1", "1", "1", "1"]  # the primary objective, and the four that the test asks about
    sco.locator("#butExit").click()  # asks for exitAll
    left(golf, page, played)
    assert golf.result(played) == (Outcome.PASSED, 1.0)
    expect(golf.seen_by_trainer(played)).to_contain_text("100.0%")


def test_the_post_test_alone_decides_a_course_of_the_3rd_edition(golf: Golf) -> None:
    played = golf.imported(ROLLUP)
    if played is None:
        return
    page = opened(golf, played)
    expect(page.locator('[data-toc-item="etuqiette_item"]')).to_have_attribute("aria-disabled", "true")
    for name, count in PAGES.items():
        read(sco_frame(page, f"content={name}"), count)
        expect(page.locator('[data-toc-item]:has-text("passed")')).to_have_count(list(PAGES).index(name) + 1)
        go_on(page)
    answer(sco_frame(page, "content=assessment"), is_right=False)
    expect(page.locator('[data-toc-item="assessment_item"]')).to_contain_text("not passed")
    saved(page)
    assert golf.result(played)[0] is not Outcome.PASSED
    page.locator('[data-toc-item="etuqiette_item"]').click()
    sco_frame(page, "content=etiquette")
    page.locator('[data-toc-item="assessment_item"]').click()
    answer(sco_frame(page, "content=assessment"), is_right=True)
    saved(page)
    go_on(page)  # beyond the last item the course ends
    left(golf, page, played)
    assert golf.result(played) == (Outcome.PASSED, 1.0)
    expect(golf.seen_by_trainer(played)).to_contain_text("100.0%")


def test_remediation_of_the_3rd_edition_asks_again_only_for_what_was_not_passed(golf: Golf) -> None:
    played = golf.imported(REMEDIATION)
    if played is None:
        return
    page = opened(golf, played)
    for name, count in PAGES.items():
        read(sco_frame(page, f"content={name}"), count)
        go_on(page)
    for number in range(1, 5):
        answer(sco_frame(page, f"content=assessment{number}"), is_right=number != 2)
        go_on(page)
    read(sco_frame(page, "content=etiquette"), PAGES["etiquette"])  # the one that was not passed
    expect(page.locator("#toggle")).to_be_hidden()
    saved(page)
    assert golf.result(played)[0] is not Outcome.PASSED
    go_on(page)
    for number in (2, 4):  # the last one leads out of the circle, and is always asked
        answer(sco_frame(page, f"content=assessment{number}"), is_right=True)
        go_on(page)
    left(golf, page, played)
    assert golf.result(played) == (Outcome.PASSED, 1.0)
    expect(golf.seen_by_trainer(played)).to_contain_text("100.0%")


def test_the_4th_edition_shares_notes_and_jumps_to_the_test_once_its_library_is_approved(golf: Golf) -> None:
    played = golf.imported(FOURTH)
    if played is None:
        return
    asked: list[str] = []

    def stub(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=STUBS[route.request.url], content_type="text/javascript")

    page = golf.page_of(played.person)
    page.on("dialog", accept)
    page.route(f"{LIBRARY}**", stub)
    launch(golf.site, page, played)
    expect(sco_frame(page, "content=playing").locator("#contentFrame")).to_have_attribute("src", "")
    assert asked == []  # the policy of the content lets nothing out
    approve(golf, played, "ajax.googleapis.com")
    page.reload()
    sco = sco_frame(page, "content=playing")
    expect(sco.locator("#contentFrame")).to_have_attribute("src", "../Playing/Playing.html")
    assert sorted(asked) == sorted(STUBS)
    sco.locator("#butNotes").click()
    sco.locator("#txtNotes").fill("Keep the head down.")
    sco.locator("#butSaveNotes").click()
    read(sco, PAGES["playing"])
    go_on(page)
    sco = sco_frame(page, "content=etiquette")
    sco.locator("#butNotes").click()
    expect(sco.locator("#txtNotes")).to_have_value("Keep the head down.")
    sco.locator("#butSaveNotes").click()
    expect(page.locator('[data-toc-item="assessment_item"]')).to_have_count(0)
    sco.locator("#butJump").click()  # asks for a jump, and ends
    sco = sco_frame(page, "content=assessment")
    expect(page.locator('[data-toc-item="assessment_item"]')).to_have_attribute("aria-current", "page")
    answer(sco, is_right=True)
    saved(page)
    go_on(page)
    left(golf, page, played)
    assert golf.result(played) == (Outcome.PASSED, 1.0)
    expect(golf.seen_by_trainer(played)).to_contain_text("100.0%")


def approve(golf: Golf, played: Played, host: str) -> None:
    """Approve a host for the version, as its administrator does."""
    page = golf.page_of(golf.dana)
    page.goto(f"{golf.site.base_url}/admin/courses/{played.course.id}")
    page.get_by_role("link", name="Change: Approved hosts").click()
    page.get_by_label("Approved hosts").fill(host)
    page.locator("main form").get_by_role("button", name="Save").click()
    expect(page.locator(".notice-success").first).to_be_visible()
    page.context.close()
