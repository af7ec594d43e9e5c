"""Random courses and random learners for properties: any tree, any rules, any requests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from scorm.sequencing.definition import CourseDefinition
from scorm.sequencing.words import Behaviour, ChildSet, ConditionName, Requirement, RollupAction, RuleAction, Timing
from tests.scorm.sequencing.builders import (
    Branch,
    Learner,
    cluster,
    condition,
    course,
    leaf,
    objective,
    reads,
    rollup_rule,
    rule,
    writes,
)

Feature = tuple[str, Any]
Shape = Any
"""None for a leaf, a list of shapes for a cluster."""

_KINDS = ("satisfied", "measure", "completed", "progress", "raw")
_WORDS = [f"{sign}{name}" for name in ConditionName for sign in ("", "not ")]
_CONDITIONS = [
    condition(f"{word}{of}", threshold) for word in _WORDS for of in ("", " of o") for threshold in (0.0, 0.5)
]
_ROLLUP_WORDS = [word for word in _WORDS if "Than" not in word and "always" not in word]

_CONTROL: list[Feature] = [
    ("flow", False), ("flow", True), ("choice", False), ("choice_exit", False), ("forward_only", True),
    ("constrain_choice", True), ("prevent_activation", True), ("current_objective_info", False),
    ("current_progress_info", False),
]  # fmt: skip
_TRACKING: list[Feature] = [
    ("tracked", False), ("attempt_limit", 0), ("attempt_limit", 1), ("attempt_limit", 2),
    ("completion_set_by_content", True), ("objective_set_by_content", True), ("completed_from", 0.5),
    ("measure_satisfaction_if_active", False), ("visible", False), ("hides", ["continue", "previous"]),
]  # fmt: skip
_ROLLUP: list[Feature] = [
    ("objective_satisfied", False), ("progress_completion", False), ("objective_weight", 0.0),
    ("objective_weight", 0.5), ("progress_weight", 0.0),
    *((f"for_{action}", one) for action in ("satisfied", "not_satisfied", "completed", "incomplete")
      for one in Requirement),
]  # fmt: skip
_RANDOM: list[Feature] = [
    *(("selection_timing", one) for one in Timing), *(("randomization_timing", one) for one in Timing),
    ("select_count", 0), ("select_count", 1), ("select_count", 2), ("reorder_children", True),
]  # fmt: skip
_PRIMARY: list[Feature] = [
    ("primary", objective("p", *maps, **facts))
    for maps in (
        (), (reads("G"),), (writes("G"),), (reads("G"), writes("H")), (reads("H", *_KINDS),), (writes("H", *_KINDS),),
        (reads("G", *_KINDS), writes("G", *_KINDS)),
    )
    for facts in ({}, {"by_measure": 0.5})
]  # fmt: skip
_OTHERS: list[Feature] = [
    ("objectives", [objective("o", *maps)]) for maps in ((), (reads("G", *_KINDS),), (writes("H", *_KINDS), reads("H")))
]

_rules: st.SearchStrategy[Feature] = st.builds(
    lambda action, conditions, combination: ("rules", [rule(action, *conditions, combination=combination)]),
    st.sampled_from(RuleAction),
    st.lists(st.sampled_from(_CONDITIONS), min_size=1, max_size=2),
    st.sampled_from(["all", "any"]),
)
_rollup_rules: st.SearchStrategy[Feature] = st.builds(
    lambda action, among, words, share: (
        "rollup_rules", [rollup_rule(action, among, *words, minimum_count=round(2 * share), minimum_percent=share)],
    ),
    st.sampled_from(RollupAction), st.sampled_from(ChildSet),
    st.lists(st.sampled_from(_ROLLUP_WORDS), min_size=1, max_size=2), st.sampled_from([0.0, 0.5, 1.0]),
)  # fmt: skip
_features = st.lists(
    st.one_of(
        st.sampled_from([*_CONTROL, *_TRACKING]), st.sampled_from([*_ROLLUP, *_RANDOM]),
        st.sampled_from([*_PRIMARY, *_OTHERS]), _rules, _rules, _rollup_rules,
    ),
    max_size=3,
)  # fmt: skip
_SHAPES: list[Shape] = [
    [None, None],
    [None, None, None],
    [[None, None], None],
    [None, [None, None]],
    [[None, None], [None, None]],
    [[None, None, None], None, [None]],
    [[[None, None], None], None],
    [[[None], [None, None]], [None, None]],
    [None, [[None, None], [None, None]], None],
    [[None, None], [None, None], [None, None]],
    [[[[None, None], None], None], None],
    [[[[None], [None]]], [[None, None], None]],
    [[None, [None, [None, None]]], [[None, None], [None]], None],
    [None, None, [], None],
    None,
]


def _branch(shape: Shape, features: Iterator[list[Feature]], names: Iterator[str]) -> Branch:
    facts: dict[str, Any] = {}
    for name, value in next(features):
        facts[name] = [*facts.get(name, []), *value] if name in ("rules", "rollup_rules") else value
    identifier = next(names)
    if shape is None:
        return leaf(identifier, **facts)
    return cluster(identifier, *(_branch(child, features, names) for child in shape), **facts)


def _size(shape: Shape) -> int:
    return 1 + sum(_size(child) for child in shape or ())


@st.composite
def courses(draw: st.DrawFn) -> CourseDefinition:
    """Draw a course: up to four levels below the root, up to three peculiarities for each activity."""
    shape = draw(st.sampled_from(_SHAPES))
    size = _size(shape)
    peculiar = draw(st.lists(_features, min_size=size, max_size=size))
    names = iter([f"n{at}" for at in range(size)])
    behaviour = draw(st.sampled_from([Behaviour.FOURTH, Behaviour.FOURTH, Behaviour.THIRD, Behaviour.SECOND]))
    return course(_branch(shape, iter(peculiar), names), behaviour, objectives_are_global=draw(st.booleans()))


@dataclass(frozen=True)
class Wish:
    """A step of a learner: what the SCO reports, if it does, and what is asked for then."""

    request: str
    target: int
    report: dict[str, Any] | None


_reports = st.fixed_dictionaries(
    {},
    optional={
        "satisfied": st.booleans(), "completed": st.booleans(), "measure": st.sampled_from([-1.0, 0.0, 0.5, 1.0]),
        "progress": st.sampled_from([0.0, 0.5, 1.0]), "suspended": st.booleans(),
        "unknown": st.sampled_from([("success",), ("completion",)]),
        "objectives": st.sampled_from([{"p": {"satisfied": True}}, {"o": {"satisfied": False, "measure": 0.5}}]),
    },
)  # fmt: skip
_REQUESTS = [
    "continue", "continue", "continue", "choice", "choice", "choice", "previous", "jump", "exit", "exitAll", "abandon",
    "abandonAll", "suspendAll",
]  # fmt: skip
wishes = st.lists(
    st.builds(Wish, st.sampled_from(_REQUESTS), st.integers(0, 15), st.none() | _reports), min_size=4, max_size=14
)


def fulfil(one: Learner, wish: Wish) -> str:
    """Take one step; without a session the course is opened first, by a choice where one is wished."""
    target = one.names([wish.target % len(one.state.tree.nodes)])[0]
    if one.state.current is None and wish.request != "choice":
        opened = one.ask("resumeAll") if one.suspended else ""
        return opened if one.last.delivered and opened else one.start()
    report(one, wish)
    return one.ask(wish.request, target if wish.request in ("choice", "jump") else None)


def report(one: Learner, wish: Wish) -> None:
    """Let the SCO that runs say what it has to say, unless it is abandoned."""
    is_running = one.state.current is not None and one.state.records[one.state.current].is_active
    if is_running and wish.report is not None and not wish.request.startswith("abandon"):
        one.report(**wish.report)
