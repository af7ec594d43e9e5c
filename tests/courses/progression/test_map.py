"""The path map: how each step stands, which door speaks for it, and that a shortlist finds the same ways."""

import random
from dataclasses import replace
from datetime import date

from courses.progression.compiling import catalogue_of
from courses.progression.engine import decide, place
from courses.progression.map import Cell, Door, Ground, StepState, path_map
from courses.progression.paths import next_steps
from courses.progression.policy import HOUSE
from courses.progression.record import Category, Recognised, Record, Result, Source, Standing
from courses.progression.requirements import CoursePassed, Nominated
from courses.progression.shortlist import shortlist
from courses.progression.steps import Step, Track
from courses.progression.terms import Kind, Terms
from courses.progression.topics import TopicTree

ON = date(2026, 11, 20)
TOPICS = TopicTree({"patents": "ip"})
GENERALIST = Step(2, Track.GENERALIST)
PATENTS = Step(2, Track.SPECIALIST, "patents")
OFFERS = [
    Terms(code="INTRO", level=1, confers=(Step(1),), hours=50),
    Terms(code="GEN", level=2, track=Track.GENERALIST, confers=(GENERALIST,), hours=60),
    Terms(code="PAT", level=2, track=Track.SPECIALIST, topic="patents", confers=(PATENTS,), hours=20),
    Terms(
        code="ADV", kind=Kind.ACTIVITY, level=3, track=Track.GENERALIST, confers=(Step(3, Track.GENERALIST),), hours=40
    ),
]
OFFICIAL = Record(category=Category.OFFICIAL, verified_on=date(2026, 1, 1), languages=frozenset({"en"}))
PASSED_INTRO = Result(source=Source.COURSE, code="INTRO", title="I", passed_on=ON, mark=0.8, confers=(Step(1),))


def cells(record: Record, offers: list[Terms] = OFFERS, running: str = "") -> dict[str, Cell]:
    doors = [
        Door(terms=terms, decision=decide(HOUSE, terms, record, TOPICS, ON), is_running=terms.code == running)
        for terms in offers
    ]
    ground = Ground(
        policy=HOUSE, record=record, placement=place(record, ON), topics=TOPICS, topics_in_order=["ip", "patents"],
        doors=doors, catalogue=catalogue_of(offers), on=ON, told=lambda terms: terms,
    )  # fmt: skip
    return {str(cell.step): cell for row in path_map(ground) for _, steps in row.tracks for cell in steps}


def states(found: dict[str, Cell]) -> dict[str, str]:
    return {step: cell.state.value for step, cell in found.items()}


def test_somebody_new_has_level_1_open_and_the_rest_locked() -> None:
    found = cells(OFFICIAL)
    assert states(found) == {
        "1": "open", "2·generalist": "locked", "2·specialist·patents": "locked", "3·generalist": "locked",
    }  # fmt: skip
    assert [step.code for step in found["3·generalist"].paths[0].steps] == ["INTRO", "GEN"]


def test_a_pass_is_done_and_opens_the_next_level() -> None:
    found = cells(replace(OFFICIAL, results=(PASSED_INTRO,)), running="GEN")
    assert states(found)["1"] == "done"
    assert states(found)["2·generalist"] == "in_progress"
    assert states(found)["2·specialist·patents"] == "open"


def test_what_is_recognised_covers_what_is_below_it() -> None:
    record = replace(OFFICIAL, recognised=(Recognised(step=GENERALIST, decided_on=ON),))
    found = states(cells(record))
    assert (found["1"], found["2·generalist"], found["3·generalist"]) == ("covered", "recognised", "open")


def test_a_step_that_nothing_offers_still_says_what_its_rule_asks() -> None:
    found = cells(OFFICIAL, OFFERS[:2])
    third = found["3·generalist"]
    assert third.state is StepState.LOCKED
    assert third.doors == ()
    assert third.decision is not None
    assert [reason.code for reason in third.decision.reasons] == ["prerequisite_missing"]
    assert [step.code for step in third.paths[0].steps] == ["INTRO", "GEN"]


def test_the_door_that_asks_least_of_others_speaks_for_a_step() -> None:
    named = Terms(code="NAT", kind=Kind.ACTIVITY, level=2, confers=(GENERALIST,), requirement=Nominated(), hours=1)
    found = cells(OFFICIAL, [named, *OFFERS])
    assert [step.code for step in found["2·generalist"].paths[0].steps] == ["INTRO"]


def test_an_activity_for_other_countries_is_known_as_such() -> None:
    record = replace(OFFICIAL, beneficiary=Standing(code="KE"))
    terms = Terms(code="X", kind=Kind.ACTIVITY, countries=frozenset({"CH"}))
    assert Door(terms=terms, decision=decide(HOUSE, terms, record, TOPICS, ON)).is_for_others


def test_the_shortlist_finds_the_same_ways_as_the_whole_catalogue() -> None:
    chance = random.Random(7)
    for _ in range(40):
        offers = [*OFFERS, *(_random_offer(chance, number) for number in range(25))]
        record = OFFICIAL if chance.random() < 0.5 else replace(OFFICIAL, results=(PASSED_INTRO,))
        short = shortlist(HOUSE, offers, TOPICS, {result.code for result in record.results})
        assert len(short) < len(offers)
        for wanted in offers[-4:]:
            whole = next_steps(HOUSE, wanted, record, offers, TOPICS, ON)
            fewer = next_steps(HOUSE, wanted, record, short, TOPICS, ON)
            assert [(path.hours, path.courses) for path in fewer][:1] == [(path.hours, path.courses) for path in whole][
                :1
            ]


def _random_offer(chance: random.Random, number: int) -> Terms:
    level = chance.choice((1, 2, 2, 3))
    topic = chance.choice(("ip", "patents")) if level > 1 and chance.random() < 0.6 else None
    track = None if level == 1 else Track.SPECIALIST if topic else Track.GENERALIST
    asked = CoursePassed(chance.choice(("GEN", "R3", "R4"))) if chance.random() < 0.2 else None
    return Terms(
        code=f"R{number}", level=level, track=track, topic=topic, confers=(Step(level, track, topic),),
        hours=chance.randint(1, 60), requirement=asked,
    )  # fmt: skip


def test_what_a_rule_of_the_house_names_stays_on_the_short_list() -> None:
    offers = [Terms(code=f"C{number}", level=1, hours=10 + number) for number in range(6)]
    rules = tuple(replace(rule, requirement=CoursePassed("C5")) for rule in HOUSE.rules if rule.level == 2)
    short = shortlist(replace(HOUSE, rules=rules), offers, TOPICS, ())
    assert [each.code for each in short] == ["C0", "C1", "C2", "C5"]
