"""What was changed of people, beneficiaries, regions and topics, by whom and why: kept, and never changed itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from courses.db import Base, document, label, line, moment, pk
from courses.people.models import Person

MOST = 200


class Area(StrEnum):
    """What a trace is about."""

    PERSON = "person"
    BENEFICIARY = "beneficiary"
    REGION = "region"
    TOPIC = "topic"


class Trace(Base):
    """One change: `before` and `after` are plain values; `subject` is the code of what was changed, empty for a person.

    `actor_id` is empty for the command line and for what was kept with the software.
    """

    __tablename__ = "lms_trace"
    __table_args__ = (Index("ix_lms_trace_subject", "area", "subject"),)

    id: Mapped[pk]
    area: Mapped[label]
    subject: Mapped[label] = mapped_column(default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[label]
    at: Mapped[moment]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    before: Mapped[document] = mapped_column(default=dict)
    after: Mapped[document] = mapped_column(default=dict)
    reason: Mapped[line] = mapped_column(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a trace says: a stable word for what happened, what was before and is now, and why."""

    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReadTrace:
    """A trace and the name of who left it; no name for the command line, or where the account is gone."""

    trace: Trace
    actor: str | None


def trace_person(session: Session, person: Person, change: Change, actor_id: UUID | None, now: datetime) -> None:
    """Leave a trace of what was changed of a person."""
    session.add(_trace(Area.PERSON, change, actor_id, now, person_id=person.id))


def trace(session: Session, what: tuple[Area, str], change: Change, actor_id: UUID | None, now: datetime) -> None:
    """Leave a trace of what was changed of a beneficiary, region or topic."""
    area, subject = what
    session.add(_trace(area, change, actor_id, now, subject=subject))


def _trace(area: Area, change: Change, actor_id: UUID | None, now: datetime, **more: Any) -> Trace:
    return Trace(
        area=area, kind=change.kind, at=now, actor_id=actor_id, before=change.before, after=change.after,
        reason=change.reason, **more,
    )  # fmt: skip


def traces_of_person(session: Session, person_id: UUID) -> Sequence[ReadTrace]:
    """Return what was changed of a person, the latest first."""
    return _read(session, Trace.person_id == person_id)


def traces_of(session: Session, area: Area, subject: str) -> Sequence[ReadTrace]:
    """Return what was changed of a beneficiary, region or topic, the latest first."""
    return _read(session, (Trace.area == area) & (Trace.subject == subject))


def _read(session: Session, wanted: Any) -> Sequence[ReadTrace]:
    actor = aliased(Person)
    query = (
        select(Trace, actor.given_name, actor.family_name)
        .outerjoin(actor, actor.id == Trace.actor_id)
        .where(wanted)
        .order_by(Trace.at.desc(), Trace.id.desc())
        .limit(MOST)
    )
    return [
        ReadTrace(found, f"{given or ''} {family or ''}".strip() or None)
        for found, given, family in session.execute(query)
    ]
