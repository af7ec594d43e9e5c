"""Who may enrol in a course, with every reason why not: pure, and the same on every route."""

from dataclasses import dataclass
from enum import StrEnum

from courses.errors import Refusal
from courses.progression.steps import Step


class Offer(StrEnum):
    """What a course offers in a language."""

    NOTHING = "nothing"
    FILES = "files"
    PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition that is not met: a stable code, and what its sentence names."""

    code: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may enrol; `reasons` holds every condition that is not met."""

    reasons: tuple[Reason, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.reasons

    @property
    def may_read_files(self) -> bool:
        """Tell whether nothing but the format of the course stands in the way."""
        return all(reason.code in {"first_generation", "not_for_credit", "already_passed"} for reason in self.reasons)


class EnrolmentRefused(Refusal):
    """Raised when somebody may not enrol; its own code is that of the first reason."""

    def __init__(self, decision: Decision) -> None:
        first = decision.reasons[0]
        super().__init__(first.code, **dict(first.parameters))
        self.decision = decision


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseTerms:
    """What a course asks of whoever enrols, and what it offers in the language asked for."""

    is_for_credit: bool
    offer: Offer
    asked_for: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a person: verified, steps held, and whether this course was passed already."""

    is_verified: bool
    steps: frozenset[Step]
    has_passed: bool


def decide(terms: CourseTerms, standing: Standing) -> Decision:
    """Decide whether a person may enrol (DOMAIN: levels; the rule of the house in its first form).

    Self-study material is open to all and never for credit, so nothing else is said about it.
    """
    if not terms.is_for_credit:
        return Decision((Reason("not_for_credit"),))
    reasons = []
    if terms.offer == Offer.NOTHING:
        reasons.append(Reason("not_published"))
    if terms.offer == Offer.FILES:
        reasons.append(Reason("first_generation"))
    if standing.has_passed:
        reasons.append(Reason("already_passed"))
    if not standing.is_verified:
        reasons.append(Reason("not_verified"))
    missing = [step for step in terms.asked_for if step not in standing.steps]
    if missing:
        reasons.append(Reason("prerequisite_missing", (("steps", ", ".join(map(str, missing))),)))
    return Decision(tuple(reasons))
