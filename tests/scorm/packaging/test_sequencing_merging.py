"""Shared rules and an item's own, maps of both vocabularies: what stands together in the end."""

import pytest

from scorm.sequencing.definition import ObjectiveMap, Sequencing
from tests.scorm.packaging.packages2004 import course, course_manifest, leaf

# Every child of `sequencing`, once as the item writes it and once as the collection does.
CHILDREN = {
    "controlMode": ('<imsss:controlMode flow="true"/>', '<imsss:controlMode choice="false"/>'),
    "sequencingRules": (
        "<imsss:sequencingRules/>",
        '<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="always"/>'
        '</imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule></imsss:sequencingRules>',
    ),
    "limitConditions": (
        '<imsss:limitConditions attemptLimit="1"/>',
        '<imsss:limitConditions attemptLimit="2" attemptAbsoluteDurationLimit="PT1H"/>',
    ),
    "rollupRules": (
        '<imsss:rollupRules objectiveMeasureWeight="0.5"/>',
        '<imsss:rollupRules rollupObjectiveSatisfied="false"><imsss:rollupRule><imsss:rollupConditions>'
        '<imsss:rollupCondition condition="attempted"/></imsss:rollupConditions>'
        '<imsss:rollupAction action="completed"/></imsss:rollupRule></imsss:rollupRules>',
    ),
    "objectives": (
        '<imsss:objectives><imsss:primaryObjective objectiveID="own"/></imsss:objectives>',
        '<imsss:objectives><imsss:primaryObjective objectiveID="shared" satisfiedByMeasure="true"/>'
        '<imsss:objective objectiveID="other"/></imsss:objectives>',
    ),
    "randomizationControls": (
        '<imsss:randomizationControls reorderChildren="true"/>',
        '<imsss:randomizationControls selectionTiming="once" selectCount="1"/>',
    ),
    "deliveryControls": (
        '<imsss:deliveryControls completionSetByContent="true"/>',
        '<imsss:deliveryControls tracked="false"/>',
    ),
    "constrainedChoiceConsiderations": (
        '<adlseq:constrainedChoiceConsiderations constrainChoice="true"/>',
        '<adlseq:constrainedChoiceConsiderations preventActivation="true"/>',
    ),
    "rollupConsiderations": (
        '<adlseq:rollupConsiderations requiredForSatisfied="ifAttempted"/>',
        '<adlseq:rollupConsiderations requiredForCompleted="ifNotSkipped" measureSatisfactionIfActive="false"/>',
    ),
}


def merged(own: str, shared: str) -> Sequencing:
    """Return the sequencing of an item with children of its own and of the collection."""
    end = (
        '<imsss:sequencingCollection><imsss:sequencing ID=" s "><!-- -->'
        f"{shared}</imsss:sequencing></imsss:sequencingCollection>"
    )
    return leaf(f'<imsss:sequencing IDRef=" s">{own}</imsss:sequencing>', end=end).sequencing


class TestMerging:
    """A child that stands in the item wins whole; one that does not is taken whole from the collection (CAM 5.1.2)."""

    @pytest.mark.parametrize(("own", "shared"), CHILDREN.values(), ids=CHILDREN.keys())
    def test_of_each_child(self, own: str, shared: str) -> None:
        only_own, only_shared = merged(own, ""), merged("", shared)
        assert merged(own, shared) == only_own == leaf(f"<imsss:sequencing>{own}</imsss:sequencing>").sequencing
        assert only_shared == leaf(f"<imsss:sequencing>{shared}</imsss:sequencing>").sequencing
        assert only_shared not in (only_own, Sequencing())
        assert merged("", "") == Sequencing()

    def test_of_different_children(self) -> None:
        own = "".join(child for child, _ in list(CHILDREN.values())[::2])
        shared = "".join(child for _, child in list(CHILDREN.values())[1::2])
        assert merged(own, shared) == leaf(f"<imsss:sequencing>{own}{shared}</imsss:sequencing>").sequencing

    def test_objectives_of_the_two_vocabularies_are_two_children(self) -> None:
        own = '<imsss:objectives><imsss:primaryObjective objectiveID="own"/></imsss:objectives>'
        shared = (
            '<imsss:objectives><imsss:primaryObjective objectiveID="shared"/></imsss:objectives><adlseq:objectives>'
            '<adlseq:objective objectiveID="own"><adlseq:mapInfo targetObjectiveID="g" writeRawScore="true"/>'
            "</adlseq:objective></adlseq:objectives>"
        )
        primary = merged(own, shared).primary
        assert (primary.identifier, [one.write_raw for one in primary.maps]) == ("own", [True])

    def test_nothing_is_inherited_from_a_parent(self) -> None:
        inner = '<item identifier="two" identifierref="r"><title>Two</title></item>'
        control = '<imsss:sequencing><imsss:controlMode flow="true"/></imsss:sequencing>'
        folder = course(f'<item identifier="one"><title>One</title>{inner}{control}</item>')
        assert folder.sequencing.control.flow
        assert folder.children[0].sequencing == Sequencing()

    def test_rules_that_stand_elsewhere_are_not_reached(self) -> None:
        def item(name: str, attributes: str) -> str:
            sequencing = f'<imsss:sequencing {attributes}><imsss:controlMode flow="true"/></imsss:sequencing>'
            return f'<item identifier="{name}" identifierref="r"><title>T</title>{sequencing}</item>'

        first, second = course_manifest(item("one", 'ID="x"') + item("two", 'IDRef="x"')).organization.items
        assert first.sequencing.control.flow
        assert second.sequencing.control.flow  # its own, not the other's


