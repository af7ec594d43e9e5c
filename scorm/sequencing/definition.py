"""What a manifest says about the sequencing of each activity: frozen, with the book's defaults (SN 3, CAM 5).

Everything here can be written as JSON (`as_document`) and read again (`restored`); what is at its default is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, TypeVar, cast, get_args, get_type_hints

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

Definition = TypeVar("Definition")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlMode:
    """Which ways lead among the children of an activity (SN 3.2); the two `current` flags are SN 3.2.6 and 3.2.7."""

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    current_objective_info: bool = True
    current_progress_info: bool = True
    constrain_choice: bool = False
    prevent_activation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCondition:
    """One condition of a sequencing or rollup rule; `objective` is empty for the primary one."""

    name: ConditionName = ConditionName.ALWAYS
    is_negated: bool = False
    objective: str = ""
    threshold: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencingRule:
    """A precondition, exit or postcondition rule (SN 3.4)."""

    action: RuleAction = RuleAction.SKIP
    combination: Combination = Combination.ALL
    conditions: tuple[RuleCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollupRule:
    """A rule by which children decide about their parent (SN 3.7); `minimum_percent` is 0 to 1."""

    action: RollupAction = RollupAction.SATISFIED
    child_set: ChildSet = ChildSet.ALL
    minimum_count: int = 0
    minimum_percent: float = 0.0
    combination: Combination = Combination.ANY
    conditions: tuple[RuleCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """How an activity takes part in the rollup of its parent (SN 3.6, 3.7); weights are 0 to 1."""

    objective_satisfied: bool = True
    progress_completion: bool = True
    objective_weight: float = 1.0
    progress_weight: float = 1.0
    for_satisfied: Requirement = Requirement.ALWAYS
    for_not_satisfied: Requirement = Requirement.ALWAYS
    for_completed: Requirement = Requirement.ALWAYS
    for_incomplete: Requirement = Requirement.ALWAYS
    measure_satisfaction_if_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveMap:
    """A link of a local objective to a global one: what is read from it, what is written to it (SN 3.10.3).

    A plain map carries satisfied and measure; the five of the 4th edition are False unless a map of `adlseq` to the
    same target says otherwise.
    """

    target: str = ""
    read_satisfied: bool = True
    read_measure: bool = True
    write_satisfied: bool = False
    write_measure: bool = False
    read_raw: bool = False
    read_minimum: bool = False
    read_maximum: bool = False
    read_completed: bool = False
    read_progress: bool = False
    write_raw: bool = False
    write_minimum: bool = False
    write_maximum: bool = False
    write_completed: bool = False
    write_progress: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """An objective of an activity; `identifier` is empty for a nameless primary one (SN 3.10)."""

    identifier: str = ""
    satisfied_by_measure: bool = False
    minimum_measure: float = 1.0
    maps: tuple[ObjectiveMap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Randomization:
    """Which children an attempt gets, and in which order (SN 3.12, 3.13); no `select_count` selects all."""

    selection_timing: Timing = Timing.NEVER
    select_count: int | None = None
    randomization_timing: Timing = Timing.NEVER
    reorder_children: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Whether an activity is tracked, and what it sets itself (SN 3.14)."""

    tracked: bool = True
    completion_set_by_content: bool = False
    objective_set_by_content: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequencing:
    """The sequencing of one activity; `primary` and `objectives` are its objectives, the rolled-up one first.

    `max_duration` is attemptAbsoluteDurationLimit as written, empty when absent.
    """

    control: ControlMode = ControlMode()
    rules: tuple[SequencingRule, ...] = ()
    attempt_limit: int | None = None
    max_duration: str = ""
    rollup_rules: tuple[RollupRule, ...] = ()
    rollup: Rollup = Rollup()
    primary: Objective = Objective()
    objectives: tuple[Objective, ...] = ()
    randomization: Randomization = Randomization()
    delivery: Delivery = Delivery()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionThreshold:
    """When progress completes an activity (CAM 4.2, adlcp:completionThreshold); `minimum` is 0 to 1.

    `is_stated` while the manifest gives a number at all: before the 4th edition it decides cmi.completion_status alone.
    """

    by_measure: bool = False
    minimum: float = 1.0
    is_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMap:
    """A store of shared data that a SCO sees (CAM 4.2, adlcp:data)."""

    target: str = ""
    is_readable: bool = True
    is_writable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity of the tree; `parent` is the place of its parent in the course, -1 for the root."""

    identifier: str
    parent: int
    is_visible: bool = True
    sequencing: Sequencing = Sequencing()
    threshold: CompletionThreshold = CompletionThreshold()
    data: tuple[DataMap, ...] = ()
    hidden: tuple[Control, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CourseDefinition:
    """An activity tree: activities in document order, the root first, each parent before its children."""

    activities: tuple[Activity, ...]
    behaviour: Behaviour = Behaviour.FOURTH
    objectives_are_global: bool = True
    shared_data_is_global: bool = True

    @cached_property
    def leaves(self) -> frozenset[int]:
        """Return the places of the activities without children."""
        return frozenset(range(len(self.activities))) - {activity.parent for activity in self.activities}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Return the place of each activity by its identifier."""
        return {activity.identifier: place for place, activity in enumerate(self.activities)}


def as_document(value: Any) -> dict[str, Any]:
    """Return a definition as plain values for JSON, without what is at its default."""
    found = ((one, getattr(value, one.name)) for one in fields(value))
    return {one.name: _written(item) for one, item in found if item != one.default}


def _written(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    return value if isinstance(value, str | int | float | None) else as_document(value)


def restored(kind: type[Definition], document: Mapping[str, Any]) -> Definition:
    """Return the definition that `as_document` wrote; what this version does not know is left out."""
    known = _kinds(cast("Any", kind))
    return kind(**{name: _read(known[name], value) for name, value in document.items() if name in known})


@cache
def _kinds(kind: Any) -> Mapping[str, Any]:
    """Return for each field its word list or definition, also when it holds several; None for plain values."""
    return {name: _kind_of(hint) for name, hint in get_type_hints(kind).items()}


def _kind_of(hint: Any) -> Any:
    one = next(iter(get_args(hint)), hint)
    return one if isinstance(one, type) and (is_dataclass(one) or issubclass(one, StrEnum)) else None


def _read(kind: Any, value: Any) -> Any:
    if kind is None or value is None:
        return value
    if isinstance(value, list):
        return tuple(_read(kind, one) for one in value)
    return kind(value) if issubclass(kind, StrEnum) else restored(kind, value)
