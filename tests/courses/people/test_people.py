"""Accounts, roles and sign-ins: what is kept, what is refused, what ends."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import events
from courses.errors import NotFound, Refusal
from courses.people import queries, services
from courses.people.facts import check_password, checked_address, checked_name
from courses.people.models import Language, Person, Role, SignIn
from courses.people.services import PersonFacts
from courses.records.verification import verify_person
from lms.db import Database
from tests.builders import make_person

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALICE = {"email": "alice@example.org", "given_name": "Alice", "family_name": "Learner"}


def names(session: Session) -> list[str]:
    return [event.name for event in events.take(session)]


class TestCreatingAPerson:
    def test_keeps_facts_and_roles_and_says_so(self, session: Session) -> None:
        facts = PersonFacts(**ALICE | {"email": " Alice@Example.ORG"}, language=Language.FR)
        person = services.create_person(session, facts, [Role.LEARNER, Role.TRAINER], NOW)
        assert (person.email, person.name, person.language) == ("alice@example.org", "Alice Learner", Language.FR)
        assert (person.verified_at, person.is_active, person.created_at) == (None, True, NOW)
        assert queries.roles_of(session, person.id) == {Role.LEARNER, Role.TRAINER}
        assert names(session) == ["role_granted", "role_granted", "person_created"]

    def test_is_refused_for_an_address_that_is_taken_in_whatever_letters(self, session: Session) -> None:
        make_person(session, email="alice@example.org")
        with pytest.raises(Refusal, match="email_taken"):
            services.create_person(session, PersonFacts(**ALICE | {"email": "ALICE@example.org"}), [], NOW)

    def test_is_refused_to_the_second_of_two_who_ask_at_once(self, database: Database) -> None:
        refused = 0
        for _ in range(2):
            try:
                with database.transaction() as session:
                    services.create_person(session, PersonFacts(**ALICE), [Role.LEARNER], NOW)
            except Refusal:
                refused += 1
        with database.reading() as session:
            assert (refused, len(session.scalars(select(Person)).all())) == (1, 1)

    def test_leaves_nothing_when_it_is_refused(self, session: Session) -> None:
        with pytest.raises(Refusal, match="name_missing"):
            services.create_person(session, PersonFacts(**ALICE | {"family_name": " "}), [Role.LEARNER], NOW)
        assert session.scalars(select(Person)).all() == []
        assert names(session) == []

    def test_never_shows_the_password(self) -> None:
        assert "argon2" not in repr(PersonFacts(**ALICE, password_hash="$argon2id$secret"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" A.Person@Example.org ", "a.person@example.org"),
        ("admin@demo.palier.localhost", "admin@demo.palier.localhost"),
        ("o'neil+courses@sub.example.org", "o'neil+courses@sub.example.org"), ("é@example.org", "é@example.org"),
        ("person@institute.internal", "person@institute.internal"),
    ],
)  # fmt: skip
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert checked_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "alice", "a@", "@example.org", "a b@example.org", "a\0@example.org", "a@b@c.org", "a@.org",
     "x" * 65 + "@example.org", "a@" + "b" * 250 + ".org", "\ufffd@example.org", "\u202ea@example.org",
     "a@example.org\nb@c.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="email_invalid"):
        checked_address(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  de  la\u00a0Cruz ", "de la Cruz"),
        ("E\u0301toile", "\u00c9toile"),
        ("李", "李"),
        ("می\u200cرود", "می\u200cرود"),
    ],
)
def test_a_name_is_kept_as_it_is_spelt(typed: str, kept: str) -> None:
    assert checked_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "name_missing"), (" \n ", "name_missing"), ("x" * 101, "name_too_long"), ("A\0", "name_not_readable"),
     ("A\u202eB", "name_not_readable"), ("A\ufffd", "name_not_readable"), ("A\tB", "name_not_readable")],
)  # fmt: skip
def test_what_is_no_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        checked_name(typed)


@pytest.mark.parametrize(
    ("password", "code"),
    [("123456789", "password_short"), ("x" * 201, "password_long"),
     ("Alice.Learner@example.org", "password_is_address"),
     ("alice.learner", "password_is_address"), ("abcabcabcabc", "password_too_simple")],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_password(password, "alice.learner@example.org")
    check_password("ten chars!", "alice.learner@example.org")


class TestRoles:
    def test_are_given_and_taken_once(self, session: Session) -> None:
        person = make_person(session, roles=[])
        assert services.grant_role(session, person.id, Role.TRAINER, NOW) is True
        assert services.grant_role(session, person.id, Role.TRAINER, NOW) is False
        assert services.revoke_role(session, person.id, Role.TRAINER) is True
        assert services.revoke_role(session, person.id, Role.TRAINER) is False
        assert names(session) == ["role_granted", "role_revoked"]

    def test_are_listed_with_the_people_who_hold_them(self, session: Session) -> None:
        both = make_person(session, email="b@example.org", roles=[Role.ADMINISTRATOR, Role.LEARNER])
        none = make_person(session, email="a@example.org", roles=[])
        listed = [(entry.person.id, entry.roles) for entry in queries.list_people(session)]
        assert listed == [(none.id, ()), (both.id, (Role.LEARNER, Role.ADMINISTRATOR))]
        held = queries.list_people(session, Role.ADMINISTRATOR)
        assert [entry.roles for entry in held] == [(Role.LEARNER, Role.ADMINISTRATOR)]


class TestASignIn:
    def test_is_found_by_its_token_with_the_roles(self, session: Session) -> None:
        person = make_person(session, roles=[Role.LEARNER, Role.TRAINER])
        started = services.start_sign_in(session, person.id, "a" * 64, NOW)
        found = queries.signed_in_by(session, "a" * 64, NOW - timedelta(days=14))
        assert found is not None
        assert (found.person, found.sign_in, found.roles) == (person, started, {Role.LEARNER, Role.TRAINER})

    def test_is_found_for_a_person_without_roles(self, session: Session) -> None:
        services.start_sign_in(session, make_person(session, roles=[]).id, "a" * 64, NOW)
        found = queries.signed_in_by(session, "a" * 64, NOW - timedelta(days=14))
        assert found is not None
        assert found.roles == frozenset()

    def test_is_not_found_when_it_is_too_old(self, session: Session) -> None:
        services.start_sign_in(session, make_person(session).id, "a" * 64, NOW - timedelta(days=14))
        assert queries.signed_in_by(session, "a" * 64, NOW - timedelta(days=14)) is None

    def test_ends_for_good(self, session: Session) -> None:
        started = services.start_sign_in(session, make_person(session).id, "a" * 64, NOW)
        services.end_sign_in(session, started.id, NOW)
        services.end_sign_in(session, started.id, NOW + timedelta(hours=1))
        services.touch_sign_in(session, started.id, NOW + timedelta(hours=2))
        session.refresh(started)
        assert (started.ended_at, started.seen_at) == (NOW, NOW)
        assert queries.signed_in_by(session, "a" * 64, NOW - timedelta(days=14)) is None

    def test_outlives_a_change_of_the_password_only_on_the_device_at_hand(self, session: Session) -> None:
        person, other = make_person(session), make_person(session)
        kept, ended, others = (
            services.start_sign_in(session, owner.id, letter * 64, NOW)
            for owner, letter in ((person, "a"), (person, "b"), (other, "c"))
        )
        services.change_password(session, person.id, "$argon2id$new", NOW, kept.id)
        session.expire_all()
        ends = {row.id: row.ended_at for row in session.scalars(select(SignIn))}
        assert ends == {kept.id: None, ended.id: NOW, others.id: None}


class TestVerifying:
    def test_notes_when_it_was_done_the_first_time(self, session: Session) -> None:
        person = make_person(session, verified_at=None)
        assert verify_person(session, person.id, NOW) is True
        assert verify_person(session, person.id, NOW + timedelta(days=1)) is False
        assert person.verified_at == NOW

    def test_needs_a_person(self, session: Session) -> None:
        with pytest.raises(NotFound):
            verify_person(session, UUID(int=7), NOW)


def test_nobody_is_found_under_a_strange_address(session: Session) -> None:
    make_person(session)
    assert queries.find_person(session, "") is None
    with pytest.raises(NotFound):
        queries.person_by_email(session, "nobody@example.org")
