"""Change a draft only as it was seen: two people who edit it at once do not undo each other's work."""

import hashlib
import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.policy import services
from courses.policy.models import PolicyVersion
from courses.progression.policy import Policy


def mark_of(version: PolicyVersion) -> str:
    """Return a short text that is another one as soon as the rules, the note or the date of force are."""
    force = version.in_force_from.isoformat() if version.in_force_from else ""
    written = json.dumps([version.rules, version.note, force], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def save_draft(session: Session, version_id: UUID, policy: Policy, note: str, seen: str) -> PolicyVersion:
    """Keep a draft if it is still as it was seen.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_changed_meanwhile`, `policy_not_draft`, `value_too_long`.
    """
    expect(session, version_id, seen)
    return services.change_draft(session, version_id, policy, note)


def expect(session: Session, version_id: UUID, seen: str) -> None:
    """Hold a version, and refuse to go on where it is not as it was seen.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_changed_meanwhile`.
    """
    query = select(PolicyVersion).where(PolicyVersion.id == version_id).with_for_update()
    version = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if version is None:
        raise NotFound("policy version")
    if mark_of(version) != seen:
        raise Refusal("policy_changed_meanwhile")
