"""What was done since a learner last came from the platform to the player: which parts were open, and how long."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt, Lease, PlayMode, RawCommit

_MOST_POSTS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The time from one launch on; `spent` has hundredths of a second by item, in the order in which they were opened.

    `was_left`: the last that was heard of the page is that it was left. `heard_at` is its last sign of life: what it
    holds of later is known to that page alone, also where it was silent for so long that it is taken for gone.
    """

    mode: PlayMode
    began_at: datetime
    heard_at: datetime
    was_left: bool
    spent: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A sign of life: when it came, how much time of the attempt was measured by then, and which item was given."""

    at: datetime
    measured_cs: int | None
    opened: str | None = None


def last_sitting(session: Session, enrolment_id: UUID) -> Sitting | None:
    """Return the last sitting of an enrolment, in four queries at most; None before the first launch.

    The pages of one launch, reloads among them, share the moment at which it was made. The caller has checked who may
    see the enrolment.
    """
    last = session.execute(
        select(
            Lease.attempt_id, Lease.taken_at, Lease.seen_at, Lease.ended_at, Lease.mode, Attempt.activity_id,
            Attempt.measured_cs,
        )
        .join(Attempt, Attempt.id == Lease.attempt_id)
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Lease.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    if last is None:
        return None
    posts = session.execute(
        select(RawCommit.received_at, RawCommit.answer, RawCommit.lease_id, RawCommit.seq)
        .join(Lease, Lease.id == RawCommit.lease_id)
        .where(Lease.attempt_id == last.attempt_id, Lease.taken_at == last.taken_at, RawCommit.is_late.is_(False))
        .order_by(RawCommit.received_at, RawCommit.lease_id, RawCommit.seq)
        .limit(_MOST_POSTS)
    ).all()
    first = _activity_of(session, posts[0].lease_id, posts[0].seq) if posts else last.activity_id
    began = Heard(at=last.taken_at, measured_cs=_measured_before(session, last.attempt_id, last.taken_at), opened=first)
    heard = [_heard(post.received_at, post.answer) for post in posts]
    return Sitting(
        mode=last.mode, began_at=last.taken_at, heard_at=last.seen_at, was_left=last.ended_at == last.seen_at,
        spent=spent_by(began, [*heard, Heard(at=last.seen_at, measured_cs=last.measured_cs)]),
    )  # fmt: skip


def spent_by(began: Heard, heard: Iterable[Heard]) -> dict[str, int]:
    """Return the hundredths of a second during which each item was open (pure).

    Between two signs of life that is what the server has measured: a page that nobody looks at costs no time. What was
    measured after the last sign of life of an earlier sitting is no part of this one, which the clock bounds.
    """
    spent = {began.opened: 0} if began.opened else {}
    current, last = began.opened, began
    for one in heard:
        if current:
            spent[current] += _between(last, one)
        current, last = one.opened or current, one
        if current:
            spent.setdefault(current, 0)
    return spent


def _between(before: Heard, after: Heard) -> int:
    passed = max(0, int((after.at - before.at).total_seconds() * 100))
    if before.measured_cs is None or after.measured_cs is None:
        return passed
    return min(passed, max(0, after.measured_cs - before.measured_cs))


def _heard(at: datetime, answer: Mapping[str, Any]) -> Heard:
    """Return the sign of life that a post was, from what is kept of its answer."""
    return Heard(at=at, measured_cs=answer.get("measured_cs"), opened=answer.get("deliver", {}).get("activity"))


def _measured_before(session: Session, attempt_id: UUID, moment: datetime) -> int | None:
    """Return how much of the attempt had been measured by its last post before a moment; 0 before the first."""
    query = (
        select(RawCommit.answer)
        .where(RawCommit.attempt_id == attempt_id, RawCommit.received_at < moment, RawCommit.is_late.is_(False))
        .order_by(RawCommit.received_at.desc())
        .limit(1)
    )
    answer = session.scalar(query)
    return 0 if answer is None else answer.get("measured_cs")


def _activity_of(session: Session, lease_id: UUID, seq: int) -> str | None:
    """Return the item about which a post was; None when it was about none, or is no longer kept."""
    query = select(RawCommit.body).where(RawCommit.lease_id == lease_id, RawCommit.seq == seq)
    body = session.scalar(query)
    document = json.loads(zlib.decompress(body)) if body else {}
    return str(document.get("activity") or "") or None
