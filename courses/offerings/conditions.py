"""The further conditions of an activity: an expression over what is known of a person, beside the steps or instead."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.offerings.services import Ask, happened, locked, refuse_when_closed
from courses.progression.requirements import Requirement, as_document


def set_requirement(  # the expression and what it takes the place of belong together
    session: Session, offering_id: UUID, wanted: tuple[Requirement | None, bool], ask: Ask, now: datetime
) -> None:
    """Let an activity ask for an expression; `wanted` is that and whether it takes the place of the rule of the house.

    Applications that are there survive: the gate asks again at their next step.

    Raises:
        NotFound: there is no such activity.
        Refusal: it was held or cancelled.
    """
    offering = locked(session, offering_id)
    refuse_when_closed(offering)
    requirement, replaces_rule = wanted
    offering.requirement = as_document(requirement) if requirement is not None else None
    offering.replaces_rule = replaces_rule and requirement is not None
    offering.changed_at = now
    session.flush()
    happened(session, "activity_conditions_changed", offering, ask)
