"""What the forms of an activity offer for choice: trainers by their address, courses for its parts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.offerings.models import Offering
from courses.people.beneficiaries import Beneficiary
from courses.people.models import Person, Role, RoleGrant
from courses.people.queries import clean_address


def trainers_by_address(session: Session, addresses: Iterable[str]) -> dict[str, UUID]:
    """Return the identifiers of the trainers who have these addresses, by address; others are left out."""
    wanted = [clean_address(address) for address in addresses]
    query = (
        select(Person.email, Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.TRAINER, Person.is_active, Person.email.in_(wanted))
    )
    return dict(session.execute(query).all())


def courses_for_parts(session: Session) -> Sequence[Course]:
    """Return the courses from which a part of an activity may take its mark, by their codes."""
    return session.scalars(select(Course).where(Course.is_for_credit).order_by(Course.code)).all()


def countries_it_is_for(session: Session, offering: Offering) -> dict[str, int]:
    """Return the countries that an activity names, and those of its regions, once each: nobody may have applied yet."""
    query = select(Beneficiary.code).where(Beneficiary.region_code.in_(offering.region_codes))
    return dict.fromkeys([*offering.countries, *session.scalars(query.order_by(Beneficiary.code))], 1)
