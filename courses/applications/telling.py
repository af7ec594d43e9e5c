"""Tell people what happened to their application, once for each event; and what changed about the activity."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses.applications.cases import Case, Cause, move
from courses.applications.models import Application, ApplicationChange, Outcome, State
from courses.applications.seats import confirmation_deadline
from courses.applications.states import TOLD_OF_CHANGES, Action
from courses.notices.kinds import NoticeKind
from courses.notices.services import notify
from courses.offerings.models import Dating, Offering, OfferingChange, OfferingState
from courses.offerings.services import locked as locked_offering
from courses.offerings.telling import activity_facts
from courses.people.queries import coordinators_of

KINDS = {
    Action.SUBMIT: NoticeKind.APPLICATION_SUBMITTED,
    Action.NOMINATE: NoticeKind.NOMINATED,
    Action.ENDORSE: NoticeKind.ENDORSED,
    Action.REFUSE: NoticeKind.NOT_ENDORSED,
    Action.FIND_ELIGIBLE: NoticeKind.ELIGIBLE,
    Action.FIND_INELIGIBLE: NoticeKind.INELIGIBLE,
    Action.SELECT: NoticeKind.SELECTED,
    Action.OFFER: NoticeKind.PLACE_OFFERED,
    Action.WAIT: NoticeKind.WAITLISTED,
    Action.DECLINE: NoticeKind.DECLINED,
    Action.CONFIRM: NoticeKind.CONFIRMED,
    Action.LAPSE: NoticeKind.LAPSED,
    Action.WITHDRAW: NoticeKind.WITHDRAWN,
    Action.CLOSE: NoticeKind.OUTCOME,
    Action.CORRECT: NoticeKind.OUTCOME,
    Action.END: NoticeKind.DECLINED,
}
"""Of which moves people are told. Of attendance they are told by the outcome."""

CHANGES = {
    OfferingState.CANCELLED.value: NoticeKind.ACTIVITY_CANCELLED,
    OfferingState.POSTPONED.value: NoticeKind.ACTIVITY_POSTPONED,
}
ASKS_AGAIN = frozenset(
    {"mode", "dating", "days", "month_from", "month_until", "starts_on", "ends_on", "city", "country"}
)
"""The facts of an activity that decide whether somebody can come."""


def tell(session: Session, case: Case, change: ApplicationChange, facts: Mapping[str, object] | None = None) -> None:
    """Tell the person of a change; `facts` are those of the event, besides what the application says itself."""
    kind = _kind(case, change)
    if kind is None:
        return
    application = case.application
    said = {
        "until": application.confirm_until, "waiting": application.waiting, "reason": change.reason,
        "outcome": application.outcome, "mark": application.mark, "attendance": application.attendance,
    }  # fmt: skip
    known = {name: value for name, value in said.items() if value not in (None, "")}
    every = activity_facts(case.offering, case.offering.days) | {"application": application.id} | known
    notify(
        session, application.person_id, kind, f"application_change:{change.id}", every | dict(facts or {}),
        change.changed_at,
    )  # fmt: skip


def _kind(case: Case, change: ApplicationChange) -> NoticeKind | None:
    action = Action(change.action)
    if change.before == change.after and action not in {Action.CORRECT, Action.NOMINATE}:
        return None
    if action == Action.FIND_ELIGIBLE and change.before in {State.SUBMITTED, State.ENDORSED}:
        return None  # told with what led to it
    if action == Action.CLOSE and change.before == State.NO_SHOW and case.application.outcome == Outcome.NOT_ATTENDED:
        return NoticeKind.NO_SHOW
    return KINDS.get(action)


def ask_for_endorsement(session: Session, case: Case, now: datetime) -> int:
    """Tell the coordinators of the person's beneficiary that an application waits for them; return how many."""
    coordinators = coordinators_of(session, case.person)
    facts = activity_facts(case.offering, case.offering.days)
    facts |= {"applicant": case.person.name, "until": case.offering.endorses_until}
    for coordinator_id in coordinators:
        key = f"application:{case.application.id}:endorsement_asked:{coordinator_id}"
        notify(session, coordinator_id, NoticeKind.ENDORSEMENT_ASKED, key, facts, now)
    return len(coordinators)


def applications_in(session: Session, offering_id: object, states: frozenset[State]) -> list[Application]:
    """Return the applications to an activity in some states, locked, their people loaded, the oldest first."""
    query = (
        select(Application)
        .where(Application.offering_id == offering_id, Application.state.in_(states))
        .options(joinedload(Application.person))
        .order_by(Application.created_at, Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def tell_change(session: Session, change: OfferingChange, now: datetime) -> int:
    """Tell everybody whose application is alive that an activity changed; return how many.

    Applications survive. Where the dates or the way it is held are others, whoever has a seat is asked again: the seat
    stays theirs until the new deadline. A limit of seats that was raised lets the waiting list move on.
    """
    offering = locked_offering(session, change.offering_id)
    kind = CHANGES.get(str(change.after.get("state", "")), NoticeKind.ACTIVITY_CHANGED)
    people = applications_in(session, offering.id, TOLD_OF_CHANGES)
    for application in people:
        case = Case(application, offering)
        asked = {}
        if kind == NoticeKind.ACTIVITY_CHANGED and _asks_again(offering, application, change):
            ask_again(session, case, change, now)
            asked = {"until": application.confirm_until}
        facts = activity_facts(offering, offering.days) | {"application": application.id, **asked}
        facts |= {"before": change.before, "after": change.after, "reason": change.reason}
        notify(session, application.person_id, kind, f"activity_change:{change.id}:{application.person_id}", facts, now)
    return len(people)


def _asks_again(offering: Offering, application: Application, change: OfferingChange) -> bool:
    """Tell whether a change is one that a person with a seat has to say yes to."""
    goes_on = offering.state == OfferingState.PUBLISHED and offering.dating != Dating.NOT_FIXED
    return (
        goes_on and application.state in {State.SELECTED, State.CONFIRMED} and not ASKS_AGAIN.isdisjoint(change.after)
    )


def ask_again(session: Session, case: Case, change: OfferingChange, now: datetime) -> None:
    """Ask somebody who has a seat whether the change suits; what was confirmed is to be confirmed anew."""
    facts = {"change": str(change.id)}
    move(session, case, Action.ASK_AGAIN, Cause(now=now, actor_id=change.actor_id, reason=change.reason, facts=facts))
    case.application.confirm_until = confirmation_deadline(case.offering, now)
    case.application.confirmed_at = None
    session.flush()
