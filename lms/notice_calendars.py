"""The calendar files in letters: for those who have a place, and for those whose calendar holds one that is no more."""

from collections.abc import Sequence
from datetime import date, datetime
from email.headerregistry import Address
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from courses.applications.models import Application, State
from courses.applications.own_calendar import turns_of
from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.notices.services import Due
from courses.offerings.models import Offering, OfferingChange
from lms.calendars import Ends, Held, Method, calendar_of, cancelled_rest, gone_from, has_events
from lms.config import Settings
from lms.letters import Enclosed
from lms.mail import Enclosure, sender_of
from lms.mail_settings import mailbox
from lms.notice_values import text

K = NoticeKind
GIVES = frozenset({K.SELECTED, K.PLACE_OFFERED, K.CONFIRMED})
TAKES = frozenset(
    {
        K.WITHDRAWN, K.LAPSED, K.DECLINED, K.INELIGIBLE, K.WAITLISTED, K.ACTIVITY_CANCELLED, K.ACTIVITY_POSTPONED,
        K.NOT_ENDORSED,
    }
)  # fmt: skip
NAME = "activity.ics"
NAME_OF_REST = "cancelled.ics"


def enclosed_with(session: Session, due: Due, settings: Settings, now: datetime) -> Enclosed | None:
    """Return the calendar files that belong into a letter; None where it has none.

    They say what is so when the letter is sent. Who lost a place gets what takes it out, if an earlier letter gave it.
    """
    offering = _offering(session, due)
    if offering is None or due.kind not in GIVES | TAKES | {K.ACTIVITY_CHANGED}:
        return None
    held = _held(session, due, offering)
    ends = Ends(settings.address, sender_of(settings), _attendee(due))
    language = due.person.language.value
    if due.kind in TAKES:
        if not _was_given(session, due):
            return None
        data = calendar_of([held], language, Method.CANCEL, now, ends)
        return Enclosed("cancel", (Enclosure(NAME, data, Method.CANCEL),)) if b"BEGIN:VEVENT" in data else None
    if not _has_place(session, due):
        return None
    files = []
    if has_events(offering, held.days, held.sessions):
        files.append(Enclosure(NAME, calendar_of([held], language, Method.REQUEST, now, ends), Method.REQUEST))
    if due.kind == K.ACTIVITY_CHANGED and gone_from(held):
        rest = cancelled_rest(held, language, now, ends)
        files.append(Enclosure(NAME_OF_REST if files else NAME, rest, Method.CANCEL))
    return Enclosed("changed" if due.kind == K.ACTIVITY_CHANGED else "request", tuple(files)) if files else None


def _attendee(due: Due) -> Address | None:
    try:
        return mailbox(due.person.name, due.person.email)
    except ValueError:
        return None


def _offering(session: Session, due: Due) -> Offering | None:
    offering_id = _identifier(due, "offering")
    if offering_id is None:
        return None
    query = (
        select(Offering)
        .where(Offering.id == offering_id)
        .options(selectinload(Offering.days), selectinload(Offering.sessions))
    )
    return session.scalar(query)


def _identifier(due: Due, name: str) -> UUID | None:
    try:
        return UUID(text(due.facts, name))
    except ValueError:
        return None


def _held(session: Session, due: Due, offering: Offering) -> Held:
    application = _application(session, due)
    changes = select(OfferingChange.before).where(OfferingChange.offering_id == offering.id)
    told = session.scalars(changes.order_by(OfferingChange.changed_at, OfferingChange.id)).all()
    return Held(
        offering=offering, days=offering.days, sessions=offering.sessions, earlier=_earlier_days(told),
        earlier_sessions=_earlier_sessions([*told, {"sessions": offering.removed_sessions}]), is_mine=True,
        is_tentative=application is not None and application.state is State.SELECTED,
        turns=turns_of(session, due.person.id, [offering.id]).get(offering.id, 0),
    )  # fmt: skip


def _earlier_days(told: Sequence[dict[str, Any]]) -> dict[int, tuple[date, date]]:
    """Return the ranges of days that calendars may hold from before each change, the latest of each place."""
    earlier: dict[int, tuple[date, date]] = {}
    for before in told:
        for place, (first, last) in enumerate(before.get("days") or [], 1):
            earlier[place] = (date.fromisoformat(first), date.fromisoformat(last))
    return earlier


def _earlier_sessions(told: Sequence[dict[str, Any]]) -> dict[str, tuple[datetime, datetime]]:
    """Return the sessions that calendars may hold from before each change, as they were the last time."""
    return {
        name: (datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))
        for before in told
        for _title, starts_at, ends_at, name in before.get("sessions") or []
    }


def _application(session: Session, due: Due) -> Application | None:
    """Return the person's application to the activity: the one that is not withdrawn, if there is one."""
    offering_id = _identifier(due, "offering")
    query = (
        select(Application)
        .where(Application.person_id == due.person.id, Application.offering_id == offering_id)
        .order_by((Application.state == State.WITHDRAWN), Application.created_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def _has_place(session: Session, due: Due) -> bool:
    application = _application(session, due)
    return application is not None and application.state in {State.SELECTED, State.CONFIRMED}


def _was_given(session: Session, due: Due) -> bool:
    """Tell whether an earlier letter put the activity into the person's calendar."""
    query = select(Notice.facts).where(
        Notice.person_id == due.person.id, Notice.kind.in_(GIVES), Notice.sent_at.is_not(None)
    )
    offering_id = text(due.facts, "offering")
    return any(facts.get("offering") == offering_id for facts in session.scalars(query))
