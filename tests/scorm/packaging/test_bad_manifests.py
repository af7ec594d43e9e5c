"""Manifests that are deep, huge, circular or contradictory: a clear problem with its place, and soon."""

import json
import pickle
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from scorm.errors import PackageError
from scorm.packaging.activities import course_definition
from scorm.packaging.findings import Finding
from scorm.packaging.items import Item, Manifest, Organization
from scorm.packaging.limits import DEFAULT_LIMITS
from scorm.packaging.manifest import read_manifest
from tests.scorm.packaging.packages2004 import NAMESPACES, course_manifest, manifest_text

DEEPEST_ITEM = DEFAULT_LIMITS.manifest_depth - 4  # manifest, organizations, organization; and a title inside


def nested(depth: int) -> str:
    """Return items in items, the innermost with a page."""
    opened = "".join(f'<item identifier="i{level}"><title>x</title>' for level in range(depth - 1))
    return opened + '<item identifier="leaf" identifierref="r"><title>x</title></item>' + "</item>" * (depth - 1)


def refused(items: str, end: str = "") -> Finding:
    """Return why a manifest with these items is refused, and that it is refused soon."""
    began = time.process_time()
    with pytest.raises(PackageError) as caught:
        course_manifest(items, end=end)
    assert time.process_time() - began < 5
    return caught.value.findings[0]


@contextmanager
def few_frames(count: int) -> Iterator[None]:
    """Leave only so many frames on the stack."""
    depth, frame = 0, sys._getframe()
    while frame.f_back:
        depth, frame = depth + 1, frame.f_back
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + count)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class TestDeep:
    """Depth is refused by its limit, and below the limit nothing recurses."""

    @pytest.mark.parametrize("name", ["item", "manifest", "imsss:sequencing", "x"])
    def test_a_hundred_thousand_levels_are_refused_by_line(self, name: str) -> None:
        found = refused("\n" + f"<{name}>" * 100_000 + f"</{name}>" * 100_000)
        assert (found.code, found.place, found.parameters["what"]) == ("manifest_over_limits", "2", "depth")

    def test_one_level_more_than_the_limit(self) -> None:
        assert refused(nested(DEEPEST_ITEM + 1)).parameters["what"] == "depth"

    def test_as_deep_as_the_limit(self) -> None:
        with few_frames(60):
            manifest = course_manifest(nested(DEEPEST_ITEM))
            stored = manifest.as_dict()
            read = Manifest.from_dict(stored)
            definition = course_definition(read)
        assert read == manifest.without_inventory()
        assert len(definition.activities) == DEEPEST_ITEM + 1
        assert json.loads(json.dumps(stored)) == stored
        assert pickle.loads(pickle.dumps(manifest)) == manifest

    def test_items_built_deeper_than_any_manifest(self) -> None:
        item = Item(identifier="leaf", title="x", resource="r", href="i.html")
        for level in range(20_000):
            item = Item(identifier=f"i{level}", title="x", children=(item,))
        organization = Organization(identifier="o", title="x", items=(item,))
        assert sum(1 for _ in organization.walk()) == 20_001
        again = Organization.from_dict(organization.as_dict())
        manifest = replace(course_manifest(nested(1)), organizations=(again,))
        assert len(course_definition(manifest).activities) == 20_002
        _take_apart(organization, again)


def _take_apart(*organizations: Organization) -> None:
    """Free deep trees from the leaves upwards: Python itself recurses when it frees a chain."""
    for organization in organizations:
        for item in reversed(list(organization.walk())):
            object.__setattr__(item, "children", ())


