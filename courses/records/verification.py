"""Keep what people say to be, verify it, and take that back: by a coordinator, an administrator, the command line.

The coordinators of the country are told who waits for them, and a person of what was decided. What a document shows is
decided in `courses.records.status_claims`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.notices.kinds import NoticeKind
from courses.notices.services import notify
from courses.people.beneficiary_services import checked_reason
from courses.people.models import Person, Role, VerifiedHow
from courses.people.queries import roles_of, verifiable_by
from courses.people.services import PersonFacts, create_person
from courses.people.status import ChosenStatus, change_country, choose_status, locked_person
from courses.people.traces import Change
from courses.people.verification import Verification, end_verification, mark_verified, status_of, trace_status
from courses.progression.record import Category
from courses.records.asking import ask_for_verification

AS_SAID: Mapping[UUID, Category] = MappingProxyType({})


def sign_up(session: Session, facts: PersonFacts, now: datetime) -> Person:
    """Add a learner who made the own account, and ask for the verification of what the learner says to be.

    Raises:
        Refusal: as `create_person` does.
    """
    person = create_person(session, facts, [Role.LEARNER], now)
    ask_for_verification(session, person, now)
    return person


def keep_status(session: Session, person_id: UUID, chosen: ChosenStatus, now: datetime) -> bool:
    """Keep what a person says to be, and ask for its verification where it says something else than before.

    Return whether a verification was lost.

    Raises:
        Refusal: as `choose_status` does.
    """
    person = locked_person(session, person_id)
    before = (person.category, person.country)
    is_lost = choose_status(session, person_id, chosen, now)
    if (person.category, person.country) != before:
        ask_for_verification(session, person, now)
    return is_lost


def enter_country(session: Session, person_id: UUID, country: str, now: datetime) -> bool:
    """Keep the country that the institute has entered for a person, and tell its coordinators of who waits there.

    Return whether that changed anything.
    """
    is_new = change_country(session, person_id, country, now)
    if is_new:
        ask_for_verification(session, locked_person(session, person_id), now)
    return is_new


def verify_person(session: Session, person_id: UUID, now: datetime, category: Category | None = None) -> bool:
    """Note on the command line that what a person is was verified; return whether that is new.

    Raises:
        NotFound: there is nobody.
    """
    person = locked_person(session, person_id)
    if person.verified_at is not None and category in {None, person.category}:
        return False
    verification = Verification(category=category or person.category, how=VerifiedHow.COMMAND_LINE)
    verify_and_tell(session, person, verification, now)
    return True


def verify_people(
    session: Session,
    actor: Person,
    ids: Collection[UUID],
    now: datetime,
    categories: Mapping[UUID, Category] = AS_SAID,
) -> int:
    """Note that somebody has verified what people are; return for how many that is new.

    `categories` are those that the actor has seen or put right; without one it is what the person says. What somebody
    else has verified meanwhile stays: to change it, it is taken back first.

    Raises:
        NotFound: the actor may not verify one of them; then nobody is verified.
    """
    people = people_of(session, actor, ids)
    how = _how(session, actor)
    verified = [person for person in people if person.verified_at is None]
    for person in verified:
        category = categories.get(person.id, person.category)
        verify_and_tell(session, person, Verification(category=category, how=how, by_id=actor.id), now)
    return len(verified)


def take_back_verification(session: Session, actor: Person, person_id: UUID, reason: str, now: datetime) -> None:
    """Take back that a person was verified, with the reason why.

    Raises:
        NotFound: the actor may not verify this person.
        Refusal: `reason_missing`, `value_too_long`, `verified_not`.
    """
    why = checked_reason(reason)
    person = people_of(session, actor, [person_id])[0]
    if person.verified_at is None:
        raise Refusal("verified_not")
    before = status_of(person)
    end_verification(person)
    change = Change(kind="verification_taken_back", before=before, after=status_of(person), reason=why)
    trace_status(session, person, change, actor.id, now)
    key = f"status:{person.id}:taken_back:{now.isoformat()}"
    notify(session, person.id, NoticeKind.VERIFICATION_TAKEN_BACK, key, {"reason": why, "by": actor.name}, now)


def verify_and_tell(session: Session, person: Person, verification: Verification, now: datetime) -> None:
    """Note that a person, locked by the caller, was verified, and tell the person."""
    mark_verified(session, person, verification, now)
    key = f"status:{person.id}:verified:{now.isoformat()}"
    notify(session, person.id, NoticeKind.VERIFIED, key, {"category": person.category.value}, now)


def people_of(session: Session, actor: Person, ids: Collection[UUID]) -> list[Person]:
    """Return people, locked, in the order of their identifiers.

    Raises:
        NotFound: the actor may not verify one of them.
    """
    query = select(Person).where(Person.id.in_(ids), verifiable_by(actor)).order_by(Person.id).with_for_update()
    people = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(people) != len(set(ids)):
        raise NotFound("person")
    return people


def _how(session: Session, actor: Person) -> VerifiedHow:
    """Return on whose word somebody verifies: a coordinator's first, who answers for a beneficiary."""
    is_coordinator = Role.COORDINATOR in roles_of(session, actor.id) and actor.country is not None
    return VerifiedHow.COORDINATOR if is_coordinator else VerifiedHow.ADMINISTRATOR
