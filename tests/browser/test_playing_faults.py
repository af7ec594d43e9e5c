"""Playing in a real browser when the server, or something in between, does not answer as it should."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from courses.enrolment.services import withdraw
from lms import clock
from tests.browser.playing_site import PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser


def of_assets(data: bytes) -> bytes:
    """Return a package whose pages are assets instead of SCOs."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'scormtype="sco"', b'scormtype="asset"'))
    return changed.getvalue()


@pytest.mark.parametrize("fault", ["a page instead of the table", "no wrapper"])
def test_a_course_that_cannot_start_says_so_and_starts_when_asked_again(
    site: PlayingSite, learner: Page, played: Played, fault: str
) -> None:
    address = "**/table-1.2.json" if fault == "a page instead of the table" else "**/w/*/*"
    learner.route(address, lambda route: route.fulfill(status=502, body="<p>Bad gateway", content_type="text/html"))
    learner.clock.install()
    launch(site, learner, played)
    if fault == "no wrapper":
        expect(learner.locator("iframe.package")).to_be_attached()
        learner.clock.fast_forward(16_000)
    expect(learner.locator("#notice-title")).to_have_text("The course could not be opened")
    learner.unroute(address)
    learner.locator("#notice-button").click()
    sco_frame(learner, "one.html").get_by_text("Complete").click()
    expect(learner.locator('[data-toc-item="one"]')).to_contain_text("completed")


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


LONG = """
() => {
    for (var n = 0; n < 60; n++) {
        set("interactions." + n + ".id", "question-" + n + "-".repeat(200));
        set("interactions." + n + ".student_response", "a".repeat(200));
    }
    set("suspend_data", "x".repeat(30000));
    set("core.lesson_location", "page 9");
    set("core.lesson_status", "completed");
}
"""


