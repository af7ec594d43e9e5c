"""The right to write an attempt: one page load holds it, the newest."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from courses.attempts.doors import MAY_TRY, TrialAccess
from courses.attempts.models import Attempt, AttemptState, Lease, PlayMode, Trial
from courses.catalogue.models import CompletionRule, CountingRule, Course
from courses.cohorts.models import Cohort
from courses.db import table_of
from courses.enrolment.access import Access
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.people.models import SignIn

LONGEST_SILENCE = timedelta(minutes=2)
"""How much time between two signs of life counts as learning; a page that is seen sends one each minute."""

LONGEST_WITHOUT_SIGN_IN = timedelta(hours=12)
"""How long a lease lasts that no sign-in of ours stands behind: a host site's sign-out cannot end it."""

LATE_WORK = timedelta(days=1)
"""How long after a door was closed the work of a page that was open before still raises the result."""

ATTEMPT_OVER = "attempt_over"
"""The door of an attempt that has ended because another one was begun."""

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """A lease with the attempt that it writes, and what the course's rule needs; as in `Lease` and `Attempt`.

    The fields stand in the order of the columns of `HELD`.
    """

    lease_id: UUID
    attempt_id: UUID
    sign_in_id: UUID | None
    sign_in_ended_at: datetime | None
    lease_seen_at: datetime
    replaced_at: datetime | None
    seq: int
    applied: int
    enrolment_id: UUID | None
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
    taken_at: datetime
    outcome: Outcome | None
    dropout_kind: DropoutKind | None
    closed_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    course_id: UUID
    completes_by: CompletionRule | None
    trial_id: UUID | None
    launched_at: datetime | None
    may_try: bool
    mode: PlayMode
    tells_name: bool
    device: str | None
    number: int
    state: AttemptState
    ended_at: datetime | None
    attempts_allowed: int | None
    counting: CountingRule

    def is_signed_out(self, now: datetime) -> bool:
        """Tell whether the sign-in behind the lease has ended, or is too long ago where it is not ours."""
        if self.sign_in_id is None:
            return now - self.taken_at > LONGEST_WITHOUT_SIGN_IN
        return self.sign_in_ended_at is not None

    def door(self, now: datetime) -> str | None:
        """Return why the course cannot be opened any more, as the code of a refusal; None when it can."""
        if self.launched_at is not None:
            return TrialAccess(self.launched_at, self.may_try).door(now)
        if self.outcome is None or self.opens_at is None:
            raise ValueError("an attempt is of an enrolment or of a trial")
        door = Access(self.outcome, self.dropout_kind, self.opens_at, self.closes_at).door(now)
        return ATTEMPT_OVER if door is None and self.state is AttemptState.ENDED else door

    def has_just_closed(self, door: str, now: datetime) -> bool:
        """Tell whether work that comes behind a closed door may have been done before: it still counts."""
        closed_at = {"access_over": self.closes_at, ATTEMPT_OVER: self.ended_at}.get(door, self.closed_at)
        return closed_at is not None and now - closed_at <= LATE_WORK

    @property
    def is_counted(self) -> bool:
        """Tell whether what a package reports may raise a result: not in a review, where attempts are limited."""
        return self.mode is not PlayMode.REVIEW or self.attempts_allowed is None

    def elapsed_cs(self, now: datetime) -> int:
        """Return the hundredths of a second since the last sign of life, as far as they count."""
        silence = min(max(now - self.lease_seen_at, timedelta(0)), LONGEST_SILENCE)
        return int(silence.total_seconds() * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """How a page load takes an attempt: by which sign-in, how it plays, and on which device.

    `since`: when the lease by which this one is taken was; taking one after another makes none younger.
    """

    sign_in_id: UUID | None
    mode: PlayMode = PlayMode.NORMAL
    device: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """How an earlier page of an attempt stands: on which device it was, when it was heard of last, when it ended."""

    device: str | None
    seen_at: datetime
    ended_at: datetime | None

    def as_dict(self, device: str | None) -> dict[str, str | bool]:
        """Return it as plain values for JSON, as a page on a device is told of it.

        `has_ended`: the learner left it, so that nothing of it can be missing. A page that was only silent has ended
        later than it was heard of.
        """
        has_ended = self.ended_at is not None and self.ended_at <= self.seen_at
        is_same = device is not None and device == self.device
        return {"same_device": is_same, "has_ended": has_ended, "seen_at": self.seen_at.isoformat()}


# Every commit of every learner comes through here: tables, not classes, and statements that are built once.
LEASE_TABLE = table_of(Lease)
ATTEMPT_TABLE = table_of(Attempt)
_lease, _attempt = LEASE_TABLE.c, ATTEMPT_TABLE.c
_sign_in, _enrolment, _course = SignIn.__table__, Enrolment.__table__, Course.__table__
_cohort, _trial = Cohort.__table__, Trial.__table__

HELD: Statement = (
    select(
        _lease.id.label("lease_id"), _attempt.id.label("attempt_id"), _lease.sign_in_id,
        _sign_in.c.ended_at.label("sign_in_ended_at"), _lease.seen_at.label("lease_seen_at"), _lease.replaced_at,
        _lease.seq, _lease.applied, _attempt.enrolment_id, _attempt.version_id, _attempt.activity_id,
        _attempt.seen_at.label("attempt_seen_at"), _attempt.is_completed, _attempt.is_passed, _attempt.score,
        _attempt.progress, _attempt.reported_cs, _attempt.measured_cs,
        func.coalesce(_enrolment.c.person_id, _trial.c.person_id).label("person_id"), _course.c.pass_mark,
        _lease.taken_at, _enrolment.c.outcome, _enrolment.c.dropout_kind, _enrolment.c.closed_at, _cohort.c.opens_at,
        _cohort.c.closes_at, _course.c.id.label("course_id"), _course.c.completes_by, _attempt.trial_id,
        _trial.c.launched_at, MAY_TRY, _lease.mode, _course.c.tells_name, _lease.device, _attempt.number,
        _attempt.state, _attempt.ended_at, _course.c.attempts_allowed, _course.c.counting,
    )
    .select_from(LEASE_TABLE)
    .join(ATTEMPT_TABLE, _attempt.id == _lease.attempt_id)
    .outerjoin(_enrolment, _enrolment.c.id == _attempt.enrolment_id)
    .outerjoin(_trial, _trial.c.id == _attempt.trial_id)
    .join(_course, _course.c.id == func.coalesce(_enrolment.c.course_id, _trial.c.course_id))
    .outerjoin(_cohort, _cohort.c.id == _enrolment.c.cohort_id)
    .outerjoin(_sign_in, _sign_in.c.id == _lease.sign_in_id)
)  # fmt: skip
OF_TOKEN = _lease.token_hash == bindparam("key")
_OF_ID = _lease.id == bindparam("key")


def _attempt_of(is_wanted: ColumnElement[bool]) -> Select[UUID]:
    attempt = select(_lease.attempt_id).where(is_wanted).scalar_subquery()
    return select(_attempt.id).where(_attempt.id == attempt)


def locking(attempt: Select[UUID]) -> Select[UUID]:
    """Return the statement with a lock on the attempt; rows that only refer to it need not wait."""
    return attempt.with_for_update(key_share=True)


LOCK_OF_TOKEN = locking(_attempt_of(OF_TOKEN))
_LOCK = locking(select(_attempt.id).where(_attempt.id == bindparam("attempt")))
_BY_TOKEN = (LOCK_OF_TOKEN, HELD.where(OF_TOKEN))
_LOCK_IF_FREE = _attempt_of(_OF_ID).with_for_update(key_share=True, skip_locked=True)
_OF_LEASE = HELD.where(_OF_ID)
_LAST = HELD.where(_lease.attempt_id == bindparam("attempt")).order_by(_lease.id.desc()).limit(1)
_BEFORE = (
    select(_lease.device, _lease.seen_at, _lease.ended_at)
    .where(_lease.attempt_id == bindparam("attempt"))
    .order_by(_lease.id.desc())
    .limit(1)
)
_CHANGE = update(LEASE_TABLE).where(_lease.id == bindparam("lease_id"))
_REPLACE = update(LEASE_TABLE).where(_lease.attempt_id == bindparam("of_attempt"), _lease.replaced_at.is_(None))
_TAKE = insert(LEASE_TABLE)


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def held_by(session: Session, token: str) -> Held | None:
    """Return the lease of a token with its attempt locked, or None when there is no such lease."""
    rows = locked_rows(session, _BY_TOKEN, {"key": hash_of(token)})
    return Held(*rows[0]) if rows else None


def held_if_free(session: Session, lease_id: UUID) -> Held | None:
    """Return a lease by its identifier, with its attempt locked; None when somebody is at its attempt just now.

    Who holds several attempts must not wait for one more: what its holder waits for may be held already.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite" and connection.execute(_LOCK_IF_FREE, {"key": lease_id}).first() is None:
        return None
    row = connection.execute(_OF_LEASE, {"key": lease_id}).one_or_none()
    return Held(*row) if row else None


def last_held(session: Session, attempt_id: UUID) -> Held | None:
    """Return the lease that an attempt was given last, to look at and not to write; None before the first."""
    row = session.connection().execute(_LAST, {"attempt": attempt_id}).first()
    return Held(*row) if row else None


def locked_rows(
    session: Session, statements: tuple[Statement, Statement], parameters: dict[str, Any]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Lock, then read: what is read after the lock is what the last holder left; SQLite locks by its transaction."""
    lock, read = statements
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(lock, {"key": parameters["key"]})
    return connection.execute(read, parameters).all()


def lock_attempt(session: Session, attempt_id: UUID) -> None:
    """Lock an attempt: before its enrolment is locked, and before its leases are read."""
    session.connection().execute(_LOCK, {"attempt": attempt_id})


def take_lease(session: Session, attempt_id: UUID, taking: Taking, now: datetime) -> str:
    """Give the attempt, which is locked, to a new page load and return its token; whoever held it is replaced."""
    connection = session.connection()
    connection.execute(_REPLACE, {"of_attempt": attempt_id, "replaced_at": now})
    token = secrets.token_urlsafe(32)
    row = {
        "id": uuid7(), "attempt_id": attempt_id, "token_hash": hash_of(token), "sign_in_id": taking.sign_in_id,
        "taken_at": taking.since or now, "seen_at": now, "seq": 0, "applied": 0, "mode": taking.mode,
        "device": taking.device,
    }  # fmt: skip
    connection.execute(_TAKE, row)
    return token


def lease_before(session: Session, attempt_id: UUID) -> Before | None:
    """Return how the last page of an attempt stands, before another one takes over; None before the first."""
    row = session.connection().execute(_BEFORE, {"attempt": attempt_id}).first()
    return None if row is None else Before(row.device, row.seen_at, row.ended_at)


def change_lease(session: Session, lease_id: UUID, **columns: object) -> None:
    """Write columns of a lease."""
    session.connection().execute(_CHANGE, {"lease_id": lease_id, **columns})


def has_newer_writer(session: Session, held: Held) -> bool:
    """Tell whether a later page load has written the attempt since."""
    return bool(
        session.scalar(
            select(exists().where(Lease.attempt_id == held.attempt_id, Lease.id > held.lease_id, Lease.seq > 0))
        )
    )
