"""One spoilt fact of a good package of 2004, one finding."""

import pytest

from scorm.packaging.findings import GRADES
from tests.scorm.packaging.packages import findings_of, package_bytes
from tests.scorm.packaging.packages2004 import FILES, HIDDEN, MANIFEST, manifest2004_with, told

DATA = '<adlcp:data><adlcp:map targetID="store"/></adlcp:data>'
CONTROLS = '<imsss:controlMode choice="true" flow="true"/>'
ROOT = '<imsss:controlMode flow="true"/>'
NO_CHOICE = (
    (ROOT, '<imsss:controlMode choice="false" flow="true"/>'),
    (CONTROLS, '<imsss:controlMode choice="false" flow="true"/>'),
)
THRESHOLD = 'completedByMeasure="true" minProgressMeasure="0.5" progressWeight="0.25"/>'
ITEM_TWO = '<item identifier="two" identifierref="res_two"><title>Second</title></item>'
PLAIN_MAP = '<imsss:mapInfo targetObjectiveID="global" writeSatisfiedStatus="true"/>'
FURTHER_MAP = '<adlseq:mapInfo targetObjectiveID="global" writeRawScore="true"/>'
ENTRY = '<imsss:objective objectiveID="entry"/>'
INVALID = "sequencing_value_invalid"

