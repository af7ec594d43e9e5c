"""Read what the policy of attempts needs to know, and what it says: one query."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from courses.attempts.models import ActivityState, Attempt, AttemptGrant, AttemptReason, Lease
from courses.attempts.policy import AttemptChoice, Past, Policy, choice_of
from courses.catalogue.models import Course
from courses.db import table_of
from courses.enrolment.models import DropoutKind, Enrolment, Outcome

_ATTEMPT, _ENROLMENT, _COURSE = (table_of(model) for model in (Attempt, Enrolment, Course))
_GRANT, _LEASE, _STATE = (table_of(model) for model in (AttemptGrant, Lease, ActivityState))
_OLD, _GIVEN_UP = _ATTEMPT.alias("old"), _ENROLMENT.alias("given_up")
_SPENT = (
    select(func.count())
    .select_from(_OLD.join(_GIVEN_UP, _GIVEN_UP.c.id == _OLD.c.enrolment_id))
    .where(
        _GIVEN_UP.c.person_id == _ENROLMENT.c.person_id, _GIVEN_UP.c.course_id == _ENROLMENT.c.course_id,
        _GIVEN_UP.c.id != _ENROLMENT.c.id, _OLD.c.reason != AttemptReason.VERSION,
        or_(_GIVEN_UP.c.outcome == Outcome.CANCELLED, _GIVEN_UP.c.dropout_kind == DropoutKind.WITHDREW),
        exists().where(_LEASE.c.attempt_id == _OLD.c.id, _LEASE.c.seq > 0),
    )
    .correlate(_ENROLMENT)
    .scalar_subquery()
)  # fmt: skip
_GRANTS = select(func.count()).where(_GRANT.c.enrolment_id == _ENROLMENT.c.id).scalar_subquery()
_IS_RUNNING = exists().where(_STATE.c.attempt_id == _ATTEMPT.c.id, _STATE.c.opened_at.is_not(None))
_IS_HEARD = exists().where(_LEASE.c.attempt_id == _ATTEMPT.c.id, _LEASE.c.seq > 0)
_READ = (
    select(
        _ENROLMENT.c.id.label("enrolment_id"), _COURSE.c.attempts_allowed, _COURSE.c.days_between,
        _GRANTS.label("granted"), case((_COURSE.c.attempts_allowed.is_(None), 0), else_=_SPENT).label("spent"),
        _ATTEMPT.c.number, _ATTEMPT.c.reason, _ATTEMPT.c.is_completed,
        _ATTEMPT.c.is_passed, _IS_RUNNING.label("is_running"), _IS_HEARD.label("is_heard"),
        func.coalesce(_ATTEMPT.c.ended_at, _ATTEMPT.c.seen_at, type_=_ATTEMPT.c.seen_at.type).label("heard_at"),
    )
    .select_from(_ENROLMENT)
    .join(_COURSE, _COURSE.c.id == _ENROLMENT.c.course_id)
    .outerjoin(_ATTEMPT, and_(_ATTEMPT.c.enrolment_id == _ENROLMENT.c.id))
    .where(_ENROLMENT.c.id.in_(bindparam("enrolments", expanding=True)))
    .order_by(_ENROLMENT.c.id, _ATTEMPT.c.number)
)  # fmt: skip

Standing = tuple[Policy, tuple[Past, ...]]
"""The policy of an enrolment's course, and its attempts, the oldest first."""


def attempt_choice(session: Session, enrolment_id: UUID, now: datetime) -> AttemptChoice:
    """Return what can be done with the attempts of an enrolment; the caller has checked whose it is."""
    return choice_of(*standing_of(session, enrolment_id), now)


def attempt_choices(session: Session, enrolment_ids: Collection[UUID], now: datetime) -> dict[UUID, AttemptChoice]:
    """Return what can be done with the attempts of several enrolments, by one query."""
    return {one: choice_of(*standing, now) for one, standing in _standings(session, enrolment_ids).items()}


def standing_of(session: Session, enrolment_id: UUID) -> Standing:
    """Return the policy of an enrolment, and its attempts."""
    return _standings(session, [enrolment_id])[enrolment_id]


def _standings(session: Session, enrolment_ids: Collection[UUID]) -> dict[UUID, Standing]:
    found = session.connection().execute(_READ, {"enrolments": list(enrolment_ids)})
    groups = ((key, list(rows)) for key, rows in groupby(found, key=lambda row: row.enrolment_id))
    return {key: (_policy(rows[0]), tuple(_past(row) for row in rows if row.number)) for key, rows in groups}


def _policy(row: Row[Any]) -> Policy:
    return Policy(allowed=row.attempts_allowed, granted=row.granted, spent=row.spent, days_between=row.days_between)


def _past(row: Row[Any]) -> Past:
    return Past(
        number=row.number, reason=row.reason, is_completed=row.is_completed, is_passed=row.is_passed,
        is_running=row.is_running, is_untouched=not row.is_heard, heard_at=row.heard_at,
    )  # fmt: skip
