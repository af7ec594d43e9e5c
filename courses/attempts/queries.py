"""Read attempts: for the learner's page, the trainer, and the page that a launch code opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.attempts.leases import hash_of
from courses.attempts.models import Attempt, LaunchCode
from courses.cohorts.models import Cohort
from courses.db import table_of
from courses.enrolment.access import Access
from courses.enrolment.models import Enrolment

_ATTEMPT, _ENROLMENT, _COHORT = (table_of(model) for model in (Attempt, Enrolment, Cohort))
_READING = (
    select(
        _ATTEMPT.c.version_id, _ENROLMENT.c.outcome, _ENROLMENT.c.dropout_kind, _COHORT.c.opens_at, _COHORT.c.closes_at
    )
    .join(_ENROLMENT, _ENROLMENT.c.id == _ATTEMPT.c.enrolment_id)
    .join(_COHORT, _COHORT.c.id == _ENROLMENT.c.cohort_id)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
)
_TABLE = table_of(LaunchCode)
_CODE = select(_TABLE.c.attempt_id, _TABLE.c.language).where(_TABLE.c.code_hash == bindparam("hash"))


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a launch code says before it is spent: whose page it opens, and in which language."""

    attempt_id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody reads by an attempt: the version, and what decides whether it is still open to them."""

    version_id: UUID
    access: Access


def reading_of(session: Session, attempt_id: UUID) -> Reading | None:
    """Return what is read by an attempt; None when there is no such attempt."""
    row = session.connection().execute(_READING, {"attempt": attempt_id}).one_or_none()
    return None if row is None else Reading(row[0], Access(*row[1:]))


def attempts_of(session: Session, enrolment_id: UUID) -> Sequence[Attempt]:
    """Return the attempts of an enrolment, the newest first; the caller has checked who may see it."""
    return session.scalars(
        select(Attempt).where(Attempt.enrolment_id == enrolment_id).order_by(Attempt.number.desc())
    ).all()


def code_facts(session: Session, code: str) -> CodeFacts | None:
    """Return what a launch code says, also after it was spent; None for an unknown one."""
    row = session.connection().execute(_CODE, {"hash": hash_of(code)}).one_or_none()
    return None if row is None else CodeFacts(row.attempt_id, row.language)
