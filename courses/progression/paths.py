"""The shortest ways to become eligible: which courses to pass, in which order, and what only others can mend.

A way costs what no course can mend first, then hours, then courses. Each is walked to its end before it is shown: what
is not allowed then is not shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from courses.progression.compiling import (
    UP_TO_THE_PERSON,
    Catalogue,
    Name,
    Problem,
    Todo,
    catalogue_of,
    compiled,
)
from courses.progression.engine import allows
from courses.progression.facts import Known
from courses.progression.policy import Policy
from courses.progression.record import Category, Record, Result, Source
from courses.progression.requirements import CoursePassed
from courses.progression.rules import gate_of
from courses.progression.search import ways
from courses.progression.steps import Step
from courses.progression.terms import Kind, Terms
from courses.progression.topics import TopicTree

MOST_PATHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One step of a path: what is to be done, about which course, activity, category or language (`code`).

    `kind` is what a course or an activity is, absent elsewhere; `minimum_mark` (0 to 1) is what it must be passed with
    where passing is not enough.
    """

    todo: Todo
    code: str = ""
    kind: Kind | None = None
    hours: float = 0.0
    minimum_mark: float | None = None
    confers: tuple[Step, ...] = ()

    @property
    def is_up_to_the_person(self) -> bool:
        """Tell whether nobody else is needed for it."""
        return self.todo in UP_TO_THE_PERSON


@dataclass(frozen=True, slots=True)
class Path:
    """A way to become eligible; without steps: nothing is missing."""

    steps: tuple[PathStep, ...] = ()

    @property
    def hours(self) -> float:
        """Return how long the courses take together."""
        return sum(step.hours for step in self.steps)

    @property
    def courses(self) -> int:
        """Return how many courses and activities there are to pass."""
        return sum(step.is_up_to_the_person for step in self.steps)

    @property
    def needs_others(self) -> bool:
        """Tell whether something is missing that no course can mend."""
        return any(not step.is_up_to_the_person for step in self.steps)


def next_steps(
    policy: Policy, terms: Terms, record: Record, offers: Sequence[Terms] | Catalogue, topics: TopicTree, on: date
) -> tuple[Path, ...]:
    """Return the shortest ways to become eligible, the best first; none: no course and nobody can help.

    What is closed to everybody stays so, and so does what a person cannot change (region, country, membership).
    """
    catalogue = offers if isinstance(offers, Catalogue) else catalogue_of(offers)
    problem = compiled(Problem(policy, record, topics, on, catalogue), terms)
    paths: list[Path] = []
    for way in ways(problem.goal, problem.actions, problem.start):
        deeds = [problem.deeds[action.name] for action in way]
        path = _walkable(problem, terms, tuple(_step(deed) for deed in deeds))
        if path is not None and not any(set(known.steps) <= set(path.steps) for known in paths):
            paths.append(path)
        if len(paths) == MOST_PATHS:
            break
    return tuple(paths)


def follow(step: PathStep, record: Record, on: date) -> Record:
    """Return what is known of a person once a step was done."""
    match step.todo:
        case Todo.PASS:
            return replace(record, results=(*record.results, _pass(step, on)))
        case Todo.IMPROVE:
            return replace(record, results=tuple(_improved(each, step) for each in record.results))
        case Todo.VERIFICATION:
            return replace(record, verified_on=on)
        case Todo.CATEGORY:
            return replace(record, category=Category(step.code), verified_on=on)
        case Todo.LANGUAGE:
            return replace(record, languages=record.languages | {step.code})
        case Todo.NOMINATION:
            return replace(record, nominated_for=record.nominated_for | {step.code})
        case Todo.MEASURES:
            return _without_measures(record)


def _pass(step: PathStep, on: date) -> Result:
    source = Source.ACTIVITY if step.kind == Kind.ACTIVITY else Source.COURSE
    mark = step.minimum_mark
    return Result(source=source, code=step.code, title=step.code, passed_on=on, mark=mark, confers=step.confers)


def _improved(result: Result, step: PathStep) -> Result:
    if result.code != step.code or result.source != Source.COURSE:
        return result
    return replace(result, mark=max(result.mark or 0.0, step.minimum_mark or 0.0))


def _without_measures(record: Record) -> Record:
    if record.beneficiary is None:
        return record
    return replace(record, beneficiary=replace(record.beneficiary, measures=()))


def _step(deed: tuple[Name, Terms | None]) -> PathStep:
    name, offer = deed
    if offer is None:
        return PathStep(todo=name.todo, code=name.code)
    return PathStep(
        todo=name.todo, code=offer.code, kind=offer.kind, hours=offer.estimated_hours, confers=offer.confers
    )


def _walkable(problem: Problem, terms: Terms, steps: tuple[PathStep, ...]) -> Path | None:
    """Return a path with the lowest marks that will do, or None where its end is not allowed."""
    best = tuple(replace(step, minimum_mark=1.0) if _marks(problem, step) else step for step in steps)
    if not _leads(problem, terms, best):
        return None
    for place, step in enumerate(steps):
        for mark in _marks(problem, step):
            lower = (*best[:place], replace(step, minimum_mark=mark), *best[place + 1 :])
            if _leads(problem, terms, lower):
                best = lower
                break
    return Path(best)


def _marks(problem: Problem, step: PathStep) -> list[float | None]:
    """Return the marks that are asked for in a course anywhere here, the lowest first, none before all."""
    if not step.is_up_to_the_person:
        return []
    asked = [leaf for leaf in problem.bits if isinstance(leaf, CoursePassed) and leaf.code == step.code]
    marks = sorted({leaf.minimum_mark for leaf in asked if leaf.minimum_mark is not None})
    return [None, *marks] if marks else []


def _leads(problem: Problem, terms: Terms, steps: Sequence[PathStep]) -> bool:
    """Tell whether each step is allowed once those before it are done, and what the path is for in the end."""
    return all(is_allowed for is_allowed in _walk(problem, terms, steps))


def _walk(problem: Problem, terms: Terms, steps: Sequence[PathStep]) -> Iterator[bool]:
    record = problem.record
    for step in steps:
        if step.todo == Todo.PASS:
            offers = [each for each in problem.catalogue.by_code[step.code] if each.kind == step.kind]
            yield _is_allowed(problem, offers[0], record)
        record = follow(step, record, problem.on)
    yield _is_allowed(problem, terms, record)


def _is_allowed(problem: Problem, terms: Terms, record: Record) -> bool:
    return allows(gate_of(problem.policy, terms, problem.topics), Known(record, problem.on, terms.code))
