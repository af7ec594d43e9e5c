"""How many attempts a learner has, when the next one may begin, and what a launch opens (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from courses.attempts.models import AttemptReason


class LaunchWish(StrEnum):
    """What a learner wants of a launch."""

    RESUME = "resume"  # go on, or begin; what is done opens in review
    AGAIN = "again"
    REVIEW = "review"


class Reason(StrEnum):
    """Why no new attempt can be begun."""

    STILL_OPEN = "still_open"  # nothing has happened yet in the one at hand: it is as good as new
    NONE_LEFT = "none_left"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a course allows an enrolment: `allowed` is None without a limit, `granted` are what a trainer added.

    `spent` are the attempts of enrolments that the learner gave up: who enrols again has no more than who stayed.
    """

    allowed: int | None = None
    granted: int = 0
    spent: int = 0
    days_between: int = 0

    @property
    def total(self) -> int | None:
        """Return how many attempts there may be, None without a limit."""
        return None if self.allowed is None else self.allowed + self.granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An attempt of an enrolment as the policy sees it.

    `is_running` while a session of it has not ended; `is_untouched` before a page has sent anything. `heard_at` is its
    end or, where it has none, its last sign of life.
    """

    number: int
    reason: AttemptReason
    is_completed: bool
    is_passed: bool | None
    is_running: bool
    is_untouched: bool
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptChoice:
    """What a learner can do with the attempts of an enrolment now.

    `number` is that of the attempt at hand, 0 before the first; it is resumed, or only reviewed. `reasons` say why no
    new one can be begun, `next_at` when one can be, where that is later. `left` is None without a limit.
    """

    can_resume: bool
    is_review: bool
    can_begin: bool
    reasons: tuple[Reason, ...]
    number: int
    left: int | None
    next_at: datetime | None


def choice_of(policy: Policy, attempts: Sequence[Past], now: datetime) -> AttemptChoice:
    """Decide what can be done with the attempts of an enrolment, the last of which is at hand.

    LMS choice: who has not done anything yet in the attempt at hand cannot begin another; so two clicks begin one.
    """
    last = attempts[-1] if attempts else None
    left = None if policy.total is None else max(policy.total - policy.spent - used(attempts), 0)
    next_at = _next_at(policy, last, now)
    found = {
        Reason.STILL_OPEN: last is not None and last.is_untouched,
        Reason.NONE_LEFT: left == 0,
        Reason.TOO_SOON: next_at is not None and left != 0,
    }
    reasons = tuple(reason for reason, is_so in found.items() if is_so)
    is_review = last is not None and is_done(last, is_limited=policy.allowed is not None)
    return AttemptChoice(
        can_resume=last is not None and not is_review,
        is_review=is_review,
        can_begin=not reasons,
        reasons=reasons,
        number=last.number if last else 0,
        left=left,
        next_at=next_at if left != 0 else None,
    )


def used(attempts: Sequence[Past]) -> int:
    """Return how many attempts count: one that was begun because a version was retired costs nobody anything."""
    return sum(attempt.reason is not AttemptReason.VERSION for attempt in attempts)


def is_done(attempt: Past, *, is_limited: bool) -> bool:
    """Tell whether an attempt is only looked at from now on.

    LMS choice: without a limit nobody needs a new attempt to try again; only what is passed and completed is reviewed.
    """
    if not is_limited:
        return bool(attempt.is_passed) and attempt.is_completed
    return is_decided(is_passed=attempt.is_passed, is_completed=attempt.is_completed, is_running=attempt.is_running)


def is_decided(*, is_passed: bool | None, is_completed: bool, is_running: bool) -> bool:
    """Tell whether an attempt is over, where attempts are limited: failed, or passed and completed, its session ended.

    LMS choice: a pass before everything is done leaves it open, so that the rest can be completed; what a page never
    ended, because it was closed in the middle, goes on where it was.
    """
    return not is_running and (is_passed is False or (bool(is_passed) and is_completed))


def reason_for(policy: Policy, attempts: Sequence[Past]) -> AttemptReason:
    """Return why the next attempt is begun, where the learner asks for it and the policy allows it."""
    is_beyond = policy.allowed is not None and policy.spent + used(attempts) >= policy.allowed
    if is_beyond:
        return AttemptReason.GRANTED
    return AttemptReason.AGAIN if attempts else AttemptReason.FIRST


def _next_at(policy: Policy, last: Past | None, now: datetime) -> datetime | None:
    """Return when the waiting time after the last attempt is over; None when it is."""
    if last is None:
        return None
    moment = last.heard_at + timedelta(days=policy.days_between)
    return moment if moment > now else None
