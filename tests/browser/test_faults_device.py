"""The device fails: its storage is full, forbidden or emptied, the browser is killed; nothing learned is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, expect

from scorm.packaging.items import Edition
from tests.browser import faulty_line as faults
from tests.browser.faulty_line import Line, behind
from tests.browser.killing import IN_THE_JOURNAL, change_without_a_line, kill, opened, starter
from tests.browser.playing_site import PAGES, PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in, until
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

FILL = """
() => {
    for (let size = 1 << 20; size >= 1; size >>= 1) {
        for (let n = 0; ; n++) {
            try { localStorage.setItem(`fill-${size}-${n}`, "x".repeat(size)); } catch (error) { break; }
        }
    }
}
"""
FORBID = """
if (location.hostname.endsWith("content.localhost")) {
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
        Object.defineProperty(window, name, { get() { throw new DOMException("forbidden", "SecurityError"); } });
    }
}
"""
EMPTY = """
async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
    indexedDB.deleteDatabase("palier");
}
"""
BIG = """
([name, end]) => {
    const big = ("\\u{1F600}é" + "\\uD800" + "x").repeat(60000) + end;
    return [set(name, big), name.startsWith("cmi.") ? API.Commit("") : API.LMSCommit("")];
}
"""
FOUND = """
([name, end]) => {
    const big = ("\\u{1F600}é" + "\\uD800" + "x").repeat(60000) + end;
    return (name.startsWith("cmi.") ? API.GetValue(name) : API.LMSGetValue("cmi." + name)) === big;
}
"""


@pytest.fixture
def context(browser: Browser, line: Line) -> Iterator[BrowserContext]:
    """Return a browser behind the line."""
    yield from behind(browser, line)


def played_2004(site: PlayingSite, played: Played) -> Played:
    """Return a course of 2004 of the same learner."""
    pages = {"one.html": (PAGES / "lesson2004.html").read_bytes()}
    return site.publish(package_of([sco("one")], pages, edition=Edition.SCORM_2004_4TH), played.person)


def calls(frame: Frame, *texts: str) -> list[str]:
    """Return what the SCO of 1.2 is answered, call by call."""
    return [str(frame.evaluate(f"() => API.{text}")) for text in texts]


COMMIT, WHY = "LMSCommit('')", "LMSGetLastError()"


def is_in(page: Page, state: str) -> None:
    expect(badge(page)).to_have_attribute("data-save-state", state)


class TestAStorageThatRefuses:
    def test_is_said_and_everything_is_saved_over_the_line(
        self, site: PlayingSite, line: Line, context: BrowserContext, learner: Page, played: Played
    ) -> None:
        storage = context.new_cdp_session(learner)
        shell = f"http://play.content.localhost:{site.port}"
        storage.send("Storage.overrideQuotaForOrigin", {"origin": shell, "quotaSize": 1})
        learner.clock.install()
        launch(site, learner, played)
        one = sco_frame(learner, "one.html")
        one.evaluate(FILL)
        line.fail(faults.cut)
        said = calls(
            one,
            "LMSSetValue('cmi.suspend_data', 'x'.repeat(300000))",
            "LMSSetValue('cmi.core.lesson_location', 'page 7')",
        )
        assert said == ["true", "true"]
        learner.clock.fast_forward(2_500)
        until(lambda: "POST /commit" in line.seen)
        is_in(learner, "failed")
        expect(badge(learner)).to_have_text("Not saved: this browser cannot keep your work")
        assert calls(one, COMMIT, WHY) == ["false", "101"]
        line.mend()
        learner.clock.fast_forward(91_000)
        saved(learner)
        assert site.activity_of(played, "one").values["cmi.core.lesson_location"] == "page 7"
        assert "full" in {post.document.get("failed", {}).get("why") for post in site.posts_of(played)}
        assert calls(one, COMMIT) == ["true"]  # nothing is owed
        storage.send("Storage.overrideQuotaForOrigin", {"origin": shell})
        line.fail(faults.cut)
        calls(one, "LMSSetValue('cmi.suspend_data', 'kept')")
        is_in(learner, "offline")
        assert calls(one, COMMIT, WHY) == ["true", "0"]

    @pytest.mark.parametrize("edition", ["1.2", "2004"])
    def test_is_forbidden_from_the_first_moment(
        self, site: PlayingSite, line: Line, context: BrowserContext, learner: Page, played: Played, edition: str
    ) -> None:
        course = played if edition == "1.2" else played_2004(site, played)
        context.add_init_script(FORBID)
        learner.clock.install()
        launch(site, learner, course)
        one = sco_frame(learner, "one.html")
        line.fail(faults.cut)
        if edition == "1.2":
            one.evaluate("() => { set('core.lesson_status', 'completed'); set('core.lesson_location', 'page 7'); }")
            assert calls(one, COMMIT, WHY, "LMSFinish('')", WHY) == ["false", "101", "false", "101"]
        else:
            one.evaluate("() => { set('cmi.completion_status', 'completed'); set('cmi.location', 'page 7'); }")
            said = calls(one, "Commit('')", "GetLastError()", "Terminate('')", "GetLastError()")
            assert said == ["false", "391", "false", "111"]
        is_in(learner, "failed")
        line.mend()
        learner.clock.fast_forward(91_000)
        is_in(learner, "saved")
        row = site.activity_of(course, "one")
        assert row.is_completed
        assert row.values["cmi.core.lesson_location" if edition == "1.2" else "cmi.location"] == "page 7"

    def test_is_emptied_by_the_content_and_by_somebody_in_the_settings(
        self, site: PlayingSite, line: Line, context: BrowserContext, learner: Page, played: Played
    ) -> None:
        launch(site, learner, played)
        one = sco_frame(learner, "one.html")
        line.fail(faults.cut)
        one.get_by_text("Turn to page 7").click()
        is_in(learner, "offline")
        one.evaluate(EMPTY)
        with learner.expect_event("close"):
            learner.close(run_before_unload=True)
        line.mend()
        again = new_page(context)
        launch(site, again, played)
        one = sco_frame(again, "one.html")
        expect(one.locator("#found")).to_have_text("resume|page 7|seven")
        shell = f"http://play.content.localhost:{site.port}"
        clearing = {"origin": shell, "storageTypes": "indexeddb"}
        context.new_cdp_session(again).send("Storage.clearDataForOrigin", clearing)
        line.fail(faults.cut)
        one.evaluate("set('suspend_data', 'eight')")
        is_in(again, "offline")
        again.wait_for_function(IN_THE_JOURNAL, arg="eight", polling=50)
        again.close()
        line.mend()
        last = new_page(context)
        launch(site, last, played)
        expect(sco_frame(last, "one.html").locator("#found")).to_have_text("resume|page 7|eight")


@pytest.mark.parametrize("edition", ["1.2", "2004"])
def test_300_kilobytes_of_suspend_data_come_back_letter_by_letter(
    site: PlayingSite, context: BrowserContext, line: Line, edition: str
) -> None:
    pages = {"one.html": (PAGES / ("lesson.html" if edition == "1.2" else "lesson2004.html")).read_bytes()}
    facts: dict[str, Any] = {} if edition == "1.2" else {"edition": Edition.SCORM_2004_4TH}
    played = site.publish(package_of([sco("one")], pages, **facts))
    name = "suspend_data" if edition == "1.2" else "cmi.suspend_data"
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    one = sco_frame(page, "one.html")
    one.evaluate("API.SetValue && set('cmi.exit', 'suspend')")
    assert one.evaluate(BIG, [name, "first"]) == ["true", "true"]
    saved(page)
    line.fail(faults.cut)  # as for a tab that is closed: it does not fit into what outlives a page
    assert one.evaluate(BIG, [name, "again"]) == ["true", "true"]
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    line.mend()
    page = new_page(context)
    launch(site, page, played)
    one = sco_frame(page, "one.html")
    assert one.evaluate(FOUND, [name, "again"])


def test_a_browser_that_is_killed_has_kept_what_no_server_had(
    site: PlayingSite,
    playwright: Playwright,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
    line: Line,
    played: Played,
) -> None:
    start = starter(playwright, browser_type_launch_args, tmp_path / "profile", line)
    words = ""
    for seconds in (1, 20, 60):
        context = start()
        page = opened(site, context, played)
        change_without_a_line(page, line, f"{seconds},")
        page.clock.fast_forward(seconds * 1000)
        kill(context, tmp_path / "profile")
        assert site.activity_of(played, "one").values.get("cmi.comments", "") == words
        words += f"{seconds},"
        line.mend()
    context = start()
    saved(opened(site, context, played))
    assert site.activity_of(played, "one").values["cmi.comments"] == words
    context.close()
