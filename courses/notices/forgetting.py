"""Forget what letters said once they are old, never that they were sent: nothing is told twice."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses.notices.models import Notice

KEPT = frozenset({"offering"})
"""The identifier by which a later letter knows that an earlier one has put an activity into a calendar."""


def forget_texts(session: Session, now: datetime, days: int, most: int) -> int:
    """Forget the facts of letters that were sent, or given up, longer ago than so many days; return how many.

    Who was told of what and when stays, with the key. One that still waits or is tried again keeps everything.
    """
    since = now - timedelta(days=days)
    query = (
        select(Notice)
        .where(or_(Notice.sent_at < since, Notice.given_up_at < since), Notice.forgotten_at.is_(None))
        .order_by(Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    notices = session.scalars(query).all()
    for notice in notices:
        notice.facts = {name: value for name, value in notice.facts.items() if name in KEPT}
        notice.forgotten_at = now
    session.flush()
    return len(notices)
