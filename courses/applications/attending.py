"""What a trainer notes on the day: who was at which session, and the marks; a correction leaves its trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, first_moment, move, note, whole_offering
from courses.applications.models import Application, Attendance, PartMark, Presence, State
from courses.applications.outcomes import Standing, correct_outcome, has_weights, marks_of
from courses.applications.results import attendance_of
from courses.applications.rights import check_holds
from courses.applications.states import TAKING_PART, Action
from courses.applications.telling import applications_in
from courses.errors import NotFound, Refusal
from courses.offerings.models import Offering, OfferingState
from courses.people.models import Person

EARLIEST = timedelta(hours=1)
"""How long before a session attendance can be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Who was there: by application; None takes back what was noted. Without a session: at the activity as a whole.

    `reason` is asked for once outcomes are written.
    """

    presences: Mapping[UUID, Presence | None]
    session_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Marks (0 to 1) by application; None takes one back. Of a part, or of the activity where it has none."""

    marks: Mapping[UUID, float | None]
    part_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """What was noted of the activity as a whole just now, by application."""

    attendances: Mapping[UUID, float | None] = field(default_factory=dict)
    marks: Mapping[UUID, float | None] = field(default_factory=dict)


NOTHING = _Noted()


def mark_attendance(
    session: Session, trainer: Person, offering_id: UUID, register: Register, now: datetime
) -> list[Application]:
    """Note who was at a session of an activity; the same once more changes nothing.

    Raises:
        NotFound: the activity is not the trainer's, or the session or an application is not of the activity.
        Refusal: it has not begun, or outcomes are written and no reason is given.
    """
    check_holds(session, trainer, offering_id)
    offering = whole_offering(session, offering_id)
    people = _people(session, offering, register.presences)
    cause = Cause(now=now, actor_id=trainer.id, reason=register.reason)
    noted = NOTHING
    if register.session_id is None:
        noted = _noted_whole(session, offering, people, register, cause)
    else:
        _note_session(session, offering, register, cause)
    _refresh(session, offering, people, noted, cause)
    return people


def record_marks(
    session: Session, trainer: Person, offering_id: UUID, marks: Marks, now: datetime
) -> list[Application]:
    """Note marks of a part of an activity, or of the whole; the same once more changes nothing.

    Raises:
        NotFound: the activity is not the trainer's, or the part or an application is not of the activity.
        Refusal: `mark_out_of_range`, `mark_from_course`, `marks_by_part`, or outcomes are written and no reason given.
    """
    check_holds(session, trainer, offering_id)
    offering = whole_offering(session, offering_id)
    people = _people(session, offering, marks.marks)
    if any(mark is not None and not 0 <= mark <= 1 for mark in marks.marks.values()):
        raise Refusal("mark_out_of_range")
    cause = Cause(now=now, actor_id=trainer.id, reason=marks.reason)
    _refresh(session, offering, people, _noted_marks(session, offering, people, marks, cause), cause)
    return people


def _people(session: Session, offering: Offering, named: Mapping[UUID, object]) -> list[Application]:
    """Return everybody who takes part in an activity, locked.

    Raises:
        NotFound: one who is named does not.
    """
    if offering.state in {OfferingState.DRAFT, OfferingState.CANCELLED}:
        raise Refusal("activity_cancelled" if offering.state == OfferingState.CANCELLED else "activity_not_published")
    people = applications_in(session, offering.id, TAKING_PART)
    if not set(named) <= {application.id for application in people}:
        raise NotFound("application")
    return people


def _note_session(session: Session, offering: Offering, register: Register, cause: Cause) -> None:
    held = next((one for one in offering.sessions if one.id == register.session_id), None)
    if held is None:
        raise NotFound("session")
    if held.starts_at - EARLIEST > cause.now:
        raise Refusal("session_not_begun")
    rows = session.scalars(select(Attendance).where(Attendance.session_id == held.id))
    known = {row.application_id: row for row in rows}
    for application_id, presence in register.presences.items():
        row = known.get(application_id)
        if row is not None and row.presence != presence:
            _trace(session, application_id, cause, {"session": str(held.id), "presence": [row.presence, presence]})
        _keep_presence(session, row, (application_id, held.id, presence), cause)
    session.flush()


def _keep_presence(
    session: Session, row: Attendance | None, wanted: tuple[UUID, UUID, Presence | None], cause: Cause
) -> None:
    application_id, session_id, presence = wanted
    if presence is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            Attendance(
                application_id=application_id, session_id=session_id, presence=presence, recorded_at=cause.now,
                recorded_by_id=cause.actor_id,
            )
        )  # fmt: skip
    elif row.presence != presence:
        row.presence, row.recorded_at, row.recorded_by_id = presence, cause.now, cause.actor_id


