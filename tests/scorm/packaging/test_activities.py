"""From items to the activity tree."""

import pytest

from scorm.packaging.activities import course_definition
from scorm.packaging.manifest import read_manifest
from scorm.sequencing.definition import DataMap
from scorm.sequencing.words import Behaviour, Control
from tests.scorm.packaging.packages import MANIFEST as MANIFEST_12
from tests.scorm.packaging.packages import package_bytes, read
from tests.scorm.packaging.packages2004 import FILES, HIDDEN, MANIFEST, course_manifest, manifest2004_with

LEAF = '<item identifier="{0}" identifierref="r"><title>{0}</title></item>'
EMPTY = '<item identifier="{0}"><title>{0}</title></item>'


def folder(name: str, *children: str) -> str:
    return f'<item identifier="{name}"><title>{name}</title>{"".join(children)}</item>'


def control(**flags: bool) -> str:
    words = " ".join(f'{name}="{str(value).lower()}"' for name, value in flags.items())
    return f"<imsss:sequencing><imsss:controlMode {words}/></imsss:sequencing>"


def shape(items: str) -> list[tuple[str, int, bool]]:
    """Return identifier, parent's place and whether it is a leaf, of every activity."""
    course = course_definition(course_manifest(items))
    return [(one.identifier, one.parent, place in course.leaves) for place, one in enumerate(course.activities)]


def test_activities_stand_in_document_order_each_after_its_parent() -> None:
    items = folder("a", LEAF.format("b"), folder("c", LEAF.format("d"))) + LEAF.format("e")
    assert shape(items) == [
        ("o", -1, False),
        ("a", 0, False),
        ("b", 1, True),
        ("c", 1, False),
        ("d", 3, True),
        ("e", 0, True),
    ]


def test_what_an_item_says_reaches_its_activity() -> None:
    text = manifest2004_with(('<item identifier="one"', '<item isvisible="false" identifier="one"'))
    definition = course_definition(read_manifest(text.encode())[0])
    one = definition.activities[definition.places["one"]]
    assert (one.is_visible, one.hidden, one.data) == (False, (Control.CONTINUE,), (DataMap(target="store"),))
    assert (one.threshold.minimum, one.sequencing.attempt_limit, one.sequencing.primary.identifier) == (0.5, 2, "main")
    assert definition.activities[0].sequencing.control.flow


def test_the_root_has_the_name_of_its_organization_unless_an_item_has_it() -> None:
    assert [name for name, _, _ in shape(LEAF.format("o--1") + LEAF.format("o"))] == ["o--2", "o--1", "o"]


def test_items_that_lead_nowhere_are_no_activities() -> None:
    items = folder("a", EMPTY.format("b")) + LEAF.format("c") + EMPTY.format("d") + LEAF.format("e")
    assert [name for name, _, _ in shape(items)] == ["o", "c", "e"]


def test_an_item_whose_page_is_missing_is_no_activity() -> None:
    files = {name: data for name, data in FILES.items() if not name.startswith("two/")}
    package = read(package_bytes(MANIFEST, files))
    assert ("launch_file_missing", "two") in [(one.code, one.place) for one in package.findings]
    assert [one.identifier for one in course_definition(package.manifest).activities] == ["org", "unit", "one"]


def test_a_folder_with_a_page_is_a_cluster_only() -> None:
    items = f'<item identifier="a" identifierref="r"><title>A</title>{LEAF.format("b")}</item>'
    manifest = course_manifest(items)
    assert shape(items) == [("o", -1, False), ("a", 0, False), ("b", 1, True)]
    assert [item.identifier for item in manifest.organization.walk() if item.is_launchable] == ["b"]


def test_a_course_of_items_that_lead_nowhere_is_a_root_alone() -> None:
    assert shape(EMPTY.format("a")) == [("o", -1, True)]


class TestOneLeaf:
    """Choice without flow becomes flow where there is nothing to choose from."""

    def controls(self, items: str, root: str = "") -> list[tuple[bool, bool]]:
        """Return choice and flow of every cluster."""
        definition = course_definition(course_manifest(items, root=root))
        activities = enumerate(definition.activities)
        found = [one.sequencing.control for place, one in activities if place not in definition.leaves]
        return [(one.choice, one.flow) for one in found]

    def test_at_every_level(self) -> None:
        assert self.controls(LEAF.format("a")) == [(False, True)]
        assert self.controls(folder("a", LEAF.format("b"))) == [(False, True), (False, True)]

    def test_other_controls_stay(self) -> None:
        assert self.controls(LEAF.format("a"), control(choice=True, flow=True)) == [(True, True)]
        assert self.controls(LEAF.format("a"), control(choice=False)) == [(False, False)]

    def test_two_leaves_can_be_chosen(self) -> None:
        assert self.controls(LEAF.format("a") + LEAF.format("b")) == [(True, False)]

    def test_a_leaf_that_is_dropped_does_not_count(self) -> None:
        assert self.controls(LEAF.format("a") + EMPTY.format("b")) == [(False, True)]


@pytest.mark.parametrize(
    ("words", "behaviour"),
    [
        ("CAM 1.3", Behaviour.SECOND),
        ("2004 3rd Edition", Behaviour.THIRD),
        ("2004 4th Edition", Behaviour.FOURTH),
    ],
)
def test_the_edition_decides_the_behaviour(words: str, behaviour: Behaviour) -> None:
    assert course_definition(course_manifest(LEAF.format("a"), words)).behaviour is behaviour


def test_another_organization_can_be_asked_for() -> None:
    second = f'<organization identifier="p" adlseq:objectivesGlobalToSystem="false"><title>P</title>{EMPTY.format("x")}'
    manifest = course_manifest(LEAF.format("a"), root=f"</organization>{second}{LEAF.format('b')}")
    assert [one.identifier for one in course_definition(manifest).activities] == ["o", "a"]
    other = course_definition(manifest, "p")
    assert [one.identifier for one in other.activities] == ["p", "b"]
    assert (other.objectives_are_global, other.shared_data_is_global) == (False, True)
    with pytest.raises(ValueError, match="'q'"):
        course_definition(manifest, "q")


def test_12_has_no_activity_tree() -> None:
    with pytest.raises(ValueError, match=r"1\.2"):
        course_definition(read_manifest(MANIFEST_12.encode())[0])


def test_the_good_package_has_its_tree() -> None:
    definition = course_definition(read_manifest(MANIFEST.encode())[0])
    assert [one.identifier for one in definition.activities] == ["org", "unit", "one", "two"]
    assert HIDDEN in MANIFEST
