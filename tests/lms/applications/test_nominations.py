"""A coordinator's nominations and endorsements: it works, then each refusal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from courses.applications.models import Application, State
from courses.offerings.models import Offering
from courses.paging import PAGE
from courses.people.beneficiaries import Beneficiary, Region
from courses.people.models import Person
from tests.applications_builders import applied, coordinator_of, make_application, official, open_activity
from tests.browsing import browser_of, installation
from tests.builders import NOW
from tests.lms.applications.sending import post

DAY = timedelta(days=1)
HOME = "/coordinator/nominations"


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def focals(app: Flask) -> FlaskClient:
    """Return the browser of the coordinator of Senegal."""
    with installation(app).database.transaction() as session:
        focal = coordinator_of(session, family_name="Focal")
    return browser_of(app, focal)


@pytest.fixture
def offering(app: Flask) -> Offering:
    """Return an activity that asks for endorsements."""
    with installation(app).database.transaction() as session:
        return open_activity(
            session, title_en="Trade in services", needs_endorsement=True, endorses_until=NOW + 9 * DAY
        )


def person(app: Flask, name: str, country: str = "SN", **facts: Any) -> Person:
    with installation(app).database.transaction() as session:
        return official(session, country, family_name=name, **facts)


def sent(app: Flask, who: Person, offering: Offering) -> Application:
    with installation(app).database.transaction() as session:
        return applied(session, who, offering)


def stored(app: Flask) -> dict[str, tuple[str, int | None]]:
    with installation(app).database.reading() as session:
        query = select(Person.family_name, Application.state, Application.endorsement_rank).join(
            Application, Application.person_id == Person.id
        )
        return {row.family_name: (row.state.value, row.endorsement_rank) for row in session.execute(query)}


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, offering: Offering, act: str, said: list[tuple[str, str]], status: int = 303) -> str:
    """Send a form and return the page after it."""
    answer = post(client, f"{HOME}/{offering.id}/{act}", said)
    assert answer.status_code == status
    return page(client, answer.location) if status == 303 else unescape(answer.get_data(as_text=True))


class TestTheActivities:
    def test_that_wait_for_a_word_come_first_with_their_counts(
        self, app: Flask, focals: FlaskClient, offering: Offering
    ) -> None:
        with installation(app).database.transaction() as session:
            open_activity(session, title_en="Elsewhere", countries=["PE"])
            open_activity(session, title_en="Another", starts_on=(NOW + DAY).date())
        sent(app, person(app, "Diop"), offering)
        sent(app, person(app, "Lawson", "TG"), offering)
        text = page(focals, HOME)
        assert text.index("Trade in services") < text.index("Another")
        assert 'data-label="Wait for you">1<' in text
        assert "Elsewhere" not in text

    def test_are_those_of_the_own_region_to_which_people_can_be_sent_still(
        self, app: Flask, focals: FlaskClient, offering: Offering
    ) -> None:
        with installation(app).database.transaction() as session:
            session.add_all(Region(code=code, name_en=code, name_fr=code, name_es=code) for code in ("here", "there"))
            session.flush()
            session.add(Beneficiary(code="SN", region_code="here"))
            open_activity(session, title_en="In the region", region_codes=["here"])
            open_activity(session, title_en="Somewhere else", region_codes=["there"])
            open_activity(session, title_en="By country", region_codes=["there"], countries=["SN"])
            open_activity(session, title_en="Too late", applies_until=NOW - DAY)
            late = open_activity(session, title_en="Late but awaited", needs_endorsement=True)
        sent(app, person(app, "Diop"), late)
        with installation(app).database.transaction() as session:
            session.get_one(Offering, late.id).endorses_until = NOW - DAY
        text = page(focals, HOME)
        assert "In the region" in text
        assert "By country" in text
        assert "Late but awaited" in text
        assert "Somewhere else" not in text
        assert "Too late" not in text

    def test_are_for_coordinators(self, client: FlaskClient, alices: FlaskClient, offering: Offering) -> None:
        page(alices, HOME, 403)
        page(alices, f"{HOME}/{offering.id}", 403)
        assert client.get(HOME).status_code == 302


class TestEndorsing:
    def test_shows_the_own_people_with_what_the_gate_says_and_ranks_them(
        self, app: Flask, focals: FlaskClient, offering: Offering
    ) -> None:
        diop = sent(app, person(app, "Diop"), offering)
        fall = sent(app, person(app, "Fall"), offering)
        sent(app, person(app, "Lawson", "TG"), offering)
        text = page(focals, f"{HOME}/{offering.id}")
        assert "Lawson" not in text
        assert "All met" in text
        said = [
            ("application", str(diop.id)),
            ("application", str(fall.id)),
            (f"rank-{diop.id}", "2"),
            (f"rank-{fall.id}", "1"),
        ]
        for _ in range(2):
            text = send(focals, offering, "endorse", said)
        assert "2 applications are endorsed." in text
        assert text.index("Fall,") < text.index("Diop,")
        assert stored(app) == {"Diop": ("eligible", 2), "Fall": ("eligible", 1), "Lawson": ("submitted", None)}

    def test_says_who_is_not_eligible_and_why(self, app: Flask, focals: FlaskClient, offering: Offering) -> None:
        who = person(app, "Diop")
        application = sent(app, who, offering)
        with installation(app).database.transaction() as session:
            session.get_one(Person, who.id).verified_at = None
        text = send(focals, offering, "endorse", [("application", str(application.id))])
        assert "is endorsed but not eligible" in text
        assert "Not eligible" in text

    def test_is_refused_with_a_reason(self, app: Flask, focals: FlaskClient, offering: Offering) -> None:
        application = sent(app, person(app, "Diop"), offering)
        ticked = ("application", str(application.id))
        text = send(focals, offering, "refuse", [ticked, (f"rank-{application.id}", "7")], 422)
        assert "Please give a reason" in text
        assert f'value="{application.id}" checked' in text
        assert 'value="7"' in text
        send(focals, offering, "refuse", [ticked, ("reason", "Two others go.")])
        assert stored(app) == {"Diop": ("declined", None)}

    @pytest.mark.parametrize("rank", ["0", "many"])
    def test_takes_ranks_that_are_numbers(self, app: Flask, focals: FlaskClient, offering: Offering, rank: str) -> None:
        application = sent(app, person(app, "Diop"), offering)
        said = [("application", str(application.id)), (f"rank-{application.id}", rank)]
        text = send(focals, offering, "endorse", said, 422)
        assert "A rank is a whole number" in text
        assert f'maxlength="3" value="{rank}"' in text
        assert stored(app) == {"Diop": ("submitted", None)}

    def test_is_not_possible_for_another_beneficiary(self, app: Flask, focals: FlaskClient, offering: Offering) -> None:
        other = sent(app, person(app, "Lawson", "TG"), offering)
        send(focals, offering, "endorse", [("application", str(other.id))], 404)
        send(focals, offering, "refuse", [("application", str(other.id)), ("reason", "No.")], 404)
        assert stored(app) == {"Lawson": ("submitted", None)}

    def test_is_over_after_the_deadline(self, app: Flask, focals: FlaskClient, offering: Offering) -> None:
        application = sent(app, person(app, "Diop"), offering)
        with time_machine.travel(NOW + 10 * DAY, tick=False):
            assert "The time for endorsements and nominations is over." in page(focals, f"{HOME}/{offering.id}")
            text = send(focals, offering, "endorse", [("application", str(application.id))], 422)
        assert "The time for endorsements ended on" in text


class TestNominating:
    def test_takes_people_who_have_not_applied_ticked_or_by_address(
        self, app: Flask, focals: FlaskClient, offering: Offering
    ) -> None:
        ticked, written = person(app, "Diop"), person(app, "Fall", email="fall@example.org")
        assert "Diop," in page(focals, f"{HOME}/{offering.id}?text=dio")
        assert "Fall," not in page(focals, f"{HOME}/{offering.id}?text=dio")
        said = [("person", str(ticked.id)), ("addresses", f"Fall@Example.org\nnobody@example.org {written.email}")]
        text = send(focals, offering, "nominate", said)
        assert "Nobody of your beneficiary has this address: nobody@example.org" in text
        assert {state for state, _ in stored(app).values()} == {"eligible"}

    def test_says_every_reason_why_somebody_cannot_go(
        self, app: Flask, focals: FlaskClient, offering: Offering
    ) -> None:
        good, bad = person(app, "Diop"), person(app, "Fall", verified_at=None)
        text = send(focals, offering, "nominate", [("person", str(bad.id)), ("person", str(good.id))])
        assert "Fall cannot be nominated:" in text
        assert stored(app) == {"Diop": ("eligible", None)}

    def test_is_not_possible_for_another_beneficiary(self, app: Flask, focals: FlaskClient, offering: Offering) -> None:
        other = person(app, "Lawson", "TG")
        send(focals, offering, "nominate", [("person", str(other.id))], 404)
        text = send(focals, offering, "nominate", [("addresses", other.email), ("text", "Law")], 422)
        assert "Nobody of your beneficiary has this address" in text
        assert f">{other.email}</textarea>" in text
        assert 'type="search" maxlength="100" value="Law"' in text
        assert stored(app) == {}


def test_enter_in_the_reason_for_a_refusal_endorses_nobody(app: Flask, focals: FlaskClient, offering: Offering) -> None:
    sent(app, person(app, "Diop"), offering)
    form = page(focals, f"{HOME}/{offering.id}").partition("/endorse")[2]
    first, second = (tag.partition(">")[0] for tag in form.split("<button")[1:3])
    assert first.split() == ["disabled", "hidden"]
    assert "btn-primary" in second


def test_the_page_costs_the_same_few_queries_however_many_have_applied(
    app: Flask, focals: FlaskClient, offering: Offering
) -> None:
    counts = []
    for _ in range(2):
        with installation(app).database.transaction() as session:
            for _ in range(3):
                make_application(session, official(session), offering, state=State.SUBMITTED)
        statements: list[str] = []
        engine = installation(app).database.engine
        listen = lambda *args, said=statements: said.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        page(focals, f"{HOME}/{offering.id}")
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_long_lists_have_pages_that_keep_the_search_and_the_page_beside(
    app: Flask, focals: FlaskClient, offering: Offering
) -> None:
    with installation(app).database.transaction() as session:
        for number in range(PAGE + 1):
            make_application(
                session, official(session, family_name=f"In {number:02}"), offering, endorsement_rank=number
            )
            official(session, family_name=f"Out {number:02}", given_name="Awa")
    address = f"{HOME}/{offering.id}"
    first = page(focals, f"{address}?text=awa")
    assert ("In 49," in first, "In 50," in first, "Out 49," in first, "Out 50," in first) == (True, False, True, False)
    assert f'href="{address}?page=2&text=awa#applied"' in first
    second = page(focals, f"{address}?page=2&people=2&text=awa")
    assert ("In 50," in second, "In 49," in second, "Out 50," in second, "Out 49," in second) == (
        True,
        False,
        True,
        False,
    )
    assert f'href="{address}?page=1&people=2&text=awa#applied"' in second
    assert f'href="{address}?people=1&page=2&text=awa#nominate"' in second
    answer = post(focals, f"{address}/endorse?page=2&people=2")
    assert answer.status_code == 422
    assert "In 50," in answer.get_data(as_text=True)


def test_many_activities_have_pages(app: Flask, focals: FlaskClient) -> None:
    with installation(app).database.transaction() as session:
        for number in range(PAGE + 1):
            open_activity(session, title_en=f"Seminar {number:02}", code=f"S{number:02}")
    first, second = page(focals, HOME), page(focals, f"{HOME}?page=2")
    assert ("Seminar 00<" in first, "Seminar 50<" in first, f'href="{HOME}?page=2"' in first) == (True, False, True)
    assert ("Seminar 00<" in second, "Seminar 50<" in second) == (False, True)
