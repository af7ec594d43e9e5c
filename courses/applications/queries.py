"""Read applications: the person's own, with their history, and the way into an activity."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from courses.applications.cases import begun
from courses.applications.models import Application, ApplicationChange, State
from courses.applications.passing import decision_of
from courses.applications.states import LEAVABLE, SEATED, Action
from courses.enrolment.gate import answer_about
from courses.enrolment.standing import record_of
from courses.enrolment.terms import House, house_at
from courses.errors import NotFound
from courses.offerings.models import Offering, OfferingState
from courses.offerings.openness import closed_by
from courses.people.models import Person
from courses.policy.models import StoredDecision
from courses.progression.decision import Decision, Reason
from courses.progression.record import Record

DECIDED = (Action.SELECT, Action.OFFER, Action.WAIT, Action.DECLINE, Action.REFUSE)
"""What people decide about a place."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a history: a change, and the name of who did it; None for a rule, or somebody who is gone."""

    change: ApplicationChange
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnApplication:
    """A person's application: its history, what the gate said last, the place on the waiting list, what can be done."""

    application: Application
    history: tuple[Told, ...]
    decision: Decision | None
    place: int | None
    can_submit: bool
    can_confirm: bool
    can_withdraw: bool

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what stands in the way, where the person was found ineligible."""
        is_refused = self.application.state == State.INELIGIBLE and self.decision is not None
        return self.decision.reasons if is_refused and self.decision else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """The way into an activity for a reader: why it is closed, the own application, what the gate would say.

    `decision` is None for a visitor, and where there is an application already; `record` is what it was taken by.
    """

    closed: tuple[str, ...]
    application: Application | None = None
    decision: Decision | None = None
    record: Record | None = None

    @property
    def can_apply(self) -> bool:
        """Tell whether nothing stands in the way of an application."""
        return self.decision is not None and self.decision.is_allowed and not self.closed

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what stands in the person's way, without what holds the activity closed to everybody."""
        return tuple(one for one in self.decision.reasons if one.code not in self.closed) if self.decision else ()


def applications_of(session: Session, person: Person) -> Sequence[Application]:
    """Return a person's applications with their activities: first those that wait for the person, the latest first."""
    waits = case((Application.state.in_((State.SELECTED, State.DRAFT)), 0), else_=1)
    query = (
        select(Application)
        .where(Application.person_id == person.id)
        .options(joinedload(Application.offering).selectinload(Offering.days))
        .order_by(waits, Application.created_at.desc(), Application.id.desc())
    )
    return session.scalars(query).all()


def open_application(session: Session, person: Person, offering_id: UUID) -> Application | None:
    """Return a person's application to an activity that was not withdrawn."""
    query = select(Application).where(
        Application.person_id == person.id,
        Application.offering_id == offering_id,
        Application.state != State.WITHDRAWN,
    )
    return session.scalars(query).one_or_none()


def own_application(session: Session, person: Person, application_id: UUID, now: datetime) -> OwnApplication:
    """Return a person's own application.

    Raises:
        NotFound: there is none that is the person's.
    """
    query = (
        select(Application)
        .where(Application.id == application_id, Application.person_id == person.id)
        .options(joinedload(Application.offering).options(selectinload(Offering.days), selectinload(Offering.sessions)))
    )
    application = session.scalars(query).one_or_none()
    if application is None:
        raise NotFound("application")
    return OwnApplication(
        application=application,
        history=history_of(session, application.id),
        decision=latest_decision(session, application),
        place=place_of(session, application),
        can_submit=application.state == State.DRAFT and not closed_by(application.offering, now),
        can_confirm=can_confirm(application, now),
        can_withdraw=application.state in LEAVABLE and not begun(application.offering, now),
    )


def can_confirm(application: Application, now: datetime) -> bool:
    """Tell whether a seat can be confirmed now."""
    is_in_time = application.confirm_until is None or application.confirm_until >= now
    is_asked = application.state == State.SELECTED and is_in_time
    return is_asked and application.offering.state in {OfferingState.PUBLISHED, OfferingState.POSTPONED}


def history_of(session: Session, application_id: UUID) -> tuple[Told, ...]:
    """Return what happened to an application, the latest first; two queries."""
    query = (
        select(ApplicationChange)
        .where(ApplicationChange.application_id == application_id)
        .order_by(ApplicationChange.changed_at.desc(), ApplicationChange.id.desc())
    )
    changes = session.scalars(query).all()
    actors = select(Person).where(Person.id.in_({change.actor_id for change in changes}))
    names = {person.id: person.name for person in session.scalars(actors)}
    return tuple(Told(change, names.get(change.actor_id) if change.actor_id else None) for change in changes)


def said_of(session: Session, offering_id: UUID) -> dict[UUID, Told]:
    """Return, by application, the latest decision about its place that somebody gave a reason for; one query.

    The offer of a seat that became free is its own reason.
    """
    query = (
        select(ApplicationChange, Person)
        .join(Application, Application.id == ApplicationChange.application_id)
        .outerjoin(Person, Person.id == ApplicationChange.actor_id)
        .where(Application.offering_id == offering_id, Application.state != State.ELIGIBLE)
        .where(ApplicationChange.action.in_(DECIDED))
        .order_by(ApplicationChange.changed_at, ApplicationChange.id)
    )
    rows = session.execute(query)
    latest = {change.application_id: Told(change, actor.name if change.actor_id else None) for change, actor in rows}
    return {key: told for key, told in latest.items() if told.change.reason or told.change.action == Action.OFFER}


def latest_decision(session: Session, application: Application) -> Decision | None:
    """Return what the gate said last about an application."""
    return decisions_of(session, [application]).get(application.id)


def decisions_of(session: Session, applications: Collection[Application]) -> dict[UUID, Decision]:
    """Return what the gate said last, by application; one query."""
    by_decision = {one.decision_id: one.id for one in applications if one.decision_id}
    if not by_decision:
        return {}
    rows = session.scalars(select(StoredDecision).where(StoredDecision.id.in_(by_decision)))
    return {by_decision[row.id]: decision_of(row) for row in rows}


def place_of(session: Session, application: Application) -> int | None:
    """Return the place on the waiting list, counted from 1; None where somebody does not wait."""
    if application.waiting is None:
        return None
    before = select(func.count()).where(
        Application.offering_id == application.offering_id, Application.waiting <= application.waiting
    )
    return session.scalar(before)


def way_in(
    session: Session, person: Person | None, offering: Offering, now: datetime, house: House | None = None
) -> WayIn:
    """Return the way into an activity for a person, or for a visitor; `house` where the caller has read it."""
    closed = closed_by(offering, now)
    if person is None:
        return WayIn(closed=closed)
    application = open_application(session, person, offering.id)
    if application is not None:
        return WayIn(closed=closed, application=application)
    record = record_of(session, person, now)
    decision = answer_about(offering, record, house or house_at(session, now), now)
    return WayIn(closed=closed, decision=decision, record=record)


def seats_held(session: Session, offering_id: UUID) -> int:
    """Return how many people hold a seat of an activity, or a place where seats are not limited."""
    query = select(func.count()).where(Application.offering_id == offering_id, Application.state.in_(SEATED))
    return session.scalar(query) or 0
