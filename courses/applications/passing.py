"""Ask the gate for an application: the one way by which it goes on (DOMAIN: levels)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications.cases import Case
from courses.enrolment.gate import Asked, EnrolmentRefused, pass_gate
from courses.people.models import Person
from courses.policy.models import Purpose, StoredDecision
from courses.progression.decision import Decision, Reason
from courses.progression.documents import conditions_of

__all__ = ["Asking", "EnrolmentRefused", "decision_of", "lacks_of", "pass_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """For what the gate is asked, on which route, by whom (None: a rule), and why it should let somebody in anyway."""

    purpose: Purpose
    route: str
    actor: Person | None = None
    override_reason: str = ""


def pass_on(session: Session, case: Case, asking: Asking, now: datetime) -> StoredDecision:
    """Ask the gate, and keep its decision with the application.

    LMS choice: what a person let pass once, with a reason, is not held against the same application at a later gate;
    what was not overridden then refuses.

    Raises:
        EnrolmentRefused: a condition is not met; the decision is stored all the same.
    """
    try:
        stored = _asked(session, case, asking, now)
    except EnrolmentRefused as error:
        case.application.decision_id = error.stored.id if error.stored else None
        standing = None if asking.override_reason else _overridden(session, case, error)
        if standing is None:
            raise
        stored = _asked(session, case, asking, now, standing)
    case.application.decision_id = stored.id
    return stored


def lacks_of(stored: StoredDecision) -> tuple[Reason, ...]:
    """Return what somebody lacks by a stored decision, also where that does not keep the person out."""
    return decision_of(stored).lacks


def _asked(
    session: Session, case: Case, asking: Asking, now: datetime, standing: StoredDecision | None = None
) -> StoredDecision:
    is_named = case.application.nominated_at is not None or case.application.endorsed_at is not None
    asked = Asked(
        person=case.person, subject=case.offering, purpose=asking.purpose, route=asking.route, actor=asking.actor,
        override_reason=asking.override_reason, standing=standing,
        nominated_for=frozenset({case.offering.code} if is_named else ()),
    )  # fmt: skip
    return pass_gate(session, asked, now)


def _overridden(session: Session, case: Case, error: EnrolmentRefused) -> StoredDecision | None:
    """Return the latest decision that was overridden for this application, if all that is missing now was then."""
    query = (
        select(StoredDecision)
        .where(
            StoredDecision.person_id == case.application.person_id,
            StoredDecision.subject_id == case.offering.id,
            StoredDecision.decided_at >= case.application.created_at,
            StoredDecision.overridden_by_id.is_not(None),
        )
        .order_by(StoredDecision.decided_at.desc(), StoredDecision.id.desc())
        .limit(1)
    )
    stored = session.scalars(query).one_or_none()
    if stored is None or not set(error.decision.reasons) <= set(decision_of(stored).reasons):
        return None
    return stored


def decision_of(stored: StoredDecision) -> Decision:
    """Return the decision that a row keeps."""
    terms = stored.terms.get("terms") or {}
    return Decision(conditions_of(stored.conditions), bool(terms.get("is_advisory")))
