"""Read the lines of an outline as a requirement, with every fault at its line; and write a requirement as lines."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from courses.progression.outline import Kind, Line, Lines, block_end
from courses.progression.record import Category, Membership
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    GoodStanding,
    IsLdc,
    MembershipIs,
    Nominated,
    Not,
    Requirement,
    RequirementError,
    Speaks,
    StepHeld,
    Verified,
    as_document,
    requirement_of,
)
from courses.progression.steps import StepError, parse_step

MOST_MONTHS = 600
Word = TypeVar("Word", bound=StrEnum)


class Fault(StrEnum):
    """Why a line means nothing yet."""

    NAME_MISSING = "name_missing"
    CHOICE_MISSING = "choice_missing"
    STEP_UNREADABLE = "step_unreadable"
    COUNTRY_UNREADABLE = "country_unreadable"
    MARK_OUT_OF_RANGE = "mark_out_of_range"
    MONTHS_OUT_OF_RANGE = "months_out_of_range"
    COUNT_OUT_OF_RANGE = "count_out_of_range"
    GROUP_EMPTY = "group_empty"
    NOT_TAKES_ONE = "not_takes_one"
    TOO_MUCH = "too_much"


class _Unreadable(Exception):
    """Raised where a line means nothing; its group goes on with the next one."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class _Reading:
    lines: Lines
    faults: dict[int, Fault] = field(default_factory=dict)


def read_lines(lines: Lines) -> tuple[Requirement | None, Mapping[int, Fault]]:
    """Return what the lines mean, and why some of them mean nothing, by their places.

    No lines mean no requirement; with faults there is none either.
    """
    if not lines:
        return None, {}
    reading = _Reading(lines)
    found = _read(reading, 0)
    if found is None or reading.faults:
        return None, reading.faults
    try:
        requirement_of(as_document(found))
    except RequirementError:
        return None, {0: Fault.TOO_MUCH}
    return found, {}


def lines_of(requirement: Requirement | None) -> Lines:
    """Return a requirement as lines."""
    return () if requirement is None else tuple(_written(requirement, 0))


def _read(reading: _Reading, at: int) -> Requirement | None:
    line = reading.lines[at]
    try:
        return _group(reading, at) if line.is_group else _LEAVES[line.kind](line)
    except _Unreadable as error:
        reading.faults[at] = error.fault
        return None


def _group(reading: _Reading, at: int) -> Requirement | None:
    line = reading.lines[at]
    places = tuple(_below(reading.lines, at))
    parts = tuple(part for part in [_read(reading, place) for place in places] if part is not None)
    if not places:
        raise _Unreadable(Fault.GROUP_EMPTY)
    if line.kind == Kind.NOT and len(places) != 1:
        raise _Unreadable(Fault.NOT_TAKES_ONE)
    count = _count(line, len(places)) if line.kind == Kind.AT_LEAST else 0
    if len(parts) < len(places):
        return None
    match line.kind:
        case Kind.NOT:
            return Not(parts[0])
        case Kind.AT_LEAST:
            return AtLeast(count, parts)
        case Kind.ANY:
            return AnyOf(parts)
        case _:
            return AllOf(parts)


def _below(lines: Lines, at: int) -> Iterator[int]:
    place, end = at + 1, block_end(lines, at)
    while place < end:
        yield place
        place = block_end(lines, place)


def _whole(text: str, most: int, fault: Fault) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:6]) <= most:
        raise _Unreadable(fault)
    return int(text)


def _count(line: Line, most: int) -> int:
    return _whole(line.count, most, Fault.COUNT_OUT_OF_RANGE)


def _months(line: Line) -> int | None:
    return _whole(line.months, MOST_MONTHS, Fault.MONTHS_OUT_OF_RANGE) if line.months else None


def _mark(line: Line) -> float | None:
    if not line.mark:
        return None
    try:
        mark = float(line.mark.rstrip("%").strip().replace(",", "."))
    except ValueError as error:
        raise _Unreadable(Fault.MARK_OUT_OF_RANGE) from error
    if not 0 <= mark <= 100:
        raise _Unreadable(Fault.MARK_OUT_OF_RANGE)
    return round(mark / 100, 6)


