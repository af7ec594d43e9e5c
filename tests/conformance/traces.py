"""Recordings of another sequencer against ours, operation by operation, up to the first difference.

Followed is what was delivered, whether the session is open, and of each activity `satisfied` and `completion`. Where
one differs first, the situations that were met by then must account for it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from scorm.sequencing.tree import ActivityTree
from tests.conformance.adapter import Engine
from tests.conformance.runner import runner_of
from tests.conformance.situations import SITUATIONS, Situation, Story

STATUSES = ("satisfied", "completion")
SOFTER = ("measure", "progress_measure", "attempts", "active", "suspended")
TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs after an operation; `activity` is empty for `delivers` and `session`.

    `situations` are those met by then that account for it; none of them: nothing does.
    """

    what: str
    activity: str
    recorded: object
    ours: object
    situations: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Followed:
    """What came of following a recording.

    `operations` were compared; before the first of `met` were `untouched` of them. `statuses` were compared, and
    `statuses_apart` of activities that no situation concerned. `softer` is the first operation at which one of `SOFTER`
    differs. `has_stopped`: the recording breaks off.
    """

    name: str
    operations: int = 0
    untouched: int = 0
    statuses: int = 0
    statuses_apart: int = 0
    softer: int | None = None
    has_stopped: bool = False
    met: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)

    @property
    def unaccounted(self) -> list[Difference]:
        """Return the differences that no situation accounts for."""
        return [one for one in self.differences if not one.situations]

    @property
    def reason(self) -> str:
        """Return the situation to which the first difference falls, the most telling one; empty for none."""
        return next(iter(self.differences[0].situations), "") if self.differences else ""

    @property
    def is_softer(self) -> bool:
        """Tell whether a measure, an amount, a count or a state differs somewhere."""
        return self.softer is not None


class Player:
    """Our engine behind the operations of a recording."""

    def __init__(self, manifest: str, folder: Path) -> None:
        self.manifest, self.resolve = manifest, runner_of(folder, "compare_traces").resolve
        self.engine = Engine()
        self.engine.begin_case("learner1", "Learner, One")
        self.is_opened = False

    def play(self, op: Mapping[str, Any]) -> str | None:
        """Carry out an operation and return what it delivers."""
        if op["op"] == "launch" or not self.is_opened:
            self.is_opened = True
            return self.engine.launch("course", self.manifest, op["event"], op.get("target"))
        if op["op"] == "learner":
            return self.engine.learner(op["event"], op.get("target"))
        for function, element, *values in op["calls"]:
            found = self.resolve(self.engine, element)
            if found is not None:
                self.engine.api(function, found, *values)
        return self.engine.terminate()


