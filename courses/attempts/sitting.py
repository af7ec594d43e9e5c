"""What was done since a learner last came from the platform to the player: which parts were open, and how long."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt, Lease, PlayMode, RawCommit

_MOST_POSTS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The time from one launch on; `spent` has hundredths of a second by item, in the order in which they were opened.

    `is_closed`: the page was left, or was silent for so long that it is taken for gone. `heard_at` is its last sign of
    life: what it holds of later is known to that page alone.
    """

    mode: PlayMode
    began_at: datetime
    heard_at: datetime
    is_closed: bool
    spent: Mapping[str, int]


def last_sitting(session: Session, enrolment_id: UUID) -> Sitting | None:
    """Return the last sitting of an enrolment, in three queries at most; None before the first launch.

    The pages of one launch, reloads among them, share the moment at which it was made. The caller has checked who may
    see the enrolment.
    """
    last = session.execute(
        select(
            Lease.attempt_id, Lease.taken_at, Lease.seen_at, Lease.ended_at, Lease.mode, Attempt.activity_id
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
    opened = [(post.received_at, post.answer.get("deliver", {}).get("activity")) for post in posts]
    return Sitting(
        mode=last.mode, began_at=last.taken_at, heard_at=last.seen_at, is_closed=last.ended_at is not None,
        spent=spent_by(first, last.taken_at, [*opened, (last.seen_at, None)]),
    )  # fmt: skip


def spent_by(first: str | None, began_at: datetime, posts: Iterable[tuple[datetime, str | None]]) -> dict[str, int]:
    """Return the hundredths of a second during which each item was open (pure).

    `first` is the item with which the page opened, `posts` are the moments at which it was heard and the item that it
    was given then, if any.
    """
    spent = {first: 0} if first else {}
    current, since = first, began_at
    for at, opened in posts:
        if current:
            spent[current] += max(0, int((at - since).total_seconds() * 100))
        current, since = opened or current, max(at, since)
        if current:
            spent.setdefault(current, 0)
    return spent


def _activity_of(session: Session, lease_id: UUID, seq: int) -> str | None:
    """Return the item about which a post was; None when it was about none, or is no longer kept."""
    query = select(RawCommit.body).where(RawCommit.lease_id == lease_id, RawCommit.seq == seq)
    body = session.scalar(query)
    document = json.loads(zlib.decompress(body)) if body else {}
    return str(document.get("activity") or "") or None
