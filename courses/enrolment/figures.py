"""Count the enrolments of cohorts: one grouped query, from which rates and medians come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.cohorts.rates import Counts
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.enrolment.outcomes import LEFT, OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of one cohort that are alike, and how many of them have started."""

    outcome: Outcome
    dropout_kind: DropoutKind | None
    is_completed: bool
    has_distinction: bool
    has_sat_exam: bool
    started: int
    rows: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a cohort amounts to; `median` is the progress (0 to 1) of those who started and have not left, or None."""

    counts: Counts
    median: float | None


def figures_of(session: Session, cohort_id: UUID) -> Figures:
    """Return the figures of a cohort by two queries, both answered by an index alone."""
    kinds = (
        Enrolment.outcome, Enrolment.dropout_kind, Enrolment.is_completed, Enrolment.has_distinction,
        Enrolment.has_sat_exam,
    )  # fmt: skip
    amounts = (func.count(Enrolment.started_at).label("started"), func.count().label("rows"))
    query = select(*kinds, *amounts).where(Enrolment.cohort_id == cohort_id).group_by(*kinds)
    groups = [Group(**row._mapping) for row in session.execute(query)]
    started = sum(group.started for group in groups if group.outcome not in LEFT)
    return Figures(count(groups), _median(session, cohort_id, started))


def count(groups: Sequence[Group]) -> Counts:
    """Return the counts that the rates are made of."""
    counted = [group for group in groups if group.outcome not in LEFT]
    closed = [group for group in counted if group.outcome not in OPEN]
    dropped = [group for group in closed if group.outcome == Outcome.DROPPED_OUT]
    by_outcome = {
        outcome.value: _sum(group for group in groups if group.outcome == outcome)
        for outcome in Outcome
        if outcome != Outcome.DROPPED_OUT
    }
    by_kind = {kind.value: _sum(group for group in dropped if group.dropout_kind == kind) for kind in DropoutKind}
    return Counts(
        **by_outcome,
        **by_kind,
        completed=_sum(group for group in counted if group.is_completed),
        active_completed=_sum(group for group in counted if group.outcome == Outcome.ACTIVE and group.is_completed),
        distinctions=_sum(group for group in counted if group.has_distinction),
        closed_started=sum(group.started for group in closed if group.outcome != Outcome.ATTENDED),
        dropped_started=sum(group.started for group in dropped),
        closed_sat=_sum(group for group in closed if group.has_sat_exam and group.outcome != Outcome.ATTENDED),
        passed_sat=_sum(group for group in closed if group.outcome == Outcome.PASSED and group.has_sat_exam),
    )


def _median(session: Session, cohort_id: UUID, started: int) -> float | None:
    """Return the median progress of those who started and have not left, the lower of two; None when there are none."""
    if not started:
        return None
    query = (
        select(Enrolment.progress)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.started_at.is_not(None), Enrolment.outcome.not_in(LEFT))
        .order_by(Enrolment.progress)
        .offset((started - 1) // 2)
        .limit(1)
    )
    return session.scalar(query)


def _sum(groups: Iterable[Group]) -> int:
    return sum(group.rows for group in groups)
