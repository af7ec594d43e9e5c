"""What a new version of a course changes against another one, and whether a running attempt can go on in it (pure)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.catalogue.moves import Obstacle, obstacles_between
from scorm.packaging.items import Item, Manifest


class Change(StrEnum):
    """What can be different about a version or an item of it."""

    TITLE = "title"
    EDITION = "edition"
    COURSE_RULES = "course_rules"
    ADDED = "added"
    GONE = "gone"
    IDENTIFIER = "identifier"
    RENAMED = "renamed"
    MOVED = "moved"
    PAGE = "page"
    MASTERY = "mastery"
    TYPE = "type"
    RULES = "rules"
    LAUNCH_DATA = "launch_data"
    VISIBILITY = "visibility"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A version as it is compared: what its manifest defines and its sizes in bytes, unpacked and as it is stored."""

    manifest: Manifest
    total_size: int
    packed_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One difference; `identifier` and `title` are those of the item in the newer version, empty for the course.

    `before` and `after` are what was and what is: titles, addresses, scores from 0 to 100, types, editions; a
    place is the title of what the item stands in, empty at the top; identifiers for `IDENTIFIER`.
    """

    change: Change
    identifier: str = ""
    title: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one version has otherwise than another: `changes` in the order of the newer course, what is gone last.

    `obstacles` are why an attempt in progress cannot go on in the newer version. Sizes in bytes, before and after.
    """

    changes: tuple[Changed, ...]
    obstacles: tuple[Obstacle, ...]
    total_size: tuple[int, int]
    packed_size: tuple[int, int]

    @property
    def can_move(self) -> bool:
        """Tell whether an attempt in progress can go on in the newer version."""
        return not self.obstacles

    def of(self, *wanted: Change) -> tuple[Changed, ...]:
        """Return the changes of some kinds."""
        return tuple(one for one in self.changes if one.change in wanted)


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item with the one that it stands in; None at the top."""

    item: Item
    parent: Item | None

    @property
    def parent_identifier(self) -> str:
        return self.parent.identifier if self.parent else ""

    @property
    def place(self) -> str:
        return self.parent.title if self.parent else ""


def difference(before: Figures, after: Figures) -> Difference:
    """Return what the version `after` has otherwise than `before`; items are told by their identifiers."""
    old, new = _placed(before.manifest), _placed(after.manifest)
    twins = _twins(old, new)
    moved = _moved(old, new)
    changes = [*_of_course(before.manifest, after.manifest)]
    for identifier, placed in new.items():
        if identifier in old:
            changes += _of_item(old[identifier], placed, is_moved=identifier in moved)
        elif identifier in twins:
            changes.append(_changed(Change.IDENTIFIER, placed.item, twins[identifier], identifier))
        else:
            changes.append(_changed(Change.ADDED, placed.item, "", placed.place))
    renamed = set(twins.values())
    changes += [
        _changed(Change.GONE, placed.item, placed.place)
        for identifier, placed in old.items()
        if identifier not in new and identifier not in renamed
    ]
    return Difference(
        changes=tuple(changes),
        obstacles=obstacles_between(before.manifest, after.manifest),
        total_size=(before.total_size, after.total_size),
        packed_size=(before.packed_size, after.packed_size),
    )


def _placed(manifest: Manifest) -> dict[str, _Placed]:
    """Return the items that learners see, in document order, by identifier."""
    found: dict[str, _Placed] = {}
    pending: list[_Placed] = [_Placed(item, None) for item in reversed(manifest.organization.items)]
    while pending:
        placed = pending.pop()
        found[placed.item.identifier] = placed
        pending.extend(_Placed(child, placed.item) for child in reversed(placed.item.children))
    return found


def _twins(old: Mapping[str, _Placed], new: Mapping[str, _Placed]) -> dict[str, str]:
    """Return, by new identifier, the former one of items that only changed it: same title, same file, each once.

    Some tools make up new identifiers whenever they publish; that is no new part for a reader, but a new one for
    what learners did in it.
    """
    gone = _unique((name, placed.item) for name, placed in old.items() if name not in new)
    added = _unique((name, placed.item) for name, placed in new.items() if name not in old)
    return {added[key]: gone[key] for key in added if key in gone}


def _unique(items: Iterable[tuple[str, Item]]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, item in items:
        found[item.title, item.href].append(name)
    return {key: names[0] for key, names in found.items() if len(names) == 1}


def _moved(old: Mapping[str, _Placed], new: Mapping[str, _Placed]) -> frozenset[str]:
    """Return the items that stand in another one than before, or in another order among those that stayed there.

    Of an order that changed as few as possible are called moved: those outside a longest run that kept its order.
    """
    places = {name: number for number, name in enumerate(old)}
    families: dict[str, list[str]] = defaultdict(list)
    found: set[str] = set()
    for name, placed in new.items():
        if name not in old:
            continue
        if old[name].parent_identifier == placed.parent_identifier:
            families[placed.parent_identifier].append(name)
        else:
            found.add(name)
    for names in families.values():
        kept = _longest_rising([places[name] for name in names])
        found.update(name for name in names if places[name] not in kept)
    return frozenset(found)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Return the numbers of a longest rising run among different numbers, not necessarily side by side."""
    ends: list[int] = []  # the least number that a run of each length can end with
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return frozenset(kept)


def _of_course(before: Manifest, after: Manifest) -> Iterator[Changed]:
    if before.title != after.title:
        yield Changed(change=Change.TITLE, before=before.title, after=after.title)
    if before.edition is not after.edition:
        yield Changed(change=Change.EDITION, before=before.edition.value, after=after.edition.value)
    if _rules_of_course(before) != _rules_of_course(after):
        yield Changed(change=Change.COURSE_RULES)


def _rules_of_course(manifest: Manifest) -> tuple[object, ...]:
    one = manifest.organization
    return one.sequencing, one.threshold, one.objectives_are_global, one.shared_data_is_global


def _of_item(before: _Placed, after: _Placed, *, is_moved: bool) -> Iterator[Changed]:
    """Yield what is otherwise about an item that both versions have."""
    old, new = before.item, after.item
    if old.title != new.title:
        yield _changed(Change.RENAMED, new, old.title, new.title)
    if is_moved:
        yield _changed(Change.MOVED, new, before.place, after.place)
    texts = (
        (Change.PAGE, old.href, new.href), (Change.MASTERY, _score(old), _score(new)),
        (Change.TYPE, old.scorm_type.value, new.scorm_type.value),
    )  # fmt: skip
    for change, was, is_now in texts:
        if was != is_now:
            yield _changed(change, new, was, is_now)
    if _rules(old) != _rules(new):
        yield _changed(Change.RULES, new)
    if old.launch_data != new.launch_data:
        yield _changed(Change.LAUNCH_DATA, new)
    if old.visible is not new.visible:
        yield _changed(Change.VISIBILITY, new, *("shown" if one.visible else "hidden" for one in (old, new)))


def _changed(change: Change, item: Item, before: str = "", after: str = "") -> Changed:
    return Changed(change=change, identifier=item.identifier, title=item.title, before=before, after=after)


def _score(item: Item) -> str:
    return "" if item.mastery_score is None else f"{item.mastery_score:g}"


def _rules(item: Item) -> tuple[object, ...]:
    """Return what decides when an item opens, how long it may take, and what it amounts to."""
    return (
        item.sequencing, item.threshold, item.data, item.hidden, item.prerequisites, item.max_time_allowed,
        item.time_limit_action,
    )  # fmt: skip
