"""What a package lets the platform know, read from its calls: which signals came, and which never did (pure).

The player's panel reads the same table, as `signal_table` gives it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from courses.attempts.calls import Call
from scorm.runtime.elements import Action
from scorm.runtime.tables import TABLES


class Signal(StrEnum):
    """What a package may let the platform know, in the order in which it is shown."""

    STARTED = "started"
    COMPLETION = "completion"
    SUCCESS = "success"
    SCORE = "score"
    KEPT = "kept"
    TIME = "time"
    ENDED = "ended"
    ERRORS = "errors"


ANY: frozenset[str] = frozenset()
"""Every value but the empty one is the signal."""

_FINISHED = frozenset({"completed", "passed", "failed"})
_JUDGED = frozenset({"passed", "failed"})
ELEMENTS: dict[str, dict[Signal, frozenset[str]]] = {
    "cmi.core.lesson_status": {Signal.COMPLETION: _FINISHED, Signal.SUCCESS: _JUDGED},
    "cmi.core.score.raw": {Signal.SCORE: ANY},
    "cmi.core.lesson_location": {Signal.KEPT: ANY},
    "cmi.core.session_time": {Signal.TIME: ANY},
    "cmi.suspend_data": {Signal.KEPT: ANY},
    "cmi.completion_status": {Signal.COMPLETION: frozenset({"completed"})},
    "cmi.success_status": {Signal.SUCCESS: _JUDGED},
    "cmi.score.raw": {Signal.SCORE: ANY},
    "cmi.score.scaled": {Signal.SCORE: ANY},
    "cmi.location": {Signal.KEPT: ANY},
    "cmi.session_time": {Signal.TIME: ANY},
}
EXITS = ("cmi.core.exit", "cmi.exit")
"""How the session will be left: no signal of its own, but what the end of the session is shown with."""

ACTIONS: dict[str, Action] = {name: action for table in TABLES.values() for name, action in table.functions.items()}
ABOUT_ERRORS = frozenset({Action.LAST_ERROR, Action.ERROR_STRING, Action.DIAGNOSTIC})
NO_ERROR = "0"
NEVER_SET = "403"
"""The code of 2004 for a value that was never set; in 1.2 no call that asks leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of a signal last: a value and when; `is_final` is false while it only leads there."""

    value: str
    at_ms: int
    is_final: bool = True


def action_of(call: Call) -> Action | None:
    """Return what a call does, whatever the edition; None for a function that no edition has."""
    return ACTIONS.get(call.name)


def has_failed(call: Call) -> bool:
    """Tell whether a call was refused; asking about the last error never is.

    LMS choice: who asks for a value that was never set is told so by a code of 2004, and every good package asks.
    """
    action = action_of(call)
    if call.code == NO_ERROR or action in ABOUT_ERRORS:
        return False
    return not (action is Action.GET and call.code == NEVER_SET)


def signals_of(calls: Iterable[Call]) -> dict[Signal, Heard]:
    """Return the signals that came in calls, each with the value that was heard last."""
    found: dict[Signal, Heard] = {}
    errors, leaving = 0, ""
    for call in calls:
        if has_failed(call):
            errors += call.times
            found[Signal.ERRORS] = Heard(value=str(errors), at_ms=call.at_ms)
            continue
        if call.arguments[:1] and call.arguments[0] in EXITS:
            leaving = call.arguments[-1]
        for signal, heard in _heard_in(call, leaving):
            if heard.is_final or _is_on_the_way(signal, found.get(signal)):
                found[signal] = heard
    return found


def _is_on_the_way(signal: Signal, before: Heard | None) -> bool:
    """Tell whether a word that is not final yet is worth knowing: of success there is none."""
    return signal is not Signal.SUCCESS and (before is None or not before.is_final)


def _heard_in(call: Call, leaving: str) -> list[tuple[Signal, Heard]]:
    """Return the signals in one call; `leaving` is how the part has said that it will be left."""
    match action_of(call):
        case Action.OPEN:
            return [(Signal.STARTED, Heard(value="", at_ms=call.at_ms))]
        case Action.CLOSE:
            return [(Signal.ENDED, Heard(value=leaving, at_ms=call.at_ms))]
        case Action.SET if len(call.arguments) > 1:
            element, value = call.arguments[:2]
            wanted = ELEMENTS.get(element, {})
            return [
                (signal, Heard(value=value, at_ms=call.at_ms, is_final=bool(value) and (not words or value in words)))
                for signal, words in wanted.items()
            ]
        case _:
            return []


def signal_table() -> dict[str, Any]:
    """Return the table as plain values for the player's script."""
    return {
        "signals": [signal.value for signal in Signal],
        "elements": {
            element: {signal.value: sorted(words) for signal, words in signals.items()}
            for element, signals in ELEMENTS.items()
        },
        "actions": {name: action.value for name, action in ACTIONS.items()},
        "exits": list(EXITS),
        "never-set": NEVER_SET,
    }


class Lack(StrEnum):
    """What a part never let the platform know, or said in a way that leads nowhere."""

    NOT_OPENED = "not_opened"
    SILENT = "silent"  # it made no call at all
    NOT_STARTED = "not_started"
    NOT_COMPLETED = "not_completed"
    NOT_SCORED = "not_scored"
    FAILED_WITHOUT_SCORE = "failed_without_score"
    NOT_KEPT = "not_kept"
    NOT_TIMED = "not_timed"
    NOT_ENDED = "not_ended"


GRAVE = frozenset({Lack.SILENT, Lack.NOT_STARTED, Lack.NOT_COMPLETED, Lack.FAILED_WITHOUT_SCORE, Lack.NOT_ENDED})
"""What a course may hardly do without; the rest depends on what it is for."""

_NEVER = {
    Signal.STARTED: Lack.NOT_STARTED,
    Signal.COMPLETION: Lack.NOT_COMPLETED,
    Signal.SCORE: Lack.NOT_SCORED,
    Signal.KEPT: Lack.NOT_KEPT,
    Signal.TIME: Lack.NOT_TIMED,
    Signal.ENDED: Lack.NOT_ENDED,
}


def lacks_of(calls: Sequence[Call], signals: dict[Signal, Heard], *, is_opened: bool) -> list[Lack]:
    """Return what never came from a part that can speak; one that was not opened, or says nothing, lacks only that."""
    if not is_opened and not calls:
        return [Lack.NOT_OPENED]
    if not calls:
        return [Lack.SILENT]
    found = [lack for signal, lack in _NEVER.items() if signal not in signals or not signals[signal].is_final]
    success = signals.get(Signal.SUCCESS)
    if Lack.NOT_SCORED in found and success is not None and success.value == "failed":
        found[found.index(Lack.NOT_SCORED)] = Lack.FAILED_WITHOUT_SCORE
    return found
