"""The activity tree, made ready for walking: one node for each activity, what its rules need already at hand.

A tree is built once for a definition and shared by all learners; nothing in it changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scorm.sequencing.definition import (
    Activity,
    CompletionThreshold,
    CourseDefinition,
    Objective,
    Rollup,
    RollupRule,
    RuleCondition,
    SequencingRule,
)
from scorm.sequencing.words import (
    EXIT_ACTIONS,
    POSTCONDITION_ACTIONS,
    Behaviour,
    ChildSet,
    Combination,
    ConditionName,
    Requirement,
    RollupAction,
    RuleAction,
)

PRIMARY = 0
"""The place of the primary objective among the objectives of an activity: the one that is rolled up (SN 3.10)."""

KINDS = ("satisfied", "measure", "completed", "progress", "raw", "minimum", "maximum")
"""What is known of an objective, by the names of `ObjectiveValues`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An objective as tracking needs it: where each kind of value is read from, and where it is written to.

    LMS choice: of several maps that read the same kind the last one counts.
    """

    identifier: str
    by_measure: bool
    minimum: float
    reads: Mapping[str, str]
    writes: Mapping[str, tuple[str, ...]]
    satisfied_from: str | None
    measure_from: str | None
    completed_from: str | None
    progress_from: str | None
    targets: tuple[str, ...]


class Node:
    """One activity of the tree; `place` is its index in document order, `parent` is -1 for the root."""

    __slots__ = (
        "attempt_limit", "children", "choice", "choice_exit", "constrain_choice", "current_objective_info",
        "current_progress_info", "definition", "delivery", "depth", "disabled_rules", "exit_rules", "flow",
        "forward_only", "hidden_rules", "identifier", "is_leaf", "links", "objective_places", "parent", "place",
        "post_rules", "prevent_activation", "randomization", "requirements", "rollup", "rollup_rules", "skip_rules",
        "stop_rules", "threshold", "tracked",
    )  # fmt: skip

    def __init__(self, activity: Activity, place: int, depth: int, children: tuple[int, ...]) -> None:
        sequencing = activity.sequencing
        control = sequencing.control
        self.definition = activity
        self.place, self.parent, self.depth, self.children = place, activity.parent, depth, children
        self.identifier = activity.identifier
        self.is_leaf = not children
        self.choice, self.choice_exit = control.choice, control.choice_exit
        self.flow, self.forward_only = control.flow, control.forward_only
        self.current_objective_info = control.current_objective_info
        self.current_progress_info = control.current_progress_info
        self.constrain_choice, self.prevent_activation = control.constrain_choice, control.prevent_activation
        self.tracked = sequencing.delivery.tracked
        self.delivery = sequencing.delivery
        self.attempt_limit = sequencing.attempt_limit
        self.threshold: CompletionThreshold = activity.threshold
        self.rollup = sequencing.rollup
        self.requirements = requirements_of(sequencing.rollup)
        self.randomization = sequencing.randomization
        self.links = tuple(link_of(one) for one in (sequencing.primary, *sequencing.objectives))
        self.objective_places = {link.identifier: at for at, link in enumerate(self.links) if link.identifier}
        self.skip_rules = _with_action(sequencing.rules, RuleAction.SKIP)
        self.disabled_rules = _with_action(sequencing.rules, RuleAction.DISABLED)
        self.hidden_rules = _with_action(sequencing.rules, RuleAction.HIDDEN_FROM_CHOICE)
        self.stop_rules = _with_action(sequencing.rules, RuleAction.STOP_FORWARD_TRAVERSAL)
        self.exit_rules = _with_action(sequencing.rules, *EXIT_ACTIONS)
        self.post_rules = _with_action(sequencing.rules, *POSTCONDITION_ACTIONS)
        self.rollup_rules: Mapping[RollupAction, tuple[RollupRule, ...]] = {}


class ActivityTree:
    """All nodes in document order, the root first; `places` by identifier.

    `readers` tells for a global objective the activities whose primary objective reads from it; `has_progress` whether
    the edition knows completion measures.
    """

    def __init__(self, definition: CourseDefinition) -> None:
        self.definition = definition
        activities = definition.activities
        children: list[list[int]] = [[] for _ in activities]
        depths = [0] * len(activities)
        for place, activity in enumerate(activities):
            if activity.parent >= 0:
                children[activity.parent].append(place)
                depths[place] = depths[activity.parent] + 1
        self.nodes = tuple(
            Node(activity, place, depths[place], tuple(children[place])) for place, activity in enumerate(activities)
        )
        self.places = definition.places
        for node in self.nodes:
            node.rollup_rules = rollup_rules_of(node, definition.behaviour)
        self.readers = _readers(self.nodes)
        self.has_progress = definition.behaviour is Behaviour.FOURTH

    def path(self, place: int, ancestor: int) -> list[int]:
        """Return the activities from one up to its ancestor, both included."""
        nodes = self.nodes
        found = [place]
        while place != ancestor:
            place = nodes[place].parent
            found.append(place)
        return found

    def common_ancestor(self, one: int, other: int) -> int:
        """Return the lowest activity that is one of the two or an ancestor of both."""
        nodes = self.nodes
        while one != other:
            if nodes[one].depth >= nodes[other].depth:
                one = nodes[one].parent
            else:
                other = nodes[other].parent
        return one

    def is_within(self, place: int, ancestor: int) -> bool:
        """Tell whether an activity is the other or lies below it."""
        return self.common_ancestor(place, ancestor) == ancestor


def _with_action(rules: Iterable[SequencingRule], *actions: RuleAction) -> tuple[SequencingRule, ...]:
    return tuple(rule for rule in rules if rule.action in actions)


def link_of(objective: Objective) -> Link:
    """Return an objective with its maps sorted by what they read and write."""
    reads: dict[str, str] = {}
    writes: dict[str, tuple[str, ...]] = {}
    for one in objective.maps:
        for kind in KINDS:
            if getattr(one, f"read_{kind}"):
                reads[kind] = one.target
            if getattr(one, f"write_{kind}"):
                writes[kind] = (*writes.get(kind, ()), one.target)
    return Link(
        identifier=objective.identifier,
        by_measure=objective.satisfied_by_measure,
        minimum=objective.minimum_measure,
        reads=reads,
        writes=writes,
        satisfied_from=reads.get("satisfied"),
        measure_from=reads.get("measure"),
        completed_from=reads.get("completed"),
        progress_from=reads.get("progress"),
        targets=tuple({target: None for targets in writes.values() for target in targets}),
    )


def requirements_of(rollup: Rollup) -> Mapping[RollupAction, Requirement | None]:
    """Return when an activity takes part in its parent's rollup, by action; None: never (SN 3.7)."""
    has_objective, has_progress = rollup.objective_satisfied, rollup.progress_completion
    return {
        RollupAction.SATISFIED: rollup.for_satisfied if has_objective else None,
        RollupAction.NOT_SATISFIED: rollup.for_not_satisfied if has_objective else None,
        RollupAction.COMPLETED: rollup.for_completed if has_progress else None,
        RollupAction.INCOMPLETE: rollup.for_incomplete if has_progress else None,
    }


