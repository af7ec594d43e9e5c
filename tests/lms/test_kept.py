"""Keeping a course on a device: what is downloaded, what the device tells of it, its pages and its workers."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from courses.attempts.kept import MOST_COPIES
from courses.attempts.models import KeptCopy
from courses.attempts.services import launch
from courses.people.models import Language, SignIn
from lms import clock
from tests.browsing import installation
from tests.builders import NOW
from tests.playing import Played, make_played, package_of, sco

SHELL = "http://play.content.localhost"
NOTE = {"event": "kept", "device": "a phone", "scope": "course", "files": 3, "size": 4000}


@pytest.fixture
def played(app: Flask) -> Played:
    with installation(app).database.transaction() as session:
        return make_played(session, package_of([sco("one"), sco("two")]))


@pytest.fixture
def opened(app: Flask, client: FlaskClient, played: Played) -> dict[str, Any]:
    with installation(app).database.transaction() as session:
        sign_in = SignIn(person_id=played.person.id, token_hash="t" * 64, created_at=NOW, seen_at=NOW)
        session.add(sign_in)
        session.flush()
        code = launch(session, played.person, played.enrolment.id, sign_in.id, Language.EN, clock.now())
    answer = client.post("/launch", json={"code": code}, base_url=SHELL)
    assert answer.json is not None
    return dict(answer.json)


def said(client: FlaskClient, opened: dict[str, Any], path: str, document: Any) -> Any:
    headers = {"Authorization": f"Bearer {opened['token']}"}
    return client.post(path, json=document, headers=headers, base_url=SHELL)


def copies(app: Flask) -> list[Any]:
    with installation(app).database.reading() as session:
        return list(session.execute(select(KeptCopy.__table__).order_by(KeptCopy.device)))


def test_a_device_hears_before_the_download_what_and_how_much_it_keeps(
    client: FlaskClient, opened: dict[str, Any]
) -> None:
    answer = said(client, opened, "/keep", {})
    assert answer.status_code == 200
    found = answer.json
    assert (found["scope"], found["reason"], found["files"]) == ("course", None, len(found["names"]))
    assert found["size"] == sum(size for _, size in found["names"]) > 0
    assert {"one.html", "two.html"} <= {name for name, _ in found["names"]}
    for path in found["shell"]:
        assert client.get(path, base_url=SHELL).status_code == 200
    for path in found["wrapper"]:
        assert client.get(path, base_url=opened["origin"]).status_code == 200
    assert not {"trace.js", "tracing.js"} & {path.rpartition("/")[2] for path in found["shell"] + found["wrapper"]}


def test_only_the_page_that_holds_the_attempt_may_ask_what_is_kept(client: FlaskClient, opened: dict[str, Any]) -> None:
    assert said(client, opened | {"token": "forged"}, "/keep", {}).status_code == 401
    assert client.post("/keep", data="{}", base_url=SHELL).status_code == 415
    headers = {"Authorization": f"Bearer {opened['token']}", "Origin": "http://elsewhere.example"}
    assert client.post("/keep", json={}, headers=headers, base_url=SHELL).status_code == 403


def test_a_copy_is_noted_once_for_each_device(app: Flask, client: FlaskClient, opened: dict[str, Any]) -> None:
    for device in ("a phone", "a phone", "a tablet"):
        assert said(client, opened, "/kept", NOTE | {"device": device}).status_code == 200
    found = copies(app)
    assert [(row.device, row.scope, row.files, row.size, row.removed_at) for row in found] == [
        ("a phone", "course", 3, 4000, None),
        ("a tablet", "course", 3, 4000, None),
    ]


def test_a_copy_that_was_removed_may_come_back(app: Flask, client: FlaskClient, opened: dict[str, Any]) -> None:
    for event in ("kept", "removed", "removed"):
        assert said(client, opened, "/kept", NOTE | {"event": event}).status_code == 200
    assert copies(app)[0].removed_at is not None
    assert said(client, opened, "/kept", NOTE | {"event": "synced", "files": 4}).status_code == 200
    assert (copies(app)[0].removed_at, copies(app)[0].files) == (None, 4)


def test_of_more_copies_than_anybody_has_devices_the_last_ones_are_known(
    app: Flask, client: FlaskClient, opened: dict[str, Any]
) -> None:
    for number in range(MOST_COPIES + 3):
        assert said(client, opened, "/kept", NOTE | {"device": f"{number:03}"}).status_code == 200
    assert [row.device for row in copies(app)] == [f"{number:03}" for number in range(3, MOST_COPIES + 3)]


def test_after_signing_out_a_device_can_only_say_that_its_copy_is_gone(
    app: Flask, client: FlaskClient, opened: dict[str, Any]
) -> None:
    assert said(client, opened, "/kept", NOTE).status_code == 200
    with installation(app).database.transaction() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    answer = said(client, opened, "/kept", NOTE | {"event": "synced"})
    assert (answer.status_code, answer.json["error"]) == (401, "signed-out")
    assert said(client, opened, "/keep", {}).status_code == 401
    assert said(client, opened, "/kept", NOTE | {"event": "removed"}).status_code == 200
    assert copies(app)[0].removed_at is not None


@pytest.mark.parametrize(
    "change",
    [
        {"event": "sold"}, {"device": ""}, {"device": "x" * 65}, {"device": "a\0"}, {"scope": None}, {"files": -1},
        {"files": True}, {"size": 2**53}, {"size": "4"},
    ],
)  # fmt: skip
def test_what_is_no_note_of_a_copy_is_refused(
    app: Flask, client: FlaskClient, opened: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = said(client, opened, "/kept", NOTE | change)
    assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    assert copies(app) == []


def test_the_pages_of_kept_courses_hold_nothing_of_anybody(
    client: FlaskClient, opened: dict[str, Any], played: Played
) -> None:
    for path in ("/kept", f"/kept/{opened['attempt']}"):
        answer = client.get(path, base_url=SHELL, headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, "fr")
        page = answer.get_data(as_text=True)
        assert '<html lang="fr">' in page
        assert played.person.family_name not in page
        assert played.course.title_en not in page
        assert "Set-Cookie" not in answer.headers
        assert client.get(path, base_url=opened["origin"]).status_code == 404
    assert client.get("/kept/nonsense", base_url=SHELL).status_code == 404


def test_each_host_has_a_worker_of_ours_and_no_other_one(client: FlaskClient, opened: dict[str, Any]) -> None:
    asked = {"Service-Worker": "script"}
    ours = client.get("/sw.js", base_url=SHELL, headers=asked)
    theirs = client.get("/sw.js", base_url=opened["origin"], headers=asked)
    for answer in (ours, theirs):
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Service-Worker-Allowed"] == "/"
        assert answer.headers["Cache-Control"] == "no-cache"
    assert ours.data != theirs.data
    for path in (f"{opened['base']}one.html", opened["wrapper"], "/blank"):
        answer = client.get(path, base_url=opened["origin"], headers=asked)
        assert answer.status_code == 404 or answer.mimetype == "text/html"  # no browser takes a page for a worker


def test_the_worker_of_a_package_knows_the_policy_of_its_pages(client: FlaskClient, opened: dict[str, Any]) -> None:
    worker = client.get("/sw.js", base_url=opened["origin"]).get_data(as_text=True)
    headers = json.loads(worker.partition("const HEADERS = ")[2].partition(";\n")[0])
    page = client.get(opened["wrapper"], base_url=opened["origin"]).headers
    for name, value in headers.items():
        assert page[name] == value
