"""How an enrolment went: planned to its end, then told as far as today (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from courses.enrolment.changes import ChangeReason
from courses.enrolment.models import DropoutKind, Outcome
from courses.enrolment.outcomes import Presence, grace_ends_at, lapses_at
from lms.demo.randomness import Chance

PARTS = 4
PASS_MARK, DISTINCTION_MARK = 0.6, 0.85
HOUR_CS = 360_000


class Fate(StrEnum):
    """What becomes of an enrolment in the end."""

    DISTINCTION = "distinction"
    PASS = "pass"  # noqa: S105  # a result, not a secret
    FAIL = "fail"
    NO_EXAM = "no_exam"
    LAPSE = "lapse"
    NEVER_START = "never_start"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An enrolment to its end.

    `done_at` is when the content (and the exam, where one was sat) was finished; `silent_from` when somebody stopped
    on the way; `ends_at` when it closes. `pace_h` are the hours of work in all, `parts` how many parts were done.
    """

    presence: Presence
    fate: Fate
    started_at: datetime | None
    done_at: datetime | None
    silent_from: datetime | None
    ends_at: datetime
    mark: float | None
    parts: int
    pace_h: float
    pause: timedelta


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the outcome."""

    at: datetime
    before: Outcome | None
    after: Outcome
    reason: str
    dropout_kind: DropoutKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An enrolment as it stands on a day, and the changes until then; times in hundredths of a second."""

    changes: tuple[Change, ...]
    is_completed: bool
    mark: float | None
    progress: float
    reported_cs: int
    measured_cs: int
    started_at: datetime | None
    seen_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None

    @property
    def outcome(self) -> Outcome:
        """Return the outcome of that day."""
        return self.changes[-1].after

    @property
    def has_distinction(self) -> bool:
        """Tell whether it was passed with distinction."""
        return self.outcome is Outcome.PASSED and (self.mark or 0) >= DISTINCTION_MARK


ENDS = {
    Fate.DISTINCTION: (Outcome.PASSED, ChangeReason.RESULT, None),
    Fate.PASS: (Outcome.PASSED, ChangeReason.RESULT, None),
    Fate.FAIL: (Outcome.FAILED, ChangeReason.SILENT, None),
    Fate.NO_EXAM: (Outcome.NO_EXAM, ChangeReason.SILENT, None),
    Fate.LAPSE: (Outcome.DROPPED_OUT, ChangeReason.SILENT, DropoutKind.LAPSED),
    Fate.NEVER_START: (Outcome.DROPPED_OUT, ChangeReason.SILENT, DropoutKind.NEVER_STARTED),
    Fate.WITHDRAW: (Outcome.DROPPED_OUT, ChangeReason.WITHDREW, DropoutKind.WITHDREW),
    Fate.CANCEL: (Outcome.CANCELLED, ChangeReason.WITHDREW, None),
}
AT_ONCE = frozenset({Fate.DISTINCTION, Fate.PASS})
BY_SILENCE = frozenset({Fate.FAIL, Fate.NO_EXAM, Fate.LAPSE, Fate.NEVER_START})
WITH_EXAM = frozenset({Fate.DISTINCTION, Fate.PASS, Fate.FAIL})


def plan_of(chance: Chance, presence: Presence, fate: Fate, hours: float) -> Plan:
    """Return how an enrolment in a cohort goes that is to end like this; `hours` is the length of the course."""
    opened_at = max(presence.enrolled_at, presence.opens_at)
    started_at = opened_at + chance.days(0.02, 9)
    last_moment = presence.closes_at - timedelta(days=1) if presence.closes_at else None
    done_at = _earlier(started_at + chance.days(1 + hours * 0.25, 8 + hours * 1.3), last_moment)
    silent_from = _earlier(started_at + chance.days(0.05, 40), last_moment)
    plan = Plan(
        presence=presence, fate=fate, started_at=started_at, done_at=None, silent_from=None, ends_at=done_at,
        mark=_mark(chance, fate), parts=PARTS, pace_h=max(0.2, hours) * chance.random.uniform(0.35, 1.2),
        pause=chance.days(0.1, 8),
    )  # fmt: skip
    if fate in AT_ONCE:
        return replace(plan, done_at=done_at)
    if fate in {Fate.FAIL, Fate.NO_EXAM}:
        return replace(plan, done_at=done_at, ends_at=_closing(presence, done_at))
    if fate is Fate.LAPSE:
        parts = chance.random.choice((0, 0, 1, 1, 2, 3))
        return replace(plan, silent_from=silent_from, parts=parts, ends_at=_closing(presence, silent_from))
    if fate is Fate.NEVER_START:
        return replace(plan, started_at=None, parts=0, ends_at=_closing(presence, None))
    return _leaving(chance, plan, opened_at)


