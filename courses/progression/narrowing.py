"""What of a record a decision depends on: nothing else that is known of a person is kept with it."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from courses.progression.record import Record
from courses.progression.requirements import CoursePassed, Speaks, StepHeld, walk
from courses.progression.rules import Part
from courses.progression.steps import Step, covered_by


def narrowed(record: Record, parts: Iterable[Part], code: str) -> Record:
    """Return a record of which the gate of the offering with a code says the same, fact by fact.

    Results and recognitions stay that bear on a step or a course that is asked for, and of the languages those that
    are. What is known of the beneficiary is not about the person, and stays whole.
    """
    asked = [part.requirement for part in parts if part.requirement is not None]
    leaves = [leaf for requirement in asked for leaf in walk(requirement)]
    steps = {leaf.step for leaf in leaves if isinstance(leaf, StepHeld)}
    codes = {leaf.code for leaf in leaves if isinstance(leaf, CoursePassed)}
    spoken = frozenset[str]().union(*(leaf.languages for leaf in leaves if isinstance(leaf, Speaks)))
    return replace(
        record,
        languages=record.languages & spoken,
        results=tuple(each for each in record.results if each.code in codes or _bears_on(each.confers, steps)),
        recognised=tuple(each for each in record.recognised if _bears_on((each.step,), steps)),
        nominated_for=record.nominated_for & {code},
    )


def _bears_on(conferred: Iterable[Step], steps: Collection[Step]) -> bool:
    return any(not {step, *covered_by(step)}.isdisjoint(steps) for step in conferred)
