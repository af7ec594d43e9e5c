"""Read activities: the public list and page, and the administrator's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from courses.catalogue.models import Course
from courses.catalogue.topic_services import topics_found_by, topics_within
from courses.errors import NotFound
from courses.offerings.models import Mode, Offering, OfferingChange, OfferingState, OfferingTrainer
from courses.offerings.states import SHOWN
from courses.paging import nearest, pages_of
from courses.people.beneficiaries import Beneficiary
from courses.people.models import Language

PAGE = 50


class When(StrEnum):
    """Which activities are wanted by their time."""

    UPCOMING = "upcoming"
    OPEN = "open"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingSearch:
    """Which activities are wanted; `level` 0 stands for those outside the levels, None for any."""

    mode: Mode | None = None
    level: int | None = None
    topic: str | None = None
    region: str | None = None
    language: Language | None = None
    text: str = ""
    when: When | None = None
    page: int = 1

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for."""
        return self == OfferingSearch(page=self.page)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of activities with their days: those that lie ahead and those of the past; how many were found in all."""

    ahead: tuple[Offering, ...]
    past: tuple[Offering, ...]
    found: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return pages_of(self.found, PAGE)


def open_offerings(session: Session, search: OfferingSearch, now: datetime) -> Listed:
    """Return the activities that everybody may read and that a search finds: what lies ahead first, then the past."""
    return _listed(session, [Offering.state.in_(SHOWN), *_conditions(session, search, now)], search, now)


def all_offerings(session: Session, search: OfferingSearch, state: OfferingState | None, now: datetime) -> Listed:
    """Return the activities of the administration, drafts among them."""
    wanted = [Offering.state == state] if state else []
    return _listed(session, [*wanted, *_conditions(session, search, now)], search, now)


def offering_by_code(session: Session, code: str) -> Offering:
    """Return an activity that everybody may read, with all that belongs to it; in capitals or not.

    Raises:
        NotFound: there is none of that code, or it is a draft.
    """
    query = select(Offering).where(func.lower(Offering.code) == code.lower(), Offering.state.in_(SHOWN))
    offering = session.scalars(query.options(*_whole())).one_or_none()
    if offering is None:
        raise NotFound("offering")
    return offering


def offering_of(session: Session, offering_id: UUID) -> Offering:
    """Return any activity with all that belongs to it, for the administration.

    Raises:
        NotFound: there is none.
    """
    offering = session.scalars(select(Offering).where(Offering.id == offering_id).options(*_whole())).one_or_none()
    if offering is None:
        raise NotFound("offering")
    return offering


def changes_of(session: Session, offering: Offering) -> Sequence[OfferingChange]:
    """Return what people were told of an activity, the latest first."""
    query = (
        select(OfferingChange)
        .where(OfferingChange.offering_id == offering.id)
        .order_by(OfferingChange.changed_at.desc(), OfferingChange.id.desc())
    )
    return session.scalars(query).all()


def courses_of_parts(session: Session, offering: Offering) -> dict[UUID, Course]:
    """Return the courses that are parts of an activity, by identifier."""
    wanted = {part.course_id for part in offering.parts if part.course_id}
    if not wanted:
        return {}
    return {course.id: course for course in session.scalars(select(Course).where(Course.id.in_(wanted)))}


def topics_of_offerings(session: Session) -> Sequence[str]:
    """Return the topics of the activities that everybody may read, and those above them."""
    query = select(Offering.topic).where(Offering.state.in_(SHOWN), Offering.topic.is_not(None)).distinct()
    return topics_found_by(session, [topic for topic in session.scalars(query) if topic])


def titles_of_offerings(session: Session) -> dict[str, dict[str, str]]:
    """Return the title of every activity by its code and language; one query."""
    query = select(Offering.code, Offering.title_en, Offering.title_fr, Offering.title_es)
    return {code: {"en": en, "fr": fr or en, "es": es or en} for code, en, fr, es in session.execute(query)}


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Offering.days),
        selectinload(Offering.sessions),
        selectinload(Offering.parts),
        selectinload(Offering.trainers).selectinload(OfferingTrainer.person),
    )


def _listed(
    session: Session, conditions: Sequence[ColumnElement[bool]], search: OfferingSearch, now: datetime
) -> Listed:
    found = session.scalar(select(func.count()).select_from(Offering).where(*conditions)) or 0
    page = nearest(search.page, found, PAGE)
    is_past = _is_past(now)
    query = (
        select(Offering)
        .where(*conditions)
        .options(selectinload(Offering.days))
        .order_by(
            case((is_past, 1), else_=0),
            case((is_past, None), else_=Offering.starts_on).asc().nulls_last(),
            Offering.starts_on.desc(), Offering.code,
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )  # fmt: skip
    offerings = session.scalars(query).all()
    ahead = tuple(offering for offering in offerings if not _was(offering, now))
    return Listed(ahead, tuple(offering for offering in offerings if _was(offering, now)), found, page)


def _was(offering: Offering, now: datetime) -> bool:
    """Tell the same of a row as `_is_past` asks of the database."""
    is_closed = offering.state in {OfferingState.HELD, OfferingState.CANCELLED}
    return is_closed or (offering.ends_on is not None and offering.ends_on < now.date())


def _is_past(now: datetime) -> ColumnElement[bool]:
    closed = Offering.state.in_([OfferingState.HELD, OfferingState.CANCELLED])
    return or_(closed, and_(Offering.ends_on.is_not(None), Offering.ends_on < now.date()))


def _conditions(session: Session, search: OfferingSearch, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.mode:
        conditions.append(Offering.mode == search.mode)
    if search.level is not None:
        conditions.append(Offering.level == search.level if search.level else Offering.level.is_(None))
    if search.topic:
        conditions.append(Offering.topic.in_(topics_within(session, search.topic)))
    if search.language:
        conditions.append(_holds(Offering.languages, search.language))
    if search.region:
        conditions.append(_is_for(search.region))
    titles = (Offering.title_en, Offering.title_fr, Offering.title_es, Offering.code, Offering.city, Offering.topic)
    for word in search.text.split():
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in titles)))
    return [*conditions, *_of_time(search.when, now)]


def _of_time(when: When | None, now: datetime) -> list[ColumnElement[bool]]:
    match when:
        case None:
            return []
        case When.UPCOMING:
            return [~_is_past(now)]
        case When.PAST:
            return [_is_past(now)]
        case When.OPEN:
            return [
                Offering.state == OfferingState.PUBLISHED,
                or_(Offering.ends_on.is_(None), Offering.ends_on >= now.date()),
                or_(Offering.opens_at.is_(None), Offering.opens_at <= now),
                or_(Offering.applies_until.is_(None), Offering.applies_until >= now),
            ]


def _holds(column: InstrumentedAttribute[list[Any]], code: str) -> ColumnElement[bool]:
    """Tell whether a list of codes, kept as JSON, holds one: codes are ASCII, and stand there in quotation marks."""
    return cast(column, String).contains(f'"{code}"', autoescape=True)


def _is_for(region: str) -> ColumnElement[bool]:
    """Tell whether an activity is for people of a region: named, or by one of its countries, or for everybody."""
    is_for_all = and_(_is_empty(Offering.region_codes), _is_empty(Offering.countries))
    by_country = (
        select(Beneficiary.code)
        .where(
            Beneficiary.region_code == region,
            cast(Offering.countries, String).contains('"' + Beneficiary.code + '"'),
        )
        .correlate(Offering)
        .exists()
    )
    return or_(_holds(Offering.region_codes, region), by_country, is_for_all)


def _is_empty(column: InstrumentedAttribute[list[Any]]) -> ColumnElement[bool]:
    return cast(column, String) == "[]"
