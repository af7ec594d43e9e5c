"""Write beneficiaries: load what is known of the world, change one, enter and end administrative measures."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.people.beneficiaries import Beneficiary, Measure, Region
from courses.people.regions import RegionFacts
from courses.people.traces import Area, Change, Trace, trace
from courses.progression.record import Membership

LONGEST_NOTE = 255
EARLIEST, LATEST = date(1948, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeneficiaryFacts:
    """What is known of a beneficiary; `code` is that of ISO 3166, in capitals."""

    code: str
    region_code: str | None
    membership: Membership
    is_ldc: bool
    has_mission: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: how many were added, changed, and left as an administrator had changed them."""

    added: int
    changed: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFacts:
    """Administrative measures from the first day to the last, both included; until further notice without a last."""

    begins_on: date
    ends_on: date | None = None
    note: str = ""


def load_beneficiaries(
    session: Session, regions: Sequence[RegionFacts], facts: Sequence[BeneficiaryFacts], now: datetime
) -> Loaded:
    """Take in regions and beneficiaries from a kept table; a second time changes nothing.

    Regions that are there keep their names, and one that was deleted stays away. A beneficiary that an administrator
    has changed is left alone, and one that the table does not know stays.
    """
    there = _add_regions(session, regions)
    facts = [one if one.region_code in there else replace(one, region_code=None) for one in facts]
    known = {row.code: row for row in session.scalars(select(Beneficiary).with_for_update())}
    touched = _touched_by_people(session)
    changed = [one for one in facts if one.code in known and described(known[one.code]) != described(one)]
    renewed = [one for one in changed if one.code not in touched]
    for one in renewed:
        _write(session, known[one.code], one, None, now)
    added = [one for one in facts if one.code not in known]
    session.add_all(Beneficiary(**{"code": one.code, **described(one)}) for one in added)
    session.flush()
    return Loaded(len(added), len(renewed), len(changed) - len(renewed))


def _add_regions(session: Session, regions: Iterable[RegionFacts]) -> set[str]:
    """Add the regions that were never there; return the codes of all."""
    known = set(session.scalars(select(Region.code)))
    deleted = select(Trace.subject).where(Trace.area == Area.REGION, Trace.kind == "region_deleted")
    gone = set(session.scalars(deleted)) - known
    added = [one for one in regions if one.code not in known | gone]
    session.add_all(Region(**asdict(one)) for one in added)
    session.flush()
    return known | {one.code for one in added}


def _touched_by_people(session: Session) -> frozenset[str]:
    by_people = (Trace.area == Area.BENEFICIARY) & Trace.kind.in_(("beneficiary_changed", "beneficiary_added"))
    return frozenset(session.scalars(select(Trace.subject).where(by_people, Trace.actor_id.is_not(None))))


def save_beneficiary(session: Session, facts: BeneficiaryFacts, actor_id: UUID, now: datetime, reason: str) -> bool:
    """Add or change a beneficiary; return whether that changed anything.

    Raises:
        Refusal: `region_unknown`, `value_too_long`.
    """
    if facts.region_code is not None and session.get(Region, facts.region_code) is None:
        raise Refusal("region_unknown")
    if len(reason) > LONGEST_NOTE:
        raise Refusal("value_too_long")
    row = session.scalars(select(Beneficiary).where(Beneficiary.code == facts.code).with_for_update()).one_or_none()
    if row is None:
        session.add(Beneficiary(**{"code": facts.code, **described(facts)}))
        session.flush()
        change = Change(kind="beneficiary_added", before={}, after=described(facts), reason=reason)
        trace(session, (Area.BENEFICIARY, facts.code), change, actor_id, now)
        return True
    if described(row) == described(facts):
        return False
    _write(session, row, facts, actor_id, now, reason)
    return True


def _write(
    session: Session, row: Beneficiary, facts: BeneficiaryFacts, actor_id: UUID | None, now: datetime, reason: str = ""
) -> None:
    before, after = described(row), described(facts)
    for name, value in after.items():
        setattr(row, name, value)
    session.flush()
    change = Change(kind="beneficiary_changed", before=before, after=after, reason=reason)
    trace(session, (Area.BENEFICIARY, row.code), change, actor_id, now)


def described(one: Beneficiary | BeneficiaryFacts) -> dict[str, Any]:
    """Return what is known of a beneficiary besides its code, as plain values."""
    return {
        "region_code": one.region_code, "membership": one.membership.value, "is_ldc": one.is_ldc,
        "has_mission": one.has_mission,
    }  # fmt: skip


