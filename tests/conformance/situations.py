"""The situations in which the recorded sequencer is known to go another way than the book, one function for each.

A situation is told from the manifest, from what was asked and from what was recorded so far; never from the name of a
recording, and never from what our engine does. A function returns the activities that the situation concerns as of the
last operation; `docs/conformance.md` argues each.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Any

from scorm.sequencing.definition import ObjectiveMap
from scorm.sequencing.tree import PRIMARY, ActivityTree, Node
from scorm.sequencing.words import ChildSet, ConditionName, Requirement

EXTENDED = ("raw", "minimum", "maximum", "completed", "progress")
ABOUT_MEASURES = frozenset(
    {
        ConditionName.OBJECTIVE_MEASURE_KNOWN, ConditionName.OBJECTIVE_MEASURE_GREATER_THAN,
        ConditionName.OBJECTIVE_MEASURE_LESS_THAN,
    }
)  # fmt: skip
NEVER = {"attempts": 0, "active": False, "suspended": False}
"""What is recorded of an activity before the first operation, as far as it is asked here."""


@dataclass(slots=True)
class Story:
    """A recording up to one operation: the tree of its course, what was asked so far, and what was recorded of it."""

    tree: ActivityTree
    ops: list[Mapping[str, Any]] = field(default_factory=list)
    results: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def current(self) -> str | None:
        """Return the current activity before the last operation."""
        found: str | None = self.before["current"]
        return found

    @property
    def before(self) -> Mapping[str, Any]:
        """Return what was recorded before the last operation."""
        return self.results[-2] if len(self.results) > 1 else {"current": None, "activities": {}, "globals": {}}

    def recorded(self, name: str) -> Mapping[str, Any]:
        """Return what is recorded of an activity."""
        found: Mapping[str, Any] = self.results[-1]["activities"][name]
        return found

    def node(self, name: str) -> Node:
        """Return an activity of the tree."""
        return self.tree.nodes[self.tree.places[name]]

    def upwards(self, name: str | None) -> list[str]:
        """Return an activity and its ancestors; nothing for none."""
        if name is None:
            return []
        return [self.tree.nodes[at].identifier for at in self.tree.path(self.tree.places[name], 0)]

    def is_begun(self, name: str) -> bool:
        """Tell whether the last operation began a new attempt on an activity."""
        earlier = self.before["activities"].get(name, NEVER)
        return bool(self.recorded(name)["attempts"] > earlier["attempts"])

    @property
    def is_blocked(self) -> bool:
        """Tell whether the last operation was a choice, during a session, that came to nothing."""
        asks = asked(self.ops[-1]) == "choice" and self.current is not None
        return asks and self.results[-1]["special"] in ("_SEQBLOCKED_", "_INVALIDNAVREQ_")


def spoken(op: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a SCO set, in its order; the name of an objective stands between two `&`."""
    return [(call[1], call[2]) for call in op.get("calls", ()) if call[0] == "SetValue"]


def wished(op: Mapping[str, Any]) -> str:
    """Return the learner's request, or the one that a SCO left, as it stands."""
    return str(op["event"] if "event" in op else dict(spoken(op)).get("adl.nav.request", ""))


def asked(op: Mapping[str, Any]) -> str:
    """Return what is asked for, without its target; a SCO whose time is out leaves (RTE 4.2.8)."""
    if dict(spoken(op)).get("cmi.exit") in ("time-out", "logout") and wished(op) != "suspendAll":
        return "exitAll"
    return wished(op).rpartition("}")[2]


def target_of(op: Mapping[str, Any]) -> str | None:
    """Return the activity that is asked for."""
    if "target" in op:
        return str(op["target"])
    return wished(op).partition("=")[2].partition("}")[0] or None


# ---------------------------------------------------------------------- what is delivered, and when a session ends


def continue_ends(story: Story) -> Iterator[str]:
    """A Continue, asked for or by a postcondition, that ended the session before the last activity of the tree."""
    way = story.upwards(story.current)
    by_rule = any(rule.action == "continue" for name in way for rule in story.node(name).post_rules)
    is_last = story.current == story.tree.nodes[-1].identifier
    wish = asked(story.ops[-1])
    goes_on = wish == "continue" or (by_rule and not wish.endswith("All"))
    if story.results[-1]["special"] == "_ENDSESSION_" and goes_on and not is_last:
        yield from way


def offered_alone(story: Story) -> Iterator[str]:
    """A choice that came to nothing where the recorded contents and the choice mode say different things."""
    target = target_of(story.ops[-1])
    if not story.is_blocked or target is None:
        return
    parent = story.node(target).parent
    is_allowed = parent < 0 or story.tree.nodes[parent].choice
    is_offered = (story.before.get("toc") or {}).get(target) == "selectable"
    if is_allowed != is_offered:
        yield from story.upwards(story.current)


