"""The right to write an attempt: one page load holds it, the newest."""

import hashlib
import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from courses.attempts.models import Attempt, Lease
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.people.models import SignIn

LONGEST_SILENCE = timedelta(minutes=2)
"""How much time between two signs of life counts as learning; a page that is seen sends one each minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lease with the attempt that it writes, and what the course's rule needs; as in `Lease` and `Attempt`."""

    lease_id: UUID
    attempt_id: UUID
    sign_in_id: UUID | None
    sign_in_ended_at: datetime | None
    taken_at: datetime
    lease_seen_at: datetime
    replaced_at: datetime | None
    seq: int
    applied: int
    enrolment_id: UUID
    version_id: UUID
    activity_id: str | None
    attempt_seen_at: datetime
    is_completed: bool
    is_passed: bool | None
    score: float | None
    progress: float
    reported_cs: int
    measured_cs: int
    person_id: UUID
    pass_mark: float

    def elapsed_cs(self, now: datetime) -> int:
        """Return the hundredths of a second since the last sign of life, as far as they count."""
        silence = min(max(now - self.lease_seen_at, timedelta(0)), LONGEST_SILENCE)
        return int(silence.total_seconds() * 100)


_COLUMNS = {
    "lease_id": Lease.id, "attempt_id": Attempt.id, "sign_in_id": Lease.sign_in_id,
    "sign_in_ended_at": SignIn.ended_at, "taken_at": Lease.taken_at, "lease_seen_at": Lease.seen_at,
    "replaced_at": Lease.replaced_at, "seq": Lease.seq, "applied": Lease.applied,
    "enrolment_id": Attempt.enrolment_id, "version_id": Attempt.version_id, "activity_id": Attempt.activity_id,
    "attempt_seen_at": Attempt.seen_at, "is_completed": Attempt.is_completed, "is_passed": Attempt.is_passed,
    "score": Attempt.score, "progress": Attempt.progress, "reported_cs": Attempt.reported_cs,
    "measured_cs": Attempt.measured_cs, "person_id": Enrolment.person_id, "pass_mark": Course.pass_mark,
}  # fmt: skip
_HELD: Select[*tuple[Any, ...]] = (
    select(*(_COLUMNS[field.name].label(field.name) for field in fields(Held)))
    .select_from(Lease)
    .join(Attempt, Attempt.id == Lease.attempt_id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .join(Course, Course.id == Enrolment.course_id)
    .outerjoin(SignIn, SignIn.id == Lease.sign_in_id)
)
_OF_TOKEN = Lease.token_hash == bindparam("key")
_OF_ID = Lease.id == bindparam("key")


def _lock(is_wanted: ColumnElement[bool]) -> Select[UUID]:
    attempt = select(Lease.attempt_id).where(is_wanted).scalar_subquery()
    return select(Attempt.id).where(Attempt.id == attempt).with_for_update()


_BY_TOKEN = (_lock(_OF_TOKEN), _HELD.where(_OF_TOKEN))
_BY_ID = (_lock(_OF_ID), _HELD.where(_OF_ID))


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def held_by(session: Session, token: str) -> Held | None:
    """Return the lease of a token with its attempt locked, or None when there is no such lease."""
    return _held(session, _BY_TOKEN, hash_of(token))


def held_as(session: Session, lease_id: UUID) -> Held | None:
    """Return a lease by its identifier, with its attempt locked, or None when there is no such lease."""
    return _held(session, _BY_ID, lease_id)


def _held(
    session: Session, statements: tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]], key: str | UUID
) -> Held | None:
    """Lock, then read: what is read after the lock is what the last holder left; SQLite locks by its transaction."""
    lock, read = statements
    if session.get_bind().dialect.name != "sqlite":
        session.execute(lock, {"key": key})
    row = session.execute(read, {"key": key}).one_or_none()
    return None if row is None else Held(**row._mapping)


def take_lease(session: Session, attempt_id: UUID, sign_in_id: UUID | None, now: datetime) -> str:
    """Give the attempt to a new page load and return its token; whoever held it is replaced."""
    session.execute(
        update(Lease).where(Lease.attempt_id == attempt_id, Lease.replaced_at.is_(None)).values(replaced_at=now)
    )
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(Lease).values(
            id=uuid7(), attempt_id=attempt_id, token_hash=hash_of(token), sign_in_id=sign_in_id, taken_at=now,
            seen_at=now, seq=0, applied=0,
        )
    )  # fmt: skip
    return token


def has_newer_writer(session: Session, held: Held) -> bool:
    """Tell whether a later page load has written the attempt since."""
    return bool(
        session.scalar(
            select(exists().where(Lease.attempt_id == held.attempt_id, Lease.id > held.lease_id, Lease.seq > 0))
        )
    )
