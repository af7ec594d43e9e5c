"""Find whether an applicant is eligible: the gate is asked, and what it answers is where the application stands."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, move
from courses.applications.models import ApplicationChange, State
from courses.applications.passing import Asking, EnrolmentRefused, lacks_of, pass_on
from courses.applications.seats import close_ranks
from courses.applications.states import Action
from courses.applications.telling import tell
from courses.policy.models import StoredDecision
from courses.progression.decision import Reason


def examine(session: Session, case: Case, asking: Asking, now: datetime) -> bool:
    """Ask the gate about an application that has no seat yet; return whether the person is eligible now.

    Raises:
        IllegalTransition: it has a seat, is a draft or was withdrawn.
    """
    actor_id = asking.actor.id if asking.actor else None
    try:
        stored = pass_on(session, case, asking, now)
    except EnrolmentRefused as error:
        reject(session, case, error, Cause(now=now, actor_id=actor_id))
        return False
    find_eligible(session, case, stored, Cause(now=now, actor_id=actor_id, reason=asking.override_reason))
    return True


def find_eligible(session: Session, case: Case, stored: StoredDecision, cause: Cause) -> None:
    """Write down that the gate let somebody pass; an advisory one writes down who lacks what."""
    if case.application.state == State.ELIGIBLE:
        return
    facts: dict[str, object] = {"decision": str(stored.id)}
    lacks = lacks_of(stored)
    if lacks:
        facts["lacks"] = listed(lacks)
    why = Cause(now=cause.now, actor_id=cause.actor_id, reason=cause.reason, facts=facts)
    tell(session, case, move(session, case, Action.FIND_ELIGIBLE, why))


def reject(session: Session, case: Case, error: EnrolmentRefused, cause: Cause) -> None:
    """Write down that the gate refused somebody, with every reason; nothing where it had found the same before."""
    reasons = listed(error.decision.reasons)
    if case.application.state == State.INELIGIBLE and _last_reasons(session, case) == reasons:
        return
    facts = {"decision": str(error.stored.id) if error.stored else "", "reasons": reasons}
    why = Cause(now=cause.now, actor_id=cause.actor_id, reason=cause.reason, facts=facts)
    was_waiting = case.application.state == State.WAITLISTED
    tell(session, case, move(session, case, Action.FIND_INELIGIBLE, why), {"reasons": reasons})
    if was_waiting:
        close_ranks(session, case.offering)


def listed(reasons: Iterable[Reason]) -> list[list[object]]:
    """Return reasons as plain values: pairs of a code and its parameters."""
    return [[reason.code, dict(reason.parameters)] for reason in reasons]


def _last_reasons(session: Session, case: Case) -> object:
    facts = session.scalar(
        select(ApplicationChange.facts)
        .where(ApplicationChange.application_id == case.application.id)
        .order_by(ApplicationChange.changed_at.desc(), ApplicationChange.id.desc())
        .limit(1)
    )
    return (facts or {}).get("reasons")
