"""Rollup: what the children of a cluster came to decides what the cluster came to (SN 4.6)."""

from dataclasses import replace

from scorm.sequencing.objectives import completed_of, measure_of, progress_of, put, satisfied_of
from scorm.sequencing.rollup_rules import rule_check, valid_attempt
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import PRIMARY, Node
from scorm.sequencing.words import RollupAction

MOST_ROUNDS = 16
"""How often clusters that read what others write are rolled up again: a circle of maps must come to an end."""


def measure_rollup(state: TrackingState, node: Node) -> None:
    """Set a cluster's measure to the weighted mean of its tracked children's; all weights count [RB.1.1 a]."""
    total = weights = 0.0
    is_known = False
    nodes = state.tree.nodes
    for place in state.kids(node.place):
        child = nodes[place]
        if not child.tracked:
            continue
        weight = child.rollup.objective_weight
        weights += weight
        measure = measure_of(state, child)
        if measure is not None:
            total += weight * measure
            is_known = True
    measure = total / weights if is_known and weights > 0 else None
    if measure != state.records[node.place].objectives[PRIMARY].measure:
        put(state, node, PRIMARY, {"measure": measure})


def completion_measure_rollup(state: TrackingState, node: Node) -> None:
    """Set a cluster's completion amount to the weighted mean of its tracked children's [RB.1.1 b].

    LMS choice: amounts from an earlier attempt of the cluster count only where its manifest says so (SN 3.2.7).
    """
    total = weights = 0.0
    is_known = False
    nodes, records = state.tree.nodes, state.records
    valid = valid_attempt(state, node, is_about_objectives=False)
    for place in state.kids(node.place):
        child = nodes[place]
        if not child.tracked:
            continue
        weight = child.rollup.progress_weight
        weights += weight
        is_stale = valid is not None and records[place].parent_attempt != valid
        amount = progress_of(state, child, is_stale=is_stale)
        if amount is not None:
            total += weight * amount
            is_known = True
    progress = total / weights if is_known and weights > 0 else None
    if progress != state.records[node.place].objectives[PRIMARY].progress:
        put(state, node, PRIMARY, {"progress": progress})


def objective_rollup(state: TrackingState, node: Node) -> bool:
    """Decide whether a cluster's primary objective is satisfied, by measure or by rules [RB.1.2].

    Return whether anything is known now; this holds for all that follow.
    """
    if node.links[PRIMARY].by_measure:
        return objective_rollup_by_measure(state, node)
    return objective_rollup_by_rules(state, node)


def objective_rollup_by_measure(state: TrackingState, node: Node) -> bool:
    """Compare the measure with the one that satisfies [RB.1.2 a]: the status is derived wherever it is read.

    It is kept as well, so that the maps write it.
    """
    satisfied = satisfied_of(state, node)
    if satisfied != state.records[node.place].objectives[PRIMARY].satisfied:
        put(state, node, PRIMARY, {"satisfied": satisfied})
    return satisfied is not None


def objective_rollup_by_rules(state: TrackingState, node: Node) -> bool:
    """Let the rules about notSatisfied speak, then those about satisfied; neither leaves the status [RB.1.2 b]."""
    if rule_check(state, node, RollupAction.SATISFIED):
        satisfied = True
    elif rule_check(state, node, RollupAction.NOT_SATISFIED):
        satisfied = False
    else:
        return False
    put(state, node, PRIMARY, {"satisfied": satisfied})
    return True


def activity_progress_rollup(state: TrackingState, node: Node) -> bool:
    """Decide whether a cluster is completed, by its completion amount or by rules [RB.1.3]."""
    if node.threshold.by_measure:
        return activity_progress_rollup_by_measure(state, node)
    return activity_progress_rollup_by_rules(state, node)


def activity_progress_rollup_by_measure(state: TrackingState, node: Node) -> bool:
    """Compare the completion amount with the one that completes [RB.1.3 a]; kept as well for the maps."""
    completed = completed_of(state, node)
    if completed != state.records[node.place].objectives[PRIMARY].completed:
        put(state, node, PRIMARY, {"completed": completed})
    return completed is not None


def activity_progress_rollup_by_rules(state: TrackingState, node: Node) -> bool:
    """Let the rules about incomplete speak, then those about completed; neither leaves the status [RB.1.3 b]."""
    if rule_check(state, node, RollupAction.COMPLETED):
        completed = True
    elif rule_check(state, node, RollupAction.INCOMPLETE):
        completed = False
    else:
        return False
    put(state, node, PRIMARY, {"completed": completed})
    return True


def roll_up(state: TrackingState, node: Node) -> None:
    """Roll one cluster up: measure, completion measure, objective, progress."""
    if node.is_leaf or not node.tracked:
        return
    measure_rollup(state, node)
    if state.tree.has_progress:
        completion_measure_rollup(state, node)
    has_objective = objective_rollup(state, node)
    has_progress = activity_progress_rollup(state, node)
    if node.parent >= 0 and (has_objective or has_progress):
        _mark(state, node, has_objective, has_progress)


def _mark(state: TrackingState, node: Node, has_objective: bool, has_progress: bool) -> None:
    """Note that a cluster was rolled up in its parent's present attempt, also where nobody has been in it.

    What is left from an earlier attempt must not become current with it, and is forgotten (SN 3.2.6).
    """
    attempt = state.records[node.parent].attempts
    if state.records[node.place].parent_attempt == attempt:
        return
    record = state.writable(node.place)
    record.parent_attempt = attempt
    primary = record.objectives[PRIMARY]
    parent = state.tree.nodes[node.parent]
    if parent.current_objective_info and not has_objective:
        primary = replace(primary, satisfied=None)
    if parent.current_progress_info and not has_progress:
        primary = replace(primary, completed=None)
    record.objectives = (primary, *record.objectives[1:])


def overall_rollup(state: TrackingState, place: int) -> None:
    """Roll up from an activity to the root, and wherever a written global objective is read [RB.1.5].

    Clusters whose children read what was written come next, the deepest first, again while they write in turn.
    """
    tree = state.tree
    touched = tree.path(place, 0)
    for at in touched:
        roll_up(state, tree.nodes[at])
    done = 0
    waiting = _readers_of(state, touched)
    while waiting and done < MOST_ROUNDS:
        done += 1
        rolled = sorted(waiting, key=lambda at: (-tree.nodes[at].depth, at))
        before = dict(state.globals)
        for at in rolled:
            roll_up(state, tree.nodes[at])
        waiting = _readers_of(state, rolled) if state.globals != before else set()


def _readers_of(state: TrackingState, places: list[int]) -> set[int]:
    """Return the clusters above the activities whose primary objective reads what these may write."""
    tree = state.tree
    found: set[int] = set()
    for place in places:
        for link in tree.nodes[place].links:
            for target in link.targets:
                for reader in tree.readers.get(target, ()):
                    if reader:
                        found.update(tree.path(tree.nodes[reader].parent, 0))
    return found
