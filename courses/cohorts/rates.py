"""The rates of a cohort, from its counts: each with numerator, denominator and its second readings (DOMAIN: rates).

N is every row that has not left the cohort; closed = N − not started − active. LMS choice: `attended` stands in no rate
but completion, so it is taken out of the denominator of the others; an assessed offering has none of it.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rows of a cohort are what.

    `completed`, `sat_exam` and the like cut across the outcomes: `completed` of all that count, `active_completed` of
    the active ones, `closed_started` and `closed_sat` of the closed ones, `passed_sat` of the passed ones.
    """

    not_started: int = 0
    active: int = 0
    passed: int = 0
    failed: int = 0
    attended: int = 0
    no_exam: int = 0
    never_started: int = 0
    withdrew: int = 0
    lapsed: int = 0
    cancelled: int = 0
    transferred: int = 0
    void: int = 0
    completed: int = 0
    active_completed: int = 0
    distinctions: int = 0
    closed_started: int = 0
    dropped_started: int = 0
    closed_sat: int = 0
    passed_sat: int = 0

    @property
    def dropped_out(self) -> int:
        """Return the dropouts of all kinds."""
        return self.never_started + self.withdrew + self.lapsed

    @property
    def closed(self) -> int:
        """Return N − not started − active."""
        return self.passed + self.failed + self.attended + self.no_exam + self.dropped_out

    @property
    def assessed(self) -> int:
        """Return the closed rows that a mark or its absence has closed: the denominator of most rates."""
        return self.closed - self.attended

    @property
    def total(self) -> int:
        """Return N: every row that has not left the cohort."""
        return self.not_started + self.active + self.closed

    @property
    def left(self) -> int:
        """Return the rows that left the cohort and stand in no rate."""
        return self.cancelled + self.transferred + self.void

    @property
    def is_open(self) -> bool:
        """Tell whether somebody may still change the rates."""
        return self.not_started + self.active > 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share with what it is made of; its value is None where there is nothing to divide by."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Return the share, 0 to 1; None when empty, never zero."""
        return self.numerator / self.denominator if self.denominator else None


class Measure(StrEnum):
    """The rates, in the order in which they are shown."""

    COMPLETION = "completion"
    PASS = "pass"  # noqa: S105  # a rate, not a secret
    FAIL = "fail"
    NO_EXAM = "no_exam"
    DROPOUT = "dropout"
    DISTINCTION = "distinction"


class Reading(StrEnum):
    """What a second reading of a rate divides, or by what."""

    OF_EXAMINED = "of_examined"
    OF_STARTED = "of_started"
    NEVER_STARTED = "never_started"
    WITHDREW = "withdrew"
    LAPSED = "lapsed"
    OF_CLOSED = "of_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate: its first reading, the highest it can still become while the cohort is open, and the second readings."""

    measure: Measure
    ratio: Ratio
    at_most: Ratio | None = None
    readings: tuple[tuple[Reading, Ratio], ...] = ()


def rates_of(counts: Counts) -> tuple[Rate, ...]:
    """Return the rates of a cohort, in the order of `Measure`."""
    closed = counts.assessed
    return (
        Rate(
            measure=Measure.COMPLETION,
            ratio=Ratio(counts.completed, counts.total),
            at_most=_highest_completion(counts) if counts.is_open else None,
        ),
        Rate(
            measure=Measure.PASS,
            ratio=Ratio(counts.passed, closed),
            readings=((Reading.OF_EXAMINED, Ratio(counts.passed_sat, counts.closed_sat)),),
        ),
        Rate(measure=Measure.FAIL, ratio=Ratio(counts.failed, closed)),
        Rate(measure=Measure.NO_EXAM, ratio=Ratio(counts.no_exam, closed)),
        Rate(
            measure=Measure.DROPOUT,
            ratio=Ratio(counts.dropped_out, closed),
            readings=(
                (Reading.OF_STARTED, Ratio(counts.dropped_started, counts.closed_started)),
                (Reading.NEVER_STARTED, Ratio(counts.never_started, closed)),
                (Reading.WITHDREW, Ratio(counts.withdrew, closed)),
                (Reading.LAPSED, Ratio(counts.lapsed, closed)),
            ),
        ),
        Rate(
            measure=Measure.DISTINCTION,
            ratio=Ratio(counts.distinctions, counts.passed),
            readings=((Reading.OF_CLOSED, Ratio(counts.distinctions, closed)),),
        ),
    )


def _highest_completion(counts: Counts) -> Ratio:
    """Return what completion becomes when every active row completes; who has completed already counts once."""
    return Ratio(counts.completed + counts.active - counts.active_completed, counts.total)
