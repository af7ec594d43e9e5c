"""Bring a draft of the policy into force only as it was seen, so that nobody decides on what another has changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.enrolment.policy_check import enforce
from courses.policy.editing import expect
from courses.policy.models import PolicyVersion


def force_as_seen(
    session: Session, version_id: UUID, moment: datetime, actor_id: UUID, now: datetime, *, seen: str
) -> PolicyVersion:  # fmt: skip
    """Bring a draft into force from a moment on if it is still as it was seen.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_changed_meanwhile`, or as `courses.enrolment.policy_check.enforce()`.
    """
    expect(session, version_id, seen)
    return enforce(session, version_id, moment, actor_id, now)
