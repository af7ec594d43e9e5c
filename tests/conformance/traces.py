"""Recordings of ADL's reference sequencer, followed by our engine and by its stand-in for the reference."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.conformance.adapter import Engine
from tests.conformance.reference.departures import MEMORY, Departure, ReferenceFailed
from tests.conformance.reference.standin import Engine as StandIn
from tests.conformance.reference.standin import in_the_place_of_ours

TOLERANCE = 1e-6
RESULTS = ("satisfied", "completion")
PROFILES = ("flow", "rules", "limits", "rollup", "objectives", "adl4", "all")


class About(StrEnum):
    """What a difference is about; the value is how the table counts the recordings that have none."""

    DELIVERY = "with the same deliveries and the same ends of sessions"
    RESULT = "with the same satisfaction and completion of every activity, as long as deliveries are the same"
    TRACKING = "with the same measures, attempts and states of every activity, as long as deliveries are the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where an engine first differs from a recording."""

    at: int
    about: About
    what: str
    recorded: object = None
    found: object = None


@dataclass(slots=True, kw_only=True)
class Followed:
    """A recording as both have followed it.

    `ours` are the first differences of our engine by what they are about; it is followed while it delivers the same.
    `noted` are the departures of the reference by the operation at which they made a difference. `has_failed`: the
    reference failed at the end of the recording, and so does the stand-in.
    """

    name: str
    operations: int
    ours: dict[About, Difference] = field(default_factory=dict)
    stand_in: dict[About, Difference] = field(default_factory=dict)
    noted: dict[int, set[Departure]] = field(default_factory=dict)
    has_failed: bool = False

    def reasons(self, about: About) -> set[Departure]:
        """Return the departures at our first difference: those of its operation, else of the last one before."""
        if about not in self.ours:
            return set()
        before = [at for at in self.noted if at <= self.ours[about].at]
        return self.noted[max(before)] if before else set()


def traces_of(folder: Path, profile: str) -> Iterator[dict[str, Any]]:
    """Yield the recordings of a profile."""
    with gzip.open(folder / "traces" / f"{profile}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def follow(trace: dict[str, Any]) -> Followed:
    """Follow a recording with our engine and with the stand-in."""
    found = Followed(name=f"{trace['profile']} {trace['seed']}", operations=len(trace["ops"]))
    found.ours = differences(Engine(), trace)
    with in_the_place_of_ours():
        found.stand_in = differences(StandIn(), trace, found)
    return found


def differences(engine: Engine, trace: dict[str, Any], followed: Followed | None = None) -> dict[About, Difference]:
    """Return the first differences from a recording; with `followed`, also how the stand-in fares at each operation."""
    engine.begin_case("learner-one", "One, Learner")
    found: dict[About, Difference] = {}
    for at, entry in enumerate(trace["ops"]):
        if "exception" in entry:
            if followed is not None:
                followed.has_failed = has_failed(engine, trace["manifest"], entry["op"])
                if not followed.has_failed:
                    found[About.DELIVERY] = Difference(at=at, about=About.DELIVERY, what="the reference fails")
            return found
        delivered = carry_out(engine, trace["manifest"], entry["op"])
        for one in differing(engine, at, entry["result"], delivered):
            found.setdefault(one.about, one)
        if followed is not None:
            followed.noted.update({at: set(MEMORY.noted)} if MEMORY.noted else {})
            MEMORY.noted.clear()
        if About.DELIVERY in found:
            return found
    return found


def has_failed(engine: Engine, manifest: str, op: dict[str, Any]) -> bool:
    """Tell whether an operation fails as the reference does."""
    try:
        carry_out(engine, manifest, op)
    except ReferenceFailed:
        return True
    return False


def carry_out(engine: Engine, manifest: str, op: dict[str, Any]) -> str | None:
    """Carry out one recorded operation."""
    if op["op"] == "launch" or not engine.registrations:
        return engine.launch("course", manifest, op["event"], op.get("target"))
    if op["op"] == "learner":
        return engine.learner(op["event"], op.get("target"))
    for function, element, *rest in op["calls"]:
        resolved = resolve(engine, element)
        if resolved is not None:
            engine.api(function, resolved, *rest)
    return engine.terminate()


def resolve(engine: Engine, element: str) -> str | None:
    """Return an element with the index of the objective that stands between two `&`; None where it is missing."""
    if "&" not in element:
        return element
    head, identifier, tail = element.split("&")
    for index in range(int(engine.api("GetValue", "cmi.objectives._count")[0] or 0)):
        if engine.api("GetValue", f"cmi.objectives.{index}.id")[0] == identifier:
            return f"{head}{index}{tail}"
    return None


def differing(engine: Engine, at: int, recorded: dict[str, Any], delivered: str | None) -> Iterator[Difference]:
    """Yield the differences after an operation."""
    if delivered != recorded["delivers"]:
        yield Difference(at=at, about=About.DELIVERY, what="", recorded=recorded["delivers"], found=delivered)
    if engine.session_active() == recorded["ended"]:
        yield Difference(at=at, about=About.DELIVERY, what="ended", recorded=recorded["ended"])
    for identifier, tracked in engine.status().items():
        for key, value in tracked.items():
            known = recorded["activities"][identifier][key]
            if not is_same(known, value):
                about = About.RESULT if key in RESULTS else About.TRACKING
                yield Difference(at=at, about=about, what=f"{identifier}.{key}", recorded=known, found=value)


def is_same(recorded: object, found: object) -> bool:
    """Tell whether two tracked values are equal, numbers to six decimals."""
    if isinstance(recorded, float) and isinstance(found, float):
        return abs(recorded - found) < TOLERANCE
    return recorded == found


def followed_in(folder: Path) -> list[Followed]:
    """Follow every recording."""
    return [follow(trace) for profile in PROFILES for trace in traces_of(folder, profile)]


def table(followed: list[Followed]) -> str:
    """Return how far our engine follows the recordings, and which departures part it from them."""
    counts = {about: Counter(reason for one in followed for reason in one.reasons(about)) for about in About}
    ever = Counter(departure for one in followed for departure in set().union(*one.noted.values()))
    exact = sum(not one.stand_in for one in followed)
    lines = [
        f"{len(followed)} recordings of the reference, {sum(one.operations for one in followed)} operations",
        f"{exact:6d} followed to the last value with the departures exchanged"
        f" ({sum(one.has_failed for one in followed)} end where the reference fails)",
        *(f"{sum(about not in one.ours for one in followed):6d} {about}" for about in About),
        "",
        "first difference of our engine in: delivery, result, tracking; and how many recordings have it at all",
    ]
    ranked = sorted(Departure, key=lambda one: [-counts[about][one] for about in About] + [-ever[one]])
    rows = ("".join(f"{counts[about][one]:6d}" for about in About) + f"{ever[one]:6d}  {one}" for one in ranked)
    return "\n".join([*lines, *rows])