def _noted_whole(
    session: Session, offering: Offering, people: list[Application], register: Register, cause: Cause
) -> _Noted:
    """Return who was at an activity that has no sessions."""
    if offering.sessions:
        raise Refusal("attendance_by_session")
    start = first_moment(offering)
    if start is not None and start - EARLIEST > cause.now:
        raise Refusal("activity_not_begun")
    by_id = {application.id: application for application in people}
    noted: dict[UUID, float | None] = {}
    for application_id, presence in register.presences.items():
        noted[application_id] = None if presence is None else float(presence == Presence.PRESENT)
        before = by_id[application_id].attendance
        if before is not None and before != noted[application_id]:
            _trace(session, application_id, cause, {"attendance": [before, noted[application_id]]})
    return _Noted(attendances=noted)


def _noted_marks(session: Session, offering: Offering, people: list[Application], marks: Marks, cause: Cause) -> _Noted:
    """Note the marks of a part, or return those of the whole."""
    if marks.part_id is None:
        if has_weights(offering):
            raise Refusal("marks_by_part")
        by_id = {application.id: application for application in people}
        for application_id, mark in marks.marks.items():
            _trace_mark(session, application_id, (by_id[application_id].mark, mark), "", cause)
        return _Noted(marks=marks.marks)
    part = next((one for one in offering.parts if one.id == marks.part_id), None)
    if part is None:
        raise NotFound("part")
    if part.course_id is not None:
        raise Refusal("mark_from_course")
    rows = session.scalars(select(PartMark).where(PartMark.part_id == part.id))
    known = {row.application_id: row for row in rows}
    for application_id, mark in marks.marks.items():
        row = known.get(application_id)
        _trace_mark(session, application_id, (row.mark if row else None, mark), part.title, cause)
        _keep_mark(session, row, (application_id, part.id, mark), cause)
    session.flush()
    return NOTHING


def _keep_mark(session: Session, row: PartMark | None, wanted: tuple[UUID, UUID, float | None], cause: Cause) -> None:
    application_id, part_id, mark = wanted
    if mark is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            PartMark(
                application_id=application_id, part_id=part_id, mark=mark, recorded_at=cause.now,
                recorded_by_id=cause.actor_id,
            )
        )  # fmt: skip
    elif row.mark != mark:
        row.mark, row.recorded_at, row.recorded_by_id = mark, cause.now, cause.actor_id


def _trace_mark(
    session: Session, application_id: UUID, change: tuple[float | None, float | None], part: str, cause: Cause
) -> None:
    before, after = change
    if before is not None and before != after:
        _trace(session, application_id, cause, {"part": part, "mark": [before, after]})


def _trace(session: Session, application_id: UUID, cause: Cause, facts: Mapping[str, object]) -> None:
    """Write down that something noted before was corrected."""
    application = session.get_one(Application, application_id)
    why = Cause(now=cause.now, actor_id=cause.actor_id, reason=cause.reason, facts=facts)
    note(session, application, (application.state, Action.CORRECT), why)


def _refresh(session: Session, offering: Offering, people: list[Application], noted: _Noted, cause: Cause) -> None:
    """Bring attendance, marks and states of everybody up to what is noted: a session taken counts for all."""
    attendances = _attendances(session, offering, people) | dict(noted.attendances)
    marks = marks_of(session, offering, people) | dict(noted.marks)
    for application in people:
        standing = Standing(attendances[application.id], marks[application.id])
        case = Case(application, offering)
        if application.state == State.OUTCOME:
            correct_outcome(session, case, standing, cause)
        else:
            application.attendance, application.mark = standing.attendance, standing.mark
            _settle(session, case, cause)
    session.flush()


def _attendances(session: Session, offering: Offering, people: list[Application]) -> dict[UUID, float | None]:
    """Return the attendance of each: of the sessions for which it was taken, or as it was noted for the whole."""
    if not offering.sessions:
        return {application.id: application.attendance for application in people}
    ids = [one.id for one in offering.sessions]
    noted: dict[UUID, dict[UUID, Presence]] = {}
    for row in session.scalars(select(Attendance).where(Attendance.session_id.in_(ids))):
        noted.setdefault(row.session_id, {})[row.application_id] = row.presence
    return {
        application.id: attendance_of([taken.get(application.id) for taken in noted.values()]) for application in people
    }


def _settle(session: Session, case: Case, cause: Cause) -> None:
    """Move who was there, and back who was not after all; who came to no session is found at the closing."""
    state, attendance = case.application.state, case.application.attendance
    why = Cause(now=cause.now, actor_id=cause.actor_id, facts={"attendance": attendance})
    if attendance:
        if state != State.ATTENDED:
            move(session, case, Action.ATTEND, why)
    elif attendance is not None and not case.offering.sessions:
        if state != State.NO_SHOW:
            move(session, case, Action.MISS, why)
    elif state != State.CONFIRMED:
        move(session, case, Action.UNMARK, why)
