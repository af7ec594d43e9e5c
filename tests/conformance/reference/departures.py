"""The names of the departures, and what the reference remembers beside the tracking state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from scorm.sequencing.tracking import TrackingState


class Departure(StrEnum):
    """What the reference does in another way than the book; docs/conformance.md argues each of them."""

    UNSCORED = "a cluster without scored children has the measure 0"
    MAPS = "a plain map reads completion, progress and scores as well"
    STALE = "what is stale is told by marks that resuming and roll-up leave alone"
    STALE_SEEN = "stale progress is hidden from rules and reports, not only from roll-up"
    WORDS = "a status once said keeps later attempts from being filled in"
    ENTRY = "the entry of the primary objective outdoes what the SCO says of itself"
    THRESHOLD = "a completion threshold that decides nothing decides the status of a SCO"
    UNKNOWN = "every report writes completion and status, also while they are unknown"
    ENDED_EARLY = "an activity that has ended takes no report"
    TIMED_OUT = "a SCO that times out and wished to abandon reports nothing"
    BY_MEASURE = "looking at a measure writes the status that it decides"
    ACTIVE = "a SCO's word makes a status known that a measure may not yet decide"
    NOT_SUSPENDED = "ifNotSuspended lets in what was never attempted"
    ENOUGH = "a percentage of children is rounded, and a count stops early"
    FIRST_CONDITION = "the first condition that is not true decides a rule"
    READERS = "who reads a global objective is rolled up once, and not to the root"
    CLUSTER_END = "the end of a cluster is not rolled up"
    ENDED_TWICE = "the attempt that has ended ends again when the next one begins"
    ABANDONED = "abandoning clears the status of the activity"
    UNTRACKED = "an untracked activity stays suspended when it is resumed"
    SUSPENDING = "suspending all where the current activity has ended suspends nothing"
    ROOT = "exitParent at the root is ignored, and its end need not end the session"
    CONTENTS = "a wish is judged by the contents as they were before the attempt ended"
    CONTENTS_END = "drawing the contents under constrainChoice ends the attempt"
    WAY = "a choice asks other activities on its way"
    LAST = "the last leaf that was enabled is the end of the course"
    CONTINUE = "continue that finds nothing ends the session"


class ReferenceFailed(Exception):
    """The reference fails here with an exception of its own."""


@dataclass
class Memory:
    """What the reference remembers of one learner in one course.

    Places: `stale_objectives` and `stale_progress` are marked stale, `touched` have tracking data at all,
    `said_success` and `said_progress` have a status that a SCO once said. `completions` are objectives (place, index)
    whose completion was set, be it to unknown. `ending` is the current activity while a request ends it. `plain_maps`
    are the maps that stand in `imsss`, by objective and target.
    """

    stale_objectives: set[int] = field(default_factory=set)
    stale_progress: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    said_success: set[int] = field(default_factory=set)
    said_progress: set[int] = field(default_factory=set)
    completions: set[tuple[int, int]] = field(default_factory=set)
    said: set[tuple[str, str]] = field(default_factory=set)
    plain_maps: set[tuple[str, str]] = field(default_factory=set)
    last_leaf: int | None = None
    ending: int | None = None
    is_course_left: bool = False
    noted: set[Departure] = field(default_factory=set)

    def clear(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]


MEMORY = Memory()


def note(departure: Departure, is_decisive: bool = True) -> None:
    """Note that the reference has just departed from the book, when it makes a difference."""
    if is_decisive:
        MEMORY.noted.add(departure)


@contextmanager
def aside(state: TrackingState) -> Iterator[TrackingState]:
    """Give a fork on which to try what our engine would do; nothing of it is remembered."""
    kept = {name: value.copy() if isinstance(value, set) else value for name, value in vars(MEMORY).items()}
    try:
        yield state.fork()
    finally:
        vars(MEMORY).update(kept)


def known(state: TrackingState) -> list[object]:
    """Return what is recorded now, to see whether something changes it."""
    return [*(record.objectives for record in state.records), dict(state.globals)]
