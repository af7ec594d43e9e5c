"""Read people: by address, by sign-in, with their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import NotFound
from courses.people.models import Person, Role, RoleGrant, SignIn


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who is signed in on one device, with the roles that count now."""

    person: Person
    sign_in: SignIn
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Listed:
    """A person and the roles, in the order of the roles' own list."""

    person: Person
    roles: tuple[Role, ...]


def clean_address(email: str) -> str:
    """Return an address as it is kept and looked up: without blanks around it, in small letters."""
    return email.strip().lower()


def find_person(session: Session, email: str) -> Person | None:
    """Return the person with an address, or None."""
    return session.scalars(select(Person).where(Person.email == clean_address(email))).one_or_none()


def person_by_email(session: Session, email: str) -> Person:
    """Return the person with an address.

    Raises:
        NotFound: nobody has it.
    """
    person = find_person(session, email)
    if person is None:
        raise NotFound(f"person {email}")
    return person


def roles_of(session: Session, person_id: UUID) -> frozenset[Role]:
    """Return the roles that a person holds."""
    return frozenset(session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id)))


def signed_in_by(session: Session, token_hash: str, started_after: datetime) -> SignedIn | None:
    """Return who holds a sign-in's token; None when it was ended, is too old, or the account is closed."""
    found = session.execute(
        select(Person, SignIn, RoleGrant.role)
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(SignIn.token_hash == token_hash, SignIn.ended_at.is_(None), SignIn.created_at > started_after)
        .where(Person.is_active)
    ).all()
    if not found:
        return None
    return SignedIn(found[0][0], found[0][1], frozenset(row[2] for row in found if row[2]))


def list_people(session: Session, role: Role | None = None, limit: int = 1000) -> Sequence[Listed]:
    """Return people in the order of their addresses, all or those who hold a role."""
    asked = select(Person).order_by(Person.email).limit(limit)
    if role is not None:
        asked = asked.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == role)))
    people = session.scalars(asked).all()
    held: dict[UUID, set[Role]] = {}
    grants = select(RoleGrant.person_id, RoleGrant.role).where(
        RoleGrant.person_id.in_(asked.with_only_columns(Person.id))
    )
    for person_id, granted in session.execute(grants.order_by(None)):
        held.setdefault(person_id, set()).add(granted)
    return [Listed(person, tuple(r for r in Role if r in held.get(person.id, ()))) for person in people]
