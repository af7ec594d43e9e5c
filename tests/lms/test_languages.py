"""The language of a page: the person's own, else `?lang=`, else what the browser asks for."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, format_decimal

from courses.people.models import Language
from lms.languages import duration_text, percentage, short_day
from tests.browsing import browser_of, give_password, installation, sign_in, submit, token_of
from tests.builders import make_person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def language_of(client: FlaskClient, page: str = "/", **more: str) -> str:
    text = client.get(page, headers={name.replace("_", "-"): value for name, value in more.items()}).get_data(
        as_text=True
    )
    return text.split('<html lang="', 1)[1][:2]


class TestAVisitor:
    @pytest.mark.parametrize(
        ("asked", "given"),
        [("fr-CA,fr;q=0.9", "fr"), ("es-419", "es"), ("de, en;q=0.5", "en"), ("de", "en"), ("", "en")],
    )
    def test_gets_what_the_browser_asks_for(self, client: FlaskClient, asked: str, given: str) -> None:
        assert language_of(client, Accept_Language=asked) == given

    def test_chooses_by_the_address_and_keeps_the_choice(self, client: FlaskClient) -> None:
        assert language_of(client, "/?lang=es", Accept_Language="fr") == "es"
        assert language_of(client, Accept_Language="fr") == "es"

    @pytest.mark.parametrize("nonsense", ["de", "", "EN", "../en", "%ff"])
    def test_may_ask_for_a_language_that_we_lack(self, client: FlaskClient, nonsense: str) -> None:
        assert language_of(client, f"/?lang={nonsense}") == "en"

    def test_finds_the_same_page_behind_the_links(self, client: FlaskClient) -> None:
        page = client.get("/sign-in?next=/my&lang=fr").get_data(as_text=True)
        assert 'href="/sign-in?next=%2Fmy&amp;lang=es"' in page

    def test_finds_the_start_page_where_the_page_cannot_be_asked_for_again(self, client: FlaskClient) -> None:
        assert 'href="/?lang=es"' in client.get("/no-such-page").get_data(as_text=True)

    def test_keeps_the_language_at_signing_out(self, client: FlaskClient, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, language=Language.FR)
        browser = browser_of(app, person)
        submit(browser, "/sign-out", {}, page="/profile")
        assert language_of(browser) == "fr"


class TestAPerson:
    def test_reads_the_own_language_whatever_the_browser_says(self, app: Flask, client: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, language=Language.FR)
        give_password(app, person)
        client.get("/?lang=es")
        sign_in(client, person.email)
        assert language_of(client, Accept_Language="en") == "fr"

    def test_changes_it_on_any_page_for_every_device(self, app: Flask, alices: FlaskClient) -> None:
        page = alices.get("/profile?saved=profile").get_data(as_text=True)
        assert 'name="next" value="/profile?saved=profile"' in page
        token = token_of(alices, "/profile")
        answer = alices.post("/language", data={"csrf_token": token, "language": "es", "next": "/profile"})
        assert answer.location == "/profile"
        other = app.test_client()
        sign_in(other, "alice@example.org")
        assert language_of(other, "/profile") == "es"

    @pytest.mark.parametrize("nonsense", ["", "de", "fr ", "\x00"])
    def test_cannot_choose_what_we_lack(self, alices: FlaskClient, nonsense: str) -> None:
        answer = alices.post("/language", data={"csrf_token": token_of(alices, "/profile"), "language": nonsense})
        assert answer.status_code == 400
        assert language_of(alices) == "en"

    def test_is_told_of_errors_in_the_own_language(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, language=Language.FR)
        browser = browser_of(app, person)
        for page, status in (("/no-such-page", 404), ("/cohorts", 403), ("/sign-out", 405)):
            answer = browser.get(page)
            assert answer.status_code == status
            assert '<html lang="fr">' in answer.get_data(as_text=True)
        assert '<html lang="fr">' in browser.post("/profile").get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "ratio", "number", "day"),
    [
        ("en", "62.5%", "1,234.5", "Nov 20, 2026"),
        ("fr", "62,5\N{NARROW NO-BREAK SPACE}%", "1\N{NARROW NO-BREAK SPACE}234,5", "20 nov. 2026"),
        ("es", "62,5\N{NARROW NO-BREAK SPACE}%", "1.234,5", "20 nov 2026"),
    ],
)
def test_figures_have_the_form_of_the_language(app: Flask, language: str, ratio: str, number: str, day: str) -> None:
    with app.test_request_context("/"), force_locale(language):
        assert percentage(0.625) == ratio
        assert format_decimal(1234.5) == number
        assert short_day(date(2026, 11, 20)) == day
        assert short_day(date(2028, 1, 1)).startswith("1er " if language == "fr" else ("Jan 1", "1 "))


def test_a_rate_that_nothing_says_is_a_dash_and_never_zero(app: Flask) -> None:
    with app.test_request_context("/"):
        assert percentage(None) == "–"
        assert percentage(0.0) == "0.0%"


@pytest.mark.parametrize(
    ("hundredths", "text"), [(None, "–"), (0, "–"), (100, "1 min"), (72_000, "12 min"), (390_000, "1 h 05")]
)
def test_a_time_is_told_in_hours_and_minutes(app: Flask, hundredths: int | None, text: str) -> None:
    with app.test_request_context("/"):
        assert duration_text(hundredths).replace("\N{NO-BREAK SPACE}", " ") == text
