"""Read people: by address, by sign-in, with their roles; and those whom somebody may verify."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from courses.errors import NotFound
from courses.people.models import Person, Role, RoleGrant, SignIn
from courses.progression.record import Category

PAGE = 50


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSearch:
    """Which people are wanted: those who wait for verification, or those who have it.

    `text` is looked for in name, address and institution.
    """

    is_verified: bool = False
    text: str = ""
    category: Category | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people, how many there are, and how many of all whom one may verify wait for it."""

    people: tuple[Person, ...]
    found: int
    waiting: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.found // PAGE))


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


def holds(person: Person, role: Role) -> ColumnElement[bool]:
    """Return the condition that a person holds a role now."""
    return exists().where(RoleGrant.person_id == person.id, RoleGrant.role == role)


def administrators(session: Session) -> Sequence[UUID]:
    """Return who administers the platform, closed accounts left out."""
    return session.scalars(_holders_of(Role.ADMINISTRATOR)).all()


def coordinators_of(session: Session, person: Person) -> Sequence[UUID]:
    """Return the coordinators of a person's country, without the person and closed accounts."""
    if person.country is None:
        return ()
    of_country = (Person.country == person.country, Person.id != person.id)
    return session.scalars(_holders_of(Role.COORDINATOR).where(*of_country)).all()


def _holders_of(role: Role) -> Select[UUID]:
    holds_it = exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == role)
    return select(Person.id).where(Person.is_active, holds_it).order_by(Person.id)


def verifiable_by(person: Person) -> ColumnElement[bool]:
    """Return the condition for the people whom a person may verify, and see for that (DOMAIN: who uses it).

    A coordinator verifies the others of the own country, and nobody without one: no coordinator acts for another
    beneficiary. An administrator verifies all.
    """
    of_country = Person.country == person.country if person.country else false()
    own = and_(holds(person, Role.COORDINATOR), of_country, Person.id != person.id)
    return and_(Person.is_active, or_(holds(person, Role.ADMINISTRATOR), own))


def people_for(session: Session, person: Person, search: PeopleSearch) -> PeoplePage:
    """Return a page of the people whom a person may verify; two queries.

    Who has waited longest comes first, and who was verified last.
    """
    query = select(Person).where(verifiable_by(person))
    is_waiting = Person.verified_at.is_(None)
    for word in search.text.split():
        names = (Person.given_name, Person.family_name, Person.email, Person.institution)
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    if search.category:
        query = query.where(Person.category == search.category)
    wanted = ~is_waiting if search.is_verified else is_waiting
    counts = select(
        select(func.count()).select_from(query.where(wanted).subquery()).scalar_subquery(),
        select(func.count()).where(verifiable_by(person), is_waiting).scalar_subquery(),
    )
    found, waiting = session.execute(counts).one()
    page = min(search.page, max(1, -(-found // PAGE)))
    order = Person.verified_at.desc() if search.is_verified else Person.created_at
    lines = query.where(wanted).order_by(order, Person.id).limit(PAGE).offset((page - 1) * PAGE)
    return PeoplePage(tuple(session.scalars(lines)), found, waiting, page)


def person_for(session: Session, person: Person, person_id: UUID) -> Person:
    """Return somebody whom a person may verify.

    Raises:
        NotFound: there is nobody of that identifier for this person.
    """
    found = session.scalars(select(Person).where(Person.id == person_id, verifiable_by(person))).one_or_none()
    if found is None:
        raise NotFound("person")
    return found
