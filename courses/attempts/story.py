"""The story of a trial: what its packages said, in order, for a reader (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from courses.attempts.calls import Call
from courses.attempts.signals import action_of, has_failed
from scorm.runtime.elements import Action


class Said(StrEnum):
    """What a line of the story is about."""

    OPENED = "opened"
    CLOSED = "closed"
    COMPLETION = "completion"
    SUCCESS = "success"
    SCORE = "score"
    PLACE = "place"
    KEPT = "kept"
    TIME = "time"
    EXIT = "exit"
    REQUEST = "request"
    OBJECTIVES = "objectives"
    ANSWERS = "answers"
    OTHER = "other"
    REFUSED = "refused"


_ELEMENTS = {
    "cmi.core.lesson_status": Said.COMPLETION,
    "cmi.completion_status": Said.COMPLETION,
    "cmi.success_status": Said.SUCCESS,
    "cmi.core.score.raw": Said.SCORE,
    "cmi.score.raw": Said.SCORE,
    "cmi.score.scaled": Said.SCORE,
    "cmi.core.lesson_location": Said.PLACE,
    "cmi.location": Said.PLACE,
    "cmi.suspend_data": Said.KEPT,
    "cmi.core.session_time": Said.TIME,
    "cmi.session_time": Said.TIME,
    "cmi.core.exit": Said.EXIT,
    "cmi.exit": Said.EXIT,
    "adl.nav.request": Said.REQUEST,
}
_FAMILIES = {"cmi.objectives.": Said.OBJECTIVES, "cmi.interactions.": Said.ANSWERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that a part said; `times` when it said it again and again, with the value of the last time."""

    said: Said
    activity: str
    at_ms: int
    value: str = ""
    element: str = ""
    name: str = ""
    code: str = ""
    times: int = 1


def story_of(calls: Iterable[Call]) -> list[Line]:
    """Return what calls said, in order; what only asked is left out, and the same twice in a row is one line."""
    lines: list[Line] = []
    for call in calls:
        line = _line(call)
        if line is None:
            continue
        if lines and _is_same(lines[-1], line):
            lines[-1] = replace(line, times=lines[-1].times + line.times)
        else:
            lines.append(line)
    return lines


def _is_same(one: Line, other: Line) -> bool:
    if (one.said, one.activity, one.code) != (other.said, other.activity, other.code):
        return False
    return one.element == other.element or one.said in _FAMILIES.values()


def _line(call: Call) -> Line | None:
    argument = call.arguments[0] if call.arguments else ""
    if has_failed(call):
        return Line(
            said=Said.REFUSED, activity=call.activity, at_ms=call.at_ms, element=argument, code=call.code,
            name=call.name, times=call.times, value=", ".join(call.arguments[1:]),
        )  # fmt: skip
    match action_of(call):
        case Action.OPEN:
            return Line(said=Said.OPENED, activity=call.activity, at_ms=call.at_ms)
        case Action.CLOSE:
            return Line(said=Said.CLOSED, activity=call.activity, at_ms=call.at_ms)
        case Action.SET if len(call.arguments) > 1:
            return Line(
                said=said_by(argument), activity=call.activity, at_ms=call.at_ms, value=call.arguments[1],
                element=argument, times=call.times,
            )  # fmt: skip
        case _:
            return None


def said_by(element: str) -> Said:
    """Return what an element is about."""
    family = next((said for start, said in _FAMILIES.items() if element.startswith(start)), Said.OTHER)
    return _ELEMENTS.get(element, family)
