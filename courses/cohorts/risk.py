"""Who is at risk, by rules a person can read, each with its reason (DOMAIN: outcomes and rates)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NOT_STARTED_AFTER = timedelta(days=7)
SILENT_AFTER = timedelta(days=14)
BEHIND_BY = 0.25
LITTLE_TIME = timedelta(days=14)
HALF = 0.5
TROUBLES = 3
TROUBLE_LASTS = timedelta(days=14)


class RiskCode(StrEnum):
    """The rules that apply."""

    NOT_STARTED = "not_started"
    SILENT = "silent"
    BEHIND = "behind"
    LITTLE_TIME = "little_time"
    TECHNICAL = "technical"


@dataclass(frozen=True, slots=True)
class Risk:
    """One rule that applies, and the figure behind it: days, for `BEHIND` percentage points, for `TECHNICAL` times."""

    code: RiskCode
    figure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of somebody whose enrolment is open; `progress` and the cohort's `median` are 0 to 1.

    `failures` counts saves and launches that failed, the last of them at `failed_at`.
    """

    enrolled_at: datetime
    opens_at: datetime
    closes_at: datetime | None
    started_at: datetime | None
    seen_at: datetime | None
    progress: float
    median: float | None
    failures: int = 0
    failed_at: datetime | None = None


def risks_of(situation: Situation, now: datetime) -> tuple[Risk, ...]:
    """Return every rule that applies, the first the most telling."""
    found = (
        _technical(situation, now), _not_started(situation, now), _silent(situation, now), _behind(situation),
        _little_time(situation, now),
    )  # fmt: skip
    return tuple(risk for risk in found if risk)


def _technical(situation: Situation, now: datetime) -> Risk | None:
    if situation.failed_at is None or situation.failures < TROUBLES or now - situation.failed_at >= TROUBLE_LASTS:
        return None
    return Risk(RiskCode.TECHNICAL, situation.failures)


def _not_started(situation: Situation, now: datetime) -> Risk | None:
    waiting = now - max(situation.enrolled_at, situation.opens_at)
    if situation.started_at is not None or waiting < NOT_STARTED_AFTER:
        return None
    return Risk(RiskCode.NOT_STARTED, waiting.days)


def _silent(situation: Situation, now: datetime) -> Risk | None:
    heard = situation.seen_at or situation.started_at
    if heard is None or now - heard < SILENT_AFTER:
        return None
    return Risk(RiskCode.SILENT, (now - heard).days)


def _behind(situation: Situation) -> Risk | None:
    if situation.started_at is None or situation.median is None:
        return None
    points = round((situation.median - situation.progress) * 100)
    return Risk(RiskCode.BEHIND, points) if points > BEHIND_BY * 100 else None


def _little_time(situation: Situation, now: datetime) -> Risk | None:
    if situation.closes_at is None or not timedelta(0) < situation.closes_at - now < LITTLE_TIME:
        return None
    return Risk(RiskCode.LITTLE_TIME, (situation.closes_at - now).days) if situation.progress < HALF else None
