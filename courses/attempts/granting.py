"""Grant an enrolment one more attempt than the policy of its course allows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attempts.models import AttemptGrant
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.enrolment.outcomes import LEFT
from courses.errors import NotFound, Refusal
from courses.events import Event, record

LONGEST_REASON = 255


def grant_attempt(
    session: Session, enrolment: Enrolment, actor_id: UUID, reason: str, known: int, now: datetime
) -> bool:
    """Grant one more attempt, with the reason, and tell whether that was done; the caller checked who may.

    `known` is how many grants the actor knew of: where there is another by now nothing is done, so that a form that
    is sent twice grants once.

    Raises:
        NotFound: there is no such enrolment any more.
        Refusal: `value_missing`, `value_too_long`, `enrolment_left`, or `no_limit_to_attempts`.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("value_missing")
    if len(reason) > LONGEST_REASON:
        raise Refusal("value_too_long")
    row = session.execute(
        select(Enrolment.outcome, Course.attempts_allowed)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.id == enrolment.id)
        .with_for_update(of=Enrolment)
    ).one_or_none()
    if row is None:
        raise NotFound("enrolment")
    if row.outcome in LEFT:
        raise Refusal("enrolment_left")
    if row.attempts_allowed is None:
        raise Refusal("no_limit_to_attempts")
    count = session.scalar(select(func.count()).where(AttemptGrant.enrolment_id == enrolment.id)) or 0
    if count != known:
        return False
    session.add(AttemptGrant(enrolment_id=enrolment.id, granted_at=now, granted_by_id=actor_id, reason=reason))
    session.flush()
    facts = (("by", str(actor_id)), ("granted", str(count + 1)))
    record(session, Event("attempt_granted", enrolment.id, facts))
    return True
