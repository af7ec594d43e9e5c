"""Read the story of an attempt: bounded in posts and bytes, in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attempts.failures import failed_in
from courses.attempts.history import History, LeaseFacts, Stored, history_of
from courses.attempts.history_posts import LoggedPost, message_in, unpacked
from courses.attempts.models import ActivityState, Attempt, KeptCopy, Lease, RawCommit
from courses.attempts.played import PlayedVersion, played_version
from courses.catalogue.models import CourseVersion
from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment
from courses.errors import NotFound
from courses.people.models import Person

MOST_LOADS = 50
MOST_POSTS = 2000
MOST_BYTES = 16 * 1024**2
"""Of the posts of a story, inflated; what is older stands in the raw log."""

_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPage:
    """An attempt with its story and what stands around it.

    `loads` counts all page loads; `is_cut` when there were more posts than are read for a story.
    """

    attempt: Attempt
    person: Person
    version: PlayedVersion
    version_number: int
    copies: Sequence[KeptCopy]
    history: History
    loads: int
    is_cut: bool


def attempt_of(session: Session, cohort: Cohort, enrolment_id: UUID, attempt_id: UUID) -> Attempt:
    """Return an attempt of an enrolment in a cohort; the caller has checked who may see the cohort.

    Raises:
        NotFound: there is no such attempt there.
    """
    return _attempt(session, cohort, enrolment_id, attempt_id)[0]


def attempt_page(session: Session, cohort: Cohort, enrolment_id: UUID, attempt_id: UUID, now: datetime) -> AttemptPage:
    """Return an attempt of an enrolment in a cohort with its story, by six statements at most.

    The caller has checked who may see the cohort.

    Raises:
        NotFound: there is no such attempt there.
    """
    attempt, person, number = _attempt(session, cohort, enrolment_id, attempt_id)
    version = played_version(session, attempt.version_id)
    leases, loads = _leases(session, attempt_id)
    posts, is_cut = _posts(session, attempt_id)
    known = {lease.id for lease in leases}
    stored = Stored(
        version=version, leases=leases, posts=[post for post in posts if post.lease_id in known],
        opened=_opened(session, attempt_id), measured_cs=attempt.measured_cs,
        is_whole=not is_cut and loads == len(leases),
    )  # fmt: skip
    copies = session.scalars(select(KeptCopy).where(KeptCopy.attempt_id == attempt_id).order_by(KeptCopy.kept_at))
    return AttemptPage(
        attempt=attempt, person=person, version=version, version_number=number, copies=copies.all(),
        history=history_of(stored, now), loads=loads, is_cut=is_cut,
    )  # fmt: skip


def _attempt(session: Session, cohort: Cohort, enrolment_id: UUID, attempt_id: UUID) -> tuple[Attempt, Person, int]:
    row = session.execute(
        select(Attempt, Person, CourseVersion.number)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .where(Attempt.id == attempt_id, Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort.id)
    ).one_or_none()
    if row is None:
        raise NotFound("attempt")
    return row[0], row[1], row[2]


def _leases(session: Session, attempt_id: UUID) -> tuple[list[LeaseFacts], int]:
    """Return the newest page loads, the oldest first, and how many there are in all.

    A page opened when the one before it was replaced: one that goes on by its token has the moment of the launch.
    """
    columns = (
        Lease.id, Lease.taken_at, Lease.seen_at, Lease.replaced_at, Lease.ended_at, Lease.device, Lease.mode, Lease.seq
    )  # fmt: skip
    newest = (
        select(*columns, func.count().over().label("loads"))
        .where(Lease.attempt_id == attempt_id)
        .order_by(Lease.id.desc())
        .limit(MOST_LOADS + 1)
    )
    rows = session.execute(newest).all()
    loads: int = rows[0].loads if rows else 0
    found = []
    for index, row in enumerate(rows[:MOST_LOADS]):
        before = rows[index + 1] if index + 1 < len(rows) else None
        opened_at = row.taken_at if before is None or before.replaced_at is None else before.replaced_at
        lease = LeaseFacts(
            id=row.id, number=loads - index, opened_at=opened_at, seen_at=row.seen_at, replaced_at=row.replaced_at,
            ended_at=row.ended_at, device=row.device, mode=row.mode, seq=row.seq,
        )  # fmt: skip
        found.append(lease)
    return found[::-1], loads


def _posts(session: Session, attempt_id: UUID) -> tuple[list[LoggedPost], bool]:
    """Return the newest posts in the order in which they came, and whether older ones were left out."""
    newest = (
        select(RawCommit.lease_id, RawCommit.seq)
        .where(RawCommit.attempt_id == attempt_id)
        .order_by(RawCommit.received_at.desc(), RawCommit.lease_id.desc(), RawCommit.seq.desc())
        .limit(MOST_POSTS + 1)
        .subquery()
    )
    columns = (
        RawCommit.lease_id, RawCommit.seq, RawCommit.received_at, RawCommit.client_time, RawCommit.is_late,
        RawCommit.answer, RawCommit.body,
    )  # fmt: skip
    is_wanted = (RawCommit.lease_id == newest.c.lease_id) & (RawCommit.seq == newest.c.seq)
    rows = session.execute(
        select(*columns)
        .join(newest, is_wanted)
        .where(RawCommit.attempt_id == attempt_id)
        .order_by(RawCommit.received_at.desc(), RawCommit.lease_id.desc(), RawCommit.seq.desc())
        .execution_options(yield_per=_AT_ONCE)
    )
    posts: list[LoggedPost] = []
    left = MOST_BYTES
    is_cut = False
    for row in rows:
        document, size = unpacked(row.body, left + 1)
        left -= size
        is_cut = left < 0 or len(posts) == MOST_POSTS
        if is_cut:
            break
        post = LoggedPost(
            lease_id=row.lease_id, seq=row.seq, received_at=row.received_at, client_time=row.client_time,
            is_late=row.is_late, answer=row.answer, message=message_in(document), failed=failed_in(document), size=size,
        )  # fmt: skip
        posts.append(post)
    rows.close()
    return posts[::-1], is_cut


def _opened(session: Session, attempt_id: UUID) -> frozenset[str]:
    visited = select(ActivityState.activity_id).where(ActivityState.attempt_id == attempt_id, ActivityState.visits > 0)
    return frozenset(session.scalars(visited))
