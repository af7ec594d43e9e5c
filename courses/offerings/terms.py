"""What an activity asks of whoever wants to enter, as terms for the gate: a mapping from its row, nothing is read."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from courses.offerings.models import Gate, Offering
from courses.offerings.openness import closed_by, closed_for_good
from courses.progression.record import Category
from courses.progression.requirements import requirement_of
from courses.progression.steps import Step, parse_steps
from courses.progression.terms import Kind, Purpose, Terms

ON_THE_WAY_IN = frozenset({Purpose.ENROLMENT, Purpose.APPLICATION, Purpose.NOMINATION})
"""What the deadline for applications holds for; later steps of an application only end with the activity itself."""
_PURPOSES: Mapping[str, Purpose] = MappingProxyType({purpose.value: purpose for purpose in Purpose})


def terms_of_offering(offering: Offering, purpose: str, now: datetime) -> Terms:
    """Return the terms of an activity for a purpose at a moment; whether a course below it is taught others add."""
    asked = _PURPOSES.get(purpose, Purpose.APPLICATION)
    return Terms(
        code=offering.code,
        kind=Kind.ACTIVITY,
        purpose=asked,
        level=offering.level,
        track=offering.track,
        topic=offering.topic,
        asks_for=_parsed(tuple(offering.asks_for)),
        confers=_parsed(tuple(offering.confers)),
        requirement=requirement_of(offering.requirement) if offering.requirement else None,
        replaces_rule=offering.replaces_rule,
        categories=frozenset(Category(category) for category in offering.categories),
        languages=frozenset(map(str, offering.languages)),
        countries=frozenset(offering.countries),
        regions=frozenset(offering.region_codes),
        is_advisory=offering.gate == Gate.ADVISORY,
        hours=offering.hours,
        availability=_availability(offering, asked, now),
    )


def _availability(offering: Offering, purpose: Purpose, now: datetime) -> tuple[str, ...]:
    """Return the codes of what keeps an activity closed to everybody for a purpose.

    LMS choice: a coordinator names people as long as endorsements are taken, which may be longer than applications are.
    """
    if purpose not in ON_THE_WAY_IN:
        return closed_for_good(offering, now)
    codes = closed_by(offering, now)
    is_endorsing = offering.endorses_until is not None and now <= offering.endorses_until
    if purpose is Purpose.NOMINATION and is_endorsing:
        return tuple(code for code in codes if code != "applications_closed")
    return codes


@lru_cache(maxsize=1024)
def _parsed(texts: tuple[str, ...]) -> tuple[Step, ...]:
    return parse_steps(texts)
