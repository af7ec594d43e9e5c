"""The selection board: it works, then each refusal."""

from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from courses.applications import services
from courses.applications.models import Application, ApplicationChange, State
from courses.offerings.models import Offering
from courses.people.beneficiaries import Beneficiary
from courses.people.models import Gender, Person
from courses.policy.models import StoredDecision
from tests.applications_builders import administrator, make_application, official, open_activity
from tests.browsing import browser_of, installation
from tests.lms.applications.sending import post


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    with installation(app).database.transaction() as session:
        admin = administrator(session)
    return browser_of(app, admin)


def add(app: Flask, seats: int | None = 2, countries: str = "SN TG PE", **facts: Any) -> Offering:
    """Add an activity with an eligible candidate of each country; Togo is a least-developed one."""
    with installation(app).database.transaction() as session:
        for code in sorted(set(countries.split())):
            session.add(Beneficiary(code=code, is_ldc=code == "TG"))
        offering = open_activity(session, seats, **facts)
        for code in countries.split():
            person = official(session, code, family_name=f"From {code}", gender=Gender.WOMAN)
            make_application(session, person, offering)
        return offering


def states(app: Flask, offering: Offering) -> dict[str, str]:
    with installation(app).database.reading() as session:
        query = (
            select(Person.family_name, Application.state)
            .join(Application, Application.person_id == Person.id)
            .where(Application.offering_id == offering.id)
        )
        return {row.family_name: row.state.value for row in session.execute(query)}


def identifiers(app: Flask, offering: Offering, *names: str) -> list[str]:
    with installation(app).database.reading() as session:
        query = select(Application.id).join(Person, Person.id == Application.person_id)
        wanted = query.where(Application.offering_id == offering.id, Person.family_name.in_(names))
        return [str(one) for one in session.scalars(wanted)]


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def board(offering: Offering) -> str:
    return f"/admin/activities/{offering.id}/selection"


def decide(client: FlaskClient, offering: Offering, do: str, ids: list[str] | None = None, **said: str) -> str:
    """Send a decision and return the page after it."""
    answer = post(client, board(offering), [("do", do), *said.items(), *(("application", one) for one in ids or ())])
    if answer.status_code == 422:
        return unescape(answer.get_data(as_text=True))
    assert answer.status_code == 303
    return page(client, answer.location)


def mark_of(text: str) -> str:
    return text.split('name="mark" value="')[1].split('"', maxsplit=1)[0]


class TestTheProposal:
    def test_says_why_for_every_place_and_counts_what_it_comes_to(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app)
        text = page(admins, board(offering))
        assert text.index("From TG") < text.index("From PE")
        assert "least-developed country" in text
        assert "no seat is left: place 1" in text
        assert 'data-standing="ldc"><th scope="row">Least-developed countries</th><td class="number">1</td>' in text
        assert "Women" in text

    def test_is_accepted_as_a_whole_and_the_counts_follow(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app)
        mark = mark_of(page(admins, board(offering)))
        text = decide(admins, offering, "accept", mark=mark)
        assert "2 people are selected." in text
        assert "Nothing was to be done." in decide(admins, offering, "accept", mark=mark)
        assert "first from Togo" in page(admins, board(offering))  # the reasons stay with the places
        assert "1 person waits." in text
        assert "<strong data-free>0</strong>" in text
        assert sorted(states(app, offering).values()) == ["selected", "selected", "waitlisted"]
        with installation(app).database.reading() as session:
            kept = session.scalars(select(Application.rank_facts)).all()
        assert all(facts["why"] for facts in kept)

    def test_that_is_not_the_one_that_was_read_is_refused(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app)
        mark = mark_of(page(admins, board(offering)))
        with installation(app).database.transaction() as session:
            make_application(session, official(session, "LA"), offering)
        assert "something changed meanwhile" in decide(admins, offering, "accept", mark=mark)
        assert "selected" not in states(app, offering).values()

    def test_follows_the_quotas_of_the_activity(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 3, "SN SN PE", quotas={"at_most_per_beneficiary": 1})
        text = page(admins, board(offering))
        assert "at most 1 from one beneficiary" in text
        assert "Left out" in text
        assert "at most 1 from Senegal" in text


