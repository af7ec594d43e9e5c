"""How an application moves: one table, from the draft to the outcome (DOMAIN: activities).

draft → submitted → endorsed → eligible | ineligible → selected | waitlisted | declined → confirmed → attended |
no-show → outcome; withdrawal until the start. What was found ineligible can be found eligible later, and the reverse.

LMS choice: who does not confirm in time is declined by the rule; the change says so, and people can take it back. Who
is still without a place when the activity is over is declined by the rule, a draft withdrawn: that stays.
"""

from enum import StrEnum

from courses.applications.models import State
from courses.errors import IllegalTransition

S = State

SEATED = frozenset({S.SELECTED, S.CONFIRMED, S.ATTENDED, S.NO_SHOW, S.OUTCOME})
"""Who holds a seat, where seats are limited."""

TAKING_PART = frozenset({S.CONFIRMED, S.ATTENDED, S.NO_SHOW, S.OUTCOME})
"""Whom trainers see on the day."""

CHOOSABLE = frozenset({S.SUBMITTED, S.ENDORSED, S.ELIGIBLE, S.INELIGIBLE, S.WAITLISTED, S.DECLINED})
"""Who is still without a seat and on the selection board."""

LEAVABLE = frozenset(
    {S.DRAFT, S.SUBMITTED, S.ENDORSED, S.ELIGIBLE, S.INELIGIBLE, S.WAITLISTED, S.SELECTED, S.CONFIRMED}
)
"""From where a person withdraws; who was declined has nothing to withdraw, and does not apply anew."""

TOLD_OF_CHANGES = frozenset(
    {S.SUBMITTED, S.ENDORSED, S.ELIGIBLE, S.WAITLISTED, S.SELECTED, S.CONFIRMED, S.ATTENDED, S.NO_SHOW}
)
"""Who is told when the activity changes."""

UNSETTLED = frozenset({S.DRAFT, S.SUBMITTED, S.ENDORSED, S.ELIGIBLE, S.WAITLISTED, S.SELECTED})
"""Who has no final answer yet, and gets it when the activity is over. Who was found ineligible has it."""


class Action(StrEnum):
    """What may happen to an application."""

    APPLY = "apply"
    SUBMIT = "submit"
    NOMINATE = "nominate"
    ENDORSE = "endorse"
    REFUSE = "refuse"  # the beneficiary does not endorse
    FIND_ELIGIBLE = "find_eligible"
    FIND_INELIGIBLE = "find_ineligible"
    SELECT = "select"
    OFFER = "offer"  # a seat that was freed
    WAIT = "wait"
    DECLINE = "decline"
    CONFIRM = "confirm"
    ASK_AGAIN = "ask_again"  # the activity has changed
    LAPSE = "lapse"  # not confirmed in time
    WITHDRAW = "withdraw"
    ATTEND = "attend"
    MISS = "miss"
    UNMARK = "unmark"  # what was noted of the attendance is taken back
    CLOSE = "close"
    CORRECT = "correct"
    END = "end"  # the activity is over, and the application was open still


A = Action

MOVES: dict[tuple[State, Action], State] = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.DRAFT, A.NOMINATE): S.SUBMITTED,
    (S.SUBMITTED, A.NOMINATE): S.SUBMITTED,
    (S.SUBMITTED, A.ENDORSE): S.ENDORSED,
    (S.SUBMITTED, A.REFUSE): S.DECLINED,
    (S.SUBMITTED, A.FIND_ELIGIBLE): S.ELIGIBLE,
    (S.SUBMITTED, A.FIND_INELIGIBLE): S.INELIGIBLE,
    (S.SUBMITTED, A.DECLINE): S.DECLINED,
    (S.ENDORSED, A.ENDORSE): S.ENDORSED,
    (S.ENDORSED, A.REFUSE): S.DECLINED,
    (S.ENDORSED, A.FIND_ELIGIBLE): S.ELIGIBLE,
    (S.ENDORSED, A.FIND_INELIGIBLE): S.INELIGIBLE,
    (S.ENDORSED, A.DECLINE): S.DECLINED,
    (S.ELIGIBLE, A.ENDORSE): S.ELIGIBLE,
    (S.ELIGIBLE, A.REFUSE): S.DECLINED,
    (S.ELIGIBLE, A.FIND_ELIGIBLE): S.ELIGIBLE,
    (S.ELIGIBLE, A.FIND_INELIGIBLE): S.INELIGIBLE,
    (S.ELIGIBLE, A.SELECT): S.SELECTED,
    (S.ELIGIBLE, A.WAIT): S.WAITLISTED,
    (S.ELIGIBLE, A.DECLINE): S.DECLINED,
    (S.INELIGIBLE, A.ENDORSE): S.ENDORSED,
    (S.INELIGIBLE, A.REFUSE): S.DECLINED,
    (S.INELIGIBLE, A.FIND_ELIGIBLE): S.ELIGIBLE,
    (S.INELIGIBLE, A.FIND_INELIGIBLE): S.INELIGIBLE,
    (S.INELIGIBLE, A.DECLINE): S.DECLINED,
    (S.WAITLISTED, A.SELECT): S.SELECTED,
    (S.WAITLISTED, A.OFFER): S.SELECTED,
    (S.WAITLISTED, A.FIND_INELIGIBLE): S.INELIGIBLE,
    (S.WAITLISTED, A.DECLINE): S.DECLINED,
    (S.DECLINED, A.ENDORSE): S.ENDORSED,
    (S.DECLINED, A.FIND_ELIGIBLE): S.ELIGIBLE,
    (S.DECLINED, A.FIND_INELIGIBLE): S.INELIGIBLE,
    (S.SELECTED, A.CONFIRM): S.CONFIRMED,
    (S.SELECTED, A.ASK_AGAIN): S.SELECTED,
    (S.SELECTED, A.LAPSE): S.DECLINED,
    (S.SELECTED, A.DECLINE): S.DECLINED,
    (S.CONFIRMED, A.ASK_AGAIN): S.SELECTED,
    (S.CONFIRMED, A.DECLINE): S.DECLINED,
    (S.CONFIRMED, A.ATTEND): S.ATTENDED,
    (S.CONFIRMED, A.MISS): S.NO_SHOW,
    (S.ATTENDED, A.MISS): S.NO_SHOW,
    (S.ATTENDED, A.UNMARK): S.CONFIRMED,
    (S.ATTENDED, A.CLOSE): S.OUTCOME,
    (S.NO_SHOW, A.ATTEND): S.ATTENDED,
    (S.NO_SHOW, A.UNMARK): S.CONFIRMED,
    (S.NO_SHOW, A.CLOSE): S.OUTCOME,
    (S.OUTCOME, A.CORRECT): S.OUTCOME,
    (S.DRAFT, A.END): S.WITHDRAWN,
    (S.SUBMITTED, A.END): S.DECLINED,
    (S.ENDORSED, A.END): S.DECLINED,
    (S.ELIGIBLE, A.END): S.DECLINED,
    (S.WAITLISTED, A.END): S.DECLINED,
    (S.SELECTED, A.END): S.DECLINED,
} | {(state, A.WITHDRAW): S.WITHDRAWN for state in LEAVABLE}


def next_state(state: State, action: Action) -> State:
    """Return where an application stands after an action.

    Raises:
        IllegalTransition: the table has no such move.
    """
    try:
        return MOVES[state, action]
    except KeyError:
        raise IllegalTransition(f"{state} has no {action}") from None
