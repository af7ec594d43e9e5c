"""The copies of a course that a learner keeps on devices, as learner and trainer read of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt, KeptCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy on one device; `size` in bytes on the line. What was done there since `synced_at` is only there."""

    is_whole: bool
    size: int
    kept_at: datetime
    synced_at: datetime


def copies_of(session: Session, enrolment_id: UUID) -> tuple[Copy, ...]:
    """Return the copies that devices keep of any attempt of an enrolment, the one that was heard of last first.

    The caller has checked who may see the enrolment.
    """
    columns = (KeptCopy.scope, KeptCopy.size, KeptCopy.kept_at, KeptCopy.synced_at)
    rows = session.execute(
        select(*columns)
        .join(Attempt, Attempt.id == KeptCopy.attempt_id)
        .where(Attempt.enrolment_id == enrolment_id, KeptCopy.removed_at.is_(None))
        .order_by(KeptCopy.synced_at.desc(), KeptCopy.id)
    )
    return tuple(
        Copy(is_whole=row.scope == "course", size=row.size, kept_at=row.kept_at, synced_at=row.synced_at)
        for row in rows
    )
