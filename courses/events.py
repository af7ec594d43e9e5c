"""Record what happened inside a transaction, for those who are told after it is committed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

_KEY = "palier.events"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a stable name, the row it concerns, and what else is worth saying."""

    name: str
    subject: UUID
    facts: tuple[tuple[str, str], ...] = ()


def record(session: Session, event: Event) -> None:
    """Remember an event until the transaction ends."""
    session.info.setdefault(_KEY, []).append(event)


def take(session: Session) -> tuple[Event, ...]:
    """Return the events recorded since the last call and forget them."""
    return tuple(session.info.pop(_KEY, ()))
