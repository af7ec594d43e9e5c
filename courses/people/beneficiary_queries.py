"""Read beneficiaries: the list of them, one with its measures and what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from courses.errors import NotFound
from courses.people.beneficiaries import Beneficiary, Measure, Region
from courses.people.models import Person
from courses.people.traces import Area, ReadTrace, traces_of
from courses.progression.record import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class BeneficiarySearch:
    """Which beneficiaries are wanted; `codes` are those whose names fit what was typed, all where it is None."""

    region: str | None = None
    membership: Membership | None = None
    ldc_only: bool = False
    under_measures: bool = False
    codes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ListedBeneficiary:
    """A beneficiary in the list: its region, whether measures count today, how many people it has."""

    beneficiary: Beneficiary
    region: Region | None
    is_under_measures: bool
    people: int


@dataclass(frozen=True, slots=True)
class BeneficiaryPage:
    """A beneficiary with all its measures, the latest first, and what was changed."""

    beneficiary: Beneficiary
    measures: Sequence[Measure]
    traces: Sequence[ReadTrace]


def measured_on(today: date) -> ColumnElement[bool]:
    """Return the condition that administrative measures against a beneficiary count on a day."""
    return exists().where(
        Measure.beneficiary_code == Beneficiary.code,
        Measure.taken_back_at.is_(None),
        Measure.begins_on <= today,
        or_(Measure.ends_on.is_(None), Measure.ends_on >= today),
    )


def listed_beneficiaries(session: Session, search: BeneficiarySearch, today: date) -> Sequence[ListedBeneficiary]:
    """Return the beneficiaries that are wanted, by their codes; one query."""
    people = select(func.count(Person.id)).where(Person.country == Beneficiary.code, Person.is_active)
    query = (
        select(Beneficiary, Region, measured_on(today), people.scalar_subquery())
        .outerjoin(Region, Region.code == Beneficiary.region_code)
        .where(*_wanted(search, today))
        .order_by(Beneficiary.code)
    )
    return [ListedBeneficiary(*row) for row in session.execute(query)]


def _wanted(search: BeneficiarySearch, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.region:
        conditions.append(Beneficiary.region_code == search.region)
    if search.membership:
        conditions.append(Beneficiary.membership == search.membership)
    if search.ldc_only:
        conditions.append(Beneficiary.is_ldc.is_(True))
    if search.under_measures:
        conditions.append(measured_on(today))
    if search.codes is not None:
        conditions.append(Beneficiary.code.in_(search.codes))
    return conditions


def beneficiary_page(session: Session, code: str) -> BeneficiaryPage:
    """Return a beneficiary with its measures and traces; three queries.

    Raises:
        NotFound: there is none of that code.
    """
    beneficiary = session.get(Beneficiary, code)
    if beneficiary is None:
        raise NotFound("beneficiary")
    measures = select(Measure).where(Measure.beneficiary_code == code).order_by(Measure.begins_on.desc(), Measure.id)
    return BeneficiaryPage(beneficiary, session.scalars(measures).all(), traces_of(session, Area.BENEFICIARY, code))


def known_codes(session: Session) -> frozenset[str]:
    """Return the codes of all beneficiaries."""
    return frozenset(session.scalars(select(Beneficiary.code)))
