"""The tracking state of one learner in one course: what sequencing reads and writes (SN 4.2).

A state can be forked for a trial: a fork shares every record until one side writes it.
"""

import random
from collections.abc import Sequence
from typing import Protocol

from scorm.runtime.report import UNKNOWN, ObjectiveValues
from scorm.sequencing.tree import ActivityTree


class Chooser(Protocol):
    """The source of chance for selection and randomization."""

    def select(self, count: int, among: int) -> Sequence[int]:
        """Return `count` different places below `among`, in rising order."""
        ...

    def shuffle(self, count: int) -> Sequence[int]:
        """Return the places below `count` in another order."""
        ...


class SeededChooser:
    """Chance that can be repeated: it depends on a seed and on how often it was asked."""

    def __init__(self, seed: str, draws: int) -> None:
        self._random = random.Random(f"{seed}:{draws}")  # noqa: S311 — the order of pages is no secret

    def select(self, count: int, among: int) -> Sequence[int]:
        """Return `count` different places below `among`, in rising order."""
        return sorted(self._random.sample(range(among), count))

    def shuffle(self, count: int) -> Sequence[int]:
        """Return the places below `count` in another order."""
        return self._random.sample(range(count), count)


class Record:
    """What is tracked of one activity (SN 4.2.1).

    `objectives` stand in the order of the node's links; the primary one also holds the completion and progress of the
    attempt. `parent_attempt` is the parent's attempt in which this was last attempted: information from another one is
    stale for rollup (SN 3.2.6). `kids` are the available children where they are not simply all.
    `is_success_unknown`, `is_completion_unknown`: the SCO said so itself in this attempt.
    """

    __slots__ = (
        "attempts", "is_active", "is_completion_unknown", "is_success_unknown", "is_suspended", "kids", "objectives",
        "owner", "parent_attempt",
    )  # fmt: skip

    def __init__(self, owner: object, objectives: tuple[ObjectiveValues, ...]) -> None:
        self.owner = owner
        self.objectives = objectives
        self.attempts = 0
        self.parent_attempt = 0
        self.is_active = False
        self.is_suspended = False
        self.is_success_unknown = False
        self.is_completion_unknown = False
        self.kids: tuple[int, ...] | None = None

    def copy(self, owner: object) -> "Record":
        """Return the same for another owner."""
        found = Record.__new__(Record)
        found.owner = owner
        found.objectives = self.objectives
        found.attempts = self.attempts
        found.parent_attempt = self.parent_attempt
        found.is_active = self.is_active
        found.is_suspended = self.is_suspended
        found.is_success_unknown = self.is_success_unknown
        found.is_completion_unknown = self.is_completion_unknown
        found.kids = self.kids
        return found


class TrackingState:
    """Everything that changes while a learner goes through a course.

    `current` and `suspended` are places, None where there is none (SN 4.2.2). `globals` are the shared objectives by
    their identifiers, all of them in the learner's scope. Write a record only as `writable` gives it.
    """

    __slots__ = (
        "_owner",
        "chooser",
        "current",
        "draws",
        "globals",
        "is_prepared",
        "records",
        "seed",
        "suspended",
        "tree",
    )

    def __init__(
        self, tree: ActivityTree, *, seed: str = "", globals_: dict[str, ObjectiveValues] | None = None
    ) -> None:
        self.tree = tree
        self.seed = seed
        self.draws = 0
        self.chooser: Chooser | None = None
        self.is_prepared = False
        self.current: int | None = None
        self.suspended: int | None = None
        self.globals: dict[str, ObjectiveValues] = {} if globals_ is None else globals_
        self._owner = object()
        self.records = [Record(self._owner, (UNKNOWN,) * len(node.links)) for node in tree.nodes]

    def fork(self) -> "TrackingState":
        """Return a state that starts as this one and goes its own way."""
        found = TrackingState.__new__(TrackingState)
        found.tree, found.seed, found.draws, found.chooser = self.tree, self.seed, self.draws, self.chooser
        found.is_prepared, found.current, found.suspended = self.is_prepared, self.current, self.suspended
        found.globals = self.globals.copy()
        found.records = self.records.copy()
        found._owner = object()
        self._owner = object()
        return found

    def writable(self, place: int) -> Record:
        """Return the record of an activity for writing."""
        record = self.records[place]
        if record.owner is not self._owner:
            record = self.records[place] = record.copy(self._owner)
        return record

    def kids(self, place: int) -> tuple[int, ...]:
        """Return the available children: those that were selected, in the order that was drawn (SN 4.2.2)."""
        kids = self.records[place].kids
        return self.tree.nodes[place].children if kids is None else kids

    def is_available(self, place: int) -> bool:
        """Tell whether an activity and everything above it is among the available children."""
        nodes = self.tree.nodes
        while (parent := nodes[place].parent) >= 0:
            if place not in self.kids(parent):
                return False
            place = parent
        return True

    def choose(self) -> Chooser:
        """Return the source of chance for one draw."""
        self.draws += 1
        return self.chooser or SeededChooser(self.seed, self.draws)

    def last_activity(self) -> int:
        """Return the last activity in the order of a walk over the available children."""
        place = 0
        while kids := self.kids(place):
            place = kids[-1]
        return place

    def is_after(self, one: int, other: int) -> bool:
        """Tell whether an activity comes after another one in the order of a walk; one within the other does."""
        tree = self.tree
        shared = tree.common_ancestor(one, other)
        if shared in (one, other):
            return shared == other and one != other
        kids = self.kids(shared)
        first, second = tree.path(one, shared)[-2], tree.path(other, shared)[-2]
        if first not in kids or second not in kids:
            return first > second
        return kids.index(first) > kids.index(second)
