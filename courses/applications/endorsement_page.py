"""What a coordinator sees: the activities that wait for a word, and the people of the own beneficiary in each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from courses.applications.endorsing import can_endorse, can_nominate
from courses.applications.models import Application, State
from courses.applications.queries import decisions_of
from courses.applications.rights import endorsable_by, nameable_by
from courses.errors import NotFound
from courses.offerings.models import Offering, OfferingState
from courses.paging import Page, count_of, limited, nearest, page_of
from courses.people.models import Person
from courses.people.queries import clean_address
from courses.people.standing import standing_of
from courses.progression.decision import Decision
from courses.progression.record import Standing

SHOWN = frozenset({OfferingState.PUBLISHED, OfferingState.POSTPONED})


@dataclass(frozen=True, slots=True)
class Asked:
    """An activity, and how many of the own people stand where in it."""

    offering: Offering
    counts: Counter[State]

    @property
    def waiting(self) -> int:
        """Return how many wait for the coordinator's word."""
        return self.counts[State.SUBMITTED] if self.offering.needs_endorsement else 0


@dataclass(frozen=True, slots=True)
class Nominee:
    """A person of the beneficiary who has applied or was nominated, and what the gate said last."""

    application: Application
    decision: Decision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAsked:
    """Which people of an activity are wanted: a page of those in it, and of the others whom `text` finds."""

    text: str = ""
    page: int = 1
    others_page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementPage:
    """An activity for a coordinator: who has applied, who else can be named, and whether there is still time."""

    offering: Offering
    nominees: Page[Nominee]
    others: Page[Person]
    can_endorse: bool
    can_nominate: bool


def activities_for(session: Session, coordinator: Person, now: datetime, page: int = 1) -> Page[Asked]:
    """Return a page of the activities to which a coordinator can send people; six queries.

    Those with people that wait come first. One for others, or whose time is over, is shown where somebody has applied.
    """
    standing = standing_of(session, coordinator.country)
    query = (
        select(Application.offering_id, Application.state, func.count())
        .where(endorsable_by(coordinator))
        .group_by(Application.offering_id, Application.state)
    )
    counts: dict[UUID, Counter[State]] = {}
    for offering_id, state, count in session.execute(query):
        counts.setdefault(offering_id, Counter())[state] = count
    wanted = or_(Offering.state.in_(SHOWN), Offering.id.in_(list(counts)))
    offerings = session.scalars(
        select(Offering)
        .where(wanted)
        .options(selectinload(Offering.days), selectinload(Offering.sessions))
        .order_by(Offering.starts_on, Offering.code)
    )
    asked = [
        Asked(offering, counts.get(offering.id, Counter()))
        for offering in offerings
        if offering.id in counts or (is_for(offering, standing) and can_nominate(offering, now))
    ]
    return page_of(sorted(asked, key=lambda one: -one.waiting), page)


def is_for(offering: Offering, standing: Standing | None) -> bool:
    """Tell whether an activity names a beneficiary or its region, or nobody; who speaks for none sees all."""
    if standing is None or not (offering.countries or offering.region_codes):
        return True
    return standing.code in offering.countries or standing.region in offering.region_codes


def endorsement_page(
    session: Session, coordinator: Person, offering_id: UUID, search: PeopleAsked, now: datetime
) -> EndorsementPage:
    """Return an activity with the people of the own beneficiary, those endorsed in rank order first.

    Raises:
        NotFound: there is no such activity that is published.
    """
    query = (
        select(Offering)
        .where(Offering.id == offering_id, Offering.state != OfferingState.DRAFT)
        .options(selectinload(Offering.days), selectinload(Offering.sessions))
    )
    offering = session.scalars(query).one_or_none()
    if offering is None:
        raise NotFound("offering")
    return EndorsementPage(
        offering=offering, nominees=_nominees(session, coordinator, offering, search.page),
        others=_others(session, coordinator, offering, search),
        can_endorse=can_endorse(offering, now), can_nominate=can_nominate(offering, now),
    )  # fmt: skip


def people_named(session: Session, coordinator: Person, addresses: Iterable[str]) -> dict[str, UUID]:
    """Return whom a coordinator means by addresses: those of the own beneficiary; others are as if unknown."""
    wanted = {clean_address(address) for address in addresses}
    query = select(Person.email, Person.id).where(Person.email.in_(wanted), nameable_by(coordinator))
    return {row.email: row.id for row in session.execute(query)}


def _nominees(session: Session, coordinator: Person, offering: Offering, page: int) -> Page[Nominee]:
    query = select(Application).where(Application.offering_id == offering.id, endorsable_by(coordinator))
    found = count_of(session, query.with_only_columns(Application.id))
    page = nearest(page, found)
    order = (Application.endorsement_rank.nulls_last(), Application.submitted_at, Application.id)
    some = limited(query.options(joinedload(Application.person)).order_by(*order), page)
    applications: Sequence[Application] = session.scalars(some).all()
    decisions = decisions_of(session, applications)
    return Page(entries=[Nominee(one, decisions.get(one.id)) for one in applications], found=found, page=page)


def _others(session: Session, coordinator: Person, offering: Offering, search: PeopleAsked) -> Page[Person]:
    """Return a page of the people of the beneficiary who are not in an activity, found by name or address."""
    is_in: ColumnElement[bool] = exists().where(
        Application.person_id == Person.id,
        Application.offering_id == offering.id,
        Application.state.not_in([State.DRAFT, State.WITHDRAWN]),
    )
    query = select(Person).where(nameable_by(coordinator), ~is_in)
    for word in search.text.split():
        names = (Person.given_name, Person.family_name, Person.email)
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    found = count_of(session, query.with_only_columns(Person.id))
    page = nearest(search.others_page, found)
    order = (Person.family_name, Person.given_name, Person.id)
    return Page(entries=session.scalars(limited(query.order_by(*order), page)).all(), found=found, page=page)
