"""Approved hosts: an administrator names them, and the policy of that version's content gains exactly these."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.attempts.services import launch
from courses.people.models import Language
from lms import clock
from tests.browsing import installation, submit
from tests.importing import administrators_browser
from tests.playing import Played, make_played, package_of, sco

SHELL = "http://play.content.localhost"
PLAIN = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' data: blob:; "
    "frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self' http://play.content.localhost"
)
APPROVED = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval' https://ajax.example.com https://fonts.example.org; "
    "connect-src 'self' data: blob: https://ajax.example.com https://fonts.example.org; "
    "frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self' http://play.content.localhost"
)


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    return administrators_browser(app)


@pytest.fixture
def played(app: Flask) -> Played:
    """Return a learner with a package."""
    parts = installation(app)
    with parts.database.transaction() as session:
        return make_played(session, package_of([sco("one")]), parts.storage)


def page_of(played: Played) -> str:
    return f"/admin/versions/{played.version.id}/hosts"


def opened(app: Flask, client: FlaskClient, played: Played) -> tuple[str, str, str]:
    """Return the package's origin, the address of its files and that of the wrapper, as a page load is told them."""
    with installation(app).database.transaction() as session:
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())
    found = client.post("/launch", json={"code": code}, base_url=SHELL).json or {}
    return found["origin"], found["base"], found["wrapper"]


def policy(client: FlaskClient, origin: str, address: str) -> str:
    answer = client.get(address, base_url=origin)
    assert answer.status_code == 200
    return answer.headers["Content-Security-Policy"]


def test_content_loads_from_approved_hosts_and_from_no_other(
    app: Flask, client: FlaskClient, danas: FlaskClient, played: Played
) -> None:
    origin, base, wrapper = opened(app, client, played)
    assert policy(client, origin, f"{base}one.html") == PLAIN
    answer = submit(danas, page_of(played), {"hosts": "ajax.example.com\nhttps://fonts.example.org"}, "/my")
    assert (answer.status_code, answer.location) == (303, f"/admin/courses/{played.course.id}")
    origin, approved, wrapper = opened(app, client, played)
    assert policy(client, origin, f"{approved}one.html") == APPROVED
    assert policy(client, origin, wrapper) == PLAIN
    assert submit(danas, page_of(played), {"hosts": ""}, "/my").status_code == 303
    origin, again, _ = opened(app, client, played)
    assert policy(client, origin, f"{again}one.html") == PLAIN
    assert base == again != approved


def test_an_address_made_for_other_hosts_is_kept_by_browsers_with_another_policy(
    app: Flask, client: FlaskClient, danas: FlaskClient, played: Played
) -> None:
    origin, before, _ = opened(app, client, played)
    policy(client, origin, f"{before}one.html")  # what stands behind it is remembered now
    submit(danas, page_of(played), {"hosts": "ajax.example.com\nfonts.example.org"}, "/my")
    _, after, _ = opened(app, client, played)
    assert after != before
    assert policy(client, origin, f"{after}one.html") == APPROVED  # at once
    assert policy(client, origin, f"{after.rstrip('/')}x/one.html") == APPROVED  # the tag is no part of the right


def test_one_version_says_nothing_about_another(
    app: Flask, client: FlaskClient, danas: FlaskClient, played: Played
) -> None:
    submit(danas, page_of(played), {"hosts": "ajax.example.com"}, "/my")
    parts = installation(app)
    with parts.database.transaction() as session:
        other = make_played(session, package_of([sco("one")]), parts.storage, person=played.person)
    origin, base, _ = opened(app, client, other)
    assert policy(client, origin, f"{base}one.html") == PLAIN


def test_the_page_shows_what_is_approved_and_explains_it(danas: FlaskClient, played: Played) -> None:
    page = danas.get(page_of(played)).get_data(as_text=True)
    assert "loads nothing but its own files" in page
    submit(danas, page_of(played), {"hosts": "ajax.example.com"}, "/my")
    assert ">\najax.example.com</textarea>" in danas.get(page_of(played)).get_data(as_text=True).replace("\r", "")
    course = danas.get(f"/admin/courses/{played.course.id}").get_data(as_text=True)
    assert "ajax.example.com" in course
    assert page_of(played) in course


@pytest.mark.parametrize(
    ("hosts", "sentence"),
    [
        ("*.example.com", "is not the full name of a host"),
        ("content.localhost", "belongs to this platform"),
        ("\n".join(f"h{number}.example.org" for number in range(9)), "At most 8 hosts"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_kept(
    danas: FlaskClient, played: Played, hosts: str, sentence: str
) -> None:
    submit(danas, page_of(played), {"hosts": "ajax.example.com"}, "/my")
    answer = submit(danas, page_of(played), {"hosts": hosts}, "/my")
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert 'id="hosts-error"' in answer.get_data(as_text=True)
    assert "ajax.example.com" in danas.get(page_of(played)).get_data(as_text=True)


def test_only_who_looks_after_courses_approves_hosts(
    alices: FlaskClient, bobs: FlaskClient, client: FlaskClient, danas: FlaskClient, played: Played
) -> None:
    for browser in (alices, bobs):
        assert browser.get(page_of(played)).status_code == 403
        assert submit(browser, page_of(played), {"hosts": "a.example.org"}, "/my").status_code == 403
    assert client.get(page_of(played)).status_code == 302
    assert danas.post(page_of(played), data={"hosts": "a.example.org"}).status_code == 400
    gone = page_of(played).replace(str(played.version.id), str(played.course.id))
    assert danas.get(gone).status_code == 404
    assert "a.example.org" not in danas.get(page_of(played)).get_data(as_text=True)
