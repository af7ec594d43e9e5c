"""Who may verify whom: a coordinator the people of the own country, an administrator everybody, nobody else anybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from courses import events
from courses.errors import NotFound, Refusal
from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.people.models import Language, Person, Role, VerifiedHow
from courses.people.queries import PAGE, PeopleSearch, people_for
from courses.people.status import ChosenStatus, change_country, choose_status
from courses.people.traces import traces_of_person
from courses.progression.record import Category
from courses.records.verification import take_back_verification, verify_people
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
            verify_people(session, lost, [alice.id], NOW)

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
        assert verify_people(session, admin, [person.id for person in people], NOW) == 3


class TestVerifyingPeople:
    def test_is_dated_and_says_who_did_it(self, session: Session, charlie: Person) -> None:
        alice, bob = waiting(session), waiting(session)
        events.take(session)
        assert verify_people(session, charlie, [alice.id, bob.id, bob.id], NOW) == 2
        assert (alice.verified_at, bob.verified_at) == (NOW, NOW)
        facts = (("actor", str(charlie.id)), ("at", NOW.isoformat()))
        assert events.take(session) == tuple(
            events.Event("person_verified", person.id, facts) for person in (alice, bob)
        )  # fmt: skip

    def test_a_second_time_changes_nothing(self, session: Session, charlie: Person) -> None:
        alice = make_person(session, country="SN", verified_at=NOW - DAY)
        events.take(session)
        assert verify_people(session, charlie, [alice.id], NOW) == 0
        assert alice.verified_at == NOW - DAY
        assert events.take(session) == ()

    @pytest.mark.parametrize("country", ["NG", None])
    def test_verifies_nobody_when_one_is_a_stranger(
        self, session: Session, charlie: Person, country: str | None
    ) -> None:
        alice, stranger = waiting(session), waiting(session, country)
        for ids in ([alice.id, stranger.id], [stranger.id], [charlie.id], [alice.id, UUID(int=7)]):
            with pytest.raises(NotFound):
                verify_people(session, charlie, ids, NOW)
        assert alice.verified_at is None
        assert stranger.verified_at is None


def says(country: str | None, category: Category = Category.OFFICIAL, **more: Any) -> ChosenStatus:
    return ChosenStatus(category=category, country=country, **more)


class TestWhatAPersonSays:
    def test_is_the_persons_own_to_choose_and_leaves_no_trace_until_it_was_verified(self, session: Session) -> None:
        alice = waiting(session, None)
        for country in ("SN", "NG"):
            assert (
                choose_status(session, alice.id, says(country, Category.NGO, institution=" Green  Sea "), NOW) is False
            )
        assert (alice.country, alice.category, alice.institution) == ("NG", Category.NGO, "Green Sea")
        assert traces_of_person(session, alice.id) == []

    @pytest.mark.parametrize("chosen", [says("NG"), says("SN", Category.JOURNALIST), says(None)])
    def test_takes_the_verification_away_when_it_is_another_country_or_category(
        self, session: Session, chosen: ChosenStatus
    ) -> None:
        alice = make_person(session, country="SN", verified_how=VerifiedHow.COORDINATOR)
        assert choose_status(session, alice.id, chosen, NOW) is True
        assert (alice.verified_at, alice.verified_how, alice.verified_by_id) == (None, None, None)
        (entry,) = traces_of_person(session, alice.id)
        assert (entry.trace.kind, entry.trace.actor_id) == ("status_changed", alice.id)
        assert (entry.trace.before["category"], entry.trace.before["country"]) == ("official", "SN")
        assert entry.trace.after["is_verified"] is False

    def test_may_be_written_anew_where_it_says_the_same(self, session: Session) -> None:
        alice = make_person(session, country="SN")
        chosen = says("SN", institution="Ministry of Trade", speaks=(Language.ES, Language.FR))
        assert choose_status(session, alice.id, chosen, NOW) is False
        assert (alice.verified_at, alice.institution, alice.speaks) == (NOW, "Ministry of Trade", ["fr", "es"])

    def test_never_is_another_country_of_a_coordinator(self, session: Session, charlie: Person) -> None:
        choose_status(session, charlie.id, says("SN", Category.NGO), NOW)
        with pytest.raises(Refusal, match="country_fixed"):
            choose_status(session, charlie.id, says("NG"), NOW)
        assert charlie.country == "SN"


class TestTheCountryThatTheInstituteEnters:
    def test_takes_the_verification_away_with_a_trace_where_it_is_another_one(self, session: Session) -> None:
        alice = make_person(session, country="SN")
        assert change_country(session, alice.id, "SN", NOW) is False
        assert alice.verified_at == NOW
        assert change_country(session, alice.id, "CH", NOW) is True
        assert (alice.country, alice.verified_at) == ("CH", None)
        assert [entry.trace.kind for entry in traces_of_person(session, alice.id)] == ["country_entered"]

    def test_leaves_it_where_there_was_none_before(self, session: Session) -> None:
        alice = make_person(session, country=None)
        change_country(session, alice.id, "SN", NOW)
        assert alice.verified_at == NOW


class TestTakingAVerificationBack:
    def test_needs_a_reason_and_keeps_it(self, session: Session, charlie: Person) -> None:
        alice = make_person(session, country="SN")
        with pytest.raises(Refusal, match="reason_missing"):
            take_back_verification(session, charlie, alice.id, "  ", NOW)
        assert alice.verified_at == NOW
        take_back_verification(session, charlie, alice.id, "Left the  ministry", NOW)
        assert alice.verified_at is None
        (entry,) = traces_of_person(session, alice.id)
        assert (entry.trace.kind, entry.trace.reason) == ("verification_taken_back", "Left the ministry")
        assert entry.actor == charlie.name
        assert kinds_told(session, alice) == [NoticeKind.VERIFICATION_TAKEN_BACK]

    def test_is_for_the_own_country_alone_and_for_who_has_one(self, session: Session, charlie: Person) -> None:
        stranger = make_person(session, country="NG")
        with pytest.raises(NotFound):
            take_back_verification(session, charlie, stranger.id, "Why not", NOW)
        with pytest.raises(Refusal, match="verified_not"):
            take_back_verification(session, charlie, waiting(session).id, "Why not", NOW)
        assert stranger.verified_at == NOW
        take_back_verification(session, make_person(session, roles=[Role.ADMINISTRATOR]), stranger.id, "Error", NOW)
        assert stranger.verified_at is None


class TestTheCategory:
    def test_is_verified_as_the_coordinator_has_seen_or_put_it_right(self, session: Session, charlie: Person) -> None:
        seen, corrected = waiting(session), waiting(session)
        seen.category = Category.ACADEMIC  # changed after the coordinator has looked
        wanted = {seen.id: Category.OFFICIAL, corrected.id: Category.PARLIAMENTARIAN}
        assert verify_people(session, charlie, list(wanted), NOW, wanted) == 2
        assert (seen.category, corrected.category) == (Category.OFFICIAL, Category.PARLIAMENTARIAN)
        assert {person.verified_how for person in (seen, corrected)} == {VerifiedHow.COORDINATOR}
        assert {person.verified_by_id for person in (seen, corrected)} == {charlie.id}
        (entry,) = traces_of_person(session, corrected.id)
        assert (entry.trace.before["category"], entry.trace.after["category"]) == ("official", "parliamentarian")
        assert kinds_told(session, seen) == [NoticeKind.VERIFIED]

    def test_that_somebody_else_has_verified_meanwhile_stays(self, session: Session, charlie: Person) -> None:
        alice = make_person(session, country="SN", category=Category.ACADEMIC)
        assert verify_people(session, charlie, [alice.id], NOW, {alice.id: Category.OFFICIAL}) == 0
        assert alice.category is Category.ACADEMIC

    def test_is_verified_by_the_institute_where_an_administrator_does_it(self, session: Session) -> None:
        alice = waiting(session)
        verify_people(session, make_person(session, roles=[Role.ADMINISTRATOR]), [alice.id], NOW)
        assert alice.verified_how is VerifiedHow.ADMINISTRATOR

    def test_is_a_filter_of_the_list(self, session: Session, charlie: Person) -> None:
        alice, _ = waiting(session, category=Category.NGO), waiting(session)
        assert people_for(session, charlie, PeopleSearch(category=Category.NGO)).people == (alice,)


def kinds_told(session: Session, person: Person) -> list[str]:
    return list(session.scalars(select(Notice.kind).where(Notice.person_id == person.id)))
