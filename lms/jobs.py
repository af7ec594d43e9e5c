"""Jobs: a row written in the same transaction as what asks for it, run once by a worker process.

Only this module and `lms.engine` know which engine runs them.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.db import Base, UtcDateTime, document, label, moment, pk, words


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class Job(Base):
    """A piece of work for a worker; its identifier is the identifier of its workflow, so that it runs once."""

    __tablename__ = "lms_job"
    __table_args__ = (Index("ix_lms_job_state", "state", "created_at"),)

    id: Mapped[pk]
    kind: Mapped[label]
    arguments: Mapped[document]
    state: Mapped[JobState] = mapped_column(words(JobState, "state"), default=JobState.WAITING)
    created_at: Mapped[moment]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_id: Mapped[str | None] = mapped_column(String(36))


def enqueue(session: Session, kind: str, arguments: dict[str, str], now: datetime) -> Job:
    """Write a job into the transaction at hand; a worker takes it up once that is committed."""
    job = Job(kind=kind, arguments=arguments, created_at=now)
    session.add(job)
    session.flush()
    return job


def waiting(session: Session, most: int) -> list[UUID]:
    """Return jobs that nobody has begun, the oldest first."""
    query = select(Job.id).where(Job.state == JobState.WAITING).order_by(Job.created_at, Job.id).limit(most)
    return list(session.scalars(query))


def unfinished(session: Session) -> list[tuple[UUID, JobState]]:
    """Return the jobs that have not ended, the oldest first."""
    query = select(Job.id, Job.state).where(Job.state.in_(UNFINISHED)).order_by(Job.created_at, Job.id)
    return [(job_id, state) for job_id, state in session.execute(query)]


def begin(session: Session, job_id: UUID, now: datetime) -> tuple[str, Mapping[str, str]] | None:
    """Write down that a job runs; return its kind and arguments, or None when it has ended already."""
    job = session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None or job.state not in UNFINISHED:
        return None
    job.state, job.started_at = JobState.RUNNING, now
    session.flush()
    return job.kind, job.arguments


def end(session: Session, job_id: UUID, now: datetime, error_id: str | None = None) -> None:
    """Write down how a job ended: well, or under an identifier that leads to the log."""
    state = JobState.FAILED if error_id else JobState.DONE
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(UNFINISHED))
        .values(state=state, finished_at=now, error_id=error_id)
    )
