"""The register of a cohort: its people, filtered, sorted and paged, in a constant number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, and_, func, or_, select
from sqlalchemy.orm import Session

from courses.cohorts.models import Cohort
from courses.cohorts.risk import (
    BEHIND_BY,
    HALF,
    LITTLE_TIME,
    NOT_STARTED_AFTER,
    SILENT_AFTER,
    TROUBLE_LASTS,
    TROUBLES,
    Risk,
    Situation,
    risks_of,
)
from courses.enrolment.figures import Figures, figures_of
from courses.enrolment.models import DropoutKind, Enrolment, Outcome, Trouble
from courses.enrolment.outcomes import OPEN
from courses.paging import nearest, pages_of
from courses.people.models import Language, Person

PAGE = 50


class Order(StrEnum):
    """By what the people of a cohort can be sorted."""

    NAME = "name"
    OUTCOME = "outcome"
    MARK = "mark"
    PROGRESS = "progress"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which people of a cohort are wanted; `only_at_risk` those to whom a rule of risk applies now."""

    outcome: Outcome | None = None
    text: str = ""
    only_at_risk: bool = False
    order: Order = Order.NAME
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the register; `mark` and `progress` are 0 to 1, the times in hundredths of a second."""

    enrolment_id: UUID
    given_name: str
    family_name: str
    country: str | None
    language: Language
    outcome: Outcome
    dropout_kind: DropoutKind | None
    is_completed: bool
    has_distinction: bool
    mark: float | None
    progress: float
    reported_cs: int
    measured_cs: int
    enrolled_at: datetime
    started_at: datetime | None
    seen_at: datetime | None
    risks: tuple[Risk, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A page of the register: its lines, how many the search has found, and the figures of the whole cohort."""

    entries: tuple[Entry, ...]
    found: int
    page: int
    figures: Figures

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return pages_of(self.found, PAGE)


Lines = Select[*tuple[Any, ...]]
_COLUMNS = (
    Enrolment.id, Enrolment.language, Enrolment.outcome, Enrolment.dropout_kind, Enrolment.is_completed,
    Enrolment.has_distinction, Enrolment.mark, Enrolment.progress, Enrolment.reported_cs, Enrolment.measured_cs,
    Enrolment.enrolled_at, Enrolment.started_at, Enrolment.seen_at, Person.given_name, Person.family_name,
    Person.country, Trouble.times.label("failures"), Trouble.last_at.label("failed_at"),
)  # fmt: skip
_ORDERS: dict[Order, tuple[UnaryExpression[Any], ...]] = {
    Order.NAME: (),
    Order.OUTCOME: (Enrolment.outcome.asc(),),
    Order.MARK: (Enrolment.mark.desc().nulls_last(),),
    Order.PROGRESS: (Enrolment.progress.desc(),),
    Order.SEEN: (Enrolment.seen_at.desc().nulls_last(),),
}


def register_of(session: Session, cohort: Cohort, search: Search, now: datetime) -> Register:
    """Return a page of a cohort's people, by four queries at most; a page after the last is the last."""
    figures = figures_of(session, cohort.id)
    query = _filtered(cohort, search, figures.median, now)
    found = _found(session, query, search, figures)
    page = nearest(search.page, found, PAGE)
    by_name = (Person.family_name, Person.given_name, Enrolment.id)
    lines = query.order_by(*_ORDERS[search.order], *by_name).limit(PAGE).offset((page - 1) * PAGE)
    entries = tuple(_entry(row, cohort, figures.median, now) for row in session.execute(lines))
    return Register(entries=entries, found=found, page=page, figures=figures)


def everybody_of(session: Session, cohort: Cohort, now: datetime) -> Iterator[Entry]:
    """Yield every line of the register by name, without keeping them in memory."""
    median = figures_of(session, cohort.id).median
    query = _filtered(cohort, Search(), median, now).order_by(Person.family_name, Person.given_name, Enrolment.id)
    for row in session.execute(query.execution_options(yield_per=500)):
        yield _entry(row, cohort, median, now)


def is_at_risk(cohort: Cohort, median: float | None, now: datetime) -> ColumnElement[bool]:
    """Return the rules of `courses.cohorts.risk` as a condition, so that the database can page through those found."""
    started = Enrolment.started_at.is_not(None)
    rules: list[ColumnElement[bool]] = [
        and_(started, func.coalesce(Enrolment.seen_at, Enrolment.started_at) <= now - SILENT_AFTER)
    ]
    rules.append(and_(Trouble.times >= TROUBLES, Trouble.last_at > now - TROUBLE_LASTS))
    if now - cohort.opens_at >= NOT_STARTED_AFTER:
        rules.append(and_(~started, Enrolment.enrolled_at <= now - NOT_STARTED_AFTER))
    if median is not None:
        rules.append(and_(started, func.round((median - Enrolment.progress) * 100) > BEHIND_BY * 100))
    if cohort.closes_at is not None and timedelta(0) < cohort.closes_at - now < LITTLE_TIME:
        rules.append(Enrolment.progress < HALF)
    return and_(Enrolment.outcome.in_(OPEN), or_(*rules))


def _found(session: Session, query: Lines, search: Search, figures: Figures) -> int:
    if search.text or search.only_at_risk:
        return session.scalar(query.with_only_columns(func.count())) or 0
    counts = figures.counts
    return counts.total + counts.left if search.outcome is None else int(getattr(counts, search.outcome.value))


def _filtered(cohort: Cohort, search: Search, median: float | None, now: datetime) -> Lines:
    query = (
        select(*_COLUMNS)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Trouble, Trouble.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    if search.outcome:
        query = query.where(Enrolment.outcome == search.outcome)
    if search.only_at_risk:
        query = query.where(is_at_risk(cohort, median, now))
    for word in search.text.split():
        names = (Person.given_name, Person.family_name, Person.email)
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    return query


def _entry(row: Row[Any], cohort: Cohort, median: float | None, now: datetime) -> Entry:
    values = {name: value for name, value in row._mapping.items() if name not in ("failures", "failed_at")}
    return Entry(enrolment_id=values.pop("id"), risks=_risks(row, cohort, median, now), **values)


def _risks(row: Row[Any], cohort: Cohort, median: float | None, now: datetime) -> tuple[Risk, ...]:
    if row.outcome not in OPEN:
        return ()
    situation = Situation(
        enrolled_at=row.enrolled_at, opens_at=cohort.opens_at, closes_at=cohort.closes_at, started_at=row.started_at,
        seen_at=row.seen_at, progress=row.progress, median=median, failures=row.failures or 0,
        failed_at=row.failed_at,
    )  # fmt: skip
    return risks_of(situation, now)
