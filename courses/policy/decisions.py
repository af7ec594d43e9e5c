"""Keep the decisions of the gate, and answer them again years later from what was kept."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.policy.models import PolicyVersion, StoredDecision
from courses.progression import documents
from courses.progression.decision import Condition, Decision
from courses.progression.documents import case_document, conditions_document, conditions_of, record_document
from courses.progression.doors import Document, DocumentError
from courses.progression.policy import policy_of
from courses.progression.record import Record
from courses.progression.terms import Terms
from courses.progression.topics import TopicTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A decision with all that it was taken on; `override` names who let the person in all the same, and why."""

    person_id: UUID
    subject_id: UUID
    policy_id: UUID
    terms: Terms
    record: Record
    topics: TopicTree
    decision: Decision
    route: str
    actor_id: UUID | None
    decided_at: datetime
    override: tuple[UUID, str] | None = None


def store(session: Session, taken: Taken) -> StoredDecision:
    """Write a decision down."""
    by, reason = taken.override or (None, "")
    stored = StoredDecision(
        person_id=taken.person_id, purpose=taken.terms.purpose, subject_kind=taken.terms.kind,
        subject_id=taken.subject_id, subject_code=taken.terms.code, policy_id=taken.policy_id,
        decided_at=taken.decided_at, route=taken.route, actor_id=taken.actor_id,
        is_allowed=taken.decision.is_allowed, terms=_case(taken), record=record_document(taken.record),
        conditions=conditions_document(taken.decision), overridden_by_id=by, override_reason=reason,
    )  # fmt: skip
    session.add(stored)
    session.flush()
    return stored


def store_once(session: Session, taken: Taken) -> StoredDecision:
    """Write a decision down unless the latest one about the same says the same on the same grounds."""
    query = (
        select(StoredDecision)
        .where(
            StoredDecision.person_id == taken.person_id, StoredDecision.subject_id == taken.subject_id,
            StoredDecision.purpose == taken.terms.purpose,
        )
        .order_by(StoredDecision.decided_at.desc(), StoredDecision.id.desc())
        .limit(1)
    )  # fmt: skip
    latest = session.scalars(query).one_or_none()
    return latest if latest is not None and _says(latest, taken) else store(session, taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A decision as it was kept, and as the same policy, terms and facts answer now; `differs` are the conditions."""

    kept: Decision
    again: Decision
    differs: tuple[tuple[Condition | None, Condition | None], ...]

    @property
    def is_equal(self) -> bool:
        """Tell whether both say the same, condition by condition, fact by fact."""
        return not self.differs and self.kept == self.again


def decision_of(stored: StoredDecision) -> Decision:
    """Return the decision that was kept.

    Raises:
        DocumentError: it cannot be read.
    """
    terms = documents.terms_of(stored.terms.get("terms"))
    return Decision(conditions_of(stored.conditions), terms.is_advisory)


def replay(stored: StoredDecision, version: PolicyVersion) -> Replay:
    """Decide again on what was kept: the version of the policy, the terms, the topics and the record of that day.

    Raises:
        DocumentError: something that was kept cannot be read, or the version is not that of the decision.
    """
    if version.id != stored.policy_id:
        raise DocumentError("policy", "policy_other")
    kept = decision_of(stored)
    again = documents.replay(policy_of(version.rules), stored.terms, stored.record)
    pairs = zip_longest(kept.conditions, again.conditions)
    differs = tuple(pair for pair in pairs if pair[0] != pair[1])
    return Replay(kept=kept, again=again, differs=differs)


def _says(stored: StoredDecision, taken: Taken) -> bool:
    return (
        stored.policy_id == taken.policy_id
        and stored.override_reason == ""
        and stored.conditions == conditions_document(taken.decision)
        and stored.record == record_document(taken.record)
        and stored.terms == _case(taken)
    )


def _case(taken: Taken) -> Document:
    return case_document(taken.terms, taken.topics, taken.decided_at.date())
