"""Reading the manifest of a large package: 5,690 files, and a course with rules on every activity."""

import time
from collections.abc import Callable

from benchmarks.figures import Figure, middle
from scorm.packaging.activities import course_definition
from scorm.packaging.items import Manifest
from scorm.packaging.manifest import read_manifest

FILES = 5_690
ITEMS = 1_000
ROUNDS = 9
NAMESPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"'
    ' xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)
RULES = (
    '<imsss:sequencing IDRef="all"><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>'
    '<imsss:ruleCondition condition="satisfied" referencedObjective="before"/></imsss:ruleConditions>'
    '<imsss:ruleAction action="skip"/></imsss:preConditionRule></imsss:sequencingRules><imsss:objectives>'
    '<imsss:primaryObjective objectiveID="main"><imsss:mapInfo targetObjectiveID="g{0}" writeSatisfiedStatus="true"/>'
    '</imsss:primaryObjective><imsss:objective objectiveID="before"><imsss:mapInfo targetObjectiveID="g{1}"/>'
    "</imsss:objective></imsss:objectives></imsss:sequencing>"
)


def measure() -> list[Figure]:
    """Return the seconds for a manifest of many files, for one of many activities, and for its stored definition."""
    files, activities = manifest_of(1, FILES), manifest_of(ITEMS, 1)
    course, _ = read_manifest(activities)
    stored = course.as_dict()
    return [
        Figure(f"a manifest of {FILES} files", _seconds(lambda: read_manifest(files)), "s", 0.5),
        Figure(f"a manifest of {ITEMS} activities with rules", _seconds(lambda: read_manifest(activities)), "s", 0.5),
        Figure("its definition as stored", _seconds(lambda: Manifest.from_dict(stored)), "s", 0.1),
        Figure("its activity tree", _seconds(lambda: course_definition(course)), "s", 0.05),
    ]


def manifest_of(items: int, files: int) -> bytes:
    """Return a manifest of so many items in clusters of ten, each with rules, and so many files."""
    clusters = "".join(
        f'<item identifier="c{first}"><title>Unit {first}</title>{_items(first, min(items, first + 10))}</item>'
        for first in range(0, items, 10)
    )
    names = "".join(f'<file href="media/unit%20{number % 50}/image_{number}.jpg"/>' for number in range(files))
    return (
        f'<?xml version="1.0"?><manifest identifier="large" {NAMESPACES}><metadata><schema>ADL SCORM</schema>'
        '<schemaversion>2004 4th Edition</schemaversion></metadata><organizations default="o">'
        f'<organization identifier="o"><title>Large</title>{clusters}</organization></organizations><resources>'
        f'<resource identifier="r" type="webcontent" adlcp:scormType="sco" href="index.html">{names}</resource>'
        '</resources><imsss:sequencingCollection><imsss:sequencing ID="all"><imsss:deliveryControls tracked="true"/>'
        "</imsss:sequencing></imsss:sequencingCollection></manifest>"
    ).encode()


def _items(first: int, last: int) -> str:
    return "".join(
        f'<item identifier="i{number}" identifierref="r"><title>Page</title>{RULES.format(number, number - 1)}</item>'
        for number in range(first, last)
    )


def _seconds(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that the work takes, the middle of several."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return middle(taken)


if __name__ == "__main__":
    for figure in measure():
        print(figure)