class TestHuge:
    """Size is refused by its limit, with the place where it was exceeded."""

    ITEM = '<item identifier="i{}" identifierref="r"><title>x</title></item>'

    @pytest.mark.parametrize(
        ("item", "count", "what", "place"),
        [
            (ITEM, 100_000, "size", ""),
            ("\n<item/>", 100_000, "elements", "99995"),
            ('<item identifier="i{}"/>', 90_000, "items", "i2000"),
        ],
    )
    def test_a_hundred_thousand_items(self, item: str, count: int, what: str, place: str) -> None:
        found = refused("".join(item.format(n) for n in range(count)))
        assert (found.code, found.parameters["what"], found.place) == ("manifest_over_limits", what, place)

    def test_one_item_more_than_the_limit(self) -> None:
        found = refused("".join(self.ITEM.format(n) for n in range(DEFAULT_LIMITS.items + 1)))
        assert (found.code, found.place, found.parameters["what"]) == ("manifest_over_limits", "i2000", "items")

    def test_an_identifier_that_is_longer_than_what_is_tracked_by_it(self) -> None:
        assert course_manifest(self.ITEM.format("x" * 254)).organization.items[0].identifier == "i" + "x" * 254
        found = refused(self.ITEM.format("x" * 255))
        assert (found.code, found.parameters["what"]) == ("manifest_over_limits", "identifier")
        assert found.place == "i" + "x" * 254

    def test_as_many_items_as_the_limit(self) -> None:
        began = time.process_time()
        manifest = course_manifest("".join(self.ITEM.format(n) for n in range(DEFAULT_LIMITS.items)))
        assert len(course_definition(manifest).activities) == DEFAULT_LIMITS.items + 1
        assert time.process_time() - began < 2

    def test_shared_rules_count_for_every_item_that_uses_them(self) -> None:
        condition = '<imsss:ruleCondition condition="always"/>'
        rules = (
            "<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>"
            f"{condition * 30_000}</imsss:ruleConditions><imsss:ruleAction action='skip'/></imsss:preConditionRule>"
            "</imsss:sequencingRules>"
        )
        shared = f'<imsss:sequencing ID="s">{rules}</imsss:sequencing>'
        end = f"<imsss:sequencingCollection>{shared}</imsss:sequencingCollection>"
        user = '<item identifier="i{}" identifierref="r"><title>x</title><imsss:sequencing IDRef="s"/></item>'
        found = refused("".join(user.format(n) for n in range(1_000)), end)
        assert (found.code, found.place, found.parameters["what"]) == ("manifest_over_limits", "i6", "sequencing")

    def test_one_item_with_very_many_objectives_and_maps(self) -> None:
        maps = "".join(f'<imsss:mapInfo targetObjectiveID="g{n}" readSatisfiedStatus="0"/>' for n in range(20_000))
        further = "".join(f'<adlseq:mapInfo targetObjectiveID="g{n}"/>' for n in range(20_000))
        objectives = "".join(f'<imsss:objective objectiveID="o{n}"/>' for n in range(20_000))
        words = (
            f'<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="p">{maps}'
            f"</imsss:primaryObjective>{objectives}</imsss:objectives><adlseq:objectives>"
            f'<adlseq:objective objectiveID="p">{further}</adlseq:objective></adlseq:objectives></imsss:sequencing>'
        )
        began = time.process_time()
        manifest = course_manifest(f'<item identifier="a" identifierref="r"><title>x</title>{words}</item>')
        [item] = manifest.organization.items
        assert (len(item.sequencing.objectives), len(item.sequencing.primary.maps)) == (20_000, 20_000)
        assert time.process_time() - began < 5

    def test_findings_repeat_no_long_words(self) -> None:
        long = "y" * 60_000
        words = f'<imsss:sequencing IDRef="{long}"><imsss:objectives><imsss:primaryObjective objectiveID="p"/>'
        words += f'<imsss:objective objectiveID="{long}"/>' * 2 + "</imsss:objectives></imsss:sequencing>"
        items = f'<item identifier="a" identifierref="r" parameters="{long}"><title>{long}</title>{words}</item>'
        findings = read_manifest(manifest_text(items, root="<x:y/>".replace("x", long)))[1]
        assert {one.code for one in findings} == {
            "sequencing_reference_dangling", "identifier_duplicate", "parameters_malformed", "namespace_undeclared"
        }  # fmt: skip
        assert max(len(str(one.as_dict())) for one in findings) < 2_000

    def test_very_many_prefixes(self) -> None:
        words = " ".join(f'xmlns:p{n}="u"' for n in range(99))
        opened = "".join(f"<x{n} {words.replace('p', f'p{n}_')}>" for n in range(90))
        closed = "".join(f"</x{n}>" for n in reversed(range(90)))
        found = refused(opened + '<x xmlns:y="u"/>' * 80_000 + closed)
        assert (found.code, found.parameters["what"]) == ("manifest_over_limits", "namespaces")

    def test_very_many_organizations_below_very_many_titles(self) -> None:
        text = (
            f'<manifest identifier="m" {NAMESPACES}><metadata><lom><general><title>{"<string>x</string>" * 30_000}'
            f"</title></general></lom></metadata><organizations>{'<organization/>' * 30_000}</organizations></manifest>"
        )
        began = time.process_time()
        with pytest.raises(PackageError, match="manifest_over_limits"):
            read_manifest(text.encode())
        assert time.process_time() - began < 10