SPOILT: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "shared rules that do not exist": ("sequencing_reference_dangling", "one", (('IDRef="shared"', 'IDRef="no"'),)),
    "unknown condition": (INVALID, "one", (('condition="satisfied"', 'condition="happy"'),)),
    "no condition": (INVALID, "one", (('condition="satisfied" ', ""),)),
    "unknown operator": (INVALID, "one", (('operator="not"', 'operator="maybe"'),)),
    "unknown combination": (INVALID, "one", (('conditionCombination="any"', 'conditionCombination="most"'),)),
    "action of another rule": (INVALID, "one", (('action="skip"', 'action="retry"'),)),
    "no action": (INVALID, "one", (('<imsss:ruleAction action="skip"/>', ""),)),
    "threshold below -1": (INVALID, "one", (('"-0.5"', '"-1.01"'),)),
    "threshold that is no number": (INVALID, "one", (('"-0.5"', '"NaN"'),)),
    "infinite threshold": (INVALID, "one", (('"-0.5"', '"INF"'),)),
    "digits of another alphabet": (INVALID, "one", (('"-0.5"', '"٠"'),)),
    "measure above 1": (INVALID, "one", ((">0.8<", ">80<"),)),
    "unknown flag": (INVALID, "one", (('satisfiedByMeasure="true"', 'satisfiedByMeasure="yes"'),)),
    "map without a target": (INVALID, "one", ((ENTRY, ENTRY[:-2] + "><imsss:mapInfo/></imsss:objective>"),)),
    "unknown child set": (INVALID, "unit", (('"atLeastCount"', '"several"'),)),
    "negative count": (INVALID, "unit", (('minimumCount="1"', 'minimumCount="-1"'),)),
    "percent above 1": (INVALID, "unit", (('minimumCount="1"', 'minimumPercent="50"'),)),
    "rollup by a measure": (INVALID, "unit", (('condition="completed"', 'condition="objectiveMeasureLessThan"'),)),
    "rollup without action": (INVALID, "unit", (('<imsss:rollupAction action="completed"/>', ""),)),
    "rollup with an unknown action": (INVALID, "unit", (('Action action="completed"', 'Action action="done"'),)),
    "half an attempt": (INVALID, "shared", (('attemptLimit="2"', 'attemptLimit="0.5"'),)),
    "limit in words": (INVALID, "shared", (('"PT1H"', '"one hour"'),)),
    "unknown timing": (
        INVALID,
        "unit",
        ((CONTROLS, CONTROLS + '<imsss:randomizationControls randomizationTiming="often"/>'),),
    ),
    "unknown requirement": (
        INVALID,
        "unit",
        ((CONTROLS, CONTROLS + '<adlseq:rollupConsiderations requiredForSatisfied="often"/>'),),
    ),
    "weight above 1": (
        INVALID,
        "unit",
        (("<imsss:rollupRules>", '<imsss:rollupRules objectiveMeasureWeight="1.5">'),),
    ),
    "unknown control": (INVALID, "one", ((">continue<", ">quit<"),)),
    "shared data without a name": (INVALID, "one", ((DATA, DATA.replace(' targetID="store"', "")),)),
    "flag of the organization": (
        INVALID,
        "org",
        (('<organization identifier="org"', '<organization identifier="org" adlseq:objectivesGlobalToSystem="no"'),),
    ),
    "rule on an unknown objective": (
        "objective_reference_unknown",
        "one",
        (('referencedObjective="entry"', 'referencedObjective="exit"'),),
    ),
    "further map of an unknown objective": (
        "objective_reference_unknown",
        "one",
        (('<adlseq:objective objectiveID="main">', '<adlseq:objective objectiveID="other">'),),
    ),
    "two plain maps that read": (
        "objective_map_conflict",
        "one",
        ((PLAIN_MAP, PLAIN_MAP + '<imsss:mapInfo targetObjectiveID="b" readNormalizedMeasure="false"/>'),),
    ),
    "two objectives that write": (
        "objective_map_conflict",
        "one",
        ((ENTRY, f"{ENTRY[:-2]}>{PLAIN_MAP}</imsss:objective>"),),
    ),
    "two further maps that read": (
        "objective_map_conflict",
        "one",
        (
            (
                FURTHER_MAP,
                FURTHER_MAP.replace("write", "read") + '<adlseq:mapInfo targetObjectiveID="b" readRawScore="1"/>',
            ),
        ),
    ),
    "shared data twice": (
        "objective_map_conflict",
        "one",
        ((DATA, DATA.replace("/></", '/><adlcp:map targetID="store"/></')),),
    ),
    "two objectives alike": ("identifier_duplicate", "one", ((ENTRY, ENTRY * 2),)),
    "objective without a name": ("identifier_missing", "one", ((ENTRY, ENTRY + "<imsss:objective/>"),)),
    "two shared rules alike": (
        "identifier_duplicate",
        "shared",
        (("</imsss:sequencingCollection>", '<imsss:sequencing ID="shared"/></imsss:sequencingCollection>'),),
    ),
    "shared rules without a name": (
        "identifier_missing",
        "",
        (("</imsss:sequencingCollection>", "<imsss:sequencing/></imsss:sequencingCollection>"),),
    ),
    "shared rules that share": ("element_misplaced", "shared", (('ID="shared"', 'ID="shared" IDRef="shared"'),)),
    "threshold above 1": ("threshold_invalid", "one", (('minProgressMeasure="0.5"', 'minProgressMeasure="50"'),)),
    "weight of progress below 0": ("threshold_invalid", "one", (('progressWeight="0.25"', 'progressWeight="-1"'),)),
    "threshold in words": ("threshold_invalid", "one", ((THRESHOLD, ">half</adlcp:completionThreshold>"),)),
    "threshold as text": ("threshold_old_style", "one", ((THRESHOLD, ">0.5</adlcp:completionThreshold>"),)),
    "neither flow nor choice": ("no_way_in", "unit", ((CONTROLS, '<imsss:controlMode choice="false"/>'),)),
    "nothing but hidden buttons": ("no_way_on", "one", NO_CHOICE),
    "data that nobody writes": (
        "shared_data_unwritten",
        "one",
        ((DATA, DATA.replace("/></", ' writeSharedData="false"/></')),),
    ),
    "score of 1.2": (
        "element_misplaced",
        "two",
        ((ITEM_TWO, ITEM_TWO.replace("</item>", "<adlcp:masteryscore>80</adlcp:masteryscore></item>")),),
    ),
    "buttons hidden by a folder": (
        "element_misplaced",
        "unit",
        (("<title>Unit</title>", "<title>Unit</title>" + HIDDEN),),
    ),
    "data of a folder": ("element_misplaced", "unit", (("<title>Unit</title>", "<title>Unit</title>" + DATA),)),
    "controls outside of sequencing": (
        "element_misplaced",
        "two",
        ((ITEM_TWO, ITEM_TWO.replace("</item>", CONTROLS + "</item>")),),
    ),
    "two primary objectives": ("element_misplaced", "one", ((ENTRY, "<imsss:primaryObjective/>" + ENTRY),)),
    "folder with a page": (
        "item_folder_with_resource",
        "unit",
        (('<item identifier="unit">', '<item identifier="unit" identifierref="res_two">'),),
    ),
    "leaf without a page": ("item_leaf_without_resource", "two", ((' identifierref="res_two"', ""),)),
    "default that is absent": ("organization_default_dangling", "", ((' default="org"', ""),)),
    "unknown time limit action": (
        "time_limit_invalid",
        "two",
        ((ITEM_TWO, ITEM_TWO.replace("</item>", "<adlcp:timeLimitAction>go</adlcp:timeLimitAction></item>")),),
    ),
    "launch data above 4,000": (
        "launch_data_long",
        "two",
        ((ITEM_TWO, ITEM_TWO.replace("</item>", f"<adlcp:dataFromLMS>{'x' * 4001}</adlcp:dataFromLMS></item>")),),
    ),
}


