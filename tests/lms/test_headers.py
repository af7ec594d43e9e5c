"""The headers of every page, requests that other sites make, and input that no browser of good will sends."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.application import create_app
from lms.config import Settings, load_settings
from tests.browsing import browser_of, installation, token_of
from tests.builders import make_person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGES = ["/", "/sign-in", "/no-such-page", "/static/0/no-such-file"]
JUNK = ["", "junk", "a.b.c", "eyJfdXNlcl9pZCI6IngifQ.aaaaaa.bbbbbb", "\x00", "ÿ" * 100, "." * 4000, "{}", '"']


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_closed_to_what_is_not_ours(client: FlaskClient, page: str) -> None:
    headers = client.get(page).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


def test_a_form_may_lead_to_the_player_and_nowhere_else(client: FlaskClient, settings: Settings) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert f"form-action 'self' {settings.shell_origin}" in policy


def test_each_answer_has_a_nonce_of_its_own(client: FlaskClient) -> None:
    nonces = {re.search(r"nonce-([\w-]+)", client.get("/").headers["Content-Security-Policy"]) for _ in range(3)}
    assert len({found[1] for found in nonces if found}) == 3


@pytest.mark.parametrize("page", PAGES)
def test_no_page_carries_inline_script_or_style(client: FlaskClient, page: str) -> None:
    text = client.get(page).get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)


def test_static_files_are_kept_for_good_and_do_not_vary_by_person(client: FlaskClient, alices: FlaskClient) -> None:
    address = re.search(r'href="(/static/[^"]+palier\.css)"', client.get("/").get_data(as_text=True))
    assert address
    for browser in (client, alices):
        answer = browser.get(address[1], buffered=True)
        assert answer.cache_control.immutable
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers


def test_the_first_visit_of_a_stranger_leaves_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_over_tls_the_cookie_belongs_to_this_host_alone(settings: Settings) -> None:
    secure = load_settings(
        {}, folder=settings.folder, database_url=settings.database_url, secret_key="s" * 40,
        base_url="https://learn.example.org", content_host="packages.example.net", fast_passwords=True,
    )  # fmt: skip
    app = create_app(secure)
    answer = app.test_client().get("/sign-in", base_url="https://learn.example.org")
    assert answer.headers["Set-Cookie"].startswith("__Host-palier=")
    assert "; Secure;" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    installation(app).database.close()


class TestRequestsOfOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://localhost:8001"},
            {"Origin": "http://play.content.localhost"},
            {"Referer": "https://evil.example/page"},
        ],
    )
    def test_change_nothing_even_with_a_token(self, client: FlaskClient, headers: dict[str, str]) -> None:
        data = {"csrf_token": token_of(client), "language": "fr"}
        assert client.post("/language", data=data, headers=headers).status_code == 403

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
    def test_our_own_pass(self, client: FlaskClient, headers: dict[str, str]) -> None:
        data = {"csrf_token": token_of(client), "language": "fr"}
        assert client.post("/language", data=data, headers=headers).status_code == 302

    @pytest.mark.parametrize("token", ["", "junk", "IjEi.aaaa.bbbb", "\x00", "ü" * 500])
    def test_a_wrong_token_is_a_400_in_the_language_of_the_reader(self, client: FlaskClient, token: str) -> None:
        answer = client.post("/language?lang=es", data={"csrf_token": token, "language": "fr"})
        assert answer.status_code == 400
        assert 'lang="es"' in answer.get_data(as_text=True)

    def test_the_token_of_somebody_else_is_worth_nothing(self, app: Flask, client: FlaskClient) -> None:
        data = {"csrf_token": token_of(app.test_client()), "language": "fr"}
        assert client.post("/language", data=data).status_code == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:81", "content.localhost", "localhost.", "LOCALHOST:99999", ""]
)
def test_another_host_is_refused(app: Flask, host: str) -> None:
    answer = app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400


class TestInputOfNoGoodWill:
    @pytest.mark.parametrize("value", JUNK)
    def test_a_broken_cookie_is_a_visitor(self, app: Flask, value: str) -> None:
        client = app.test_client()
        cookie = f"palier={value}; palier_remember={value}; remember_token={value}"
        assert client.get("/", headers={"Cookie": cookie}).status_code == 200
        assert client.get("/profile", headers={"Cookie": cookie}).status_code == 302

    @pytest.mark.parametrize(
        "header", ["Authentication-Token", "Authorization", "X-CSRFToken", "Accept-Language", "Range"]
    )
    def test_a_strange_header_is_not_a_fault(self, client: FlaskClient, header: str) -> None:
        for value in ("\xff\xfe", "Basic !!!", "Bearer x", "a" * 8000, "q=1;;;,,,", "bytes=-"):
            assert client.get("/?auth_token=x", headers={header: value}).status_code == 200

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/?lang=%00", 400), ("/%00", 400), ("/?%00=1", 400), ("/?lang=%ff%fe", 200), ("/%ff%fe", 404),
            ("/?lang=fr&lang=xx", 200), ("/?" + "a=1&" * 5000, 200), ("/" + "a" * 9000, 404),
            ("/sign-in?next=%00", 400),
            ("/my/not-a-uuid", 404), ("/cohorts/%2e%2e/%2e%2e", 404),
            ("/static/x/%2e%2e/config.py", 404),
        ],
    )  # fmt: skip
    def test_a_strange_address_is_not_a_fault(self, client: FlaskClient, path: str, status: int) -> None:
        answer = client.get(path)
        assert answer.status_code in {status, 308, 302}
        assert "//evil.example" not in (answer.location or "").removeprefix("http://localhost")

    @pytest.mark.parametrize(
        "fields",
        [
            {"email": "a\x00@example.org", "password": "long enough one"},
            {"email": "a@example.org", "password": "with\x00a NUL byte"},
            {"email": b"\xff \xfe@example.org", "password": b"\xc3\x28 invalid utf-8"},
            {"email": "a" * 400_000, "password": "b" * 400_000},
            {"email": "\u202emoc.elpmaxe@a", "password": "\ud83d".encode("utf-16", "surrogatepass")},
        ],
    )
    @pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
    def test_strange_fields_are_refused_with_a_page(
        self, client: FlaskClient, path: str, fields: dict[str, Any]
    ) -> None:
        names = {"given_name": fields["email"], "family_name": fields["password"], "language": "en"}
        body = urlencode({"csrf_token": token_of(client), **names, **fields})
        answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {400, 413, 422}
        assert "<h1>" in answer.get_data(as_text=True)

    @pytest.mark.parametrize(
        "kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x", "x"]
    )
    def test_a_body_of_another_kind_is_refused(self, client: FlaskClient, kind: str) -> None:
        for body in (b"", b"{", b"[" * 9000, b"--x\r\n\r\n", b"\xff" * 100):
            answer = client.post("/sign-in", data=body, content_type=kind, headers={"X-CSRFToken": token_of(client)})
            assert answer.status_code in {400, 422}

    def test_a_name_is_shown_as_text_wherever_it_stands(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, given_name="<script>alert(1)</script>")
        page = browser_of(app, person).get("/profile").get_data(as_text=True)
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
