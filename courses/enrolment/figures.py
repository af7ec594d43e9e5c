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
    """Rows of one cohort that are alike; `percent` is their rounded progress."""

    outcome: Outcome
    dropout_kind: DropoutKind | None
    is_completed: bool
    has_distinction: bool
    has_sat_exam: bool
    has_started: bool
    percent: int
    rows: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a cohort amounts to; `median` is the progress (0 to 1) of those who started and have not left, or None."""

    counts: Counts
    median: float | None


def figures_of(session: Session, cohort_id: UUID) -> Figures:
    """Return the figures of a cohort, by one query."""
    has_started = Enrolment.started_at.is_not(None)
    percent = func.round(Enrolment.progress * 100)
    kinds = (
        Enrolment.outcome, Enrolment.dropout_kind, Enrolment.is_completed, Enrolment.has_distinction,
        Enrolment.has_sat_exam,
    )  # fmt: skip
    query = (
        select(*kinds, has_started.label("has_started"), percent.label("percent"), func.count().label("amount"))
        .where(Enrolment.cohort_id == cohort_id)
        .group_by(*kinds, "has_started", "percent")
    )
    groups = [
        Group(
            outcome=row.outcome, dropout_kind=row.dropout_kind, is_completed=row.is_completed,
            has_distinction=row.has_distinction, has_sat_exam=row.has_sat_exam, has_started=bool(row.has_started),
            percent=int(row.percent), rows=row.amount,
        )
        for row in session.execute(query)
    ]  # fmt: skip
    return Figures(count(groups), median_of(groups))


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
        closed_started=_sum(group for group in closed if group.has_started and group.outcome != Outcome.ATTENDED),
        dropped_started=_sum(group for group in dropped if group.has_started),
        closed_sat=_sum(group for group in closed if group.has_sat_exam and group.outcome != Outcome.ATTENDED),
        passed_sat=_sum(group for group in closed if group.outcome == Outcome.PASSED and group.has_sat_exam),
    )


def median_of(groups: Iterable[Group]) -> float | None:
    """Return the median progress of those who started and have not left, to the percent; None when there are none."""
    steps = sorted((group.percent, group.rows) for group in groups if group.has_started and group.outcome not in LEFT)
    middle = sum(rows for _, rows in steps) / 2
    passed = 0
    for percent, rows in steps:
        passed += rows
        if passed >= middle:
            return percent / 100
    return None


def _sum(groups: Iterable[Group]) -> int:
    return sum(group.rows for group in groups)
