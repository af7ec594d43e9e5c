"""What the run-time and sequencing tell each other about one SCO, in values and not in strings (RTE 4.2, SN 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveValues:
    """What is known of an objective; None is unknown.

    `measure` is -1 to 1, `progress` 0 to 1, the three scores any number.
    """

    satisfied: bool | None = None
    measure: float | None = None
    completed: bool | None = None
    progress: float | None = None
    raw: float | None = None
    minimum: float | None = None
    maximum: float | None = None


UNKNOWN = ObjectiveValues()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a SCO said of itself or of one objective, evaluated; None: it said nothing, or `unknown`.

    `is_success_unknown` and `is_completion_unknown`: it said `unknown` in so many words.
    """

    values: ObjectiveValues = UNKNOWN
    is_success_unknown: bool = False
    is_completion_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoReport:
    """What the end of a session, or the session so far, amounts to for sequencing (RTE 4.2).

    `objectives` by the identifier that the SCO sees, in its order; identifiers unknown to the manifest included.
    `is_suspended`: the SCO wants to go on with the same attempt the next time.
    """

    main: Reported = field(default_factory=Reported)
    objectives: Mapping[str, Reported] = field(default_factory=dict)
    is_suspended: bool = False


NOTHING_REPORTED = ScoReport()
