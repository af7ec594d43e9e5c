"""Playing in a real browser against a real server: to a pass, and through everything that goes wrong on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courses.enrolment.models import Outcome
from tests.browser.playing_site import PlayingSite, badge, launch, new_page, saved, sco_frame, sign_in
from tests.playing import Played, package_of, sco

pytestmark = pytest.mark.browser

LESSON = b"""<!doctype html><html lang="en"><title>A lesson</title>
<script>
  // What real drivers do: walk up without a guard, at most seven levels.
  function find(win) { var n = 0; while (win.API == null && win.parent != null && win.parent != win && n++ < 7) win = win.parent; return win.API; }
  var API = find(window);
  API.LMSInitialize("");
  function set(name, value) { return API.LMSSetValue(name, value); }
  window.onunload = function () { API.LMSSetValue("cmi.core.exit", "suspend"); API.LMSFinish(""); };
</script>
<h1>A lesson</h1>
<p id="found"></p>
<button onclick="set('cmi.core.lesson_location', 'page 7'); set('cmi.suspend_data', 'seven');">Turn to page 7</button>
<button onclick="set('cmi.core.lesson_status', 'completed'); API.LMSCommit('');">Complete</button>
<script>document.getElementById("found").textContent = API.LMSGetValue("cmi.core.entry") + "|" + API.LMSGetValue("cmi.core.lesson_location") + "|" + API.LMSGetValue("cmi.suspend_data");</script>
"""
QUIZ = LESSON.replace(b"<h1>A lesson</h1>", b"""<h1>A quiz</h1>
<button onclick="set('cmi.core.score.raw', '85'); set('cmi.core.score.max', '100'); set('cmi.core.lesson_status', 'passed'); API.LMSFinish('');">Answer everything</button>""")
FILES = {"one.html": LESSON, "two.html": LESSON, "quiz.html": QUIZ}
GOLF = Path(__file__).resolve().parents[3] / "shared" / "packages" / "golf12-runtimebasiccalls.zip"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayingSite]:
    """Return an installation whose server runs."""
    found = PlayingSite(tmp_path_factory.mktemp("playing"))
    found.start()
    yield found
    found.close()


@pytest.fixture
def played(site: PlayingSite) -> Played:
    """Return a learner with a course of two lessons and a quiz."""
    return site.publish(package_of([sco("one"), sco("two"), sco("quiz", mastery_score=60)], FILES))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser of its own."""
    found = browser.new_context()
    yield found
    found.close()


@pytest.fixture
def page(site: PlayingSite, context: BrowserContext, played: Played) -> Page:
    """Return the learner's page, signed in."""
    found = new_page(context)
    sign_in(site, found, played.person)
    return found


def test_a_course_of_several_scos_is_played_to_a_pass(site: PlayingSite, page: Page, played: Played) -> None:
    launch(site, page, played)
    for name in ("one", "two"):
        sco_frame(page, f"{name}.html").get_by_text("Complete").click()
        page.locator('[data-nav="continue"]').click()
    quiz = sco_frame(page, "quiz.html")
    expect(page.locator('[data-toc-item="one"]')).to_contain_text("completed")
    expect(page.locator('[data-toc-item="quiz"]')).to_have_attribute("aria-current", "page")
    quiz.get_by_text("Answer everything").click()
    expect(page.locator('[data-toc-item="quiz"]')).to_contain_text("passed")
    saved(page)
    page.locator('[data-nav="exit"]').click()
    page.wait_for_url(f"{site.base_url}/my/{played.enrolment.id}")
    row = site.enrolment(played)
    assert (row.outcome, row.mark, row.progress) == (Outcome.PASSED, 0.85, 1.0)
