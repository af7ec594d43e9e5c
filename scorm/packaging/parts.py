"""The parts of `imsss:sequencing` that are attributes alone (CAM 5.1)."""

import re
from dataclasses import dataclass

from scorm.packaging.values import Faults, Values
from scorm.sequencing.definition import ControlMode, Delivery, Randomization, Rollup
from scorm.sequencing.words import Requirement, Timing
from scorm.xml import Element

_DURATION = re.compile(
    r"P(?=[0-9T])([0-9]{1,9}Y)?([0-9]{1,9}M)?([0-9]{1,9}D)?"
    r"(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}([.][0-9]{1,9})?S)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How often and how long an activity may be attempted; of `limitConditions`, what an LMS must keep (SN 3.5)."""

    attempts: int | None = None
    duration: str = ""


def read_control(element: Element, faults: Faults) -> ControlMode:
    """Return a `controlMode`."""
    values = Values(element, faults)
    return ControlMode(
        choice=values.flag("choice", default=True),
        choice_exit=values.flag("choiceExit", default=True),
        flow=values.flag("flow", default=False),
        forward_only=values.flag("forwardOnly", default=False),
        current_objective_info=values.flag("useCurrentAttemptObjectiveInfo", default=True),
        current_progress_info=values.flag("useCurrentAttemptProgressInfo", default=True),
    )


def read_choices(element: Element, faults: Faults) -> ControlMode:
    """Return what an `adlseq:constrainedChoiceConsiderations` says, everything else at its default."""
    values = Values(element, faults)
    return ControlMode(
        constrain_choice=values.flag("constrainChoice", default=False),
        prevent_activation=values.flag("preventActivation", default=False),
    )


def read_limit(element: Element, faults: Faults) -> Limit:
    """Return a `limitConditions`."""
    values = Values(element, faults)
    duration = element.get("attemptabsolutedurationlimit")
    if duration and not _DURATION.fullmatch(duration):
        faults.refuse_value("limitConditions", "attemptAbsoluteDurationLimit", duration)
        duration = ""
    return Limit(attempts=values.count("attemptLimit"), duration=duration)


def read_rollup(element: Element, faults: Faults) -> Rollup:
    """Return the attributes of a `rollupRules`."""
    values = Values(element, faults)
    return Rollup(
        objective_satisfied=values.flag("rollupObjectiveSatisfied", default=True),
        progress_completion=values.flag("rollupProgressCompletion", default=True),
        objective_weight=values.number("objectiveMeasureWeight", 0, 1, default=1.0),
    )


def read_considerations(element: Element, faults: Faults) -> Rollup:
    """Return what an `adlseq:rollupConsiderations` says, everything else at its default."""
    values = Values(element, faults)
    return Rollup(
        for_satisfied=values.word("requiredForSatisfied", Requirement, Requirement.ALWAYS),
        for_not_satisfied=values.word("requiredForNotSatisfied", Requirement, Requirement.ALWAYS),
        for_completed=values.word("requiredForCompleted", Requirement, Requirement.ALWAYS),
        for_incomplete=values.word("requiredForIncomplete", Requirement, Requirement.ALWAYS),
        measure_satisfaction_if_active=values.flag("measureSatisfactionIfActive", default=True),
    )


def read_randomization(element: Element, faults: Faults) -> Randomization:
    """Return a `randomizationControls`."""
    values = Values(element, faults)
    return Randomization(
        selection_timing=values.word("selectionTiming", Timing, Timing.NEVER),
        select_count=values.count("selectCount"),
        randomization_timing=values.word("randomizationTiming", Timing, Timing.NEVER),
        reorder_children=values.flag("reorderChildren", default=False),
    )


def read_delivery(element: Element, faults: Faults) -> Delivery:
    """Return a `deliveryControls`."""
    values = Values(element, faults)
    return Delivery(
        tracked=values.flag("tracked", default=True),
        completion_set_by_content=values.flag("completionSetByContent", default=False),
        objective_set_by_content=values.flag("objectiveSetByContent", default=False),
    )
