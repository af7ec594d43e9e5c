"""What a course or an activity asks of whoever wants to enter, and what it gives: plain values, for decisions."""

from dataclasses import dataclass
from enum import StrEnum

from courses.progression.record import Category
from courses.progression.requirements import Requirement
from courses.progression.steps import Step, Track

UNKNOWN_HOURS = 40.0
"""How long something takes that does not say so: a standard course (DOMAIN: online courses)."""


class Kind(StrEnum):
    """What somebody wants to enter."""

    COURSE = "course"
    ACTIVITY = "activity"


class Purpose(StrEnum):
    """For what the gate is asked."""

    ENROLMENT = "enrolment"
    APPLICATION = "application"
    NOMINATION = "nomination"
    ENDORSEMENT = "endorsement"
    SELECTION = "selection"
    WAITING_LIST = "waiting_list"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A course or an activity for the gate: its labels, what it asks for and confers, for whom it is, if it is open.

    `asks_for` lists steps that are asked for instead of the rule of the house; `requirement` adds to these, or takes
    their place where `replaces_rule`. `categories` are the kinds of people it is for, those of the policy where empty;
    `countries` and `regions` say whose people, everybody's where both are empty. `is_advisory` records what is missing
    and does not block. `has_lower_course`: a course is published that confers one of
    `courses.progression.rules.lower_steps()`. `availability` holds the codes of what keeps it closed to everybody.
    """

    code: str
    kind: Kind = Kind.COURSE
    purpose: Purpose = Purpose.ENROLMENT
    level: int | None = None
    track: Track | None = None
    topic: str | None = None
    asks_for: tuple[Step, ...] = ()
    confers: tuple[Step, ...] = ()
    requirement: Requirement | None = None
    replaces_rule: bool = False
    categories: frozenset[Category] = frozenset()
    languages: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    is_for_credit: bool = True
    is_advisory: bool = False
    hours: float | None = None
    has_lower_course: bool = False
    availability: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether nothing keeps it closed to everybody."""
        return self.is_for_credit and not self.availability

    @property
    def estimated_hours(self) -> float:
        """Return the hours that it takes, those of a standard course where it does not say."""
        return UNKNOWN_HOURS if self.hours is None else self.hours
