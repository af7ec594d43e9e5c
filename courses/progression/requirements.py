"""What an activity can ask of a person, as values: all, any, at least k of, not, over what is known (DOMAIN: levels).

Values can be written that make no sense (at least 3 of 2): `courses.progression.checks` finds them before they come
into force, with more to say than a refusal here could.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from courses.progression import doors
from courses.progression.doors import Document, DocumentError, at
from courses.progression.record import Category, Membership
from courses.progression.steps import Step, StepError, parse_step

DEEPEST = 12
LARGEST = 300
MOST_WORDS = 300
MOST_MONTHS = 1_200


class RequirementError(DocumentError):
    """Raised when a document is no requirement; `place` says where in it, `reason` is a stable code."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything in it is met; nothing in it: met."""

    of: tuple["Requirement", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Something in it is met; nothing in it: never met."""

    of: tuple["Requirement", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of those in it are met."""

    count: int
    of: tuple["Requirement", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What is in it is not met."""

    of: "Requirement"


@dataclass(frozen=True, slots=True)
class CoursePassed:
    """A course or an activity was passed: with a mark (0 to 1) at least, not longer ago than so many months."""

    code: str
    minimum_mark: float | None = None
    within_months: int | None = None


@dataclass(frozen=True, slots=True)
class StepHeld:
    """A step is held: by a result, by recognition, or covered by one above it; not for longer than so many months."""

    step: Step
    within_months: int | None = None


@dataclass(frozen=True, slots=True)
class CategoryIs:
    """The person is one of these, and that is verified."""

    categories: frozenset[Category]


@dataclass(frozen=True, slots=True)
class Speaks:
    """The person can follow a course in one of these languages."""

    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nominated:
    """The beneficiary has named the person for this very activity."""


@dataclass(frozen=True, slots=True)
class GoodStanding:
    """No administrative measures are in force against the beneficiary."""


@dataclass(frozen=True, slots=True)
class MembershipIs:
    """The beneficiary stands so to the organisation."""

    memberships: frozenset[Membership]


@dataclass(frozen=True, slots=True)
class IsLdc:
    """The beneficiary is a least-developed country."""


@dataclass(frozen=True, slots=True)
class FromRegion:
    """The beneficiary is in one of these regions of the institute's list."""

    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class FromCountry:
    """The beneficiary is one of these countries (ISO 3166 codes)."""

    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verified:
    """What the person is was verified."""


Leaf: TypeAlias = (
    CoursePassed
    | StepHeld
    | CategoryIs
    | Speaks
    | Nominated
    | GoodStanding
    | MembershipIs
    | IsLdc
    | FromRegion
    | FromCountry
    | Verified
)
Group: TypeAlias = AllOf | AnyOf | AtLeast | Not
Requirement: TypeAlias = Group | Leaf

KINDS: dict[type[Requirement], str] = {
    AllOf: "all_of",
    AnyOf: "any_of",
    AtLeast: "at_least",
    Not: "not",
    CoursePassed: "course_passed",
    StepHeld: "step_held",
    CategoryIs: "category_is",
    Speaks: "speaks",
    Nominated: "nominated",
    GoodStanding: "good_standing",
    MembershipIs: "membership_is",
    IsLdc: "is_ldc",
    FromRegion: "from_region",
    FromCountry: "from_country",
    Verified: "verified",
}
"""The word for each kind: in documents, and as the code of its condition."""


def parts_of(requirement: Requirement) -> tuple[Requirement, ...]:
    """Return what stands directly in a requirement."""
    match requirement:
        case AllOf(of) | AnyOf(of) | AtLeast(_, of):
            return of
        case Not(of):
            return (of,)
        case _:
            return ()


def walk(requirement: Requirement) -> Iterator[Requirement]:
    """Yield a requirement and everything in it, from the outside in."""
    yield requirement
    for part in parts_of(requirement):
        yield from walk(part)


def as_document(requirement: Requirement) -> Document:
    """Return a requirement as plain JSON."""
    kind = KINDS[type(requirement)]
    match requirement:
        case AllOf(of) | AnyOf(of):
            return {"kind": kind, "of": [as_document(part) for part in of]}
        case AtLeast(count, of):
            return {"kind": kind, "count": count, "of": [as_document(part) for part in of]}
        case Not(inner):
            return {"kind": kind, "of": as_document(inner)}
        case CoursePassed(code, mark, months):
            return {"kind": kind, "code": code, "minimum_mark": mark, "within_months": months}
        case StepHeld(step, months):
            return {"kind": kind, "step": str(step), "within_months": months}
        case _:
            return {"kind": kind, **_words(requirement)}


def requirement_of(document: object) -> Requirement:
    """Return the requirement that a document stands for.

    Raises:
        RequirementError: it stands for none, or is too deep or too large.
    """
    try:
        requirement = _requirement(document, "", 1)
    except DocumentError as error:
        raise RequirementError(error.place, error.reason) from error
    if sum(1 for _ in walk(requirement)) > LARGEST:
        raise RequirementError("", "too_large")
    return requirement


def _words(requirement: Requirement) -> Document:
    match requirement:
        case CategoryIs(categories):
            return {"categories": sorted(categories)}
        case Speaks(languages):
            return {"languages": sorted(languages)}
        case MembershipIs(memberships):
            return {"memberships": sorted(memberships)}
        case FromRegion(regions):
            return {"regions": sorted(regions)}
        case FromCountry(countries):
            return {"countries": sorted(countries)}
        case _:
            return {}


def _requirement(value: object, place: str, depth: int) -> Requirement:
    if depth > DEEPEST:
        raise DocumentError(place, "too_deep")
    document = doors.as_document(value, place)
    kind = doors.text(document.get("kind"), at(place, "kind"))
    if kind == "not":
        return Not(_requirement(document.get("of"), at(place, "of"), depth + 1))
    if kind in GROUPS:
        inside = enumerate(doors.items(document, "of", place))
        of = tuple(_requirement(part, at(at(place, "of"), i), depth + 1) for i, part in inside)
        return GROUPS[kind](document, place, of)
    if kind not in LEAVES:
        raise DocumentError(at(place, "kind"), "kind_unknown")
    return LEAVES[kind](document, place)


def _at_least(document: Document, place: str, of: tuple[Requirement, ...]) -> Requirement:
    return AtLeast(doors.whole(document.get("count"), at(place, "count")), of)


def _course_passed(document: Document, place: str) -> Requirement:
    code = doors.text(document.get("code"), at(place, "code"))
    if not code:
        raise DocumentError(at(place, "code"), "value_missing")
    return CoursePassed(code, doors.maybe(doors.number, document, "minimum_mark", place), _months(document, place))


def _step_held(document: Document, place: str) -> Requirement:
    written = doors.text(document.get("step"), at(place, "step"))
    try:
        return StepHeld(parse_step(written), _months(document, place))
    except StepError as error:
        raise DocumentError(at(place, "step"), "step_unknown") from error


def _months(document: Document, place: str) -> int | None:
    months = doors.maybe(doors.whole, document, "within_months", place)
    if months is not None and abs(months) > MOST_MONTHS:
        raise DocumentError(at(place, "within_months"), "too_many_months")
    return months


def _some(document: Document, name: str, place: str) -> frozenset[str]:
    if len(doors.items(document, name, place)) > MOST_WORDS:
        raise DocumentError(at(place, name), "too_large")
    return frozenset(doors.texts(document, name, place))


GROUPS: dict[str, Callable[[Document, str, tuple[Requirement, ...]], Requirement]] = {
    "all_of": lambda _document, _place, of: AllOf(of),
    "any_of": lambda _document, _place, of: AnyOf(of),
    "at_least": _at_least,
}
LEAVES: dict[str, Callable[[Document, str], Requirement]] = {
    "course_passed": _course_passed,
    "step_held": _step_held,
    "category_is": lambda document, place: CategoryIs(doors.all_of(Category, document, "categories", place)),
    "speaks": lambda document, place: Speaks(_some(document, "languages", place)),
    "nominated": lambda _document, _place: Nominated(),
    "good_standing": lambda _document, _place: GoodStanding(),
    "membership_is": lambda document, place: MembershipIs(doors.all_of(Membership, document, "memberships", place)),
    "is_ldc": lambda _document, _place: IsLdc(),
    "from_region": lambda document, place: FromRegion(_some(document, "regions", place)),
    "from_country": lambda document, place: FromCountry(_some(document, "countries", place)),
    "verified": lambda _document, _place: Verified(),
}