class TestMaps:
    """Maps of `adlseq` join the plain ones (CAM 5.1.7, adlseq:objectives)."""

    def read(self, plain: str, further: str, prefix: str = "adlseq") -> tuple[ObjectiveMap, ...]:
        words = (
            f'<imsss:sequencing><imsss:objectives><imsss:primaryObjective/><imsss:objective objectiveID="a">{plain}'
            f'</imsss:objective></imsss:objectives><{prefix}:objectives><{prefix}:objective objectiveID=" a ">{further}'
            f"</{prefix}:objective></{prefix}:objectives></imsss:sequencing>"
        )
        [objective] = leaf(words).sequencing.objectives
        return objective.maps

    def test_one_to_the_same_target_is_joined(self) -> None:
        plain = '<imsss:mapInfo targetObjectiveID="g" readNormalizedMeasure="false" writeSatisfiedStatus="true"/>'
        further = '<adlseq:mapInfo targetObjectiveID=" g" readRawScore="false" writeProgressMeasure="true"/>'
        assert self.read(plain, further) == (
            ObjectiveMap(
                target="g",
                read_measure=False,
                write_satisfied=True,
                read_minimum=True,
                read_maximum=True,
                read_completed=True,
                read_progress=True,
                write_progress=True,
            ),
        )

    def test_one_to_another_target_reads_nothing_plain(self) -> None:
        plain = '<imsss:mapInfo targetObjectiveID="g"/>'
        further = '<adlseq:mapInfo targetObjectiveID="h" writeCompletionStatus="true"/>'
        first, second = self.read(plain, further)
        assert first == ObjectiveMap(target="g")
        assert (second.target, second.read_satisfied, second.read_measure) == ("h", False, False)
        assert (second.read_completed, second.write_completed) == (True, True)

    def test_a_plain_map_alone_reads_nothing_further(self) -> None:
        assert self.read('<imsss:mapInfo targetObjectiveID="g"/>', "") == (ObjectiveMap(target="g"),)

    def test_an_undeclared_prefix_still_tells_the_vocabularies_apart(self) -> None:
        further = '<adlseqx:mapInfo targetObjectiveID="h" writeRawScore="1"/>'
        [found] = self.read("", further, prefix="adlseqx")
        assert found.write_raw

    @pytest.mark.parametrize("written", ["obj 1", "  obj 1 ", "obj%201", "%20obj%20%201%20", "obj\t1"])
    def test_blanks_in_identifiers_are_one_blank_however_written(self, written: str) -> None:
        objective = f'<imsss:primaryObjective objectiveID="{written}"/>'
        words = f"<imsss:sequencing><imsss:objectives>{objective}</imsss:objectives></imsss:sequencing>"
        assert leaf(words).sequencing.primary.identifier == "obj 1"

    @pytest.mark.parametrize("written", ["Ziel-Ä", "目标", "هدف", "🎯", "urn:x:1", "a%2Fb", "{target}"])
    def test_identifiers_of_any_alphabet_are_kept(self, written: str) -> None:
        objective = f'<imsss:primaryObjective objectiveID="{written}"/>'
        words = f"<imsss:sequencing><imsss:objectives>{objective}</imsss:objectives></imsss:sequencing>"
        item = course(f'<item identifier="{written}" identifierref="r"><title>T</title>{words}</item>')
        assert (item.identifier, item.sequencing.primary.identifier) == (written, written)
