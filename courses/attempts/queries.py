"""Read attempts: for the learner's page, the trainer, and the page that a launch code opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.attempts.doors import MAY_TRY, TrialAccess
from courses.attempts.leases import hash_of
from courses.attempts.models import Attempt, LaunchCode, Trial
from courses.cohorts.models import Cohort
from courses.db import table_of
from courses.enrolment.access import Access
from courses.enrolment.models import Enrolment

_ATTEMPT, _ENROLMENT, _COHORT, _TRIAL = (table_of(model) for model in (Attempt, Enrolment, Cohort, Trial))
_READING = (
    select(
        _ATTEMPT.c.version_id, _TRIAL.c.launched_at, MAY_TRY, _ENROLMENT.c.outcome, _ENROLMENT.c.dropout_kind,
        _COHORT.c.opens_at, _COHORT.c.closes_at,
    )
    .select_from(_ATTEMPT)
    .outerjoin(_TRIAL, _TRIAL.c.id == _ATTEMPT.c.trial_id)
    .outerjoin(_ENROLMENT, _ENROLMENT.c.id == _ATTEMPT.c.enrolment_id)
    .outerjoin(_COHORT, _COHORT.c.id == _ENROLMENT.c.cohort_id)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
)  # fmt: skip
_TABLE = table_of(LaunchCode)
_EARLIER = _ATTEMPT.alias("earlier")
_CODE = (
    select(_TABLE.c.attempt_id, _TABLE.c.language, _EARLIER.c.id.label("earlier_id"))
    .join(_ATTEMPT, _ATTEMPT.c.id == _TABLE.c.attempt_id)
    .outerjoin(_EARLIER, (_EARLIER.c.enrolment_id == _ATTEMPT.c.enrolment_id) & (_EARLIER.c.number < _ATTEMPT.c.number))
    .where(_TABLE.c.code_hash == bindparam("hash"))
    .order_by(_EARLIER.c.number)
)


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a launch code says before it is spent: whose page it opens, and in which language.

    `earlier` are the attempts of the enrolment before that one, in order: a device may still owe work of them.
    """

    attempt_id: UUID
    language: str
    earlier: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody reads by an attempt: the version, and what decides whether it is still open to them."""

    version_id: UUID
    access: Access | TrialAccess

    @property
    def is_trial(self) -> bool:
        """Tell whether it is read in a trial."""
        return isinstance(self.access, TrialAccess)


def reading_of(session: Session, attempt_id: UUID) -> Reading | None:
    """Return what is read by an attempt; None when there is no such attempt."""
    row = session.connection().execute(_READING, {"attempt": attempt_id}).one_or_none()
    if row is None:
        return None
    access = Access(*row[3:]) if row.launched_at is None else TrialAccess(row.launched_at, row.may_try)
    return Reading(row.version_id, access)


def attempts_of(session: Session, enrolment_id: UUID) -> Sequence[Attempt]:
    """Return the attempts of an enrolment, the newest first; the caller has checked who may see it."""
    return session.scalars(
        select(Attempt).where(Attempt.enrolment_id == enrolment_id).order_by(Attempt.number.desc())
    ).all()


def code_facts(session: Session, code: str) -> CodeFacts | None:
    """Return what a launch code says, also after it was spent; None for an unknown one."""
    rows = session.connection().execute(_CODE, {"hash": hash_of(code)}).all()
    if not rows:
        return None
    earlier = tuple(row.earlier_id for row in rows if row.earlier_id is not None)
    return CodeFacts(rows[0].attempt_id, rows[0].language, earlier)
