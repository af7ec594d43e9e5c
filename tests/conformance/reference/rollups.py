"""How the reference rolls up: each cluster once, the deepest first, who reads a global objective included."""

from collections.abc import Iterable, Sequence

from scorm.sequencing.conditions import Truth, fired_action
from scorm.sequencing.conditions import combined as our_combined
from scorm.sequencing.definition import RollupRule
from scorm.sequencing.rollup_rules import valid_attempt
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, ActivityTree, Node
from scorm.sequencing.words import ChildSet, Combination, ConditionName, Requirement, RollupAction
from tests.conformance.reference.departures import MEMORY, Departure, aside, known, note
from tests.conformance.reference.values import (
    maps_of,
    measure_of,
    progress_of,
    put,
    put_measure,
    put_progress,
    put_status,
    truth_of,
    written_targets,
)

REQUIREMENTS = {
    RollupAction.SATISFIED: "for_satisfied",
    RollupAction.NOT_SATISFIED: "for_not_satisfied",
    RollupAction.COMPLETED: "for_completed",
    RollupAction.INCOMPLETE: "for_incomplete",
}
PROGRESS = (ConditionName.COMPLETED, ConditionName.ACTIVITY_PROGRESS_KNOWN)
ABOUT_PROGRESS = frozenset({RollupAction.COMPLETED, RollupAction.INCOMPLETE})


def combined(truths: Iterable[Truth], combination: Combination) -> Truth:
    """Return all or any of the truths; of all, the first that is not true is the answer."""
    found: Truth = combination is Combination.ALL
    for truth in truths:
        if combination is Combination.ALL and truth is not True:
            return truth
        if combination is Combination.ANY and truth is True:
            return True
        if truth is None:
            found = None
    return found


def is_considered(state: TrackingState, child: Node, action: RollupAction) -> bool:
    """Tell whether a child takes part in the rollup of an action."""
    rollup = child.definition.sequencing.rollup
    if not (rollup.progress_completion if action in ABOUT_PROGRESS else rollup.objective_satisfied):
        return False
    record = state.records[child.place]
    match getattr(rollup, REQUIREMENTS[action]):
        case Requirement.IF_ATTEMPTED:
            return record.attempts > 0
        case Requirement.IF_NOT_SUSPENDED:
            note(Departure.NOT_SUSPENDED, record.attempts == 0)
            return record.attempts == 0 or not record.is_suspended
        case Requirement.IF_NOT_SKIPPED:
            return fired_action(state, child, child.skip_rules) is None
    return True


def rule_check(state: TrackingState, node: Node, action: RollupAction) -> bool:
    """Tell whether some rollup rule of a cluster holds."""
    nodes = state.tree.nodes
    children = [nodes[place] for place in state.kids(node.place) if nodes[place].tracked]
    considered = [child for child in children if is_considered(state, child, action)]
    return any(holds(state, node, considered, rule) for rule in node.rollup_rules[action])


def holds(state: TrackingState, node: Node, children: Sequence[Node], rule: RollupRule) -> bool:
    """Tell whether a rule holds for the children that are considered."""
    truths = [evaluate(state, node, child, rule) for child in children]
    match rule.child_set:
        case ChildSet.ALL:
            return all(truth is True for truth in truths)
        case ChildSet.ANY:
            return any(truth is True for truth in truths)
        case ChildSet.NONE:
            return all(truth is False for truth in truths)
    return is_enough(truths, rule)


def is_enough(truths: Sequence[Truth], rule: RollupRule) -> bool:
    """Tell whether enough children fulfil a rule: a percentage is rounded, a count stops when it is reached."""
    asked: Sequence[Truth] = truths
    if rule.child_set is ChildSet.AT_LEAST_PERCENT:
        minimum: float = int(rule.minimum_percent * len(truths) + 0.5)
        book = rule.minimum_percent * len(truths) - 1e-9
    else:
        minimum = book = rule.minimum_count
        reached = [at + 1 for at in range(len(truths)) if truths[: at + 1].count(True) >= minimum]
        asked = truths[: reached[0]] if reached and minimum else truths[:0] if not minimum else truths
    found = any(truth is not None for truth in asked) and truths.count(True) >= minimum
    expected = any(truth is not None for truth in truths) and truths.count(True) >= book
    note(Departure.ENOUGH, found != expected)
    return found


def evaluate(state: TrackingState, node: Node, child: Node, rule: RollupRule) -> Truth:
    """Return whether a rule's conditions hold for a child; what is marked stale counts as unknown."""
    found = combined((truth_of(state, child, one, is_stale=True) for one in rule.conditions), rule.combination)
    recorded = state.records[child.place].parent_attempt
    is_stale = {
        is_progress: valid_attempt(state, node, is_about_objectives=not is_progress) not in (None, recorded)
        for is_progress in (False, True)
    }
    marks = {False: MEMORY.stale_objectives, True: MEMORY.stale_progress}
    is_marked_alike = all(is_stale[one] is (child.place in marks[one]) for one in marks)
    if is_marked_alike and (rule.child_set is not ChildSet.NONE or len(rule.conditions) == 1):
        return found
    with aside(state) as ours:
        for one, places in marks.items():
            (places.add if is_stale[one] else places.discard)(child.place)
        truths = [truth_of(ours, child, one, is_stale=is_stale[one.name in PROGRESS]) for one in rule.conditions]
    in_order, expected = combined(truths, rule.combination), our_combined(truths, rule.combination)
    note(Departure.STALE, found is not in_order)
    note(Departure.FIRST_CONDITION, in_order is not expected and rule.child_set is ChildSet.NONE)
    return found


