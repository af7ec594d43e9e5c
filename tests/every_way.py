"""A stage for all that can bring a person into a course or an activity, or on in one; and somebody ineligible."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses.applications.models import Application, State
from courses.catalogue.models import Course
from courses.enrolment.gate import EnrolmentRefused
from courses.enrolment.models import Enrolment
from courses.offerings.models import Offering
from courses.people.models import Person, Role
from courses.policy.decisions import decision_of
from courses.policy.models import StoredDecision
from tests.applications_builders import administrator, coordinator_of, make_application, official
from tests.builders import NOW, make_course, make_person
from tests.offerings_builders import make_offering

WHY = ["not_verified", "prerequisite_missing"]
"""Why nobody of these comes in, whichever way they try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A course and an activity of level 2, and those who could bring somebody in."""

    course: Course
    offering: Offering
    administrator: Person
    coordinator: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class At(Stage):
    """Somebody who may enter neither, on the stage; the application as it stands, where there is one."""

    session: Session
    person: Person
    application: Application | None
    now: datetime

    @property
    def id(self) -> UUID:
        """Return the identifier of the application that there is."""
        assert self.application is not None
        return self.application.id


@dataclass(frozen=True, slots=True)
class Try:
    """One way in: from where an application stands before (None: there is none), what is done."""

    start: State | None
    act: Callable[[At], object]


def set_stage(session: Session) -> Stage:
    """Add the course, the activity with its one seat taken, and who could bring somebody in."""
    return Stage(
        course=make_course(session, code="ABOVE", level=2),
        offering=make_offering(session, code="SEMINAR", level=2, seats=1, needs_endorsement=False),
        administrator=administrator(session),
        coordinator=coordinator_of(session),
    )


def somebody(session: Session, stage: Stage, start: State | None, now: datetime) -> At:
    """Add somebody who may enter neither, and the application as it would have to stand."""
    person = make_person(session, country="SN", verified_at=None, roles=[Role.LEARNER])
    application = None if start is None else _application(session, stage, person, start)
    given = {name: getattr(stage, name) for name in ("course", "offering", "administrator", "coordinator")}
    return At(session=session, person=person, application=application, now=now, **given)


def _application(session: Session, stage: Stage, person: Person, start: State) -> Application:
    facts: dict[str, Any] = {"state": start}
    if start == State.SELECTED:
        facts |= {"seat": 1, "selected_at": NOW, "confirm_until": NOW + timedelta(days=9)}
    if start == State.WAITLISTED:
        facts |= {"waiting": 1}
        holder = official(session)
        seat = {"seat": 1, "confirm_until": NOW - timedelta(days=1)}
        make_application(session, holder, stage.offering, state=State.SELECTED, **seat)
    return make_application(session, person, stage.offering, **facts)


def holder_of(at: At) -> Application:
    """Return the application that holds the seat, with its person."""
    query = select(Application).where(Application.offering_id == at.offering.id, Application.seat == 1)
    return at.session.scalars(query.options(joinedload(Application.person))).one()


def reasons_given(at: At, way: Try) -> list[str]:
    """Try a way in; return why not, as raised or as kept."""
    try:
        way.act(at)
    except EnrolmentRefused as refused:
        return [reason.code for reason in refused.decision.reasons]
    return reasons_kept(at.session, at.person)


def reasons_kept(session: Session, person: Person) -> list[str]:
    """Return the reasons of the latest decision about a person, which lets nobody in."""
    query = select(StoredDecision).where(StoredDecision.person_id == person.id)
    kept = session.scalars(query.order_by(StoredDecision.decided_at.desc(), StoredDecision.id.desc())).all()
    assert kept, "nobody asked the gate"
    assert not any(each.is_allowed for each in kept)
    return [reason.code for reason in decision_of(kept[0]).reasons]


def has_come_on(session: Session, person: Person, start: State | None) -> bool:
    """Tell whether somebody is in a course, or further in an activity than before."""
    enrolled = session.scalars(select(Enrolment.id).where(Enrolment.person_id == person.id)).all()
    states = session.scalars(select(Application.state).where(Application.person_id == person.id)).all()
    stayed = {start, State.INELIGIBLE, State.DECLINED}
    return bool(enrolled) or any(state not in stayed for state in states)


def clear(session: Session, stage: Stage) -> None:
    """Leave the activity as it was: nobody in it."""
    for application in session.scalars(select(Application).where(Application.offering_id == stage.offering.id)):
        session.delete(application)
    session.flush()
