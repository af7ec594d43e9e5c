"""The table of moves of an application."""

import itertools

import pytest

from courses.applications.models import State
from courses.applications.states import LEAVABLE, MOVES, SEATED, Action, next_state
from courses.errors import IllegalTransition


def test_the_whole_way_leads_from_the_draft_to_the_outcome() -> None:
    state, seen = State.DRAFT, [State.DRAFT]
    for action in ("submit", "endorse", "find_eligible", "select", "confirm", "attend", "close"):
        state = next_state(state, Action(action))
        seen.append(state)
    assert seen == ["draft", "submitted", "endorsed", "eligible", "selected", "confirmed", "attended", "outcome"]


def test_what_the_table_does_not_name_is_no_move() -> None:
    for state, action in itertools.product(State, Action):
        if (state, action) in MOVES:
            assert next_state(state, action) == MOVES[state, action]
        else:
            with pytest.raises(IllegalTransition):
                next_state(state, action)


def test_nobody_withdraws_once_it_has_begun_and_who_has_withdrawn_never_comes_back() -> None:
    assert all(MOVES[state, Action.WITHDRAW] == State.WITHDRAWN for state in LEAVABLE)
    assert not LEAVABLE & {State.ATTENDED, State.NO_SHOW, State.OUTCOME, State.WITHDRAWN}
    assert not any(state == State.WITHDRAWN for state, _ in MOVES)


def test_a_seat_is_reached_from_eligible_or_the_waiting_list_only() -> None:
    ways_in = {(state, action) for (state, action), after in MOVES.items() if after in SEATED and state not in SEATED}
    assert ways_in == {
        (State.ELIGIBLE, Action.SELECT),
        (State.WAITLISTED, Action.SELECT),
        (State.WAITLISTED, Action.OFFER),
    }


def test_every_state_can_be_reached() -> None:
    assert {State.DRAFT, *MOVES.values()} == set(State)
