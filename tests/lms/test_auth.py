"""Signing in, up and out: it works, then each refusal."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.people.models import Language, Person, Role, SignIn
from lms import clock
from lms.application import create_app
from lms.config import Settings, load_settings
from tests.browsing import browser_of, give_password, installation, sign_in, submit, token_of
from tests.builders import PASSWORD, make_person

ALICE = {
    "given_name": "Alice", "family_name": "Étoile", "email": "Alice@Example.org", "language": "fr", "password": PASSWORD
}  # fmt: skip


def person_of(app: Flask, email: str) -> Person | None:
    with installation(app).database.reading() as session:
        found = session.scalars(select(Person).where(Person.email == email)).one_or_none()
        session.expunge_all()
    return found


class TestSigningIn:
    def test_leads_a_learner_to_the_own_courses(self, app: Flask, client: FlaskClient, alice: Person) -> None:
        give_password(app, alice)
        answer = sign_in(client, " ALICE@example.org ")
        assert (answer.status_code, answer.location) == (302, "/my")
        assert "Alice Learner" in client.get("/").get_data(as_text=True)

    def test_leads_a_trainer_to_the_cohorts(self, app: Flask, client: FlaskClient, bob: Person) -> None:
        give_password(app, bob)
        assert sign_in(client, bob.email).location == "/cohorts"

    def test_leads_back_to_the_page_that_was_asked_for(self, app: Flask, client: FlaskClient, alice: Person) -> None:
        give_password(app, alice)
        asked = client.get("/profile?saved=profile")
        assert asked.location == "/sign-in?next=/profile?saved%3Dprofile"
        answer = submit(client, "/sign-in", {"email": alice.email, "password": PASSWORD, "next": "/profile"})
        assert answer.location == "/profile"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
            "/no-such-page", "/sign-out", "/%00", "\\\\evil.example", "/my\r\nSet-Cookie: a=b", "/" * 3000, "my",
        ],
    )  # fmt: skip
    def test_never_leads_anywhere_else(self, app: Flask, client: FlaskClient, alice: Person, elsewhere: str) -> None:
        give_password(app, alice)
        assert sign_in(client, alice.email, next=elsewhere).location == "/my"

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("alice@example.org", "not her password"),
            ("nobody@example.org", PASSWORD),
            ("alice@example.org", PASSWORD + "x"),
        ],
    )
    def test_says_the_same_whatever_was_wrong(
        self, app: Flask, client: FlaskClient, alice: Person, email: str, password: str
    ) -> None:
        give_password(app, alice)
        answer = sign_in(client, email, password)
        assert answer.status_code == 422
        assert "The address or the password is not right." in answer.get_data(as_text=True)
        assert client.get("/profile").status_code == 302

    def test_asks_for_what_was_left_out(self, client: FlaskClient) -> None:
        answer = sign_in(client, "", "")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert page.count('aria-invalid="true"') == 2
        assert 'aria-describedby="email-error"' in page

    def test_is_refused_to_a_closed_account(self, app: Flask, client: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            gone = make_person(session, is_active=False)
        give_password(app, gone)
        assert sign_in(client, gone.email).status_code == 422

    def test_is_refused_to_somebody_without_a_password(self, client: FlaskClient, alice: Person) -> None:
        assert sign_in(client, alice.email, "").status_code == 422
        assert sign_in(client, alice.email, "None").status_code == 422

    def test_starts_a_new_session_under_a_new_token(self, app: Flask, client: FlaskClient, alice: Person) -> None:
        give_password(app, alice)
        before = token_of(client)
        planted = client.get_cookie("palier")
        sign_in(client, alice.email)
        after = client.get_cookie("palier")
        assert planted is not None
        assert after is not None
        assert planted.value != after.value
        assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400

    def test_keeps_the_token_hashed(self, app: Flask, alices: FlaskClient) -> None:
        with alices.session_transaction() as kept:
            token = kept["_user_id"]
        with installation(app).database.reading() as session:
            row = session.scalars(select(SignIn)).one()
            assert token not in (row.token_hash, str(row.id))
            assert len(row.token_hash) == 64

    def test_costs_a_hash_for_an_unknown_address_too(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = app.extensions["security"].pwd_context
        hashed: list[str] = []
        real = context.hash
        monkeypatch.setattr(context, "hash", lambda *given, **more: hashed.append("one") or real(*given, **more))
        sign_in(client, "nobody@example.org")
        assert hashed == ["one"]


class TestDemonstrationAccounts:
    def test_sign_in_on_this_machine(self, app: Flask) -> None:
        browser_of(app, self._person(app))

    @pytest.mark.parametrize(
        "elsewhere",
        [
            {"REMOTE_ADDR": "192.0.2.7"},
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
            {"REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.0"},
        ],
    )
    def test_do_not_sign_in_from_elsewhere(self, app: Flask, client: FlaskClient, elsewhere: dict[str, str]) -> None:
        person = self._person(app)
        give_password(app, person)
        data = {"csrf_token": token_of(client), "email": person.email, "password": PASSWORD}
        answer = client.post("/sign-in", data=data, environ_overrides=elsewhere)
        assert answer.status_code == 422
        assert "on the machine of the site only" in answer.get_data(as_text=True)

    def test_do_not_sign_in_where_a_proxy_says_nothing_of_itself(self, settings: Settings) -> None:
        public = "https://learn.example.org"
        app = create_app(replace(settings, base_url=public, content_host="content.example.net"))
        client, person = app.test_client(), self._person(app)
        give_password(app, person)
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", base_url=public).text)
        assert found
        data = {"csrf_token": found[1], "email": person.email, "password": PASSWORD}
        answer = client.post("/sign-in", data=data, base_url=public)
        assert "on the machine of the site only" in answer.text
        installation(app).database.close()

    def test_are_signed_out_where_the_cookie_was_carried_elsewhere(self, app: Flask) -> None:
        client = browser_of(app, self._person(app))
        assert client.get("/profile").status_code == 200
        assert client.get("/profile", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 302

    @staticmethod
    def _person(app: Flask) -> Person:
        with installation(app).database.transaction() as session:
            return make_person(session, is_demonstration=True)


class TestSigningOut:
    def test_kills_every_copy_of_the_cookie(self, app: Flask, alices: FlaskClient) -> None:
        cookie = alices.get_cookie("palier")
        assert cookie is not None
        assert submit(alices, "/sign-out", {}, page="/profile").status_code == 302
        thief = app.test_client()
        thief.set_cookie("palier", cookie.value)
        assert thief.get("/profile").location == "/sign-in?next=/profile"

    def test_ends_the_sign_in_on_this_device_only(self, app: Flask, alice: Person, alices: FlaskClient) -> None:
        other = browser_of(app, alice)
        submit(alices, "/sign-out", {}, page="/profile")
        assert other.get("/profile").status_code == 200

    def test_needs_a_token(self, alices: FlaskClient) -> None:
        assert alices.post("/sign-out").status_code == 400
        assert alices.get("/profile").status_code == 200

    def test_does_nothing_for_somebody_who_is_out_already(self, client: FlaskClient) -> None:
        assert submit(client, "/sign-out", {}).status_code == 302


class TestASignIn:
    def test_ends_by_itself_after_the_days_of_the_setting(self, app: Flask, alice: Person) -> None:
        with time_machine.travel("2026-11-01T09:00:00Z", tick=False) as travel:
            client = browser_of(app, alice)
            travel.shift(timedelta(days=13, hours=23))
            assert client.get("/profile").status_code == 200
            travel.shift(timedelta(hours=2))
            assert client.get("/profile").status_code == 302

    def test_remembers_when_it_was_in_use_every_ten_minutes(self, app: Flask, alice: Person) -> None:
        with time_machine.travel("2026-11-01T09:00:00Z", tick=False) as travel:
            client = browser_of(app, alice)
            start = clock.now()
            travel.shift(timedelta(minutes=9))
            client.get("/profile")
            assert self._seen(app) == start
            travel.shift(timedelta(minutes=2))
            client.get("/profile")
            assert self._seen(app) == start + timedelta(minutes=11)

    def test_ends_when_the_account_is_closed(self, app: Flask, alice: Person, alices: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            session.merge(alice).is_active = False
        assert alices.get("/profile").status_code == 302

    @staticmethod
    def _seen(app: Flask) -> object:
        with installation(app).database.reading() as session:
            return session.scalars(select(SignIn.seen_at)).one()


class TestSigningUp:
    def test_makes_an_unverified_learner_who_is_signed_in(self, app: Flask, client: FlaskClient) -> None:
        answer = submit(client, "/sign-up", ALICE, page="/sign-up")
        assert (answer.status_code, answer.location) == (302, "/my")
        person = person_of(app, "alice@example.org")
        assert person is not None
        assert (person.family_name, person.language, person.verified_at) == ("Étoile", Language.FR, None)
        assert (person.password_hash or "").startswith("$argon2id$")
        assert client.get("/profile").status_code == 200
        assert client.get("/cohorts").status_code == 403

    def test_keeps_the_country_that_somebody_chose(self, app: Flask, client: FlaskClient) -> None:
        assert 'value="CI">Côte d’Ivoire<' in client.get("/sign-up?lang=fr").get_data(as_text=True)
        assert submit(client, "/sign-up", ALICE | {"country": "CI"}, page="/sign-up").status_code == 302
        person = person_of(app, "alice@example.org")
        assert person is not None
        assert (person.country, person.verified_at) == ("CI", None)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"email": "alice"}, "This is not an email address."),
            ({"email": "a" * 250 + "@example.org"}, "This is not an email address."),
            ({"given_name": "   "}, "Please write the name."),
            ({"given_name": ""}, "Please fill this in."),
            ({"family_name": "x" * 101}, "This name is too long"),
            ({"family_name": "x" * 40_000}, "This name is too long"),
            ({"family_name": "A\u0007B"}, "characters that cannot be shown"),
            ({"password": "nine char"}, "The password is too short"),
            ({"password": "x" * 201}, "The password is too long"),
            ({"password": "alice@example.org"}, "Do not use your email address"),
            ({"password": "aaaaaaaaaaaaaaa"}, "too easy to guess"),
            ({"language": "de"}, "Not a valid choice"),
            ({"country": "XX"}, "Not a valid choice"),
        ],
    )
    def test_says_beside_the_field_what_is_not_right(
        self, app: Flask, client: FlaskClient, wrong: dict[str, str], sentence: str
    ) -> None:
        answer = submit(client, "/sign-up", ALICE | wrong, page="/sign-up")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in page
        assert 'aria-invalid="true"' in page
        assert PASSWORD not in page
        assert person_of(app, "alice@example.org") is None

    def test_refuses_an_address_that_is_taken(self, client: FlaskClient, alice: Person) -> None:
        answer = submit(client, "/sign-up", ALICE, page="/sign-up")
        assert answer.status_code == 422
        assert "already an account with this address" in answer.get_data(as_text=True)

    def test_is_not_offered_to_somebody_who_is_in(self, alices: FlaskClient) -> None:
        assert alices.get("/sign-up").location == "/my"
        assert alices.get("/sign-in?next=/profile").location == "/profile"


class TestTheProfile:
    def test_keeps_name_and_language(self, app: Flask, alices: FlaskClient) -> None:
        data = {"given_name": " Alicia ", "family_name": "de  la Cruz", "language": "es"}
        assert submit(alices, "/profile", data, page="/profile").location == "/profile?saved=profile"
        person = person_of(app, "alice@example.org")
        assert person is not None
        assert (person.name, person.language) == ("Alicia de la Cruz", Language.ES)

    def test_says_what_to_do_until_the_person_is_verified(self, app: Flask, client: FlaskClient) -> None:
        submit(client, "/sign-up", ALICE | {"language": "en"}, page="/sign-up")
        assert "Choose your country" in client.get("/profile").get_data(as_text=True)
        data = {"given_name": "Alice", "family_name": "Étoile", "language": "en", "country": "SN"}
        assert submit(client, "/profile", data, page="/profile").status_code == 302
        assert "there is nothing that you need to do" in client.get("/profile").get_data(as_text=True)

    def test_does_not_let_a_coordinator_move_to_another_country(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, roles=[Role.COORDINATOR], country="SN", verified_at=None)
        client = browser_of(app, person)
        assert "Choose your country" not in client.get("/profile").get_data(as_text=True)
        assert "Senegal. Only the institute can change it." in client.get("/profile").get_data(as_text=True)
        data = {"given_name": "Bob", "family_name": "Focal", "language": "en", "country": "NG"}
        assert submit(client, "/profile", data, page="/profile").status_code == 302
        found = person_of(app, person.email)
        assert found is not None
        assert (found.given_name, found.country) == ("Bob", "SN")

    def test_refuses_an_empty_name(self, app: Flask, alices: FlaskClient) -> None:
        data = {"given_name": "", "family_name": "Learner", "language": "es"}
        assert submit(alices, "/profile", data, page="/profile").status_code == 422
        person = person_of(app, "alice@example.org")
        assert person is not None
        assert person.name == "Alice Learner"

    def test_changes_the_password_and_ends_the_other_sign_ins(
        self, app: Flask, alice: Person, alices: FlaskClient
    ) -> None:
        other = browser_of(app, alice)
        data = {"current_password": PASSWORD, "new_password": "quite another sentence"}
        answer = submit(alices, "/profile/password", data, page="/profile")
        assert answer.location == "/profile?saved=password"
        assert alices.get("/profile").status_code == 200
        assert other.get("/profile").status_code == 302
        assert sign_in(app.test_client(), alice.email).status_code == 422
        assert sign_in(app.test_client(), alice.email, "quite another sentence").status_code == 302

    @pytest.mark.parametrize(
        ("current", "new", "sentence"),
        [
            ("not my password", "quite another sentence", "This is not your current password."),
            (PASSWORD, "short", "The password is too short"),
            ("", "quite another sentence", "Please fill this in."),
        ],
    )
    def test_keeps_the_password_when_something_is_wrong(
        self, app: Flask, alice: Person, alices: FlaskClient, current: str, new: str, sentence: str
    ) -> None:
        data = {"current_password": current, "new_password": new}
        answer = submit(alices, "/profile/password", data, page="/profile")
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert sign_in(app.test_client(), alice.email).status_code == 302


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return load_settings(
            {}, folder=settings.folder, database_url=settings.database_url, secret_key=settings.secret_key,
            base_url="http://localhost", fast_passwords=True, sign_in_limit="3 per minute",
        )  # fmt: skip

    def test_an_account_is_guarded_wherever_the_tries_come_from(self, app: Flask, alice: Person) -> None:
        give_password(app, alice)
        codes = []
        for number in range(5):
            client = app.test_client()
            data = {"csrf_token": token_of(client), "email": alice.email, "password": "a wrong password"}
            answer = client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"})
            codes.append(answer.status_code)
        assert codes == [422, 422, 422, 429, 429]

    def test_an_address_may_be_wrong_only_so_often(self, client: FlaskClient) -> None:
        codes = [sign_in(client, f"person{number}@example.org").status_code for number in range(5)]
        assert codes == [422, 422, 422, 429, 429]

    def test_a_class_behind_one_address_signs_in_at_once(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            learners = [make_person(session) for _ in range(6)]
        for learner in learners:
            browser_of(app, learner)

    def test_time_heals(self, app: Flask, client: FlaskClient, alice: Person) -> None:
        give_password(app, alice)
        with time_machine.travel("2026-11-01T09:00:00Z", tick=False) as travel:
            for _ in range(4):
                answer = sign_in(client, alice.email, "a wrong password")
            assert answer.status_code == 429
            assert "Wait a minute" in answer.get_data(as_text=True)
            travel.shift(timedelta(seconds=61))
            assert sign_in(client, alice.email).status_code == 302

    def test_accounts_are_not_made_by_the_dozen(self, app: Flask) -> None:
        codes = []
        for number in range(5):
            client = app.test_client()
            data = ALICE | {"email": f"robot{number}@example.org"}
            codes.append(submit(client, "/sign-up", data, page="/sign-up").status_code)
        assert codes == [302, 302, 302, 429, 429]
