"""Build activities for tests: published and open, unless a test asks otherwise."""

import itertools
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from courses.offerings.dates import Dates
from courses.offerings.facts import OfferingFacts
from courses.offerings.models import (
    Dating,
    Mode,
    Offering,
    OfferingDay,
    OfferingSession,
    OfferingState,
    OfferingTrainer,
    Scope,
    Seat,
)
from courses.people.models import Person
from tests.builders import NOW

_numbers = itertools.count(1)
FIRST, LAST = date(2027, 2, 1), date(2027, 2, 5)


def days(*ranges: tuple[date, date]) -> Dates:
    """Return dates that are days."""
    return Dates(dating=Dating.DAYS, days=ranges)


def facts_of_activity(**facts: Any) -> OfferingFacts:
    """Return the facts of a regional workshop from 1 to 5 February 2027."""
    values: dict[str, Any] = {
        "code": f"ACT-{next(_numbers)}", "title_en": "Workshop on services", "title_fr": "Atelier sur les services",
        "title_es": "Taller sobre servicios", "mode": Mode.VIRTUAL, "scope": Scope.REGIONAL,
        "dates": days((FIRST, LAST)),
    }  # fmt: skip
    return OfferingFacts(**(values | facts))


def make_offering(
    session: Session,
    *,
    trainers: Iterable[Person] = (),
    ranges: Iterable[tuple[date, date]] = ((FIRST, LAST),),
    **facts: Any,
) -> Offering:
    """Add a published activity with its days, seats and trainers."""
    number = next(_numbers)
    held_on = sorted(ranges) if facts.get("dating", Dating.DAYS) is Dating.DAYS else []
    values: dict[str, Any] = {
        "code": f"ACT-{number}", "title_en": f"Activity {number}", "title_fr": f"Activité {number}",
        "title_es": f"Actividad {number}", "state": OfferingState.PUBLISHED, "mode": Mode.VIRTUAL,
        "scope": Scope.REGIONAL, "languages": ["en"], "dating": Dating.DAYS,
        "starts_on": held_on[0][0] if held_on else None, "ends_on": held_on[-1][1] if held_on else None,
        "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    offering = Offering(**(values | facts))
    session.add(offering)
    session.flush()
    session.add_all(OfferingDay(offering_id=offering.id, first_day=a, last_day=b) for a, b in held_on)
    session.add_all(Seat(offering_id=offering.id, number=seat + 1) for seat in range(offering.seats or 0))
    session.add_all(OfferingTrainer(offering_id=offering.id, person_id=person.id) for person in trainers)
    session.flush()
    return offering


def make_session(
    session: Session, offering: Offering, starts_at: datetime, hours: float = 2, **facts: Any
) -> OfferingSession:
    """Add a session to an activity."""
    row = OfferingSession(
        offering_id=offering.id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **facts
    )
    session.add(row)
    session.flush()
    return row
