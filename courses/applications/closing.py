"""Close an activity: who took part gets an outcome, which opens the next level; who still waits, a final answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, move, whole_offering
from courses.applications.models import Application, Outcome, State
from courses.applications.outcomes import Standing, judged, marks_of, write_outcome
from courses.applications.rights import check_holds
from courses.applications.settling import settle
from courses.applications.states import TAKING_PART, Action
from courses.applications.telling import applications_in
from courses.errors import Refusal
from courses.offerings.models import Dating, Offering, OfferingState
from courses.offerings.services import Ask, mark_held
from courses.offerings.zones import day_in
from courses.people.models import Person

NAMED = 5
"""How many people a refusal names."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing an activity came to: how many were closed now, the outcome of everybody, and who was settled now.

    `settled` counts those who had no place, or had not confirmed it.
    """

    now_closed: int
    outcomes: tuple[tuple[Outcome, int], ...]
    settled: int = 0


def close(session: Session, trainer: Person, offering_id: UUID, now: datetime) -> Closed:
    """Note that an activity was held: write the outcome of who took part, and end every application still open.

    Who has an outcome keeps it, so that it is harmless to close twice. Who confirmed and was at no session is a
    no-show; who never confirmed has lapsed; who still waits is not selected.

    Raises:
        NotFound: the activity is not the trainer's.
        Refusal: it is not over, attendance was never taken, or marks are missing.
    """
    check_holds(session, trainer, offering_id)
    offering = whole_offering(session, offering_id)
    check_can_close(offering, now)
    people = applications_in(session, offering.id, TAKING_PART)
    waiting = [one for one in people if one.state != State.OUTCOME]
    marks = marks_of(session, offering, waiting)
    _check_known(offering, waiting, marks)
    cause = Cause(now=now, actor_id=trainer.id)
    for application in waiting:
        application.mark = marks[application.id]
        _close_one(session, Case(application, offering), cause)
    mark_held(session, offering, Ask(trainer.id), now)
    counts = tuple((outcome, sum(one.outcome == outcome for one in people)) for outcome in Outcome)
    return Closed(len(waiting), counts, settle(session, offering, now))


def check_can_close(offering: Offering, now: datetime) -> None:
    """Refuse to close what is not over, or does not take place.

    LMS choice: the last day is early enough; where days are not fixed, the last session must be over, and where
    nothing at all is known of its time, nothing says that it took place.

    Raises:
        Refusal: `activity_not_over`, `activity_cancelled`, `activity_not_published`, `activity_postponed`.
    """
    codes = {
        OfferingState.DRAFT: "activity_not_published",
        OfferingState.CANCELLED: "activity_cancelled",
        OfferingState.POSTPONED: "activity_postponed",
    }
    if offering.state in codes:
        raise Refusal(codes[offering.state])
    last = offering.ends_on if offering.dating == Dating.DAYS else offering.starts_on
    is_ahead = last is not None and day_in(now, offering.time_zone) < last
    is_unknown = last is None and not offering.sessions
    if is_ahead or is_unknown or any(one.starts_at > now for one in offering.sessions):
        raise Refusal("activity_not_over")


def _check_known(offering: Offering, people: Sequence[Application], marks: dict[UUID, float | None]) -> None:
    """Refuse to close while nothing is noted, or while marks are awaited."""
    if people and all(one.attendance is None and marks[one.id] is None for one in people):
        raise Refusal("attendance_missing")
    missing = [one.person.name for one in people if judged(offering, Standing(one.attendance, marks[one.id])) is None]
    if missing:
        more = [f"+{len(missing) - NAMED}"] if len(missing) > NAMED else []
        raise Refusal("marks_missing", people=", ".join([*missing[:NAMED], *more]))


def _close_one(session: Session, case: Case, cause: Cause) -> None:
    application = case.application
    standing = Standing(application.attendance, application.mark)
    was_there = bool(standing.attendance) or (standing.attendance is None and standing.mark is not None)
    if application.state == State.CONFIRMED:
        move(session, case, Action.ATTEND if was_there else Action.MISS, cause)
    outcome = judged(case.offering, standing)
    if outcome is None:
        raise Refusal("marks_missing", people=case.person.name)
    write_outcome(session, case, outcome, cause)
