"""What a verification is: who has it, on whose word, and what takes it away again. Every change leaves a trace.

A category that was verified counts until the person changes it or the country, or until it is taken back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from courses.events import Event, record
from courses.people.models import Person, VerifiedHow
from courses.people.traces import Change, trace_person
from courses.progression.record import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was verified, on whose word; `institution` is None where it stays as the person wrote it."""

    category: Category
    how: VerifiedHow
    by_id: UUID | None = None
    institution: str | None = None


def mark_verified(session: Session, person: Person, verification: Verification, now: datetime) -> None:
    """Note that the category of a person, locked by the caller, was verified."""
    before = status_of(person)
    person.category = verification.category
    if verification.institution is not None:
        person.institution = verification.institution
    person.verified_at, person.verified_by_id, person.verified_how = now, verification.by_id, verification.how
    session.flush()
    trace_person(
        session, person, Change(kind="verified", before=before, after=status_of(person)), verification.by_id, now
    )
    actor = str(verification.by_id or verification.how.value.replace("_", " "))
    record(session, Event("person_verified", person.id, (("actor", actor), ("at", now.isoformat()))))


def end_verification(person: Person) -> None:
    """Take the verification from a person; who calls leaves the trace of why."""
    person.verified_at = person.verified_by_id = person.verified_how = None


def trace_status(session: Session, person: Person, change: Change, actor_id: UUID | None, now: datetime) -> None:
    """Leave a trace of a change of what a verification is about; say so to those who are told, where it is lost."""
    session.flush()
    trace_person(session, person, change, actor_id, now)
    if change.before["is_verified"] and not change.after["is_verified"]:
        record(session, Event("verification_ended", person.id, (("kind", change.kind), ("at", now.isoformat()))))


def status_of(person: Person) -> dict[str, Any]:
    """Return what a verification is about, as plain values."""
    return {
        "category": person.category.value, "country": person.country, "institution": person.institution,
        "is_verified": person.verified_at is not None,
        "how": person.verified_how.value if person.verified_how else None,
    }  # fmt: skip
