"""The seats of an activity: rows that applications hold by their number, so that the database counts them."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.errors import Refusal
from courses.offerings.models import Offering, Seat
from courses.offerings.states import ANNOUNCED


def set_seats(session: Session, offering: Offering, wanted: int | None) -> None:
    """Give an activity as many seats as are wanted, None for no limit; the caller has locked it.

    New ones get the numbers that are free. Only free ones go, those of the highest numbers first: a seat that is held
    stays, the database refuses to let it go.

    Raises:
        Refusal: more seats are held than are wanted.
        ValueError: a limit comes after people could be selected without one, and they were not counted:
            `courses.applications.seats.limit_seats` does that.
    """
    if wanted is not None and offering.seats is None and offering.state in ANNOUNCED:
        raise ValueError("who has a place without a number is to be counted first")
    numbers = list(session.scalars(select(Seat.number).where(Seat.offering_id == offering.id).order_by(Seat.number)))
    offering.seats = wanted
    excess = len(numbers) - (wanted or 0)
    for number in reversed(numbers):
        if excess <= 0:
            break
        excess -= _removed(session, offering, number)
    if excess > 0 and wanted is not None:
        raise Refusal("seats_held", held=str(wanted + excess))
    _add(session, offering, set(numbers), wanted or 0)
    session.flush()


def _add(session: Session, offering: Offering, numbers: set[int], wanted: int) -> None:
    free = (number for number in range(1, len(numbers) + wanted + 1) if number not in numbers)
    session.add_all(Seat(offering_id=offering.id, number=next(free)) for _ in range(wanted - len(numbers)))


def _removed(session: Session, offering: Offering, number: int) -> bool:
    """Remove a seat unless somebody holds it; tell whether it is gone."""
    try:
        with session.begin_nested():
            session.execute(delete(Seat).where(Seat.offering_id == offering.id, Seat.number == number))
    except IntegrityError:
        return False
    return True
