"""The check of a policy before it comes into force: what is written wrongly, contradicts itself, or leads nowhere.

Errors are what nobody can ever meet, or what goes in circles; warnings what somebody should look at. Whether an
offering is open today does not matter here, only whether there is a way to it at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from courses.progression.compiling import steps_given
from courses.progression.decision import Parameters
from courses.progression.doors import at
from courses.progression.facts import reaches
from courses.progression.logic import NAMED, can_be_met, can_be_missed
from courses.progression.policy import HouseRule, Policy
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CoursePassed,
    Not,
    Requirement,
    StepHeld,
    parts_of,
    walk,
)
from courses.progression.rules import LISTED, Part, gate_of
from courses.progression.steps import LEVELS, Step, Track
from courses.progression.terms import Terms
from courses.progression.topics import TopicTree


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found: a stable code, where (`course/INTRO/requirement/of/1`), and what its sentence names."""

    code: str
    severity: Severity
    place: str
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be had from the offerings that are checked."""

    steps: frozenset[Step] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(slots=True)
class Node:
    """An offering in the net of what asks for what."""

    terms: Terms
    gate: tuple[Part, ...]
    is_possible: bool = True
    is_reachable: bool = False
    opens_by_recognition: bool = False
    missing: list[StepHeld | CoursePassed] = field(default_factory=list)


def check(policy: Policy, offers: Sequence[Terms], topics: TopicTree) -> tuple[Finding, ...]:
    """Return everything that is wrong with a policy and what is asked under it; errors first, each once."""
    offered = Offered(
        frozenset(step for offer in offers if offer.is_for_credit for step in steps_given(offer)),
        frozenset(offer.code for offer in offers if offer.is_for_credit),
    )
    found = [*_of_numbers(policy), *_of_rules(policy), *_of_offers(policy, offers, topics, offered)]
    ordered = sorted(dict.fromkeys(found), key=lambda each: (each.severity != Severity.ERROR, each.place, each.code))
    return tuple(ordered)


def check_requirement(requirement: Requirement, place: str = "") -> tuple[Finding, ...]:
    """Return what is wrong with a requirement by itself, whatever is offered."""
    found = list(_of_parts(requirement, place))
    if not any(each.severity == Severity.ERROR for each in found) and not can_be_met(requirement):
        found.append(_error("contradiction", place))
    if requirement != AllOf(()) and not found and not can_be_missed(requirement):
        found.append(_warning("always_met", place))
    return tuple(found)


def _of_numbers(policy: Policy) -> Iterator[Finding]:
    for name, months in (("step_months", policy.step_months), ("retake_months", policy.retake_months)):
        if months is not None and months < 1:
            yield _error("months_out_of_range", name, ("months", str(months)))
    named = {"course_categories": policy.course_categories, "activity_categories": policy.activity_categories}
    for name, categories in named.items():
        if not categories:
            yield _error("nobody_is_admitted", name)


def _of_rules(policy: Policy) -> Iterator[Finding]:
    codes = [rule.code for rule in policy.rules]
    for number, rule in enumerate(policy.rules):
        place = at("rules", rule.code or number)
        if not rule.code or codes.count(rule.code) > 1:
            yield _error("rule_code_twice" if rule.code else "rule_code_missing", place)
        before = policy.rules[:number]
        if any(each.level == rule.level and each.track in {None, rule.track} for each in before):
            yield _warning("rule_never_applies", place, ("level", str(rule.level)))
        yield from _of_rule(rule, place)
    for level in LEVELS:
        for track in Track if level > 1 else ():
            if not any(each.level == level and each.track in {None, track} for each in policy.rules):
                yield _warning("level_without_rule", "rules", ("level", str(level)), ("track", track.value))


def _of_rule(rule: HouseRule, place: str) -> Iterator[Finding]:
    if rule.topic_level is not None and rule.topic_level >= rule.level:
        yield _error("rule_asks_upwards", place, ("level", str(rule.topic_level)))
    if rule.topic_reach is not None and rule.topic_reach < 0:
        yield _error("reach_out_of_range", place, ("reach", str(rule.topic_reach)))
    if rule.requirement is None:
        return
    yield from check_requirement(rule.requirement, at(place, "requirement"))
    for leaf in _wanted(rule.requirement):
        if isinstance(leaf, StepHeld) and leaf.step.level >= rule.level:
            named = (("level", str(rule.level)), ("step", str(leaf.step)))
            finding = _error if _is_circle(rule, rule.requirement, leaf) else _warning
            yield finding("rule_asks_upwards", place, *named)


def _is_circle(rule: HouseRule, requirement: Requirement, leaf: StepHeld) -> bool:
    """Tell whether nobody comes through a rule without a step at its own level and track, or above it."""
    is_own = leaf.step.level > rule.level or rule.track in {None, leaf.step.track}
    return is_own and not can_be_met(AllOf((requirement, Not(leaf))))


def _wanted(requirement: Requirement) -> Iterator[StepHeld | CoursePassed]:
    """Yield the steps and courses that a requirement asks for, not those that it excludes."""
    if isinstance(requirement, StepHeld | CoursePassed):
        yield requirement
    for part in () if isinstance(requirement, Not) else parts_of(requirement):
        yield from _wanted(part)


def _of_parts(requirement: Requirement, place: str) -> Iterator[Finding]:
    """Yield what is wrong with each part by itself."""
    match requirement:
        case AtLeast(count, of) if count > len(of):
            yield _error("more_than_there_are", place, ("count", str(count)), ("of", str(len(of))))
        case AtLeast(count, _) if count < 1:
            yield _warning("nothing_asked", place, ("count", str(count)))
        case AnyOf(()):
            yield _error("nothing_named", place)
        case CoursePassed(code, mark, _) if mark is not None and not (mark >= 0 and reaches(1.0, mark)):
            yield _error("mark_out_of_range", place, ("course", code), ("mark", format(mark, "g")))
        case CoursePassed(_, _, months) | StepHeld(_, months) if months is not None and months < 1:
            yield _error("months_out_of_range", place, ("months", str(months)))
        case leaf if type(leaf) in NAMED and not NAMED[type(leaf)](leaf):  # type: ignore[index]
            yield _error("nothing_named", place)
    inside = parts_of(requirement)
    for number, part in enumerate(inside):
        yield from _of_parts(part, at(place, "of") if isinstance(requirement, Not) else at(at(place, "of"), number))


def _of_offers(policy: Policy, offers: Sequence[Terms], topics: TopicTree, offered: Offered) -> Iterator[Finding]:
    nodes = [Node(offer, gate_of(policy, offer, topics)) for offer in offers if offer.is_for_credit]
    for node in nodes:
        yield from _of_offer(policy, node, offered)
    _reach(nodes)
    lost = [node for node in nodes if node.is_possible and not node.is_reachable]
    circles = _circles(lost)
    by_code = {node.terms.code: node for node in lost}
    for node in lost:
        place, around = _place(node.terms), circles.get(node.terms.code)
        if around:
            yield _error("circle", place, ("codes", ", ".join(around)))
            yield from _of_the_rules_alone([by_code[code] for code in around])
        else:
            yield _unreachable(node, place)


def _of_the_rules_alone(around: Sequence[Node]) -> Iterator[Finding]:
    """Yield for a circle the rules of the house that make it, where nothing that an offering says itself does."""
    closed = [part for node in around for part in node.gate if part.requirement and not _is_open_part(part, node)]
    if all(part.code == "prerequisites" and dict(part.parameters)["rule"] != LISTED for part in closed):
        codes = ("codes", ", ".join(sorted(node.terms.code for node in around)))
        for rule in dict.fromkeys(rule for part in closed for rule in dict(part.parameters)["rule"].split(", ")):
            yield _error("circle", at("rules", rule), codes)


def _is_open_part(part: Part, node: Node) -> bool:
    """Tell whether a part does not wait for what is missing."""
    missing = set(node.missing)
    return not any(leaf in missing for leaf in _wanted(part.requirement or AllOf(())))


def _of_offer(policy: Policy, node: Node, offered: Offered) -> Iterator[Finding]:
    place = _place(node.terms)
    if node.terms.requirement is not None:
        yield from check_requirement(node.terms.requirement, at(place, "requirement"))
        yield from _of_what_is_named(policy, node, offered)
    node.is_possible = can_be_met(AllOf(tuple(_asked(node))))
    alone = node.terms.requirement is None or can_be_met(node.terms.requirement)
    if not node.is_possible and alone:
        yield _error("contradicts_the_rest", place)


def _of_what_is_named(policy: Policy, node: Node, offered: Offered) -> Iterator[Finding]:
    """Yield what a requirement names that nothing gives, or that nobody can renew."""
    place = at(_place(node.terms), "requirement")
    for leaf in walk(node.terms.requirement or AllOf(())):
        if isinstance(leaf, StepHeld) and leaf.step not in offered.steps:
            yield _warning("step_not_conferred", place, ("step", str(leaf.step)))
        if isinstance(leaf, CoursePassed) and leaf.code not in offered.codes:
            yield _warning("course_unknown", place, ("course", leaf.code))
        elif isinstance(leaf, CoursePassed) and leaf.within_months is not None and policy.retake_months is None:
            yield _warning("cannot_be_renewed", place, ("course", leaf.code), ("months", str(leaf.within_months)))


def _reach(nodes: Sequence[Node]) -> None:
    """Mark what can be reached from nothing, by who is all that no course can change; and what is missing elsewhere."""
    wanted = {id(node): dict.fromkeys(leaf for part in _asked(node) for leaf in _wanted(part)) for node in nodes}
    every = {leaf.step for leaves in wanted.values() for leaf in leaves if isinstance(leaf, StepHeld)}
    recognised, _, _ = _reached(nodes, every)
    reached, steps, codes = _reached(nodes, set())
    for node in nodes:
        node.is_reachable, node.opens_by_recognition = id(node) in reached, id(node) in recognised
        node.missing = [leaf for leaf in wanted[id(node)] if not _could_be(leaf, steps, codes)]


def _reached(nodes: Sequence[Node], steps: set[Step]) -> tuple[set[int], set[Step], set[str]]:
    """Return which offerings can be reached by who has the steps, and the steps and courses that these then have."""
    steps, codes, reached = set(steps), set[str](), set[int]()
    grows = True
    while grows:
        grows = False
        for node in nodes:
            if node.is_possible and id(node) not in reached and _is_open(node, steps, codes):
                grows = True
                reached.add(id(node))
                steps |= steps_given(node.terms)
                codes.add(node.terms.code)
    return reached, steps, codes


def _asked(node: Node) -> list[Requirement]:
    return [part.requirement for part in node.gate if part.blocks and part.requirement is not None]


def _is_open(node: Node, steps: set[Step], codes: set[str]) -> bool:
    """Tell whether somebody who has these steps and courses could meet everything that is asked for together."""
    asked = _asked(node)
    if not all(_could_be(part, steps, codes) for part in asked):
        return False
    return can_be_met(AllOf(tuple(_without_what_is_missing(part, steps, codes) for part in asked)))


def _without_what_is_missing(requirement: Requirement, steps: set[Step], codes: set[str]) -> Requirement:
    """Return a requirement in which the steps and courses that nobody has can never be met."""
    inside = [_without_what_is_missing(part, steps, codes) for part in parts_of(requirement)]
    match requirement:
        case AllOf() | AnyOf() | AtLeast():
            return replace(requirement, of=tuple(inside))
        case Not():
            return Not(inside[0])
        case leaf:
            return leaf if _could_be(leaf, steps, codes) else AnyOf(())


def _could_be(requirement: Requirement, steps: set[Step], codes: set[str]) -> bool:
    """Tell whether somebody who has these steps and courses could meet a requirement; what is excluded is left out."""
    match requirement:
        case AllOf(of):
            return all(_could_be(part, steps, codes) for part in of)
        case AnyOf(of):
            return any(_could_be(part, steps, codes) for part in of)
        case AtLeast(count, of):
            return sum(_could_be(part, steps, codes) for part in of) >= count
        case StepHeld(step, _):
            return step in steps
        case CoursePassed(code, _, _):
            return code in codes
        case _:
            return True


def _unreachable(node: Node, place: str) -> Finding:
    """Return that there is no way to an offering: an error unless recognition of prior learning could open it."""
    missing = [str(leaf.step) if isinstance(leaf, StepHeld) else leaf.code for leaf in node.missing]
    named = ("missing", ", ".join(missing))
    return (_warning if node.opens_by_recognition else _error)("unreachable", place, named)


def _circles(lost: Sequence[Node]) -> Mapping[str, Sequence[str]]:
    """Return for each offering that waits for itself, perhaps by way of others, those on its shortest way round.

    What covers a step does not give it here: who could take the one would hold the other already.
    """
    givers: dict[Step | str, list[str]] = {}
    for node in lost:
        gives: list[Step | str] = [node.terms.code, *node.terms.confers]
        for given in gives:
            givers.setdefault(given, []).append(node.terms.code)
    waits: dict[str, list[str]] = {}
    for node in lost:
        wanted = [leaf.step if isinstance(leaf, StepHeld) else leaf.code for leaf in node.missing]
        waits[node.terms.code] = [code for each in wanted for code in givers.get(each, ())]
    ways = {code: _way_round(code, waits) for code in waits}
    return {code: way for code, way in ways.items() if way}


def _way_round(code: str, waits: Mapping[str, Sequence[str]]) -> list[str]:
    line: list[list[str]] = [[code]]
    seen: set[str] = set()
    for way in line:
        for following in waits[way[-1]]:
            if following == code:
                return way
            if following not in seen:
                seen.add(following)
                line.append([*way, following])
    return []


def _place(terms: Terms) -> str:
    return at(terms.kind.value, terms.code)


def _error(code: str, place: str, *parameters: tuple[str, str]) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, place=place, parameters=parameters)


def _warning(code: str, place: str, *parameters: tuple[str, str]) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, place=place, parameters=parameters)
