"""Change an activity with all that follows for those who applied: people are told, seats go on, nobody waits for ever.

What `courses.offerings.services` write, in the same transaction. Pages and programs come this way.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.applications.seats import limit_seats
from courses.applications.settling import settle, settle_cancelled
from courses.applications.telling import tell_change
from courses.applications.waiting import offer_added, offer_in
from courses.offerings import services, sessions
from courses.offerings.facts import OfferingFacts
from courses.offerings.models import OfferingChange
from courses.offerings.services import Ask
from courses.offerings.states import ANNOUNCED


def change_activity(
    session: Session, offering_id: UUID, facts: OfferingFacts, ask: Ask, now: datetime
) -> OfferingChange | None:
    """Change an activity and tell the people; seats that are added go to who waits, in order and through the gate.

    A limit can come, be raised, lowered and go at any time: where there was none, who has a place gets a seat of it.

    Raises:
        InvalidFacts: another activity has the code, or the reason is missing.
        Refusal: more seats are held than are wanted, or the activity is over.
    """
    offering = services.locked(session, offering_id)
    services.refuse_when_closed(offering)
    before = offering.seats
    if facts.seats is not None and before is None and offering.state in ANNOUNCED:
        limit_seats(session, offering, facts.seats)
    change = services.change_offering(session, offering_id, facts, ask, now)
    _tell(session, change, now)
    offer_added(session, offering_id, before, now)
    return change


def publish_activity(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange | None:
    """Publish an activity; one that was postponed goes on, and seats that were freed meanwhile go to who waits.

    Raises:
        IllegalTransition: it is published already, cancelled or held.
    """
    change = _told(session, services.publish(session, offering_id, ask, now), now)
    offer_in(session, services.locked(session, offering_id), now)
    return change


def postpone_activity(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange | None:
    """Put an activity off, and tell the people.

    Raises:
        IllegalTransition: it is not published.
        Refusal: no reason is given.
    """
    return _told(session, services.postpone(session, offering_id, ask, now), now)


def cancel_activity(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange | None:
    """Cancel an activity for good, and tell the people; their applications end with it.

    Raises:
        IllegalTransition: it is a draft, cancelled already, or was held.
        Refusal: no reason is given.
    """
    change = _told(session, services.cancel(session, offering_id, ask, now), now)
    settle_cancelled(session, services.locked(session, offering_id), now)
    return change


def hold_activity(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> None:
    """Write down that an activity was held; who has no confirmed place by then gets the final answer.

    Raises:
        IllegalTransition: it is not published.
        Refusal: its days are not fixed, or the first has not come.
    """
    services.hold(session, offering_id, ask, now)
    settle(session, services.locked(session, offering_id), now)


def announce_sessions(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> None:
    """Tell the people who applied of the sessions as they are now.

    Raises:
        Refusal: the activity is not published.
    """
    _tell(session, sessions.announce_sessions(session, offering_id, ask, now), now)


def _told(session: Session, change: OfferingChange | None, now: datetime) -> OfferingChange | None:
    _tell(session, change, now)
    return change


def _tell(session: Session, change: OfferingChange | None, now: datetime) -> None:
    if change is not None:
        tell_change(session, change, now)
