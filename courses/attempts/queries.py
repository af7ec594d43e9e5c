"""Read attempts: for the learner's page, the trainer, and the page that a launch code opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from courses.attempts.leases import hash_of
from courses.attempts.models import Attempt, LaunchCode

_TABLE = cast(Table, LaunchCode.__table__)
_CODE = select(_TABLE.c.attempt_id, _TABLE.c.language).where(_TABLE.c.code_hash == bindparam("hash"))


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a launch code says before it is spent: whose page it opens, and in which language."""

    attempt_id: UUID
    language: str


def attempts_of(session: Session, enrolment_id: UUID) -> Sequence[Attempt]:
    """Return the attempts of an enrolment, the newest first; the caller has checked who may see it."""
    return session.scalars(
        select(Attempt).where(Attempt.enrolment_id == enrolment_id).order_by(Attempt.number.desc())
    ).all()


def code_facts(session: Session, code: str) -> CodeFacts | None:
    """Return what a launch code says, also after it was spent; None for an unknown one."""
    row = session.connection().execute(_CODE, {"hash": hash_of(code)}).one_or_none()
    return None if row is None else CodeFacts(row.attempt_id, row.language)
