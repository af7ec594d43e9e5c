"""Activities: an administrator adds and publishes one, everybody finds and reads it in the own language."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from courses.catalogue.topics import Topic
from courses.offerings.models import Dating, Mode, Offering, OfferingState
from courses.people.beneficiaries import Beneficiary, Region
from courses.people.models import Person
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_course, make_person
from tests.offerings_builders import make_offering, make_session

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKYO = datetime(2027, 7, 1, 23, 30, tzinfo=UTC)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return unescape(answer.get_data(as_text=True))


def add(app: Flask, **facts: Any) -> Offering:
    with installation(app).database.transaction() as session:
        return make_offering(session, **facts)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.clock.now", lambda: NOW)


class TestTheList:
    def test_says_when_and_what_lies_ahead_stands_before_the_past(self, app: Flask, client: FlaskClient) -> None:
        add(app, title_en="Held", state=OfferingState.HELD, ranges=[(date(2026, 3, 2), date(2026, 3, 6))])
        add(app, title_en="Later", ranges=[(date(2027, 3, 1), date(2027, 3, 2))])
        add(app, title_en="Some day", dating=Dating.NOT_FIXED)
        add(
            app, title_en="Sooner", dating=Dating.MONTH, month_from="2026-12", month_until="2027-01",
            starts_on=date(2026, 12, 1), ends_on=date(2027, 1, 31),
        )  # fmt: skip
        text = page(client, "/activities")
        places = [text.index(f">{title}</a>") for title in ("Sooner", "Later", "Some day", "Held")]
        assert places == sorted(places)
        for words in ("December 2026 or January 2027", "1–2 March 2027", "Dates to be fixed", "2–6 March 2026"):
            assert words in text
        assert "4 activities" in text

    def test_is_filtered(self, app: Flask, client: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            session.add(Region(code="africa", name_en="Africa", name_fr="Afrique", name_es="África"))
            session.flush()
            session.add(Beneficiary(code="KE", region_code="africa"))
        add(
            app, title_en="Services in Africa", mode=Mode.FACE_TO_FACE, level=3, topic="services", city="Nairobi",
            countries=["KE"], languages=["fr"], ranges=[(date(2026, 3, 2), date(2026, 3, 6))],
        )  # fmt: skip
        add(app, title_en="Something else", level=2, topic="sps", countries=["FR"], languages=["en"])
        for asked in ("mode=face_to_face", "level=3", "topic=services", "region=africa", "language=fr", "when=past"):
            text = page(client, f"/activities?{asked}")
            assert ("Services in Africa" in text, "Something else" in text) == (True, False), asked
        assert "Something else" not in page(client, "/activities?text=nairobi+SERV")
        with installation(app).database.transaction() as session:
            session.add(Topic(code="telecoms", parent_code=None, name_en="Telecoms", name_fr="", name_es=""))
            session.flush()
            session.add(Topic(code="services", parent_code="telecoms", name_en="Services", name_fr="", name_es=""))
        text = page(client, "/activities?topic=telecoms")
        assert ("Services in Africa" in text, "Something else" in text) == (True, False)
        assert '<option value="telecoms" selected>' in text

    @ON_SQLITE
    def test_asks_the_database_as_often_for_many_as_for_one(self, app: Flask, client: FlaskClient) -> None:
        add(app)
        page(client, "/activities")
        one = queries(app, client, "/activities")
        for _ in range(6):
            add(app, seats=2)
        assert queries(app, client, "/activities") == one <= 10

    @ON_SQLITE
    def test_nonsense_in_the_address_asks_for_nothing(self, app: Flask, client: FlaskClient) -> None:
        add(app, title_en="There")
        assert "There" in page(client, "/activities?mode=x&level=9&when=never&page=999&language=xx")


@ON_SQLITE
class TestThePage:
    def test_asks_as_often_of_who_is_refused_however_much_is_asked_for_and_offered(self, app: Flask) -> None:
        offering = add(app, code="ABOVE", level=3, needs_endorsement=False)
        with installation(app).database.transaction() as session:
            person = make_person(session, country="SN", verified_at=None)
            make_course(session, code="FIRST", confers=["1"])
        client = browser_of(app, person)
        page(client, "/activities/ABOVE")
        few = queries(app, client, "/activities/ABOVE")
        with installation(app).database.transaction() as session:
            courses = [make_course(session, confers=["1", "2·generalist"][n % 2 :][:1]).code for n in range(6)]
            passed = [{"kind": "course_passed", "code": code} for code in courses]
            asked = session.get_one(Offering, offering.id)
            asked.asks_for, asked.requirement = ["1", "2·generalist"], {"kind": "all_of", "of": passed}
            asked.countries, asked.region_codes = ["KE", "SN"], ["africa"]
            for day in range(5):
                make_offering(session, level=2, confers=["2·generalist"])
                make_session(session, asked, NOW + timedelta(days=day + 1))
        assert queries(app, client, "/activities/ABOVE") == few <= 29
        assert "You cannot apply now" in page(client, "/activities/ABOVE")

    def test_gives_hours_that_nobody_can_take_for_others(self, app: Flask, client: FlaskClient) -> None:
        offering = add(app, code="DST", ranges=[(date(2026, 10, 23), date(2026, 10, 30))])
        with installation(app).database.transaction() as session:
            for day in (23, 30):  # the clock is put back between them
                make_session(session, offering, datetime(2026, 10, day, 8 if day == 30 else 7, 0, tzinfo=UTC))
        text = page(client, "/activities/DST")
        assert "9:00–11:00, Geneva time (UTC+2)" in text
        assert "9:00–11:00, Geneva time (UTC+1)" in text
        assert "For you" not in text

    def test_gives_them_in_the_readers_zone_too_with_the_day_there(self, app: Flask, client: FlaskClient) -> None:
        offering = add(app, code="TOKYO", ranges=[(date(2027, 7, 2), date(2027, 7, 2))], time_zone="Asia/Tokyo")
        with installation(app).database.transaction() as session:
            make_session(session, offering, TOKYO)
        text = page(client, "/activities/TOKYO?zone=Asia/Kathmandu")
        assert "8:30–10:30, Tokyo time (UTC+9)" in text
        assert "For you: 5:15–7:15, Kathmandu time (UTC+5:45)" in text
        text = page(client, "/activities/TOKYO?zone=America/New_York")
        assert "For you: 1 July 2027, 19:30–21:30, New York time (UTC−4)" in text
        assert "New York" in page(client, "/activities/TOKYO")  # it is remembered
        assert "New York" in page(client, "/activities/TOKYO?zone=Nowhere/City")

    def test_takes_the_zone_of_the_persons_country(self, app: Flask) -> None:
        with installation(app).database.transaction() as session:
            person = make_person(session, country="BR")
            make_session(session, make_offering(session, code="BR"), TOKYO)
        assert "Sao Paulo time (UTC−3)" in page(browser_of(app, person), "/activities/BR?lang=en")

    def test_shows_visitors_no_link_and_no_person(self, app: Flask, client: FlaskClient, bob: Person) -> None:
        offering = add(app, code="LINK", link="https://meet.example.org/secret", trainers=[bob])
        with installation(app).database.transaction() as session:
            make_session(session, offering, TOKYO, link="https://meet.example.org/other")
        text = page(client, "/activities/LINK")
        assert "meet.example.org" not in text
        assert bob.name not in text
        assert bob.name in page(browser_of(app, bob), "/activities/LINK")

    def test_says_what_it_asks_for_by_the_policy_in_force(self, app: Flask, client: FlaskClient) -> None:
        add(app, code="L2", level=2, requirement={"kind": "speaks", "languages": ["fr"]})
        text = page(client, "/activities/L2")
        assert "Level 1, introductory" in text
        assert "French" in text

    def test_says_why_nobody_can_apply(self, app: Flask, client: FlaskClient) -> None:
        cases: tuple[tuple[dict[str, Any], str], ...] = (
            ({"state": OfferingState.CANCELLED}, "This activity was cancelled."),
            ({"state": OfferingState.POSTPONED}, "This activity is postponed"),
            ({"applies_until": NOW - timedelta(hours=1)}, "The time for applications is over."),
            ({"opens_at": NOW + timedelta(hours=1)}, "Applications are not open yet."),
        )
        for facts, sentence in cases:
            assert sentence in page(client, f"/activities/{add(app, **facts).code}")

    def test_gives_a_calendar_file(self, app: Flask, client: FlaskClient) -> None:
        add(app, code="CAL", title_en="To enter")
        answer = client.get("/activities/CAL/calendar.ics")
        assert answer.mimetype == "text/calendar"
        assert "SUMMARY:To enter" in answer.get_data(as_text=True)

    def test_gives_no_calendar_file_while_no_day_is_fixed(self, app: Flask, client: FlaskClient) -> None:
        offering = add(app, dating=Dating.NOT_FIXED)
        page(client, f"/activities/{offering.code}/calendar.ics", 404)

    def test_of_a_draft_is_not_there(self, app: Flask, client: FlaskClient) -> None:
        offering = add(app, state=OfferingState.DRAFT)
        page(client, f"/activities/{offering.code}", 404)
        page(client, f"/activities/{offering.code}/calendar.ics", 404)


def queries(app: Flask, client: FlaskClient, address: str) -> int:
    asked: list[str] = []

    def note(*facts: Any) -> None:
        asked.append(facts[2])

    engine = installation(app).database.engine
    event.listen(engine, "before_cursor_execute", note)
    page(client, address)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)
