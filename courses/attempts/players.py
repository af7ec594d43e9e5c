"""Who plays which version of a course, and what a change of the current one would mean for them: counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt, AttemptState, Lease
from courses.attempts.moving import fits, is_heard
from courses.catalogue.models import Course, CourseLanguage, VersionRule
from courses.catalogue.publications import Published, reigns_of
from courses.catalogue.queries import publications_of
from courses.cohorts.models import Cohort
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.enrolment.outcomes import LEFT


@dataclass(frozen=True, slots=True)
class Players:
    """How many people are in the middle of a version, would begin with it, and have an attempt on it behind them."""

    in_progress: int = 0
    not_begun: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """Who plays a course in a language: people who can still open it, each counted once.

    `in_progress` and `playing_now` (a page is open) are by version, as is `not_begun` where the rule holds people to
    the version that was current when they enrolled; `waiting` are all who have not begun. `fitting` are the pairs of
    versions, from the first to the second, between which an attempt can move.
    """

    current_id: UUID | None
    not_started_rule: VersionRule
    in_progress_rule: VersionRule
    in_progress: Mapping[UUID, int]
    playing_now: Mapping[UUID, int]
    not_begun: Mapping[UUID, int]
    waiting: int
    ended: Mapping[UUID, int] = field(default_factory=dict)

    def of(self, version_id: UUID) -> Players:
        """Return who plays a version as things are now."""
        return Players(
            self.in_progress.get(version_id, 0), self._beginners(version_id, self.current_id),
            self.ended.get(version_id, 0),
        )  # fmt: skip

    def _beginners(self, version_id: UUID, current_id: UUID | None) -> int:
        if self.not_started_rule is VersionRule.STAY:
            return self.not_begun.get(version_id, 0)
        return self.waiting if version_id == current_id else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What the publication of a version would mean: `moving` go on in it at their next launch, `staying` do not.

    `unfit` of those who stay would move by the rule, but cannot. `beginning` have not begun and will begin with it,
    `held` will begin with the one that was current when they enrolled.
    """

    moving: int
    staying: int
    unfit: int
    beginning: int
    held: int


def playing(session: Session, entry_id: UUID, now: datetime) -> Playing:
    """Return who plays a course in a language; a fixed number of queries."""
    entry = session.execute(
        select(
            CourseLanguage.version_id, CourseLanguage.course_id, CourseLanguage.language, Course.not_started_rule,
            Course.in_progress_rule,
        )
        .join(Course, Course.id == CourseLanguage.course_id)
        .where(CourseLanguage.id == entry_id)
    ).one()  # fmt: skip
    of_entry = and_(Enrolment.course_id == entry.course_id, Enrolment.language == entry.language)
    open_by_version = _by_version(session, of_entry, _can_play(now), Attempt.state == AttemptState.OPEN)
    heard = exists().where(Lease.attempt_id == Attempt.id, *is_heard(now))
    every = _by_version(session, of_entry)
    waiting = _waiting(session, of_entry, publications_of(session, entry_id), now)
    return Playing(
        current_id=entry.version_id,
        not_started_rule=entry.not_started_rule,
        in_progress_rule=entry.in_progress_rule,
        in_progress=open_by_version,
        playing_now=_by_version(session, of_entry, _can_play(now), Attempt.state == AttemptState.OPEN, heard),
        not_begun=waiting,
        waiting=sum(waiting.values()),
        ended={version_id: count - open_by_version.get(version_id, 0) for version_id, count in every.items()},
    )


def consequences(session: Session, found: Playing, version_id: UUID) -> Consequences:
    """Return what it would mean for those who play a course if this version were published now."""
    others = {one: count for one, count in found.in_progress.items() if one != version_id}
    total = sum(others.values())
    unfit = _unfit(session, others, version_id)
    is_moving = found.in_progress_rule is VersionRule.MOVE
    is_staying = found.not_started_rule is VersionRule.STAY
    beginning = found.not_begun.get(version_id, 0) if is_staying else found.waiting
    return Consequences(
        moving=total - unfit if is_moving else 0,
        staying=unfit if is_moving else total,
        unfit=unfit if is_moving else 0,
        beginning=beginning,
        held=found.waiting - beginning,
    )


def held_to(session: Session, found: Playing, version_id: UUID) -> Players:
    """Return who can only play this version, or plays it now: it cannot be taken from them.

    Who may move to the current version at the next launch, and is not in the middle of a page, is not held to this one.
    """
    in_progress = found.in_progress.get(version_id, 0)
    is_free = found.in_progress_rule is VersionRule.MOVE and found.current_id is not None
    if is_free and in_progress and fits(session, version_id, found.current_id or version_id):
        in_progress = found.playing_now.get(version_id, 0)
    not_begun = found.not_begun.get(version_id, 0) if found.not_started_rule is VersionRule.STAY else 0
    return Players(in_progress, not_begun)


def _unfit(session: Session, counts: Mapping[UUID, int], version_id: UUID) -> int:
    return sum(count for one, count in counts.items() if not fits(session, one, version_id))


def _can_play(now: datetime) -> ColumnElement[bool]:
    """Return the condition of an enrolment that can be opened now or later (`courses.enrolment.access`)."""
    is_withdrawn = and_(Enrolment.outcome == Outcome.DROPPED_OUT, Enrolment.dropout_kind == DropoutKind.WITHDREW)
    is_over = and_(Cohort.closes_at.is_not(None), Cohort.closes_at <= now)
    return not_(or_(Enrolment.outcome.in_(LEFT), func.coalesce(is_withdrawn, literal(value=False)), is_over))


def _by_version(session: Session, *conditions: ColumnElement[bool]) -> dict[UUID, int]:
    rows = session.execute(
        select(Attempt.version_id, func.count().label("people"))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(*conditions)
        .group_by(Attempt.version_id)
    )
    return {row.version_id: row.people for row in rows}


def _waiting(
    session: Session, of_entry: ColumnElement[bool], publications: Sequence[Published], now: datetime
) -> dict[UUID, int]:
    """Return who has not begun, by the version that was current when they enrolled."""
    has_begun = exists().where(Attempt.enrolment_id == Enrolment.id)
    reigns = reigns_of(publications)
    number = _reign_number([reign.end for reign in reigns])
    rows = session.execute(
        select(number, func.count())
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(of_entry, _can_play(now), not_(has_begun))
        .group_by(number)
    )
    found: Counter[UUID] = Counter()
    for place, count in rows:
        if reigns:
            found[reigns[place].version_id] += count
    return dict(found)


def _reign_number(ends: Iterable[datetime | None]) -> ColumnElement[int]:
    """Return which of the reigns an enrolment falls into, by their ends."""
    whens = [(Enrolment.enrolled_at < end, literal(place)) for place, end in enumerate(ends) if end is not None]
    last = literal(len(whens))
    return case(*whens, else_=last) if whens else last
