"""Rollup rules: which children are asked, and when a rule about them holds (SN 4.6, rollup rule check)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scorm.sequencing.conditions import Truth, combined, fired_action, truth_of
from scorm.sequencing.definition import RollupRule
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import Node
from scorm.sequencing.words import ChildSet, ConditionName, Requirement, RollupAction

_ABOUT_PROGRESS = frozenset({ConditionName.COMPLETED, ConditionName.ACTIVITY_PROGRESS_KNOWN})


def rule_check(state: TrackingState, node: Node, action: RollupAction) -> bool:
    """Tell whether some rollup rule of a cluster with this action holds [RB.1.4].

    LMS choice: a rule about `all` or `none` of no children at all holds, as the conformance suite has it.
    """
    rules = node.rollup_rules[action]
    if not rules:
        return False
    valid = Valid(
        objectives=valid_attempt(state, node, is_about_objectives=True),
        progress=valid_attempt(state, node, is_about_objectives=False),
    )
    return any(_holds(state, node, rule, valid) for rule in rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """In which attempt of a cluster its children's information must have been recorded, as `valid_attempt` says."""

    objectives: int | None
    progress: int | None

    def is_stale(self, parent_attempt: int, condition: ConditionName) -> bool:
        """Tell whether what was recorded in an attempt of the parent says nothing about a condition now."""
        valid = self.progress if condition in _ABOUT_PROGRESS else self.objectives
        return valid is not None and parent_attempt != valid


def _holds(state: TrackingState, node: Node, rule: RollupRule, valid: Valid) -> bool:
    children = _considered(state, node, rule.action)
    if rule.child_set is ChildSet.AT_LEAST_COUNT or rule.child_set is ChildSet.AT_LEAST_PERCENT:
        truths = [evaluate_conditions(state, child, rule, valid) for child in children]
        is_count = rule.child_set is ChildSet.AT_LEAST_COUNT
        return _enough(truths, rule.minimum_count if is_count else rule.minimum_percent * len(truths))
    # One child decides: the others need not be asked.
    wanted = rule.child_set is not ChildSet.NONE
    is_any = rule.child_set is ChildSet.ANY
    for child in children:
        if (evaluate_conditions(state, child, rule, valid) is wanted) is is_any:
            return is_any
    return not is_any


def _considered(state: TrackingState, node: Node, action: RollupAction) -> Iterator[Node]:
    """Yield the available children that take part in the rollup of an action."""
    nodes = state.tree.nodes
    for place in state.kids(node.place):
        child = nodes[place]
        if child.tracked and is_considered(state, child, action):
            yield child


def _enough(truths: Sequence[Truth], minimum: float) -> bool:
    """Tell whether enough children fulfil the conditions; where nothing is known of any, no number is enough."""
    return any(truth is not None for truth in truths) and truths.count(True) >= minimum - 1e-9


def evaluate_conditions(state: TrackingState, child: Node, rule: RollupRule, valid: Valid) -> Truth:
    """Return whether a rule's conditions hold for a child; stale information counts as unknown [RB.1.4.1]."""
    recorded = state.records[child.place].parent_attempt
    conditions = rule.conditions
    if len(conditions) == 1:
        return truth_of(state, child, conditions[0], is_stale=valid.is_stale(recorded, conditions[0].name))
    truths = (truth_of(state, child, one, is_stale=valid.is_stale(recorded, one.name)) for one in conditions)
    return combined(truths, rule.combination)


def is_considered(state: TrackingState, child: Node, action: RollupAction) -> bool:
    """Tell whether a child takes part in the rollup of an action [RB.1.4.2]."""
    requirement = child.requirements[action]
    if requirement is Requirement.ALWAYS:
        return True
    if requirement is None:
        return False
    record = state.records[child.place]
    match requirement:
        case Requirement.IF_ATTEMPTED:
            return record.attempts > 0
        case Requirement.IF_NOT_SUSPENDED:
            return record.attempts > 0 and not record.is_suspended
        case Requirement.IF_NOT_SKIPPED:
            return fired_action(state, child, child.skip_rules) is None
    return True


def valid_attempt(state: TrackingState, node: Node, *, is_about_objectives: bool) -> int | None:
    """Return the attempt of a cluster in which its children's information must have been recorded to count (SN 3.2.6).

    None: it counts whenever it was recorded. -1: none counts, since the cluster itself was left behind by a new attempt
    of its parent.
    """
    nodes, records = state.tree.nodes, state.records
    is_current_only = node.current_objective_info if is_about_objectives else node.current_progress_info
    if not is_current_only:
        return None
    place = node.place
    while (parent := nodes[place].parent) >= 0:
        above = nodes[parent]
        if not (above.current_objective_info if is_about_objectives else above.current_progress_info):
            break
        if records[place].attempts and records[place].parent_attempt != records[parent].attempts:
            return -1
        place = parent
    return records[node.place].attempts