class Account:
    """Which activities of a course each situation concerns, as a recording goes on."""

    def __init__(self, tree: ActivityTree) -> None:
        self.story = Story(tree)
        self.concerned: dict[str, frozenset[str]] = {one.name: frozenset() for one in SITUATIONS}
        self.has_rules = any(node.definition.sequencing.rules or node.attempt_limit is not None for node in tree.nodes)
        self.reach = cache(self._reach)

    def goes_on(self, op: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Take in an operation and what was recorded of it."""
        self.story.ops.append(op)
        self.story.results.append(result)
        for one in SITUATIONS:
            kept = self.concerned[one.name] if one.lasts else frozenset()
            self.concerned[one.name] = kept | frozenset(one.concerns(self.story))

    def met(self) -> set[str]:
        """Return the situations that concern something now."""
        return {name for name, activities in self.concerned.items() if activities}

    def everything(self) -> frozenset[str]:
        """Return all activities whose statuses some situation can change."""
        return self.reach(frozenset().union(*self.concerned.values()))

    def _reach(self, activities: frozenset[str]) -> frozenset[str]:
        """Return what depends on activities: what lies above them, and what reads the global objectives they write."""
        tree = self.story.tree
        found: set[int] = set()
        waiting = [tree.places[name] for name in activities]
        while waiting:
            at = waiting.pop()
            if at in found:
                continue
            found.add(at)
            waiting.extend(tree.path(at, 0))
            written = {target for link in tree.nodes[at].links for target in link.targets}
            waiting.extend(
                node.place for node in tree.nodes if any(written & set(link.reads.values()) for link in node.links)
            )
        return frozenset(tree.nodes[at].identifier for at in found)

    def moved(self, delivered: tuple[str | None, str | None]) -> frozenset[str]:
        """Return what is touched when something else is delivered: both ways, and the way that is left."""
        story = self.story
        ways = [story.upwards(name) for name in (*delivered, story.current)]
        return frozenset(name for way in ways for name in way)

    def of(self, activity: str, moved: frozenset[str]) -> tuple[str, ...]:
        """Return the situations that account for a difference; no activity: in what is delivered, or of the session."""
        return tuple(one.name for one in SITUATIONS if self._accounts(one, activity, moved))

    def _accounts(self, one: Situation, activity: str, moved: frozenset[str]) -> bool:
        concerned = self.concerned[one.name]
        can_move = bool(concerned) and (one.moves or self.has_rules)
        return can_move if not activity else activity in self.reach(concerned) or (can_move and activity in moved)


def follow(recording: Mapping[str, Any], folder: Path) -> Followed:
    """Play a recording on our engine up to the first difference."""
    found = Followed(name=f"{recording['profile']} {recording['seed']}")
    player = Player(recording["manifest"], folder)
    account: Account | None = None
    for number, entry in enumerate(recording["ops"]):
        if "exception" in entry:
            found.has_stopped = True
            break
        result = entry["result"]
        delivered = player.play(entry["op"])
        account = account or Account(player.engine.registration.tree)
        account.goes_on(entry["op"], result)
        found.met |= account.met()
        found.untouched += not found.met
        moved = account.moved((result["delivers"], delivered)) if delivered != result["delivers"] else frozenset()
        _count(found, account.everything() | moved, number, result, player.engine.status())
        differences = list(_compare(result, delivered, player.engine))
        if differences:
            found.differences = [_accounted(one, account, moved) for one in differences]
            break
    return found


def _count(
    found: Followed,
    concerned: frozenset[str],
    number: int,
    result: Mapping[str, Any],
    ours: Mapping[str, Mapping[str, Any]],
) -> None:
    found.operations += 1
    found.statuses += len(STATUSES) * len(ours)
    found.statuses_apart += len(STATUSES) * len(ours.keys() - concerned)
    if found.softer is None and any(
        _differ(result["activities"][name][key], values[key]) for name, values in ours.items() for key in SOFTER
    ):
        found.softer = number


def _differ(recorded: object, ours: object) -> bool:
    if isinstance(recorded, float) and isinstance(ours, float):
        return abs(recorded - ours) > TOLERANCE
    return recorded != ours


def _compare(result: Mapping[str, Any], delivered: str | None, engine: Engine) -> Iterator[Difference]:
    """Yield what differs after an operation."""
    if delivered != result["delivers"]:
        yield Difference(what="delivers", activity="", recorded=result["delivers"], ours=delivered)
    if engine.session_active() == result["ended"]:
        yield Difference(what="session", activity="", recorded=not result["ended"], ours=engine.session_active())
    for name, values in engine.status().items():
        for key in STATUSES:
            recorded = result["activities"][name][key]
            if values[key] != recorded:
                yield Difference(what=key, activity=name, recorded=recorded, ours=values[key])


def _accounted(one: Difference, account: Account, moved: frozenset[str]) -> Difference:
    return Difference(
        what=one.what, activity=one.activity, recorded=one.recorded, ours=one.ours,
        situations=account.of(one.activity, moved),
    )  # fmt: skip


def recordings(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield every recording, profile by profile."""
    lines = runner_of(folder, "compare_traces").lines
    for path in sorted((folder / "traces").glob("*.jsonl.gz")):
        yield from (json.loads(line) for line in lines(str(path)))


@cache
def all_followed(folder: Path) -> tuple[Followed, ...]:
    """Follow every recording once."""
    return tuple(follow(one, folder) for one in recordings(folder))
