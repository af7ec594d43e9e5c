"""Write what a participation came to: the outcome, the participation that confers steps, and corrections of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, checked_reason, first_moment, move
from courses.applications.models import Application, Outcome, PartMark
from courses.applications.results import CONFERRING, Bar, PartResult, mark_of, outcome_of
from courses.applications.states import Action
from courses.applications.telling import tell
from courses.enrolment.models import Enrolment
from courses.enrolment.models import Outcome as CourseOutcome
from courses.enrolment.outcomes import LEFT
from courses.errors import Refusal
from courses.offerings.models import Dating, Offering, OfferingPart
from courses.records.keys import key_of
from courses.records.models import Participation


def has_weights(offering: Offering) -> bool:
    """Tell whether the mark of an activity comes from its parts, which are loaded."""
    return any(part.weight > 0 for part in offering.parts)


def marks_of(session: Session, offering: Offering, people: Sequence[Application]) -> dict[UUID, float | None]:
    """Return the mark of each: weighted from the parts, or as it was noted where no part weighs anything."""
    if not has_weights(offering):
        return {application.id: application.mark for application in people}
    noted = part_marks(session, offering)
    courses = _course_marks(session, offering.parts, people)
    return {
        application.id: mark_of(
            PartResult(
                part.weight,
                courses.get((application.person_id, part.course_id)) if part.course_id
                else noted.get((application.id, part.id)),
                part.is_required,
            )
            for part in offering.parts
        )
        for application in people
    }  # fmt: skip


def part_marks(session: Session, offering: Offering) -> dict[tuple[UUID, UUID], float]:
    """Return the marks that trainers noted, by application and part."""
    query = select(PartMark).where(PartMark.part_id.in_([part.id for part in offering.parts]))
    return {(row.application_id, row.part_id): row.mark for row in session.scalars(query)}


def _course_marks(
    session: Session, parts: Sequence[OfferingPart], people: Sequence[Application]
) -> dict[tuple[UUID, UUID], float]:
    """Return the best result of each person in each course that is a part; a pass without a mark is a full one."""
    ids = {part.course_id for part in parts if part.course_id}
    query = (
        select(Enrolment.person_id, Enrolment.course_id, Enrolment.outcome, func.max(Enrolment.mark))
        .where(
            Enrolment.course_id.in_(ids), Enrolment.person_id.in_([one.person_id for one in people]),
            Enrolment.outcome.not_in(LEFT),
        )
        .group_by(Enrolment.person_id, Enrolment.course_id, Enrolment.outcome)
    )  # fmt: skip
    best: dict[tuple[UUID, UUID], float] = {}
    for person_id, course_id, outcome, mark in session.execute(query):
        result = 1.0 if mark is None and outcome == CourseOutcome.PASSED else mark
        if result is not None:
            best[person_id, course_id] = max(result, best.get((person_id, course_id), 0.0))
    return best


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a participation: attendance and mark, both 0 to 1 or None."""

    attendance: float | None
    mark: float | None


def judged(offering: Offering, standing: Standing) -> Outcome | None:
    """Return what a participation came to; None while a mark is awaited."""
    if not standing.attendance and standing.mark is None:
        return Outcome.NOT_ATTENDED
    bar = Bar(attendance=offering.attendance_threshold, mark=offering.pass_mark)
    return outcome_of(bar, standing.attendance, standing.mark)


def write_outcome(session: Session, case: Case, outcome: Outcome, cause: Cause) -> None:
    """Close a participation with its outcome; a pass, or attendance where no mark is awarded, confers the steps."""
    application = case.application
    application.outcome, application.closed_at = outcome, cause.now
    facts = {"outcome": outcome, "mark": application.mark, "attendance": application.attendance}
    why = Cause(now=cause.now, actor_id=cause.actor_id, reason=cause.reason, facts=facts)
    tell(session, case, move(session, case, Action.CLOSE, why))
    _write_participation(session, case, cause)


def correct_outcome(session: Session, case: Case, standing: Standing, cause: Cause) -> None:
    """Correct a participation that was closed, with a reason and a trace of before and after; nothing where it stands.

    Raises:
        Refusal: `reason_not_given`; `marks_missing`: a mark cannot be taken away any more.
    """
    application = case.application
    outcome = judged(case.offering, standing)
    if outcome is None:
        raise Refusal("marks_missing", people=case.person.name)
    before = {"outcome": application.outcome, "mark": application.mark, "attendance": application.attendance}
    after = {"outcome": outcome, "mark": standing.mark, "attendance": standing.attendance}
    if before == after:
        return
    reason = checked_reason(cause.reason)
    application.outcome, application.mark, application.attendance = outcome, standing.mark, standing.attendance
    why = Cause(now=cause.now, actor_id=cause.actor_id, reason=reason, facts={"before": before, **after})
    tell(session, case, move(session, case, Action.CORRECT, why))
    _write_participation(session, case, cause)


def _write_participation(session: Session, case: Case, cause: Cause) -> None:
    """Bring the participation that confers steps in line with the outcome: added, changed, or taken back."""
    application, offering = case.application, case.offering
    own = select(Participation).where(
        Participation.person_id == application.person_id,
        Participation.offering_id == offering.id,
        Participation.taken_back_at.is_(None),
    )
    present = session.scalars(own).one_or_none()
    if application.outcome not in CONFERRING:
        if present is not None:
            present.taken_back_at = cause.now
    elif present is not None:
        present.mark = application.mark
    else:
        session.add(_participation(session, case, cause))
    session.flush()


def _participation(session: Session, case: Case, cause: Cause) -> Participation:
    """Return a new participation; one that was imported for the same activity makes room for what we know ourselves."""
    application, offering = case.application, case.offering
    first, last = _days(offering, cause.now.date())
    key = key_of(offering.title_en, first, offering.code)
    imported = select(Participation).where(
        Participation.person_id == application.person_id,
        Participation.key == key,
        Participation.taken_back_at.is_(None),
    )
    for row in session.scalars(imported):
        row.taken_back_at = cause.now
    session.flush()
    return Participation(
        person_id=application.person_id, key=key, code=offering.code, title=offering.title_en, held_on=last,
        steps=list(offering.confers), mark=application.mark, source="", offering_id=offering.id, recorded_at=cause.now,
        recorded_by_id=cause.actor_id,
    )  # fmt: skip


def _days(offering: Offering, today: date) -> tuple[date, date]:
    """Return the first and last day of an activity, as far as it has them; none lies ahead."""
    first = offering.starts_on if offering.dating == Dating.DAYS else None
    start = first_moment(offering)
    first = first or (start.date() if start else today)
    last = offering.ends_on if offering.dating == Dating.DAYS and offering.ends_on else first
    return first, min(last, today)
