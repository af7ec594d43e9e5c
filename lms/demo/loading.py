"""Load the demonstration: all of it in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from courses import events
from courses.catalogue.models import Course
from courses.people.models import Language, Person, Role, RoleGrant
from courses.progression.record import Category
from lms.demo import catalogue, story
from lms.demo.accounts import (
    ACCOUNTS,
    ADMIN,
    COORDINATOR,
    LEARNER,
    TRAINERS,
    keep_password,
    kept_password,
    made_password,
)
from lms.demo.activities import Around, write_activities
from lms.demo.cast import Cast, write_coordinators
from lms.demo.lately import tell_lately
from lms.demo.lists import write_lists
from lms.demo.people import DemoPerson, invent
from lms.demo.publishing import Publisher, files_of, packages_of, publish_all
from lms.demo.randomness import Chance
from lms.demo.registry import DemoEnrolment, Registry
from lms.demo.rows import Writer, grant_row, person_row
from lms.demo.waiting import send_what_waits
from lms.garbage import keeping_all
from lms.identity import hashed_for
from lms.site import Site

SEED = 2020
PEOPLE = 2000
UNVERIFIED = 40
OTHERS = (Category.ACADEMIC, Category.JOURNALIST, Category.NGO)
"""What some of those who wait for verification say to be; the others are officials."""
STAFF_SINCE = timedelta(days=2400)


class NotEmpty(Exception):
    """Raised when the installation has courses of its own: the demonstration would mix with them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is loaded: the seed of all chance, and the day that counts as today."""

    seed: int
    now: datetime


def is_loaded(session: Session) -> bool:
    """Tell whether the demonstration is there."""
    return bool(session.scalar(select(exists().where(Person.email == ADMIN.person.email))))


def load(parts: Site, plan: Plan, password: str | None = None) -> bool:
    """Load the demonstration when it is absent; return whether it was.

    `password` is for the accounts; without one, that of an earlier load is kept or a new one made.

    Raises:
        NotEmpty: there are courses already, and they are not the demonstration's.
    """
    with parts.database.reading() as session:
        if is_loaded(session):
            return False
    chosen = password or kept_password(parts.settings) or made_password()
    hashes = [hashed_for(parts, chosen) for _ in ACCOUNTS]
    with parts.database.transaction() as session:
        if is_loaded(session):
            return False
        if session.scalar(select(exists().where(Course.id.is_not(None)))):
            raise NotEmpty
        with keeping_all():
            _write(parts, session, plan, hashes)
        events.take(session)  # invented: nobody is told
        keep_password(parts.settings, chosen)  # before the commit: what is loaded can always be signed in to
    return True


def change_password(parts: Site, password: str) -> None:
    """Give the accounts another password; whoever is signed in stays so."""
    addresses = [account.person.email for account in ACCOUNTS]
    with parts.database.transaction() as session:
        for address in addresses:
            hashed = hashed_for(parts, password)
            session.execute(update(Person).where(Person.email == address).values(password_hash=hashed))
    keep_password(parts.settings, password)


def _write(parts: Site, session: Session, plan: Plan, hashes: Sequence[str]) -> None:
    chance = Chance(plan.seed)
    courses = catalogue.courses()
    write_lists(session, plan.now)
    staff = _write_staff(session, chance, plan.now, hashes)
    publisher = Publisher(
        session=session, storage=parts.storage, packages=packages_of(courses), files=files_of(courses),
        actor_id=staff[ADMIN.person.email], now=plan.now,
    )  # fmt: skip
    published = publish_all(publisher, chance, courses)
    send_what_waits(publisher, courses, published.courses)
    people = _with_some_for_the_coordinator(invent(chance, PEOPLE + UNVERIFIED))
    registry = Registry(chance, courses, plan.now)
    enrolments = [entry for person in people[:PEOPLE] for entry in registry.follow(person)]
    for code, days in story.ENROLLED.items():
        registry.month_cohort(code, plan.now - timedelta(days=days, hours=2))
    writer = Writer(session=session, chance=chance, published=published)
    ids = writer.people(_since(chance, people, enrolments, plan.now), [Role.LEARNER])
    _take_verification(session, [ids[person.email] for person in people[PEOPLE:]])
    trainers = [staff[account.person.email] for account in TRAINERS]
    writer.enrolments(enrolments, ids, writer.cohorts(registry.cohorts, trainers))
    learner = session.get_one(Person, staff[LEARNER.person.email])
    story.tell(story.Teller(session, learner, parts.secret), published, plan.now)
    around = Around(now=plan.now, courses=published.courses, trainers=trainers, actor_id=staff[ADMIN.person.email])
    tell_lately(_cast(parts, session, chance, around, staff))


def _cast(parts: Site, session: Session, chance: Chance, around: Around, staff: Mapping[str, UUID]) -> Cast:
    """Write the activities and the coordinators; return who acts in them."""
    offerings = write_activities(session, around)
    people = {
        account: session.get_one(Person, staff[account.person.email])
        for account in (ADMIN, TRAINERS[0], COORDINATOR, LEARNER)
    }
    return Cast(
        session=session, storage=parts.storage, chance=chance, now=around.now, administrator=people[ADMIN],
        trainer=people[TRAINERS[0]], coordinator=people[COORDINATOR], learner=people[LEARNER], offerings=offerings,
        coordinators=write_coordinators(session, chance, around.now, people[COORDINATOR]),
    )  # fmt: skip


def _write_staff(session: Session, chance: Chance, now: datetime, hashes: Sequence[str]) -> dict[str, UUID]:
    """Write the accounts; return their identifiers by address."""
    ids: dict[str, UUID] = {}
    for account, password_hash in zip(ACCOUNTS, hashes, strict=True):
        at = now - (timedelta(days=200) if account in {LEARNER, COORDINATOR} else STAFF_SINCE)
        row = person_row(account.person, chance.identifier(at), at, password_hash)
        institution = row["institution"] if account in {LEARNER, COORDINATOR} else ""
        session.add(Person(**row | {"institution": institution}))
        session.flush()
        session.add_all(RoleGrant(**grant_row(row["id"], role, at)) for role in account.roles)
        ids[account.person.email] = row["id"]
    session.flush()
    return ids


def _since(
    chance: Chance, people: Sequence[DemoPerson], enrolments: Sequence[DemoEnrolment], now: datetime
) -> list[tuple[DemoPerson, datetime]]:
    """Return when each person came: some days before the first enrolment, lately where there is none."""
    first: dict[str, datetime] = {}
    for one in enrolments:
        first.setdefault(one.person.email, one.enrolled_at)
    return [
        (person, first[person.email] - chance.days(0.5, 30) if person.email in first else now - chance.days(0.1, 45))
        for person in people
    ]


def _with_some_for_the_coordinator(people: Sequence[DemoPerson]) -> tuple[DemoPerson, ...]:
    """Return the people, of whom the unverified ones of the coordinator's region are of the same country."""
    own = COORDINATOR.person
    waiting = (
        replace(one, country=own.country, language=Language.FR, is_of_ldc=True) if one.region == own.region else one
        for one in people[PEOPLE:]
    )
    return (*people[:PEOPLE], *waiting)


def _take_verification(session: Session, ids: Sequence[UUID]) -> None:
    """Leave some people for the coordinator to verify."""
    waiting = update(Person)
    session.execute(waiting.where(Person.id.in_(ids)).values(verified_at=None, verified_how=None))
    for first, category in enumerate(OTHERS, start=1):
        session.execute(waiting.where(Person.id.in_(ids[first::9])).values(category=category, institution=""))
