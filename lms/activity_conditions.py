"""What an activity asks of a person, in plain words: the policy in force applied to it, with what it adds."""

from datetime import datetime

from sqlalchemy.orm import Session

from courses.catalogue.names import Names
from courses.enrolment.terms import House, house_at
from courses.offerings.models import Offering
from courses.offerings.terms import terms_of_offering
from courses.progression.rules import NOTHING, gate_of
from courses.progression.terms import Purpose
from lms.wording_requirements import Clause, clause

ASKED = frozenset({"prerequisites", "requirement"})
"""The conditions that the page says as such; for whom and until when it says elsewhere."""


def asked_clauses(
    session: Session, offering: Offering, names: Names, now: datetime, house: House | None = None
) -> list[Clause]:
    """Return what an activity asks for, steps and further conditions, in the language at hand."""
    house = house or house_at(session, now)
    terms = house.told(terms_of_offering(offering, Purpose.APPLICATION, now))
    parts = (part for part in gate_of(house.policy, terms, house.topics) if part.code in ASKED)
    return [clause(part.requirement, names) for part in parts if part.requirement not in (None, NOTHING)]