def roll_up(state: TrackingState, node: Node) -> None:
    """Roll one cluster up; one that had no tracking data so far gets no measure from it."""
    if node.is_leaf or not node.tracked:
        return
    nodes = state.tree.nodes
    children = [nodes[place] for place in state.kids(node.place) if nodes[place].tracked]
    is_touched = node.place in MEMORY.touched
    MEMORY.touched.update(child.place for child in children)
    measures = [(child.rollup.objective_weight, measure_of(state, child)) for child in children]
    measure = mean_of(measures)
    if is_touched:
        put_measure(state, node, PRIMARY, measure)
    amounts = [(child.rollup.progress_weight, progress_of(state, child)) for child in children]
    amount = mean_of(amounts)
    if is_touched:
        put_progress(state, node, amount)
    note(Departure.STALE, not is_touched and any(value is not None for _, value in (*measures, *amounts)))
    MEMORY.touched.add(node.place)
    if not node.links[PRIMARY].by_measure:
        _decide(state, node, RollupAction.SATISFIED, RollupAction.NOT_SATISFIED)
    if not node.threshold.by_measure:
        _decide(state, node, RollupAction.COMPLETED, RollupAction.INCOMPLETE)


def mean_of(values: Sequence[tuple[float, float | None]]) -> float | None:
    """Return the weighted mean, where nothing known is 0."""
    weights = sum(weight for weight, _ in values)
    if weights <= 0:
        return None
    note(Departure.UNSCORED, all(value is None for _, value in values))
    return sum(weight * value for weight, value in values if value is not None) / weights


def _decide(state: TrackingState, node: Node, positive: RollupAction, negative: RollupAction) -> None:
    is_positive, is_negative = rule_check(state, node, positive), rule_check(state, node, negative)
    if not (is_positive or is_negative):
        return
    if positive is RollupAction.SATISFIED:
        put_status(state, node, PRIMARY, is_positive)
    else:
        put(state, node, PRIMARY, "completed", is_positive)


# ---------------------------------------------------------------------- who is rolled up


def readers_of(tree: ActivityTree, target: str) -> list[Node]:
    """Return the activities whose primary objective has a map to a global objective, reading or not."""
    return [node for node in tree.nodes if any(one.target == target for one in maps_of(node, PRIMARY))]


def above_readers(tree: ActivityTree, targets: Iterable[str]) -> list[int]:
    """Return the clusters above those that read global objectives, the root only where it is their parent."""
    found: list[int] = []
    for target in targets:
        for reader in readers_of(tree, target):
            at = reader.parent
            while at >= 0 and (at or reader.parent == 0):
                found.append(at)
                at = tree.nodes[at].parent
    return found


def invoke_rollup(state: TrackingState, place: int, targets: Iterable[str]) -> None:
    """Roll up what the current activity is part of, and what reads the global objectives that were written."""
    tree = state.tree
    rolled: list[int] = []
    if place == (state.current if MEMORY.ending is None else MEMORY.ending):
        path = tree.path(place, 0)
        for at in path:
            rolled.append(at)
            if tree.nodes[at].tracked:
                rolled.extend(above_readers(tree, written_targets(tree.nodes[at], PRIMARY)))
        rolled = [at for at in rolled if at != place]
    rolled.extend(above_readers(tree, targets))
    for at in in_order(tree, rolled):
        roll_up(state, tree.nodes[at])
    _note_what_is_left(state, place)


def _note_what_is_left(state: TrackingState, place: int) -> None:
    """Note it when rolling up as the book does would change something still."""
    tree = state.tree
    with aside(state) as ours:
        path = tree.path(place, 0)
        everything = {*path}
        for at in path:
            for link in tree.nodes[at].links:
                for target in link.targets:
                    for reader in tree.readers.get(target, ()):
                        everything.update(tree.path(reader, 0))
        before = known(ours)
        for at in sorted(everything, key=lambda at: (-tree.nodes[at].depth, at)):
            roll_up(ours, tree.nodes[at])
        is_left = known(ours) != before
    note(Departure.READERS if tree.nodes[place].is_leaf else Departure.CLUSTER_END, is_left)


def in_order(tree: ActivityTree, places: Sequence[int]) -> list[int]:
    """Return each place once, the deepest first; among equals as the reference's hash table gives them."""
    names = _hashed([tree.nodes[at].identifier for at in places])
    waiting = [tree.places[name] for name in names]
    found: list[int] = []
    while waiting:
        deepest = max(tree.nodes[at].depth for at in waiting)
        found.append(next(at for at in reversed(waiting) if tree.nodes[at].depth == deepest))
        waiting.remove(found[-1])
    return found


def _hashed(names: Iterable[str]) -> list[str]:
    """Return different names in the order of a hash table of 11 buckets that doubles when it is three quarters full."""
    table: list[list[str]] = [[] for _ in range(11)]
    known_names: set[str] = set()
    for name in names:
        if name in known_names:
            continue
        if len(known_names) >= len(table) * 3 // 4:
            old, table = table, [[] for _ in range(2 * len(table) + 1)]
            for bucket in reversed(old):
                for one in bucket:
                    table[_hash(one) % len(table)].insert(0, one)
        table[_hash(name) % len(table)].insert(0, name)
        known_names.add(name)
    return [name for bucket in reversed(table) for name in bucket]


def _hash(name: str) -> int:
    found = 0
    for character in name:
        found = (31 * found + ord(character)) & 0xFFFFFFFF
    return found & 0x7FFFFFFF
