"""Turn the gate of an offering, and of those that could open it, into bits and actions for the search.

Only what the offering asks for, and what that asks for in turn, is looked at. What no course can mend (verification,
category, nomination, languages, measures) becomes an action too, at a cost that comes before all hours; what nobody can
mend (region, country, membership, least-developed or not) stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from courses.progression.engine import is_met
from courses.progression.facts import Known, is_recent, reaches
from courses.progression.policy import Policy
from courses.progression.record import Category, Record, Source
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    GoodStanding,
    Leaf,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.rules import gate_of
from courses.progression.search import ALWAYS, NEVER, Action, Bit, Cost, Count, Inverse, Node
from courses.progression.steps import Step, covered_by
from courses.progression.terms import Kind, Terms
from courses.progression.topics import TopicTree


class Todo(StrEnum):
    """What is to be done in a step of a path; only the first two are up to the person alone."""

    PASS = "pass"  # noqa: S105 — to pass a course
    IMPROVE = "improve"  # a better mark in a course that was passed
    LANGUAGE = "language"
    VERIFICATION = "verification"
    NOMINATION = "nomination"
    CATEGORY = "category"
    MEASURES = "measures"


UP_TO_THE_PERSON = frozenset({Todo.PASS, Todo.IMPROVE})
BURDEN = {Todo.PASS: 0, Todo.IMPROVE: 0, Todo.LANGUAGE: 1, Todo.VERIFICATION: 1, Todo.NOMINATION: 1, Todo.CATEGORY: 3,
          Todo.MEASURES: 3}  # fmt: skip
"""How far something is from what the person can do alone: fewest of this first, then hours, then courses."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a bit or an action is about: a kind of deed, and the code, category or language of it."""

    todo: Todo
    code: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The offerings that are open, by code and by the steps that they give, those covered included."""

    by_code: Mapping[str, Sequence[Terms]]
    by_step: Mapping[Step, Sequence[Terms]]


@dataclass(slots=True)
class Problem:
    """A gate as a problem for the search: its goal, the actions, the bits that are set at the start."""

    policy: Policy
    record: Record
    topics: TopicTree
    on: date
    catalogue: Catalogue
    start: int = 0
    goal: Node = ALWAYS
    bits: dict[Leaf | Name, int] = field(default_factory=dict)
    waiting: list[StepHeld | CoursePassed] = field(default_factory=list)
    deeds: list[tuple[Name, Terms | None]] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


def catalogue_of(offers: Iterable[Terms]) -> Catalogue:
    """Return the open offerings in the order in which the search asks for them."""
    by_code: dict[str, list[Terms]] = {}
    by_step: dict[Step, list[Terms]] = {}
    for offer in offers:
        if offer.is_open:
            by_code.setdefault(offer.code, []).append(offer)
            for step in steps_given(offer):
                by_step.setdefault(step, []).append(offer)
    return Catalogue(by_code, by_step)


def steps_given(offer: Terms) -> frozenset[Step]:
    """Return the steps that are held after an offering, those covered included."""
    return frozenset(each for step in offer.confers for each in (step, *covered_by(step)))


def compiled(problem: Problem, terms: Terms) -> Problem:
    """Return a problem with its goal, and everything that could lead there."""
    problem.goal = _gate(problem, terms)
    offers: dict[tuple[Kind, str], tuple[Terms, Node]] = {}
    while problem.waiting:
        for offer in _givers(problem, problem.waiting.pop()):
            key = (offer.kind, offer.code)
            if key not in offers and key != (terms.kind, terms.code):
                offers[key] = (offer, NEVER)
                offers[key] = (offer, _gate(problem, offer))
    problem.actions = _cheapest([*_courses(problem, offers.values()), *_others(problem)])
    return problem


def _givers(problem: Problem, leaf: StepHeld | CoursePassed) -> Sequence[Terms]:
    if isinstance(leaf, StepHeld):
        return problem.catalogue.by_step.get(leaf.step, ())
    return problem.catalogue.by_code.get(leaf.code, ())


def _gate(problem: Problem, terms: Terms) -> Node:
    known = Known(problem.record, problem.on, terms.code)
    nodes: list[Node] = []
    for part in gate_of(problem.policy, terms, problem.topics):
        if part.code == "not_passed_yet" and part.requirement is not None:
            nodes.append(ALWAYS if is_met(part.requirement, known) else NEVER)
        elif part.blocks:
            nodes.append(NEVER if part.requirement is None else _node(problem, part.requirement, known))
    return _count(len(nodes), nodes)


def _node(problem: Problem, requirement: Requirement, known: Known) -> Node:
    match requirement:
        case AllOf(of):
            return _count(len(of), [_node(problem, part, known) for part in of])
        case AnyOf(of):
            return _count(1, [_node(problem, part, known) for part in of])
        case AtLeast(count, of):
            return _count(count, [_node(problem, part, known) for part in of])
        case Not(inner):
            node = _node(problem, inner, known)
            return NEVER if node == ALWAYS else ALWAYS if node == NEVER else Inverse(node)
        case leaf:
            return _leaf(problem, leaf, known)


def _count(need: int, nodes: Sequence[Node]) -> Node:
    """Return a count without what is settled already."""
    need -= sum(node == ALWAYS for node in nodes)
    open_ones = [node for node in nodes if node not in {ALWAYS, NEVER}]
    if need <= 0:
        return ALWAYS
    if need > len(open_ones):
        return NEVER
    return open_ones[0] if len(open_ones) == 1 else Count(need, tuple(open_ones))


def _leaf(problem: Problem, leaf: Leaf, known: Known) -> Node:
    match leaf:
        case StepHeld() | CoursePassed():
            return _bit(problem, leaf, lambda: is_met(leaf, known))
        case Verified():
            return _bit(problem, Name(Todo.VERIFICATION), lambda: known.is_verified)
        case CategoryIs(categories):
            return _count(1, [_category(problem, category, known) for category in sorted(categories)])
        case Speaks(languages):
            return _count(1, [_language(problem, language) for language in sorted(languages)])
        case Nominated():
            return _bit(problem, Name(Todo.NOMINATION, known.code), lambda: is_met(leaf, known))
        case GoodStanding():
            return _bit(problem, Name(Todo.MEASURES), lambda: is_met(leaf, known))
        case _:
            return ALWAYS if is_met(leaf, known) else NEVER


def _category(problem: Problem, category: Category, known: Known) -> Node:
    _bit(problem, Name(Todo.VERIFICATION), lambda: known.is_verified)
    is_so = CategoryIs(frozenset({category}))
    return _bit(problem, Name(Todo.CATEGORY, category), lambda: is_met(is_so, known))


def _language(problem: Problem, language: str) -> Node:
    return _bit(problem, Name(Todo.LANGUAGE, language), lambda: language in problem.record.languages)


def _bit(problem: Problem, name: Leaf | Name, is_so: Callable[[], bool]) -> Bit:
    """Return the bit of something, told apart by its name, and remember whether it is so at the start."""
    if name not in problem.bits:
        problem.bits[name] = 1 << len(problem.bits)
        problem.start |= problem.bits[name] if is_so() else 0
        if isinstance(name, StepHeld | CoursePassed):
            problem.waiting.append(name)
    return Bit(problem.bits[name])


def _courses(problem: Problem, offers: Iterable[tuple[Terms, Node]]) -> Iterable[Action]:
    by_step, by_code = _asked_for(problem)
    for offer, gate in offers:
        cost: Cost = (0.0, offer.estimated_hours, 1.0)
        own = by_code.get(offer.code, ())
        fresh = [*(leaf for step in steps_given(offer) for leaf in by_step.get(step, ())), *own]
        given = [leaf for leaf in fresh if _is_given(leaf, problem.on)]
        if gate != NEVER and given:
            yield _action(problem, (Name(Todo.PASS, offer.code), offer), gate, cost, given)
        better = [leaf for leaf in own if _betters(problem, leaf, offer)]
        if better:
            yield _action(problem, (Name(Todo.IMPROVE, offer.code), offer), ALWAYS, cost, better)


def _asked_for(problem: Problem) -> tuple[dict[Step, list[StepHeld]], dict[str, list[CoursePassed]]]:
    """Return the steps and the courses that are asked for anywhere, each with every way in which it is."""
    by_step: dict[Step, list[StepHeld]] = {}
    by_code: dict[str, list[CoursePassed]] = {}
    for leaf in problem.bits:
        if isinstance(leaf, StepHeld):
            by_step.setdefault(leaf.step, []).append(leaf)
        if isinstance(leaf, CoursePassed):
            by_code.setdefault(leaf.code, []).append(leaf)
    return by_step, by_code


def _is_given(leaf: StepHeld | CoursePassed, on: date) -> bool:
    """Tell whether what is passed today, with full marks, is good and young enough."""
    mark = leaf.minimum_mark if isinstance(leaf, CoursePassed) else None
    return reaches(1.0, mark) and is_recent(on, leaf.within_months, on)


def _betters(problem: Problem, leaf: CoursePassed, offer: Terms) -> bool:
    """Tell whether a better mark in a course that was passed meets a requirement."""
    if leaf.minimum_mark is None:
        return False
    results = Known(problem.record, problem.on, offer.code).passed(offer.code)
    return reaches(1.0, leaf.minimum_mark) and any(
        each.source == Source.COURSE and is_recent(each.passed_on, leaf.within_months, problem.on) for each in results
    )


def _others(problem: Problem) -> Iterable[Action]:
    """Yield what no course can mend, of what was asked for somewhere."""
    categories = [name for name in problem.bits if isinstance(name, Name) and name.todo == Todo.CATEGORY]
    for name in [name for name in problem.bits if isinstance(name, Name)]:
        cost: Cost = (float(BURDEN[name.todo]), 0.0, 0.0)
        sets: list[Leaf | Name] = [name]
        gate: Node = ALWAYS
        clears = 0
        if name.todo == Todo.VERIFICATION:
            gate = Inverse(Bit(problem.bits[name]))
            sets += [each for each in categories if each.code == problem.record.category]
        if name.todo == Todo.CATEGORY:
            clears = sum(problem.bits[each] for each in categories)
            sets.append(Name(Todo.VERIFICATION))
        yield _action(problem, (name, None), gate, cost, sets, clears)


def _action(
    problem: Problem,
    deed: tuple[Name, Terms | None],
    gate: Node,
    cost: Cost,
    sets: Sequence[Leaf | Name],
    clears: int = 0,
) -> Action:
    problem.deeds.append(deed)
    bits = sum(problem.bits[each] for each in sets)
    return Action(name=len(problem.deeds) - 1, gate=gate, sets=bits, clears=clears & ~bits, cost=cost)


def _cheapest(actions: Iterable[Action]) -> list[Action]:
    """Return of actions that do the same under the same conditions only the cheapest."""
    best: dict[tuple[Node, int, int], Action] = {}
    for action in actions:
        key = (action.gate, action.sets, action.clears)
        if key not in best or action.cost < best[key].cost:
            best[key] = action
    return list(best.values())
