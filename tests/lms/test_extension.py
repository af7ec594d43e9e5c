"""The platform inside another Flask site, as `docs/plugin.md` shows it: sign-ins are shared, nothing else is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.people.models import Language, Person, RoleGrant
from lms import extension
from lms.config import ConfigError, Settings, load_settings
from lms.extension import LMS
from lms.plugins import Identity
from tests.browsing import installation, sign_in, submit
from tests.builders import make_person

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOOK = Path(__file__).resolve().parents[2] / "docs" / "plugin.md"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings(
        {}, folder=tmp_path / "var", database_url=database_url, secret_key="s" * 40, base_url="http://localhost",
        fast_passwords=True, sign_in_url="/login",
    )  # fmt: skip


@pytest.fixture
def host(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Return the site of the book, built by the book's own code."""
    snippet = re.search(r"```python\n(.*?)```", BOOK.read_text("utf-8"), re.DOTALL)
    assert snippet
    monkeypatch.setattr(extension, "load_settings", lambda: settings)
    names: dict[str, Any] = {"__name__": "book"}
    exec(compile(snippet[1], str(BOOK), "exec"), names)
    site = names["site"]
    site.testing = True
    yield site
    installation(site).database.close()


@pytest.fixture
def visitor(host: Flask) -> FlaskClient:
    return host.test_client()


@pytest.fixture
def alice(visitor: FlaskClient) -> FlaskClient:
    visitor.post("/login", data={"user": "alice"})
    return visitor


def people(host: Flask) -> list[Person]:
    with installation(host).database.reading() as session:
        found = list(session.scalars(select(Person).order_by(Person.email)))
        session.expunge_all()
    return found


class TestTheSignInOfTheHost:
    def test_is_ours(self, alice: FlaskClient) -> None:
        page = alice.get("/learning/profile").get_data(as_text=True)
        assert "alice@example.org" in page

    def test_makes_the_person_at_first_sight_and_once(self, host: Flask, alice: FlaskClient) -> None:
        for _ in range(3):
            alice.get("/learning/")
        (person,) = people(host)
        assert (person.name, person.language, person.verified_at) == ("Alice Learner", Language.FR, None)
        assert person.password_hash is None
        with installation(host).database.reading() as session:
            assert session.scalars(select(RoleGrant.role)).all() == ["learner"]

    def test_finds_the_person_who_was_here_before(self, host: Flask, alice: FlaskClient) -> None:
        with installation(host).database.transaction() as session:
            make_person(session, email="alice@example.org", given_name="Alicia", family_name="Before")
        assert "Alicia Before" in alice.get("/learning/").get_data(as_text=True)
        assert len(people(host)) == 1

    def test_ends_with_the_sign_out_of_the_host(self, alice: FlaskClient) -> None:
        assert alice.get("/learning/profile").status_code == 200
        alice.get("/logout")
        assert alice.get("/learning/profile").status_code == 302
        assert "alice@example.org" not in alice.get("/learning/").get_data(as_text=True)

    def test_is_where_a_visitor_is_led_with_the_way_back(self, visitor: FlaskClient) -> None:
        first = visitor.get("/learning/profile")
        assert first.location == "/learning/sign-in?next=/learning/profile"
        second = visitor.get(first.location)
        assert second.location == "/login?next=%2Flearning%2Fprofile"
        assert visitor.post(second.location, data={"user": "alice"}).location == "/learning/profile"
        assert visitor.get("/learning/profile").status_code == 200

    def test_takes_the_place_of_ours(self, host: Flask, visitor: FlaskClient) -> None:
        page = visitor.get("/learning/").get_data(as_text=True)
        assert "/learning/sign-up" not in page
        assert visitor.post("/learning/sign-up", data={}).status_code in {302, 400}
        assert people(host) == []

    def test_is_refused_to_a_closed_account(self, host: Flask, alice: FlaskClient) -> None:
        with installation(host).database.transaction() as session:
            make_person(session, email="alice@example.org", is_active=False)
        assert alice.get("/learning/profile").status_code == 302

    def test_keeps_the_language_that_the_person_chose_here(self, alice: FlaskClient) -> None:
        assert '<html lang="fr">' in alice.get("/learning/").get_data(as_text=True)
        submit(alice, "/learning/language", {"language": "es"}, page="/learning/profile")
        assert '<html lang="es">' in alice.get("/learning/").get_data(as_text=True)