class TestCircular:
    """What refers to itself is read once."""

    def test_shared_rules_that_refer_to_each_other(self) -> None:
        end = (
            '<imsss:sequencingCollection><imsss:sequencing ID="a" IDRef="b"><imsss:controlMode flow="true"/>'
            '</imsss:sequencing><imsss:sequencing ID="b" IDRef="a"/></imsss:sequencingCollection>'
        )
        item = '<item identifier="i" identifierref="r"><title>x</title><imsss:sequencing IDRef="a"/></item>'
        assert course_manifest(item, end=end).organization.items[0].sequencing.control.flow

    def test_dependencies_that_refer_to_each_other(self) -> None:
        text = (
            f'<manifest identifier="m" {NAMESPACES}><organizations default="o"><organization identifier="o">'
            '<title>x</title><item identifier="i" identifierref="a"><title>x</title></item></organization>'
            '</organizations><resources><resource identifier="a" href="a.html"><dependency identifierref="b"/>'
            '</resource><resource identifier="b"><dependency identifierref="a"/><dependency identifierref="b"/>'
            "</resource></resources></manifest>"
        )
        manifest, findings = read_manifest(text.encode())
        assert [one.identifier for one in manifest.resources] == ["a", "b"]
        assert "dependency_dangling" not in {one.code for one in findings}


@pytest.mark.parametrize(
    "number", ["NaN", "INF", "-INF", "1e400", "1e-1", "0x1", "1_0", "½", "٠.٥", "", " ", "9" * 5_000]
)
def test_what_is_no_number_leaves_the_default(number: str) -> None:
    words = (
        f'<imsss:sequencing><imsss:limitConditions attemptLimit="{number}"/>'
        f'<imsss:rollupRules objectiveMeasureWeight="{number}"/><imsss:objectives><imsss:primaryObjective>'
        f"<imsss:minNormalizedMeasure>{number}</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"
        f'<imsss:randomizationControls selectCount="{number}"/></imsss:sequencing>'
        f'<adlcp:completionThreshold minProgressMeasure="{number}" progressWeight="{number}"/>'
    )
    bare = course_manifest('<item identifier="i" identifierref="r"><title>x</title></item>')
    assert course_manifest(f'<item identifier="i" identifierref="r"><title>x</title>{words}</item>') == bare


def test_contradictory_words_are_read_to_the_first() -> None:
    words = (
        '<imsss:sequencing><imsss:controlMode flow="true"/><imsss:controlMode flow="false" choice="false"/>'
        '<imsss:objectives><imsss:primaryObjective objectiveID="a"/><imsss:primaryObjective objectiveID="b"/>'
        '<imsss:objective objectiveID="a"/></imsss:objectives></imsss:sequencing><imsss:sequencing/>'
    )
    [item] = course_manifest(
        f'<item identifier="i" identifierref="r"><title>x</title>{words}</item>'
    ).organization.items
    assert (item.sequencing.control.flow, item.sequencing.control.choice) == (True, True)
    assert (item.sequencing.primary.identifier, item.sequencing.objectives) == ("a", ())
