"""Uploads in pieces through the platform: it works, then each refusal."""

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.catalogue import uploads
from courses.catalogue.models import PackageImport, Publication
from courses.catalogue.uploads import Upload
from courses.people.models import Role
from lms.site import Site
from tests.browsing import browser_of, installation, token_of
from tests.builders import make_person
from tests.importing import added_course, administrators_browser, files_of, send, work_off
from tests.scorm.packaging.packages import package_bytes
from tests.uploading import PIECE, PLACE, Sender, checksum, count, id_of, import_uploads, let_expire, row, written

DATA = bytes(range(256)) * 40


@pytest.fixture
def site(app: Flask) -> Site:
    """Return the installation under test."""
    return installation(app)


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    return administrators_browser(app)


@pytest.fixture
def sender(danas: FlaskClient) -> Sender:
    """Return a program that sends in the administrator's name."""
    return Sender(danas)


class TestItWorks:
    def test_pieces_become_a_file_that_is_imported_and_published(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        data = package_bytes()
        address = sender.begin(len(data), "C:\\courses\\é.zip")
        for start in range(0, len(data), 100):
            answer = sender.add(
                address, start, data[start : start + 100], Upload_Checksum=checksum(data[start : start + 100])
            )
            assert answer.status_code == 204
            assert answer.headers["Upload-Offset"] == str(min(start + 100, len(data)))
            assert "GMT" in answer.headers["Upload-Expires"]
        place = import_uploads(danas, added_course(app), address.rpartition("/")[2], publish="y")
        assert "é.zip" in danas.get(place).text
        work_off(site)
        assert count(site, Publication) == 1
        assert files_of(site) == ([hashlib.sha256(data).hexdigest()], [])

    def test_the_server_says_what_it_understands_to_who_asks(self, sender: Sender) -> None:
        for path in (PLACE, sender.begin(1)):
            answer = sender.ask("OPTIONS", path, {"Tus-Resumable": ""})
            assert answer.status_code == 204
            assert answer.headers["Tus-Max-Size"] == str(2 * 1024**3)
            assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"

    def test_how_much_has_arrived_is_told_with_what_the_sender_had_said(self, sender: Sender) -> None:
        address = sender.begin(100, "a.zip", more="words")
        sender.add(address, 0, b"x" * 7)
        answer = sender.ask("HEAD", address)
        assert answer.status_code == 200
        told = {
            name: answer.headers[name]
            for name in ("Upload-Offset", "Upload-Length", "Upload-Metadata", "Cache-Control")
        }
        assert told == {
            "Upload-Offset": "7", "Upload-Length": "100", "Cache-Control": "no-store",
            "Upload-Metadata": written(filename="a.zip", more="words"),
        }  # fmt: skip

    def test_all_may_come_with_the_beginning(self, site: Site, sender: Sender) -> None:
        told = {"Upload-Length": str(len(DATA)), "Content-Type": PIECE, "Upload-Checksum": checksum(DATA, "sha1")}
        answer = sender.ask("POST", PLACE, told, DATA)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(DATA)))
        found = row(site, answer.location)
        assert found is not None
        assert (found.sha256, found.file_name) == (hashlib.sha256(DATA).hexdigest(), "package.zip")

    def test_who_knows_no_other_method_may_post(self, sender: Sender) -> None:
        address = sender.begin(len(DATA))
        headers = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": PIECE}
        assert sender.ask("POST", address, headers, DATA).status_code == 204
        assert sender.offset(address) == len(DATA)

    def test_an_upload_can_be_given_up(self, site: Site, sender: Sender) -> None:
        address = sender.begin(len(DATA))
        sender.add(address, 0, DATA[:10])
        assert sender.ask("DELETE", address).status_code == 204
        assert (row(site, address), files_of(site)[1]) == (None, [])
        assert sender.ask("HEAD", address).status_code == 404

    def test_the_page_shows_what_waits_and_takes_it_without_script(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        course, data = added_course(app), package_bytes()
        whole = sender.send(data, "whole.zip")
        sender.add(sender.begin(1000, "begun.zip"), 0, b"x" * 500)
        page = danas.get("/admin/imports/new").text
        assert "Import whole.zip too" in page
        assert "500\N{NO-BREAK SPACE}bytes of 1,000\N{NO-BREAK SPACE}bytes have arrived" in page
        answer = send(danas, course, upload=whole)
        assert answer.status_code == 303
        assert "whole.zip" not in danas.get("/admin/imports/new").text

    def test_a_button_discards_what_waits(self, danas: FlaskClient, site: Site, sender: Sender) -> None:
        address = f"{PLACE}/{sender.send(DATA)}"
        for _ in range(2):
            answer = danas.post(f"{address}/discard", data={"csrf_token": token_of(danas, "/my")})
            assert answer.status_code == 303
        assert (count(site, Upload), files_of(site)[1]) == (0, [])

    def test_importing_an_upload_twice_is_one_import(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        course, upload = added_course(app), sender.send(package_bytes())
        places = {import_uploads(danas, course, upload, upload) for _ in range(2)}
        assert len(places) == 1
        assert work_off(site) == count(site, PackageImport) == 1
        assert import_uploads(danas, course, upload) in places

    def test_files_and_uploads_may_come_together(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        answer = send(danas, added_course(app), package_bytes(), upload=sender.send(package_bytes(files={"a": b"b"})))
        assert (answer.status_code, answer.location) == (303, "/admin/imports")
        assert work_off(site) == 2

    def test_a_page_that_was_open_for_long_is_given_a_new_token(self, sender: Sender) -> None:
        answer = sender.client.get(PLACE, headers={"Accept": "application/json"})
        assert answer.json is not None
        sender.token = answer.json["csrf_token"]
        sender.begin(1)


class TestRefusals:
    def test_another_version_of_the_protocol(self, sender: Sender) -> None:
        answer = sender.ask("POST", PLACE, {"Tus-Resumable": "0.2.2", "Upload-Length": "1"})
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")

    @pytest.mark.parametrize(
        ("offset", "headers", "status"),
        [
            (3, {}, 409),
            (11, {}, 409),
            (10, {"Content_Type": "text/plain"}, 415),
            (10, {"Upload_Checksum": checksum(b"other")}, 460),
            (10, {"Upload_Checksum": checksum(b"other", "sha1")}, 460),
            (10, {"Upload_Checksum": "md5 AAAA"}, 400),
        ],
    )
    def test_a_piece_that_does_not_belong_there_changes_nothing(
        self, sender: Sender, offset: int, headers: dict[str, str], status: int
    ) -> None:
        address = sender.begin(100)
        sender.add(address, 0, b"x" * 10)
        answer = sender.add(address, offset, b"y" * 10, **headers)
        assert answer.status_code == status
        assert answer.json is not None
        assert answer.json["error"]
        assert sender.offset(address) == 10
        assert sender.add(address, 10, b"y" * 90).status_code == 204

    def test_more_than_was_announced(self, sender: Sender) -> None:
        address = sender.begin(10)
        assert sender.add(address, 0, b"x" * 11).status_code == 413
        assert sender.offset(address) == 0

    def test_more_than_a_package_may_have_is_told_before_anything_is_sent(self, sender: Sender) -> None:
        answer = sender.ask("POST", PLACE, {"Upload-Length": str(2 * 1024**3 + 1)})
        assert answer.status_code == 413
        assert "2\N{NO-BREAK SPACE}GB" in (answer.json or {})["error"]

    def test_a_whole_that_is_not_what_its_sender_meant_is_dropped(self, site: Site, sender: Sender) -> None:
        address = sender.begin(len(DATA), sha256=hashlib.sha256(b"other").hexdigest())
        answer = sender.add(address, 0, DATA)
        assert (answer.status_code, (answer.json or {})["code"]) == (460, "upload_damaged")
        assert (row(site, address), files_of(site)[1]) == (None, [])

    def test_a_whole_that_is_what_its_sender_meant_is_kept(self, site: Site, sender: Sender) -> None:
        address = sender.begin(len(DATA), sha256=hashlib.sha256(DATA).digest())
        assert sender.add(address, 0, DATA).status_code == 204

    def test_an_upload_that_waited_too_long(self, app: Flask, danas: FlaskClient, site: Site, sender: Sender) -> None:
        address = sender.begin(10)
        sender.add(address, 0, b"x" * 5)
        let_expire(site, address)
        assert [sender.ask("HEAD", address).status_code, sender.add(address, 5, b"x").status_code] == [410, 410]
        assert "waited too long" in import_uploads(danas, added_course(app), str(id_of(address)))

    def test_somebody_elses_upload_is_not_there(self, app: Flask, site: Site, sender: Sender) -> None:
        address = sender.begin(10)
        other = Sender(administrators_browser(app))
        assert other.ask("HEAD", address).status_code == 404
        assert other.add(address, 0, b"x").status_code == 404
        assert other.ask("DELETE", address).status_code == 404
        other.client.post(f"{address}/discard", data={"csrf_token": other.token})
        sender.add(address, 0, b"x" * 10)
        assert "not here" in import_uploads(other.client, added_course(app), str(id_of(address)))
        assert sender.offset(address) == 10

    @pytest.mark.parametrize(("roles", "status"), [([Role.LEARNER], 403), ([Role.LEARNER, Role.COORDINATOR], 403)])
    def test_who_may_not_import(self, app: Flask, site: Site, roles: list[Role], status: int) -> None:
        with site.database.transaction() as session:
            person = make_person(session, roles=roles)
        assert Sender(browser_of(app, person)).ask("POST", PLACE, {"Upload-Length": "1"}).status_code == status

    def test_who_is_signed_out_is_told_so_in_json(self, client: FlaskClient) -> None:
        answer = client.open(f"{PLACE}/{id_of('/' + '0' * 32)}", method="HEAD", headers={"Accept": "application/json"})
        assert answer.status_code == 401

    def test_a_request_without_our_token(self, sender: Sender) -> None:
        sender.token = ""
        assert sender.ask("POST", PLACE, {"Upload-Length": "1"}).status_code == 400

    def test_a_request_from_another_site(self, sender: Sender) -> None:
        headers = {"Upload-Length": "1", "Sec-Fetch-Site": "cross-site"}
        assert sender.ask("POST", PLACE, headers).status_code == 403

    def test_an_upload_that_has_not_arrived_whole_is_no_import(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        address = sender.begin(10, "half.zip")
        sender.add(address, 0, b"x" * 5)
        assert "“half.zip” has not arrived whole" in import_uploads(danas, added_course(app), str(id_of(address)))
        assert "not here" in import_uploads(danas, added_course(app), "rubbish")
        assert count(site, PackageImport) == 0

    def test_too_many_at_once(self, site: Site, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads, "MOST_WAITING", 2)
        sender.begin(1)
        spent = sender.begin(1)
        answer = sender.ask("POST", PLACE, {"Upload-Length": "1"})
        assert (answer.status_code, (answer.json or {})["code"]) == (429, "uploads_too_many")
        sender.ask("DELETE", spent)
        sender.begin(1)

    def test_too_much_together(self, app: Flask, site: Site, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads, "MOST_TIMES_LARGEST", 0)
        assert (sender.ask("POST", PLACE, {"Upload-Length": "1"}).json or {})["code"] == "uploads_too_much"
