"""What every answer of a content host carries: all routes there are, so that a new one cannot forget it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from courses.attempts.services import launch
from courses.people.models import Language
from lms import clock
from lms.site import Site
from lms.web.content import create_content_app
from lms.web.content.scripts import PACKAGE, SHELL, shell_script
from tests.browsing import installation
from tests.playing import Played, make_played, package_of, sco

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SHELL_ORIGIN = "http://play.content.localhost"
CLEARS = re.compile(r"/launch(\?.*)?|/kept(/.*)?|/w/[^/]+/|/r/")
"""Where a visit begins: cookies that are there were left by others. Later ones are the package's own matter."""

LOCKED = "default-src 'none'; "
"""How the policy of the player's host begins, whatever is asked of it."""


def rules(parts: Site) -> Iterator[tuple[Rule, str]]:
    """Yield each way to ask each route of the content hosts, with the blueprint it is of."""
    for rule in create_content_app(parts).url_map.iter_rules():
        for method in rule.methods or ():
            yield rule, method


def opened(app: Flask, client: FlaskClient) -> tuple[dict[str, str], Played]:
    """Return what a page load was told about a package that is played."""
    parts = installation(app)
    files = {"data.json": b"{}", "style.css": b"p {}", "page.svg": b"<svg/>", "tool.exe": b"MZ"}
    with parts.database.transaction() as session:
        played = make_played(session, package_of([sco("one")], files), parts.storage)
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())
    return client.post("/launch", json={"code": code}, base_url=SHELL_ORIGIN).json or {}, played


def checked(app: Flask, host: str, path: str, method: str) -> int:
    """Check what every answer carries, and one to which nothing may be added; return its status."""
    client = app.test_client(use_cookies=False)
    answer = client.open(path, method=method, base_url=host, headers={"Cookie": "a=b", "Origin": "http://evil.example"})
    headers = answer.headers
    where = f"{method} {host}{path}"
    policy = headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["Referrer-Policy"] == "no-referrer", where
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    if answer.status_code == 200 and method == "GET":
        assert ("Clear-Site-Data" in headers) == bool(CLEARS.fullmatch(path)), where
    assert "Cache-Control" in headers, where
    assert not {"Set-Cookie", "Access-Control-Allow-Origin"} & set(headers.keys()), where
    assert headers.get("Location", f"{host}/").startswith(f"{host}/"), where
    if host == SHELL_ORIGIN:
        assert policy.startswith(LOCKED), where
        assert policy.endswith("frame-ancestors 'none'"), where
        assert "unsafe" not in policy, where
        if answer.mimetype == "text/html":
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups", where
    else:
        assert "connect-src 'self' data: blob:; frame-src 'self' blob: data:; object-src 'none'" in policy, where
        assert policy.endswith(f"form-action 'self'; frame-ancestors 'self' {SHELL_ORIGIN}"), where
        assert "camera=()" in headers["Permissions-Policy"], where
        assert headers["Origin-Agent-Cluster"] == "?1", where
        assert headers["Connection-Allowlist"] == '(response-origin "*://*:*")', where
    return answer.status_code


def test_every_route_by_every_method_carries_what_keeps_a_package_in_its_place(app: Flask, client: FlaskClient) -> None:
    told, _played = opened(app, client)
    own = told["origin"]
    token = told["base"].split("/")[2]
    known = {"token": token, "name": "one.html", "version": "0", "language": "en", "attempt_id": told["attempt"]}
    statuses = []
    for rule, method in rules(installation(app)):
        path = rule.build({name: known[name] for name in rule.arguments}, append_unknown=False)
        assert path is not None, rule.rule
        for host in (SHELL_ORIGIN, own):
            statuses.append(checked(app, host, path[1], method))
    assert {200, 404, 415} <= set(statuses)


def test_every_kind_of_file_and_every_refusal_carries_it_too(app: Flask, client: FlaskClient) -> None:
    told, _played = opened(app, client)
    own, base = told["origin"], told["base"]
    script = shell_script("shell.js").rsplit("/", 1)[0]
    for name in ("one.html", "data.json", "style.css", "page.svg", "tool.exe", "imsmanifest.xml"):
        assert checked(app, own, base + name, "GET") == 200
        assert checked(app, own, base + name, "DELETE") == 405
    for path in ("/", "/w/x/", "/w/x", "/r/x/y", f"{base}missing", "/launch?code=x", "/%00", "//evil.example//"):
        assert checked(app, own, path, "GET") in (404, 308)
    for path in ("/", "/nothing", "/launch?code=x", "/trace/words/xx", *(f"{script}/{name}" for name in sorted(SHELL))):
        assert checked(app, SHELL_ORIGIN, path, "GET") in (200, 404)


PATHS = ["{base}one.html", "{wrapper}", "/blank", "/launch", "/o/{version}/player.js", "/kept", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
def test_no_script_but_ours_becomes_a_service_worker(app: Flask, client: FlaskClient, path: str) -> None:
    told, _played = opened(app, client)
    wrapper = client.get(told["wrapper"], base_url=told["origin"]).get_data(as_text=True)
    version = wrapper.split('src="/o/')[1].split("/")[0]
    assert f"/o/{version}/player.js" in wrapper
    assert "player.js" in PACKAGE
    address = path.format(base=told["base"], wrapper=told["wrapper"], version=version)
    for host in (told["origin"], SHELL_ORIGIN):
        answer = client.get(address, base_url=host, headers={"Service-Worker": "script"})
        assert answer.status_code == 404


def test_the_right_to_read_files_opens_nothing_else(app: Flask, client: FlaskClient, alices: FlaskClient) -> None:
    told, played = opened(app, client)
    token, label = told["base"].split("/")[2], told["origin"].removeprefix("http://").partition(".")[0]
    with installation(app).database.transaction() as session:
        other = make_played(session, package_of([sco("one")]), installation(app).storage)
        code = launch(session, other.person, other.enrolment.id, None, Language.EN, clock.now())
    theirs = client.post("/launch", json={"code": code}, base_url=SHELL_ORIGIN).json or {}
    for found in (token, label, told["lease"], told["attempt"]):
        headers = {"Authorization": f"Bearer {found}"}
        for path in ("/commit", "/lease", "/heartbeat", "/trace", "/keep", "/kept"):
            document = {"seq": 1, "base": 0, "activity": "one", "changes": [], "calls": [], "code": found}
            answer = client.post(path, json=document, headers=headers, base_url=SHELL_ORIGIN)
            assert answer.status_code in (401, 422), path
        assert client.post("/launch", json={"code": found}, base_url=SHELL_ORIGIN).status_code == 410
        assert client.get(f"/r/{found}/one.html", base_url=theirs["origin"]).status_code == 404
        assert client.get(f"/w/{found}/", base_url=theirs["origin"]).status_code == 404
    assert client.get(f"{told['base']}one.html", base_url=told["origin"]).status_code == 200
    for path in ("/my", f"/my/{played.enrolment.id}", "/admin/", "/profile"):
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"palier={token}"}
        assert app.test_client(use_cookies=False).get(path, headers=headers).status_code in (302, 404)
