"""What the accounts of the demonstration meet when they sign in: every page of progressive learning is alive."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from courses.applications.models import Application, State
from courses.notices.models import Notice
from courses.offerings.models import Offering, OfferingSession
from courses.people.beneficiaries import Measure
from courses.people.models import Person
from courses.policy.models import PolicyVersion
from courses.records.models import ClaimState, Evidence, ParticipationImport, Recognition
from lms.application import create_app
from lms.demo.accounts import LEARNER, kept_password
from lms.demo.attendance import HALF_TAKEN
from lms.demo.people import DOMAIN
from lms.site import Site
from tests.browsing import installation, sign_in
from tests.builders import NOW

TAG = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module", autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def app(loaded: Site) -> Iterator[Flask]:
    """Return the application on the demonstration."""
    made = create_app(loaded.settings)
    yield made
    installation(made).database.close()


@pytest.fixture
def reading(loaded: Site) -> Iterator[Session]:
    """Return a session that reads the demonstration."""
    with loaded.database.reading() as session:
        yield session


class Visitors:
    """Browsers in which the accounts have signed in, each once; `places` are identifiers for addresses."""

    def __init__(self, app: Flask, places: dict[str, UUID]) -> None:
        self.places = places
        self._app = app
        self._browsers: dict[str, FlaskClient] = {}

    def page(self, name: str, address: str) -> str:
        """Return the words of a page for an account."""
        if name not in self._browsers:
            self._browsers[name] = self._app.test_client()
            sign_in(self._browsers[name], f"{name}@{DOMAIN}", kept_password(installation(self._app).settings) or "")
        with self._browsers[name].get(address.format(**self.places)) as answer:
            assert answer.status_code == 200, address
            return " ".join(unescape(TAG.sub(" ", answer.data.decode("utf-8", "replace"))).split())


@pytest.fixture(scope="module")
def visitors(app: Flask) -> Visitors:
    """Return the browsers of the accounts."""
    with installation(app).database.reading() as session:
        return Visitors(app, places_in(session))


def places_in(session: Session) -> dict[str, UUID]:
    """Return activities by their codes, and the one thing of each kind that waits for somebody."""
    one = {
        "claim": select(Recognition.id).where(Recognition.state == ClaimState.SUBMITTED),
        "document": select(Evidence.id).where(Evidence.status_claim_id.is_not(None)),
        "table": select(ParticipationImport.id).where(ParticipationImport.taken_in_at.is_(None)),
        "draft": select(PolicyVersion.id).where(PolicyVersion.in_force_from.is_(None)),
        "selected": own(State.SELECTED), "refused": own(State.DECLINED), "waiting": own(State.WAITLISTED),
        "session": select(OfferingSession.id).join(Offering, Offering.id == OfferingSession.offering_id)
        .where(Offering.code == HALF_TAKEN).order_by(OfferingSession.starts_at.desc()).limit(1),
    }  # fmt: skip
    found = {name: session.scalars(query).one() for name, query in one.items()}
    by_code = {
        code.replace("-", "_"): offering for code, offering in session.execute(select(Offering.code, Offering.id))
    }
    return found | by_code


def own(state: State) -> Select[UUID]:
    """Return the query for the learner's application in a state."""
    query = select(Application.id).join(Person, Person.id == Application.person_id)
    return query.where(Person.email == LEARNER.person.email, Application.state == state)


