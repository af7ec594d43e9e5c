"""Sequencing rules and rollup rules as the manifest writes them (CAM 5.1.3, 5.1.6).

LMS choice: a rule with one unknown word is left out whole; with a condition or a negation less it would say
something else than its author meant.
"""

from collections.abc import Collection, Iterator

from scorm.packaging.values import Faults, Values
from scorm.sequencing.definition import RollupRule, RuleCondition, SequencingRule
from scorm.sequencing.words import (
    EXIT_ACTIONS,
    POSTCONDITION_ACTIONS,
    PRECONDITION_ACTIONS,
    ChildSet,
    Combination,
    ConditionName,
    RollupAction,
    RuleAction,
)
from scorm.xml import Element

_ACTIONS = {
    "preconditionrule": PRECONDITION_ACTIONS,
    "exitconditionrule": EXIT_ACTIONS,
    "postconditionrule": POSTCONDITION_ACTIONS,
}
# A rollup rule has no objective to measure and no need for a condition that always holds (SN 3.7.2).
_ROLLUP_CONDITIONS = frozenset(ConditionName) - {
    ConditionName.OBJECTIVE_MEASURE_GREATER_THAN,
    ConditionName.OBJECTIVE_MEASURE_LESS_THAN,
    ConditionName.ALWAYS,
}
_OPERATORS = {"": False, "noOp": False, "not": True}


def read_rules(element: Element, faults: Faults) -> tuple[SequencingRule, ...]:
    """Return the precondition, exit and postcondition rules of a `sequencingRules`."""
    found = ((child, _ACTIONS.get(child.name)) for child in element.children)
    rules = (_rule(child, actions, faults) for child, actions in found if actions)
    return tuple(rule for rule in rules if rule)


def _rule(element: Element, actions: Collection[RuleAction], faults: Faults) -> SequencingRule | None:
    noted = len(faults.findings)
    conditions = element.first("ruleconditions")
    combination = _combination(conditions, Combination.ALL, faults)
    found = tuple(_conditions(conditions, "rulecondition", faults))
    action = _action(element, actions, faults)
    if action is None or len(faults.findings) > noted:
        return None
    return SequencingRule(action=action, combination=combination, conditions=found)


def _action(element: Element, actions: Collection[RuleAction], faults: Faults) -> RuleAction | None:
    child = element.first("ruleaction")
    written = child.get("action") if child else ""
    if written in actions:
        return RuleAction(written)
    faults.refuse_value("ruleaction", "action", written)
    return None


def read_rollup_rules(element: Element, faults: Faults) -> tuple[RollupRule, ...]:
    """Return the rules of a `rollupRules`."""
    rules = (_rollup_rule(child, faults) for child in element.all("rolluprule"))
    return tuple(rule for rule in rules if rule)


def _rollup_rule(element: Element, faults: Faults) -> RollupRule | None:
    noted = len(faults.findings)
    values = Values(element, faults)
    conditions = element.first("rollupconditions")
    action = element.first("rollupaction")
    if action is None or Values(action, faults).lacks("action"):
        if action is None:
            faults.refuse_value("rollupaction", "action", "")
        return None
    rule = RollupRule(
        action=Values(action, faults).word("action", RollupAction, RollupAction.SATISFIED),
        child_set=values.word("childActivitySet", ChildSet, ChildSet.ALL),
        minimum_count=values.count("minimumCount") or 0,
        minimum_percent=values.number("minimumPercent", 0, 1, default=0.0),
        combination=_combination(conditions, Combination.ANY, faults),
        conditions=tuple(_conditions(conditions, "rollupcondition", faults)),
    )
    return rule if len(faults.findings) == noted else None


def _combination(element: Element | None, default: Combination, faults: Faults) -> Combination:
    return Values(element, faults).word("conditionCombination", Combination, default) if element else default


def _conditions(parent: Element | None, name: str, faults: Faults) -> Iterator[RuleCondition]:
    elements = list(parent.all(name)) if parent else []
    if not elements:
        faults.refuse_value(name, "condition", "")
    allowed = _ROLLUP_CONDITIONS if name == "rollupcondition" else frozenset(ConditionName)
    for element in elements:
        values = Values(element, faults)
        written, operator = element.get("condition"), element.get("operator")
        if written not in allowed:
            faults.refuse_value(name, "condition", written)
            continue
        if operator not in _OPERATORS:
            faults.refuse_value(name, "operator", operator)
        yield RuleCondition(
            name=ConditionName(written),
            is_negated=_OPERATORS.get(operator, False),
            objective=values.identifier("referencedObjective"),
            threshold=values.number("measureThreshold", -1, 1, default=0.0),
        )
