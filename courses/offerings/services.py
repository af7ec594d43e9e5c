"""Write activities: add, change, publish, postpone, cancel, hold. What people are told of is an `OfferingChange`.

None of them touches an application: applications survive whatever is changed. `courses.applications` tells people.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from courses.catalogue.topic_services import adopt_topic
from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.offerings.changes import changed_between, matter, snapshot
from courses.offerings.dates import tidy
from courses.offerings.facts import InvalidFacts, OfferingFacts, Reason
from courses.offerings.models import (
    Offering,
    OfferingChange,
    OfferingDay,
    OfferingState,
    OfferingTrainer,
)
from courses.offerings.openness import has_begun
from courses.offerings.seating import set_seats
from courses.offerings.states import ANNOUNCED, Action, move
from courses.progression.steps import parse_steps

LONGEST_REASON = 255
ELSEWHERE = frozenset({"dates", "seats", "trainers"})
"""The facts that are not columns of the activity as they stand."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for a change, and why."""

    actor_id: UUID | None
    reason: str = ""


def create_offering(session: Session, facts: OfferingFacts, ask: Ask, now: datetime) -> Offering:
    """Add an activity as a draft.

    Raises:
        InvalidFacts: another activity has the code.
    """
    offering = Offering(created_at=now, changed_at=now, state=OfferingState.DRAFT, sequence=0)
    offering.days, offering.trainers = [], []
    _write(session, offering, facts, now)
    happened(session, "activity_added", offering, ask)
    return offering


def change_offering(
    session: Session, offering_id: UUID, facts: OfferingFacts, ask: Ask, now: datetime
) -> OfferingChange | None:
    """Change an activity; return what people are to be told, None where nothing concerns them.

    Of an activity that was published, a change of mode, dates or place needs a reason.

    Raises:
        InvalidFacts: another activity has the code, or the reason is missing.
        Refusal: more seats are held than are wanted.
    """
    offering = locked(session, offering_id)
    refuse_when_closed(offering)
    before = snapshot(offering)
    _write(session, offering, facts, now)
    changed = changed_between(before, snapshot(offering))
    happened(session, "activity_changed", offering, ask)
    if offering.state not in ANNOUNCED or not matter(changed.after):
        return None
    if not ask.reason.strip():
        raise InvalidFacts((Reason("reason", "change_reason_missing"),))
    return write_change(session, offering, (changed.before, changed.after), ask, now)