def _readers(nodes: Iterable[Node]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for node in nodes:
        for target in set(node.links[PRIMARY].reads.values()):
            found[target] = (*found.get(target, ()), node.place)
    return found


def _default(action: RollupAction, *conditions: RuleCondition) -> tuple[RollupRule, ...]:
    return (RollupRule(action=action, child_set=ChildSet.ALL, combination=Combination.ANY, conditions=conditions),)


_SATISFIED = RuleCondition(name=ConditionName.SATISFIED)
_COMPLETED = RuleCondition(name=ConditionName.COMPLETED)
_ATTEMPTED = RuleCondition(name=ConditionName.ATTEMPTED)
_NOT_SATISFIED = RuleCondition(name=ConditionName.SATISFIED, is_negated=True)
_NOT_COMPLETED = RuleCondition(name=ConditionName.COMPLETED, is_negated=True)
_STATUS_KNOWN = RuleCondition(name=ConditionName.OBJECTIVE_STATUS_KNOWN)
_PROGRESS_KNOWN = RuleCondition(name=ConditionName.ACTIVITY_PROGRESS_KNOWN)
_NEGATIVE = {
    Behaviour.SECOND: ((_NOT_SATISFIED,), (_NOT_COMPLETED,)),
    Behaviour.THIRD: ((_ATTEMPTED, _NOT_SATISFIED), (_ATTEMPTED, _NOT_COMPLETED)),
    Behaviour.FOURTH: ((_STATUS_KNOWN,), (_PROGRESS_KNOWN,)),
}
"""The conditions of the default rules for notSatisfied and incomplete, which differ by edition."""


def rollup_rules_of(node: Node, behaviour: Behaviour) -> Mapping[RollupAction, tuple[RollupRule, ...]]:
    """Return the rules that decide about a cluster: its own, or the default pair where it has none (SN 4.6.5)."""
    own = node.definition.sequencing.rollup_rules
    found = {action: tuple(rule for rule in own if rule.action is action) for action in RollupAction}
    not_satisfied, incomplete = _NEGATIVE[behaviour]
    if not found[RollupAction.SATISFIED] and not found[RollupAction.NOT_SATISFIED]:
        found[RollupAction.SATISFIED] = _default(RollupAction.SATISFIED, _SATISFIED)
        found[RollupAction.NOT_SATISFIED] = _default(RollupAction.NOT_SATISFIED, *not_satisfied)
    if not found[RollupAction.COMPLETED] and not found[RollupAction.INCOMPLETE]:
        found[RollupAction.COMPLETED] = _default(RollupAction.COMPLETED, _COMPLETED)
        found[RollupAction.INCOMPLETE] = _default(RollupAction.INCOMPLETE, *incomplete)
    return found
