"""What the path map shows of a person, and the way into one course or activity: a fixed number of queries each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from courses.applications.models import Application, State
from courses.catalogue.listing import CatalogueSearch, catalogue
from courses.catalogue.models import Course
from courses.catalogue.topic_services import placed_topics
from courses.enrolment.standing import record_of
from courses.enrolment.standings import open_enrolments
from courses.enrolment.terms import House, house_at, language_for, languages_of, terms_of_course
from courses.offerings.models import Offering, OfferingState
from courses.offerings.openness import is_over
from courses.offerings.terms import terms_of_offering
from courses.people.models import Language, Person
from courses.progression.compiling import Catalogue, catalogue_of
from courses.progression.decision import Decision
from courses.progression.engine import Placement, decide, place
from courses.progression.map import Door, Ground, Row, path_map
from courses.progression.paths import Path, next_steps
from courses.progression.record import Record
from courses.progression.shortlist import shortlist
from courses.progression.terms import Kind, Purpose, Terms

AHEAD = (OfferingState.PUBLISHED, OfferingState.POSTPONED)
PRESENT = (State.SELECTED, State.CONFIRMED, State.ATTENDED)
"""The states of an application in which the person has a place."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a page has read already of what the ways are found by."""

    house: House | None = None
    record: Record | None = None


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a person stands before at a moment: the rules, the own record, what is offered, what the person is in."""

    house: House
    record: Record
    courses: Mapping[str, Course]
    offerings: Mapping[str, Offering]
    enrolments: Mapping[UUID, UUID]
    applications: Mapping[UUID, State]
    terms: Sequence[Terms]

    @property
    def catalogue(self) -> Catalogue:
        """Return what matters for the search of ways."""
        passed = {result.code for result in self.record.results}
        return catalogue_of(shortlist(self.house.policy, self.terms, self.house.topics, passed))

    def decided(self, terms: Terms) -> Decision:
        """Return what the gate says of terms."""
        return decide(self.house.policy, terms, self.record, self.house.topics, self.house.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPage:
    """The map with what its doors are: courses and activities by code, and the enrolments that are open, by course."""

    rows: tuple[Row, ...]
    placement: Placement
    courses: Mapping[str, Course]
    offerings: Mapping[str, Offering]
    enrolments: Mapping[UUID, UUID]
    applications: Mapping[UUID, State]
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways into one course or activity, the best first, and the activities that they may name, by code."""

    paths: tuple[Path, ...] = ()
    offerings: Mapping[str, Offering] = field(default_factory=dict)


def path_page(session: Session, person: Person, now: datetime) -> PathPage:
    """Return the map of a person."""
    world = world_of(session, person, now)
    placement = place(world.record, world.house.on)
    ground = Ground(
        policy=world.house.policy, record=world.record, placement=placement, topics=world.house.topics,
        topics_in_order=[placed.topic.code for placed in placed_topics(session)],
        doors=_doors(world),
        catalogue=world.catalogue, on=world.house.on, told=world.house.told,
    )  # fmt: skip
    return PathPage(
        rows=path_map(ground), placement=placement, courses=world.courses, offerings=world.offerings,
        enrolments=world.enrolments, applications=world.applications, is_verified=person.verified_at is not None,
    )  # fmt: skip


def ways_into_course(session: Session, person: Person, course: Course, language: Language, now: datetime) -> Ways:
    """Return the shortest ways for a person to become eligible for a course in a language."""
    world = world_of(session, person, now)
    offered = languages_of(session, [course.id])[course.id]
    return _ways(world, world.house.told(terms_of_course(course, offered, language)))


def ways_into_offering(
    session: Session, person: Person, offering: Offering, now: datetime, known: Known = NOTHING_KNOWN
) -> Ways:
    """Return the shortest ways for a person to become eligible for an activity."""
    world = world_of(session, person, now, known)
    return _ways(world, world.house.told(terms_of_offering(offering, Purpose.APPLICATION, now)))


def world_of(session: Session, person: Person, now: datetime, known: Known = NOTHING_KNOWN) -> World:
    """Return what a person stands before."""
    house = known.house or house_at(session, now)
    record = known.record or record_of(session, person, now)
    courses = [entry.course for entry in catalogue(session, CatalogueSearch(), Language.EN)]
    offerings = _ahead(session, now)
    applications = _applications(session, person)
    told = [
        terms_of_course(course, course.languages, language_for(course.languages, person.language)) for course in courses
    ]
    told += [terms_of_offering(offering, Purpose.APPLICATION, now) for offering in offerings]
    named = frozenset(row.code for row in applications if row.named_at is not None)
    return World(
        house=house,
        record=replace(record, nominated_for=named),
        courses={course.code: course for course in courses},
        offerings={offering.code: offering for offering in offerings},
        enrolments=open_enrolments(session, person),
        applications={row.offering_id: row.state for row in applications},
        terms=[house.told(terms) for terms in told],
    )


def _ways(world: World, terms: Terms) -> Ways:
    house = world.house
    return Ways(next_steps(house.policy, terms, world.record, world.catalogue, house.topics, house.on), world.offerings)


def _doors(world: World) -> list[Door]:
    """Return what confers a step, without the activities that are for the people of other countries only."""
    doors = [_door(world, terms) for terms in world.terms if terms.confers and terms.is_for_credit]
    return [door for door in doors if door.is_running or not door.is_for_others]


def _door(world: World, terms: Terms) -> Door:
    passed = any(result.code == terms.code for result in world.record.results)
    if terms.kind == Kind.COURSE:
        running = world.courses[terms.code].id in world.enrolments
    else:
        running = world.applications.get(world.offerings[terms.code].id) in PRESENT
    return Door(terms=terms, decision=world.decided(terms), is_running=running, has_passed=passed)


def _ahead(session: Session, now: datetime) -> list[Offering]:
    """Return the activities that are published and not over, the earliest first, those without a date last."""
    query = select(Offering).where(Offering.state.in_(AHEAD)).options(selectinload(Offering.days))
    rows = session.scalars(query.order_by(Offering.starts_on.is_(None), Offering.starts_on, Offering.code))
    return [offering for offering in rows if not is_over(offering, now)]


@dataclass(frozen=True, slots=True)
class _Applied:
    offering_id: UUID
    code: str
    state: State
    named_at: datetime | None


def _applications(session: Session, person: Person) -> list[_Applied]:
    named_at = func.coalesce(Application.nominated_at, Application.endorsed_at)  # an endorsement names as well
    query = (
        select(Application.offering_id, Offering.code, Application.state, named_at)
        .join(Offering, Offering.id == Application.offering_id)
        .where(Application.person_id == person.id, Application.state != State.WITHDRAWN)
    )
    return [_Applied(*row) for row in session.execute(query)]
