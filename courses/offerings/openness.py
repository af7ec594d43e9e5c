"""Whether an activity takes applications, and every reason why not; pure."""

from datetime import datetime

from courses.offerings.models import Dating, Offering, OfferingState
from courses.offerings.zones import day_in

_STATES = {
    OfferingState.DRAFT: "not_published",
    OfferingState.POSTPONED: "activity_postponed",
    OfferingState.CANCELLED: "activity_cancelled",
    OfferingState.HELD: "activity_over",
}


def closed_by(offering: Offering, now: datetime) -> tuple[str, ...]:
    """Return the codes of all that keeps an activity from taking applications; nothing when it takes them.

    LMS choice: one that is postponed takes no new applications until its dates stand again; those it has survive.
    """
    codes: list[str] = []
    if offering.state in _STATES:
        codes.append(_STATES[offering.state])
    if offering.opens_at is not None and now < offering.opens_at:
        codes.append("applications_not_open")
    if offering.applies_until is not None and now > offering.applies_until:
        codes.append("applications_closed")
    if is_over(offering, now) and "activity_over" not in codes:
        codes.append("activity_over")
    return tuple(codes)


def closed_for_good(offering: Offering, now: datetime) -> tuple[str, ...]:
    """Return the codes of what keeps an activity from going on at all, whatever the deadlines; nothing when it can.

    One that is postponed goes on: people are selected and confirm for when it is held.
    """
    closing = {OfferingState.DRAFT, OfferingState.CANCELLED, OfferingState.HELD}
    if offering.state in closing:
        return (_STATES[offering.state],)
    return ("activity_over",) if is_over(offering, now) else ()


def is_open(offering: Offering, now: datetime) -> bool:
    """Tell whether an activity takes applications."""
    return not closed_by(offering, now)


def is_over(offering: Offering, now: datetime) -> bool:
    """Tell whether the last day of an activity has passed, where it is held."""
    return offering.ends_on is not None and day_in(now, offering.time_zone) > offering.ends_on


def has_begun(offering: Offering, now: datetime) -> bool:
    """Tell whether the first day of an activity has come, where it is held; a month alone is no day."""
    if offering.dating is not Dating.DAYS or offering.starts_on is None:
        return False
    return day_in(now, offering.time_zone) >= offering.starts_on
