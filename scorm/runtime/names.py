"""Names of elements: from what a SCO wrote to an element of the table and the records on the way."""

from dataclasses import dataclass
from functools import lru_cache

from scorm.runtime.codes import Condition
from scorm.runtime.elements import Access, Element, Keyword, Table

NOTES = "lms."
"""Values whose names start so are the LMS's own notes: kept with the others, never visible to a SCO."""

MISPLACED = {str(Keyword.CHILDREN): Condition.CHILDREN, str(Keyword.COUNT): Condition.COUNT}

REMEMBERED = 4096
"""How many resolved names a table remembers; a SCO uses a few hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a name stands for.

    `name` is the canonical spelling (`01` is index 1). `records` are the (collection, index) pairs from the outermost
    in; `collection` is what a `_count` counts. Without an element both refusals say why.
    """

    name: str
    element: Element | None = None
    records: tuple[tuple[str, int], ...] = ()
    collection: str = ""
    get_refusal: Condition | None = None
    set_refusal: Condition | None = None


class Resolver:
    """Resolves names against one table and remembers the answers, for all sessions."""

    def __init__(self, table: Table) -> None:
        self._elements = table.elements
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
        segments = name.split(".")
        pattern = pattern_of(segments)
        element = self._elements.get(pattern)
        if element is None:
            condition = self._why_unknown(segments, pattern)
            return Place(name=name, get_refusal=condition, set_refusal=condition)
        canonical, records = records_of(segments)
        return Place(
            name=canonical,
            element=element,
            records=records,
            collection=canonical.rpartition(".")[0],
            get_refusal=Condition.WRITE_ONLY if element.access is Access.WRITE_ONLY else None,
            set_refusal=set_refusal_of(element),
        )

    def _why_unknown(self, segments: list[str], pattern: str) -> Condition:
        parent, _, last = pattern.rpartition(".")
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


def records_of(segments: list[str]) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Return the canonical name and the records on the way."""
    path = segments[0]
    records: list[tuple[str, int]] = []
    for segment in segments[1:]:
        if is_index(segment):
            index = index_of(segment)
            records.append((path, index))
            path = f"{path}.{index}"
        else:
            path = f"{path}.{segment}"
    return path, tuple(records)


def index_of(segment: str) -> int:
    """Return the index; one of more than nine digits is beyond every collection, whatever it is."""
    return int(segment) if len(segment) < 10 else 10**9
