"""Change people: accounts, roles, sign-ins."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.errors import Refusal
from courses.events import Event, record
from courses.people.facts import checked_address, checked_institution, checked_languages, checked_name
from courses.people.models import Language, Person, Role, RoleGrant, SignIn
from courses.progression.record import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What an account is made of. Without a password nobody signs in with it here: a host site may vouch for it.

    `country` is an ISO 3166 code, `category` and `institution` what the person says to be, `speaks` the languages
    besides `language` in which the person can follow a course: nobody has looked at it yet.
    """

    email: str
    given_name: str
    family_name: str
    language: Language = Language.EN
    country: str | None = None
    category: Category = Category.OFFICIAL
    institution: str = ""
    speaks: tuple[Language, ...] = ()
    password_hash: str | None = field(default=None, repr=False)


def create_person(session: Session, facts: PersonFacts, roles: Iterable[Role], now: datetime) -> Person:
    """Add a person with roles; not verified yet.

    Raises:
        Refusal: `email_taken`, `email_invalid`, `name_missing`, `name_too_long`, `name_not_readable`,
            `institution_too_long`.
    """
    person = Person(
        email=checked_address(facts.email),
        given_name=checked_name(facts.given_name),
        family_name=checked_name(facts.family_name),
        language=facts.language,
        country=facts.country,
        category=facts.category,
        institution=checked_institution(facts.institution),
        speaks=checked_languages(facts.speaks),
        password_hash=facts.password_hash,
        created_at=now,
    )
    if session.scalar(select(exists().where(Person.email == person.email))):
        raise Refusal("email_taken")
    try:
        with session.begin_nested():  # somebody may have taken the address between the question and the answer
            session.add(person)
    except IntegrityError as error:
        raise Refusal("email_taken") from error
    for role in roles:
        grant_role(session, person.id, role, now)
    record(session, Event("person_created", person.id))
    return person


def grant_role(session: Session, person_id: UUID, role: Role, now: datetime, granted_by_id: UUID | None = None) -> bool:
    """Give a person a role; return whether that changed anything."""
    if session.get(RoleGrant, (person_id, role)) is not None:
        return False
    session.add(RoleGrant(person_id=person_id, role=role, granted_at=now, granted_by_id=granted_by_id))
    session.flush()
    record(session, Event("role_granted", person_id, (("role", role),)))
    return True


def revoke_role(session: Session, person_id: UUID, role: Role) -> bool:
    """Take a role from a person; return whether that changed anything. The next request obeys it."""
    grant = session.get(RoleGrant, (person_id, role))
    if grant is None:
        return False
    session.delete(grant)
    session.flush()
    record(session, Event("role_revoked", person_id, (("role", role),)))
    return True


def change_language(session: Session, person_id: UUID, language: Language) -> None:
    """Keep the language that a person chose."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))


def change_name(session: Session, person_id: UUID, given_name: str, family_name: str) -> None:
    """Keep a person's name as the person spells it.

    Raises:
        Refusal: `name_missing`, `name_too_long`, `name_not_readable`.
    """
    names = {"given_name": checked_name(given_name), "family_name": checked_name(family_name)}
    session.execute(update(Person).where(Person.id == person_id).values(names))


def change_password(
    session: Session, person_id: UUID, password_hash: str, now: datetime, kept_sign_in_id: UUID | None = None
) -> None:
    """Keep a new password; every sign-in but the one at hand ends."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))
    end_sign_ins(session, person_id, now, kept_sign_in_id)
    record(session, Event("password_changed", person_id))


def renew_password_hash(session: Session, person_id: UUID, password_hash: str) -> None:
    """Keep the same password in a stronger form; sign-ins go on."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))


def start_sign_in(session: Session, person_id: UUID, token_hash: str, now: datetime) -> SignIn:
    """Note that a person signed in on a device."""
    sign_in = SignIn(person_id=person_id, token_hash=token_hash, created_at=now, seen_at=now)
    session.add(sign_in)
    session.flush()
    return sign_in


def touch_sign_in(session: Session, sign_in_id: UUID, now: datetime) -> None:
    """Note that a sign-in was in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(seen_at=now))


def end_sign_in(session: Session, sign_in_id: UUID, now: datetime) -> None:
    """End a sign-in for good; a copy of its cookie is worth nothing from now on."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=now))


def end_sign_ins(session: Session, person_id: UUID, now: datetime, kept_id: UUID | None = None) -> None:
    """End every sign-in of a person but the one that is kept."""
    change = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    session.execute(change if kept_id is None else change.where(SignIn.id != kept_id))
