"""From the items of a manifest to the activity tree that is sequenced (SN 2.1)."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from scorm.packaging.items import Item, Manifest, Organization
from scorm.packaging.trees import folded
from scorm.sequencing.definition import Activity, CourseDefinition, Sequencing
from scorm.sequencing.words import Behaviour


def course_definition(manifest: Manifest, organization: str | None = None) -> CourseDefinition:
    """Return the activity tree of an organization, the default one unless another is named (SN 2.1.1).

    The organization is the root and every item an activity, but for items that neither open anything nor hold an
    item that does. Raises ValueError for SCORM 1.2, which has no sequencing, and for an unknown organization.

    LMS choice: in a tree with one leaf, clusters with choice and without flow get flow instead: there is nothing to
    choose from, and Start has to find the leaf.
    """
    if not manifest.edition.is_2004:
        raise ValueError("a package of SCORM 1.2 is not sequenced")
    chosen = _organization(manifest, organization)
    tops = [top for item in chosen.items for top in folded(item, _children, _kept)]
    course = CourseDefinition(
        activities=tuple(_flattened(chosen, tops)),
        behaviour=Behaviour(str(manifest.edition)),
        objectives_are_global=chosen.objectives_are_global,
        shared_data_is_global=chosen.shared_data_is_global,
    )
    if len(course.leaves) > 1:
        return course
    flowing = (
        activity if place in course.leaves else _flowing(activity) for place, activity in enumerate(course.activities)
    )
    return replace(course, activities=tuple(flowing))


def _organization(manifest: Manifest, identifier: str | None) -> Organization:
    if identifier is None:
        return manifest.organization
    found = next((one for one in manifest.organizations if one.identifier == identifier), None)
    if found is None:
        raise ValueError(f"no organization is called {identifier!r}")
    return found


def _children(item: Item) -> Sequence[Item]:
    return item.children


def _kept(item: Item, children: Sequence[Sequence[Item]]) -> Sequence[Item]:
    """Return the item with those below it that lead to something; nothing when it leads nowhere."""
    below = tuple(one for kept in children for one in kept)
    if below or (item.is_launchable and not item.children):
        return (replace(item, children=below),)
    return ()


def _flattened(organization: Organization, tops: Sequence[Item]) -> list[Activity]:
    """Return the activities in document order, the root first."""
    root = Activity(
        identifier="",
        parent=-1,
        sequencing=organization.sequencing,
        threshold=organization.threshold,
    )
    activities = [root]
    pending = [(0, top) for top in reversed(tops)]
    while pending:
        parent, item = pending.pop()
        place = len(activities)
        activities.append(_activity(item, parent))
        pending.extend((place, child) for child in reversed(item.children))
    taken = {activity.identifier for activity in activities}
    activities[0] = replace(root, identifier=_unlike(organization.identifier, taken))
    return activities


def _activity(item: Item, parent: int) -> Activity:
    return Activity(
        identifier=item.identifier,
        parent=parent,
        is_visible=item.visible,
        sequencing=item.sequencing,
        threshold=item.threshold,
        data=item.data,
        hidden=item.hidden,
    )


def _unlike(identifier: str, taken: Collection[str]) -> str:
    """Return the identifier, made unlike those that are taken."""
    made, number = identifier, 1
    while made in taken:
        made = f"{identifier}--{number}"
        number += 1
    return made


def _flowing(activity: Activity) -> Activity:
    control = activity.sequencing.control
    if control.flow or not control.choice:
        return activity
    sequencing: Sequencing = replace(activity.sequencing, control=replace(control, choice=False, flow=True))
    return replace(activity, sequencing=sequencing)
