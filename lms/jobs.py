"""Jobs: a row written in the same transaction as what asks for it, run once by a worker process.

Only this module knows which engine runs them.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.db import Base, UtcDateTime, document, label, moment, pk, words


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


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
