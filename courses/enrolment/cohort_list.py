"""The list of cohorts that somebody may see, with how many people stand where, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.cohorts.queries import visible_to
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.outcomes import LEFT
from courses.paging import nearest, pages_of
from courses.people.models import Person

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortLine:
    """A cohort with its course, and how many of its people stand where."""

    cohort: Cohort
    course: Course
    by_outcome: dict[Outcome, int]

    @property
    def people(self) -> int:
        """Return how many have not left."""
        return sum(rows for outcome, rows in self.by_outcome.items() if outcome not in LEFT)


@dataclass(frozen=True, slots=True)
class CohortList:
    """A page of the cohorts that somebody may see."""

    lines: tuple[CohortLine, ...]
    found: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return pages_of(self.found, PAGE)


def cohorts_of(session: Session, person: Person, text: str = "", page: int = 1) -> CohortList:
    """Return the cohorts that a person may see, the newest first, with their counts; three queries."""
    conditions = [visible_to(person)]
    if text:
        columns = (Course.code, Course.title_en, Course.title_fr, Course.title_es, Cohort.name)
        conditions.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    base = select(Cohort).join(Cohort.course).where(*conditions)
    found = session.scalar(base.with_only_columns(func.count())) or 0
    page = nearest(page, found, PAGE)
    query = base.options(joinedload(Cohort.course)).order_by(Cohort.opens_at.desc(), Course.code, Cohort.id)
    cohorts = session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    counts = _counts(session, [cohort.id for cohort in cohorts])
    lines = (
        CohortLine(cohort=cohort, course=cohort.course, by_outcome=counts.get(cohort.id, {})) for cohort in cohorts
    )
    return CohortList(tuple(lines), found, page)


def _counts(session: Session, cohort_ids: Sequence[UUID]) -> dict[UUID, dict[Outcome, int]]:
    query = (
        select(Enrolment.cohort_id, Enrolment.outcome, func.count())
        .where(Enrolment.cohort_id.in_(cohort_ids))
        .group_by(Enrolment.cohort_id, Enrolment.outcome)
    )
    counts: dict[UUID, dict[Outcome, int]] = {}
    for cohort_id, outcome, rows in session.execute(query):
        counts.setdefault(cohort_id, {})[outcome] = rows
    return counts
