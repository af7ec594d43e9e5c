"""The waiting list in its order: who is next when a seat is freed, through the gate again; seats nobody confirmed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, Place, case_in, move
from courses.applications.examining import reject
from courses.applications.models import Application, State
from courses.applications.passing import Asking, EnrolmentRefused, pass_on
from courses.applications.seats import close_ranks, confirmation_deadline, free_seats
from courses.applications.states import Action
from courses.applications.telling import tell
from courses.offerings.models import Offering, OfferingState
from courses.offerings.openness import is_over
from courses.offerings.services import locked as locked_offering
from courses.policy.models import Purpose

MOST_OFFERED = 1000


def offer_next(session: Session, offering_id: UUID, now: datetime) -> list[Application]:
    """Offer the free seats of an activity to those who wait, in their order; return to whom.

    The gate is asked again for each: who is not eligible any more leaves the list with the reasons, and the next one
    follows. Nothing happens where no seat is free or nobody waits, so that it is harmless to ask twice.

    Raises:
        NotFound: there is no such activity.
    """
    return offer_in(session, locked_offering(session, offering_id), now)


def offer_added(session: Session, offering_id: UUID, before: int | None, now: datetime) -> list[Application]:
    """Offer seats that were added to those who wait; `before` is how many there were (None: without limit).

    Raises:
        NotFound: there is no such activity.
    """
    offering = locked_offering(session, offering_id)
    is_more = before is not None and (offering.seats is None or offering.seats > before)
    return offer_in(session, offering, now) if is_more else []


def offer_in(session: Session, offering: Offering, now: datetime) -> list[Application]:
    """Do `offer_next` for an activity that is locked already.

    LMS choice: quotas shape the proposal and so the order of the list; the list itself is kept to.
    """
    offered: list[Application] = []
    if offering.state != OfferingState.PUBLISHED or is_over(offering, now):
        return offered
    while len(offered) < MOST_OFFERED:
        free = free_seats(session, offering)
        first = _first(session, offering)
        if first is None or free == ():
            break
        case = case_in(session, offering, first)
        if _offer(session, case, free[0] if free else None, now):
            offered.append(case.application)
    return offered


def _first(session: Session, offering: Offering) -> UUID | None:
    query = (
        select(Application.id)
        .where(Application.offering_id == offering.id, Application.waiting.is_not(None))
        .order_by(Application.waiting)
        .limit(1)
    )
    return session.scalar(query)


def _offer(session: Session, case: Case, seat: int | None, now: datetime) -> bool:
    """Offer a seat to who waits first, or write down why not."""
    try:
        pass_on(session, case, Asking(purpose=Purpose.WAITING_LIST, route="waiting_list"), now)
    except EnrolmentRefused as error:
        reject(session, case, error, Cause(now=now))
        return False
    seated(session, case, Action.OFFER, Cause(now=now), seat)
    close_ranks(session, case.offering)
    return True


def seated(session: Session, case: Case, action: Action, cause: Cause, seat: int | None) -> None:
    """Give somebody a seat (None: there is no limit), to be confirmed in time, and tell the person."""
    change = move(session, case, action, cause, Place(seat=seat))
    case.application.selected_at = cause.now
    case.application.confirm_until = confirmation_deadline(case.offering, cause.now)
    session.flush()
    tell(session, case, change)


def lapse_due(session: Session, now: datetime, most: int = 100) -> int:
    """Take back the seats that nobody confirmed in time, and offer each to who waits; return how many, `most` at once.

    While an activity is postponed nothing lapses: nobody knows to what they would say yes.
    """
    goes_on = exists().where(Offering.id == Application.offering_id, Offering.state == OfferingState.PUBLISHED)
    due = session.execute(
        select(Application.id, Application.offering_id)
        .where(Application.state == State.SELECTED, Application.confirm_until < now, goes_on)
        .order_by(Application.offering_id, Application.confirm_until)
        .limit(most)
    ).all()
    return sum(_lapse(session, application_id, offering_id, now) for application_id, offering_id in due)


def _lapse(session: Session, application_id: UUID, offering_id: UUID, now: datetime) -> bool:
    """Take a seat back unless it was confirmed meanwhile; the activity is locked, then looked at again."""
    offering = locked_offering(session, offering_id)
    case = case_in(session, offering, application_id)
    until = case.application.confirm_until
    if case.application.state != State.SELECTED or until is None or until >= now:
        return False
    tell(session, case, move(session, case, Action.LAPSE, Cause(now=now, facts={"until": until.isoformat()})))
    offer_in(session, offering, now)
    return True
