"""End what nobody ended: a page that has been silent for five minutes is taken for gone, its session for suspended."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.activities import Heard, activities_of, project
from courses.attempts.generations import generation_of
from courses.attempts.leases import Held, change_lease, held_if_free
from courses.attempts.models import Lease
from courses.attempts.play import Play
from courses.attempts.played import played_version

SILENCE = timedelta(minutes=5)
BATCH = 500


def close_silent(session: Session, now: datetime, most: int = BATCH) -> int:
    """End the leases that were silent too long, `most` at once, with what their sessions came to; return how many.

    The values stay as they are, so that a page that was only asleep goes on where it was; only the result is drawn as
    if the SCO had been suspended, never as a normal exit. What cannot be read is told, ended as it is, and keeps no
    other page back.
    """
    is_running = Lease.replaced_at.is_(None) & Lease.ended_at.is_(None)
    silent = select(Lease.id).where(is_running, Lease.seen_at < now - SILENCE).order_by(Lease.seen_at).limit(most)
    lease_ids = session.scalars(silent).all()
    return sum(_close_apart(session, lease_id, now) for lease_id in lease_ids)


def _close_apart(session: Session, lease_id: UUID, now: datetime) -> bool:
    try:
        with session.begin_nested():
            return _close(session, lease_id, now)
    except SQLAlchemyError:  # the database's own trouble is everybody's
        raise
    except Exception as error:  # noqa: BLE001  # one page's data, of whatever kind, must not keep the others open
        events.record(session, events.Event("lease.unreadable", lease_id, (("error", type(error).__name__),)))
        change_lease(session, lease_id, ended_at=now)
        return True


def _close(session: Session, lease_id: UUID, now: datetime) -> bool:
    held = held_if_free(session, lease_id)
    if held is None or held.replaced_at is not None or now - held.lease_seen_at < SILENCE:
        return False
    change_lease(session, lease_id, ended_at=now)
    _draw_result(session, held, now)
    return True


def _draw_result(session: Session, held: Held, now: datetime) -> None:
    play = Play(
        session=session, held=held, version=played_version(session, held.version_id),
        activities=activities_of(session, held.attempt_id, held.activity_id), secret="", now=now,
    )  # fmt: skip
    generation = generation_of(play)
    if generation.fall_silent():
        heard = Heard(activity_id=generation.current, now=now, last_at=held.lease_seen_at, is_end=True)
        project(session, held, generation.result(), heard)