def enter_measure(session: Session, code: str, facts: MeasureFacts, actor_id: UUID, now: datetime) -> Measure:
    """Enter administrative measures against a beneficiary.

    Raises:
        NotFound: there is no such beneficiary.
        Refusal: `measure_order`, `measure_day_invalid`, `measure_overlaps`, `value_too_long`.
    """
    _lock(session, code)
    _check_measure(facts.begins_on, facts.ends_on)
    if len(facts.note) > LONGEST_NOTE:
        raise Refusal("value_too_long")
    if any(_overlap(one, facts) for one in _standing_measures(session, code)):
        raise Refusal("measure_overlaps")
    measure = Measure(
        beneficiary_code=code, begins_on=facts.begins_on, ends_on=facts.ends_on, note=facts.note, recorded_at=now,
        recorded_by_id=actor_id,
    )  # fmt: skip
    session.add(measure)
    session.flush()
    after = {"begins_on": facts.begins_on.isoformat(), "ends_on": _written(facts.ends_on)}
    change = Change(kind="measure_entered", before={}, after=after, reason=facts.note)
    trace(session, (Area.BENEFICIARY, code), change, actor_id, now)
    return measure


def end_measure(session: Session, measure_id: UUID, ends_on: date | None, actor_id: UUID, now: datetime) -> bool:
    """Say on which day measures end, or that they go on until further notice; return whether that is new.

    Raises:
        NotFound: there are no such measures, or they were taken back.
        Refusal: `measure_order`, `measure_day_invalid`, `measure_overlaps`.
    """
    measure = _measure(session, measure_id)
    _check_measure(measure.begins_on, ends_on)
    if measure.ends_on == ends_on:
        return False
    facts = MeasureFacts(begins_on=measure.begins_on, ends_on=ends_on)
    others = (one for one in _standing_measures(session, measure.beneficiary_code) if one.id != measure.id)
    if any(_overlap(one, facts) for one in others):
        raise Refusal("measure_overlaps")
    days = {"begins_on": measure.begins_on.isoformat()}
    before, after = {**days, "ends_on": _written(measure.ends_on)}, {**days, "ends_on": _written(ends_on)}
    measure.ends_on = ends_on
    session.flush()
    what = (Area.BENEFICIARY, measure.beneficiary_code)
    trace(session, what, Change(kind="measure_ended", before=before, after=after), actor_id, now)
    return True


def take_back_measure(session: Session, measure_id: UUID, reason: str, actor_id: UUID, now: datetime) -> None:
    """Take back measures that were entered in error: they count no more, and stay to be read.

    Raises:
        NotFound: there are no such measures, or they were taken back already.
        Refusal: `reason_missing`, `value_too_long`.
    """
    why = checked_reason(reason)
    measure = _measure(session, measure_id)
    measure.taken_back_at = now
    session.flush()
    before = {"begins_on": measure.begins_on.isoformat(), "ends_on": _written(measure.ends_on)}
    change = Change(kind="measure_taken_back", before=before, after={}, reason=why)
    trace(session, (Area.BENEFICIARY, measure.beneficiary_code), change, actor_id, now)


def checked_reason(reason: str) -> str:
    """Return a reason without blanks around it.

    Raises:
        Refusal: `reason_missing`, `value_too_long`.
    """
    why = " ".join(reason.split())
    if not why:
        raise Refusal("reason_missing")
    if len(why) > LONGEST_NOTE:
        raise Refusal("value_too_long")
    return why


def _lock(session: Session, code: str) -> None:
    if session.scalar(select(Beneficiary.code).where(Beneficiary.code == code).with_for_update()) is None:
        raise NotFound("beneficiary")


def _measure(session: Session, measure_id: UUID) -> Measure:
    """Return measures that count, with their beneficiary locked."""
    code = session.scalar(select(Measure.beneficiary_code).where(Measure.id == measure_id))
    if code is None:
        raise NotFound("measure")
    _lock(session, code)
    found = select(Measure).where(Measure.id == measure_id, Measure.taken_back_at.is_(None))
    measure = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if measure is None:
        raise NotFound("measure")
    return measure


def _standing_measures(session: Session, code: str) -> Sequence[Measure]:
    return session.scalars(
        select(Measure).where(Measure.beneficiary_code == code, Measure.taken_back_at.is_(None))
    ).all()


def _check_measure(begins_on: date, ends_on: date | None) -> None:
    if not EARLIEST <= begins_on <= LATEST or (ends_on is not None and ends_on > LATEST):
        raise Refusal("measure_day_invalid")
    if ends_on is not None and ends_on < begins_on:
        raise Refusal("measure_order")


def _overlap(one: Measure, other: MeasureFacts) -> bool:
    starts_before = other.ends_on is None or one.begins_on <= other.ends_on
    return starts_before and (one.ends_on is None or one.ends_on >= other.begins_on)


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None