def test_the_good_package_gives_no_findings() -> None:
    assert told(MANIFEST) == []


@pytest.mark.parametrize(("code", "place", "changes"), SPOILT.values(), ids=SPOILT.keys())
def test_one_spoilt_fact_gives_one_finding(code: str, place: str, changes: tuple[tuple[str, str], ...]) -> None:
    found = findings_of(package_bytes(manifest2004_with(*changes), FILES))
    assert [(one.code, one.grade, one.place) for one in found] == [(code, GRADES[code], place)]
    assert found[0].file


def test_maps_of_the_fourth_edition_have_no_effect_in_the_third() -> None:
    text = manifest2004_with(("4th", "3rd"), (THRESHOLD, ">0.5</adlcp:completionThreshold>"), (DATA, ""))
    assert told(text) == [("element_misplaced", "one")]


def test_shared_data_have_no_effect_in_the_third_edition() -> None:
    further = MANIFEST[MANIFEST.index("<adlseq:objectives>") : MANIFEST.index("</adlseq:objectives>") + 20]
    text = manifest2004_with(("4th", "3rd"), (THRESHOLD, ">0.5</adlcp:completionThreshold>"), (further, ""))
    assert told(text) == [("element_misplaced", "one")]


def test_a_page_that_navigates_itself_leads_on() -> None:
    files = {**FILES, "shared/api.js": b"API_1484_11.SetValue('adl.nav.request', 'continue')"}
    assert told(manifest2004_with(*NO_CHOICE), files) == []


def test_a_rule_that_waits_for_the_end_leads_on() -> None:
    rule = (
        "<imsss:sequencingRules><imsss:postConditionRule><imsss:ruleConditions>"
        '<imsss:ruleCondition condition="always"/></imsss:ruleConditions><imsss:ruleAction action="continue"/>'
        "</imsss:postConditionRule></imsss:sequencingRules>"
    )
    [root, unit] = NO_CHOICE
    assert told(manifest2004_with(root, (unit[0], unit[1] + rule))) == []


def test_the_last_leaf_needs_no_way_on() -> None:
    text = manifest2004_with(*NO_CHOICE, (HIDDEN, ""), (ITEM_TWO, ITEM_TWO.replace("</item>", HIDDEN + "</item>")))
    assert told(text) == []


def test_a_page_that_jumps_finds_its_way_in() -> None:
    files = {**FILES, "shared/api.js": b"API_1484_11.SetValue('adl.nav.request', '{target=' + id + '}jump')"}
    assert told(manifest2004_with((CONTROLS, '<imsss:controlMode choice="false"/>')), files) == []


def test_pages_that_look_for_the_api_of_12_are_reported() -> None:
    files = {**FILES, "shared/api.js": b"API.LMSInitialize('')"}
    assert told(MANIFEST, files) == [("api_other_edition", "")]


def test_a_fault_in_shared_rules_is_told_once_however_many_use_them() -> None:
    users = "".join(
        f'<item identifier="u{n}" identifierref="res_two"><title>U</title><imsss:sequencing IDRef="shared"/></item>'
        for n in range(20)
    )
    text = manifest2004_with((ITEM_TWO, ITEM_TWO + users), ('attemptLimit="2"', 'attemptLimit="two"'))
    assert told(text) == [(INVALID, "shared")]
