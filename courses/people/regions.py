"""The regions of the institute's own list: read, added, named, ordered."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.people.beneficiaries import Beneficiary, Region
from courses.people.traces import Area, Change, trace

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFacts:
    """A region as an administrator describes it, with its place in the list."""

    code: str
    name_en: str
    name_fr: str
    name_es: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class CountedRegion:
    """A region, and how many beneficiaries are in it."""

    region: Region
    beneficiaries: int


def all_regions(session: Session) -> Sequence[Region]:
    """Return the regions in their order; one query."""
    return session.scalars(select(Region).order_by(Region.place, Region.code)).all()


def counted_regions(session: Session) -> Sequence[CountedRegion]:
    """Return the regions in their order, with how many beneficiaries each has; one query."""
    counts = (
        select(Region, func.count(Beneficiary.code))
        .outerjoin(Beneficiary, Beneficiary.region_code == Region.code)
        .group_by(Region.code)
        .order_by(Region.place, Region.code)
    )
    return [CountedRegion(region, count) for region, count in session.execute(counts)]


def region_by_code(session: Session, code: str) -> Region:
    """Return a region.

    Raises:
        NotFound: there is none of that code.
    """
    region = session.get(Region, code)
    if region is None:
        raise NotFound("region")
    return region


def add_region(session: Session, facts: RegionFacts, actor_id: UUID | None, now: datetime) -> Region:
    """Add a region.

    Raises:
        Refusal: `region_code_invalid`, `region_code_taken`, `value_missing`, `value_too_long`.
    """
    kept = _checked(facts)
    region = Region(**asdict(kept))
    try:
        with session.begin_nested():
            session.add(region)
    except IntegrityError as error:
        raise Refusal("region_code_taken") from error
    trace(session, (Area.REGION, kept.code), Change(kind="region_added", before={}, after=asdict(kept)), actor_id, now)
    return region


def change_region(session: Session, facts: RegionFacts, actor_id: UUID, now: datetime) -> bool:
    """Name a region anew or give it another place; return whether that changed anything. Its code stays.

    Raises:
        NotFound: there is no such region.
        Refusal: `value_missing`, `value_too_long`.
    """
    region = session.scalars(select(Region).where(Region.code == facts.code).with_for_update()).one_or_none()
    if region is None:
        raise NotFound("region")
    before, after = described_region(region), asdict(_checked(facts))
    if before == after:
        return False
    for name, value in after.items():
        setattr(region, name, value)
    session.flush()
    change = Change(kind="region_changed", before=before, after=after)
    trace(session, (Area.REGION, region.code), change, actor_id, now)
    return True


def described_region(region: Region) -> dict[str, Any]:
    """Return what is known of a region, by the names of `RegionFacts`."""
    return {name: getattr(region, name) for name in ("code", "name_en", "name_fr", "name_es", "place")}


def _checked(facts: RegionFacts) -> RegionFacts:
    code = facts.code.strip()
    names = [name.strip() for name in (facts.name_en, facts.name_fr, facts.name_es)]
    if not CODE.fullmatch(code):
        raise Refusal("region_code_invalid")
    if not names[0]:
        raise Refusal("value_missing")
    if max(map(len, names)) > LONGEST_NAME:
        raise Refusal("value_too_long")
    return RegionFacts(
        code=code, name_en=names[0], name_fr=names[1] or names[0], name_es=names[2] or names[0],
        place=max(-9999, min(9999, facts.place)),
    )  # fmt: skip
