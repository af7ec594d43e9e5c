"""The path map: every step at its level and track, whether it is done, open or locked, and what opens it.

Pure: it arranges what the gate has answered. What is asked for is said by the door that is nearest to the person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from courses.progression.compiling import Catalogue
from courses.progression.decision import Decision
from courses.progression.engine import Attained, Covered, Placement, decide
from courses.progression.paths import Path, next_steps
from courses.progression.policy import Policy
from courses.progression.record import Recognised, Record
from courses.progression.shortlist import Ask, asks_of
from courses.progression.steps import LEVELS, Step, Track
from courses.progression.terms import Terms
from courses.progression.topics import TopicTree


class StepState(StrEnum):
    """How a step stands for a person."""

    DONE = "done"
    RECOGNISED = "recognised"
    COVERED = "covered"
    IN_PROGRESS = "in_progress"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A course or an activity that confers a step, and what the gate says of it; `is_running`: the person is in it."""

    terms: Terms
    decision: Decision
    is_running: bool = False
    has_passed: bool = False

    @property
    def is_for_others(self) -> bool:
        """Tell whether it is for the people of other countries or regions only, which nobody can change."""
        return any(each.code == "audience" and not each.is_met and each.blocks for each in self.decision.conditions)

    @property
    def state(self) -> StepState:
        """Return how the door stands for the person."""
        if self.is_running:
            return StepState.IN_PROGRESS
        if self.has_passed:
            return StepState.DONE
        return StepState.OPEN if self.decision.is_allowed else StepState.LOCKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A step on the map: how it stands, by what it is held, its doors, and what is missing.

    `decision` is that of the nearest door, or of the rule of the house where there is none; None where the step is held
    or begun. `paths` are the ways to it, the best first.
    """

    step: Step
    state: StepState
    held: Attained | Covered | Recognised | None = None
    doors: tuple[Door, ...] = ()
    decision: Decision | None = None
    paths: tuple[Path, ...] = ()

    @property
    def has_open_door(self) -> bool:
        """Tell whether something that confers the step is open at all, to whoever meets its conditions."""
        return any(door.terms.is_open for door in self.doors)


@dataclass(frozen=True, slots=True)
class Row:
    """A level of the map: its steps by track; level 1 has one step and no track."""

    level: int
    tracks: tuple[tuple[Track | None, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that the map is drawn from: the policy, the person, what is offered; `topics_in_order` as they are shown.

    `told` completes terms with what is known of the catalogue; `known_paths` grows while the map is drawn.
    """

    policy: Policy
    record: Record
    placement: Placement
    topics: TopicTree
    topics_in_order: Sequence[str]
    doors: Sequence[Door]
    catalogue: Catalogue
    on: date
    told: Callable[[Terms], Terms]
    known_paths: dict[Ask, tuple[Path, ...]] = field(default_factory=dict)


def path_map(ground: Ground) -> tuple[Row, ...]:
    """Return the map, the lowest level first."""
    return tuple(_row(ground, level) for level in LEVELS)


def can_be_opened(decision: Decision) -> bool:
    """Tell whether what is closed to a person is open to others, and was not passed already."""
    codes = {condition.code for condition in decision.conditions if condition.is_met}
    return {"open", "not_passed_yet"} <= codes


def nearest(paths: Iterable[tuple[Path, ...]]) -> tuple[Path, ...]:
    """Return the paths whose first one asks least: of others, then of hours, then of courses."""
    return min((each for each in paths if each), key=lambda each: _cost(each[0]), default=())


def _cost(path: Path) -> tuple[int, float, int]:
    return sum(not step.is_up_to_the_person for step in path.steps), path.hours, path.courses


def _row(ground: Ground, level: int) -> Row:
    if level == 1:
        return Row(level, ((None, (_cell(ground, Step(1)),)),))
    specialist = tuple(_cell(ground, step) for step in _specialist_steps(ground, level))
    general = (_cell(ground, Step(level, Track.GENERALIST)),)
    return Row(level, ((Track.GENERALIST, general), (Track.SPECIALIST, specialist)))


def _specialist_steps(ground: Ground, level: int) -> list[Step]:
    """Return the steps of the topics in which something is offered or held, in the order of the topics."""
    offered = {step for door in ground.doors for step in door.terms.confers}
    found = [step for step in offered | ground.placement.steps if step.level == level and step.topic]
    order = {topic: place for place, topic in enumerate(ground.topics_in_order)}
    return sorted(found, key=lambda step: (order.get(step.topic or "", len(order)), step.topic or ""))


def _cell(ground: Ground, step: Step) -> Cell:
    doors = tuple(door for door in ground.doors if step in door.terms.confers)
    held = _held(ground.placement, step)
    state = _held_state(held)
    if any(door.is_running for door in doors) and state != StepState.DONE:
        state = StepState.IN_PROGRESS
    if state is not None:
        return Cell(step=step, state=state, held=held, doors=doors)
    return _closed(ground, step, doors)


def _closed(ground: Ground, step: Step, doors: tuple[Door, ...]) -> Cell:
    """Return the cell of a step that is neither held nor begun: open, or locked with what is missing."""
    allowed = next((door for door in doors if door.decision.is_allowed), None)
    if allowed is not None:
        return Cell(step=step, state=StepState.OPEN, doors=doors, decision=allowed.decision)
    locked = [(door, _paths(ground, door.terms)) for door in _different(ground, doors)]
    paths = nearest(paths for _, paths in locked)
    if locked:
        door = next((door for door, each in locked if each and each == paths), locked[0][0])
        return Cell(step=step, state=StepState.LOCKED, doors=doors, decision=door.decision, paths=paths)
    rule = ground.told(Terms(code="", level=step.level, track=step.track, topic=step.topic, confers=(step,)))
    decision = decide(ground.policy, rule, ground.record, ground.topics, ground.on)
    state = StepState.OPEN if decision.is_allowed else StepState.LOCKED
    return Cell(step=step, state=state, doors=doors, decision=decision, paths=_paths(ground, rule))


def _different(ground: Ground, doors: Iterable[Door]) -> list[Door]:
    """Return the doors that are open at all, one of those that ask the same: the ways to them are the same."""
    found: dict[Ask, Door] = {}
    for door in doors:
        if door.terms.is_open:
            found.setdefault(asks_of(ground.policy, door.terms, ground.topics), door)
    return list(found.values())


def _paths(ground: Ground, terms: Terms) -> tuple[Path, ...]:
    """Return the ways to what terms ask; what asks the same is looked for once."""
    asks = asks_of(ground.policy, terms, ground.topics)
    if asks not in ground.known_paths:
        ground.known_paths[asks] = next_steps(
            ground.policy, terms, ground.record, ground.catalogue, ground.topics, ground.on
        )
    return ground.known_paths[asks]


def _held(placement: Placement, step: Step) -> Attained | Covered | Recognised | None:
    ways: tuple[Attained | Recognised | Covered, ...] = (
        *placement.attained, *placement.recognised, *placement.covered,
    )  # fmt: skip
    return next((each for each in ways if each.step == step), None)


def _held_state(held: Attained | Covered | Recognised | None) -> StepState | None:
    match held:
        case Attained():
            return StepState.DONE
        case Recognised():
            return StepState.RECOGNISED
        case Covered():
            return StepState.COVERED
    return None
