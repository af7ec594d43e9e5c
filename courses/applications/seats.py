"""Seats and the waiting list of an activity, counted under its lock: the lowest free seat, places without holes."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.applications.cases import first_moment
from courses.applications.models import Application
from courses.applications.states import SEATED
from courses.errors import Refusal
from courses.offerings.models import Offering, Seat
from courses.offerings.seating import set_seats

LEAST_TIME = timedelta(days=1)
"""How long people have at least to confirm."""


def free_seats(session: Session, offering: Offering) -> tuple[int, ...] | None:
    """Return the numbers of the free seats, the lowest first; None where seats are not limited."""
    if offering.seats is None:
        return None
    held = select(Application.seat).where(Application.offering_id == offering.id, Application.seat.is_not(None))
    query = select(Seat.number).where(Seat.offering_id == offering.id, Seat.number.not_in(held)).order_by(Seat.number)
    return tuple(session.scalars(query))


def take_seat(session: Session, offering: Offering) -> int | None:
    """Return the lowest free seat; None where none is needed.

    Raises:
        Refusal: `no_seat_left`.
    """
    free = free_seats(session, offering)
    if free is None:
        return None
    if not free:
        raise Refusal("no_seat_left")
    return free[0]


def limit_seats(session: Session, offering: Offering, wanted: int) -> None:
    """Limit the seats of an activity that had no limit: who has a place gets a numbered seat, the first selected first.

    The activity is locked.

    Raises:
        Refusal: more people have a place than there are to be seats.
    """
    query = select(Application).where(Application.offering_id == offering.id, Application.state.in_(SEATED))
    placed = session.scalars(query.order_by(Application.selected_at, Application.id).with_for_update()).all()
    if len(placed) > wanted:
        raise Refusal("seats_held", held=str(len(placed)))
    offering.seats = wanted
    set_seats(session, offering, wanted)
    unnumbered = [application for application in placed if application.seat is None]
    for application, number in zip(unnumbered, free_seats(session, offering) or (), strict=False):
        application.seat = number
    session.flush()


def next_waiting(session: Session, offering: Offering) -> int:
    """Return the next number on the waiting list."""
    last = session.scalar(select(func.max(Application.waiting)).where(Application.offering_id == offering.id))
    return (last or 0) + 1


def close_ranks(session: Session, offering: Offering) -> None:
    """Number the waiting list anew from 1, in its order: nobody waits behind a hole.

    One row after the other: each number is taken by one application at every moment.
    """
    session.flush()
    waiting = session.scalars(
        select(Application)
        .where(Application.offering_id == offering.id, Application.waiting.is_not(None))
        .order_by(Application.waiting)
    ).all()
    for number, application in enumerate(waiting, 1):
        if application.waiting != number:
            application.waiting = number
            session.flush()


def confirmation_deadline(offering: Offering, now: datetime) -> datetime:
    """Return until when who is selected now must confirm: the activity's days, but not beyond its beginning.

    LMS choice: there is always a day at least.
    """
    wanted, start = now + timedelta(days=offering.confirmation_days), first_moment(offering)
    return wanted if start is None else max(now + LEAST_TIME, min(wanted, start))