def stopped_backward(story: Story) -> Iterator[str]:
    """A choice of what lies before, refused, with a rule that stops forward traversal on the way."""
    target = target_of(story.ops[-1])
    if not story.is_blocked or target is None:
        return
    is_before = story.tree.places[target] < story.tree.places[story.current or target]
    if is_before and any(story.node(name).stop_rules for name in story.upwards(target)):
        yield from story.upwards(story.current)


def bounded(story: Story) -> Iterator[str]:
    """A choice out of a cluster that constrains choice, refused."""
    if story.is_blocked and any(story.node(name).constrain_choice for name in story.upwards(story.current)):
        yield from story.upwards(story.current)


def ended_for_nothing(story: Story) -> Iterator[str]:
    """A choice, Previous or jump that came to nothing, and the attempt that it left is recorded as ended."""
    current = story.current
    if current is None or asked(story.ops[-1]) not in ("choice", "previous", "jump"):
        return
    was_active = story.before["activities"][current]["active"]
    if story.results[-1]["special"] == "_NOTHING_" and was_active and not story.recorded(current)["active"]:
        yield from story.upwards(current)


def ended_by_contents(story: Story) -> Iterator[str]:
    """An activity of a course that constrains choice is recorded as delivered and current, and as not active."""
    delivered = story.results[-1]["delivers"]
    if delivered is None or delivered != story.results[-1]["current"]:
        return
    if not story.recorded(delivered)["active"] and any(node.constrain_choice for node in story.tree.nodes):
        yield from story.upwards(delivered)


def exit_above_root(story: Story) -> Iterator[str]:
    """A choice or jump was carried out where exit rules can end the course, and then want to leave more than that."""
    root = story.tree.nodes[0]
    leaves_root = bool(root.exit_rules) and any(rule.action == "exitParent" for rule in root.post_rules)
    if leaves_root and story.current and story.results[-1]["delivers"] and asked(story.ops[-1]) in ("choice", "jump"):
        yield from story.upwards(story.current)


# ------------------------------------------------------------------------------------ what a leaf comes to


def abandoned(story: Story) -> Iterator[str]:
    """The current activity is abandoned, or its SCO asked for that."""
    if story.current is not None and wished(story.ops[-1]).startswith("abandon"):
        yield story.current


def spoken_of_before(story: Story) -> Iterator[str]:
    """A leaf is begun again whose SCO said `unknown` before, or a status in the entry of its primary objective."""
    for at, op in enumerate(story.ops[:-1]):
        name = op.get("activity")
        if name is None or not at:
            continue
        entry = f"&{story.node(name).links[PRIMARY].identifier}&"
        says = any(
            element.endswith("_status") and (entry in element or (value == "unknown" and "&" not in element))
            for element, value in spoken(op)
        )
        if says and story.recorded(name)["attempts"] > story.results[at - 1]["activities"][name]["attempts"]:
            yield name


def threshold_unasked(story: Story) -> Iterator[str]:
    """A SCO says how far it is, and its item names an amount that completes without letting it decide."""
    name = story.ops[-1].get("activity")
    if name and any(element.endswith("progress_measure") for element, _ in spoken(story.ops[-1])):
        threshold = story.node(name).threshold
        if threshold.is_stated and not threshold.by_measure:
            yield name


def left_behind(story: Story) -> Iterator[str]:
    """Something above an activity begins again, and what is known of the activity is not plainly of its own attempt."""
    for node in story.tree.nodes:
        is_special = not node.current_progress_info or not node.current_objective_info or node.threshold.by_measure
        earlier = story.before["activities"].get(node.identifier, NEVER)
        is_left = earlier["attempts"] and not story.is_begun(node.identifier)
        if is_special and is_left and any(story.is_begun(name) for name in story.upwards(node.identifier)[1:]):
            yield node.identifier


# ---------------------------------------------------------------------------------- what a cluster comes to


def unscored(story: Story) -> Iterator[str]:
    """The record knows the measure or amount of a cluster without one below, and the manifest asks for it."""
    for node in story.tree.nodes:
        for key, kind in (("measure", "measure"), ("progress_measure", "progress")):
            if not node.is_leaf and story.recorded(node.identifier)[key] is not None and _is_asked(story, node, kind):
                below = [one for one in story.tree.nodes if one.is_leaf and story.tree.is_within(one.place, node.place)]
                scored = [one for one in below if story.recorded(one.identifier)[key] is not None]
                if all(_is_of_clusters(story.tree, one, kind) for one in scored):
                    yield node.identifier


