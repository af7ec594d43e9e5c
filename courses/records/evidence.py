"""Documents that support a claim, for recognition or for an official status: rows that name stored files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.errors import Refusal
from courses.people.models import Person
from courses.records.models import Evidence

MOST_FILES = 8
"""How many documents one claim may have."""

MOST_OF_PERSON = 200 * 1024**2
"""How many bytes of documents are kept for one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was looked at: its name as shown, the type that its content has, `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


def add_evidence(
    session: Session,
    person_id: UUID,
    documents: Iterable[Document],
    now: datetime,
    *,
    recognition_id: UUID | None = None,
    status_claim_id: UUID | None = None,
) -> list[Evidence]:
    """Add documents to one claim of a person; one that it has already, by its content, is not added again.

    Raises:
        Refusal: `evidence_too_many`, `evidence_no_room`.
    """
    session.get(Person, person_id, with_for_update=True)  # two forms at once count one after the other
    kept = list(evidence_of(session, recognition_id=recognition_id, status_claim_id=status_claim_id))
    known = {one.sha256 for one in kept}
    wanted = {one.sha256: one for one in documents if one.sha256 not in known}
    if len(kept) + len(wanted) > MOST_FILES:
        raise Refusal("evidence_too_many", most=str(MOST_FILES))
    taken = session.scalar(select(func.coalesce(func.sum(Evidence.size), 0)).where(Evidence.person_id == person_id))
    if int(taken or 0) + sum(one.size for one in wanted.values()) > MOST_OF_PERSON:
        raise Refusal("evidence_no_room")
    added = [
        Evidence(
            person_id=person_id, recognition_id=recognition_id, status_claim_id=status_claim_id, name=one.name,
            media_type=one.media_type, size=one.size, sha256=one.sha256, sent_at=now,
        )
        for one in wanted.values()
    ]  # fmt: skip
    session.add_all(added)
    session.flush()
    return added


def evidence_of(
    session: Session, *, recognition_id: UUID | None = None, status_claim_id: UUID | None = None
) -> Sequence[Evidence]:
    """Return the documents of one claim, in the order in which they came."""
    of_claim = (
        Evidence.recognition_id == recognition_id if recognition_id else Evidence.status_claim_id == status_claim_id
    )
    return session.scalars(select(Evidence).where(of_claim).order_by(Evidence.sent_at, Evidence.id)).all()


def evidence_digests(session: Session) -> frozenset[str]:
    """Return the SHA-256 of every document that some row names; the sweep asks."""
    return frozenset(session.scalars(select(Evidence.sha256)))
