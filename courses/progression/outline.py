"""A requirement as indented lines, which people change one at a time: added, removed, moved, put into a group.

Lines hold what was typed, so that a line which means nothing yet is kept while the others are changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

MOST_LINES = 100


class Kind(StrEnum):
    """What a line says, by the word of documents; the first four are groups: their lines stand below, further in."""

    ALL = "all_of"
    ANY = "any_of"
    AT_LEAST = "at_least"
    NOT = "not"
    COURSE = "course_passed"
    STEP = "step_held"
    CATEGORY = "category_is"
    LANGUAGES = "speaks"
    NOMINATED = "nominated"
    GOOD_STANDING = "good_standing"
    MEMBERSHIP = "membership_is"
    LDC = "is_ldc"
    REGION = "from_region"
    COUNTRY = "from_country"
    VERIFIED = "verified"


GROUPS = (Kind.ALL, Kind.ANY, Kind.AT_LEAST, Kind.NOT)


class Move(StrEnum):
    """What can be done to a line, together with those below it."""

    UP = "up"
    DOWN = "down"
    OUT = "out"
    WRAP = "wrap"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how far in, what it says, and what was typed into it.

    `names` are the codes of what it is about: a course, a step, categories, languages. `mark` is in per cent.
    """

    depth: int
    kind: Kind
    names: tuple[str, ...] = ()
    count: str = ""
    mark: str = ""
    months: str = ""

    @property
    def is_group(self) -> bool:
        """Tell whether other lines may stand below it."""
        return self.kind in GROUPS


Lines = tuple[Line, ...]


def tidy(lines: Sequence[Line]) -> Lines:
    """Return the lines with depths that make a tree: one line at the top, each other one below a group.

    What was sent may be anything: a line goes no further in than the nearest group above it allows, and where several
    stand at the top they are put into a group.
    """
    found: list[Line] = []
    for line in lines[:MOST_LINES]:
        deepest = 0
        if found:
            deepest = found[-1].depth + 1 if found[-1].is_group else found[-1].depth
        found.append(replace(line, depth=max(0, min(line.depth, deepest))))
    if sum(line.depth == 0 for line in found) > 1:
        return (Line(0, Kind.ALL), *(replace(line, depth=line.depth + 1) for line in found))
    return tuple(found)


def block_end(lines: Lines, at: int) -> int:
    """Return where the lines end that belong to the one at a place."""
    end = at + 1
    while end < len(lines) and lines[end].depth > lines[at].depth:
        end += 1
    return end


def parent(lines: Lines, at: int) -> int | None:
    """Return the place of the group that a line stands in; None at the top."""
    above = (place for place in range(at - 1, -1, -1) if lines[place].depth < lines[at].depth)
    return next(above, None)


def add(lines: Lines, at: int | None, kind: Kind) -> Lines:
    """Return the lines with a new one at the end of the group at a place; without a place, at the top.

    A second line at the top makes a group of both.
    """
    if len(lines) >= MOST_LINES:
        return lines
    if at is None or not _is_group(lines, at):
        return tidy((*lines, Line(0, kind)))
    end = block_end(lines, at)
    return (*lines[:end], Line(lines[at].depth + 1, kind), *lines[end:])


def change(lines: Lines, at: int, move: Move) -> Lines:
    """Return the lines after something was done to the one at a place; the same where it cannot be done."""
    if not 0 <= at < len(lines):
        return lines
    return _MOVES[move](lines, at)


def _is_group(lines: Lines, at: int) -> bool:
    return 0 <= at < len(lines) and lines[at].is_group


def _sibling_before(lines: Lines, at: int) -> int | None:
    for place in range(at - 1, -1, -1):
        if lines[place].depth == lines[at].depth:
            return place
        if lines[place].depth < lines[at].depth:
            return None
    return None


def _remove(lines: Lines, at: int) -> Lines:
    return lines[:at] + lines[block_end(lines, at) :]


def _wrap(lines: Lines, at: int) -> Lines:
    if len(lines) >= MOST_LINES:
        return lines
    end = block_end(lines, at)
    inner = tuple(replace(line, depth=line.depth + 1) for line in lines[at:end])
    return (*lines[:at], Line(lines[at].depth, Kind.ANY), *inner, *lines[end:])


def _up(lines: Lines, at: int) -> Lines:
    before, end = _sibling_before(lines, at), block_end(lines, at)
    return lines if before is None else lines[:before] + lines[at:end] + lines[before:at] + lines[end:]


def _down(lines: Lines, at: int) -> Lines:
    end = block_end(lines, at)
    if end == len(lines) or lines[end].depth != lines[at].depth:
        return lines
    after = block_end(lines, end)
    return lines[:at] + lines[end:after] + lines[at:end] + lines[after:]


def _out(lines: Lines, at: int) -> Lines:
    """Move a line behind the group that it stands in; nothing stands beside the line at the top."""
    group = parent(lines, at)
    if group is None or parent(lines, group) is None:
        return lines
    end, last = block_end(lines, at), block_end(lines, group)
    block = tuple(replace(line, depth=line.depth - 1) for line in lines[at:end])
    return lines[:at] + lines[end:last] + block + lines[last:]


_MOVES = {Move.UP: _up, Move.DOWN: _down, Move.OUT: _out, Move.WRAP: _wrap, Move.REMOVE: _remove}
