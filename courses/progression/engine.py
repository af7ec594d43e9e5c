"""The gate: decide whether a person may enter, by which conditions; and say where a person stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from courses.progression.decision import Condition, Decision, Parameters, Reason
from courses.progression.facts import Answer, How, Known, answer, is_valid, ways_held
from courses.progression.policy import Policy
from courses.progression.record import Recognised, Record, Result
from courses.progression.requirements import (
    KINDS,
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    Group,
    Leaf,
    MembershipIs,
    Not,
    Requirement,
    Speaks,
    StepHeld,
)
from courses.progression.rules import Part, gate_of
from courses.progression.steps import Step
from courses.progression.terms import Terms
from courses.progression.topics import TopicTree


def decide(policy: Policy, terms: Terms, record: Record, topics: TopicTree, on: date) -> Decision:
    """Decide whether a person may enter, with every condition, met or not, and the fact behind it (DOMAIN: levels)."""
    known = Known(record, on, terms.code)
    parts = gate_of(policy, terms, topics)
    conditions = [_said(part, known, part.code not in policy.never_overridden) for part in parts]
    return Decision(tuple(conditions), terms.is_advisory)


def allows(parts: Sequence[Part], known: Known) -> bool:
    """Tell what `decide()` would, without saying why: for many people at once."""
    return all(not part.blocks or (part.requirement is not None and is_met(part.requirement, known)) for part in parts)


def is_met(requirement: Requirement, known: Known) -> bool:
    """Tell whether a requirement is met by what is known."""
    match requirement:
        case AllOf(of):
            return all(is_met(part, known) for part in of)
        case AnyOf(of):
            return any(is_met(part, known) for part in of)
        case AtLeast(count, of):
            return sum(is_met(part, known) for part in of) >= count
        case Not(inner):
            return not is_met(inner, known)
        case leaf:
            return answer(leaf, known)[0]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all parts of a condition of the gate share."""

    blocks: bool
    may_override: bool


@dataclass(frozen=True, slots=True)
class Attained:
    """A step that was attained by a result, the newest that confers it."""

    step: Step
    result: Result


