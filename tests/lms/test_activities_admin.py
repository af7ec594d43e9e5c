"""The administrator's activities: added, published, changed, postponed; sessions, parts and conditions."""

from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.applications.models import Application, State
from courses.notices.models import Notice
from courses.offerings.models import Offering, OfferingChange, OfferingState
from courses.offerings.queries import offering_of
from courses.people.models import Language, Person, Role
from tests.applications_builders import make_application
from tests.browsing import browser_of, installation, submit, token_of
from tests.builders import NOW, make_course, make_person
from tests.offerings_builders import make_offering, make_session

FORM = {
    "code": "SERV-ECOWAS", "title_en": "Trade in services, ECOWAS", "title_fr": "Commerce des services, CEDEAO",
    "title_es": "Comercio de servicios, CEDEAO", "mode": "virtual", "scope": "sub_regional", "level": "2",
    "track": "specialist", "topic": "services", "languages": "fr", "gate": "enforced", "countries": "NG, SN BJ",
    "seats": "30", "dating": "days", "days-0-first": "2027-09-09", "days-1-first": "2027-09-14",
    "days-1-last": "2027-09-14", "days-2-first": "2027-09-16", "time_zone": "Europe/Zurich",
    "applies_until": "2027-08-31T18:00", "confirmation_days": "7", "attendance_threshold": "80", "country": "",
}  # fmt: skip
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NINE = datetime(2027, 2, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.clock.now", lambda: NOW)


@pytest.fixture
def nadias(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    with installation(app).database.transaction() as session:
        nadia = make_person(session, email="nadia@example.org", roles=[Role.LEARNER, Role.ADMINISTRATOR])
    return browser_of(app, nadia)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    return shown(client.get(address), status)


def shown(answer: TestResponse, status: int = 200) -> str:
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == status, text[:3000]
    return text


def add(app: Flask, **facts: Any) -> Offering:
    with installation(app).database.transaction() as session:
        return make_offering(session, **facts)


def read(app: Flask, offering: Offering) -> Offering:
    with installation(app).database.transaction() as session:
        return offering_of(session, offering.id)


def test_an_activity_is_added_published_and_read_in_three_languages(client: FlaskClient, nadias: FlaskClient) -> None:
    form = FORM | {"about": "How services are traded.", "about_fr": "Comment les services s’échangent."}
    added = submit(nadias, "/admin/activities/new", form, page="/admin/activities/new")
    assert added.status_code == 303, shown(added, 422)
    assert "SERV-ECOWAS" in page(nadias, "/admin/activities")
    assert "services, ECOWAS" not in page(client, "/activities")
    address = added.headers["Location"]
    assert submit(nadias, f"{address}/publish", {}, page=address).status_code == 303
    for language, title, dates in (
        ("en", "Trade in services, ECOWAS", "9, 14 and 16 September 2027"),
        ("fr", "Commerce des services, CEDEAO", "9, 14 et 16 septembre 2027"),
        ("es", "Comercio de servicios, CEDEAO", "9, 14 y 16 de septiembre de 2027"),
    ):
        for where in ("/activities", "/activities/serv-ecowas"):
            text = page(client, f"{where}?lang={language}")
            assert title in text
            assert dates in text
    for language, about in (
        ("en", '<p class="activity-about">How services are traded.</p>'),
        ("fr", '<p class="activity-about">Comment les services s’échangent.</p>'),
        ("es", '<p class="activity-about" lang="en">How services are traded.</p>'),
    ):
        assert about in page(client, f"/activities/SERV-ECOWAS?lang={language}")
    assert ">Comment les services s’échangent.</textarea>" in page(nadias, f"{address}/edit").replace("\r\n", "")
    text = page(client, "/activities/SERV-ECOWAS?lang=en")
    for words in (
        "31 August 2027, 18:00, Geneva time (UTC+2)", "30 seats", "Benin, Nigeria, Senegal", "Sign in to apply",
    ):  # fmt: skip
        assert words in text


@ON_SQLITE
def test_learners_and_trainers_are_kept_out(app: Flask, alices: FlaskClient, bobs: FlaskClient) -> None:
    offering = add(app)
    for client in (alices, bobs):
        for address in ("", "/new", f"/{offering.id}", f"/{offering.id}/edit", f"/{offering.id}/sessions"):
            page(client, f"/admin/activities{address}", 403)
        assert submit(client, f"/admin/activities/{offering.id}/cancel", {"reason": "x"}, "/my").status_code == 403


@ON_SQLITE
class TestTheForm:
    def test_says_beside_the_field_what_cannot_be_kept(self, nadias: FlaskClient) -> None:
        token = token_of(nadias, "/admin/activities/new")
        for field, value, sentence in (
            ("days-0-first", "9 September", "This is not a day."),
            ("days-0-first", "2027-09-14", "Two of the ranges share a day."),
            ("time_zone", "Geneva", "This is not a time zone of the IANA list"),
            ("applies_until", "2027-03-28T02:30", "The clock is put forward that night"),
            ("applies_until", "tomorrow", "This is not a time."),
            ("trainers", "nobody@example.org", "Nobody with this address is a trainer here: nobody@example.org."),
            ("countries", "NG Atlantis", "These are no countries or territories: ATLANTIS."),
            ("seats", "0", "Seats are a whole number from 1 to 1000"),
            ("women_share", "60", "cannot be more than 50 per cent each"),
            ("code", "", "Please fill this in."),
        ):
            answer = nadias.post("/admin/activities/new", data={**FORM, field: value, "csrf_token": token})
            assert sentence in shown(answer, 422)

    def test_shows_what_is_kept(self, nadias: FlaskClient) -> None:
        form = FORM | {"ldc_share": "25", "at_most_per_beneficiary": "2", "pass_mark": "62.5", "partners": "One\nTwo"}
        address = submit(nadias, "/admin/activities/new", form, "/admin/activities/new").headers["Location"]
        text = page(nadias, f"{address}/edit")
        for value in ('value="25"', 'value="62.5"', "One\nTwo", 'value="2027-08-31T18:00"', 'value="2027-09-16"'):
            assert value in text

    def test_of_an_activity_that_somebody_else_changed_is_not_taken(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, code="SERV-ECOWAS")
        form = FORM | {"seen": "2020-01-01T00:00:00+00:00", "seats": ""}
        answer = submit(nadias, f"/admin/activities/{offering.id}/edit", form, f"/admin/activities/{offering.id}/edit")
        text = shown(answer, 422)
        assert "This activity was changed meanwhile." in text
        assert f'name="seen" value="{offering.changed_at.isoformat()}"' in text

    def test_begins_with_what_another_activity_is(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, title_en="Every year")
        text = page(nadias, f"/admin/activities/new?like={offering.id}")
        assert 'value="Every year"' in text
        assert offering.code not in text

    def test_repeats_days_weekly(self, app: Flask, nadias: FlaskClient) -> None:
        form = FORM | {"days-1-first": "", "days-1-last": "", "days-2-first": "", "weeks": "4"}
        assert submit(nadias, "/admin/activities/new", form, "/admin/activities/new").status_code == 303
        assert "9, 16, 23 and 30 September and 7 October 2027" in page(nadias, "/admin/activities")


class TestChanging:
    def test_the_mode_keeps_the_applications_and_tells_the_people(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, code="SERV-ECOWAS", seats=30)
        applicant = apply(app, offering)
        address = f"/admin/activities/{offering.id}/edit"
        form = FORM | {"mode": "blended"}
        assert "Please give the reason" in shown(submit(nadias, address, form, address), 422)
        assert submit(nadias, address, form | {"reason": "No flights"}, address).status_code == 303
        with installation(app).database.reading() as session:
            change = session.scalars(select(OfferingChange)).one()
            assert (change.before["mode"], change.after["mode"], change.reason) == ("virtual", "blended", "No flights")
            assert session.scalars(select(Application)).one().state is State.SUBMITTED
            told = session.scalars(select(Notice).where(Notice.person_id == applicant.id)).one()
            assert (told.kind, told.facts["reason"]) == ("activity_changed", "No flights")
        assert read(app, offering).sequence == 1

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("action", "state"), [("postpone", OfferingState.POSTPONED), ("cancel", OfferingState.CANCELLED)]
    )
    def test_the_state_needs_a_reason(self, app: Flask, nadias: FlaskClient, action: str, state: OfferingState) -> None:
        offering = add(app)
        apply(app, offering)
        address = f"/admin/activities/{offering.id}"
        assert "Please give the reason" in shown(submit(nadias, f"{address}/{action}", {}, address), 422)
        assert submit(nadias, f"{address}/{action}", {"reason": "Later"}, address).status_code == 303
        assert read(app, offering).state is state
        assert "Reason: Later" in page(nadias, address)
        with installation(app).database.reading() as session:
            assert session.scalars(select(Notice.kind)).all() == [f"activity_{state}"]

    @ON_SQLITE
    def test_the_seats_raises_and_lowers_them_but_not_below_those_taken(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, code="SERV-ECOWAS", needs_endorsement=False)
        with installation(app).database.transaction() as session:
            for _ in range(2):
                make_application(session, make_person(session), offering, state=State.CONFIRMED)
        address = f"/admin/activities/{offering.id}/edit"
        form = FORM | {"reason": "A room was found"}
        text = shown(submit(nadias, address, form | {"seats": "1"}, address), 422)
        assert "2 seats are held by people already; there cannot be fewer." in text
        assert submit(nadias, address, form | {"seats": "2"}, address).status_code == 303
        with installation(app).database.reading() as session:
            assert sorted(session.scalars(select(Application.seat))) == [1, 2]

    @ON_SQLITE
    def test_it_to_held_leaves_nobody_waiting(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, ranges=[(NOW.date(), NOW.date())])
        applicant = apply(app, offering)
        address = f"/admin/activities/{offering.id}"
        assert submit(nadias, f"{address}/hold", {}, address).status_code == 303
        with installation(app).database.reading() as session:
            application_id, state = session.execute(select(Application.id, Application.state)).one()
            assert state is State.DECLINED
        text = page(browser_of(app, applicant), f"/applications/{application_id}")
        assert "The activity was over before this was decided or confirmed." in text

    @ON_SQLITE
    def test_what_is_cancelled_cannot_be_published(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, state=OfferingState.CANCELLED)
        address = f"/admin/activities/{offering.id}"
        assert submit(nadias, f"{address}/publish", {}, "/my").status_code == 409


@ON_SQLITE
class TestSessions:
    def test_are_added_with_warnings_copied_changed_and_removed(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app, ranges=[(date(2027, 2, 1), date(2027, 2, 1))], seats=2)
        address = f"/admin/activities/{offering.id}/sessions"
        form = {"title": "Rules", "starts_at": "2027-02-01T09:00", "ends_at": "2027-02-01T12:00"}
        assert submit(nadias, address, form, address).status_code == 303
        text = page(nadias, address)
        assert "9:00–12:00, Geneva time (UTC+1)" in text
        assert "Longer than two hours" in text
        row = read(app, offering).sessions[0]
        assert submit(nadias, f"{address}/{row.id}/copy", {"weeks": "2"}, address).status_code == 303
        assert [one.starts_at.day for one in read(app, offering).sessions] == [1, 8, 15]
        changed = form | {"ends_at": "2027-02-01T11:00"}
        assert submit(nadias, f"{address}/{row.id}", changed, f"{address}/{row.id}").status_code == 303
        assert "Longer than two hours" in page(nadias, address)  # the copies are
        assert submit(nadias, f"{address}/{row.id}/remove", {}, address).status_code == 303
        assert len(read(app, offering).sessions) == 2

    def test_that_end_before_they_begin_are_refused(self, app: Flask, nadias: FlaskClient) -> None:
        address = f"/admin/activities/{add(app).id}/sessions"
        form = {"starts_at": "2027-02-01T09:00", "ends_at": "2027-02-01T08:00"}
        assert "The end comes before the beginning." in shown(submit(nadias, address, form, address), 422)
        assert "Please fill this in." in shown(submit(nadias, address, {"starts_at": ""}, address), 422)

    def test_are_told_to_the_people_once_somebody_says_so(self, app: Flask, nadias: FlaskClient) -> None:
        offering = add(app)
        apply(app, offering)
        with installation(app).database.transaction() as session:
            row = make_session(session, offering, NINE)
        address = f"/admin/activities/{offering.id}/sessions"
        assert "Tell the people who applied" not in page(nadias, address)  # they applied knowing it
        form = {"starts_at": "2027-02-01T10:00", "ends_at": "2027-02-01T12:00"}
        assert submit(nadias, f"{address}/{row.id}", form, address).status_code == 303
        assert "Tell the people who applied" in page(nadias, address)
        assert submit(nadias, f"{address}/tell", {"reason": "New hour"}, address).status_code == 303
        assert "Tell the people who applied" not in page(nadias, address)
        with installation(app).database.reading() as session:
            assert session.scalars(select(Notice)).one().facts["reason"] == "New hour"

    def test_show_the_hours_that_suit_those_who_take_part(self, app: Flask, nadias: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            trainer = make_person(session, roles=[Role.TRAINER], country="CH")
            offering = make_offering(session, trainers=[trainer])
        apply(app, offering, country="NZ")
        text = page(nadias, f"/admin/activities/{offering.id}/sessions?day=2027-02-01&hours=2")
        assert "For 2 trainers and participants" in text
        assert "20:00–22:00: Auckland (1)" in text
        text = page(nadias, f"/admin/activities/{offering.id}/sessions?day=2027-02-01&hours=0.5")
        assert "Auckland" in text


@ON_SQLITE
def test_parts_are_saved_with_their_weights_and_shown(app: Flask, nadias: FlaskClient) -> None:
    with installation(app).database.transaction() as session:
        offering = make_offering(session, code="COMPOSITE")
        course = make_course(session, title_en="The agreements")
    address = f"/admin/activities/{offering.id}/parts"
    form = {
        "parts-0-kind": "course", "parts-0-course": str(course.id), "parts-0-weight": "60",
        "parts-0-is_required": "y", "parts-1-kind": "test", "parts-1-title": "Final test", "parts-1-weight": "30",
        "parts-1-is_required": "y",
    }  # fmt: skip
    wrong = form | {"parts-0-course": ""}
    assert "Please choose the course of this part." in shown(submit(nadias, address, wrong, address), 422)
    assert submit(nadias, address, form, address).status_code == 303
    text = page(nadias, "/activities/COMPOSITE?lang=en")
    assert "The agreements" in text
    assert "67%" in text
    assert "33%" in text


@ON_SQLITE
def test_conditions_are_built_line_by_line_and_said_in_words(app: Flask, nadias: FlaskClient) -> None:
    offering = add(app, code="ASKS")
    address = f"/admin/activities/{offering.id}/conditions"
    added = submit(nadias, address, {"requirement-do": "add:top", "requirement-new-top": "speaks"}, address)
    assert 'name="requirement-0-names"' in shown(added)
    assert read(app, offering).requirement is None
    lines = {"requirement-0-kind": "speaks", "requirement-0-depth": "0"}
    assert "Please choose at least one." in shown(submit(nadias, address, lines, address), 422)
    kept = lines | {"requirement-0-names": "es", "replaces_rule": "y"}
    assert submit(nadias, address, kept, address).status_code == 303
    assert read(app, offering).requirement == {"kind": "speaks", "languages": ["es"]}
    assert read(app, offering).replaces_rule
    assert "Spanish" in page(nadias, "/activities/ASKS?lang=en")


def apply(app: Flask, offering: Offering, **facts: Any) -> Person:
    """Let somebody have applied."""
    with installation(app).database.transaction() as session:
        person = make_person(session, **facts)
        session.add(
            Application(
                offering_id=offering.id, person_id=person.id, state=State.SUBMITTED, language=Language.EN,
                created_at=NOW, submitted_at=NOW,
            )
        )  # fmt: skip
        return person
