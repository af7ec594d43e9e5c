"""The raw log: every post of an attempt as it came, to hand out, and to forget when it has been kept long enough."""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, exists, select, tuple_
from sqlalchemy.orm import Session

from courses.attempts.models import Lease, RawCommit
from courses.events import Event, record

QUIET = timedelta(days=30)
"""How long nothing may have been heard of a page load before its posts may go: a retry is answered from them."""

POSTS_AT_ONCE = 100

Place = tuple[UUID, int]
"""A post: its lease and its number."""


def record_taken(session: Session, attempt_id: UUID, actor_id: UUID) -> None:
    """Note who takes the raw log of an attempt: it holds a learner's answers."""
    record(session, Event("raw_log_taken", attempt_id, (("by", str(actor_id)),)))


def raw_lines(session: Session, attempt_id: UUID, after: Place | None = None) -> tuple[list[str], Place | None]:
    """Return posts of an attempt as lines of JSON, page load after page load, and the place to go on from.

    The place is None after the last post.
    """
    columns = (
        RawCommit.lease_id, RawCommit.seq, RawCommit.received_at, RawCommit.client_time, RawCommit.is_late,
        RawCommit.body, RawCommit.answer,
    )  # fmt: skip
    query = select(*columns).where(RawCommit.attempt_id == attempt_id)
    if after is not None:
        query = query.where(tuple_(RawCommit.lease_id, RawCommit.seq) > after)
    rows = session.execute(query.order_by(RawCommit.lease_id, RawCommit.seq).limit(POSTS_AT_ONCE)).all()
    is_last = len(rows) < POSTS_AT_ONCE
    return [_line(row) for row in rows], None if is_last else (rows[-1].lease_id, rows[-1].seq)


def _line(row: Row[*tuple[Any, ...]]) -> str:
    text = zlib.decompress(row.body).decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = text
    document = {
        "received_at": row.received_at.isoformat(),
        "client_time": row.client_time.isoformat() if row.client_time else None,
        "late": row.is_late, "lease": str(row.lease_id), "seq": row.seq, "body": body, "answer": row.answer,
    }  # fmt: skip
    return json.dumps(document) + "\n"


def old_logs(session: Session, now: datetime, days: int, after: UUID | None, most: int) -> Sequence[UUID]:
    """Return page loads that have posts older than so many days and were not heard of lately, `most` at once, by id."""
    has_old = exists().where(
        RawCommit.attempt_id == Lease.attempt_id, RawCommit.lease_id == Lease.id,
        RawCommit.received_at < now - timedelta(days=days),
    )  # fmt: skip
    query = select(Lease.id).where(Lease.seen_at < now - QUIET, has_old).order_by(Lease.id).limit(most)
    return session.scalars(query if after is None else query.where(Lease.id > after)).all()


def forget_posts(session: Session, lease_ids: Sequence[UUID], now: datetime, days: int) -> int:
    """Forget the posts of page loads that are older than so many days; return how many.

    Results are projected already. A page load that was heard of meanwhile keeps its own.
    """
    quiet = select(Lease.id, Lease.attempt_id).where(Lease.id.in_(lease_ids), Lease.seen_at < now - QUIET)
    total = 0
    for lease_id, attempt_id in session.execute(quiet).all():
        is_old = (
            (RawCommit.attempt_id == attempt_id)
            & (RawCommit.lease_id == lease_id)
            & (RawCommit.received_at < now - timedelta(days=days))
        )
        total += len(session.execute(delete(RawCommit).where(is_old).returning(RawCommit.seq)).all())
    return total
