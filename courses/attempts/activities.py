"""The stored state of activities: read together, written one at a time, and what they amount to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from courses.attempts.counting import among_others
from courses.attempts.leases import ATTEMPT_TABLE, HELD, LOCK_OF_TOKEN, OF_TOKEN, Held, hash_of, locked_rows
from courses.attempts.models import ActivityState, PlayMode
from courses.attempts.reviewing import REVIEW
from courses.attempts.rule import ScoResult
from courses.attempts.sessions import LEASE, SUSPEND_DATA, Outcome, best_status, stored
from courses.db import table_of
from courses.enrolment.results import CourseResult
from courses.enrolment.services import record_result
from scorm.packaging.items import Item

SEEN_EVERY = timedelta(seconds=50)
"""How often a result that has not changed is passed on, so that people are seen without a write for each commit."""

NOTHING = Outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What an activity remembers: values with the suspend data, best results; `is_new` while it has no row.

    `is_open` while its session goes on, as far as anybody knows; `is_loaded` when the values were read. `was_running`
    is what `is_running` says where they were not.
    """

    id: str
    values: Mapping[str, str]
    outcome: Outcome = NOTHING
    visits: int = 0
    measured_cs: int = 0
    is_open: bool = False
    is_new: bool = False
    is_loaded: bool = True
    was_running: bool = False

    @property
    def is_running(self) -> bool:
        """Tell whether a session has no end yet, also one that is silent; one that only reviews decides nothing."""
        return _runs(self.values) if self.is_loaded else self.was_running


def _runs(values: Mapping[str, str]) -> bool:
    return LEASE in values and REVIEW not in values


_TABLE = table_of(ActivityState)
_column = _TABLE.c
_IS_WANTED = _column.activity_id == bindparam("wanted")
_STATE = (
    _column.activity_id, case((_IS_WANTED, _column["values"]), else_=None),
    case((_IS_WANTED, _column.suspend_data), else_=None), _column.is_open, _column.visits, _column.status,
    _column.is_completed, _column.is_passed, _column.score, _column.reported_cs, _column.measured_cs,
    _column.opened_at.is_not(None),
)  # fmt: skip
_READ = select(*_STATE).where(_column.attempt_id == bindparam("of_attempt"))
_READ_WITH_LEASE = HELD.add_columns(*_STATE).outerjoin(_TABLE, _column.attempt_id == ATTEMPT_TABLE.c.id).where(OF_TOKEN)
_ADD = insert(_TABLE)
_CHANGE = update(_TABLE).where(
    _column.attempt_id == bindparam("of_attempt"), _column.activity_id == bindparam("of_activity")
)
_RAISE = update(ATTEMPT_TABLE).where(ATTEMPT_TABLE.c.id == bindparam("attempt"))


def activities_of(session: Session, attempt_id: UUID, activity_id: str | None) -> dict[str, Activity]:
    """Return what the activities of an attempt remember; the values only of the one that is named."""
    rows = session.connection().execute(_READ, {"of_attempt": attempt_id, "wanted": activity_id or ""})
    return {row[0]: _activity(row, activity_id) for row in rows}


def held_with_activities(session: Session, token: str, activity_id: str) -> tuple[Held | None, dict[str, Activity]]:
    """Return the lease of a token, its attempt locked, with what `activities_of` returns: in one statement."""
    parameters = {"key": hash_of(token), "wanted": activity_id}
    rows = locked_rows(session, (LOCK_OF_TOKEN, _READ_WITH_LEASE), parameters)
    if not rows:
        return None, {}
    first = len(rows[0]) - len(_STATE)
    states = [row[first:] for row in rows if row[first] is not None]
    return Held(*rows[0][:first]), {state[0]: _activity(state, activity_id) for state in states}


def _activity(state: Sequence[Any], wanted: str | None) -> Activity:
    """Return an activity from the columns of `_STATE`."""
    name, kept, suspend_data, is_open, visits, status, is_completed, is_passed, score, *others = state
    reported_cs, measured_cs, was_running = others
    values: dict[str, str] = dict(kept or {})
    if suspend_data:
        values[SUSPEND_DATA] = suspend_data
    outcome = Outcome(
        status=status, is_completed=is_completed, is_passed=is_passed, score=score, reported_cs=reported_cs
    )
    return Activity(
        id=name, values=values, outcome=outcome, visits=visits, measured_cs=measured_cs, is_open=is_open,
        is_loaded=name == wanted, was_running=was_running,
    )  # fmt: skip


