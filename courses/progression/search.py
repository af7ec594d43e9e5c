"""Find the cheapest way from what is so to what shall be so, over bits: what is asked for, and what can be done.

States are sets of bits. The search is A*: exact as long as it ends within its limit. Where it does not (many courses,
any so many of which would do), a plan that forgets that things can be shared is tried instead; it may cost more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, nsmallest
from itertools import count
from math import inf
from typing import TypeAlias

MOST_TRIED = 40_000
"""How many things are tried before the exact search is given up."""


@dataclass(frozen=True, slots=True)
class Bit:
    """Something is so."""

    bit: int


@dataclass(frozen=True, slots=True)
class Count:
    """So many of those in it are so; none of none: always."""

    need: int
    of: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Inverse:
    """What is in it is not so."""

    of: "Node"


Node: TypeAlias = Bit | Count | Inverse
ALWAYS = Count(0)
NEVER = Count(1)

Cost: TypeAlias = tuple[float, float, float]
"""What no course can mend, hours, courses: compared in this order."""

FREE: Cost = (0.0, 0.0, 0.0)
ENDLESS: Cost = (inf, inf, inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done where its gate is open: which bits it sets and clears, at what cost."""

    name: int
    gate: Node
    sets: int
    clears: int = 0
    cost: Cost


@dataclass(slots=True)
class Found:
    """Where the search stands at a state: what it has cost, and how it was reached."""

    cost: Cost
    before: int | None = None
    by: Action | None = None


@dataclass(slots=True)
class Search:
    """A search from a start to a goal."""

    goal: Node
    actions: Sequence[Action]
    start: int
    tried: int = 0
    found: dict[int, Found] = field(default_factory=dict)
    least: dict[int, Cost] = field(default_factory=dict)


def holds(node: Node, state: int) -> bool:
    """Tell whether something is so in a state."""
    if isinstance(node, Bit):
        return bool(state & node.bit)
    if isinstance(node, Inverse):
        return not holds(node.of, state)
    if len(node.of) == node.need:
        return all(holds(part, state) for part in node.of)
    return sum(holds(part, state) for part in node.of) >= node.need


def after(action: Action, state: int) -> int:
    """Return the state after something was done."""
    return (state & ~action.clears) | action.sets


def ways(goal: Node, actions: Sequence[Action], start: int) -> Iterator[list[Action]]:
    """Yield ways to the goal, each as what is to be done in its order; the cheapest first."""
    search = Search(goal, actions, start)
    search.least = _least(goal, actions)
    is_any = False
    for state in _expanded(search):
        is_any = True
        yield _way(search, state)
    if not is_any and search.tried >= MOST_TRIED:
        plan = _planned(search)
        if plan is not None:
            yield plan


def _expanded(search: Search) -> Iterator[int]:
    """Yield the states in which the goal is reached, the cheapest first, until everything or the limit was tried."""
    order = count()
    search.found[search.start] = Found(FREE)
    line = [(_ahead(search, search.goal, search.start), FREE, 0, search.start)]
    done: set[int] = set()
    while line and search.tried < MOST_TRIED:
        _, _, _, state = heappop(line)
        if state in done:
            continue
        done.add(state)
        if holds(search.goal, state):
            yield state
            continue
        cost = search.found[state].cost
        for action, following in _moves(search, state):
            there = _plus(cost, action.cost)
            known = search.found.get(following)
            ahead = _ahead(search, search.goal, following)
            if ahead[0] < inf and (known is None or there < known.cost):
                search.found[following] = Found(there, state, action)
                heappush(line, (_plus(there, ahead), _minus(there), next(order), following))


def _moves(search: Search, state: int) -> Iterator[tuple[Action, int]]:
    search.tried += len(search.actions)
    for action in search.actions:
        following = after(action, state)
        if following != state and holds(action.gate, state):
            yield action, following


def _way(search: Search, state: int) -> list[Action]:
    way = []
    step = search.found[state]
    while step.by is not None and step.before is not None:
        way.append(step.by)
        step = search.found[step.before]
    return way[::-1]


