"""Keep the decisions of the gate, and answer them again years later from what was kept."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.policy.models import StoredDecision
from courses.progression.decision import Decision
from courses.progression.doors import Document
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
        is_allowed=taken.decision.is_allowed, terms=_terms_document(taken), record=record_document(taken.record),
        conditions=conditions_document(taken.decision.conditions), overridden_by_id=by, override_reason=reason,
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


def _says(stored: StoredDecision, taken: Taken) -> bool:
    return (
        stored.policy_id == taken.policy_id
        and stored.override_reason == ""
        and stored.conditions == conditions_document(taken.decision.conditions)
        and stored.record == record_document(taken.record)
        and stored.terms == _terms_document(taken)
    )


def _terms_document(taken: Taken) -> Document:
    return {"terms": terms_document(taken.terms), "topics": dict(_topics_for(taken.terms, taken.topics).parents)}


def _topics_for(terms: Terms, topics: TopicTree) -> TopicTree:
    """Return what a decision depends on of the tree: the topics of the terms, and those above them."""
    named = {terms.topic, *(step.topic for step in (*terms.asks_for, *terms.confers))}
    parents: dict[str, str | None] = {}
    for topic in sorted(filter(None, named)):
        parents |= topics.only(topic).parents
    return TopicTree(parents)


def _plain(value: Any) -> Any:
    return json.loads(
        json.dumps(asdict(value), default=lambda v: sorted(map(str, v)) if isinstance(v, frozenset) else str(v))
    )


record_document = terms_document = _plain


def conditions_document(conditions: Any) -> list[Any]:
    return [_plain(each) for each in conditions]