@dataclass(frozen=True, slots=True)
class Covered:
    """A step that need not be taken any more: one above it is held, by a result or by recognition."""

    step: Step
    by: Step
    is_recognised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a person stands on a day: each step once, by the best way in which it is held.

    `expired` are recognitions that counted once, of steps that are not held otherwise.
    """

    attained: tuple[Attained, ...]
    covered: tuple[Covered, ...]
    recognised: tuple[Recognised, ...]
    expired: tuple[Recognised, ...]

    @property
    def steps(self) -> frozenset[Step]:
        """Return every step that is held, in whichever way."""
        named = {each.step for each in self.attained} | {each.step for each in self.covered}
        return frozenset(named | {each.step for each in self.recognised})


def place(record: Record, on: date) -> Placement:
    """Say which steps a person has attained, which are covered, which recognised; the lowest level first."""
    held = ways_held(record, on)
    ways = [(step, held[step][0], held[step][0].how(step)) for step in sorted(held, key=order_of)]
    old = [each for each in record.recognised if each.decided_on <= on and not is_valid(each, on)]
    return Placement(
        attained=tuple(
            Attained(step, way.source)
            for step, way, how in ways
            if isinstance(way.source, Result) and how == How.RESULT
        ),
        covered=tuple(
            Covered(step, way.by, how == How.COVERED_BY_RECOGNITION)
            for step, way, how in ways
            if how in {How.COVERED, How.COVERED_BY_RECOGNITION}
        ),
        recognised=tuple(
            way.source for _, way, how in ways if isinstance(way.source, Recognised) and how == How.RECOGNITION
        ),
        expired=tuple(each for each in old if each.step not in held),
    )


def order_of(step: Step) -> tuple[int, str, str]:
    """Return the place of a step among the others: by level, track and topic."""
    return step.level, step.track or "", step.topic or ""


def _said(part: Part, known: Known, may_override: bool) -> Condition:
    """Say one condition of the gate; one that stands for several holds them as its parts."""
    stamp = Stamp(part.blocks, may_override)
    if part.requirement is None:
        return _leaf(part.code, False, Reason(part.code), stamp)
    if part.is_plain:
        is_so, fact = _plain(part, part.requirement, known)
        return _leaf(part.code, is_so, fact, stamp, part.parameters)
    of = part.requirement.of if isinstance(part.requirement, AllOf) else (part.requirement,)
    return _group((part.code, part.parameters), len(of), [_explained(each, known, stamp) for each in of], stamp)


def _plain(part: Part, requirement: Requirement, known: Known) -> Answer:
    """Say in one fact whether a condition of the gate is met."""
    match requirement:
        case AllOf(()):
            return True, Reason(part.code)
        case Not(CoursePassed() as passed):
            was_passed, fact = answer(passed, known)
            return not was_passed, fact if not was_passed else Reason(part.unmet or fact.code, fact.parameters)
        case AnyOf(of):
            facts = [answer(each, known) for each in of if not isinstance(each, Group)]
            met = next((each for each in facts if each[0]), None)
            return met or (False, Reason(part.unmet or facts[0][1].code, part.parameters))
        case leaf if not isinstance(leaf, Group):
            return answer(leaf, known)
    raise TypeError(f"{part.code} is not plain")


def _explained(requirement: Requirement, known: Known, stamp: Stamp) -> Condition:
    """Say whether a requirement is met, with everything in it."""
    code = KINDS[type(requirement)]
    match requirement:
        case AllOf(of):
            return _group((code, ()), len(of), [_explained(part, known, stamp) for part in of], stamp)
        case AnyOf(of):
            return _group((code, ()), 1, [_explained(part, known, stamp) for part in of], stamp)
        case AtLeast(count, of):
            named = (("count", str(count)),)
            return _group((code, named), count, [_explained(part, known, stamp) for part in of], stamp)
        case Not(inner):
            return _excluded(_explained(inner, known, stamp), stamp)
        case leaf:
            is_so, fact = answer(leaf, known)
            return _leaf(code, is_so, fact, stamp, _parameters(leaf))


def _excluded(inner: Condition, stamp: Stamp) -> Condition:
    fact = Reason("excluded", (("condition", inner.code), *inner.fact.parameters)) if inner.is_met else inner.fact
    return Condition(
        code="not", is_met=not inner.is_met, fact=fact, blocks=stamp.blocks, may_override=stamp.may_override,
        parts=(inner,),
    )  # fmt: skip


def _leaf(code: str, is_so: bool, fact: Reason, stamp: Stamp, parameters: Parameters = ()) -> Condition:
    return Condition(
        code=code, is_met=is_so, fact=fact, parameters=parameters, blocks=stamp.blocks, may_override=stamp.may_override
    )


def _group(named: tuple[str, Parameters], count: int, parts: Sequence[Condition], stamp: Stamp) -> Condition:
    """Say whether enough parts are met; `lacking` says how many more would have to be."""
    met = sum(part.is_met for part in parts)
    numbers = (("met", met), ("of", len(parts)), ("lacking", max(count - met, 0)))
    fact = Reason("parts_met" if parts else "nothing_asked", tuple((name, str(number)) for name, number in numbers))
    return Condition(
        code=named[0], parameters=named[1], is_met=met >= count, fact=fact, parts=tuple(parts),
        blocks=stamp.blocks, may_override=stamp.may_override,
    )  # fmt: skip


def _parameters(leaf: Leaf) -> Parameters:
    """Return what a requirement without parts asks for, as its sentence names it."""
    match leaf:
        case CoursePassed(code, mark, months):
            return (("course", code), *_some("minimum_mark", mark), *_some("within_months", months))
        case StepHeld(step, months):
            return (("step", str(step)), *_some("within_months", months))
        case CategoryIs(words):
            return _listed("categories", words)
        case MembershipIs(words):
            return _listed("memberships", words)
        case Speaks(words):
            return _listed("languages", words)
        case FromRegion(words):
            return _listed("regions", words)
        case FromCountry(words):
            return _listed("countries", words)
        case _:
            return ()


def _some(name: str, value: float | None) -> Parameters:
    return () if value is None else ((name, format(value, "g")),)


def _listed(name: str, words: Iterable[str]) -> Parameters:
    return ((name, ", ".join(sorted(words))),)
