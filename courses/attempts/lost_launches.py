"""Count the launches that never reached the player: where its name is blocked, nothing else ever tells."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from courses.attempts.models import LaunchCode, Lease
from courses.db import table_of
from courses.enrolment.trouble import record_trouble

_CODE, _LEASE = table_of(LaunchCode).c, table_of(Lease).c
_FORGET = (
    delete(table_of(LaunchCode))
    .where(_CODE.attempt_id == bindparam("attempt"), _CODE.used_at.is_(None), _CODE.expires_at < bindparam("moment"))
    .returning(_CODE.expires_at)
)
_LAST_TAKEN = select(func.max(_LEASE.taken_at)).where(_LEASE.attempt_id == bindparam("attempt"))


def count_lost_launches(
    session: Session, enrolment_id: UUID, attempt_id: UUID, code_life: timedelta, now: datetime
) -> None:
    """Forget the codes of an attempt that nobody spent in time, and count them as trouble of its enrolment.

    A code that was followed by a page of the player is none: somebody clicked twice.
    """
    connection = session.connection()
    unspent = connection.scalars(_FORGET, {"attempt": attempt_id, "moment": now}).all()
    if not unspent:
        return
    last = connection.scalar(_LAST_TAKEN, {"attempt": attempt_id})
    lost = sum(last is None or expires_at - code_life > last for expires_at in unspent)
    if lost:
        record_trouble(session, enrolment_id, lost, now)
