"""What a minute is for: the browser is killed (-9) 1 s, 20 s and 60 s after a change, by a real clock (`make soak`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import base_url, browser_type_launch_args, site
from tests.browser.faulty_line import Line
from tests.browser.killing import change_without_a_line, kill, opened, starter
from tests.browser.playing_site import LESSON, PlayingSite, saved
from tests.playing import package_of, sco

__all__ = ["base_url", "browser_type_launch_args", "site"]


@pytest.fixture
def line(site: PlayingSite) -> Iterator[Line]:  # the fixture of the browser tests
    found = Line(site.port)
    yield found
    found.close()


@pytest.mark.parametrize("seconds", [1, 20, 60])
def test_a_browser_that_is_killed_has_kept_what_no_server_had(
    site: PlayingSite,
    playwright: Playwright,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
    line: Line,
    seconds: int,
) -> None:
    played = site.publish(package_of([sco("one")], {"one.html": LESSON}))
    start = starter(playwright, browser_type_launch_args, tmp_path / "profile", line)
    context = start()
    page = opened(site, context, played, has_clock=False)
    change_without_a_line(page, line, "kept")
    page.wait_for_timeout(seconds * 1000)
    kill(context, tmp_path / "profile")
    line.mend()
    context = start()
    saved(opened(site, context, played, has_clock=False))
    assert site.activity_of(played, "one").values["cmi.comments"] == "kept"
    context.close()
