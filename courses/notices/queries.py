"""Which notices failed, how many wait, and what a person was told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from courses.notices.models import Notice
from courses.people.models import Person

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedNotice:
    """A notice that could not be sent; `next_try_at` is None where it was given up."""

    notice_id: UUID
    kind: str
    name: str
    email: str
    created_at: datetime
    tries: int
    next_try_at: datetime | None
    error_id: str
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How the sending of notices stands."""

    sent: int
    waiting: int
    failing: int
    given_up: int
    oldest_waiting_at: datetime | None


def failed_notices(session: Session, page: int = 1) -> tuple[list[FailedNotice], bool]:
    """Return a page of the notices that failed, the newest first, and whether there are more."""
    query = (
        select(Notice, Person)
        .join(Person, Person.id == Notice.person_id)
        .where(Notice.sent_at.is_(None), Notice.forgotten_at.is_(None), Notice.error_id.is_not(None))
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    found = [
        FailedNotice(
            notice_id=notice.id, kind=notice.kind, name=person.name, email=person.email,
            created_at=notice.created_at, tries=notice.tries, error_id=notice.error_id or "", failure=notice.failure,
            next_try_at=None if notice.given_up_at else notice.next_try_at,
        )
        for notice, person in session.execute(query)
    ]  # fmt: skip
    return found[:PAGE], len(found) > PAGE


def state_of_post(session: Session) -> Post:
    """Return how many notices were sent, wait, fail and were given up, and since when the oldest waits."""
    is_open = Notice.sent_at.is_(None) & Notice.given_up_at.is_(None)
    is_given_up = Notice.given_up_at.is_not(None) & Notice.error_id.is_not(None) & Notice.forgotten_at.is_(None)
    sent, waiting, failing, given_up, oldest = session.execute(
        select(
            func.count(Notice.sent_at),
            func.count(case((is_open & Notice.error_id.is_(None), 1))),
            func.count(case((is_open & Notice.error_id.is_not(None), 1))),
            func.count(case((is_given_up, 1))),
            func.min(case((is_open, Notice.created_at))),
        )
    ).one()
    return Post(sent=sent, waiting=waiting, failing=failing, given_up=given_up, oldest_waiting_at=oldest)
