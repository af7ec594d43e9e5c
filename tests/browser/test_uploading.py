"""Uploads in Chromium: what interrupts them, and that they arrive."""

import base64
import fcntl
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, expect

from tests.browser.uploading_site import UploadingSite
from tests.playing import package_of, sco
from tests.scorm.packaging.packages import package_bytes

pytestmark = pytest.mark.browser

LARGE = 300_000_000


MOST = 400_000_000
SLOW = 3_000_000  # bytes in a second


@pytest.fixture(scope="module")
def uploading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadingSite]:
    """Return an installation whose server runs."""
    found = UploadingSite(tmp_path_factory.mktemp("uploading"), more={"LMS_MAX_UPLOAD": str(MOST)})
    found.start()
    yield found
    found.close()


@pytest.fixture
def asked() -> list[str]:
    """Return the kinds of what the page has asked before it was left."""
    return []


@pytest.fixture
def page(uploading: UploadingSite, context: BrowserContext, asked: list[str]) -> Page:
    """Return the administrator's page with the form; who leaves it says yes."""
    found = context.new_page()

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    found.on("dialog", answer)
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


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """Return a file that takes a while on a slow line."""
    path = tmp_path / "noise.zip"
    path.write_bytes(b"PK" + os.urandom(9_000_000))
    return path


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-upload-list] li", has_text=name)


def state(page: Page, name: str) -> Locator:
    return row(page, name).get_by_role("status")


def until_percent(page: Page, percent: int) -> None:
    page.wait_for_function(f"() => document.querySelector('[data-upload-list] progress')?.value >= {percent}")


def slow_down(page: Page) -> None:
    """Let the page send slowly from now on."""
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def drop(page: Page, *paths: Path) -> None:
    """Drop files where they may be dropped."""
    files = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    transfer = page.evaluate_handle(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, data] of files)
                transfer.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], name));
            return transfer;
        }""",
        files,
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})


def test_a_large_upload_survives_a_killed_server_and_a_reload_and_is_published(
    uploading: UploadingSite, page: Page, large: Path, asked: list[str]
) -> None:
    page.check("[name=publish]")
    page.set_input_files("[name=package]", large)
    until_percent(page, 8)
    uploading.kill()
    expect(row(page, "large.zip").get_by_role("status")).to_have_text("Waiting for the line; goes on by itself.")
    uploading.start()
    until_percent(page, 25)
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator("[data-waiting]")).to_contain_text("Choose the same file again")
    page.set_input_files("[name=package]", large)
    expect(row(page, "large.zip")).to_contain_text("had arrived already")
    page.check("[name=publish]")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(lambda url: "/new" not in url)
    expect(page.locator("main")).to_contain_text("Published as version", timeout=60_000)
    assert uploading.published() == 1


def test_two_dropped_files_become_two_imports(uploading: UploadingSite, page: Page, two_packages: list[Path]) -> None:
    drop(page, *two_packages)
    for path in two_packages:
        expect(state(page, path.name)).to_have_text("Has arrived.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/admin/imports")
    for path in two_packages:
        expect(page.locator("main")).to_contain_text(path.name)


def test_the_form_goes_out_by_itself_once_everything_has_arrived(page: Page, noise: Path) -> None:
    slow_down(page)
    page.set_input_files("[name=package]", noise)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-upload-news]")).to_have_text("The import begins as soon as everything has arrived.")
    page.wait_for_url(lambda url: "/new" not in url)
    expect(page.locator("main")).to_contain_text("noise.zip")


def test_what_is_cancelled_is_not_sent_and_leaves_nothing(uploading: UploadingSite, page: Page, noise: Path) -> None:
    slow_down(page)
    page.set_input_files("[name=package]", noise)
    until_percent(page, 5)
    with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.status == 204):
        row(page, "noise.zip").get_by_role("button", name="Cancel").click()
    expect(row(page, "noise.zip")).to_have_count(0)
    expect(page.locator("[data-upload-news]")).to_have_text("noise.zip is not sent.")
    page.reload()
    expect(page.locator("[data-waiting]", has_text="noise.zip")).to_have_count(0)


def test_without_a_line_the_page_waits_and_goes_on_by_itself(page: Page, noise: Path) -> None:
    slow_down(page)
    page.set_input_files("[name=package]", noise)
    until_percent(page, 5)
    page.context.set_offline(True)
    expect(state(page, "noise.zip")).to_have_text("Waiting for the line; goes on by itself.")
    page.context.set_offline(False)
    expect(state(page, "noise.zip")).to_have_text("Has arrived.")


def test_who_is_signed_out_meanwhile_signs_in_in_another_tab(uploading: UploadingSite, page: Page, noise: Path) -> None:
    slow_down(page)
    page.set_input_files("[name=package]", noise)
    until_percent(page, 5)
    page.context.clear_cookies()
    expect(state(page, "noise.zip")).to_contain_text("You are signed out.")
    uploading.sign_in(page.context.new_page())
    expect(state(page, "noise.zip")).to_have_text("Has arrived.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(lambda url: "/new" not in url)
    expect(page.locator("main")).to_contain_text("noise.zip")


def test_who_comes_back_finds_a_form_that_can_be_sent(page: Page, two_packages: list[Path]) -> None:
    page.route("**/admin/imports", lambda route: route.fulfill(status=204))  # so the page stays
    page.set_input_files("[name=package]", two_packages)
    with page.expect_request("**/admin/imports"):
        page.get_by_role("button", name="Send").click()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_a_file_that_another_page_keeps_sending_says_so_and_goes_on(
    uploading: UploadingSite, page: Page, noise: Path
) -> None:
    slow_down(page)
    page.set_input_files("[name=package]", noise)
    until_percent(page, 12)
    staged = max((uploading.folder / "staging").glob("waiting-upload-*"))  # identifiers are in order of time
    with staged.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        expect(state(page, "noise.zip")).to_have_text("Another page sends this file too; goes on by itself.")
    expect(state(page, "noise.zip")).to_have_text("Has arrived.")


def test_what_cannot_be_a_package_is_told_before_anything_is_sent(page: Page, tmp_path: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    large = tmp_path / "too large.zip"
    with large.open("wb") as file:
        file.truncate(MOST + 1)
    for name, data in {"a.pdf": b"%PDF-1.7", "b.zip": b"Rar!\x1a", "c.zip": b""}.items():
        (tmp_path / name).write_bytes(data)
    page.set_input_files("[name=package]", [large, *sorted(tmp_path.glob("[abc].*"))])
    expect(state(page, "too large.zip")).to_contain_text("too large: a package may have 381")
    for name in ("a.pdf", "b.zip"):
        expect(state(page, name)).to_contain_text("This is not a zip file.")
    expect(state(page, "c.zip")).to_have_text("This file is empty.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").last).to_have_text("Please choose a file that is not empty.")
    assert set(sent) <= {"GET"}


def test_the_page_fits_a_telephone_and_is_worked_by_keys(page: Page, two_packages: list[Path]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    long = two_packages[0].with_name("a-name-without-any-blank-" * 5 + ".zip")
    long.write_bytes(two_packages[0].read_bytes())
    page.set_input_files("[name=package]", [long, two_packages[1]])
    for path in (long, two_packages[1]):
        expect(state(page, path.name)).to_have_text("Has arrived.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("[name=package]").focus()
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == f"Remove {long.name}"
    page.keyboard.press("Enter")
    expect(row(page, long.name)).to_have_count(0)
    assert page.evaluate("document.activeElement.name") == "package"
