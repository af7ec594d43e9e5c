"""Read the policy: what is in force at a moment, its versions, and the decisions that were taken by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from courses.errors import NotFound
from courses.people.models import Person, Role
from courses.people.queries import holds
from courses.policy.models import PolicyVersion, StoredDecision
from courses.progression.policy import HOUSE, Policy, policy_of

MOST = 200


@dataclass(frozen=True, slots=True)
class ReadDecision:
    """A stored decision with the person and the version of the policy by which it was taken."""

    stored: StoredDecision
    person: Person
    version: PolicyVersion


def policy_at(session: Session, moment: datetime) -> Policy:
    """Return the policy in force at a moment; the rule of the house until a first version was written."""
    version = version_in_force(session, moment)
    return HOUSE if version is None else policy_of(version.rules)


def version_in_force(session: Session, moment: datetime) -> PolicyVersion | None:
    """Return the version in force at a moment; None until the first one was written."""
    query = (
        select(PolicyVersion)
        .where(PolicyVersion.in_force_from <= moment)
        .order_by(PolicyVersion.in_force_from.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def versions(session: Session) -> Sequence[PolicyVersion]:
    """Return every version, drafts among them, the newest first."""
    return session.scalars(select(PolicyVersion).order_by(PolicyVersion.number.desc())).all()


def version_of(session: Session, version_id: UUID) -> PolicyVersion:
    """Return a version of the policy.

    Raises:
        NotFound: there is none.
    """
    version = session.get(PolicyVersion, version_id)
    if version is None:
        raise NotFound("policy version")
    return version


def version_by_number(session: Session, number: int) -> PolicyVersion:
    """Return the version with a number.

    Raises:
        NotFound: there is none.
    """
    version = session.scalars(select(PolicyVersion).where(PolicyVersion.number == number)).one_or_none()
    if version is None:
        raise NotFound(f"policy version {number}")
    return version


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition for the decisions that a person may see: those about the person; an administrator all."""
    return or_(StoredDecision.person_id == person.id, holds(person, Role.ADMINISTRATOR))


def decision_for(session: Session, person: Person, decision_id: UUID) -> ReadDecision:
    """Return a decision that a person may see.

    Raises:
        NotFound: there is none, or it is about somebody else.
    """
    return _one(session, StoredDecision.id == decision_id, visible_to(person))


def any_decision(session: Session, decision_id: UUID) -> ReadDecision:
    """Return any decision, for the command line.

    Raises:
        NotFound: there is none.
    """
    return _one(session, StoredDecision.id == decision_id)


def own_decisions(session: Session, person: Person) -> Sequence[StoredDecision]:
    """Return the decisions about a person, the latest first."""
    query = select(StoredDecision).where(StoredDecision.person_id == person.id)
    return session.scalars(query.order_by(StoredDecision.decided_at.desc(), StoredDecision.id.desc()).limit(MOST)).all()


def _query() -> Select[StoredDecision, Person, PolicyVersion]:
    return (
        select(StoredDecision, Person, PolicyVersion)
        .join(Person, Person.id == StoredDecision.person_id)
        .join(PolicyVersion, PolicyVersion.id == StoredDecision.policy_id)
    )


def _one(session: Session, *conditions: ColumnElement[bool]) -> ReadDecision:
    row = session.execute(_query().where(*conditions)).one_or_none()
    if row is None:
        raise NotFound("decision")
    return ReadDecision(*row)
