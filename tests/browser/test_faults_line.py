"""The line fails in the middle of play, in every way that lines fail: nothing is lost, and nothing counts twice."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from sqlalchemy import select, update

from courses.attempts.models import Attempt, Lease
from courses.attempts.silence import close_silent
from lms import clock
from tests.browser import faulty_line as faults
from tests.browser.faulty_line import Fault, Held, Line, behind
from tests.browser.playing_site import PlayingSite, badge, launch, saved, sco_frame, until
from tests.playing import Played

pytestmark = pytest.mark.browser

MINUTE_MS = 60_000
LONGEST_WAIT_MS = 91_000  # of the back-off
FAILING: list[tuple[str, Fault, str]] = [
    ("a redirect to a sign-in page", faults.page(302, Location="/sign-in"), "failed"),
    ("a proxy that wants a password", faults.page(401, WWW_Authenticate="Negotiate"), "failed"),
    ("somebody else's JSON", faults.says(401, b'{"message": "Unauthorized"}'), "failed"),
    ("a conflict of a proxy", faults.page(409), "failed"),
    ("a small post that is called too large", faults.page(413), "failed"),
    ("a fault of the server", faults.says(500, b'{"error": "fault", "id": "1"}'), "failed"),
    ("a page instead of an answer", faults.page(200), "failed"),
    ("nothing in an answer", faults.says(200, b""), "failed"),
    ("half of an answer", faults.truncated, "failed"),
    ("JSON that is no answer", faults.says(200, b"[1]"), "failed"),
    ("no line", faults.cut, "offline"),
    ("an answer that is lost", faults.lost, "offline"),
]


@pytest.fixture
def context(browser: Browser, line: Line) -> Iterator[BrowserContext]:
    """Return a browser behind the line."""
    yield from behind(browser, line)


@pytest.fixture
def one(site: PlayingSite, learner: Page, played: Played) -> Frame:
    """Return the first lesson, in a page whose time a test can let pass."""
    learner.clock.install()
    launch(site, learner, played)
    return sco_frame(learner, "one.html")


def say(frame: Frame, word: str) -> None:
    """Let the lesson append a word to what is kept: one that counted twice would be seen."""
    frame.evaluate("word => set('comments', word)", f"{word},")


def said(site: PlayingSite, played: Played) -> str:
    return str(site.activity_of(played, "one").values.get("cmi.comments", ""))


def is_in(page: Page, state: str) -> None:
    expect(badge(page)).to_have_attribute("data-save-state", state)


def test_whatever_the_line_answers_nothing_is_lost_and_nothing_counts_twice(
    site: PlayingSite, line: Line, learner: Page, one: Frame, played: Played
) -> None:
    for number, (name, fault, state) in enumerate(FAILING):
        line.fail(fault)
        say(one, str(number))
        learner.clock.fast_forward(2_500)
        is_in(learner, state)
        line.mend()
        learner.clock.fast_forward(LONGEST_WAIT_MS)
        saved(learner)
        assert said(site, played) == "".join(f"{word}," for word in range(number + 1)), name
    expect(learner.locator("#notice")).to_be_hidden()


def test_a_server_that_asks_for_patience_is_left_alone_for_as_long(
    site: PlayingSite, line: Line, learner: Page, one: Frame, played: Played
) -> None:
    line.fail(faults.page(429, Retry_After="200"))
    say(one, "a")
    learner.clock.fast_forward(2_500)
    is_in(learner, "failed")
    line.mend()
    posts = line.seen.count("POST /commit")
    learner.clock.fast_forward(MINUTE_MS)  # signs of life tell that the server is there
    learner.clock.fast_forward(LONGEST_WAIT_MS)
    learner.evaluate("dispatchEvent(new Event('online'))")
    assert line.seen.count("POST /commit") == posts
    learner.clock.fast_forward(MINUTE_MS)
    saved(learner)
    line.fail(faults.page(503, Retry_After="86400"))
    say(one, "b")
    learner.clock.fast_forward(2_500)
    is_in(learner, "failed")
    line.mend()
    learner.clock.fast_forward(6 * MINUTE_MS)  # within reason
    saved(learner)
    assert said(site, played) == "a,b,"


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_line_that_is_cut_during_a_commit(
    site: PlayingSite, line: Line, learner: Page, one: Frame, played: Played, seconds: int
) -> None:
    line.fail(faults.lost)
    say(one, "taken and not answered")
    learner.clock.fast_forward(2_500)
    is_in(learner, "offline")
    line.fail(faults.cut)
    say(one, "not taken")
    learner.clock.fast_forward(1000 * seconds)
    is_in(learner, "offline")
    expect(badge(learner)).to_have_text("Offline: kept on this device")
    line.mend()
    learner.clock.fast_forward(LONGEST_WAIT_MS)
    saved(learner)
    assert said(site, played) == "taken and not answered,not taken,"


def test_posts_that_overtake_each_other_or_come_twice_do_no_harm(
    site: PlayingSite, line: Line, learner: Page, one: Frame, played: Played
) -> None:
    held = Held()
    line.fail(held)
    say(one, "a")
    learner.clock.fast_forward(2_500)
    assert held.is_here.wait(30)
    say(one, "b")
    learner.wait_for_function("() => dispatchEvent(new Event('pagehide'))")
    until(lambda: said(site, played) == "a,b,")
    held.is_going.set()
    assert held.is_done.wait(30)
    line.fail(faults.twice)
    say(one, "c")
    learner.clock.fast_forward(20_000)
    saved(learner)
    assert said(site, played) == "a,b,c,"


def test_a_step_whose_answer_is_lost_is_one_step(
    site: PlayingSite, line: Line, learner: Page, one: Frame, played: Played
) -> None:
    line.fail(faults.lost)
    learner.locator('[data-nav="continue"]').click()
    until(lambda: site.activity_of(played, "two") is not None)
    is_in(learner, "offline")
    line.fail(faults.twice)
    learner.clock.fast_forward(LONGEST_WAIT_MS)
    sco_frame(learner, "two.html")
    assert site.activity_of(played, "two").visits == 1
    expect(learner.locator('[data-toc-item="two"]')).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("again", ["a reload", "another try"])
def test_an_answer_to_the_launch_that_is_lost_is_given_again(
    site: PlayingSite, line: Line, learner: Page, played: Played, again: str
) -> None:
    line.fail(faults.lost, "POST /launch")
    launch(site, learner, played)
    expect(learner.locator("#notice-title")).to_have_text("The course could not be opened")
    line.mend()
    if again == "a reload":
        learner.reload()
    else:
        learner.locator("#notice-button").click()
    sco_frame(learner, "one.html")


def test_an_hour_without_a_line_and_a_server_that_was_restarted_meanwhile(
    site: PlayingSite, line: Line, learner: Page, one: Frame, played: Played
) -> None:
    line.fail(faults.cut, "")
    say(one, "a")
    for _ in range(12):
        learner.clock.fast_forward(5 * MINUTE_MS)
        is_in(learner, "offline")
    say(one, "b")
    site.kill()
    site.start()
    line.mend()
    learner.clock.fast_forward(2 * MINUTE_MS)
    saved(learner)
    assert said(site, played) == "a,b,"
    failed = site.posts_of(played)[-1].document["failed"]
    assert (failed["times"] > 5, failed["why"]) == (True, "offline")


def test_a_machine_that_slept_goes_on_where_it_was(
    site: PlayingSite, learner: Page, one: Frame, played: Played
) -> None:
    one.get_by_text("Turn to page 7").click()
    learner.clock.fast_forward(2_500)
    saved(learner)
    with site.site.database.transaction() as session:
        attempt = select(Attempt.id).where(Attempt.enrolment_id == played.enrolment.id).scalar_subquery()
        asleep = Lease.attempt_id == attempt
        session.execute(update(Lease).where(asleep).values(seen_at=clock.now() - timedelta(hours=8)))
        assert close_silent(session, clock.now()) == 1
    learner.clock.fast_forward(8 * 60 * MINUTE_MS)
    one.get_by_text("Complete").click()
    expect(learner.locator('[data-toc-item="one"]')).to_contain_text("completed")
    saved(learner)
    expect(learner.locator("#notice")).to_be_hidden()
    assert site.activity_of(played, "one").measured_cs < 3 * 6000
    learner.reload()
    expect(sco_frame(learner, "one.html").locator("#found")).to_have_text("resume|page 7|seven")


@pytest.mark.parametrize("hours", [-29, 29])
def test_a_clock_that_is_wrong_by_more_than_a_day_shows_the_time_of_the_server(
    site: PlayingSite, line: Line, learner: Page, played: Played, hours: int
) -> None:
    learner.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
    launch(site, learner, played)
    one = sco_frame(learner, "one.html")
    line.fail(faults.page(503, Retry_After=(datetime.now(UTC) + timedelta(days=9)).strftime("%a, %d %b %Y %X GMT")))
    say(one, "a")
    learner.clock.fast_forward(2_500)
    is_in(learner, "failed")
    line.mend()
    learner.clock.fast_forward(6 * MINUTE_MS)
    saved(learner)
    assert said(site, played) == "a,"
    assert site.activity_of(played, "one").measured_cs < 6000
    stored = learner.evaluate(
        "(iso) => new Date(iso).toLocaleTimeString('en', {hour: '2-digit', minute: '2-digit'})",
        site.posts_of(played)[-1].received_at.isoformat(),
    )
    expect(badge(learner)).to_have_text(re.compile(re.escape(stored)))
