"""Notices: written once for each event and person, taken up by one worker at a time, sent or given up.

`notify` is called in the transaction of what happened. A worker takes up what is due (`due`) and commits, sends without
holding the database, then notes how it went (`record_sent`, `record_failed`). Who takes a notice up has it alone for
`LEASE`; a worker that dies in between leaves it to the next one, which may send it a second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from courses.db import table_of
from courses.errors import NotFound
from courses.notices.kinds import Failure, NoticeKind, Plain, needed, plain
from courses.notices.models import Notice
from courses.people.models import Person

LONGEST_KEY = 255
LEASE = timedelta(minutes=15)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=5)
LEAST_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A notice that was taken up to be sent now; `kind` is a text where no such kind is known any more."""

    notice_id: UUID
    key: str
    kind: str
    facts: Mapping[str, Plain]
    person: Person
    created_at: datetime
    tries: int


def notify(
    session: Session,
    person_id: UUID,
    kind: NoticeKind,
    key: str,
    facts: Mapping[str, object],
    now: datetime,
) -> bool:
    """Write a notice to a person, unless one with this key is there; tell whether it was written now.

    The key names the event and the person (`application:<id>:selected:2`): of two who write it at once one does.

    Raises:
        ValueError: the key is empty or too long, or facts are missing without which it would say nothing.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"a notice's key has 1 to {LONGEST_KEY} characters, not {len(key)}")
    missing = [name for name in needed(kind) if not facts.get(name)]
    if missing:
        raise ValueError(f"a notice of the kind {kind} needs {', '.join(missing)}")
    session.flush()  # the person may be new
    values = {
        "id": uuid7(), "key": key, "person_id": person_id, "kind": kind.value, "facts": plain(facts),
        "created_at": now, "next_try_at": now, "tries": 0, "failure": "",
    }  # fmt: skip
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    adding = (sqlite.insert if is_sqlite else postgresql.insert)(table_of(Notice)).values(values)
    adding_once = adding.on_conflict_do_nothing(index_elements=["key"]).returning(table_of(Notice).c.id)
    return session.scalar(adding_once) is not None


def due(session: Session, now: datetime, most: int) -> list[Due]:
    """Take up notices that are to be sent now, the oldest first; nobody else gets them for `LEASE`."""
    query = (
        select(Notice)
        .where(Notice.sent_at.is_(None), Notice.given_up_at.is_(None), Notice.next_try_at <= now)
        .order_by(Notice.next_try_at, Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    notices = session.scalars(query).all()
    people = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.id.in_({notice.person_id for notice in notices})))
    }
    for notice in notices:
        notice.tries += 1
        notice.next_try_at = now + LEASE
    session.flush()
    return [
        Due(
            notice_id=notice.id, key=notice.key, kind=notice.kind, facts=notice.facts,
            person=people[notice.person_id], created_at=notice.created_at, tries=notice.tries,
        )
        for notice in notices
    ]  # fmt: skip


def put_back(session: Session, notice_ids: Iterable[UUID], now: datetime) -> None:
    """Leave notices that were taken up and not tried to whoever comes next."""
    session.execute(
        update(Notice)
        .where(Notice.id.in_(list(notice_ids)), Notice.sent_at.is_(None), Notice.given_up_at.is_(None))
        .values(next_try_at=now, tries=Notice.tries - 1)
    )


def record_sent(session: Session, notice_id: UUID, now: datetime) -> None:
    """Write down that a notice was sent; the first time counts."""
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.sent_at.is_(None))
        .values(sent_at=now, given_up_at=None, error_id=None, failure="")
    )


def record_failed(
    session: Session, notice_id: UUID, error_id: str, now: datetime, failure: Failure | None = None
) -> datetime | None:
    """Write down that a notice could not be sent; return when it is tried again, None when it is given up or was sent.

    It is given up at once where it never can be sent (`failure`), else after `GIVEN_UP_AFTER` and at least
    `LEAST_TRIES`: a worker that stood still for a week gives nothing up at its first try.
    """
    notice = session.scalar(select(Notice).where(Notice.id == notice_id).with_for_update())
    if notice is None or notice.sent_at is not None:
        return None
    notice.error_id, notice.failure = error_id, failure or ""
    if failure or (now - notice.created_at >= GIVEN_UP_AFTER and notice.tries >= LEAST_TRIES):
        notice.given_up_at = now
    else:
        notice.next_try_at = now + pause(notice.tries)
    session.flush()
    return None if notice.given_up_at else notice.next_try_at


def record_pointless(session: Session, notice_id: UUID, now: datetime) -> None:
    """Give a notice up without an error: its moment has passed, or the person's account is closed."""
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.sent_at.is_(None), Notice.given_up_at.is_(None))
        .values(given_up_at=now, error_id=None)
    )


def pause(tries: int) -> timedelta:
    """Return how long to wait after so many tries: ever longer, up to `LONGEST_PAUSE`."""
    doublings = min(max(tries, 1) - 1, 16)
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))


def try_again(session: Session, notice_id: UUID, now: datetime) -> bool:
    """Let a notice that failed be sent at the worker's next round, as if it were new; tell whether that changed it.

    One that is tried within `LEASE` anyway is left alone: a worker may be at it at this moment.

    Raises:
        NotFound: there is no such notice.
    """
    if session.get(Notice, notice_id) is None:
        raise NotFound("notice")
    return _try_again(session, now, Notice.id == notice_id) == 1


def try_all_again(session: Session, now: datetime) -> int:
    """Let every notice that failed be sent at the worker's next round; return how many that changed."""
    return _try_again(session, now, Notice.error_id.is_not(None))


def _try_again(session: Session, now: datetime, which: ColumnElement[bool]) -> int:
    changed = session.scalars(
        update(Notice)
        .where(
            which,
            Notice.sent_at.is_(None),
            Notice.forgotten_at.is_(None),  # nobody knows any more what it would say
            Notice.error_id.is_not(None),
            or_(Notice.given_up_at.is_not(None), Notice.next_try_at > now + LEASE),
        )
        .values(given_up_at=None, next_try_at=now, tries=0)
        .returning(Notice.id)
    )
    return len(changed.all())
