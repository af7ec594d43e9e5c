"""The sessions of an activity: what is odd about them, and writing them. Warnings keep nobody from anything."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.offerings.models import Dating, Offering, OfferingChange, OfferingSession
from courses.offerings.queries import changes_of
from courses.offerings.services import Ask, happened, locked, refuse_when_closed, write_change
from courses.offerings.states import ANNOUNCED
from courses.offerings.zones import NoSuchTime, day_in, local, moment_of

LONGEST_LIVE = timedelta(hours=2)
MOST_A_DAY = 2
LONGEST = timedelta(hours=24)
MOST_SESSIONS = 200
MOST_WEEKS = 52
LONGEST_TITLE = 255


class Oddity(StrEnum):
    """What is odd about a session (DOMAIN: live sessions last two hours at most, and are two a day)."""

    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    OVERLAP = "overlap"
    OUTSIDE_DATES = "outside_dates"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A session as it is asked for; moments in UTC."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    link: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        if self.ends_at <= self.starts_at:
            raise Refusal("session_ends_first")
        if self.ends_at - self.starts_at > LONGEST:
            raise Refusal("session_too_long")
        if max(len(self.title), len(self.link)) > LONGEST_TITLE:
            raise Refusal("value_too_long")
        if any(unicodedata.category(letter).startswith("C") for letter in self.title + self.link):
            raise Refusal("value_unreadable")
        if self.link and not self.link.startswith(("https://", "http://")):
            raise Refusal("link_invalid")


def oddities(offering: Offering, sessions: Sequence[OfferingSession]) -> dict[UUID, tuple[Oddity, ...]]:
    """Return what is odd about each session, by identifier; days are those of the venue's time zone."""
    found: dict[UUID, list[Oddity]] = {session.id: [] for session in sessions}
    for session_id, oddity in _oddities(offering, sessions):
        if oddity not in found[session_id]:
            found[session_id].append(oddity)
    return {session_id: tuple(odd for odd in Oddity if odd in some) for session_id, some in found.items()}


def _oddities(offering: Offering, sessions: Sequence[OfferingSession]) -> Iterator[tuple[UUID, Oddity]]:
    by_day: dict[object, list[OfferingSession]] = {}
    for one in sessions:
        by_day.setdefault(day_in(one.starts_at, offering.time_zone), []).append(one)
        if one.ends_at - one.starts_at > LONGEST_LIVE:
            yield one.id, Oddity.TOO_LONG
        if _is_outside(offering, one):
            yield one.id, Oddity.OUTSIDE_DATES
    for same_day in by_day.values():
        if len(same_day) > MOST_A_DAY:
            yield from ((one.id, Oddity.TOO_MANY) for one in same_day)
    for one, other in combinations(sessions, 2):
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            yield one.id, Oddity.OVERLAP
            yield other.id, Oddity.OVERLAP


def _is_outside(offering: Offering, session: OfferingSession) -> bool:
    """Tell whether a session is on a day that is none of the activity's, where its days are fixed."""
    if offering.dating is not Dating.DAYS:
        return False
    day = day_in(session.starts_at, offering.time_zone)
    return not any(held.first_day <= day <= held.last_day for held in offering.days)


def add_session(session: Session, offering_id: UUID, facts: SessionFacts, ask: Ask, now: datetime) -> OfferingSession:
    """Add a session to an activity.

    Raises:
        Refusal: the activity is over or cancelled, or has as many sessions as can be kept.
    """
    offering = _open(session, offering_id)
    return _added(session, offering, facts, ask, now)


def change_session(session: Session, row: tuple[UUID, UUID], facts: SessionFacts, ask: Ask, now: datetime) -> None:
    """Change a session; `row` is its activity's identifier and its own.

    Raises:
        NotFound: the activity has no such session.
    """
    offering, found = _found(session, row)
    found.title, found.link = facts.title.strip(), facts.link.strip()
    found.starts_at, found.ends_at = facts.starts_at, facts.ends_at
    _touched(session, offering, ask, now)


def remove_session(session: Session, row: tuple[UUID, UUID], ask: Ask, now: datetime) -> None:
    """Remove a session; of one that has begun people may have been noted as present, so it stays.

    Calendars may hold it: it is kept in mind for the letters that take it out.

    Raises:
        NotFound: the activity has no such session.
        Refusal: it has begun, and the activity was published.
    """
    offering, found = _found(session, row)
    if offering.state in ANNOUNCED and found.starts_at <= now:
        raise Refusal("session_begun")
    if offering.state in ANNOUNCED:
        offering.removed_sessions = [*offering.removed_sessions, *as_told([found])]
    session.delete(found)
    _touched(session, offering, ask, now)


