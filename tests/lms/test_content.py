"""The hosts of the player and of packages: rights, headers, ranges, encodings; nothing of the platform is there."""

import gzip
import io
import os
import time
import zipfile
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from uuid_utils.compat import uuid7
from werkzeug.test import TestResponse

from courses.attempts.services import launch
from courses.cohorts.models import Cohort
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.people.models import Language, Person
from lms import clock
from lms.web.content.pieces import Joined
from lms.web.content.rights import REMEMBERED
from lms.web.content.spill import Spill
from lms.web.content.tokens import attempt_of, host_label, read_token
from tests.browsing import installation
from tests.builders import make_person
from tests.playing import Played, begin_attempt, make_played, package_of, sco

TEXT = b"body { color: #123; }\n" * 400
FILM = bytes(range(256)) * 4000  # larger than what is sent from memory
SHELL = "http://play.content.localhost"


def with_stored(data: bytes, name: str, content: bytes, method: int) -> bytes:
    """Return a package with one more file, stored or deflated."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = method
        archive.writestr(info, content)
    return buffer.getvalue()


@dataclass
class Host:
    """A browser on the host of one learner's package."""

    client: FlaskClient
    origin: str
    token: str

    def get(self, name: str, method: str = "GET", **headers: str) -> TestResponse:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.client.open(f"/r/{self.token}/{name}", method=method, base_url=self.origin, headers=named)


@pytest.fixture
def played(app: Flask) -> Played:
    """Return a learner with a package that holds files of every kind."""
    data = package_of([sco("one")], {"style.css": TEXT, "a/Film.mp4": FILM, "Page.html": b"<p>A page</p>"})
    data = with_stored(data, "clip.mp4", FILM, zipfile.ZIP_STORED)
    data = with_stored(data, "été é.html", b"accent", zipfile.ZIP_DEFLATED)
    data = with_stored(data, "odd%2Fname.js", b"slash", zipfile.ZIP_DEFLATED)
    data = with_stored(data, "empty.txt", b"", zipfile.ZIP_STORED)
    data = with_stored(data, "tool.exe", b"MZ", zipfile.ZIP_STORED)
    parts = installation(app)
    with parts.database.transaction() as session:
        return make_played(session, data, parts.storage)


@pytest.fixture
def host(app: Flask, client: FlaskClient, played: Played) -> Host:
    """Return the learner's browser on the package's host."""
    return host_of(app, client, played, played.person)


def host_of(app: Flask, client: FlaskClient, played: Played, person: Person) -> Host:
    secret = installation(app).secret
    with installation(app).database.transaction() as session:
        attempt_id = begin_attempt(session, played)
    label = host_label(secret, person.id, played.version.id)
    return Host(client, f"http://{label}.content.localhost", read_token(secret, label, attempt_id))


