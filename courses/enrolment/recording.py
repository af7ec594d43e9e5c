"""Take the result of an attempt into its enrolment: a ratchet, in one query and one or two statements.

Every commit of every learner comes through here, so it reads and writes columns, not objects.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.db import table_of
from courses.enrolment.changes import ChangeReason, announce, comes_back
from courses.enrolment.models import Enrolment, Outcome, OutcomeChange
from courses.enrolment.outcomes import (
    LEFT,
    OPEN,
    OutcomeEvent,
    Progress,
    moves_after_result,
    next_outcome,
)
from courses.enrolment.results import AmongOthers, CourseResult
from courses.errors import NotFound

ROUNDING = 1e-9

_enrolment = table_of(Enrolment)
_READ = (
    select(_enrolment, Course.distinction_mark, Course.confers.label("conferred"), Cohort.closes_at)
    .join(Course, Course.id == _enrolment.c.course_id)
    .join(Cohort, Cohort.id == _enrolment.c.cohort_id)
    .where(_enrolment.c.id == bindparam("wanted"))
    .with_for_update(of=_enrolment)
)
_CHANGE = update(_enrolment).where(_enrolment.c.id == bindparam("wanted"))
_CHANGES = table_of(OutcomeChange)


def record_result(
    session: Session,
    enrolment_id: UUID,
    result: CourseResult,
    now: datetime,
    *,
    heard_at: datetime | None = None,
    among: AmongOthers | None = None,
) -> None:
    """Take a result in: completion, progress and times never fall, and the outcome moves by its table.

    Nor does the mark, unless `among` says what several attempts come to; a pass stands in any case.
    `heard_at` is when the learner was heard of, where that was not now: such a result reopens nothing.
    An enrolment object that the session has loaded before is refreshed only when it is read again.

    Raises:
        NotFound: there is no such enrolment.
    """
    connection = session.connection()
    row = connection.execute(_READ, {"wanted": enrolment_id}).one_or_none()
    if row is None:
        raise NotFound("enrolment")
    if row.outcome in LEFT:
        return
    values = _raised(row, result, now) | ({} if among is None else _together(row, among))
    returns = heard_at is None and _comes_back(session, row, now)
    moves = _moves(row, values, result, returns=returns)
    values |= _outcome_values(row, values, moves, now)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    connection.execute(_CHANGE, {"wanted": enrolment_id, **changed, "seen_at": _latest(row.seen_at, heard_at or now)})
    if moves:
        session.execute(insert(_CHANGES), [_change(enrolment_id, move, values, now) for move in moves])
        for before, after, _reason in moves:
            announce(session, enrolment_id, before, after)


def _latest(before: datetime | None, heard_at: datetime) -> datetime:
    return heard_at if before is None else max(before, heard_at)


def _raised(row: Row[Any], result: CourseResult, now: datetime) -> dict[str, Any]:
    marks = [mark for mark in (row.mark, result.mark) if mark is not None]
    is_completed = row.is_completed or result.is_completed
    return {
        "mark": max(marks, default=None),
        "is_completed": is_completed,
        "has_sat_exam": row.has_sat_exam or result.has_sat_exam,
        "progress": max(row.progress, result.progress),
        "reported_cs": max(row.reported_cs, result.reported_cs),
        "measured_cs": max(row.measured_cs, result.measured_cs),
        "started_at": row.started_at or now,
        "completed_at": row.completed_at or (now if is_completed else None),
    }


def _together(row: Row[Any], among: AmongOthers) -> dict[str, Any]:
    """Return what several attempts come to: times add up, and the mark is that of the course's rule."""
    times = {"reported_cs": row.reported_cs + among.reported_cs, "measured_cs": row.measured_cs + among.measured_cs}
    if among.mark is None:
        return times
    return times | {"mark": among.mark if among.may_fall or row.mark is None else max(row.mark, among.mark)}


def _moves(
    row: Row[Any], values: dict[str, Any], result: CourseResult, *, returns: bool
) -> list[tuple[Outcome, Outcome, ChangeReason]]:
    outcome: Outcome = row.outcome
    moves: list[tuple[Outcome, Outcome, ChangeReason]] = []
    if returns:
        outcome = next_outcome(outcome, OutcomeEvent.COME_BACK)
        moves.append((row.outcome, outcome, ChangeReason.CAME_BACK))
    progress = Progress(
        has_started=True, is_passed=bool(result.is_passed), has_sat_exam=values["has_sat_exam"],
        is_completed=values["is_completed"],
    )  # fmt: skip
    dropout_kind = None if returns else row.dropout_kind
    for event in moves_after_result(outcome, dropout_kind, progress):
        reason = ChangeReason.STARTED if event == OutcomeEvent.START else ChangeReason.RESULT
        before, outcome = outcome, next_outcome(outcome, event)
        moves.append((before, outcome, reason))
    return moves


def _comes_back(session: Session, row: Row[Any], now: datetime) -> bool:
    if row.outcome in OPEN or (row.closes_at and row.closes_at <= now):
        return False
    if not comes_back(session, row.id, row.outcome, row.dropout_kind):
        return False
    other = exists().where(
        _enrolment.c.person_id == row.person_id, _enrolment.c.course_id == row.course_id, _enrolment.c.outcome.in_(OPEN)
    )
    return not session.scalar(select(other))


def _outcome_values(
    row: Row[Any], values: dict[str, Any], moves: list[tuple[Outcome, Outcome, ChangeReason]], now: datetime
) -> dict[str, Any]:
    outcome = moves[-1][1] if moves else row.outcome
    highest = row.distinction_mark
    mark = values["mark"]
    reached = highest is not None and mark is not None and mark >= highest - ROUNDING
    found: dict[str, Any] = {
        "outcome": outcome,
        "has_distinction": outcome == Outcome.PASSED and (row.has_distinction or reached),
    }
    if outcome == Outcome.PASSED and row.outcome != Outcome.PASSED:
        found["confers"] = row.conferred
    if moves:
        found["dropout_kind"] = row.dropout_kind if outcome == Outcome.DROPPED_OUT else None
        found["closed_at"] = None if outcome in OPEN else now
    return found


def _change(
    enrolment_id: UUID, move: tuple[Outcome, Outcome, ChangeReason], values: dict[str, Any], now: datetime
) -> dict[str, Any]:
    before, after, reason = move
    return {
        "id": uuid7(), "enrolment_id": enrolment_id, "changed_at": now, "actor_id": None, "before": before,
        "after": after, "reason": reason, "facts": {"mark": values["mark"], "progress": values["progress"]},
        "dropout_kind": None,
    }  # fmt: skip
