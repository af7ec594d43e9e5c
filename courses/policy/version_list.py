"""The versions of the policy as a list: where each stands at a moment, and whose they are, in one query."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from courses.people.models import Person
from courses.policy.models import PolicyVersion
from courses.policy.queries import version_in_force


class Stand(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version, where it stands, who began it and who brought it into force (None: the platform itself)."""

    version: PolicyVersion
    stand: Stand
    author: Person | None
    decider: Person | None


def version_lines(session: Session, now: datetime) -> list[VersionLine]:
    """Return every version, the newest first."""
    author, decider = aliased(Person), aliased(Person)
    query = (
        select(PolicyVersion, author, decider)
        .outerjoin(author, author.id == PolicyVersion.created_by_id)
        .outerjoin(decider, decider.id == PolicyVersion.decided_by_id)
        .order_by(PolicyVersion.number.desc())
    )
    present = version_in_force(session, now)
    return [
        VersionLine(version=version, stand=_stand(version, present, now), author=by, decider=decided)
        for version, by, decided in session.execute(query)
    ]


def stand_of(session: Session, version: PolicyVersion, now: datetime) -> Stand:
    """Return where a version stands."""
    return _stand(version, version_in_force(session, now), now)


def _stand(version: PolicyVersion, present: PolicyVersion | None, now: datetime) -> Stand:
    if version.in_force_from is None:
        return Stand.DRAFT
    if version.in_force_from > now:
        return Stand.TO_COME
    return Stand.IN_FORCE if present is not None and version.id == present.id else Stand.PAST
