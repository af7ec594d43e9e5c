"""Who is told that somebody waits for verification: the coordinators of the own country, each once for each wait."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.paging import PAGE
from courses.people.models import Person, Role
from courses.people.services import PersonFacts
from courses.people.status import ChosenStatus
from courses.progression.record import Category
from courses.records.evidence import Document
from courses.records.status_claims import ClaimFacts, send_claim, take_back_claim, waiting_claims
from courses.records.verification import enter_country, keep_status, sign_up, verify_people
from tests.builders import make_person

FACTS = PersonFacts(email="new@example.org", given_name="New", family_name="Person", country="SN")
OFFICIAL = ChosenStatus(category=Category.OFFICIAL, country="SN")
LETTER = ClaimFacts(
    category=Category.OFFICIAL,
    institution="",
    documents=[Document(name="letter.pdf", media_type="application/pdf", size=9, sha256="a" * 64)],
)


@pytest.fixture
def charlie(session: Session) -> Person:
    return make_person(session, roles=[Role.COORDINATOR], country="SN", given_name="Charlie")


def told(session: Session) -> list[Notice]:
    asked = select(Notice).where(Notice.kind == NoticeKind.VERIFICATION_ASKED).order_by(Notice.created_at, Notice.id)
    return list(session.scalars(asked))


def test_who_makes_an_account_is_announced_to_the_own_coordinators_alone(
    session: Session, charlie: Person, now: datetime
) -> None:
    make_person(session, roles=[Role.COORDINATOR], country="NG")
    make_person(session, roles=[Role.COORDINATOR], country="SN", is_active=False)
    make_person(session, roles=[Role.ADMINISTRATOR])
    person = sign_up(session, FACTS, now)
    (notice,) = told(session)
    assert notice.person_id == charlie.id
    assert notice.facts == {"applicant": "New Person", "category": "official", "person": str(person.id)}


def test_who_has_no_country_yet_is_announced_when_it_is_given(session: Session, charlie: Person, now: datetime) -> None:
    person = make_person(session, verified_at=None)
    keep_status(session, person.id, ChosenStatus(category=Category.NGO, country=None), now)
    assert told(session) == []
    keep_status(session, person.id, OFFICIAL, now)
    assert [notice.person_id for notice in told(session)] == [charlie.id]


def test_a_wait_is_announced_once_and_the_next_wait_again(session: Session, charlie: Person, now: datetime) -> None:
    person = sign_up(session, FACTS, now)
    academic = ChosenStatus(category=Category.ACADEMIC, country="SN")
    for chosen in (academic, OFFICIAL, OFFICIAL):
        keep_status(session, person.id, chosen, now)
    assert len(told(session)) == 1
    verify_people(session, charlie, [person.id], now)
    keep_status(session, person.id, OFFICIAL, now)
    assert len(told(session)) == 1
    assert keep_status(session, person.id, academic, now + timedelta(days=1))
    assert len(told(session)) == 2


def test_whose_country_the_institute_enters_is_announced_there_if_not_verified(
    session: Session, charlie: Person, now: datetime
) -> None:
    waits, verified = make_person(session, verified_at=None), make_person(session)
    for person in (waits, verified, waits):
        enter_country(session, person.id, "SN", now)
    assert [notice.facts["person"] for notice in told(session)] == [str(waits.id)]


def test_a_coordinator_is_not_told_of_the_own_wait(session: Session, charlie: Person, now: datetime) -> None:
    charlie.verified_at = None
    keep_status(session, charlie.id, ChosenStatus(category=Category.ACADEMIC, country="SN"), now)
    assert told(session) == []


def test_each_sending_of_documents_is_announced(session: Session, charlie: Person, now: datetime) -> None:
    person = make_person(session, country="SN", verified_at=None)
    first = send_claim(session, person.id, LETTER, now)
    take_back_claim(session, person.id, first.id, now)
    send_claim(session, person.id, LETTER, now)
    assert [notice.person_id for notice in told(session)] == [charlie.id] * 2


def test_documents_from_a_country_without_a_coordinator_are_announced_to_administrators(
    session: Session, charlie: Person, now: datetime
) -> None:
    admin = make_person(session, roles=[Role.ADMINISTRATOR])
    send_claim(session, make_person(session, country="NG", verified_at=None).id, LETTER, now)
    assert [notice.person_id for notice in told(session)] == [admin.id]


def test_documents_that_wait_come_by_pages_the_longest_waiting_first(
    session: Session, charlie: Person, now: datetime
) -> None:
    claims = [
        send_claim(session, make_person(session, country="SN").id, LETTER, now - timedelta(minutes=number))
        for number in range(PAGE + 1)
    ]
    pages = [waiting_claims(session, charlie, page) for page in (1, 2, 99)]
    assert [(len(one.entries), one.found, one.page, one.pages) for one in pages] == [
        (PAGE, PAGE + 1, 1, 2), (1, PAGE + 1, 2, 2), (1, PAGE + 1, 2, 2),
    ]  # fmt: skip
    assert pages[0].entries[0].claim == claims[-1]
    assert pages[1].entries[0].claim == claims[0]