def _is_of_clusters(tree: ActivityTree, leaf: Node, kind: str) -> bool:
    """Tell whether a leaf reads its measure or amount from a global objective to which a cluster writes."""
    source = leaf.links[PRIMARY].reads.get(kind)
    return source is not None and any(
        source in link.writes.get(kind, ()) for node in tree.nodes if not node.is_leaf for link in node.links
    )


def _is_asked(story: Story, node: Node, kind: str) -> bool:
    """Tell whether something in the manifest depends on the measure or the amount of a cluster."""
    if kind in node.links[PRIMARY].writes:
        return True
    if kind == "progress":
        return node.threshold.by_measure
    conditions = [one for rule in node.definition.sequencing.rules for one in rule.conditions]
    if node.parent >= 0:
        above = story.tree.nodes[node.parent].definition.sequencing.rollup_rules
        conditions.extend(one for rule in above for one in rule.conditions)
    return node.links[PRIMARY].by_measure or any(one.name in ABOUT_MEASURES for one in conditions)


def never_tried(story: Story) -> Iterator[str]:
    """A child that counts only if it is not suspended has not been attempted."""
    for node in story.tree.nodes:
        is_asked = Requirement.IF_NOT_SUSPENDED in node.requirements.values()
        if is_asked and not story.recorded(node.identifier)["attempts"]:
            yield node.identifier


def rounded_percent(story: Story) -> Iterator[str]:
    """A rollup rule asks for a part of the children that is no whole number of them, and rounding takes away."""
    for node in story.tree.nodes:
        for rule in node.definition.sequencing.rollup_rules:
            wanted = [rule.minimum_percent * size for size in range(1, len(node.children) + 1)]
            rounds_down = any(floor(part + 0.5) < part - 1e-9 for part in wanted)
            if rule.child_set is ChildSet.AT_LEAST_PERCENT and rounds_down:
                yield node.identifier


# -------------------------------------------------------------------------------------- global objectives


def read_elsewhere(story: Story) -> Iterator[str]:
    """A global objective has changed that primary objectives read: the clusters above these."""
    earlier = story.before["globals"]
    for name, values in story.results[-1]["globals"].items():
        if values != earlier.get(name):
            for reader in story.tree.readers.get(name.partition("~")[2], ()):
                yield from story.upwards(story.tree.nodes[reader].identifier)[1:]


def plainly_mapped(story: Story) -> Iterator[str]:
    """A plain map to a global objective of which completion or progress is known."""
    known = {
        name.partition("~")[2]
        for name, values in story.results[-1]["globals"].items()
        if (values["completion"], values["progressmeasure"]) != ("unknown", "unknown")
    }
    for node in story.tree.nodes:
        sequencing = node.definition.sequencing
        maps = [one for objective in (sequencing.primary, *sequencing.objectives) for one in objective.maps]
        if any(one.target in known and _is_plain(one) for one in maps):
            yield node.identifier


def _is_plain(one: ObjectiveMap) -> bool:
    return not any(getattr(one, f"{way}_{kind}") for way in ("read", "write") for kind in EXTENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A situation by its name in `docs/conformance.md`.

    `lasts`: what it concerns stays concerned; else it is over with the operation. `moves`: it changes by itself what is
    delivered or whether the session is open; else only rules and limits can, that read what it changes.
    """

    name: str
    concerns: Callable[[Story], Iterator[str]]
    lasts: bool = True
    moves: bool = False


SITUATIONS = (
    Situation(name="continue ends", concerns=continue_ends, lasts=False, moves=True),
    Situation(name="contents end attempts", concerns=ended_by_contents, moves=True),
    Situation(name="contents decide", concerns=offered_alone, moves=True),
    Situation(name="stopped backward", concerns=stopped_backward, moves=True),
    Situation(name="bounded", concerns=bounded, moves=True),
    Situation(name="ended for nothing", concerns=ended_for_nothing, moves=True),
    Situation(name="exit above the root", concerns=exit_above_root, lasts=False, moves=True),
    Situation(name="abandoned", concerns=abandoned),
    Situation(name="spoken of before", concerns=spoken_of_before),
    Situation(name="threshold unasked", concerns=threshold_unasked),
    Situation(name="left behind", concerns=left_behind),
    Situation(name="unscored", concerns=unscored),
    Situation(name="never tried", concerns=never_tried),
    Situation(name="percent", concerns=rounded_percent),
    Situation(name="read elsewhere", concerns=read_elsewhere),
    Situation(name="plain map", concerns=plainly_mapped),
)
