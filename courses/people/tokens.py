"""Tokens by which programs act for people: made, looked up by their hash, ended for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.people.models import ApiToken, Person, Role, RoleGrant

LONGEST_NAME = 64
TOUCHED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token stands for, with the roles that count now."""

    token: ApiToken
    person: Person
    roles: frozenset[Role]

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to note again that the token is in use."""
        return self.token.used_at is None or now - self.token.used_at > TOUCHED_EVERY


def make_token(session: Session, person: Person, name: str, token_hash: str, now: datetime) -> ApiToken:
    """Keep the hash of a new token of a person, under a name by which people know it again.

    Raises:
        Refusal: `name_missing`, `value_too_long`.
    """
    called = " ".join(name.split())
    if not called:
        raise Refusal("name_missing")
    if len(called) > LONGEST_NAME:
        raise Refusal("value_too_long")
    token = ApiToken(person_id=person.id, name=called, token_hash=token_hash, created_at=now)
    session.add(token)
    session.flush()
    record(session, Event("token_made", person.id, (("token", str(token.id)),)))
    return token


def bearer_of(session: Session, token_hash: str, made_after: datetime) -> Bearer | None:
    """Return whom a token stands for; None when it was never made, has ended, is too old, or the account is closed."""
    query = (
        select(ApiToken, Person, RoleGrant.role)
        .join(Person, Person.id == ApiToken.person_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(ApiToken.token_hash == token_hash, ApiToken.ended_at.is_(None), ApiToken.created_at > made_after)
        .where(Person.is_active)
    )
    found = session.execute(query).all()
    if not found:
        return None
    return Bearer(found[0][0], found[0][1], frozenset(row[2] for row in found if row[2]))


def touch_token(session: Session, token_id: UUID, now: datetime) -> None:
    """Note that a token was in use."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id, ApiToken.ended_at.is_(None)).values(used_at=now))


def tokens_of(session: Session, person: Person) -> Sequence[ApiToken]:
    """Return the tokens of a person, the newest first."""
    query = select(ApiToken).where(ApiToken.person_id == person.id)
    return session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())).all()


def end_token(session: Session, token_id: UUID, now: datetime) -> bool:
    """End a token for good; return whether that changed anything.

    Raises:
        NotFound: there is none.
    """
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None:
        raise NotFound("token")
    if token.ended_at is not None:
        return False
    token.ended_at = now
    session.flush()
    record(session, Event("token_ended", token.person_id, (("token", str(token.id)),)))
    return True
