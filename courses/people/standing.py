"""How a beneficiary stands: what the gate is told of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.beneficiaries import Beneficiary, Measure
from courses.progression.record import MeasureDays, Membership, Standing


def standing_of(session: Session, code: str | None) -> Standing | None:
    """Return the standing of a country or territory; None while there is none."""
    return standings_of(session, [code])[code] if code else None


def standings_of(session: Session, codes: Iterable[str | None]) -> dict[str, Standing]:
    """Return the standing of each country or territory that is given; two queries.

    LMS choice: one that is not among the beneficiaries has its code and nothing more: no region, no membership, no
    measures. A new installation works before anything is loaded into it.
    """
    wanted = {code for code in codes if code}
    found = {code: Standing(code=code, membership=Membership.NONE) for code in wanted}
    for row in session.scalars(select(Beneficiary).where(Beneficiary.code.in_(wanted))):
        found[row.code] = Standing(
            code=row.code, region=row.region_code, membership=row.membership, is_ldc=row.is_ldc
        )  # fmt: skip
    for code, measures in _measures(session, wanted).items():
        found[code] = replace(found[code], measures=tuple(measures))
    return found


def _measures(session: Session, codes: Iterable[str]) -> dict[str, list[MeasureDays]]:
    """Return the measures that were not taken back, the earliest first."""
    query = (
        select(Measure.beneficiary_code, Measure.begins_on, Measure.ends_on)
        .where(Measure.beneficiary_code.in_(codes), Measure.taken_back_at.is_(None))
        .order_by(Measure.begins_on, Measure.id)
    )
    measures = defaultdict(list)
    for code, begins_on, ends_on in session.execute(query):
        measures[code].append(MeasureDays(begins_on=begins_on, ends_on=ends_on))
    return measures