def _least(goal: Node, actions: Sequence[Action]) -> dict[int, Cost]:
    """Return the least that each bit of the goal can cost: an action that sets several is shared among them."""
    named = list(_bits(goal))
    least: dict[int, Cost] = {}
    for action in actions:
        own = [bit for bit in named if bit & action.sets]
        for bit in set(own):
            share = (action.cost[0] / len(own), action.cost[1] / len(own), action.cost[2] / len(own))
            least[bit] = min(least.get(bit, ENDLESS), share)
    return least


def _bits(node: Node) -> Iterator[int]:
    if isinstance(node, Bit):
        yield node.bit
    for part in node.of if isinstance(node, Count) else ():
        yield from _bits(part)


def _ahead(search: Search, node: Node, state: int) -> Cost:
    """Return what reaching something costs at least from a state; what is inverse costs nothing."""
    if holds(node, state):
        return FREE
    if isinstance(node, Bit):
        return search.least.get(node.bit, ENDLESS)
    if isinstance(node, Inverse):
        return FREE
    costs = [_ahead(search, part, state) for part in node.of if not holds(part, state)]
    return _some(costs, node.need - (len(node.of) - len(costs)))


def _some(costs: Sequence[Cost], need: int) -> Cost:
    if need > len(costs):
        return ENDLESS
    total = FREE
    for cost in nsmallest(need, costs):
        total = _plus(total, cost)
    return total


def _planned(search: Search) -> list[Action] | None:
    """Return a way that takes the cheapest for each thing asked for, as if nothing were shared; None: there is none."""
    best = _best(search)
    chosen: dict[int, Action] = {}
    _choose(search.goal, search.start, best, chosen)
    way = _ordered(search, list(chosen.values()))
    if way is None:
        return None
    for action in sorted(way, key=lambda each: each.cost, reverse=True):
        shorter = _ordered(search, [each for each in way if each is not action])
        way = way if shorter is None else shorter
    return way


def _best(search: Search) -> dict[int, tuple[Cost, Action]]:
    """Return for each bit the action that sets it at the least cost, that of its own conditions included."""
    best: dict[int, tuple[Cost, Action]] = {}
    changed = True
    while changed:
        changed = False
        for action in search.actions:
            cost = _plus(action.cost, _relaxed(action.gate, search.start, best))
            for bit in _each(action.sets & ~search.start):
                if cost[0] < inf and (bit not in best or cost < best[bit][0]):
                    best[bit] = (cost, action)
                    changed = True
    return best


def _relaxed(node: Node, state: int, best: dict[int, tuple[Cost, Action]]) -> Cost:
    if holds(node, state) or isinstance(node, Inverse):
        return FREE
    if isinstance(node, Bit):
        return best[node.bit][0] if node.bit in best else ENDLESS
    costs = [_relaxed(part, state, best) for part in node.of if not holds(part, state)]
    return _some(costs, node.need - (len(node.of) - len(costs)))


def _choose(node: Node, state: int, best: dict[int, tuple[Cost, Action]], chosen: dict[int, Action]) -> None:
    """Choose the actions by which something becomes so."""
    if holds(node, state) or isinstance(node, Inverse):
        return
    if isinstance(node, Bit):
        if node.bit in best and best[node.bit][1].name not in chosen:
            action = best[node.bit][1]
            chosen[action.name] = action
            _choose(action.gate, state, best, chosen)
        return
    unmet = [part for part in node.of if not holds(part, state)]
    unmet.sort(key=lambda part: _relaxed(part, state, best))
    for part in unmet[: node.need - (len(node.of) - len(unmet))]:
        _choose(part, state, best, chosen)


def _ordered(search: Search, chosen: Sequence[Action]) -> list[Action] | None:
    """Return actions in an order in which each can be done, as far as the goal; None: there is none."""
    state, way, left = search.start, [], list(chosen)
    while not holds(search.goal, state):
        following = next((each for each in left if after(each, state) != state and holds(each.gate, state)), None)
        if following is None:
            return None
        left.remove(following)
        way.append(following)
        state = after(following, state)
    return way


def _each(bits: int) -> Iterator[int]:
    while bits:
        bit = bits & -bits
        yield bit
        bits ^= bit


def _plus(one: Cost, other: Cost) -> Cost:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def _minus(cost: Cost) -> Cost:
    return (-cost[0], -cost[1], -cost[2])
