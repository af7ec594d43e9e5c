"""Sequencing as a manifest writes it: the elements of the books from our definitions (CAM 5)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from scorm.packaging.items import Edition
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
from scorm.sequencing.words import EXIT_ACTIONS, PRECONDITION_ACTIONS, Control, RuleAction

Entry = dict[str, Any]

_CONTROL = {
    "choice": "choice",
    "choice_exit": "choiceExit",
    "flow": "flow",
    "forward_only": "forwardOnly",
    "current_objective_info": "useCurrentAttemptObjectiveInfo",
    "current_progress_info": "useCurrentAttemptProgressInfo",
}
_CHOICES = {"prevent_activation": "preventActivation", "constrain_choice": "constrainChoice"}
_ROLLUP = {
    "objective_satisfied": "rollupObjectiveSatisfied",
    "progress_completion": "rollupProgressCompletion",
    "objective_weight": "objectiveMeasureWeight",
}
_ROLLUP_RULE = {
    "child_set": "childActivitySet",
    "minimum_count": "minimumCount",
    "minimum_percent": "minimumPercent",
}
_CONSIDERATIONS = {
    "for_satisfied": "requiredForSatisfied",
    "for_not_satisfied": "requiredForNotSatisfied",
    "for_completed": "requiredForCompleted",
    "for_incomplete": "requiredForIncomplete",
    "measure_satisfaction_if_active": "measureSatisfactionIfActive",
}
_MAP = {
    "target": "targetObjectiveID",
    "read_satisfied": "readSatisfiedStatus",
    "read_measure": "readNormalizedMeasure",
    "write_satisfied": "writeSatisfiedStatus",
    "write_measure": "writeNormalizedMeasure",
}
_FURTHER_KINDS = {
    "raw": "RawScore",
    "minimum": "MinScore",
    "maximum": "MaxScore",
    "completed": "CompletionStatus",
    "progress": "ProgressMeasure",
}
_FURTHER = {f"{way}_{kind}": f"{way}{name}" for way in ("read", "write") for kind, name in _FURTHER_KINDS.items()}
_RANDOMIZATION = {
    "randomization_timing": "randomizationTiming",
    "select_count": "selectCount",
    "reorder_children": "reorderChildren",
    "selection_timing": "selectionTiming",
}
_DELIVERY = {
    "tracked": "tracked",
    "completion_set_by_content": "completionSetByContent",
    "objective_set_by_content": "objectiveSetByContent",
}
_DATA = {"target": "targetID", "is_readable": "readSharedData", "is_writable": "writeSharedData"}


def sequencing_entry(sequencing: Sequencing) -> Entry:
    """Return `imsss:sequencing` as an entry of its item, its children in the order of the schema; empty by default."""
    parts: Entry = {
        "imsss:controlMode": _attributes(sequencing.control, _CONTROL, ControlMode()),
        "imsss:sequencingRules": _rules(sequencing.rules),
        "imsss:limitConditions": _limit(sequencing),
        "imsss:rollupRules": _rollup_rules(sequencing),
        "imsss:objectives": _objectives(sequencing),
        "imsss:randomizationControls": _attributes(sequencing.randomization, _RANDOMIZATION, Randomization()),
        "imsss:deliveryControls": _attributes(sequencing.delivery, _DELIVERY, Delivery()),
        "adlseq:constrainedChoiceConsiderations": _attributes(sequencing.control, _CHOICES, ControlMode()),
        "adlseq:rollupConsiderations": _attributes(sequencing.rollup, _CONSIDERATIONS, Rollup()),
        "adlseq:objectives": _further_objectives(sequencing),
    }
    written = {name: part for name, part in parts.items() if part}
    return {"imsss:sequencing": written} if written else {}


def threshold_entry(threshold: CompletionThreshold, progress_weight: float, edition: Edition) -> Entry:
    """Return `adlcp:completionThreshold`: attributes in the 4th edition, text before."""
    if edition is not Edition.SCORM_2004_4TH:
        return {"adlcp:completionThreshold": _text(threshold.minimum)} if threshold.is_stated else {}
    attributes: Entry = {"@completedByMeasure": "true"} if threshold.by_measure else {}
    if threshold.is_stated:
        attributes["@minProgressMeasure"] = _text(threshold.minimum)
    if progress_weight != 1:
        attributes["@progressWeight"] = _text(progress_weight)
    return {"adlcp:completionThreshold": attributes} if attributes else {}


def presentation_entry(hidden: Iterable[Control]) -> Entry:
    """Return `adlnav:presentation` with the controls that are hidden."""
    controls = [str(one) for one in hidden]
    if not controls:
        return {}
    return {"adlnav:presentation": {"adlnav:navigationInterface": {"adlnav:hideLMSUI": controls}}}


def data_entry(data: Iterable[DataMap]) -> Entry:
    """Return `adlcp:data` with its maps."""
    maps = [_attributes(one, _DATA) for one in data]
    return {"adlcp:data": {"adlcp:map": maps}} if maps else {}


def _attributes(value: object, names: Mapping[str, str], default: object = None) -> Entry:
    """Return fields as attributes; nothing when all of them are as in `default`."""
    fields = {name: getattr(value, name) for name in names}
    if default is not None and all(getattr(default, name) == field for name, field in fields.items()):
        return {}
    return {f"@{names[name]}": _text(field) for name, field in fields.items() if field is not None}


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else format(Decimal(repr(value)), "f")


def _rules(rules: Sequence[SequencingRule]) -> Entry:
    entry: Entry = {}
    for name in ("imsss:preConditionRule", "imsss:exitConditionRule", "imsss:postConditionRule"):
        found = [_rule(rule) for rule in rules if _rule_name(rule.action) == name]
        if found:
            entry[name] = found
    return entry


def _rule_name(action: RuleAction) -> str:
    if action in PRECONDITION_ACTIONS:
        return "imsss:preConditionRule"
    return "imsss:exitConditionRule" if action in EXIT_ACTIONS else "imsss:postConditionRule"


def _rule(rule: SequencingRule) -> Entry:
    conditions = [_condition(one) for one in rule.conditions]
    return {
        "imsss:ruleConditions": {"@conditionCombination": str(rule.combination), "imsss:ruleCondition": conditions},
        "imsss:ruleAction": {"@action": str(rule.action)},
    }


def _condition(condition: RuleCondition) -> Entry:
    entry = {"@condition": str(condition.name), "@operator": "not" if condition.is_negated else "noOp"}
    if condition.objective:
        entry["@referencedObjective"] = condition.objective
    if condition.threshold:
        entry["@measureThreshold"] = _text(condition.threshold)
    return entry


def _limit(sequencing: Sequencing) -> Entry:
    entry: Entry = {}
    if sequencing.attempt_limit is not None:
        entry["@attemptLimit"] = str(sequencing.attempt_limit)
    if sequencing.max_duration:
        entry["@attemptAbsoluteDurationLimit"] = sequencing.max_duration
    return entry


def _rollup_rules(sequencing: Sequencing) -> Entry:
    entry = _attributes(sequencing.rollup, _ROLLUP, Rollup())
    rules = [_rollup_rule(rule) for rule in sequencing.rollup_rules]
    return {**entry, "imsss:rollupRule": rules} if rules else entry


def _rollup_rule(rule: RollupRule) -> Entry:
    conditions = [_condition(one) for one in rule.conditions]
    return {
        **_attributes(rule, _ROLLUP_RULE),
        "imsss:rollupConditions": {
            "@conditionCombination": str(rule.combination),
            "imsss:rollupCondition": conditions,
        },
        "imsss:rollupAction": {"@action": str(rule.action)},
    }


def _objectives(sequencing: Sequencing) -> Entry:
    if sequencing.primary == Objective() and not sequencing.objectives:
        return {}
    entry: Entry = {"imsss:primaryObjective": _objective(sequencing.primary)}
    others = [_objective(one) for one in sequencing.objectives]
    return {**entry, "imsss:objective": others} if others else entry


def _objective(objective: Objective) -> Entry:
    entry: Entry = {"@objectiveID": objective.identifier} if objective.identifier else {}
    if objective.satisfied_by_measure:
        entry["@satisfiedByMeasure"] = "true"
    if objective.minimum_measure != 1:
        entry["imsss:minNormalizedMeasure"] = _text(objective.minimum_measure)
    maps = [_attributes(one, _MAP) for one in objective.maps]
    return {**entry, "imsss:mapInfo": maps} if maps else entry


def _further_objectives(sequencing: Sequencing) -> Entry:
    found = [
        {"@objectiveID": objective.identifier, "adlseq:mapInfo": [_further_map(one) for one in maps]}
        for objective in (sequencing.primary, *sequencing.objectives)
        if (maps := [one for one in objective.maps if has_further_kinds(one)])
    ]
    return {"adlseq:objective": found} if found else {}


def _further_map(one: ObjectiveMap) -> Entry:
    return {"@targetObjectiveID": one.target, **_attributes(one, _FURTHER)}


def has_further_kinds(one: ObjectiveMap) -> bool:
    """Say whether a map reads or writes what only the 4th edition has."""
    return any(getattr(one, name) for name in _FURTHER)
