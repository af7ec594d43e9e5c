"""Tell those who decide that something waits for them: a claim for recognition, or a person to be verified.

Nobody is asked about himself. Each is asked once: however often a claim is handed in, a form sent, a profile kept.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.notices.kinds import NoticeKind
from courses.notices.services import notify
from courses.people.beneficiaries import StatusClaim
from courses.people.models import Person
from courses.people.queries import administrators, coordinators_of
from courses.people.traces import Area, Trace
from courses.records.models import Recognition


def ask_reviewers(session: Session, claim: Recognition, now: datetime) -> int:
    """Tell the administrators that a claim for recognition was handed in; return how many are told now."""
    applicant = session.get_one(Person, claim.person_id)
    facts = {"applicant": applicant.name, "claim": claim.id, "steps": list(claim.steps)}
    return sum(
        notify(session, reviewer_id, NoticeKind.CLAIM_ASKED, f"claim:{claim.id}:asked:{reviewer_id}", facts, now)
        for reviewer_id in administrators(session)
        if reviewer_id != applicant.id
    )


def ask_for_verification(session: Session, person: Person, now: datetime) -> int:
    """Tell the coordinators of the own country that a person waits to be verified; return how many are told now.

    A person who was verified and is not any more waits anew: what was changed of the person is counted in the key.
    """
    if person.verified_at is not None:
        return 0
    of_person = select(func.count()).where(Trace.area == Area.PERSON, Trace.person_id == person.id)
    occasion = f"verification:{person.id}:{person.country}:{session.scalar(of_person)}"
    return _ask(session, person, coordinators_of(session, person), occasion, now)


def ask_about_documents(session: Session, claim: StatusClaim, person: Person, now: datetime) -> int:
    """Tell who may decide it that a person has sent documents of an official status; return how many are told now.

    These are the coordinators of the own country and, where it has none, the administrators.
    """
    deciding = coordinators_of(session, person) or administrators(session)
    return _ask(session, person, deciding, f"status_claim:{claim.id}:asked", now)


def _ask(session: Session, person: Person, deciding: Sequence[UUID], occasion: str, now: datetime) -> int:
    facts = {"applicant": person.name, "category": person.category.value, "person": person.id}
    return sum(
        notify(session, one, NoticeKind.VERIFICATION_ASKED, f"{occasion}:{one}", facts, now)
        for one in deciding
        if one != person.id
    )
