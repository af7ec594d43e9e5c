"""Whether an attempt that began on one version of a course can go on in another one: pure.

What an attempt remembers is found again by the identifiers of items; what it remembers of a SCO means something to a
SCO of the same generation only. In 2004 there is a state of sequencing besides: it is kept by the identifiers of the
activities, for each of them in the order of its objectives, and counts on the tree in which it grew. So a version
takes an attempt over when all of that is the same; titles, pages, sizes, scores to reach and sequencing rules may
differ, for they are read anew at every launch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scorm.packaging.activities import course_definition
from scorm.packaging.items import Item, Manifest
from scorm.sequencing.definition import Activity, CourseDefinition

_SHOWN = 5


class ObstacleCode(StrEnum):
    """Why an attempt in progress cannot go on in another version."""

    GENERATION = "generation_differs"
    PARTS_ADDED = "parts_added"
    PARTS_GONE = "parts_gone"
    TYPES = "types_differ"
    TREE = "tree_differs"
    OBJECTIVES = "objectives_differ"
    SHARING = "sharing_differs"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason, with the titles of the items that it concerns: the first five of `count`."""

    code: ObstacleCode
    titles: tuple[str, ...] = ()
    count: int = 0


def obstacles_between(before: Manifest, after: Manifest) -> tuple[Obstacle, ...]:
    """Return why an attempt on the version `before` cannot go on in `after`; nothing when it can."""
    if before.edition.is_2004 is not after.edition.is_2004:
        return (Obstacle(ObstacleCode.GENERATION),)
    found = list(_of_parts(_parts(before), _parts(after)))
    if before.edition.is_2004:
        titles = {item.identifier: item.title for item in after.organization.walk()}
        found += _of_sequencing(course_definition(before), course_definition(after), titles)
    return tuple(found)


def _parts(manifest: Manifest) -> dict[str, Item]:
    """Return the items that open, by their identifiers."""
    return {item.identifier: item for item in manifest.organization.walk() if item.is_launchable}


def _of_parts(before: Mapping[str, Item], after: Mapping[str, Item]) -> Iterator[Obstacle]:
    both = [name for name in after if name in before]
    groups = (
        (ObstacleCode.PARTS_GONE, [before[name] for name in before if name not in after]),
        (ObstacleCode.PARTS_ADDED, [after[name] for name in after if name not in before]),
        (ObstacleCode.TYPES, [after[name] for name in both if before[name].scorm_type is not after[name].scorm_type]),
    )
    for code, items in groups:
        if items:
            yield _obstacle(code, [item.title for item in items])


def _of_sequencing(before: CourseDefinition, after: CourseDefinition, titles: Mapping[str, str]) -> Iterator[Obstacle]:
    """Yield what the state of sequencing would not survive."""
    if _tree(before) != _tree(after):
        yield Obstacle(ObstacleCode.TREE)
    objectives = {one.identifier: _objectives(one) for one in before.activities}
    # What an activity knows of its objectives is kept by their order: in another one it would be taken for another's.
    names = [
        one.identifier
        for one in after.activities
        if objectives.get(one.identifier, _objectives(one)) != _objectives(one)
    ]
    if names:
        yield _obstacle(ObstacleCode.OBJECTIVES, [titles.get(name, name) for name in names])
    # What is global is kept with the person, the rest with the attempt: neither is looked for in the other place.
    if (before.objectives_are_global, before.shared_data_is_global) != (
        after.objectives_are_global, after.shared_data_is_global,
    ):  # fmt: skip
        yield Obstacle(ObstacleCode.SHARING)


def _tree(course: CourseDefinition) -> list[tuple[str, int]]:
    return [(one.identifier, one.parent) for one in course.activities]


def _objectives(activity: Activity) -> tuple[str, ...]:
    sequencing = activity.sequencing
    return tuple(one.identifier for one in (sequencing.primary, *sequencing.objectives))


def _obstacle(code: ObstacleCode, titles: list[str]) -> Obstacle:
    return Obstacle(code, tuple(titles[:_SHOWN]), len(titles))
