"""Who may verify whom: a coordinator the people of the own country, an administrator everybody, nobody else anybody."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses import events
from courses.errors import NotFound, Refusal
from courses.people import services
from courses.people.models import Person, Role
from courses.people.queries import PAGE, PeopleSearch, people_for
from tests.builders import NOW, make_person

DAY = timedelta(days=1)
VERIFIED = PeopleSearch(is_verified=True)


@pytest.fixture
def charlie(session: Session) -> Person:
    """Return the coordinator of Senegal, who is not verified."""
    return make_person(session, roles=[Role.COORDINATOR], country="SN", verified_at=None)


def waiting(session: Session, country: str | None = "SN", **facts: object) -> Person:
    return make_person(session, country=country, verified_at=None, **facts)


class TestThePeopleOfACoordinator:
    def test_are_those_of_the_own_country_without_oneself(self, session: Session, charlie: Person) -> None:
        alice = waiting(session)
        for stranger in ("NG", None):
            waiting(session, stranger)
        found = people_for(session, charlie, PeopleSearch())
        assert (found.people, found.found, found.waiting) == ((alice,), 1, 1)

    def test_are_none_while_the_coordinator_has_no_country(self, session: Session) -> None:
        lost = make_person(session, roles=[Role.COORDINATOR])
        alice = waiting(session, None)
        assert people_for(session, lost, PeopleSearch()).people == ()
        with pytest.raises(NotFound):
            services.verify_people(session, lost, [alice.id], NOW)

    @pytest.mark.parametrize("role", [Role.LEARNER, Role.TRAINER])
    def test_are_nobody_elses(self, session: Session, role: Role) -> None:
        waiting(session)
        assert people_for(session, make_person(session, roles=[role], country="SN"), PeopleSearch()).people == ()

    def test_who_have_waited_longest_come_first(self, session: Session, charlie: Person) -> None:
        last, first = waiting(session), waiting(session, created_at=NOW - DAY)
        assert people_for(session, charlie, PeopleSearch()).people == (first, last)

    def test_who_were_verified_last_come_first(self, session: Session, charlie: Person) -> None:
        before = make_person(session, country="SN", verified_at=NOW - DAY)
        lately = make_person(session, country="SN")
        waiting(session)
        found = people_for(session, charlie, VERIFIED)
        assert (found.people, found.found, found.waiting) == ((lately, before), 2, 1)

    def test_do_not_count_when_their_account_is_closed(self, session: Session, charlie: Person) -> None:
        waiting(session, is_active=False)
        assert people_for(session, charlie, PeopleSearch()).people == ()

    @pytest.mark.parametrize("text", ["diop", "Aïda", "aïda DIOP", "diop@example", " diop  aïda "])
    def test_are_found_by_any_word_of_name_or_address(self, session: Session, charlie: Person, text: str) -> None:
        alice = waiting(session, given_name="Aïda", family_name="Diop", email="diop@example.org")
        waiting(session)
        found = people_for(session, charlie, PeopleSearch(text=text))
        assert (found.people, found.found, found.waiting) == ((alice,), 1, 2)

    def test_are_not_found_by_the_signs_that_a_search_is_made_of(self, session: Session, charlie: Person) -> None:
        waiting(session)
        assert people_for(session, charlie, PeopleSearch(text="%")).found == 0

    def test_come_by_pages_in_two_queries(self, session: Session, charlie: Person) -> None:
        for _ in range(PAGE + 1):
            waiting(session)
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        pages = [people_for(session, charlie, PeopleSearch(page=page)) for page in (1, 2, 99)]
        assert [(len(page.people), page.page, page.pages) for page in pages] == [(PAGE, 1, 2), (1, 2, 2), (1, 2, 2)]
        assert len(asked) == 6


class TestAnAdministrator:
    def test_verifies_everybody_of_whatever_country(self, session: Session) -> None:
        admin = make_person(session, roles=[Role.ADMINISTRATOR], verified_at=None)
        people = [admin, waiting(session), waiting(session, None)]
        assert set(people_for(session, admin, PeopleSearch()).people) == set(people)
        assert services.verify_people(session, admin, [person.id for person in people], NOW) == 3


class TestVerifyingPeople:
    def test_is_dated_and_says_who_did_it(self, session: Session, charlie: Person) -> None:
        alice, bob = waiting(session), waiting(session)
        events.take(session)
        assert services.verify_people(session, charlie, [alice.id, bob.id, bob.id], NOW) == 2
        assert (alice.verified_at, bob.verified_at) == (NOW, NOW)
        facts = (("actor", str(charlie.id)), ("at", NOW.isoformat()))
        assert events.take(session) == tuple(
            events.Event("person_verified", person.id, facts) for person in (alice, bob)
        )  # fmt: skip

    def test_a_second_time_changes_nothing(self, session: Session, charlie: Person) -> None:
        alice = make_person(session, country="SN", verified_at=NOW - DAY)
        events.take(session)
        assert services.verify_people(session, charlie, [alice.id], NOW) == 0
        assert alice.verified_at == NOW - DAY
        assert events.take(session) == ()

    @pytest.mark.parametrize("country", ["NG", None])
    def test_verifies_nobody_when_one_is_a_stranger(
        self, session: Session, charlie: Person, country: str | None
    ) -> None:
        alice, stranger = waiting(session), waiting(session, country)
        for ids in ([alice.id, stranger.id], [stranger.id], [charlie.id], [alice.id, UUID(int=7)]):
            with pytest.raises(NotFound):
                services.verify_people(session, charlie, ids, NOW)
        assert alice.verified_at is None
        assert stranger.verified_at is None


class TestTheCountryOfAPerson:
    def test_is_the_persons_own_to_choose_until_it_counts(self, session: Session) -> None:
        alice = waiting(session, None)
        services.choose_country(session, alice.id, "SN")
        services.choose_country(session, alice.id, "NG")
        assert alice.country == "NG"

    def test_is_not_chosen_any_more_by_somebody_verified_or_by_a_coordinator(
        self, session: Session, charlie: Person
    ) -> None:
        for person in (charlie, make_person(session, country="SN")):
            services.choose_country(session, person.id, "SN")
            with pytest.raises(Refusal, match="country_fixed"):
                services.choose_country(session, person.id, "NG")
            assert person.country == "SN"

    def test_takes_the_region_with_it_when_the_institute_changes_it(self, session: Session, charlie: Person) -> None:
        charlie.region = "africa"
        assert services.change_country(session, charlie.id, "SN") is False
        assert charlie.region == "africa"
        assert services.change_country(session, charlie.id, "CH") is True
        assert (charlie.country, charlie.region) == ("CH", None)
