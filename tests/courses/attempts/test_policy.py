"""How many attempts a learner has, when the next may begin, and what a launch opens: a table."""

from datetime import timedelta
from typing import Any

import pytest

from courses.attempts.models import AttemptReason
from courses.attempts.policy import AttemptChoice, Past, Policy, Reason, choice_of, reason_for
from tests.builders import NOW

DAY = timedelta(days=1)
WITHOUT_LIMIT = Policy()
TWO = Policy(allowed=2)


def past(number: int = 1, **facts: Any) -> Past:
    """Return an attempt that was played a while ago and left without a result."""
    values: dict[str, Any] = {
        "number": number, "reason": AttemptReason.AGAIN if number > 1 else AttemptReason.FIRST,
        "is_completed": False, "is_passed": None, "is_running": False, "is_untouched": False, "heard_at": NOW - DAY,
    }  # fmt: skip
    return Past(**(values | facts))


FAILED = {"is_passed": False, "is_completed": True}
DONE = {"is_passed": True, "is_completed": True}


def choose(policy: Policy, *attempts: Past) -> AttemptChoice:
    return choice_of(policy, attempts, NOW)


class TestWhatALaunchOpens:
    @pytest.mark.parametrize(
        ("policy", "facts", "is_review"),
        [
            (WITHOUT_LIMIT, {}, False),
            (WITHOUT_LIMIT, FAILED, False),  # without a limit a failure is tried again in place
            (WITHOUT_LIMIT, {"is_passed": True}, False),
            (WITHOUT_LIMIT, {"is_completed": True}, False),
            (WITHOUT_LIMIT, DONE, True),
            (TWO, {}, False),
            (TWO, FAILED, True),
            (TWO, {"is_passed": False}, True),
            (TWO, DONE, True),
            (TWO, {"is_passed": True}, False),  # the rest can still be completed
            (TWO, {"is_completed": True}, False),
            (TWO, FAILED | {"is_running": True}, False),  # closed in the middle of it
            (TWO, DONE | {"is_running": True}, False),
        ],
    )
    def test_is_a_review_of_what_is_done_and_else_goes_on(
        self, policy: Policy, facts: dict[str, Any], is_review: bool
    ) -> None:
        choice = choose(policy, past(**facts))
        assert (choice.is_review, choice.can_resume) == (is_review, not is_review)
        assert choice.number == 1

    def test_before_the_first_there_is_nothing_to_resume(self) -> None:
        choice = choose(TWO)
        assert (choice.number, choice.can_resume, choice.is_review, choice.can_begin) == (0, False, False, True)
        assert (choice.left, choice.reasons, choice.next_at) == (2, (), None)


class TestANewAttempt:
    @pytest.mark.parametrize(
        ("policy", "attempts", "left", "reasons"),
        [
            (WITHOUT_LIMIT, [past()], None, ()),
            (WITHOUT_LIMIT, [past(is_untouched=True)], None, (Reason.STILL_OPEN,)),
            (TWO, [past(**FAILED)], 1, ()),
            (TWO, [past(), past(2)], 0, (Reason.NONE_LEFT,)),
            (TWO, [past(), past(2, reason=AttemptReason.VERSION)], 1, ()),
            (Policy(allowed=1, granted=1), [past(**FAILED)], 1, ()),
            (Policy(allowed=1, granted=1), [past(), past(2)], 0, (Reason.NONE_LEFT,)),
            (Policy(allowed=1), [past(), past(2), past(3)], 0, (Reason.NONE_LEFT,)),  # the limit was lowered since
            (Policy(days_between=2), [past()], None, (Reason.TOO_SOON,)),
            (Policy(allowed=3, days_between=2), [past()], 2, (Reason.TOO_SOON,)),
            (Policy(allowed=1, days_between=2), [past()], 0, (Reason.NONE_LEFT,)),
            (Policy(days_between=2), [past(heard_at=NOW - 2 * DAY)], None, ()),
        ],
    )
    def test_is_allowed_or_refused_with_every_reason(
        self, policy: Policy, attempts: list[Past], left: int | None, reasons: tuple[Reason, ...]
    ) -> None:
        choice = choose(policy, *attempts)
        assert (choice.left, choice.reasons, choice.can_begin) == (left, reasons, not reasons)

    def test_may_wait_from_the_end_of_the_one_before(self) -> None:
        choice = choose(Policy(days_between=3), past(heard_at=NOW - DAY))
        assert choice.next_at == NOW + 2 * DAY

    def test_is_not_announced_for_a_day_on_which_there_is_none_left(self) -> None:
        assert choose(Policy(allowed=1, days_between=3), past()).next_at is None

    @pytest.mark.parametrize(
        ("policy", "attempts", "reason"),
        [
            (TWO, [], AttemptReason.FIRST),
            (TWO, [past()], AttemptReason.AGAIN),
            (TWO, [past(), past(2)], AttemptReason.GRANTED),
            (TWO, [past(), past(2, reason=AttemptReason.VERSION)], AttemptReason.AGAIN),
            (WITHOUT_LIMIT, [past()] * 9, AttemptReason.AGAIN),
        ],
    )
    def test_has_its_reason(self, policy: Policy, attempts: list[Past], reason: AttemptReason) -> None:
        assert reason_for(policy, attempts) is reason
