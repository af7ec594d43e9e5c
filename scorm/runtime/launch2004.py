"""What a SCO of SCORM 2004 finds when it is launched (RTE 4.2, SN 4.2).

Nothing here knows of a clock or a database: the caller keeps what `closing2004.close_session2004` returns.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scorm.runtime.cmi2004 import CMI2004
from scorm.runtime.names import UNREADABLE, UNWRITABLE
from scorm.runtime.outcome import COMPLETED, SATISFIED, number_or_none
from scorm.runtime.report import ObjectiveValues
from scorm.runtime.tables import table_named

ENTRY = "cmi.entry"
OBJECTIVES = "cmi.objectives"
VALID = "adl.nav.request_valid."
DATA = "adl.data"

GIVEN2004 = frozenset(
    {
        "cmi.learner_id", "cmi.learner_name", "cmi.credit", "cmi.mode", "cmi.launch_data", "cmi.max_time_allowed",
        "cmi.time_limit_action", "cmi.scaled_passing_score", "cmi.completion_threshold",
    }
)  # fmt: skip
"""What the LMS tells a SCO at each launch, anew each time."""

_STATUSES = {**SATISFIED, **COMPLETED}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchFacts2004:
    """What the LMS tells a SCO at its launch; None is what was not given, which a SCO reads as not initialized.

    `scaled_passing_score` and `completion_threshold` are numbers of the manifest, and None unless they count
    (RTE 4.2.4, 4.2.20); the others are in the strings that the SCO reads. `edition` names its table.
    """

    learner_id: str
    learner_name: str
    credit: str = "credit"
    mode: str = "normal"
    launch_data: str | None = None
    max_time_allowed: str | None = None
    time_limit_action: str | None = None
    scaled_passing_score: float | None = None
    completion_threshold: float | None = None
    edition: str = CMI2004.edition


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDatum:
    """One store that the item maps, by its target; `value` None: nobody has written to it (SN 5.6.6)."""

    target: str
    value: str | None = None
    is_readable: bool = True
    is_writable: bool = True


def launch_values2004(
    facts: LaunchFacts2004,
    stored: Mapping[str, str],
    objectives: Sequence[tuple[str, ObjectiveValues]],
    data: Sequence[SharedDatum] = (),
    valid: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the values that a SCO finds at Initialize (RTE 4.2, SN 4.2.1).

    `stored` is empty for a new attempt, and what the session before left when that one was suspended. `objectives` are
    those of the manifest that have an identifier, with what is known of them now. `valid` are answers by what follows
    `adl.nav.request_valid.`.
    """
    values = {name: value for name, value in stored.items() if _survives(name)}
    values.update(_given(facts))
    values[ENTRY] = "resume" if stored else "ab-initio"
    _put_objectives(values, objectives, facts.edition)
    values.update(_shared(data))
    values.update(valid_values(valid or {}))
    return values


def valid_values(valid: Mapping[str, str]) -> dict[str, str]:
    """Return the elements of request_valid, by what follows that name: `continue`, `choice.{target=ID}`."""
    return {VALID + request: answer for request, answer in valid.items()}


def number_text(number: float) -> str:
    """Return a number as a SCO reads it: no exponent, and read back it is the same number.

    Raises ValueError for what is no number that a SCO can read.
    """
    if not math.isfinite(number):
        raise ValueError(f"{number} is no real number")
    return format(Decimal(repr(float(number))), "f")


def _survives(name: str) -> bool:
    """Say whether a stored value is the attempt's and not the launch's."""
    given_anew = (f"{DATA}.", VALID, UNREADABLE, UNWRITABLE)
    return name not in CMI2004.session_only and name not in GIVEN2004 and not name.startswith(given_anew)


def _given(facts: LaunchFacts2004) -> dict[str, str]:
    numbers = {
        "cmi.scaled_passing_score": facts.scaled_passing_score,
        "cmi.completion_threshold": facts.completion_threshold,
    }
    texts = {
        "cmi.learner_id": facts.learner_id,
        "cmi.learner_name": facts.learner_name,
        "cmi.credit": facts.credit,
        "cmi.mode": facts.mode,
        "cmi.launch_data": facts.launch_data,
        "cmi.max_time_allowed": facts.max_time_allowed,
        "cmi.time_limit_action": facts.time_limit_action,
        **{name: None if number is None else number_text(number) for name, number in numbers.items()},
    }
    return {name: text for name, text in texts.items() if text is not None}


def _put_objectives(values: dict[str, str], objectives: Iterable[tuple[str, ObjectiveValues]], edition: str) -> None:
    """Refresh the records of the manifest's objectives by what is known, and add those that are missing.

    What the SCO wrote stays to the letter where it says the same; fields that the edition does not have are left out.
    """
    elements = table_named(edition).elements
    places = objective_places(values)
    for identifier, known in objectives:
        place = places.setdefault(identifier, len(places))
        record = f"{OBJECTIVES}.{place}"
        values[f"{record}.id"] = identifier
        for field, text in objective_texts(known).items():
            name = f"{record}.{field}"
            if f"{OBJECTIVES}.n.{field}" in elements and _meaning(values.get(name, "")) != _meaning(text):
                values[name] = text


def _meaning(text: str) -> bool | float | None:
    """Return what a field of an objective says: a status, or a number however it is written."""
    return _STATUSES.get(text, number_or_none(text))


def objective_places(values: Mapping[str, str]) -> dict[str, int]:
    """Return the index of each objective by its identifier, in the SCO's order."""
    places: dict[str, int] = {}
    while (identifier := values.get(f"{OBJECTIVES}.{len(places)}.id")) is not None:
        places[identifier] = len(places)
    return places


def objective_texts(known: ObjectiveValues) -> dict[str, str]:
    """Return what is known of an objective by the fields that a SCO reads."""
    numbers = {
        "score.scaled": known.measure,
        "score.raw": known.raw,
        "score.min": known.minimum,
        "score.max": known.maximum,
        "progress_measure": known.progress,
    }
    texts = {field: number_text(number) for field, number in numbers.items() if number is not None}
    if known.satisfied is not None:
        texts["success_status"] = "passed" if known.satisfied else "failed"
    if known.completed is not None:
        texts["completion_status"] = "completed" if known.completed else "incomplete"
    return texts


def _shared(data: Sequence[SharedDatum]) -> dict[str, str]:
    values: dict[str, str] = {}
    for index, datum in enumerate(data):
        values[f"{DATA}.{index}.id"] = datum.target
        store = f"{DATA}.{index}.store"
        if datum.value is not None:
            values[store] = datum.value
        if not datum.is_readable:
            values[UNREADABLE + store] = "true"
        if not datum.is_writable:
            values[UNWRITABLE + store] = "true"
    return values
