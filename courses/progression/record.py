"""What is known of a person when the gate decides: plain values, so that a decision can be read again years later."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from courses.progression.steps import Step


class Category(StrEnum):
    """What a person is (DOMAIN: levels); only officials take online courses for credit unless the policy says so."""

    OFFICIAL = "official"
    ACADEMIC = "academic"
    PARLIAMENTARIAN = "parliamentarian"
    JOURNALIST = "journalist"
    NGO = "ngo"
    PRIVATE_SECTOR = "private_sector"


class Membership(StrEnum):
    """How a beneficiary stands to the organisation."""

    MEMBER = "member"
    OBSERVER = "observer"
    ACCEDING = "acceding"
    NONE = "none"


class Source(StrEnum):
    """Where a result comes from."""

    COURSE = "course"  # an enrolment of ours that was passed
    ACTIVITY = "activity"  # an activity of ours
    PAST = "past"  # a participation of before, imported with its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A pass, or a participation that counts as one: what it was, when, with what mark (0 to 1), what it confers.

    `code` is that of the course or activity, empty for a participation of before.
    """

    source: Source
    code: str
    title: str
    passed_on: date
    mark: float | None = None
    confers: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A step that somebody is recognised to have by prior learning, from a day on, perhaps until another."""

    step: Step
    decided_on: date
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDays:
    """Administrative measures against a beneficiary, from the first day to the last (None: until further notice)."""

    begins_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The beneficiary of a person: ISO code, region of the institute's list, membership, LDC or not, measures."""

    code: str
    region: str | None = None
    membership: Membership = Membership.MEMBER
    is_ldc: bool = False
    measures: tuple[MeasureDays, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is known of a person for the gate.

    `category` is what the person says, and counts only where `verified_on` is set. `languages` are those in which the
    person can follow a course; `nominated_for` the codes of the activities for which the beneficiary named the person.
    `beneficiary` is None while the person has no country.
    """

    category: Category | None = None
    verified_on: date | None = None
    languages: frozenset[str] = frozenset()
    beneficiary: Standing | None = None
    results: tuple[Result, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    nominated_for: frozenset[str] = field(default_factory=frozenset)