@ON_SQLITE
class TestBothSites:
    def test_keep_their_pages_and_their_errors(self, visitor: FlaskClient) -> None:
        assert visitor.get("/").get_data(as_text=True) == "The site's own page"
        theirs, ours = visitor.get("/no-such-page"), visitor.get("/learning/no-such-page")
        assert (theirs.status_code, ours.status_code) == (404, 404)
        assert "site-header" not in theirs.get_data(as_text=True)
        assert "site-header" in ours.get_data(as_text=True)
        assert "Content-Security-Policy" not in theirs.headers
        assert visitor.get("/learningx").get_data() == theirs.get_data()

    def test_keep_their_cookies(self, host: Flask, alice: FlaskClient) -> None:
        host_cookie = alice.get_cookie("institute")
        assert host_cookie is not None
        answer = alice.get("/learning/profile")
        own = answer.headers.getlist("Set-Cookie")
        assert [line.partition("=")[0] for line in own] == ["palier"]
        assert "Path=/learning" in own[0]
        again = alice.get_cookie("institute")
        assert again is not None
        assert again.value == host_cookie.value
        assert "Set-Cookie" not in alice.get("/").headers

    def test_keep_their_endpoints_and_extensions(self, host: Flask) -> None:
        assert {rule.endpoint for rule in host.url_map.iter_rules()} == {"static", "login", "logout", "home"}
        assert set(host.extensions) == {"palier"}
        assert host.before_request_funcs == {}

    def test_addresses_of_ours_have_the_prefix(self, alice: FlaskClient) -> None:
        page = alice.get("/learning/profile").get_data(as_text=True)
        addresses = re.findall(r'(?:href|action|src)="(/[^"]*)"', page)
        assert [address for address in addresses if not address.startswith("/learning/")] == [
            "/"
        ]  # the host's own link

    def test_the_frame_of_the_host_stands_around_our_pages(self, visitor: FlaskClient) -> None:
        for address in ("/learning/", "/learning/no-such-page"):
            page = visitor.get(address).get_data(as_text=True)
            assert '<p><a href="/">The institute</a></p>' in page
            assert "<p>The institute's address</p>" in page

    def test_the_content_hosts_are_ours_below_any_path(self, visitor: FlaskClient) -> None:
        for address in ("/", "/login", "/learning/"):
            answer = visitor.get(address, base_url="http://play.content.localhost")
            assert "The site's own" not in answer.get_data(as_text=True)
            assert "Set-Cookie" not in answer.headers
            assert answer.status_code in {400, 404, 405, 410}

    def test_another_name_of_the_host_has_no_courses(self, visitor: FlaskClient) -> None:
        assert visitor.get("/learning/", base_url="http://other.example").status_code == 400
        assert visitor.get("/", base_url="http://other.example").status_code == 200

    def test_the_command_line_of_the_host_works_on_this_installation(self, host: Flask, alice: FlaskClient) -> None:
        alice.get("/learning/")
        runner = host.test_cli_runner()
        granted = runner.invoke(args=["lms", "person", "grant", "alice@example.org", "trainer"])
        assert granted.output.splitlines()[-1] == "alice@example.org is trainer now."
        assert alice.get("/learning/cohorts").status_code == 200
        assert "demo" not in runner.invoke(args=["lms", "--help"]).output


@ON_SQLITE
class TestWithoutHooks:
    def test_people_sign_in_to_the_courses_themselves(self, settings: Settings) -> None:
        host = Flask("host")
        LMS(url_prefix="/courses", settings=settings).init_app(host)
        client = host.test_client()
        data = {
            "given_name": "Alice", "family_name": "Learner", "email": "alice@example.org", "language": "en",
            "password": "a long enough password",
        }  # fmt: skip
        assert submit(client, "/courses/sign-up", data, page="/courses/sign-up").location == "/courses/my"
        assert client.get("/courses/profile").status_code == 200
        installation(host).database.close()

    def test_over_tls_the_cookie_below_a_prefix_is_held_to_tls(self, settings: Settings) -> None:
        secure = load_settings(
            {}, folder=settings.folder, database_url=settings.database_url, secret_key="s" * 40,
            base_url="https://site.example.org", content_host="packages.example.net",
        )  # fmt: skip
        host = Flask("host")
        LMS(host, settings=secure)
        answer = host.test_client().get("/learning/sign-in", base_url="https://site.example.org")
        assert answer.headers["Set-Cookie"].startswith("__Secure-palier=")
        installation(host).database.close()

    @pytest.mark.parametrize("prefix", ["", "/", "courses", "/courses/"])
    def test_a_prefix_that_is_none_is_refused(self, settings: Settings, prefix: str) -> None:
        with pytest.raises(ConfigError):
            LMS(Flask("host"), url_prefix=prefix, settings=settings)


@ON_SQLITE
class TestAHostThatErrs:
    def test_gets_a_page_and_no_trace_when_its_hook_fails(self, settings: Settings) -> None:
        def identify(_environ: object) -> Identity | None:
            raise RuntimeError("the host's directory is down")

        host = Flask("host")
        LMS(host, settings=settings, identify=identify, layout=identify)  # type: ignore[arg-type]  # it fails before that
        answer = host.test_client().get("/learning/profile")
        assert answer.status_code == 500
        assert "directory is down" not in answer.get_data(as_text=True)
        installation(host).database.close()

    @pytest.mark.parametrize("language", ["de", "", None])
    def test_may_name_a_language_that_we_lack(self, settings: Settings, language: str | None) -> None:
        someone = Identity(email="a@example.org", given_name="A", family_name="B", language=language)
        host = Flask("host")
        LMS(host, settings=settings, identify=lambda _environ: someone)
        assert host.test_client().get("/learning/profile").status_code == 200
        installation(host).database.close()

    def test_is_told_so_when_it_vouches_for_an_address_that_is_none(self, settings: Settings) -> None:
        someone = Identity(email="nobody", given_name="A", family_name="B")
        host = Flask("host")
        LMS(host, settings=settings, identify=lambda _environ: someone)
        assert host.test_client().get("/learning/profile").status_code == 409
        installation(host).database.close()


@ON_SQLITE
def test_our_own_sign_in_is_off_for_a_password_that_was_ours(host: Flask, visitor: FlaskClient) -> None:
    with installation(host).database.transaction() as session:
        make_person(session, email="bob@example.org")
    with pytest.raises(AssertionError, match="has no form"):
        sign_in(visitor, "bob@example.org")
