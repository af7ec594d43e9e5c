"""What a manifest of 2004 says reaches the definition: defaults, merging, maps, thresholds, shared data."""

import pytest

from scorm.packaging.items import Edition, Manifest
from scorm.packaging.manifest import read_manifest
from scorm.sequencing.definition import (
    CompletionThreshold,
    ControlMode,
    DataMap,
    Delivery,
    Objective,
    ObjectiveMap,
    Randomization,
    Rollup,
    RollupRule,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from scorm.sequencing.words import (
    ChildSet,
    Combination,
    ConditionName,
    Control,
    Requirement,
    RollupAction,
    RuleAction,
    Timing,
)
from tests.scorm.packaging.packages2004 import MANIFEST, course_manifest, leaf

THIRD = "2004 3rd Edition"
ALL_DEFAULTS = """
<imsss:sequencing>
  <imsss:controlMode choice="true" choiceExit="true" flow="false" forwardOnly="false"
      useCurrentAttemptObjectiveInfo="1" useCurrentAttemptProgressInfo="true"/>
  <imsss:sequencingRules/>
  <imsss:limitConditions/>
  <imsss:rollupRules rollupObjectiveSatisfied="true" rollupProgressCompletion="true" objectiveMeasureWeight="1.0000"/>
  <imsss:objectives><imsss:primaryObjective satisfiedByMeasure="false">
  <imsss:minNormalizedMeasure>1.0</imsss:minNormalizedMeasure>
  </imsss:primaryObjective></imsss:objectives>
  <imsss:randomizationControls randomizationTiming="never" selectionTiming="never" reorderChildren="0"/>
  <imsss:deliveryControls tracked="true" completionSetByContent="false" objectiveSetByContent="false"/>
  <adlseq:constrainedChoiceConsiderations preventActivation="false" constrainChoice="false"/>
  <adlseq:rollupConsiderations requiredForSatisfied="always" requiredForNotSatisfied="always"
      requiredForCompleted="always" requiredForIncomplete="always" measureSatisfactionIfActive="true"/>
</imsss:sequencing>
"""


class TestDefaults:
    """What is absent equals its default spelt out (CAM 5)."""

    def test_every_attribute_of_sequencing(self) -> None:
        assert leaf(ALL_DEFAULTS) == leaf("") == leaf("<imsss:sequencing/>")

    def test_attributes_of_rules(self) -> None:
        def rules(combination: str, condition: str, rollup: str, conditions: str) -> str:
            return (
                f"<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions {combination}>"
                f'<imsss:ruleCondition condition="satisfied" {condition}/></imsss:ruleConditions>'
                '<imsss:ruleAction action="skip"/></imsss:preConditionRule></imsss:sequencingRules>'
                f"<imsss:rollupRules><imsss:rollupRule {rollup}><imsss:rollupConditions {conditions}>"
                f'<imsss:rollupCondition condition="attempted" {condition.partition("measure")[0]}/>'
                '</imsss:rollupConditions><imsss:rollupAction action="completed"/></imsss:rollupRule>'
                "</imsss:rollupRules></imsss:sequencing>"
            )

        spelt = rules(
            'conditionCombination="all"',
            'operator="noOp" measureThreshold="0.0"',
            'childActivitySet="all" minimumCount="0" minimumPercent="0"',
            'conditionCombination="any"',
        )
        sequencing = leaf(rules("", "", "", "")).sequencing
        assert leaf(spelt).sequencing == sequencing
        [rule], [rollup] = sequencing.rules, sequencing.rollup_rules
        assert (rule.combination, rollup.combination) == (Combination.ALL, Combination.ANY)

    def test_attributes_of_maps(self) -> None:
        def maps(plain: str, further: str) -> str:
            return (
                '<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="a">'
                f'<imsss:mapInfo targetObjectiveID="g" {plain}/></imsss:primaryObjective></imsss:objectives>'
                '<adlseq:objectives><adlseq:objective objectiveID="a">'
                f'<adlseq:mapInfo targetObjectiveID="g" {further}/>'
                "</adlseq:objective></adlseq:objectives></imsss:sequencing>"
            )

        plain = ("SatisfiedStatus", "NormalizedMeasure")
        further = ("RawScore", "MinScore", "MaxScore", "CompletionStatus", "ProgressMeasure")
        spelt = maps(
            " ".join(f'read{name}="true" write{name}="false"' for name in plain),
            " ".join(f'read{name}="true" write{name}="false"' for name in further),
        )
        assert leaf(maps("", "")) == leaf(spelt)
        [found] = leaf(spelt).sequencing.primary.maps
        read = [name for name in ObjectiveMap.__dataclass_fields__ if getattr(found, name) is True]
        assert len(read) == 7
        assert all(name.startswith("read_") for name in read)

    def test_attributes_of_items_and_organizations(self) -> None:
        item = '<item identifier="one" identifierref="r"{}><title>One</title>{}</item>'
        bare = course_manifest(item.format("", ""))
        spelt = course_manifest(
            item.format(
                ' isvisible="true"',
                '<adlcp:completionThreshold completedByMeasure="false" progressWeight="1.0"/><adlnav:presentation/>',
            ),
        )
        assert spelt == bare

    def test_shared_data_may_be_written_unless_it_is_forbidden(self) -> None:
        def data(more: str) -> tuple[DataMap, ...]:
            return leaf(f'<adlcp:data><adlcp:map targetID="t" {more}/></adlcp:data>').data

        assert data("") == data('readSharedData="true" writeSharedData="true"') == (DataMap(target="t"),)
        # The schema's own default is the opposite.
        assert data('writeSharedData="false"') == (DataMap(target="t", is_writable=False),)


EVERYTHING = """
    <imsss:sequencing>
      <imsss:controlMode choice="0" choiceExit="false" flow="1" forwardOnly="true"
          useCurrentAttemptObjectiveInfo="false" useCurrentAttemptProgressInfo="false"/>
      <imsss:sequencingRules>
        <imsss:postConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="always"/></imsss:ruleConditions>
          <imsss:ruleAction action="retryAll"/></imsss:postConditionRule>
        <imsss:exitConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="attempted"/>
          </imsss:ruleConditions><imsss:ruleAction action="exit"/></imsss:exitConditionRule>
        <imsss:preConditionRule><imsss:ruleConditions conditionCombination="any">
          <imsss:ruleCondition condition="objectiveMeasureGreaterThan" operator="not" measureThreshold=" +.25 "
              referencedObjective=" second "/></imsss:ruleConditions>
          <imsss:ruleAction action="stopForwardTraversal"/></imsss:preConditionRule>
      </imsss:sequencingRules>
      <imsss:limitConditions attemptLimit="3" attemptAbsoluteDurationLimit="P1DT2H30M5.5S"/>
      <imsss:rollupRules rollupObjectiveSatisfied="false" rollupProgressCompletion="false" objectiveMeasureWeight="0.5">
        <imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.75">
          <imsss:rollupConditions conditionCombination="all">
            <imsss:rollupCondition condition="satisfied"/><imsss:rollupCondition condition="completed" operator="not"/>
          </imsss:rollupConditions><imsss:rollupAction action="notSatisfied"/></imsss:rollupRule>
      </imsss:rollupRules>
      <imsss:objectives>
        <imsss:primaryObjective objectiveID=" main " satisfiedByMeasure="true">
          <imsss:minNormalizedMeasure> -0.5 </imsss:minNormalizedMeasure></imsss:primaryObjective>
        <imsss:objective objectiveID="second"><imsss:mapInfo targetObjectiveID="g" readSatisfiedStatus="false"
          readNormalizedMeasure="false" writeSatisfiedStatus="true" writeNormalizedMeasure="1"/></imsss:objective>
      </imsss:objectives>
      <imsss:randomizationControls randomizationTiming="onEachNewAttempt" selectionTiming="once" selectCount="2"
          reorderChildren="true"/>
      <imsss:deliveryControls tracked="false" completionSetByContent="true" objectiveSetByContent="true"/>
      <adlseq:constrainedChoiceConsiderations preventActivation="true" constrainChoice="true"/>
      <adlseq:rollupConsiderations requiredForSatisfied="ifAttempted" requiredForNotSatisfied="ifNotSkipped"
          requiredForCompleted="ifNotSuspended" requiredForIncomplete="ifAttempted"
          measureSatisfactionIfActive="false"/>
    </imsss:sequencing>
"""

EVERYTHING_READ = Sequencing(
    control=ControlMode(
        choice=False,
        choice_exit=False,
        flow=True,
        forward_only=True,
        current_objective_info=False,
        current_progress_info=False,
        constrain_choice=True,
        prevent_activation=True,
    ),
    rules=(
        SequencingRule(action=RuleAction.RETRY_ALL, conditions=(RuleCondition(),)),
        SequencingRule(action=RuleAction.EXIT, conditions=(RuleCondition(name=ConditionName.ATTEMPTED),)),
        SequencingRule(
            action=RuleAction.STOP_FORWARD_TRAVERSAL,
            combination=Combination.ANY,
            conditions=(
                RuleCondition(
                    name=ConditionName.OBJECTIVE_MEASURE_GREATER_THAN,
                    is_negated=True,
                    objective="second",
                    threshold=0.25,
                ),
            ),
        ),
    ),
    attempt_limit=3,
    max_duration="P1DT2H30M5.5S",
    rollup_rules=(
        RollupRule(
            action=RollupAction.NOT_SATISFIED,
            child_set=ChildSet.AT_LEAST_PERCENT,
            minimum_percent=0.75,
            combination=Combination.ALL,
            conditions=(
                RuleCondition(name=ConditionName.SATISFIED),
                RuleCondition(name=ConditionName.COMPLETED, is_negated=True),
            ),
        ),
    ),
    rollup=Rollup(
        objective_satisfied=False,
        progress_completion=False,
        objective_weight=0.5,
        for_satisfied=Requirement.IF_ATTEMPTED,
        for_not_satisfied=Requirement.IF_NOT_SKIPPED,
        for_completed=Requirement.IF_NOT_SUSPENDED,
        for_incomplete=Requirement.IF_ATTEMPTED,
        measure_satisfaction_if_active=False,
    ),
    primary=Objective(identifier="main", satisfied_by_measure=True, minimum_measure=-0.5),
    objectives=(
        Objective(
            identifier="second",
            maps=(
                ObjectiveMap(
                    target="g", read_satisfied=False, read_measure=False, write_satisfied=True, write_measure=True
                ),
            ),
        ),
    ),
    randomization=Randomization(
        selection_timing=Timing.ONCE,
        select_count=2,
        randomization_timing=Timing.ON_EACH_NEW_ATTEMPT,
        reorder_children=True,
    ),
    delivery=Delivery(tracked=False, completion_set_by_content=True, objective_set_by_content=True),
)


def test_everything_that_sequencing_can_say() -> None:
    assert leaf(EVERYTHING).sequencing == EVERYTHING_READ


class TestThresholds:
    """The completion threshold: text before the 4th edition, attributes since (CAM 4.2)."""

    TEXT = "<adlcp:completionThreshold> 0.75 </adlcp:completionThreshold>"
    ATTRIBUTES = '<adlcp:completionThreshold completedByMeasure="{}" minProgressMeasure="0.5" progressWeight="0.25"/>'

    @pytest.mark.parametrize("edition", ["CAM 1.3", THIRD])
    def test_text_of_the_older_editions(self, edition: str) -> None:
        assert leaf(self.TEXT, edition=edition).threshold == CompletionThreshold(minimum=0.75, is_stated=True)

    def test_text_in_the_fourth_edition_counts_where_no_attribute_is(self) -> None:
        expected = CompletionThreshold(by_measure=True, minimum=0.75, is_stated=True)
        assert leaf(self.TEXT).threshold == expected
        both = '<adlcp:completionThreshold completedByMeasure="false">0.75</adlcp:completionThreshold>'
        assert leaf(both).threshold == CompletionThreshold()

    def test_attributes(self) -> None:
        item = leaf(self.ATTRIBUTES.format("true"))
        assert item.threshold == CompletionThreshold(by_measure=True, minimum=0.5, is_stated=True)
        assert item.sequencing.rollup == Rollup(progress_weight=0.25)
        assert leaf(self.ATTRIBUTES.format("false")).threshold == CompletionThreshold(minimum=0.5, is_stated=True)

    def test_attributes_mean_nothing_before_the_fourth_edition(self) -> None:
        item = leaf(self.ATTRIBUTES.format("true"), edition=THIRD)
        assert (item.threshold, item.sequencing) == (CompletionThreshold(), Sequencing())

    def test_a_measure_without_a_number_has_to_be_complete(self) -> None:
        words = '<adlcp:completionThreshold completedByMeasure="true"/>'
        assert leaf(words).threshold == CompletionThreshold(by_measure=True, minimum=1.0)

    def test_an_organization_has_one_too(self) -> None:
        item = '<item identifier="one" identifierref="r"><title>T</title></item>'
        organization = course_manifest(item, root=self.ATTRIBUTES.format("true")).organization
        assert organization.threshold.by_measure


def test_controls_are_hidden_once_each_in_their_order() -> None:
    words = "".join(f"<adlnav:hideLMSUI> {word} </adlnav:hideLMSUI>" for word in ("exitAll", "continue", "exitAll"))
    words = (
        f"<adlnav:presentation><adlnav:navigationInterface>{words}</adlnav:navigationInterface></adlnav:presentation>"
    )
    assert leaf(words).hidden == (Control.EXIT_ALL, Control.CONTINUE)


def test_an_organization_says_how_long_its_objectives_and_data_live() -> None:
    text = MANIFEST.replace(
        '<organization identifier="org"',
        '<organization identifier="org" adlseq:objectivesGlobalToSystem="false" adlcp:sharedDataGlobalToSystem="0"',
    )
    organization = read_manifest(text.encode())[0].organization
    assert (organization.objectives_are_global, organization.shared_data_is_global) == (False, False)
    assert organization.sequencing.control.flow


def test_a_rule_with_one_unknown_word_is_left_out_whole() -> None:
    text = MANIFEST.replace('condition="satisfied"', 'condition="happy"')
    one = read_manifest(text.encode())[0].organization.items[0].children[0]
    assert one.sequencing.rules == ()
    assert one.sequencing.primary.identifier == "main"


def test_sequencing_in_a_package_of_12_is_not_read() -> None:
    text = MANIFEST.replace("2004 4th Edition", "1.2").replace("imscp_v1p1", "imscp_rootv1p1p2")
    manifest = read_manifest(text.replace("adlcp_v1p3", "adlcp_rootv1p2").encode())[0]
    assert manifest.edition is Edition.SCORM_12
    assert {item.sequencing for item in manifest.organization.walk()} == {Sequencing()}


def test_metadata_give_titles_by_language_and_the_time_to_learn() -> None:
    lom = (
        '<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><title><string language="fr">Négocier</string>'
        '<string language="en">Negotiation</string><string>?</string></title></general><educational>'
        "<typicalLearningTime><duration>PT45M</duration></typicalLearningTime></educational></lom>"
    )
    manifest = read_manifest(MANIFEST.replace("</metadata>", lom + "</metadata>").encode())[0]
    assert manifest.titles == {"fr": "Négocier", "en": "Negotiation"}
    assert (manifest.learning_time, manifest.languages) == ("PT45M", ("fr",))
    assert Manifest.from_dict(manifest.as_dict()) == manifest.without_inventory()


def test_the_definition_survives_json() -> None:
    manifest = read_manifest(MANIFEST.encode())[0]
    assert Manifest.from_dict(manifest.as_dict()) == manifest.without_inventory()


def test_definitions_stored_before_2004_are_read_as_they_were() -> None:
    stored = {
        "edition": "1.2",
        "identifier": "course",
        "title": "Course",
        "version": "1",
        "description": "",
        "languages": ["fr"],
        "default_organization": "org",
        "organizations": [
            {
                "identifier": "org",
                "title": "Course",
                "items": [
                    {
                        "identifier": "one",
                        "title": "One",
                        "resource": "r",
                        "href": "i.html",
                        "member": "i.html",
                        "scorm_type": "sco",
                        "visible": False,
                        "mastery_score": 80.0,
                        "children": [{"identifier": "two", "title": "Two", "visible": True, "children": []}],
                    }
                ],
            }
        ],
    }
    manifest = Manifest.from_dict(stored)
    one, two = manifest.organization.walk()
    assert (one.visible, one.mastery_score, one.scorm_type, one.children) == (False, 80.0, "sco", (two,))
    assert (two.identifier, two.visible, two.sequencing) == ("two", True, Sequencing())
    assert Manifest.from_dict(manifest.as_dict()) == manifest
