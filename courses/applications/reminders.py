"""Reminders: of a place that is not confirmed yet, of a session that begins soon; each once, while it still matters.

LMS choice: a place is called to mind two days before it lapses, or half-way where there was less time; a session a day
before it begins, to who has confirmed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from courses.applications.models import Application, State
from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.notices.services import notify
from courses.offerings.models import Offering, OfferingSession, OfferingState
from courses.offerings.telling import activity_facts

BEFORE_LAPSE = timedelta(days=2)
BEFORE_SESSION = timedelta(days=1)
TAKES_PART = frozenset({State.CONFIRMED, State.ATTENDED})
KEYS_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder that is due: of which application in which states, and its notice."""

    application_id: UUID
    states: frozenset[State]
    kind: NoticeKind
    key: str
    facts: dict[str, object]


def reminders_due(session: Session, now: datetime) -> list[Reminder]:
    """Return the reminders that are due and were not written yet; a reader asks, so that nobody waits."""
    found = [*_of_places(session, now), *_of_sessions(session, now)]
    known: set[str] = set()
    for first in range(0, len(found), KEYS_AT_ONCE):
        keys = [reminder.key for reminder in found[first : first + KEYS_AT_ONCE]]
        known.update(session.scalars(select(Notice.key).where(Notice.key.in_(keys))))
    return [reminder for reminder in found if reminder.key not in known]


def write_reminders(session: Session, reminders: Iterable[Reminder], now: datetime) -> int:
    """Write reminders to those who still stand where they stood; return how many."""
    wanted = list(reminders)
    query = (
        select(Application)
        .where(Application.id.in_([reminder.application_id for reminder in wanted]))
        .order_by(Application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    present = {application.id: application for application in session.scalars(query)}
    count = 0
    for reminder in wanted:
        application = present.get(reminder.application_id)
        if application is not None and application.state in reminder.states:
            count += notify(session, application.person_id, reminder.kind, reminder.key, reminder.facts, now)
    return count


def _of_places(session: Session, now: datetime) -> Iterator[Reminder]:
    query = (
        select(Application)
        .join(Offering, Offering.id == Application.offering_id)
        .where(
            Application.state == State.SELECTED,
            Application.confirm_until > now,
            Application.confirm_until <= now + BEFORE_LAPSE,
            Offering.state == OfferingState.PUBLISHED,
        )
        .options(joinedload(Application.offering).selectinload(Offering.days))
        .order_by(Application.confirm_until, Application.id)
    )
    for application in session.scalars(query):
        until = application.confirm_until
        if until is None or now < until - _ahead(application, until):
            continue
        facts = activity_facts(application.offering, application.offering.days)
        facts |= {"application": application.id, "until": until}
        yield Reminder(
            application_id=application.id, states=frozenset({State.SELECTED}),
            kind=NoticeKind.CONFIRMATION_REMINDER, facts=facts,
            key=f"application:{application.id}:confirm:{until:%Y-%m-%dT%H:%M:%SZ}",
        )  # fmt: skip


def _ahead(application: Application, until: datetime) -> timedelta:
    """Return how long before the deadline the place is called to mind."""
    since = application.selected_at
    return min(BEFORE_LAPSE, (until - since) / 2) if since and since < until else BEFORE_LAPSE


def _of_sessions(session: Session, now: datetime) -> Iterator[Reminder]:
    soon = session.execute(
        select(OfferingSession, Offering)
        .join(Offering, Offering.id == OfferingSession.offering_id)
        .where(
            OfferingSession.starts_at > now,
            OfferingSession.starts_at <= now + BEFORE_SESSION,
            Offering.state == OfferingState.PUBLISHED,
        )
        .options(selectinload(Offering.days))
        .order_by(OfferingSession.starts_at, OfferingSession.id)
    ).all()
    people = _taking_part(session, {offering.id for _, offering in soon})
    for held, offering in soon:
        facts = activity_facts(offering, offering.days)
        facts |= {"session": held.title, "starts_at": held.starts_at, "ends_at": held.ends_at}
        facts["link"] = held.link or offering.link
        for application in people.get(offering.id, ()):
            yield Reminder(
                application_id=application.id, states=TAKES_PART, kind=NoticeKind.SESSION_REMINDER,
                facts=facts | {"application": application.id},
                key=f"session:{held.id}:{held.starts_at:%Y-%m-%dT%H:%M:%SZ}:{application.id}",
            )  # fmt: skip


def _taking_part(session: Session, offering_ids: set[UUID]) -> dict[UUID, list[Application]]:
    query = select(Application).where(Application.offering_id.in_(offering_ids), Application.state.in_(TAKES_PART))
    people: dict[UUID, list[Application]] = {}
    for application in session.scalars(query.order_by(Application.id)):
        people.setdefault(application.offering_id, []).append(application)
    return people
