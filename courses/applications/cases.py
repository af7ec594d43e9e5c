"""An application at work: locked together with its activity, moved by the table, every move written down.

Whoever changes an application locks its activity first: seats and the waiting list are counted under that lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses import events
from courses.applications.models import Application, ApplicationChange, State
from courses.applications.states import SEATED, Action, next_state
from courses.errors import NotFound, Refusal
from courses.offerings.models import Dating, Offering, OfferingState
from courses.offerings.services import locked as locked_offering
from courses.people.models import Person

LONGEST_REASON = 255


@dataclass(frozen=True, slots=True)
class Case:
    """An application and its activity, both locked until the transaction ends; the person is loaded."""

    application: Application
    offering: Offering

    @property
    def person(self) -> Person:
        """Return whose application it is."""
        return self.application.person


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an application changes: when, by whom (None: a rule), with what reason, on what facts."""

    now: datetime
    actor_id: UUID | None = None
    reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an application gets by a move: a seat, or a number on the waiting list."""

    seat: int | None = None
    waiting: int | None = None


NOWHERE = Place()


def whole_offering(session: Session, offering_id: UUID) -> Offering:
    """Return an activity, locked, with its days, sessions and parts.

    Raises:
        NotFound: there is none.
    """
    offering = locked_offering(session, offering_id)
    session.refresh(offering, ["parts"])
    return offering


def case_of(session: Session, application_id: UUID) -> Case:
    """Return an application with its activity, locked.

    Raises:
        NotFound: there is none.
    """
    offering_id = session.scalar(select(Application.offering_id).where(Application.id == application_id))
    if offering_id is None:
        raise NotFound("application")
    return case_in(session, locked_offering(session, offering_id), application_id)


def case_in(session: Session, offering: Offering, application_id: UUID) -> Case:
    """Return an application to an activity that is locked already.

    Raises:
        NotFound: there is none.
    """
    cases = cases_in(session, offering, (application_id,))
    if not cases:
        raise NotFound("application")
    return cases[0]


def cases_in(session: Session, offering: Offering, application_ids: tuple[UUID, ...]) -> list[Case]:
    """Return applications to an activity that is locked already, in the order asked for; others are left out."""
    query = (
        select(Application)
        .where(Application.id.in_(application_ids), Application.offering_id == offering.id)
        .options(joinedload(Application.person))
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    found = {application.id: application for application in session.scalars(query)}
    return [Case(found[one], offering) for one in dict.fromkeys(application_ids) if one in found]


def open_case(session: Session, offering: Offering, person_id: UUID) -> Case | None:
    """Return a person's application to an activity that is locked already, unless there is none but withdrawn ones."""
    found = session.scalar(
        select(Application.id).where(
            Application.offering_id == offering.id,
            Application.person_id == person_id,
            Application.state != State.WITHDRAWN,
        )
    )
    return case_in(session, offering, found) if found else None


def move(session: Session, case: Case, action: Action, cause: Cause, place: Place = NOWHERE) -> ApplicationChange:
    """Move an application, and write the change down; a seat and a place on the waiting list go with their states.

    Raises:
        IllegalTransition: the table has no such move; nothing was changed.
    """
    application = case.application
    before, after = application.state, next_state(application.state, action)
    application.state = after
    application.seat = (place.seat or application.seat) if after in SEATED else None
    application.waiting = place.waiting if after == State.WAITLISTED else None
    if after != State.SELECTED:
        application.confirm_until = None
    return note(session, application, (before, action), cause)


def note(
    session: Session, application: Application, move: tuple[State | None, Action], cause: Cause
) -> ApplicationChange:
    """Write down what happened to an application, and from where."""
    before, action = move
    change = ApplicationChange(
        application_id=application.id, changed_at=cause.now, actor_id=cause.actor_id, before=before,
        after=application.state, action=action, reason=cause.reason.strip()[:LONGEST_REASON], facts=dict(cause.facts),
    )  # fmt: skip
    session.add(change)
    session.flush()
    facts = (("before", before.value if before else ""), ("after", application.state.value), ("action", action.value))
    events.record(session, events.Event("application.state", application.id, facts))
    return change


def check_goes_on(offering: Offering) -> None:
    """Refuse to go on where an activity is cancelled, was held, or was never published.

    Raises:
        Refusal: `not_published`, `activity_cancelled`, `activity_over`.
    """
    codes = {
        OfferingState.DRAFT: "activity_not_published",
        OfferingState.CANCELLED: "activity_cancelled",
        OfferingState.HELD: "activity_over",
    }
    if offering.state in codes:
        raise Refusal(codes[offering.state])


def begun(offering: Offering, now: datetime) -> bool:
    """Tell whether an activity has begun; one that is postponed has not, for its dates do not stand."""
    start = first_moment(offering)
    return offering.state == OfferingState.HELD or (start is not None and start <= now)


def first_moment(offering: Offering) -> datetime | None:
    """Return when an activity begins: its first session or, where there is none, midnight of its first day there.

    None while that is not known: a month alone is no day.
    """
    if offering.state == OfferingState.POSTPONED:
        return None
    if offering.sessions:
        return min(one.starts_at for one in offering.sessions)
    if offering.dating != Dating.DAYS or offering.starts_on is None:
        return None
    return datetime.combine(offering.starts_on, time(), ZoneInfo(offering.time_zone)).astimezone(UTC)


def checked_reason(reason: str) -> str:
    """Return a reason that a person must give.

    Raises:
        Refusal: `reason_not_given`.
    """
    if not reason.strip():
        raise Refusal("reason_not_given")
    return reason.strip()[:LONGEST_REASON]
