"""The closed vocabularies of sequencing, spelt as in a manifest (SN 3)."""

from enum import StrEnum


class ConditionName(StrEnum):
    """What a rule can ask about an activity or an objective (SN 3.4.2)."""

    SATISFIED = "satisfied"
    OBJECTIVE_STATUS_KNOWN = "objectiveStatusKnown"
    OBJECTIVE_MEASURE_KNOWN = "objectiveMeasureKnown"
    OBJECTIVE_MEASURE_GREATER_THAN = "objectiveMeasureGreaterThan"
    OBJECTIVE_MEASURE_LESS_THAN = "objectiveMeasureLessThan"
    COMPLETED = "completed"
    ACTIVITY_PROGRESS_KNOWN = "activityProgressKnown"
    ATTEMPTED = "attempted"
    ATTEMPT_LIMIT_EXCEEDED = "attemptLimitExceeded"
    TIME_LIMIT_EXCEEDED = "timeLimitExceeded"
    OUTSIDE_AVAILABLE_TIME_RANGE = "outsideAvailableTimeRange"
    ALWAYS = "always"


class Combination(StrEnum):
    """Whether all or any conditions of a rule must hold."""

    ALL = "all"
    ANY = "any"


class RuleAction(StrEnum):
    """What a sequencing rule does; the word alone tells at which moment it is looked at (SN 3.4.4 to 3.4.8)."""

    SKIP = "skip"
    DISABLED = "disabled"
    HIDDEN_FROM_CHOICE = "hiddenFromChoice"
    STOP_FORWARD_TRAVERSAL = "stopForwardTraversal"
    EXIT = "exit"
    EXIT_PARENT = "exitParent"
    EXIT_ALL = "exitAll"
    RETRY = "retry"
    RETRY_ALL = "retryAll"
    CONTINUE = "continue"
    PREVIOUS = "previous"


PRECONDITION_ACTIONS = frozenset(
    {RuleAction.SKIP, RuleAction.DISABLED, RuleAction.HIDDEN_FROM_CHOICE, RuleAction.STOP_FORWARD_TRAVERSAL}
)
EXIT_ACTIONS = frozenset({RuleAction.EXIT})
POSTCONDITION_ACTIONS = frozenset(RuleAction) - PRECONDITION_ACTIONS - EXIT_ACTIONS


class ChildSet(StrEnum):
    """How many children a rollup rule asks for (SN 3.7.1)."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    AT_LEAST_COUNT = "atLeastCount"
    AT_LEAST_PERCENT = "atLeastPercent"


class RollupAction(StrEnum):
    """What a rollup rule says of the cluster (SN 3.7.3)."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "notSatisfied"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"


class Requirement(StrEnum):
    """When a child takes part in a rollup (SN 3.7, rollup considerations)."""

    ALWAYS = "always"
    IF_ATTEMPTED = "ifAttempted"
    IF_NOT_SKIPPED = "ifNotSkipped"
    IF_NOT_SUSPENDED = "ifNotSuspended"


class Timing(StrEnum):
    """When children are selected or put into another order (SN 3.12, 3.13)."""

    NEVER = "never"
    ONCE = "once"
    ON_EACH_NEW_ATTEMPT = "onEachNewAttempt"


class Control(StrEnum):
    """The controls of the LMS that a package may hide (SN 5.6, CAM navigation)."""

    PREVIOUS = "previous"
    CONTINUE = "continue"
    EXIT = "exit"
    EXIT_ALL = "exitAll"
    ABANDON = "abandon"
    ABANDON_ALL = "abandonAll"
    SUSPEND_ALL = "suspendAll"


class Behaviour(StrEnum):
    """The editions whose sequencing differs; the words of the manifest."""

    SECOND = "2004 2nd Edition"
    THIRD = "2004 3rd Edition"
    FOURTH = "2004 4th Edition"