def _leaving(chance: Chance, plan: Plan, opened_at: datetime) -> Plan:
    """Return the plan of somebody who leaves: within the grace period, before the start, or after it."""
    grace_ends = grace_ends_at(plan.presence)
    if plan.fate is Fate.CANCEL:
        left_at = opened_at + (grace_ends - opened_at) * chance.random.uniform(0.05, 0.95)
        return replace(plan, started_at=None, parts=0, ends_at=left_at)
    left_at = grace_ends + chance.days(0.5, 30)
    return replace(plan, silent_from=left_at, parts=chance.random.choice((0, 1, 2)), ends_at=left_at)


def _closing(presence: Presence, seen_at: datetime | None) -> datetime:
    """Return when silence closes an enrolment, at the latest with the cohort."""
    silence = lapses_at(replace(presence, seen_at=seen_at))
    return _earlier(silence, presence.closes_at)


def _earlier(moment: datetime, other: datetime | None) -> datetime:
    return moment if other is None else min(moment, other)


def _mark(chance: Chance, fate: Fate) -> float | None:
    least, most = {
        Fate.DISTINCTION: (DISTINCTION_MARK, 1.0), Fate.PASS: (PASS_MARK, 0.84), Fate.FAIL: (0.15, 0.58),
    }.get(fate, (None, None))  # fmt: skip
    return None if least is None or most is None else round(chance.random.uniform(least, most), 2)


def history_of(plan: Plan, now: datetime) -> History:
    """Return the plan as far as it has come: what lies after `now` has not happened."""
    changes = tuple(change for change in _changes(plan) if change.at <= now)
    is_done = plan.done_at is not None and plan.done_at <= now
    started_at = plan.started_at if plan.started_at and plan.started_at <= now else None
    progress = 1.0 if is_done else _parts_done(plan, now) / PARTS if started_at else 0.0
    worked_cs = int(plan.pace_h * HOUR_CS * max(progress, 0.04)) if started_at else 0
    outcome = changes[-1].after
    return History(
        changes=changes,
        is_completed=is_done and plan.fate in AT_ONCE | {Fate.FAIL, Fate.NO_EXAM},
        mark=plan.mark if is_done and plan.fate in WITH_EXAM else None,
        progress=progress,
        reported_cs=worked_cs,
        measured_cs=int(worked_cs * 1.07),
        started_at=started_at,
        seen_at=_seen_at(plan, started_at, now),
        completed_at=plan.done_at if is_done else None,
        closed_at=None if outcome in {Outcome.NOT_STARTED, Outcome.ACTIVE} else changes[-1].at,
    )


def _changes(plan: Plan) -> Iterator[Change]:
    yield Change(plan.presence.enrolled_at, None, Outcome.NOT_STARTED, ChangeReason.ENROLLED)
    before = Outcome.NOT_STARTED
    if plan.started_at is not None:
        yield Change(plan.started_at, before, Outcome.ACTIVE, ChangeReason.STARTED)
        before = Outcome.ACTIVE
    outcome, reason, kind = ENDS[plan.fate]
    if plan.fate in BY_SILENCE and plan.ends_at == plan.presence.closes_at:
        reason = ChangeReason.ACCESS_OVER
    yield Change(plan.ends_at, before, outcome, reason, kind)


def _parts_done(plan: Plan, now: datetime) -> int:
    """Return how many parts are done on the way, when work goes on evenly until `done_at` or `silent_from`."""
    until = plan.done_at or plan.silent_from
    assert plan.started_at is not None
    if until is None or until <= plan.started_at:
        return 0
    share = min((now - plan.started_at) / (until - plan.started_at), 1.0)
    most = plan.parts if plan.silent_from else PARTS - 1
    return min(int(share * (most + 1)), most)


def _seen_at(plan: Plan, started_at: datetime | None, now: datetime) -> datetime | None:
    """Return the last sign of life: people pause on the way for as long as `pause`."""
    if started_at is None:
        return None
    last = plan.done_at or plan.silent_from
    if last is not None and last <= now:
        return last
    return max(started_at, now - plan.pause)
