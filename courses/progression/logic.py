"""Whether anybody at all could meet a requirement, or fail it: what contradicts itself is found before it is in force.

A requirement is spread out into ways of meeting it, each a set of things that are so and of things that are not. Where
there are more ways than can be looked at, nothing is claimed.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from typing import TypeAlias

from courses.progression.facts import reaches
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    Leaf,
    MembershipIs,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import covered_by

MOST_WAYS = 2_000

Literal: TypeAlias = tuple[Leaf, bool]
Way: TypeAlias = frozenset[Literal]


class TooMany(Exception):
    """Raised when a requirement has more ways of meeting it than can be looked at; it does not leave this module."""


def can_be_met(requirement: Requirement) -> bool:
    """Tell whether somebody could meet a requirement; also true where that cannot be found out."""
    try:
        return any(_is_possible(way) for way in _ways(requirement, True))
    except TooMany:
        return True


def can_be_missed(requirement: Requirement) -> bool:
    """Tell whether somebody could fail to meet a requirement; also true where that cannot be found out."""
    return can_be_met(Not(requirement))


def is_possible_alone(leaf: Leaf) -> bool:
    """Tell whether a requirement without parts names something, with a mark and an age that exist."""
    match leaf:
        case CoursePassed(_, mark, months):
            return reaches(1.0, mark) and (months is None or months >= 0)
        case StepHeld(_, months):
            return months is None or months >= 0
        case _:
            named = _named(leaf)
            return named is None or bool(named)


def _ways(requirement: Requirement, is_so: bool) -> list[Way]:
    """Return the ways in which a requirement is met, or is not."""
    match requirement:
        case AllOf(of):
            return _some(of, len(of), True) if is_so else _some(of, 1, False)
        case AnyOf(of):
            return _some(of, 1, True) if is_so else _some(of, len(of), False)
        case AtLeast(count, of):
            return _some(of, count, True) if is_so else _some(of, len(of) - count + 1, False)
        case Not(inner):
            return _ways(inner, not is_so)
        case leaf:
            return [frozenset({(leaf, is_so)})]


def _some(of: Sequence[Requirement], count: int, is_so: bool) -> list[Way]:
    """Return the ways in which so many are met, or are not."""
    found: dict[Way, None] = {}
    parts = [_ways(part, is_so) for part in of]
    together = (ways for chosen in combinations(parts, max(count, 0)) for ways in product(*chosen))
    for number, ways in enumerate(together):
        if number >= MOST_WAYS:
            raise TooMany
        found[frozenset().union(*ways)] = None
    return list(found)


def _is_possible(way: Way) -> bool:
    met = [leaf for leaf, is_so in way if is_so]
    unmet = [leaf for leaf, is_so in way if not is_so]
    if not all(is_possible_alone(leaf) for leaf in met):
        return False
    if any(_implies(one, other) for one in met for other in unmet):
        return False
    return all(_is_one_left(kind, met, unmet) for kind in EXCLUSIVE)


def _implies(one: Leaf, other: Leaf) -> bool:
    """Tell whether who meets one requirement meets the other."""
    if one == other or (isinstance(one, CategoryIs) and isinstance(other, Verified)):
        return True
    match one, other:
        case CoursePassed(code, mark, months), CoursePassed(passed, lower, longer):
            return code == passed and _at_least(mark, lower) and _within(months, longer)
        case StepHeld(step, months), StepHeld(held, longer):
            return held in {step, *covered_by(step)} and _within(months, longer)
        case Speaks(few), Speaks(many):
            return few <= many
        case _:
            return False


def _at_least(mark: float | None, lower: float | None) -> bool:
    return lower is None or (mark is not None and mark >= lower)


def _within(months: int | None, longer: int | None) -> bool:
    return longer is None or (months is not None and months <= longer)


EXCLUSIVE = (CategoryIs, MembershipIs, FromRegion, FromCountry)
"""A person is one of these only."""


def _is_one_left(kind: type[Leaf], met: Iterable[Leaf], unmet: Iterable[Leaf]) -> bool:
    asked = [_named(leaf) or frozenset() for leaf in met if isinstance(leaf, kind)]
    excluded = [_named(leaf) or frozenset() for leaf in unmet if isinstance(leaf, kind)]
    return not asked or bool(frozenset.intersection(*asked) - frozenset().union(*excluded))


def _named(leaf: Leaf) -> frozenset[str] | None:
    """Return the words of which one must be so, or None where a requirement names none."""
    read = NAMED.get(type(leaf))
    return frozenset(map(str, read(leaf))) if read else None


NAMED: dict[type[Leaf], Callable[..., Iterable[str]]] = {
    CategoryIs: lambda leaf: leaf.categories,
    Speaks: lambda leaf: leaf.languages,
    MembershipIs: lambda leaf: leaf.memberships,
    FromRegion: lambda leaf: leaf.regions,
    FromCountry: lambda leaf: leaf.countries,
}