class TestDecidingOtherwise:
    def test_needs_a_reason_that_is_kept_with_the_person(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 1)
        ids = identifiers(app, offering, "From SN")
        text = decide(admins, offering, "select", ids, where="proposal")
        assert "please say why" in text
        assert text.count(" checked>") == 1
        assert states(app, offering)["From SN"] == "eligible"
        decide(admins, offering, "select", ids, reason="Needed by the region.")
        assert states(app, offering)["From SN"] == "selected"
        with installation(app).database.reading() as session:
            change = session.scalars(select(ApplicationChange).where(ApplicationChange.action == "select")).one()
            assert (change.reason, change.facts["proposal"]) == ("Needed by the region.", "wait")
            assert change.actor_id is not None

    def test_needs_none_for_what_is_proposed(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 1)
        decide(admins, offering, "select", identifiers(app, offering, "From TG"))
        assert states(app, offering)["From TG"] == "selected"

    def test_of_many_is_all_or_nothing_where_seats_are_too_few(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 2)
        ids = identifiers(app, offering, "From SN", "From TG", "From PE")
        text = decide(admins, offering, "select", ids, where="proposal", reason="All.")
        assert "but only 2 seats are free" in text
        assert text.count('value="All."') == 1
        assert text.count(" checked>") == 3
        assert set(states(app, offering).values()) == {"eligible"}

    def test_lets_in_whom_the_conditions_keep_out_with_a_reason_of_an_administrator(
        self, app: Flask, admins: FlaskClient
    ) -> None:
        offering = add(app, 2, "SN", asks_for=["1"])
        ids = identifiers(app, offering, "From SN")
        text = decide(admins, offering, "select", ids)
        assert states(app, offering) == {"From SN": "ineligible"}
        assert "From SN" in text[text.index('id="others"') :]
        decide(admins, offering, "select", ids, override_reason="Taught it.")
        assert states(app, offering) == {"From SN": "selected"}
        with installation(app).database.reading() as session:
            assert "Taught it." in session.scalars(select(StoredDecision.override_reason)).all()

    def test_declines_and_looks_again(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 1)
        ids = identifiers(app, offering, "From SN")
        decide(admins, offering, "decline", ids)
        assert states(app, offering)["From SN"] == "declined"
        decide(admins, offering, "reconsider", ids)
        assert states(app, offering)["From SN"] == "eligible"

    def test_offers_free_seats_to_the_waiting_list(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 1, "SN")
        decide(admins, offering, "wait", identifiers(app, offering, "From SN"), reason="Late.")
        decide(admins, offering, "offer")
        assert states(app, offering) == {"From SN": "selected"}

    def test_says_when_nobody_was_chosen_or_something_happened_meanwhile(self, app: Flask, admins: FlaskClient) -> None:
        offering = add(app, 1, "SN")
        assert "Nobody was chosen." in decide(admins, offering, "select")
        ids = identifiers(app, offering, "From SN")
        with installation(app).database.transaction() as session:
            application = session.scalars(select(Application)).one()
            person = session.get_one(Person, application.person_id)
            services.withdraw(
                session, person, application.id, datetime(2026, 11, 20, 9, tzinfo=application.created_at.tzinfo)
            )
        assert post(admins, board(offering), [("do", "select"), ("application", ids[0])]).status_code == 404


def test_one_application_is_shown_with_its_history(app: Flask, admins: FlaskClient) -> None:
    offering = add(app, 1, "SN")
    decide(admins, offering, "wait", identifiers(app, offering, "From SN"), reason="Late.")
    (one,) = identifiers(app, offering, "From SN")
    text = page(admins, f"{board(offering)}/{one}")
    assert "The institute put the person on the waiting list." in text
    assert "Late." in text


def test_the_board_is_for_administrators(
    app: Flask, alices: FlaskClient, bobs: FlaskClient, client: FlaskClient
) -> None:
    offering = add(app)
    for browser in (alices, bobs):
        page(browser, board(offering), 403)
        assert post(browser, board(offering), [("do", "accept")]).status_code == 403
    assert client.get(board(offering)).status_code == 302


def test_the_board_costs_the_same_few_queries_however_many_have_applied(app: Flask, admins: FlaskClient) -> None:
    offering = add(app)
    counts = []
    for _ in range(2):
        statements: list[str] = []
        engine = installation(app).database.engine
        listen = lambda *args, said=statements: said.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        page(admins, board(offering))
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(statements))
        with installation(app).database.transaction() as session:
            for _ in range(5):
                make_application(session, official(session, "SN"), offering)
    assert counts[0] == counts[1]


def test_a_waiting_person_has_a_place(app: Flask, admins: FlaskClient) -> None:
    offering = add(app, 1, "SN")
    with installation(app).database.transaction() as session:
        make_application(session, official(session, "PE"), offering, state=State.WAITLISTED, waiting=7)
    assert "Place 1" in page(admins, board(offering))


def test_each_long_list_of_the_board_has_pages_of_its_own(
    app: Flask, admins: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.admin.selection.AT_ONCE", 2)
    offering = add(app, seats=1, countries="SN TG PE")
    with installation(app).database.transaction() as session:
        for number in range(3):
            person = official(session, "PE", family_name=f"Waits {number}")
            make_application(session, person, offering, state=State.WAITLISTED, waiting=number + 1)
    first, second = page(admins, board(offering)), page(admins, f"{board(offering)}?proposal=2&waiting=2")
    assert f'href="{board(offering)}?waiting=2#waiting"' in first
    assert ("Waits 1" in first, "Waits 2" in first, "Waits 2" in second) == (True, False, True)
    assert "Place 3" in second
    assert sum(f"From {code}" in second for code in ("SN", "TG", "PE")) == 1
    assert f'href="{board(offering)}?waiting=1&proposal=2#waiting"' in second
    answer = post(admins, f"{board(offering)}?waiting=2", [("do", "decline"), ("reason", "Late."), *[
        ("application", one) for one in identifiers(app, offering, "Waits 2")
    ]])  # fmt: skip
    assert answer.location == f"{board(offering)}?waiting=2"
    assert states(app, offering)["Waits 2"] == "declined"
    assert "Waits 1" in page(admins, answer.location)
