"""What earlier pages could not send: taken in first, in order; what can never be taken is named, to be set aside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, Post, Verdict, accept
from courses.attempts.leases import hash_of
from courses.attempts.models import Attempt, Lease

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that is no commit; `reason` is for the page's developer."""

    reason: str


Journal = Sequence[Post | Broken]


@dataclass(slots=True)
class Recovery:
    """What became of a journal: how far each lease is acknowledged, by its id, and what can never be taken.

    `set_aside` has the places of entries in the journal, with the reasons; `late` the places of those that came after
    another device had written: they count for the result, and the place is that of the other device.
    """

    acknowledged: dict[str, int] = field(default_factory=dict)
    set_aside: dict[int, str] = field(default_factory=dict)
    late: list[int] = field(default_factory=list)
    taken: int = 0
    left: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the recovery as plain values for JSON."""
        aside = [{"index": index, "reason": reason} for index, reason in self.set_aside.items()]
        return {
            "recovered": self.acknowledged,
            "journal": {"taken": self.taken, "left": self.left, "set_aside": aside, "late": self.late},
        }


def recover(session: Session, attempt_id: UUID, journal: Journal, secret: str, now: datetime) -> Recovery:
    """Take in what earlier pages of an attempt left behind, as much as one transaction may hold; the rest is left."""
    recovery = Recovery(taken=min(len(journal), MOST_AT_ONCE), left=max(len(journal) - MOST_AT_ONCE, 0))
    for index, entry in enumerate(journal[:MOST_AT_ONCE]):
        if isinstance(entry, Broken):
            recovery.set_aside[index] = entry.reason
            continue
        found = _take(session, attempt_id, entry, secret, now, recovery)
        if isinstance(found, Broken):
            recovery.set_aside[index] = found.reason
        elif found.body.get("late"):
            recovery.late.append(index)
    return recovery


def _take(
    session: Session, attempt_id: UUID, post: Post, secret: str, now: datetime, recovery: Recovery
) -> Answer | Broken:
    """Take one entry in; return its answer, or why it never can be taken.

    What belongs to an earlier attempt of the same enrolment comes in behind its closed door: that attempt is never
    opened again. Another enrolment's waits for its launch.
    """
    is_theirs = Lease.token_hash == hash_of(post.token)
    owner = session.execute(select(Lease.id, Lease.attempt_id).where(is_theirs)).one_or_none()
    if owner is None:
        return Broken("no lease has this token")
    if owner.attempt_id != attempt_id and not _are_of_one(session, owner.attempt_id, attempt_id):
        return Answer(Verdict.UNKNOWN, {})
    answer = accept(session, post, secret, now, is_vouched=True)
    if answer.verdict is Verdict.INVALID:
        return Broken(str(answer.body["reason"]))
    if "acknowledged" in answer.body:
        recovery.acknowledged[str(owner.id)] = answer.body["acknowledged"]
    return answer


def _are_of_one(session: Session, *attempt_ids: UUID) -> bool:
    """Tell whether attempts are of the same enrolment."""
    enrolments = select(Attempt.enrolment_id).where(Attempt.id.in_(attempt_ids), Attempt.enrolment_id.is_not(None))
    found = session.scalars(enrolments).all()
    return len(found) == len(attempt_ids) and len(set(found)) == 1
