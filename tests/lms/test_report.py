"""The report on a package: what the page shows, and the same as JSON."""

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.report import Report, report_document, verdict
from lms.site import Site
from scorm.packaging.findings import finding
from tests.browsing import installation
from tests.importing import added_course, administrators_browser, send, work_off
from tests.scorm.packaging.packages import FILES, MANIFEST, in_item_one, manifest_with, package_bytes

CALLING = (
    b"<html lang='fr-CA'><script src='https://cdn.example.org/x.js'></script>\n<script>window.open('a.html')</script>"
)
SPOILT = package_bytes(
    manifest_with(in_item_one("<adlcp:masteryscore>80</adlcp:masteryscore>"), ('default="org"', 'default="gone"')),
    {**FILES, "one/index.html": CALLING},
)


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of Dana, an administrator."""
    return administrators_browser(app)


@pytest.fixture
def site(app: Flask) -> Site:
    """Return the installation under test."""
    return installation(app)


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def imported(app: Flask, danas: FlaskClient, data: bytes) -> str:
    """Send a package and have it read; return the address of its import."""
    address = str(send(danas, added_course(app), data).location)
    work_off(installation(app))
    return address


class TestPage:
    def test_it_says_the_verdict_first_and_then_what_the_package_is(self, app: Flask, danas: FlaskClient) -> None:
        page = text(danas.get(imported(app, danas, SPOILT)))
        said = ("Nothing blocks this package. 2 things will misbehave. 1 remark is cosmetic.", "SCORM 1.2", "unknown",
                "French (Canada)", "500", "20", "2 parts that open", "passed from 80%", "cdn.example.org")  # fmt: skip
        assert [words for words in said if words not in page] == []
        assert page.index(said[0]) < page.index("SCORM 1.2")
        assert page.count("<meter") == 2

    def test_findings_are_grouped_with_line_code_and_what_to_do(self, app: Flask, danas: FlaskClient) -> None:
        page = text(danas.get(imported(app, danas, SPOILT)))
        groups = re.findall(r'<ul class="findings findings-(\w+)">(.*?)</ul>', page, re.DOTALL)
        codes = {grade: re.findall(r'data-code="(\w+)"', group) for grade, group in groups}
        assert codes == {
            "will_misbehave": ["organization_default_dangling", "hosts_called"], "cosmetic": ["pop_ups"],
        }  # fmt: skip
        assert "Where: one/index.html · line 2" in page
        assert '<code class="quiet">pop_ups</code>' in page
        assert page.count("What to do:") == 3

    def test_hosts_can_be_approved_from_it(self, app: Flask, danas: FlaskClient) -> None:
        page = text(danas.get(imported(app, danas, SPOILT)))
        found = re.search(r'href="(/admin/versions/[0-9a-f-]{36}/hosts)"', page)
        assert found
        assert danas.get(found.group(1)).status_code == 200

    def test_a_refusal_has_its_verdict(self, app: Flask, danas: FlaskClient) -> None:
        page = text(danas.get(imported(app, danas, b"no zip")))
        assert "1 thing blocks this package." in page
        assert "<meter" not in page

    @pytest.mark.parametrize("language", ["en", "fr", "es"])
    def test_it_is_read_in_every_language(self, app: Flask, danas: FlaskClient, language: str) -> None:
        page = text(danas.get(f"{imported(app, danas, SPOILT)}?lang={language}"))
        assert f'<html lang="{language}"' in page
        assert "%(" not in page
        assert len(re.findall(r'data-code="', page)) == 3

    def test_a_title_from_the_package_is_never_markup(self, app: Flask, danas: FlaskClient) -> None:
        spoilt = package_bytes(MANIFEST.replace("<title>First", "<title>&lt;script&gt;alert(1)&lt;/script&gt;"))
        assert "<script>alert(1)" not in danas.get(imported(app, danas, spoilt)).get_data(as_text=True)


class TestJson:
    def test_it_says_what_the_page_says(self, app: Flask, danas: FlaskClient) -> None:
        address = imported(app, danas, SPOILT)
        answer = danas.get(f"{address}/report.json?lang=en")
        assert answer.headers["Cache-Control"] == "no-store"
        report = json.loads(answer.data)
        assert (report["format"], report["state"], report["accepted"], report["status"]) == (1, "ready", True, 1)
        assert (report["file"], report["edition"], report["title"]) == ("package0.zip", "1.2", "Negotiation")
        assert report["counts"] == {"blocker": 0, "will_misbehave": 2, "cosmetic": 1}
        assert report["facts"]["hosts"] == ["cdn.example.org"]
        last = report["findings"][-1]
        assert (last["code"], last["file"], last["line"], last["place"]) == ("pop_ups", "one/index.html", 2, "")
        assert set(last) == {
            "code", "grade", "file", "place", "line", "more", "parameters", "sentence", "advice",
        }  # fmt: skip

    def test_a_refused_package_has_one_too(self, app: Flask, danas: FlaskClient) -> None:
        report = json.loads(danas.get(f"{imported(app, danas, b'no zip')}/report.json").data)
        assert (report["accepted"], report["status"], report["facts"]) == (False, 2, {})
        assert [one["code"] for one in report["findings"]] == ["not_a_zip"]

    def test_while_a_package_is_read_there_is_none(self, app: Flask, danas: FlaskClient) -> None:
        address = send(danas, added_course(app), SPOILT).location
        assert danas.get(f"{address}/report.json").status_code == 404

    def test_an_import_that_is_not_there_is_not_found(self, danas: FlaskClient) -> None:
        assert danas.get(f"/admin/imports/{uuid4()}/report.json").status_code == 404

    def test_nobody_else_reads_it(
        self, app: Flask, danas: FlaskClient, alices: FlaskClient, bobs: FlaskClient, client: FlaskClient
    ) -> None:
        address = f"{imported(app, danas, SPOILT)}/report.json"
        assert [who.get(address).status_code for who in (alices, bobs)] == [403, 403]
        assert client.get(address).status_code in (302, 303, 401)


class TestVerdict:
    def of(self, *codes: str, is_accepted: bool = True) -> str:
        return verdict(
            Report(file="a.zip", is_accepted=is_accepted, findings=[finding(one).as_dict() for one in codes])
        )

    def test_it_counts_what_was_left_out_too(self) -> None:
        found = [finding("file_missing", file="a.js", more=4).as_dict()]
        report = Report(file="a.zip", is_accepted=True, findings=found)
        assert verdict(report) == "Nothing blocks this package. 5 things will misbehave."
        assert report_document(report)["counts"]["will_misbehave"] == 5

    @pytest.mark.parametrize(
        ("codes", "status"), [([], 0), (["pop_ups"], 0), (["pop_ups", "api_not_used"], 1), (["not_a_zip"], 2)]
    )
    def test_the_worst_finding_is_the_status(self, codes: list[str], status: int) -> None:
        found = [finding(code).as_dict() for code in codes]
        assert Report(file="a", is_accepted="not_a_zip" not in codes, findings=found).status == status

    def test_it_is_right_in_number(self) -> None:
        assert self.of() == "Nothing blocks this package. Nothing was found that could cause trouble."
        assert self.of("not_a_zip", is_accepted=False) == "1 thing blocks this package."
        assert self.of("pop_ups", "top_access") == "Nothing blocks this package. 2 remarks are cosmetic."