def publish(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange | None:
    """Let everybody read an activity and apply; one that was postponed goes on, which people are told.

    Raises:
        IllegalTransition: it is published already, cancelled or held.
    """
    offering = locked(session, offering_id)
    was_announced = offering.state in ANNOUNCED
    return _move(session, offering, Action.PUBLISH, ask, now, is_told=was_announced)


def postpone(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange | None:
    """Put an activity off: its dates do not stand any more, its applications do.

    Raises:
        IllegalTransition: it is not published.
        Refusal: no reason is given.
    """
    offering = locked(session, offering_id)
    _refuse_without_reason(ask)
    return _move(session, offering, Action.POSTPONE, ask, now, is_told=True)


def cancel(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> OfferingChange | None:
    """Cancel an activity for good.

    Raises:
        IllegalTransition: it is a draft, cancelled already, or was held.
        Refusal: no reason is given.
    """
    offering = locked(session, offering_id)
    if offering.state in ANNOUNCED:
        _refuse_without_reason(ask)
    return _move(session, offering, Action.CANCEL, ask, now, is_told=True)


def hold(session: Session, offering_id: UUID, ask: Ask, now: datetime) -> None:
    """Write down that an activity was held.

    Raises:
        IllegalTransition: it is not published.
        Refusal: its days are not fixed, or the first has not come.
    """
    offering = locked(session, offering_id)
    if offering.state is OfferingState.PUBLISHED and not has_begun(offering, now):
        raise Refusal("activity_not_begun")
    _move(session, offering, Action.HOLD, ask, now, is_told=False)


def mark_held(session: Session, offering: Offering, ask: Ask, now: datetime) -> None:
    """Note that an activity, locked, was held, as its record shows; one noted so already stays as it is.

    Raises:
        IllegalTransition: it is not published.
    """
    if offering.state is not OfferingState.HELD:
        _move(session, offering, Action.HOLD, ask, now, is_told=False)


def discard(session: Session, offering_id: UUID, ask: Ask) -> None:
    """Throw a draft away, with all that belongs to it.

    Raises:
        NotFound: there is no such activity.
        Refusal: it was published.
    """
    offering = locked(session, offering_id)
    if offering.state is not OfferingState.DRAFT:
        raise Refusal("not_a_draft")
    session.execute(delete(Offering).where(Offering.id == offering.id))
    session.expunge(offering)
    happened(session, "activity_discarded", offering, ask)


def locked(session: Session, offering_id: UUID) -> Offering:
    """Return an activity with its days and trainers, which nobody else changes until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    query = (
        select(Offering)
        .where(Offering.id == offering_id)
        .options(selectinload(Offering.days), selectinload(Offering.trainers), selectinload(Offering.sessions))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    offering = session.scalars(query).one_or_none()
    if offering is None:
        raise NotFound("offering")
    return offering


def write_change(
    session: Session,
    offering: Offering,
    change: tuple[dict[str, object], dict[str, object]],
    ask: Ask,
    now: datetime,
) -> OfferingChange:
    """Write down what people are told of, before and after; calendars take it for newer than what they have."""
    before, after = change
    offering.sequence += 1
    offering.changed_at = now
    row = OfferingChange(
        offering_id=offering.id, changed_at=now, actor_id=ask.actor_id, before=before, after=after,
        reason=ask.reason.strip()[:LONGEST_REASON],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _move(
    session: Session, offering: Offering, action: Action, ask: Ask, now: datetime, *, is_told: bool
) -> OfferingChange | None:
    before = offering.state
    move(offering, action)
    offering.changed_at = now
    session.flush()
    happened(session, f"activity_{offering.state}", offering, ask)
    if not is_told:
        return None
    told: tuple[dict[str, object], dict[str, object]] = ({"state": before.value}, {"state": offering.state.value})
    if action is Action.PUBLISH:
        told[1].update({name: value for name, value in snapshot(offering).items() if name in {"dating", "days"}})
    return write_change(session, offering, told, ask, now)


def _write(session: Session, offering: Offering, facts: OfferingFacts, now: datetime) -> None:
    try:
        with session.begin_nested():
            _describe(offering, facts)
            offering.changed_at = now
            session.add(offering)
            session.flush()
    except IntegrityError as error:
        raise InvalidFacts((Reason("code", "course_code_taken"),)) from error
    if offering.topic:
        adopt_topic(session, offering.topic)
    _write_days(session, offering, facts)
    _write_trainers(session, offering, facts)
    set_seats(session, offering, facts.seats)


def _describe(offering: Offering, facts: OfferingFacts) -> None:
    for fact in fields(facts):
        if fact.name not in ELSEWHERE:
            value = getattr(facts, fact.name)
            setattr(offering, fact.name, list(value) if isinstance(value, tuple) else value)
    offering.title_fr = facts.title_fr.strip() or facts.title_en
    offering.title_es = facts.title_es.strip() or facts.title_en
    offering.topic = (facts.topic or "").strip() or None
    offering.asks_for = [str(step) for step in parse_steps(facts.asks_for)]
    offering.confers = [str(step) for step in parse_steps(facts.confers)]
    dates = tidy(facts.dates)
    offering.dating, offering.month_from, offering.month_until = dates.dating, dates.month_from, dates.month_until
    offering.starts_on, offering.ends_on = dates.starts_on, dates.ends_on


def _write_days(session: Session, offering: Offering, facts: OfferingFacts) -> None:
    wanted = list(tidy(facts.dates).days)
    if wanted == [(day.first_day, day.last_day) for day in offering.days]:
        return
    for day in offering.days:
        session.delete(day)
    session.flush()
    session.add_all(OfferingDay(offering_id=offering.id, first_day=first, last_day=last) for first, last in wanted)
    session.flush()
    session.expire(offering, ["days"])
    session.refresh(offering, ["days"])


def _write_trainers(session: Session, offering: Offering, facts: OfferingFacts) -> None:
    present = {trainer.person_id: trainer for trainer in offering.trainers}
    for person_id, row in present.items():
        if person_id not in facts.trainers:
            session.delete(row)
    added = dict.fromkeys(person_id for person_id in facts.trainers if person_id not in present)
    session.add_all(OfferingTrainer(offering_id=offering.id, person_id=person_id) for person_id in added)
    session.flush()


def refuse_when_closed(offering: Offering) -> None:
    """Refuse to change what is over: LMS choice, a record of what was held or cancelled stays as it was."""
    if offering.state in {OfferingState.CANCELLED, OfferingState.HELD}:
        raise Refusal("activity_is_closed")


def _refuse_without_reason(ask: Ask) -> None:
    if not ask.reason.strip():
        raise Refusal("change_reason_missing")


def happened(session: Session, name: str, offering: Offering, ask: Ask) -> None:
    """Record an event about an activity, with who caused it."""
    actor = (("actor", str(ask.actor_id)),) if ask.actor_id else ()
    record(session, Event(name, offering.id, (("code", offering.code), *actor)))