PAGES = [
    ("learner", "/applications", ["Submitted", "Eligible", "Selected", "Confirmed", "On the waiting list", "Declined",
        "Withdrawn", "Attended", "Please confirm by 26 November 2026"]),
    ("learner", "/applications/{selected}", ["A seat is kept for you."]),
    ("learner", "/applications/{waiting}", ["people are before you"]),
    ("learner", "/applications/{refused}", ["The institute declined the application. Reason: For officials of"]),
    ("learner", "/activities/GOVPROC-ADV", ["You cannot apply now", "What opens this?", "Trade mainstreaming"]),
    ("learner", "/path", ["Recognised", "In progress", "Locked", "What is mastered at the end"]),
    ("learner", "/my/record", ["Waits for a decision", "Granted", "Trade facilitation agreement, West Africa"]),
    ("learner", "/my/record/claims/{claim}", ["letter.pdf"]),
    ("learner", "/steps/2·generalist", ["Draft a notification and a question to a committee"]),
    ("coordinator", "/coordinator/nominations", ["Trade in services, ECOWAS (French)"]),
    ("coordinator", "/coordinator/nominations/{SERVICES_ECOWAS_FR}", ["Submitted", "Eligible", "Mon ministère"]),
    ("coordinator", "/people", ["9 people", "1 person has sent documents"]),
    ("coordinator", "/people/claims", ["Ministère du commerce"]),
    ("trainer", "/attendance", ["Trade facilitation agreement, West Africa (French)"]),
    ("trainer", "/attendance/{TFA_WAFRICA_FR}", ["noted for 5 of 5", "noted for 2 of 5", "Close the activity"]),
    ("trainer", "/attendance/{TFA_WAFRICA_FR}/sessions/{session}", ["Present"]),
    ("trainer", "/attendance/{TFA_WAFRICA_EN}", ["Okafor, Lina", "Attendance not reached"]),
    ("trainer", "/attendance/{RTPC_CARIBBEAN}", ["3 people take part", "Coaching in small groups", "mark awaited"]),
    ("trainer", "/prior-learning/activities/{TFA_WAFRICA_FR}", ["Introduction to the WTO"]),
    ("admin", "/admin/activities/{GOVPROC_ADV}/selection", ["Seat 10", "Waiting list 1", "least-developed country",
        "endorsed as number 1", "not endorsed yet", "at most 2 from one beneficiary"]),
    ("admin", "/admin/activities/{TRIPS_ECOWAS_EN}/selection", ["Confirmed", "Okafor, Lina", "first from"]),
    ("admin", "/admin/activities/{SPS_THEMATIC}/selection", ["Administrative measures are in force against"]),
    ("admin", "/admin/claims", ["Lina Okafor", "Waits for a decision"]),
    ("admin", "/admin/claims/{claim}", ["letter.pdf", "What the steps ask for", "Compare the rules on goods"]),
    ("admin", "/admin/participations", ["3 taken in on", "To be looked at"]),
    ("admin", "/admin/participations/{table}", ["Take in 3 good rows", "can be read in two ways", "Who is meant"]),
    ("admin", "/admin/guidelines", ["Version 1"]),
    ("admin", "/admin/beneficiaries/AQ", ["In force today.", "puts no real country under measures"]),
    ("admin", "/admin/policy", ["For discussion"]),
    ("admin", "/admin/policy/{draft}/compare", ["1 rule differs"]),
    ("admin", "/admin/policy/{draft}/dry-run", ["Advanced workshop", "could not enter any more"]),
    ("admin", "/admin/notices", ["No letter has failed."]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "address", "shown"), PAGES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_page_shows_the_account_what_is_going_on(
    visitors: Visitors, name: str, address: str, shown: list[str]
) -> None:
    text = visitors.page(name, address)
    assert [words for words in shown if words not in text] == []


def test_a_document_of_a_claim_can_be_read(visitors: Visitors) -> None:
    assert visitors.page("coordinator", "/people/claims/documents/{document}").startswith("%PDF")


def test_no_country_but_one_without_a_government_is_under_measures(reading: Session) -> None:
    assert set(reading.scalars(select(Measure.beneficiary_code))) == {"AQ"}


def test_letters_of_the_last_days_are_left_to_be_written_and_none_of_them_is_too_late(reading: Session) -> None:
    waiting = reading.scalars(select(Notice).where(Notice.sent_at.is_(None))).all()
    assert {"selected", "waitlisted", "endorsement_asked", "claim_asked"} <= {notice.kind for notice in waiting}
    assert min(notice.created_at for notice in waiting) > NOW - timedelta(days=5)
    sent = reading.scalar(select(func.count(Notice.sent_at)))
    assert len(waiting) < (sent or 0)
