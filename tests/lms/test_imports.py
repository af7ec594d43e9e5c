"""Importing packages on the pages: it works, then each refusal."""

import re
import zipfile
from collections.abc import Callable
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from courses.catalogue.models import (
    Archive,
    ArchiveMember,
    CourseLanguage,
    CourseVersion,
    Format,
    ImportState,
    PackageImport,
    Publication,
)
from courses.people.models import Language
from lms.site import Site
from tests.browsing import installation, submit
from tests.importing import added_course, administrators_browser, files_of, send, work_off
from tests.scorm.packaging.packages import package_bytes
from tests.scorm.packaging.zips import ZipEntry, ZipFile

GOOD = package_bytes()


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    return administrators_browser(app)


@pytest.fixture
def site(app: Flask) -> Site:
    """Return the installation under test."""
    return installation(app)


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def the_import(site: Site) -> PackageImport:
    with site.database.reading() as session:
        found = session.scalars(select(PackageImport)).one()
        session.expunge_all()
        return found


def count(site: Site, table: type) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


class TestItWorks:
    def test_a_package_is_sent_read_and_published(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        course = added_course(app)
        answer = send(danas, course, GOOD)
        assert answer.status_code == 303
        assert "waits to be read" in text(danas.get(answer.location))
        assert files_of(site)[0] == []
        work_off(site)
        page = text(danas.get(answer.location))
        assert all(words in page for words in ("Negotiation", "SCORM 1.2", "Ready", "could cause trouble"))
        assert count(site, Publication) == 0
        published = submit(danas, f"{answer.location}/publish", {}, answer.location)
        assert published.status_code == 303
        assert "Published as version 1." in text(danas.get(answer.location))
        entry = the_entry(site)
        assert (entry.language, entry.format) == (Language.FR, Format.SCORM)
        stored, staged = files_of(site)
        assert (stored, staged) == ([the_import(site).sha256], [])
        assert site.storage.path(stored[0]).read_bytes() == GOOD

    def test_it_publishes_itself_when_asked(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        send(danas, added_course(app), GOOD, publish="y")
        work_off(site)
        assert the_import(site).state is ImportState.PUBLISHED
        assert count(site, CourseVersion) == 1

    def test_publishing_twice_makes_one_version(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        address = send(danas, added_course(app), GOOD).location
        work_off(site)
        assert [submit(danas, f"{address}/publish", {}, "/my").status_code for _ in range(2)] == [303, 303]
        assert count(site, CourseVersion) == 1

    def test_several_files_are_several_imports(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        answer = send(danas, added_course(app), GOOD, package_bytes(files={"one/index.html": b"x"}))
        assert (answer.status_code, answer.location) == (303, "/admin/imports")
        assert work_off(site) == 2
        assert text(danas.get("/admin/imports")).count("package") >= 2

    def test_the_same_package_twice_is_stored_once(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        course = added_course(app)
        for _ in range(2):
            send(danas, course, GOOD, publish="y")
        work_off(site)
        assert (count(site, CourseVersion), count(site, Archive)) == (2, 1)
        assert len(files_of(site)[0]) == 1

    def test_a_script_is_answered_with_json(self, app: Flask, danas: FlaskClient) -> None:
        answer = send(danas, added_course(app), GOOD, headers={"Accept": "application/json"})
        assert answer.status_code == 201
        progress = danas.get(f"{answer.json['location']}/progress")
        assert progress.json == {
            "state": "waiting", "percent": 0, "has_ended": False,
            "text": "The package has arrived and waits to be read.",
        }  # fmt: skip

    def test_a_page_that_is_loaded_again_shows_the_same(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        address = send(danas, added_course(app), GOOD).location
        assert all('http-equiv="refresh"' in text(danas.get(address)) for _ in range(2))
        work_off(site)
        assert 'http-equiv="refresh"' not in text(danas.get(address))

    @pytest.mark.parametrize("language", ["fr", "es"])
    def test_the_report_speaks_the_readers_language(
        self, app: Flask, danas: FlaskClient, site: Site, language: str
    ) -> None:
        address = send(danas, added_course(app), b"not a zip at all").location
        work_off(site)
        page = danas.get(f"{address}?lang={language}")
        assert page.status_code == 200
        assert 'data-code="not_a_zip"' in text(page)

    def test_the_form_says_how_large_a_file_may_be(self, app: Flask, danas: FlaskClient) -> None:
        added_course(app)
        assert re.search(r"Up to 2\sGB in all", text(danas.get("/admin/imports/new")))


def the_entry(site: Site) -> CourseLanguage:
    with site.database.reading() as session:
        found = session.scalars(select(CourseLanguage)).one()
        session.expunge_all()
        return found


def slip() -> bytes:
    return with_entry(ZipEntry(name=b"../../evil.txt", data=b"x"))


def link() -> bytes:
    return with_entry(ZipEntry(name=b"link", data=b"/etc/passwd", attributes=0o120777 << 16))


def with_entry(entry: ZipEntry) -> bytes:
    with zipfile.ZipFile(BytesIO(GOOD)) as archive:
        entries = [ZipEntry(name=info.filename.encode(), data=archive.read(info)) for info in archive.infolist()]
    return ZipFile(entries=[*entries, entry]).build()


def doctype() -> bytes:
    manifest = (
        '<?xml version="1.0"?><!DOCTYPE manifest [<!ENTITY x SYSTEM "file:///etc/passwd">]><manifest>&x;</manifest>'
    )
    return package_bytes(manifest)


def bomb() -> bytes:
    return with_entry(ZipEntry(name=b"zeros.bin", data=b"", packed=GOOD, size=3 << 30, crc=0))


def truncated() -> bytes:
    return GOOD[: len(GOOD) // 2]


def spoilt() -> bytes:
    return GOOD.replace(b"PK\x03\x04", b"PK\x03\x05", 1)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a name that climbs": (slip, "zip_unsafe_name"),
    "a link": (link, "zip_special_entry"),
    "a document type": (doctype, "manifest_doctype"),
    "a bomb": (bomb, "zip_over_limits"),
    "a package cut short": (truncated, "zip_damaged"),
    "a spoilt header": (spoilt, "zip_damaged"),
    "no zip": (lambda: b"GIF89a", "not_a_zip"),
    "no manifest": (lambda: package_bytes(name="other.xml"), "manifest_missing"),
    "no XML": (lambda: package_bytes("<manifest><a>"), "manifest_not_well_formed"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_must_not_be_accepted_is_refused_with_its_reason(
    app: Flask, danas: FlaskClient, site: Site, kind: str
) -> None:
    make, code = HOSTILE[kind]
    address = send(danas, added_course(app), make(), publish="y").location
    work_off(site)
    page = danas.get(address)
    assert page.status_code == 200
    assert f'data-code="{code}"' in text(page)
    assert "What to do:" in text(page)
    assert the_import(site).state is ImportState.REFUSED
    assert [count(site, table) for table in (Archive, ArchiveMember, CourseVersion, CourseLanguage)] == [0, 0, 0, 0]
    assert files_of(site) == ([], [])


class TestRefusals:
    def nothing_came(self, site: Site) -> None:
        assert count(site, PackageImport) == 0
        assert files_of(site) == ([], [])

    @pytest.mark.parametrize("course", ["01a1fb84-9406-7090-a525-40315ed747da", "", "x"])
    def test_a_course_that_is_not_there(self, danas: FlaskClient, site: Site, course: str) -> None:
        assert send(danas, course, GOOD).status_code == 422
        self.nothing_came(site)

    def test_a_language_that_is_not_offered(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        assert send(danas, added_course(app), GOOD, language="de").status_code == 422
        self.nothing_came(site)

    @pytest.mark.parametrize("packages", [(), (b"",)])
    def test_no_file(self, app: Flask, danas: FlaskClient, site: Site, packages: tuple[bytes, ...]) -> None:
        answer = send(danas, added_course(app), *packages)
        assert answer.status_code == 422
        assert "Please choose a file that is not empty." in text(answer)
        self.nothing_came(site)

    def test_the_reason_reaches_a_script(self, app: Flask, danas: FlaskClient) -> None:
        answer = send(danas, added_course(app), headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json) == (422, {"error": "Please choose a file that is not empty."})

    def test_somebody_who_may_not(self, app: Flask, alices: FlaskClient, site: Site) -> None:
        assert send(alices, added_course(app), GOOD).status_code == 403
        self.nothing_came(site)

    def test_a_form_without_the_token(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        assert send(danas, added_course(app), GOOD, csrf_token="").status_code == 400
        self.nothing_came(site)

    def test_publishing_what_was_refused(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        address = send(danas, added_course(app), b"no zip").location
        work_off(site)
        answer = submit(danas, f"{address}/publish", {}, "/my")
        assert answer.status_code == 409
        assert "cannot be published" in text(answer)
        assert count(site, CourseVersion) == 0

    def test_publishing_before_it_is_read(self, app: Flask, danas: FlaskClient, site: Site) -> None:
        address = send(danas, added_course(app), GOOD).location
        assert submit(danas, f"{address}/publish", {}, "/my").status_code == 409

    def test_an_import_that_is_not_there(self, danas: FlaskClient) -> None:
        for path in (f"/admin/imports/{uuid4()}", f"/admin/imports/{uuid4()}/progress"):
            assert danas.get(path).status_code == 404
        assert submit(danas, f"/admin/imports/{uuid4()}/publish", {}, "/my").status_code == 404

    @pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
    def test_a_page_number_that_makes_no_sense(self, danas: FlaskClient, page: str) -> None:
        assert danas.get(f"/admin/imports?page={page}").status_code == 200
