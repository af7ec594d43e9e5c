"""Conditions and limits of one activity: what its rules say now (SN 3.4, 4.3 utility processes)."""

from collections.abc import Iterable

from scorm.sequencing.definition import RuleCondition, SequencingRule
from scorm.sequencing.objectives import completed_of, measure_of, satisfied_of
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, Node
from scorm.sequencing.words import Combination, ConditionName, RuleAction

Truth = bool | None
"""True, False, or None for unknown."""

_UNKNOWN_WHEN_UNTRACKED = frozenset(
    {
        ConditionName.SATISFIED, ConditionName.COMPLETED, ConditionName.OBJECTIVE_MEASURE_GREATER_THAN,
        ConditionName.OBJECTIVE_MEASURE_LESS_THAN,
    }
)  # fmt: skip


def is_limit_reached(state: TrackingState, node: Node) -> bool:
    """Tell whether a limit forbids a new attempt [UP.1].

    LMS choice: durations and dates are not enforced, as the book allows; the SCO is told of its time limit.
    """
    limit = node.attempt_limit
    if limit is None or not node.tracked:
        return False
    record = state.records[node.place]
    return not record.is_active and not record.is_suspended and record.attempts >= limit


def fired_action(state: TrackingState, node: Node, rules: Iterable[SequencingRule]) -> RuleAction | None:
    """Return the action of the first rule that holds, in the manifest's order [UP.2]."""
    for rule in rules:
        if rule_holds(state, node, rule):
            return rule.action
    return None


def rule_holds(state: TrackingState, node: Node, rule: SequencingRule) -> Truth:
    """Return whether the conditions of a rule hold, in three-valued logic [UP.2.1]."""
    return combined((truth_of(state, node, one) for one in rule.conditions), rule.combination)


def is_unavailable(state: TrackingState, node: Node) -> bool:
    """Tell whether an activity may not be used: disabled by a rule, or at its limit [UP.5]."""
    if node.disabled_rules and fired_action(state, node, node.disabled_rules) is not None:
        return True
    return node.attempt_limit is not None and is_limit_reached(state, node)


def combined(truths: Iterable[Truth], combination: Combination) -> Truth:
    """Return all or any of the truths; none at all is unknown."""
    decisive = combination is Combination.ANY
    found: Truth = None
    is_first = True
    for truth in truths:
        if truth is decisive:
            return decisive
        found = truth if is_first or (found is not None and truth is not None) else None
        is_first = False
    return found


def truth_of(state: TrackingState, node: Node, condition: RuleCondition, *, is_stale: bool = False) -> Truth:
    """Return whether one condition holds for an activity; what is unknown stays so when it is negated (SN 3.4.2)."""
    truth = _plain_truth(state, node, condition, is_stale)
    return not truth if condition.is_negated and truth is not None else truth


def _plain_truth(  # noqa: C901, PLR0911 — one line for each word of the book's list, the most frequent first
    state: TrackingState,
    node: Node,
    condition: RuleCondition,
    is_stale: bool,
) -> Truth:
    name = condition.name
    if not node.tracked:
        return _untracked_truth(name)
    at = node.objective_places.get(condition.objective) if condition.objective else PRIMARY
    if at is None:
        return None
    if name is ConditionName.SATISFIED:
        return satisfied_of(state, node, at, is_stale=is_stale)
    if name is ConditionName.COMPLETED:
        return completed_of(state, node, at, is_stale=is_stale)
    if name is ConditionName.OBJECTIVE_STATUS_KNOWN:
        return satisfied_of(state, node, at, is_stale=is_stale) is not None
    if name is ConditionName.ACTIVITY_PROGRESS_KNOWN:
        return completed_of(state, node, at, is_stale=is_stale) is not None
    if name is ConditionName.ALWAYS:
        return True
    if name is ConditionName.ATTEMPTED:
        return state.records[node.place].attempts > 0
    if name is ConditionName.ATTEMPT_LIMIT_EXCEEDED:
        limit = node.attempt_limit
        # LMS choice: without a limit nobody knows whether it is exceeded, so that `not` does not hold either.
        return None if limit is None else state.records[node.place].attempts >= limit
    return _truth_of_measure(measure_of(state, node, at, is_stale=is_stale), condition)


def _untracked_truth(name: ConditionName) -> Truth:
    """Return what a condition says of an activity about which nothing is known, because nothing is tracked."""
    if name is ConditionName.ALWAYS:
        return True
    return None if name in _UNKNOWN_WHEN_UNTRACKED else False


def _truth_of_measure(measure: float | None, condition: RuleCondition) -> Truth:
    match condition.name:
        case ConditionName.OBJECTIVE_MEASURE_KNOWN:
            return measure is not None
        case ConditionName.OBJECTIVE_MEASURE_GREATER_THAN:
            return None if measure is None else measure > condition.threshold
        case ConditionName.OBJECTIVE_MEASURE_LESS_THAN:
            return None if measure is None else measure < condition.threshold
    return None  # time limits and dates: the book leaves them to the LMS, and nothing is tracked about them
