"""Build activity trees in a few lines, and play learners who go through them.

`learner(cluster("A", leaf("1"), leaf("2"), flow=True))` is someone before the first session of a course. What a request
comes to is told in one word: the activity that is delivered, `end`, the code of why not, or `nothing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.sequencing.attempts import begin_attempt
from scorm.sequencing.definition import (
    Activity,
    CompletionThreshold,
    ControlMode,
    CourseDefinition,
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
from scorm.sequencing.documents import state_as_document
from scorm.sequencing.outcomes import Outcome, Request
from scorm.sequencing.overall import sequence
from scorm.sequencing.tracking import Record, TrackingState
from scorm.sequencing.transfer import report
from scorm.sequencing.tree import PRIMARY, ActivityTree, Node
from scorm.sequencing.words import (
    Behaviour,
    ChildSet,
    Combination,
    ConditionName,
    Control,
    Requirement,
    RollupAction,
    RuleAction,
    Timing,
)


@dataclass(frozen=True)
class Branch:
    """An activity with what lies below it."""

    activity: Activity
    children: tuple["Branch", ...] = ()


def condition(text: str, threshold: float = 0.0) -> RuleCondition:
    """Read `satisfied`, `not completed`, `satisfied of objective`."""
    name, _, objective = text.removeprefix("not ").partition(" of ")
    return RuleCondition(
        name=ConditionName(name), is_negated=text.startswith("not "), objective=objective, threshold=threshold
    )


def _conditions(found: Iterable[str | RuleCondition]) -> tuple[RuleCondition, ...]:
    return tuple(condition(one) if isinstance(one, str) else one for one in found)


def rule(action: str, *conditions: str | RuleCondition, combination: str = "all") -> SequencingRule:
    """Return a sequencing rule; without conditions it always holds."""
    found = _conditions(conditions or ("always",))
    return SequencingRule(action=RuleAction(action), combination=Combination(combination), conditions=found)


def rollup_rule(action: str, child_set: str, *conditions: str, **facts: Any) -> RollupRule:
    """Return a rollup rule, such as `satisfied`, `any`, `satisfied`."""
    combination = Combination(facts.pop("combination", "any"))
    return RollupRule(
        action=RollupAction(action), child_set=ChildSet(child_set), combination=combination,
        conditions=_conditions(conditions), **facts,
    )  # fmt: skip


def objective(identifier: str = "", *maps: ObjectiveMap, **facts: Any) -> Objective:
    """Return an objective; `by_measure=0.5` is satisfied from this measure on."""
    if "by_measure" in facts:
        facts |= {"satisfied_by_measure": True, "minimum_measure": facts.pop("by_measure")}
    return Objective(identifier=identifier, maps=maps, **facts)


def reads(target: str, *kinds: str) -> ObjectiveMap:
    """Return a map that reads these kinds and no others; without any the two of a plain map."""
    wanted = kinds or ("satisfied", "measure")
    return ObjectiveMap(target=target, **{one: one[5:] in wanted for one in _MAP_FLAGS if one.startswith("read_")})


def writes(target: str, *kinds: str) -> ObjectiveMap:
    """Return a map that writes these kinds and reads nothing; without any the two of a plain map."""
    wanted = kinds or ("satisfied", "measure")
    flags = {one: one.startswith("write_") and one[6:] in wanted for one in _MAP_FLAGS}
    return ObjectiveMap(target=target, **flags)


_MAP_FLAGS = tuple(one.name for one in fields(ObjectiveMap) if one.name != "target")
_CONTROL = frozenset(one.name for one in fields(ControlMode))
_ROLLUP = frozenset(one.name for one in fields(Rollup))
_DELIVERY = frozenset(one.name for one in fields(Delivery))
_RANDOMIZATION = frozenset(one.name for one in fields(Randomization))


def _taken(facts: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: _read(name, facts.pop(name)) for name in list(facts) if name in names}


def _read(name: str, value: Any) -> Any:
    """Turn plain words into those of the vocabularies."""
    if name.endswith("_timing"):
        return Timing(value)
    return Requirement(value) if name.startswith("for_") else value


def leaf(identifier: str, **facts: Any) -> Branch:
    """Return a leaf; facts are fields of its sequencing, of its control mode, rollup, delivery and randomization.

    Besides: `rules`, `rollup_rules` and `objectives` as lists, `visible`, `hides`, `completed_from` as its threshold.
    """
    control = ControlMode(**_taken(facts, _CONTROL))
    rollup = Rollup(**_taken(facts, _ROLLUP))
    delivery = Delivery(**_taken(facts, _DELIVERY))
    randomization = Randomization(**_taken(facts, _RANDOMIZATION))
    minimum = facts.pop("completed_from", None)
    threshold = CompletionThreshold() if minimum is None else CompletionThreshold(by_measure=True, minimum=minimum)
    outside = {
        "is_visible": facts.pop("visible", True),
        "hidden": frozenset(Control(one) for one in facts.pop("hides", ())),
    }
    for name in ("rules", "rollup_rules", "objectives"):
        facts[name] = tuple(facts.get(name, ()))
    sequencing = Sequencing(control=control, rollup=rollup, delivery=delivery, randomization=randomization, **facts)
    return Branch(Activity(identifier=identifier, parent=-1, sequencing=sequencing, threshold=threshold, **outside))


def cluster(identifier: str, *children: Branch, **facts: Any) -> Branch:
    """Return a cluster with its children; flow leads among them unless it is said otherwise."""
    facts.setdefault("flow", True)
    found = leaf(identifier, **facts)
    return Branch(found.activity, children)


def course(root: Branch, behaviour: Behaviour = Behaviour.FOURTH, **facts: Any) -> CourseDefinition:
    """Return the course of a tree; activities in document order."""
    found: list[Activity] = []
    waiting = [(root, -1)]
    while waiting:
        branch, parent = waiting.pop()
        found.append(replace(branch.activity, parent=parent))
        place = len(found) - 1
        waiting.extend((child, place) for child in reversed(branch.children))
    return CourseDefinition(activities=tuple(found), behaviour=behaviour, **facts)


class Learner:
    """Someone in a course, in the words of tests; `last` is what came of the last request."""

    def __init__(self, state: TrackingState) -> None:
        self.state = state
        self.last = Outcome()

    def ask(self, request: Request | str, target: str | None = None) -> str:
        """Make a navigation request and return what it comes to in one word."""
        self.last = sequence(self.state, Request(request), target)
        return in_a_word(self.last)

    def start(self) -> str:
        """Open the course from its beginning."""
        return self.ask(Request.START)

    def continue_(self) -> str:
        """Go on."""
        return self.ask(Request.CONTINUE)

    def previous(self) -> str:
        """Go back."""
        return self.ask(Request.PREVIOUS)

    def choose(self, target: str) -> str:
        """Pick an activity in the table of contents."""
        return self.ask(Request.CHOICE, target)

    def jump(self, target: str) -> str:
        """Jump as a SCO may."""
        return self.ask(Request.JUMP, target)

    def report(self, target: str | None = None, **facts: Any) -> Self:
        """Let the SCO of an activity, the current one by default, say the values of its main objective.

        `suspended=True` is cmi.exit suspend, `objectives={id: {...}}` its entries, `unknown=("success",)` what it said
        to be unknown in so many words.
        """
        unknown = facts.pop("unknown", ())
        entries = {
            name: Reported(values=ObjectiveValues(**values)) for name, values in facts.pop("objectives", {}).items()
        }
        is_suspended = facts.pop("suspended", False)
        main = Reported(
            values=ObjectiveValues(**facts), is_success_unknown="success" in unknown,
            is_completion_unknown="completion" in unknown,
        )  # fmt: skip
        said = ScoReport(main=main, objectives=entries, is_suspended=is_suspended)
        report(self.state, self.current if target is None else target, said)
        return self

    def do(self, target: str, **facts: Any) -> str:
        """Choose a leaf, report, exit; return what came of the exit."""
        assert self.choose(target) == target
        return self.report(**facts).ask(Request.EXIT)

    def stand(self, target: str) -> Self:
        """Put the learner on an activity, with attempts on everything above it, whatever the rules say."""
        place = self.place(target)
        for at in reversed(self.state.tree.path(place, 0)):
            if not self.state.records[at].is_active:
                begin_attempt(self.state, at)
        self.state.current = place
        return self

    def end(self) -> Self:
        """Take the active mark from the current activity and nothing else."""
        return self.mark(self.current, is_active=False)

    def know(self, target: str, at: int = PRIMARY, **values: Any) -> Self:
        """Put values of an objective into tracking as they are, recorded in the present attempt of the parent."""
        node = self.node(target)
        record = self.state.writable(node.place)
        changed = replace(record.objectives[at], **values)
        record.objectives = (*record.objectives[:at], changed, *record.objectives[at + 1 :])
        if node.parent >= 0:
            record.parent_attempt = self.state.records[node.parent].attempts
        return self

    def mark(self, target: str, **facts: Any) -> Self:
        """Set fields of an activity's record."""
        record = self.state.writable(self.place(target))
        for name, value in facts.items():
            setattr(record, name, value)
        return self

    def share(self, target: str, **values: Any) -> Self:
        """Put values into a global objective."""
        self.state.globals[target] = ObjectiveValues(**values)
        return self

    def place(self, target: str) -> int:
        """Return the place of an activity."""
        return self.state.tree.places[target]

    def node(self, target: str) -> Node:
        """Return the node of an activity."""
        return self.state.tree.nodes[self.place(target)]

    def record(self, target: str) -> Record:
        """Return what is tracked of an activity."""
        return self.state.records[self.place(target)]

    def primary(self, target: str) -> ObjectiveValues:
        """Return what is kept of the primary objective of an activity."""
        return self.record(target).objectives[PRIMARY]

    def names(self, places: Iterable[int]) -> list[str]:
        """Return the identifiers of places."""
        return [self.state.tree.nodes[place].identifier for place in places]

    @property
    def current(self) -> str:
        """Return the current activity, empty when there is none."""
        return "" if self.state.current is None else self.state.tree.nodes[self.state.current].identifier

    @property
    def suspended(self) -> str:
        """Return the activity at which everything was suspended, empty when there is none."""
        return "" if self.state.suspended is None else self.state.tree.nodes[self.state.suspended].identifier

    @property
    def active(self) -> list[str]:
        """Return the activities with an attempt under way, in document order."""
        return self.names(place for place, record in enumerate(self.state.records) if record.is_active)

    @property
    def document(self) -> dict[str, Any]:
        """Return the whole state as it is stored."""
        return state_as_document(self.state, with_globals=True)


def learner(root: Branch, behaviour: Behaviour = Behaviour.FOURTH, **facts: Any) -> Learner:
    """Return a learner before the first session of a course."""
    return Learner(TrackingState(ActivityTree(course(root, behaviour, **facts)), seed="seed"))


def in_a_word(outcome: Outcome) -> str:
    """Return the delivered activity, `end`, a code, or `nothing`."""
    return "end" if outcome.has_ended else outcome.delivered or outcome.code or "nothing"


class FixedChooser:
    """A source of chance that takes the last ones and turns the order round."""

    def select(self, count: int, among: int) -> Sequence[int]:
        """Return the last `count` places."""
        return list(range(among - count, among))

    def shuffle(self, count: int) -> Sequence[int]:
        """Return all places in falling order."""
        return list(range(count - 1, -1, -1))
