"""People, courses and rules for the tests of progression, in few words."""

from dataclasses import replace
from datetime import date
from typing import Any

from courses.progression.decision import Decision
from courses.progression.engine import decide
from courses.progression.policy import HOUSE, Policy
from courses.progression.record import Category, MeasureDays, Membership, Recognised, Record, Result, Source, Standing
from courses.progression.requirements import Requirement
from courses.progression.steps import parse_step, parse_steps
from courses.progression.terms import Kind, Purpose, Terms
from courses.progression.topics import TopicTree

ON = date(2026, 11, 20)
TOPICS = TopicTree({"ip": None, "patents": "ip", "vaccines": "patents", "sps": None})


def passed(code: str, *steps: str, on: date = date(2026, 5, 4), mark: float | None = 0.8) -> Result:
    """Return the pass of a course that confers the steps."""
    return Result(source=Source.COURSE, code=code, title=code, passed_on=on, mark=mark, confers=parse_steps(steps))


def recognised(step: str, on: date = date(2025, 1, 10), until: date | None = None) -> Recognised:
    """Return a recognition of prior learning."""
    return Recognised(step=parse_step(step), decided_on=on, expires_on=until)


def official(*results: Result, **more: Any) -> Record:
    """Return an official of Togo who was verified, with results and what else is known."""
    known: dict[str, Any] = {
        "category": Category.OFFICIAL,
        "verified_on": date(2024, 2, 1),
        "languages": frozenset({"fr"}),
        "beneficiary": Standing(code="TG", region="africa", membership=Membership.MEMBER, is_ldc=True),
        "results": results,
    }
    return Record(**{**known, **more})


def in_arrears(record: Record, since: date, until: date | None = None) -> Record:
    """Return a record whose beneficiary is under measures."""
    assert record.beneficiary
    measures = (MeasureDays(begins_on=since, ends_on=until),)
    return replace(record, beneficiary=replace(record.beneficiary, measures=measures))


def course(code: str, confers: str = "", asks: str = "", **more: Any) -> Terms:
    """Return a course; steps are written one after the other, separated by commas."""
    return Terms(code=code, confers=parse_steps(confers.split(",")), asks_for=parse_steps(asks.split(",")), **more)


def activity(code: str = "A1", purpose: Purpose = Purpose.SELECTION, **more: Any) -> Terms:
    """Return an activity whose places are given out now."""
    return Terms(code=code, kind=Kind.ACTIVITY, purpose=purpose, **more)


def asking(requirement: Requirement) -> Terms:
    """Return an activity that asks for nothing else."""
    return activity(requirement=requirement, replaces_rule=True)


def decided(terms: Terms, record: Record, policy: Policy = HOUSE, on: date = ON) -> Decision:
    """Return what the gate says on the day of the tests."""
    return decide(policy, terms, record, TOPICS, on)


def codes(decision: Decision) -> list[str]:
    """Return the codes of what stands in the way."""
    return [reason.code for reason in decision.reasons]