class TestFiles:
    def test_a_deflated_file_goes_to_a_gzip_client_as_it_lies(self, host: Host) -> None:
        answer = host.get("style.css", Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Accept-Ranges" not in answer.headers
        assert gzip.decompress(answer.data) == TEXT  # checks the CRC and the length too
        assert answer.content_length == len(answer.data) < len(TEXT)

    @pytest.mark.parametrize("encoding", ["", "gzip;q=0", "identity", "br"])
    def test_who_takes_no_gzip_gets_it_inflated(self, host: Host, encoding: str) -> None:
        answer = host.get("style.css", Accept_Encoding=encoding)
        assert "Content-Encoding" not in answer.headers
        assert answer.data == TEXT
        assert answer.content_type == "text/css"

    def test_head_says_the_same_without_a_body(self, host: Host) -> None:
        for encoding in ("gzip", ""):
            whole = host.get("style.css", Accept_Encoding=encoding)
            head = host.get("style.css", "HEAD", Accept_Encoding=encoding)
            assert head.data == b""
            assert dict(head.headers) == dict(whole.headers)

    def test_tags_differ_by_encoding_and_save_the_second_visit(self, host: Host) -> None:
        packed = host.get("style.css", Accept_Encoding="gzip").headers["ETag"]
        plain = host.get("style.css").headers["ETag"]
        assert packed != plain
        again = host.get("style.css", Accept_Encoding="gzip", If_None_Match=packed)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert host.get("style.css", If_None_Match=packed).status_code == 200

    @pytest.mark.parametrize("name", ["clip.mp4", "a/Film.mp4", "style.css"])
    def test_ranges_of_stored_and_of_deflated_files(self, host: Host, name: str) -> None:
        whole = TEXT if name == "style.css" else FILM
        for asked, first, last in (
            ("bytes=0-0", 0, 0), ("bytes=1000-1999", 1000, 1999), ("bytes=-5", len(whole) - 5, len(whole) - 1),
            ("bytes=8000-", 8000, len(whole) - 1),
        ):  # fmt: skip
            answer = host.get(name, Range=asked, Accept_Encoding="gzip")
            assert answer.status_code == 206
            assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
            assert answer.data == whole[first : last + 1]
            assert "Content-Encoding" not in answer.headers

    def test_a_range_beyond_the_end_is_refused_and_an_odd_one_gives_the_whole(self, host: Host) -> None:
        beyond = host.get("clip.mp4", Range="bytes=9999999-")
        assert beyond.status_code == 416
        assert beyond.headers["Content-Range"] == f"bytes */{len(FILM)}"
        assert host.get("clip.mp4", Range="bytes=5-2").status_code == 200
        assert host.get("clip.mp4", Range="bytes=0-1", If_Range='"other"').status_code == 200

    def test_names_are_found_as_written_then_nearly_so(self, host: Host) -> None:
        assert host.get("odd%2Fname.js").data == b"slash"
        assert host.get("%C3%A9t%C3%A9%20%C3%A9.html").data == b"accent"
        assert host.get("%C3%A9t%C3%A9%20e%CC%81.html").data == b"accent"
        assert host.get("PAGE.HTML").data == b"<p>A page</p>"
        assert host.get("a%2FFilm.mp4", Range="bytes=0-3").data == FILM[:4]

    @pytest.mark.parametrize("name", ["missing.html", "../one.html", "a/../../x", "%00", "a", "%ff", "x" * 3000])
    def test_what_is_not_there_is_a_short_404(self, host: Host, name: str) -> None:
        answer = host.get(name)
        assert answer.status_code == 404
        assert len(answer.data) < 50

    def test_an_empty_file_and_an_unknown_kind(self, host: Host) -> None:
        assert (host.get("empty.txt").status_code, host.get("empty.txt").data) == (200, b"")
        tool = host.get("tool.exe")
        assert tool.content_type == "application/octet-stream"
        assert tool.headers["Content-Disposition"] == "attachment"

    def test_an_archive_that_is_gone_is_a_404(self, app: Flask, host: Host, played: Played) -> None:
        installation(app).storage.remove(played.version.archive_sha256)
        assert host.get("style.css").status_code == 404


class TestRights:
    def test_a_token_is_good_on_its_own_host_alone(self, app: Flask, client: FlaskClient, played: Played) -> None:
        with installation(app).database.transaction() as session:
            stranger = make_person(session)
        own = host_of(app, client, played, played.person)
        theirs = host_of(app, client, played, stranger)
        assert own.origin != theirs.origin
        assert Host(client, theirs.origin, own.token).get("style.css").status_code == 404
        other = own.token[:-1] + ("b" if own.token.endswith("a") else "a")
        for token in (other, own.token.upper(), "", "x", own.token + "a", "=" * 50):
            assert Host(client, own.origin, token).get("style.css").status_code == 404

    def test_a_token_names_its_attempt_and_no_person(self, app: Flask, played: Played) -> None:
        secret, attempt_id = installation(app).secret, uuid7()
        label = host_label(secret, played.person.id, played.version.id)
        token = read_token(secret, label, attempt_id)
        assert attempt_of(secret, label, token) == attempt_id
        assert attempt_of("other" * 8, label, token) is None
        assert played.person.id.hex not in token + label

    def test_a_token_ends_half_a_minute_after_its_person_has_left(
        self, app: Flask, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert host.get("style.css").status_code == 200
        withdrawn = {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.WITHDREW, "closed_at": clock.now()}
        with installation(app).database.transaction() as session:
            session.execute(update(Enrolment).values(withdrawn))
        later = clock.now() + REMEMBERED
        monkeypatch.setattr(clock, "now", lambda: later)
        assert host.get("style.css").status_code == 404
        assert host.client.get(f"/w/{host.token}/", base_url=host.origin).status_code == 404

    def test_a_token_ends_with_the_access_at_once(
        self, app: Flask, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closes_at = clock.now() + timedelta(seconds=10)
        with installation(app).database.transaction() as session:
            session.execute(update(Cohort).values(closes_at=closes_at))
        assert host.get("style.css").status_code == 200
        monkeypatch.setattr(clock, "now", lambda: closes_at)
        assert host.get("style.css").status_code == 404

    def test_a_known_file_of_a_known_reader_costs_no_statement(self, app: Flask, host: Host) -> None:
        host.get("style.css")
        statements: list[str] = []
        engine = installation(app).database.engine
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        assert host.get("style.css").status_code == 200
        assert statements == []

    def test_each_host_has_its_own_routes(self, app: Flask, client: FlaskClient, host: Host) -> None:
        assert client.get("/launch", base_url=host.origin).status_code == 404
        assert client.post("/commit", json={}, base_url=host.origin).status_code in (404, 405)
        assert client.get(f"/r/{host.token}/style.css", base_url=SHELL).status_code == 404
        assert client.get("/my", base_url=SHELL).status_code == 404
        assert client.get("/launch", base_url="http://localhost").status_code == 404
        assert client.get("/", base_url="http://play.content.localhost.evil.example").status_code == 400


class TestHeaders:
    def test_a_package_may_use_its_own_files_and_no_other_host(self, host: Host) -> None:
        answer = host.get("style.css")
        policy = answer.headers["Content-Security-Policy"]
        assert "connect-src 'self' data: blob:;" in policy
        assert policy.endswith("frame-ancestors 'self' http://play.content.localhost")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "unload=(self)" in answer.headers["Permissions-Policy"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_no_package_has_a_service_worker(self, host: Host) -> None:
        assert host.get("style.css", Service_Worker="script").status_code == 404

    def test_cookies_are_ignored_and_cleared(self, app: Flask, host: Host) -> None:
        client = app.test_client(use_cookies=False)
        for base_url, path in ((host.origin, f"/w/{host.token}/"), (SHELL, "/launch")):
            answer = client.get(path, base_url=base_url, headers={"Cookie": "a=b"})
            assert answer.status_code == 200
            assert answer.headers["Clear-Site-Data"] == '"cookies"'

    def test_the_players_page_runs_only_its_own_scripts(self, client: FlaskClient) -> None:
        policy = client.get("/launch", base_url=SHELL).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy

    def test_scripts_are_kept_for_good_under_an_address_with_their_hash(self, client: FlaskClient) -> None:
        page = client.get("/launch", base_url=SHELL).get_data(as_text=True)
        address = page.split('type="module" src="')[1].split('"')[0]
        answer = client.get(address, base_url=SHELL, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert b"openJournal" in gzip.decompress(answer.data)
        assert client.get(address.replace("/s/", "/s/0"), base_url=SHELL).status_code == 404


class TestCalls:
    @pytest.fixture
    def opened(self, app: Flask, client: FlaskClient, played: Played) -> dict[str, object]:
        with installation(app).database.transaction() as session:
            code = launch(session, played.person, played.enrolment.id, None, Language.FR, clock.now())
        page = client.get(f"/launch?code={code}", base_url=SHELL)
        assert '<html lang="fr">' in page.get_data(as_text=True)
        assert "Enregistrer et quitter" in page.get_data(as_text=True)
        answer = client.post("/launch", json={"code": code}, base_url=SHELL)
        assert answer.status_code == 200, answer.data
        again = client.post("/launch", json={"code": code}, base_url=SHELL)
        assert (again.status_code, again.json) == (410, {"error": "spent"})
        return dict(answer.json or {})

    def test_a_launch_gives_what_the_page_needs(
        self, client: FlaskClient, opened: dict[str, object], host: Host, played: Played
    ) -> None:
        assert opened["origin"] == host.origin
        assert opened["base"] == f"/r/{host.token}/"
        assert opened["leave"] == f"http://localhost/my/{played.enrolment.id}?left=1"
        assert opened["again"] == f"http://localhost/my/{played.enrolment.id}/resume"
        assert client.get(str(opened["table"]), base_url=SHELL).json["api"] == "API"  # type: ignore[index]
        assert client.get(str(opened["wrapper"]), base_url=host.origin).status_code == 200

    def test_a_commit_is_answered_in_json(self, client: FlaskClient, opened: dict[str, object]) -> None:
        document = {"seq": 1, "base": 0, "activity": "one", "changes": [["cmi.core.lesson_location", "p1"]]}
        headers = {"Authorization": f"Bearer {opened['token']}"}
        answer = client.post("/commit", json=document, headers=headers, base_url=SHELL)
        assert (answer.status_code, answer.json and answer.json["acknowledged"]) == (200, 1)
        other = document | {"changes": [["cmi.core.lesson_location", "p2"]]}
        conflict = client.post("/commit", json=other, headers=headers, base_url=SHELL)
        assert (conflict.status_code, conflict.json) == (409, {"error": "conflict", "acknowledged": 1})
        assert client.post("/heartbeat", json={}, headers=headers, base_url=SHELL).status_code == 200
        again = client.post("/lease", json={}, headers=headers, base_url=SHELL)
        assert again.status_code == 200
        assert client.post("/heartbeat", json={}, headers=headers, base_url=SHELL).json == {"error": "replaced"}

    @pytest.mark.parametrize("path", ["/commit", "/launch", "/lease", "/heartbeat"])
    @pytest.mark.parametrize(
        ("body", "content_type", "status"),
        [
            (b"{}", "text/plain", 415), (b"a=b", "application/x-www-form-urlencoded", 415), (b"", None, 415),
            (b"no json", "application/json", 422), (b"[]", "application/json", 422), (b"\xff", "application/json", 422),
            (b"[" * 200_000, "application/json", 422), (b" " * 9_000_000, "application/json", 413),
        ],
    )  # fmt: skip
    def test_nonsense_is_refused_in_json(
        self, client: FlaskClient, path: str, body: bytes, content_type: str | None, status: int
    ) -> None:
        answer = client.post(path, data=body, content_type=content_type, base_url=SHELL)
        assert answer.status_code == status
        assert set(answer.json or {"nothing"}) <= {"error", "reason"}

    @pytest.mark.parametrize(
        "change",
        [
            {"seq": 0}, {"seq": "1"}, {"seq": True}, {"base": -1}, {"activity": None}, {"activity": "a\0"},
            {"activity": "\ud800"},
            {"changes": [["a"]]}, {"changes": [[1, 2]]}, {"changes": {}}, {"numbers": [1, 2]}, {"numbers": [None]},
            {"request": {"kind": "format"}}, {"request": []}, {"request": {"kind": []}}, {"seq": 2**70},
            {"request": {"kind": "choice", "target": 1}},
        ],
    )  # fmt: skip
    def test_a_malformed_commit_changes_nothing(
        self, client: FlaskClient, opened: dict[str, object], change: dict[str, object]
    ) -> None:
        document = {"seq": 1, "base": 0, "activity": "one", "changes": [["cmi.core.lesson_location", "p"]]} | change
        headers = {"Authorization": f"Bearer {opened['token']}"}
        assert client.post("/commit", json=document, headers=headers, base_url=SHELL).status_code == 422

    def test_without_a_token_or_from_another_site_nothing_is_taken(self, client: FlaskClient) -> None:
        document = {"seq": 1, "base": 0, "activity": "one", "changes": []}
        assert client.post("/commit", json=document, base_url=SHELL).status_code == 401
        headers = {"Origin": "http://evil.example"}
        assert client.post("/commit", json=document, headers=headers, base_url=SHELL).status_code == 403


def test_joined_pieces_read_alike_however_they_are_sought() -> None:
    whole = b"head" + bytes(range(100)) + b"tail"
    joined = Joined(io.BytesIO(b"xx" + bytes(range(100)) + b"yy"), 2, 100, (b"head", b"tail"))
    assert joined.read() == whole
    for start in range(0, len(whole), 7):
        joined.seek(start)
        assert joined.read(13) == whole[start : start + 13]
    assert joined.seek(0, io.SEEK_END) == len(whole)


def test_the_spill_stays_within_its_limit(tmp_path) -> None:  # type: ignore[no-untyped-def]
    spill = Spill(tmp_path / "spill", limit=250)
    for number in range(5):
        spill.make("archive", number, iter([b"x" * 100])).close()
    assert sum(path.stat().st_size for path in (tmp_path / "spill").iterdir()) <= 250
    found = spill.find("archive", 4)
    assert found is not None
    found.close()
    assert spill.find("archive", 0) is None


def test_the_spill_leaves_what_another_is_making_but_not_what_was_left_behind(tmp_path) -> None:  # type: ignore[no-untyped-def]
    spill = Spill(tmp_path / "spill", limit=250)
    spill.make("archive", 0, iter([b"x" * 100])).close()
    making, left = tmp_path / "spill" / "making.part", tmp_path / "spill" / "left.part"
    making.write_bytes(b"x" * 1000)
    left.write_bytes(b"x" * 1000)
    os.utime(making, (time.time() - 600,) * 2)
    os.utime(left, (time.time() - 4000,) * 2)
    spill.make("archive", 1, iter([b"x" * 100])).close()
    assert making.exists()
    assert not left.exists()
    for number in range(2):
        found = spill.find("archive", number)
        assert found is not None
        found.close()
