"""What people and packages do: two devices, a tab that is duplicated, a page that says everything at its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from scorm.packaging.items import Edition
from tests.browser import faulty_line as faults
from tests.browser.faulty_line import Line, behind
from tests.browser.playing_site import PAGES, PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in, until
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

TOOL = {
    name: (PAGES / name).read_bytes()
    for name in ("tool.html", "tool-stage.html", "tool-slide.html", "tool-window.html")
}
ELSEWHERE = "Open in another window"


@pytest.fixture
def tablet(browser: Browser, line: Line) -> Iterator[BrowserContext]:
    """Return another device, behind a line of its own."""
    yield from behind(browser, line)


def found_in(page: Page) -> Any:
    return expect(sco_frame(page, "one.html").locator("#found"))


def is_replaced(page: Page) -> None:
    expect(page.locator("#notice-title")).to_have_text(ELSEWHERE)


def go_on_here(page: Page) -> None:
    page.locator("#notice-button").click()


def test_work_of_one_device_is_there_on_the_other_and_comes_back(
    site: PlayingSite, line: Line, tablet: BrowserContext, learner: Page, played: Played
) -> None:
    there = new_page(tablet)
    sign_in(site, there, played.person)
    there.clock.install()
    launch(site, there, played)
    one = sco_frame(there, "one.html")
    one.get_by_text("Turn to page 7").click()
    there.clock.fast_forward(2_500)
    saved(there)
    line.fail(faults.cut, "")
    one.evaluate("() => { set('comments', 'on the train,'); set('core.lesson_status', 'completed'); }")
    expect(badge(there)).to_have_attribute("data-save-state", "offline")
    launch(site, learner, played)
    found_in(learner).to_have_text("resume|page 7|seven")
    expect(learner.locator("#banners")).to_contain_text("had reached the server")
    assert site.activity_of(played, "one").status != "completed"
    line.mend()
    there.clock.fast_forward(91_000)
    is_replaced(there)
    assert site.activity_of(played, "one").values.get("cmi.comments", "") == ""
    go_on_here(there)
    found_in(there).to_have_text("resume|page 7|seven")
    assert site.activity_of(played, "one").values["cmi.comments"] == "on the train,"
    expect(there.locator('[data-toc-item="one"]')).to_contain_text("completed")
    sco_frame(learner, "one.html").evaluate("set('core.lesson_location', 'page 8')")
    is_replaced(learner)
    go_on_here(learner)
    found_in(learner).to_have_text("resume|page 8|seven")  # where they took over nothing was done yet
    sco_frame(learner, "one.html").evaluate("set('suspend_data', 'at home')")
    saved(learner)
    there.clock.fast_forward(61_000)
    is_replaced(there)
    assert site.activity_of(played, "one").values["cmi.comments"] == "on the train,"


def test_a_duplicated_tab_takes_over_and_gives_back_with_nothing_lost(
    site: PlayingSite, context: BrowserContext, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    context.set_offline(True)
    one.get_by_text("Turn to page 7").click()
    kept = learner.evaluate("() => JSON.stringify(sessionStorage)")
    copy = new_page(context)
    copy.add_init_script(
        f"if (location.hostname.startsWith('play.')) Object.assign(sessionStorage, JSON.parse({kept!r}));"
    )
    context.set_offline(False)
    copy.goto(learner.url)
    found_in(copy).to_have_text("resume|page 7|seven")
    is_replaced(learner)
    sco_frame(copy, "one.html").evaluate("set('core.lesson_location', 'page 8')")
    go_on_here(learner)
    found_in(learner).to_have_text("resume|page 8|seven")
    is_replaced(copy)


def end(frame: Frame, *texts: str) -> list[str]:
    return [str(frame.evaluate(f"() => API.{text}")) for text in texts]


def test_a_sco_that_ends_twice_and_goes_on_changes_nothing_after_its_end(
    site: PlayingSite, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    one.evaluate("() => { set('core.score.raw', '85'); set('core.lesson_status', 'passed'); set('core.exit', ''); }")
    said = end(one, "LMSFinish('')", "LMSFinish('')", "LMSGetLastError()")
    assert said == ["true", "false", "301"]
    assert end(one, "LMSSetValue('cmi.core.score.raw', '10')", "LMSGetLastError()") == ["false", "301"]
    until(lambda: (row := site.activity_of(played, "one")) is not None and not row.is_open and row.score == 0.85)
    saved(learner)
    learner.locator('[data-nav="continue"]').click()
    sco_frame(learner, "two.html")
    row = site.activity_of(played, "one")
    assert (row.status, row.score, row.values["cmi.core.score.raw"]) == ("passed", 0.85, "85")
    terminated = [
        post for post in site.posts_of(played) if (post.document.get("request") or {}).get("kind") == "terminate"
    ]
    assert len(terminated) == 1


@pytest.mark.parametrize("edition", ["1.2", "2004"])
@pytest.mark.parametrize("way", ["the tab is closed", "a reload", "the learner leaves"])
def test_a_package_as_tools_make_it_that_speaks_only_at_its_end_resumes(
    site: PlayingSite, context: BrowserContext, edition: str, way: str
) -> None:
    facts: dict[str, Any] = {} if edition == "1.2" else {"edition": Edition.SCORM_2004_4TH}
    played = site.publish(package_of([sco("tool")], TOOL, **facts))
    page = new_page(context)
    sign_in(site, page, played.person)
    launch(site, page, played)
    tool = sco_frame(page, "tool.html")
    expect(tool.locator("#found")).to_have_text(f"{edition}|||true")
    slide = tool.frame_locator("iframe").frame_locator("iframe")
    for _ in range(3):
        slide.get_by_text("Next slide").click()
    if way == "the tab is closed":
        with context.expect_page() as opened:
            slide.get_by_text("In a window").click()
        expect(opened.value.locator("#found")).to_have_text("an API")
        opened.value.close()
        with page.expect_event("close"):
            page.close(run_before_unload=True)
        page = new_page(context)
        launch(site, page, played)
    elif way == "a reload":
        page.reload()
    else:
        page.locator("#leave").click()
        page.wait_for_url(f"{site.base_url}/my/**")
        launch(site, page, played)
    expect(sco_frame(page, "tool.html").locator("#found")).to_have_text(f"{edition}|3|kept at page 3|true")
    saved(page)
    assert site.activity_of(played, "tool").reported_cs == 6000
