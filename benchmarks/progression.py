"""How fast the gate is in memory: decisions a second, whole catalogues, shortest ways, the check of a policy."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from benchmarks.figures import Figure, middle
from courses.progression.checks import check
from courses.progression.engine import allows, decide
from courses.progression.facts import Known
from courses.progression.paths import next_steps
from courses.progression.policy import HOUSE
from courses.progression.record import Category, Record, Result, Source, Standing
from courses.progression.requirements import AllOf, AnyOf, CoursePassed, Not, Speaks, StepHeld
from courses.progression.rules import gate_of
from courses.progression.steps import Step, Track
from courses.progression.terms import Kind, Purpose, Terms
from courses.progression.topics import TopicTree

OFFERS = 500
TOPICS = TopicTree({f"topic {number}": f"topic {number // 10}" if number >= 10 else None for number in range(60)})
ON = date(2026, 11, 20)
ROUNDS = 5


def measure() -> list[Figure]:
    """Return decisions a second, and the milliseconds for a catalogue, for the shortest ways, and for the check."""
    offers = catalogue()
    people = [person(number) for number in range(200)]
    target = replace(offers[-1], availability=())
    return [
        Figure("decisions a second, with every fact", _rate(offers, people), "1/s", 10_000, at_least=True),
        Figure("people a second, yes or no", _people(target, people), "1/s", 20_000, at_least=True),
        Figure(f"{OFFERS} offerings for one person", _milliseconds(lambda: _all(offers, people[0])), "ms", 50),
        Figure(
            f"the shortest ways in a catalogue of {OFFERS}",
            _milliseconds(lambda: next_steps(HOUSE, target, people[0], offers, TOPICS, ON)), "ms", 100,
        ),
        Figure(f"the check of {OFFERS} offerings", _milliseconds(lambda: check(HOUSE, offers, TOPICS)), "ms", 500),
    ]  # fmt: skip


def catalogue() -> list[Terms]:
    """Return offerings of every level and track; every fifth asks for more than the rule of the house."""
    return [_offer(number) for number in range(OFFERS)]


def person(number: int) -> Record:
    """Return an official with up to five results, under measures here and there."""
    confers = [Step(1), Step(2, Track.GENERALIST), *(Step(2, Track.SPECIALIST, f"topic {at}") for at in (3, 31, 4))]
    results = tuple(
        Result(
            source=Source.COURSE, code=f"PAST-{at}", title=f"Past {at}", passed_on=date(2026, 1 + at, 1 + number % 28),
            mark=0.6 + at / 20, confers=(step,),
        )
        for at, step in enumerate(confers[: number % 6])
    )  # fmt: skip
    return Record(
        category=Category.OFFICIAL, verified_on=date(2025, 3, 3), languages=frozenset({"fr"}),
        beneficiary=Standing(code="TG", region="africa", is_ldc=True), results=results,
    )  # fmt: skip


def _offer(number: int) -> Terms:
    level = 1 + number % 3
    track = None if level == 1 else (Track.SPECIALIST if number % 2 else Track.GENERALIST)
    topic = f"topic {number % 60}" if track == Track.SPECIALIST else None
    more = AnyOf((AllOf((CoursePassed("PAST-1", 0.6, 36), Speaks(frozenset({"fr"})))), StepHeld(Step(1))))
    return Terms(
        code=f"OFFER-{number}", kind=Kind.COURSE if level < 3 else Kind.ACTIVITY, hours=10.0 + number % 50,
        purpose=Purpose.ENROLMENT if level < 3 else Purpose.SELECTION, level=level, track=track, topic=topic,
        confers=(Step(level, track, topic),), has_lower_course=True,
        requirement=AllOf((more, Not(CoursePassed("NEVER")))) if number % 5 == 0 else None,
    )  # fmt: skip


def _rate(offers: list[Terms], people: list[Record]) -> float:
    def work() -> None:
        for at, record in enumerate(people):
            for offer in offers[at % 20 :: 20]:
                decide(HOUSE, offer, record, TOPICS, ON)

    return len(people) * (OFFERS // 20) * 1000 / _milliseconds(work)


def _people(target: Terms, people: list[Record]) -> float:
    parts = gate_of(HOUSE, target, TOPICS)

    def work() -> None:
        for record in people:
            allows(parts, Known(record, ON, target.code))

    return len(people) * 1000 / _milliseconds(work)


def _all(offers: list[Terms], record: Record) -> None:
    for offer in offers:
        decide(HOUSE, offer, record, TOPICS, ON)


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the CPU milliseconds of one piece of work, the middle of several."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return middle(taken)


if __name__ == "__main__":
    for figure in measure():
        print(figure)