def save_activity(session: Session, attempt_id: UUID, before: Activity, after: Activity, now: datetime) -> None:
    """Write what has changed of an activity; suspend data, which may be long, only when it is another."""
    kept, suspend_data = stored(after.values)
    columns: dict[str, Any] = {
        "values": kept, "is_open": after.is_open, "visits": after.visits, "status": after.outcome.status,
        "is_completed": after.outcome.is_completed, "is_passed": after.outcome.is_passed,
        "score": after.outcome.score, "reported_cs": after.outcome.reported_cs, "measured_cs": after.measured_cs,
    }  # fmt: skip
    if before.is_new or before.values.get(LEASE) != after.values.get(LEASE) or before.is_running != after.is_running:
        columns["opened_at"] = now if after.is_running else None
    if before.is_new or stored(before.values)[1] != suspend_data:
        columns["suspend_data"] = suspend_data
    if before.is_new:
        session.connection().execute(_ADD, {"attempt_id": attempt_id, "activity_id": after.id, **columns})
        return
    session.connection().execute(_CHANGE, {"of_attempt": attempt_id, "of_activity": after.id, **columns})


def raise_best(session: Session, attempt_id: UUID, activity_id: str, outcome: Outcome) -> None:
    """Write only the best results of an activity: its values belong to a newer page."""
    best = {"is_completed": outcome.is_completed, "is_passed": outcome.is_passed, "score": outcome.score}
    session.connection().execute(_CHANGE, {"of_attempt": attempt_id, "of_activity": activity_id, **best})


def results_of(items: Iterable[Item], activities: Mapping[str, Activity]) -> list[ScoResult]:
    """Return what the activities behind items have come to, in their order."""
    return [_result_of(item, activities.get(item.identifier)) for item in items]


def _result_of(item: Item, activity: Activity | None) -> ScoResult:
    if activity is None:
        return ScoResult(is_visited=False)
    outcome = activity.outcome
    return ScoResult(
        is_visited=activity.visits > 0, is_running=activity.is_open, is_completed=outcome.is_completed,
        is_passed=outcome.is_passed, score=outcome.score, reported_cs=outcome.reported_cs,
        measured_cs=activity.measured_cs,
        mastery=None if item.mastery_score is None else item.mastery_score / 100,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """When a result was heard of, and what is delivered since.

    `last_at` is when the learner was heard of, where that was not `now`. `is_end`: a session may have ended, and what
    it reported has to be passed on at once, for nothing else may come.
    """

    activity_id: str | None
    now: datetime
    last_at: datetime | None = None
    is_end: bool = False


def project(session: Session, held: Held, result: CourseResult, heard: Heard) -> CourseResult:
    """Raise the attempt's result to `result` and pass it on to the enrolment; return the raised one.

    A trial has no enrolment: its result stands in its attempt alone.
    A result that is no better, a minute after the last one, costs nothing.
    A review is no sign of life of the attempt: the time until the next one runs on.
    """
    best = raised(held, result) if held.is_counted else _as_before(held)
    better: dict[str, Any] = {
        "is_completed": best.is_completed, "is_passed": best.is_passed, "score": best.mark,
        "progress": best.progress,
    }  # fmt: skip
    is_better = heard.is_end or any(getattr(held, name) != value for name, value in better.items())
    if not is_better and heard.activity_id == held.activity_id and heard.now - held.attempt_seen_at < SEEN_EVERY:
        return best
    columns = better | {
        "activity_id": heard.activity_id, "reported_cs": best.reported_cs, "measured_cs": best.measured_cs,
    }  # fmt: skip
    if held.mode is not PlayMode.REVIEW:
        columns["seen_at"] = heard.now if heard.last_at is None else max(held.attempt_seen_at, heard.last_at)
    session.connection().execute(_RAISE, {"attempt": held.attempt_id, **columns})
    if held.enrolment_id is not None:
        among = among_others(session, held, best)
        record_result(session, held.enrolment_id, best, heard.now, heard_at=heard.last_at, among=among)
    return best


def _as_before(held: Held) -> CourseResult:
    """Return what an attempt has come to, where a review adds nothing to it."""
    return CourseResult(
        is_completed=held.is_completed, is_passed=held.is_passed, mark=held.score, has_sat_exam=False,
        progress=held.progress, reported_cs=held.reported_cs, measured_cs=held.measured_cs,
    )  # fmt: skip


def raised(held: Held, result: CourseResult) -> CourseResult:
    """Return a result with the best that the attempt has come to so far."""
    marks = [mark for mark in (held.score, result.mark) if mark is not None]
    is_passed = (held.is_passed or result.is_passed) if result.is_passed is not None else held.is_passed
    return CourseResult(
        is_completed=held.is_completed or result.is_completed,
        is_passed=is_passed,
        mark=max(marks, default=None),
        has_sat_exam=result.has_sat_exam,
        progress=max(held.progress, result.progress),
        reported_cs=max(held.reported_cs, result.reported_cs),
        measured_cs=max(held.measured_cs, result.measured_cs),
    )


def result_as_dict(result: CourseResult, activities: Mapping[str, Activity]) -> dict[str, Any]:
    """Return a result as plain values for JSON; `states` has the word of each activity."""
    return {
        "completed": result.is_completed, "passed": result.is_passed, "mark": result.mark,
        "progress": result.progress, "measured_cs": result.measured_cs,
        "states": {name: best_status(activity.outcome) for name, activity in activities.items()},
    }  # fmt: skip
