"""Who acts in the activities of the demonstration: the accounts, a coordinator for each country, officials to name.

The coordinators are invented as everybody else; nobody signs in as one of them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, select, true
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome
from courses.offerings.models import Offering
from courses.people.models import Gender, Language, Person, Role, RoleGrant
from lms.demo.people import DOMAIN, DemoPerson, regions_of_institute
from lms.demo.randomness import Chance
from lms.demo.rows import grant_row, person_row
from lms.storage import Storage

APPOINTED = timedelta(days=700)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The accounts of the demonstration, its activities by code, and the coordinators by country."""

    session: Session
    storage: Storage
    chance: Chance
    now: datetime
    administrator: Person
    trainer: Person
    coordinator: Person
    learner: Person
    coordinators: Mapping[str, Person]
    offerings: Mapping[str, UUID]

    def ago(self, days: int, hour: int = 9) -> datetime:
        """Return an hour (UTC) of the day that lies so many days back."""
        return (self.now - timedelta(days=days)).replace(hour=hour, minute=7, second=0, microsecond=0)

    def coordinator_of(self, person: Person) -> Person:
        """Return who speaks for the beneficiary of a person."""
        return self.coordinators[person.country or ""]

    def countries_of(self, code: str) -> Sequence[str]:
        """Return the countries that an activity is for."""
        return self.session.get_one(Offering, self.offerings[code]).countries

    def officials(self, countries: Collection[str], language: Language, most: int, *, each: int) -> list[Person]:
        """Return officials of some countries who speak a language: the oldest accounts, `each` of a country at most."""
        wanted = Person.country.in_(countries), Person.language == language
        query = select(Person).where(*wanted, _ordinary()).order_by(Person.created_at, Person.email)
        return _spread(self.session.scalars(query), most, each)

    def graduates(
        self, step: str, before: datetime, most: int, *, each: int, countries: Collection[str] = ()
    ) -> list[Person]:
        """Return officials who passed a course that confers a step before a moment: of a country `each` at most.

        Those of countries with many come first, and of each the oldest accounts.
        """
        courses = [
            course_id for course_id, steps in self.session.execute(select(Course.id, Course.confers)) if step in steps
        ]
        has_passed = exists().where(
            Enrolment.person_id == Person.id, Enrolment.course_id.in_(courses),
            Enrolment.outcome == Outcome.PASSED, Enrolment.closed_at < before,
        )  # fmt: skip
        wanted = Person.country.in_(countries) if countries else true()
        query = select(Person).where(has_passed, wanted, _ordinary()).order_by(Person.created_at, Person.email)
        found = self.session.scalars(query).all()
        count = Counter(person.country for person in found)
        return _spread(sorted(found, key=lambda one: (-count[one.country], one.country or "")), most, each)


def _ordinary() -> ColumnElement[bool]:
    """Return the condition for verified officials who are neither one of the accounts nor a coordinator."""
    return and_(
        Person.is_demonstration, Person.verified_at.is_not(None), Person.password_hash.is_(None),
        Person.email.not_like("coordinator.%"),
    )  # fmt: skip


def _spread(people: Iterable[Person], most: int, each: int) -> list[Person]:
    """Return the first people, of each country only so many."""
    taken: Counter[str | None] = Counter()
    found: list[Person] = []
    for person in people:
        if len(found) < most and taken[person.country] < each:
            taken[person.country] += 1
            found.append(person)
    return found


def write_coordinators(session: Session, chance: Chance, now: datetime, known: Person) -> dict[str, Person]:
    """Add a coordinator for each country that people come from, but that of the one known; return all by country."""
    found = {known.country or "": known}
    at = now - APPOINTED
    rows = [person_row(one, chance.identifier(at), at) for one in _invented() if one.country not in found]
    session.execute(insert(Person), rows)
    session.execute(
        insert(RoleGrant), [grant_row(row["id"], role, at) for row in rows for role in (Role.LEARNER, Role.COORDINATOR)]
    )
    added = session.scalars(select(Person).where(Person.id.in_([row["id"] for row in rows])))
    return found | {person.country or "": person for person in added}


def _invented() -> Iterable[DemoPerson]:
    for region in regions_of_institute():
        for number, country in enumerate(region["countries"]):
            gender = Gender.WOMAN if number % 2 else Gender.MAN
            given = region["women" if gender is Gender.WOMAN else "men"]
            yield DemoPerson(
                email=f"coordinator.{country['code'].lower()}@{DOMAIN}", given_name=given[number % len(given)],
                family_name=region["families"][-1 - number % len(region["families"])], gender=gender,
                country=country["code"], region=region["code"], language=Language(country["language"]),
                is_of_ldc=country["is_ldc"],
            )  # fmt: skip
