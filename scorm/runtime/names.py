"""Names of elements: from what a SCO wrote to an element of the table and the records on the way."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from scorm.runtime.codes import Condition
from scorm.runtime.elements import Access, Collection, Element, Keyword, Table

NOTES = "lms."
"""Values whose names start so are the LMS's own notes: kept with the others, never visible to a SCO."""

UNREADABLE = NOTES + "unreadable."
"""A note whose name goes on with that of a guarded element: the SCO may not read it."""

UNWRITABLE = NOTES + "unwritable."
"""A note whose name goes on with that of a guarded element: the SCO may not set it."""

MISPLACED = {
    str(Keyword.CHILDREN): Condition.CHILDREN,
    str(Keyword.COUNT): Condition.COUNT,
    str(Keyword.VERSION): Condition.VERSION,
}

ANY_TARGET = ".{target=*}"
_TARGET = re.compile(r"target=[^{}]+\}")

REMEMBERED = 4096
"""How many resolved names a table remembers; a SCO uses a few hundred."""


class Record(NamedTuple):
    """One record on the way to an element.

    `is_dependent`: a SCO cannot begin the record with this element; `is_fixed`: it cannot begin it at all.
    """

    collection: str
    position: int
    is_dependent: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a name stands for.

    `name` is the canonical spelling (`01` is index 1). `records` are those on the way from the outermost in, `readable`
    the (collection, index) pairs that have to be there for a reader; `collection` is what a `_count` counts. Without an
    element both refusals say why. `family` is the name before a target; `varies_by` and `clears` are those of the
    element with this place's indexes.
    """

    name: str
    element: Element | None = None
    records: tuple[Record, ...] = ()
    readable: tuple[tuple[str, int], ...] = ()
    collection: str = ""
    get_refusal: Condition | None = None
    set_refusal: Condition | None = None
    family: str = ""
    varies_by: str = ""
    clears: tuple[str, ...] = ()


class Resolver:
    """Resolves names against one table and remembers the answers, for all sessions."""

    def __init__(self, table: Table) -> None:
        self._elements = table.elements
        self._collections = table.collections
        self._is_read_by_segment = table.is_read_by_segment
        self._nodes = nodes_of(table)
        self._roots = {name.partition(".")[0] for name in table.elements}
        self._known: dict[str, Place] = {}

    def resolve(self, name: str) -> Place:
        """Return the place of `name`."""
        place = self._known.get(name)
        if place is None:
            place = self._place(name)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            if len(name) < 256:
                self._known[name] = place
        return place

    def _place(self, name: str) -> Place:
        family, is_targeted, target = name.partition(".{")
        if is_targeted:
            return self._targeted(name, family, target)
        segments = name.split(".")
        pattern = pattern_of(segments)
        element = self._elements.get(pattern)
        if element is None:
            return self._unknown(name, segments, pattern)
        canonical, records = self._records(segments, pattern)
        return Place(
            name=canonical,
            element=element,
            records=records,
            readable=self._readable(element, records),
            collection=canonical.rpartition(".")[0],
            get_refusal=Condition.WRITE_ONLY if element.access is Access.WRITE_ONLY else None,
            set_refusal=set_refusal_of(element),
            varies_by=with_indexes(element.varies_by, records),
            clears=tuple(f"{canonical.rpartition('.')[0]}.{name}" for name in element.clears),
        )

    def _targeted(self, name: str, family: str, target: str) -> Place:
        element = self._elements.get(family + ANY_TARGET)
        if element is None:
            return self._unknown(name, name.split("."), name)
        if not _TARGET.fullmatch(target):
            return Place(name=name, get_refusal=Condition.TARGET, set_refusal=Condition.TARGET)
        return Place(name=name, element=element, set_refusal=set_refusal_of(element), family=family)

    def _unknown(self, name: str, segments: list[str], pattern: str) -> Place:
        """Return a place without an element; in some editions a record that is not there is the first thing wrong."""
        condition = self._why_unknown(segments, pattern)
        records: tuple[Record, ...] = ()
        if self._is_read_by_segment:
            known = [segments[:length] for length in range(len(segments), 0, -1)]
            way = next((way for way in known if pattern_of(way) in self._nodes), [""])
            records = self._records(way, "")[1]
        return Place(
            name=name,
            records=records,
            readable=tuple((record.collection, record.position) for record in records),
            get_refusal=condition,
            set_refusal=condition,
        )

    def _records(self, segments: list[str], pattern: str) -> tuple[str, tuple[Record, ...]]:
        """Return the canonical name and the records on the way."""
        path, way = segments[0], segments[0]
        records: list[Record] = []
        for segment in segments[1:]:
            if is_index(segment):
                rule = self._collections.get(way, Collection())
                way += ".n"
                is_dependent = rule.first != "" and pattern != f"{way}.{rule.first}"
                records.append(Record(path, index_of(segment), is_dependent, rule.is_fixed))
                path = f"{path}.{index_of(segment)}"
            else:
                path, way = f"{path}.{segment}", f"{way}.{segment}"
        return path, tuple(records)

    def _readable(self, element: Element, records: tuple[Record, ...]) -> tuple[tuple[str, int], ...]:
        """Return the records that must be there to be read.

        In 1.2 the suite wants write-only before a missing record, and the lists inside the record that would be created
        next read as empty: drivers ask for their count before they write the first field.
        """
        if self._is_read_by_segment:
            return tuple((record.collection, record.position) for record in records)
        if element.access is Access.WRITE_ONLY:
            return ()
        slack = int(element.keyword is Keyword.COUNT)
        return tuple((record.collection, record.position - slack) for record in records)

    def _why_unknown(self, segments: list[str], pattern: str) -> Condition:
        parent, _, last = pattern.rpartition(".")
        if pattern == "":
            return Condition.EMPTY
        if pattern + ANY_TARGET in self._elements or parent + ANY_TARGET in self._elements:
            return Condition.TARGET
        if "" in segments or segments[0] not in self._roots or pattern in self._nodes:
            return Condition.NAME
        if last in MISPLACED and (parent in self._nodes or parent in self._elements):
            return MISPLACED[last]
        category = pattern_of(segments[:2])
        return Condition.CHILD if category in self._nodes or category in self._elements else Condition.MODEL


@lru_cache(maxsize=8)
def resolver_of(table: Table) -> Resolver:
    """Return the one resolver of the table."""
    return Resolver(table)


def set_refusal_of(element: Element) -> Condition | None:
    """Return why the element cannot be set, or None when it can."""
    if element.keyword is not None:
        return Condition.KEYWORD
    return Condition.READ_ONLY if element.access is Access.READ_ONLY else None


def nodes_of(table: Table) -> frozenset[str]:
    """Return the names that only lead to elements (`cmi.core`, `cmi.objectives.n`)."""
    nodes: set[str] = set()
    for name in table.elements:
        segments = name.split(".")
        nodes.update(".".join(segments[:length]) for length in range(1, len(segments)))
    return frozenset(nodes)


def is_index(segment: str) -> bool:
    """Say whether the segment is an index: decimal digits and nothing else."""
    return segment.isascii() and segment.isdigit()


def pattern_of(segments: list[str]) -> str:
    """Return the name with `n` for each index; an `n` that was written as such becomes unknown."""
    return ".".join("n" if is_index(segment) else "*" if segment == "n" else segment for segment in segments)


def with_indexes(pattern: str, records: tuple[Record, ...]) -> str:
    """Return the pattern with the indexes of the records for its first `n`s."""
    for record in records:
        pattern = pattern.replace(".n.", f".{record.position}.", 1)
    return pattern


def index_of(segment: str) -> int:
    """Return the index; one of more than nine digits is beyond every collection, whatever it is."""
    return int(segment) if len(segment) < 10 else 10**9
