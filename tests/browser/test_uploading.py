"""Uploads in Chromium: what interrupts them, and that they arrive."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.uploading_site import UploadingSite
from tests.playing import package_of, sco
from tests.scorm.packaging.packages import package_bytes

pytestmark = pytest.mark.browser

LARGE = 300_000_000


@pytest.fixture(scope="module")
def uploading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadingSite]:
    """Return an installation whose server runs."""
    found = UploadingSite(tmp_path_factory.mktemp("uploading"))
    found.start()
    yield found
    found.close()


@pytest.fixture
def page(uploading: UploadingSite, context: BrowserContext) -> Page:
    """Return the administrator's page with the form; it leaves when it is told to."""
    found = context.new_page()
    found.on("dialog", lambda dialog: dialog.accept())
    uploading.sign_in(found)
    open_form(uploading, found)
    return found


def open_form(uploading: UploadingSite, page: Page) -> None:
    page.goto(f"{uploading.settings.base_url}/admin/imports/new?course={uploading.course.id}&language=fr")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package of 300 MB that no compression makes smaller."""
    path = tmp_path_factory.mktemp("large") / "large.zip"
    noise = os.urandom(1_000_000)
    path.write_bytes(package_of([sco("one")], {"one.html": b"<title>One</title>"}))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        for number in range(LARGE // len(noise)):
            archive.writestr(f"media/{number}.mp4", noise)
    return path


@pytest.fixture
def two_packages(tmp_path: Path) -> list[Path]:
    """Return two small packages."""
    found = [tmp_path / "first.zip", tmp_path / "second.zip"]
    for number, path in enumerate(found):
        path.write_bytes(package_bytes(files={"one/index.html": b"x" * number}))
    return found


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-upload-list] li", has_text=name)


def until_percent(page: Page, percent: int) -> None:
    page.wait_for_function(f"() => document.querySelector('[data-upload-list] progress').value >= {percent}")


def test_a_large_upload_survives_a_killed_server_and_a_reload_and_is_published(
    uploading: UploadingSite, page: Page, large: Path
) -> None:
    page.set_input_files("[name=package]", large)
    until_percent(page, 8)
    uploading.kill()
    expect(row(page, "large.zip").get_by_role("status")).to_have_text("Waiting for the line; goes on by itself.")
    uploading.start()
    until_percent(page, 25)
    page.reload()
    expect(page.locator("[data-waiting]")).to_contain_text("Choose the same file again")
    page.set_input_files("[name=package]", large)
    expect(row(page, "large.zip")).to_contain_text("had arrived already")
    page.check("[name=publish]")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(lambda url: "/new" not in url)
    expect(page.locator("main")).to_contain_text("Published as version", timeout=60_000)
    assert uploading.published() == 1