def test_what_is_too_large_for_a_server_is_sent_in_parts_and_the_rest_is_set_aside(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    def narrow(route: Route) -> None:
        if len(route.request.post_data_buffer or b"") > 17_000:
            route.fulfill(status=413, body="<h1>Request Entity Too Large", content_type="text/html")
        else:
            route.continue_()

    learner.route("**/commit", narrow)
    launch(site, learner, played)
    sco_frame(learner, "one.html").evaluate(LONG)
    expect(learner.locator('[data-toc-item="one"]')).to_contain_text("completed")
    saved(learner)
    expect(learner.locator("#warning")).to_contain_text("could not be saved")
    values = site.activity_of(played, "one").values
    assert values["cmi.core.lesson_location"] == "page 9"
    assert values["cmi.interactions.59.id"].startswith("question-59")
    assert "x" not in values.get("cmi.suspend_data", "")
    learner.unroute("**/commit")
    learner.reload()
    expect(sco_frame(learner, "one.html").locator("#found")).to_have_text("resume|page 9|")
    expect(learner.locator("#warning")).to_be_hidden()


def test_the_length_of_a_post_is_counted_in_bytes_as_it_is_sent(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    sco_frame(learner, "one.html")
    counted = learner.evaluate(
        """async () => {
            const address = document.querySelector("script[type=module]").src.replace("shell", "journal");
            const { withoutOverwritten } = await import(address);
            const changes = ["a", "é", "世", "\\u0001"].map((letter, number) => (
                { number, activity: "one", element: `cmi.objectives.${number}.id`, value: letter.repeat(1000) }
            ));
            return [1000, 3100, 6200, 12300].map((longest) => withoutOverwritten(changes, longest, 9).changes.length);
        }"""
    )
    assert counted == [1, 2, 3, 4]


JOURNAL = """
async (entries) => {
    const opened = indexedDB.open("palier");
    const database = await new Promise((resolve) => { opened.onsuccess = () => resolve(opened.result); });
    const stores = database.transaction(["leases", "changes", "aside"], "readwrite");
    const read = (name) => new Promise((resolve) => {
        const request = stores.objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result);
    });
    const { lease } = (await read("leases")).pop();
    entries.forEach(([activity, element, value], number) => (
        stores.objectStore("changes").put({ lease, number, activity, element, value })
    ));
    const found = [await read("changes"), await read("aside")];
    database.close();
    return found;
}
"""


def test_a_long_journal_with_a_part_that_nobody_takes_is_saved_at_the_next_launch(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    sizes = []

    def narrow(route: Route) -> None:
        sizes.append(len(route.request.post_data_buffer or b""))
        if sizes[-1] > 40_000:
            route.fulfill(status=413, body="<h1>Request Entity Too Large", content_type="text/html")
        else:
            route.continue_()

    launch(site, learner, played)
    sco_frame(learner, "one.html")
    owed = [[("one", "two")[n % 2], f"cmi.interactions.{n // 2}.id", f"question-{n}"] for n in range(250)]
    owed[100:100] = [["gone", "cmi.core.lesson_location", "page 1"]]
    owed += [["one", "cmi.comments", "x" * 45_000], ["one", "cmi.core.lesson_location", "page 5"]]
    learner.evaluate(JOURNAL, owed)
    learner.goto("about:blank")
    learner.route(re.compile("//play.*/(launch|lease)$"), narrow)
    launch(site, learner, played)
    expect(sco_frame(learner, "one.html").locator("#found")).to_contain_text("page 5")
    expect(learner.locator("#warning")).to_be_visible()
    assert site.activity_of(played, "one").values["cmi.interactions.124.id"] == "question-248"
    assert site.activity_of(played, "two").values["cmi.interactions.124.id"] == "question-249"
    changes, aside = learner.evaluate(JOURNAL, [])
    assert changes == []
    reasons = {change["activity"]: change["reason"] for change in aside}
    assert reasons == {"gone": "activity is no item of this course", "one": "too-large"}
    count = len(sizes)
    learner.reload()
    sco_frame(learner, "one.html")
    expect(learner.locator("#warning")).to_be_hidden()
    assert max(sizes[count:]) < 5000


def test_a_launch_that_is_called_invalid_is_not_called_used(site: PlayingSite, learner: Page, played: Played) -> None:
    answers = [(422, '{"error": "invalid"}', "application/json"), (413, "<p>Too large", "text/html")]
    learner.route(
        re.compile("//play.*/launch$"),
        lambda route: (
            route.fulfill(**dict(zip(("status", "body", "content_type"), answers.pop(), strict=True)))
            if answers
            else route.continue_()
        ),
    )
    launch(site, learner, played)
    for _ in range(2):
        expect(learner.locator("#notice-title")).to_have_text("The course could not be opened")
        learner.locator("#notice-button").click()
    sco_frame(learner, "one.html")


def changing(page: Page, changed: dict[str, str], times: int) -> None:
    """Let the next posts arrive with something else in them."""

    def change(route: Route) -> None:
        nonlocal times
        times -= 1
        document = json.loads(route.request.post_data or "{}")
        route.continue_(post_data=json.dumps(document | changed if times >= 0 else document))

    page.route("**/commit", change)


def test_what_the_server_will_never_take_keeps_nothing_back(site: PlayingSite, learner: Page, played: Played) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    changing(learner, {"activity": "gone"}, 1)
    one.evaluate("set('core.score.raw', '10')")
    expect(badge(learner)).to_have_attribute("data-save-state", "failed")
    expect(learner.locator("#warning")).to_contain_text("could not be saved")
    learner.locator("#warning-close").click()
    expect(learner.locator("#warning")).to_be_hidden()
    one.get_by_text("Complete").click()
    expect(learner.locator('[data-toc-item="one"]')).to_contain_text("completed")
    saved(learner)
    assert site.activity_of(played, "one").values.get("cmi.core.score.raw", "") == ""
    changing(learner, {"activity": "gone"}, 1)
    learner.locator('[data-nav="continue"]').click()
    expect(learner.locator("#warning")).to_be_visible()
    expect(sco_frame(learner, "one.html").locator("#found")).to_contain_text("resume")
    learner.locator('[data-nav="continue"]').click()
    sco_frame(learner, "two.html")


@pytest.mark.parametrize(
    "answer",
    [{"status": 302, "headers": {"Location": "/sign-in"}}, {"status": 200, "body": "<p>Welcome to the café"}],
    ids=["a redirect", "a page"],
)
def test_only_silence_is_called_offline(
    site: PlayingSite, learner: Page, played: Played, answer: dict[str, Any]
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    learner.route("**/commit", lambda route: route.fulfill(**answer))
    one.get_by_text("Complete").click()
    expect(badge(learner)).to_have_attribute("data-save-state", "failed")
    expect(learner.locator("#aloud")).to_have_text("Not saved yet: kept on this device")
    learner.unroute("**/commit")
    learner.evaluate("dispatchEvent(new Event('online'))")  # instead of waiting until it tries again
    saved(learner)
    expect(learner.locator("#aloud")).to_contain_text("Saved")
    assert site.activity_of(played, "one").status == "completed"


def test_a_course_that_was_left_elsewhere_says_that_it_is_closed(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    with site.site.database.transaction() as session:
        withdraw(session, played.enrolment.id, clock.now(), played.person.id)
    one.get_by_text("Complete").click()
    expect(learner.locator("#notice-title")).to_have_text("This course is closed for you")
    expect(learner.locator("#notice-button")).to_be_hidden()
    learner.reload()
    expect(learner.locator("#notice-title")).to_have_text("This course is closed for you")
