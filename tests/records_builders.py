"""Build claims, participations, topics and guidelines for tests."""

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from courses.catalogue.topics import Topic
from courses.people.models import Person
from courses.records.keys import key_of
from courses.records.models import ClaimState, Guideline, Participation, Recognition
from tests.builders import NOW

_numbers = itertools.count(1)
ONE, TWO = "1", "2·generalist"


def make_topic(session: Session, code: str = "services", **facts: Any) -> Topic:
    """Add a topic, named after its code."""
    values = {name: code.capitalize() for name in ("name_en", "name_fr", "name_es")}
    topic = Topic(code=code, **(values | facts))
    session.add(topic)
    session.flush()
    return topic


def make_claim(session: Session, person: Person, state: ClaimState = ClaimState.SUBMITTED, **facts: Any) -> Recognition:
    """Add a claim for step 1 that stands anywhere."""
    is_draft, is_granted = state is ClaimState.DRAFT, state is ClaimState.GRANTED
    values: dict[str, Any] = {
        "steps": [ONE], "statement": "I have taught it.", "created_at": NOW,
        "submitted_at": None if is_draft else NOW, "granted": [ONE] if is_granted else [],
        "decided_at": NOW if is_granted else None,
    }  # fmt: skip
    claim = Recognition(person_id=person.id, state=state, **(values | facts))
    session.add(claim)
    session.flush()
    return claim


def make_participation(session: Session, person: Person, **facts: Any) -> Participation:
    """Add a participation of before that confers step 1."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"Seminar {number}", "held_on": date(2019, 5, 6), "steps": [ONE], "source": "Registry",
        "recorded_at": NOW,
    } | facts  # fmt: skip
    values.setdefault("key", key_of(values["title"], values["held_on"], values.get("code", "")))
    row = Participation(person_id=person.id, **values)
    session.add(row)
    session.flush()
    return row


def make_guideline(session: Session, step: str = ONE, outcomes: Iterable[str] = ("A",), **facts: Any) -> Guideline:
    """Add a version of a guideline; each outcome is named by its code in every language."""
    words = [{"code": c, "en": f"Explain {c}", "fr": f"Expliquer {c}", "es": f"Explicar {c}"} for c in outcomes]
    values: dict[str, Any] = {
        "version": 1, "in_force_from": date(2020, 1, 1), "created_at": NOW, "level": int(step[0]),
        "outcomes": words,
    }  # fmt: skip
    row = Guideline(step=step, **(values | facts))
    session.add(row)
    session.flush()
    return row