def _only_name(line: Line) -> str:
    if not line.names:
        raise _Unreadable(Fault.NAME_MISSING)
    return line.names[0]


def _course(line: Line) -> Requirement:
    return CoursePassed(_only_name(line), _mark(line), _months(line))


def _step(line: Line) -> Requirement:
    try:
        return StepHeld(parse_step(_only_name(line)), _months(line))
    except StepError as error:
        raise _Unreadable(Fault.STEP_UNREADABLE) from error


def _chosen(line: Line) -> frozenset[str]:
    if not line.names:
        raise _Unreadable(Fault.CHOICE_MISSING)
    return frozenset(line.names)


def _words(kind: type[Word], line: Line) -> frozenset[Word]:
    chosen = frozenset(kind(name) for name in line.names if name in set(kind))
    if not chosen:
        raise _Unreadable(Fault.CHOICE_MISSING)
    return chosen


def _countries(line: Line) -> Requirement:
    codes = _chosen(line)
    if not all(len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() for code in codes):
        raise _Unreadable(Fault.COUNTRY_UNREADABLE)
    return FromCountry(codes)


_LEAVES: Mapping[Kind, Callable[[Line], Requirement]] = {
    Kind.COURSE: _course,
    Kind.STEP: _step,
    Kind.CATEGORY: lambda line: CategoryIs(_words(Category, line)),
    Kind.LANGUAGES: lambda line: Speaks(_chosen(line)),
    Kind.NOMINATED: lambda _line: Nominated(),
    Kind.GOOD_STANDING: lambda _line: GoodStanding(),
    Kind.MEMBERSHIP: lambda line: MembershipIs(_words(Membership, line)),
    Kind.LDC: lambda _line: IsLdc(),
    Kind.REGION: lambda line: FromRegion(_chosen(line)),
    Kind.COUNTRY: _countries,
    Kind.VERIFIED: lambda _line: Verified(),
}


def _written(requirement: Requirement, depth: int) -> Iterator[Line]:
    match requirement:
        case AllOf(of):
            yield from _written_group(Line(depth, Kind.ALL), of)
        case AnyOf(of):
            yield from _written_group(Line(depth, Kind.ANY), of)
        case AtLeast(count, of):
            yield from _written_group(Line(depth, Kind.AT_LEAST, count=str(count)), of)
        case Not(of):
            yield from _written_group(Line(depth, Kind.NOT), (of,))
        case _:
            yield _written_leaf(requirement, depth)


def _written_group(line: Line, of: tuple[Requirement, ...]) -> Iterator[Line]:
    yield line
    for part in of:
        yield from _written(part, line.depth + 1)


def _written_leaf(requirement: Requirement, depth: int) -> Line:
    match requirement:
        case CoursePassed(code, mark, months):
            shown = "" if mark is None else f"{round(mark * 100, 4):g}"
            return Line(depth, Kind.COURSE, (code,), mark=shown, months=str(months or ""))
        case StepHeld(step, months):
            return Line(depth, Kind.STEP, (str(step),), months=str(months or ""))
        case CategoryIs(categories):
            return Line(depth, Kind.CATEGORY, tuple(sorted(categories)))
        case Speaks(languages):
            return Line(depth, Kind.LANGUAGES, tuple(sorted(languages)))
        case MembershipIs(memberships):
            return Line(depth, Kind.MEMBERSHIP, tuple(sorted(memberships)))
        case FromRegion(regions):
            return Line(depth, Kind.REGION, tuple(sorted(regions)))
        case FromCountry(countries):
            return Line(depth, Kind.COUNTRY, tuple(sorted(countries)))
        case _:
            return Line(depth, _PLAIN[type(requirement)])


_PLAIN: Mapping[type, Kind] = {
    Nominated: Kind.NOMINATED, GoodStanding: Kind.GOOD_STANDING, IsLdc: Kind.LDC, Verified: Kind.VERIFIED,
}  # fmt: skip
