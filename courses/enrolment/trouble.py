"""Technical trouble of an enrolment: saves and launches that failed, counted when they are reported."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.cohorts.risk import TROUBLE_LASTS
from courses.enrolment.models import Trouble


def record_trouble(session: Session, enrolment_id: UUID, times: int, now: datetime) -> None:
    """Count saves or launches that failed; what is older than two weeks is forgotten by the next one.

    Its attempt is locked by the caller.
    """
    trouble = session.scalar(select(Trouble).where(Trouble.enrolment_id == enrolment_id))
    if trouble is None:
        session.add(Trouble(enrolment_id=enrolment_id, times=times, last_at=now))
    else:
        trouble.times = times + (trouble.times if now - trouble.last_at < TROUBLE_LASTS else 0)
        trouble.last_at = now
    session.flush()