def copy_weekly(session: Session, row: tuple[UUID, UUID], weeks: int, ask: Ask, now: datetime) -> list[OfferingSession]:
    """Add a session in each of so many weeks after one, at the same hour of the venue's clock.

    Raises:
        NotFound: the activity has no such session.
        Refusal: so many weeks cannot be kept, or the clock leaps over that hour in one of them.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refusal("weeks_out_of_range")
    offering, found = _found(session, row)
    copies = [_later(found, offering.time_zone, week) for week in range(1, weeks + 1)]
    return [_added(session, offering, facts, ask, now) for facts in copies]


def announce_sessions(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange:
    """Tell the people of the sessions as they are now; `before` says what they were told the last time.

    With those that were removed since: of these calendars may know though nobody was told.

    Raises:
        Refusal: the activity is not published.
    """
    offering = locked(session, offering_id)
    if offering.state not in ANNOUNCED:
        raise Refusal("not_announced")
    told = last_told(session, offering)
    told += [row for row in offering.removed_sessions if row not in told]
    return write_change(session, offering, ({"sessions": told}, {"sessions": as_told(offering.sessions)}), ask, now)


def last_told(session: Session, offering: Offering) -> list[list[str]]:
    """Return the sessions that people were last told of."""
    changes = (change.after["sessions"] for change in changes_of(session, offering) if "sessions" in change.after)
    return list(next(iter(changes), []))


def is_untold(session: Session, offering: Offering) -> bool:
    """Tell whether the sessions have changed since people knew of the activity, and they were not told.

    Whoever applies reads the sessions on the page: only what was changed after the publication is news. Each change of
    them raises `sequence`, as everything does that is told, and leaves no `OfferingChange`.
    """
    changes = changes_of(session, offering)
    if offering.state not in ANNOUNCED or offering.sequence <= len(changes):
        return False
    known = [row for change in changes for row in change.before.get("sessions", ())]
    is_gone = any(row not in known for row in offering.removed_sessions)
    return is_gone or last_told(session, offering) != as_told(offering.sessions)


def as_told(sessions: Sequence[OfferingSession]) -> list[list[str]]:
    """Return sessions as plain values: title, start, end, identifier."""
    return [[one.title, one.starts_at.isoformat(), one.ends_at.isoformat(), str(one.id)] for one in sessions]


def _later(found: OfferingSession, zone: str, weeks: int) -> SessionFacts:
    """Return a session so many weeks later, at the same hour on the wall also when the clock was changed meanwhile."""
    first = local(found.starts_at, zone)
    try:
        starts_at = moment_of(first.date() + timedelta(weeks=weeks), first.time(), zone)
    except NoSuchTime:
        raise Refusal("time_does_not_exist") from None
    ends_at = starts_at + (found.ends_at - found.starts_at)
    return SessionFacts(starts_at=starts_at, ends_at=ends_at, title=found.title, link=found.link)


def _added(session: Session, offering: Offering, facts: SessionFacts, ask: Ask, now: datetime) -> OfferingSession:
    if len(offering.sessions) >= MOST_SESSIONS:
        raise Refusal("sessions_too_many")
    row = OfferingSession(
        offering_id=offering.id, title=facts.title.strip(), link=facts.link.strip(), starts_at=facts.starts_at,
        ends_at=facts.ends_at,
    )  # fmt: skip
    session.add(row)
    _touched(session, offering, ask, now)
    return row


def _open(session: Session, offering_id: UUID) -> Offering:
    offering = locked(session, offering_id)
    refuse_when_closed(offering)
    return offering


def _found(session: Session, row: tuple[UUID, UUID]) -> tuple[Offering, OfferingSession]:
    offering = _open(session, row[0])
    found = next((one for one in offering.sessions if one.id == row[1]), None)
    if found is None:
        raise NotFound("session")
    return offering, found


def _touched(session: Session, offering: Offering, ask: Ask, now: datetime) -> None:
    """Write down that the sessions changed: calendars that know the activity are to take the new ones."""
    if offering.state in ANNOUNCED:
        offering.sequence += 1
    offering.changed_at = now
    session.flush()
    session.refresh(offering, ["sessions"])
    happened(session, "activity_sessions_changed", offering, ask)
