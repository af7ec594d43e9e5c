"""The lines of a table of past participations as plain values: what was read, whom each would match, what is wrong."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from courses.records.dates import DateForm


class LineState(StrEnum):
    """What becomes of a line."""

    GOOD = "good"
    OPEN = "open"  # somebody has to choose: the person, or how the date is read
    DOUBLE = "double"
    WRONG = "wrong"
    TAKEN = "taken"


class Match(StrEnum):
    """How the person of a line was found."""

    ADDRESS = "address"
    CHOSEN = "chosen"
    CANDIDATES = "candidates"
    NOBODY = "nobody"


class Remark(StrEnum):
    """What is worth knowing about a line that can be taken in."""

    MONTH_ONLY = "month_only"
    SEVERAL_DAYS = "several_days"
    NAME_DIFFERS = "name_differs"
    COUNTRY_DIFFERS = "country_differs"
    ADDRESS_UNKNOWN = "address_unknown"
    STEPS_OF_COURSE = "steps_of_course"
    CONFERS_NOTHING = "confers_nothing"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line: a stable code, the cell (`D17`, or empty), and what the sentence needs."""

    code: str
    cell: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table.

    `either` are the two days that an ambiguous date can be. `double_of` is the row that says the same, 0 where it is
    on record already: as a participation, or as a course of ours that was passed (`own_course`, on the day `own_day`).
    `candidates` are people of that name, never taken without being chosen.
    """

    row: int
    email: str = ""
    name: str = ""
    country: str = ""
    code: str = ""
    title: str = ""
    date_text: str = ""
    date_form: DateForm | None = None
    held_on: date | None = None
    either: tuple[date, date] | None = None
    steps: tuple[str, ...] = ()
    mark: float | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Remark, ...] = ()
    match: Match = Match.NOBODY
    person_id: UUID | None = None
    candidates: tuple[UUID, ...] = ()
    double_of: int | None = None
    own_course: str = ""
    own_day: date | None = None
    is_taken: bool = False

    @property
    def state(self) -> LineState:
        """Return what becomes of the line as it stands."""
        if self.is_taken:
            return LineState.TAKEN
        if self.problems or (self.match is Match.NOBODY):
            return LineState.WRONG
        if self.match is Match.CANDIDATES or self.held_on is None:
            return LineState.OPEN
        return LineState.GOOD if self.double_of is None else LineState.DOUBLE


_EMPTY: tuple[object, ...] = ("", (), [])


def as_plain(line: Line) -> dict[str, Any]:
    """Return a line as values for JSON; what is empty is left out."""
    facts = asdict(line)
    facts["held_on"] = line.held_on.isoformat() if line.held_on else None
    facts["own_day"] = line.own_day.isoformat() if line.own_day else None
    facts["either"] = [day.isoformat() for day in line.either] if line.either else None
    facts["person_id"] = str(line.person_id) if line.person_id else None
    facts["candidates"] = [str(one) for one in line.candidates]
    facts["problems"] = [[problem.code, problem.cell, problem.detail] for problem in line.problems]
    return {name: value for name, value in facts.items() if not (value is None or value is False or value in _EMPTY)}


def line_of(facts: Mapping[str, Any]) -> Line:
    """Return the line that values of JSON say."""
    known = dict(facts)
    days = known.get("either")
    plain = {
        "date_form": DateForm(known["date_form"]) if known.get("date_form") else None,
        "held_on": date.fromisoformat(known["held_on"]) if known.get("held_on") else None,
        "own_day": date.fromisoformat(known["own_day"]) if known.get("own_day") else None,
        "either": (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None,
        "steps": tuple(known.get("steps", ())),
        "problems": tuple(Problem(*problem) for problem in known.get("problems", ())),
        "remarks": tuple(Remark(remark) for remark in known.get("remarks", ())),
        "match": Match(known["match"]),
        "person_id": UUID(known["person_id"]) if known.get("person_id") else None,
        "candidates": tuple(UUID(one) for one in known.get("candidates", ())),
    }
    return Line(**{**known, **plain})


def counts_of(lines: list[Line]) -> dict[str, int]:
    """Return how many lines there are of each state, those with an ambiguous date, and those with candidates."""
    found = dict.fromkeys((state.value for state in LineState), 0)
    for line in lines:
        found[line.state] += 1
    return found | {
        "lines": len(lines),
        "ambiguous": sum(line.date_form is DateForm.AMBIGUOUS for line in lines),
        "to_choose": sum(line.match is Match.CANDIDATES and not line.problems for line in lines),
    }
