"""What measures against a beneficiary do to courses that run: nothing, unless the policy says so (DOMAIN: levels)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.people.standing import standing_of
from courses.policy.queries import policy_at
from courses.progression.engine import is_met
from courses.progression.facts import Known
from courses.progression.record import Record
from courses.progression.requirements import GoodStanding


def is_stopped(session: Session, person_id: UUID, now: datetime) -> bool:
    """Tell whether measures against the beneficiary keep a person even from the courses that run."""
    if not policy_at(session, now).stops_courses:
        return False
    code = session.scalar(select(Person.country).where(Person.id == person_id))
    record = Record(beneficiary=standing_of(session, code))
    return not is_met(GoodStanding(), Known(record, now.date(), ""))
