"""The parts of a course as a learner or trainer reads them: each SCO with its state, mark and time."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.models import ActivityState, Attempt
from courses.attempts.played import played_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One item of the version that an enrolment plays; `score` is 0 to 1, the times in hundredths of a second."""

    id: str
    title: str
    is_visited: bool
    is_completed: bool
    is_passed: bool | None
    score: float | None
    reported_cs: int
    measured_cs: int

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to do in it: completed, and not failed."""
        return self.is_passed is not False and (self.is_completed or bool(self.is_passed))


def parts_of(session: Session, enrolment_id: UUID) -> tuple[Part, ...]:
    """Return the parts of the newest attempt in the order of the course, none before the first; two queries at most.

    The caller has checked who may see the enrolment.
    """
    newest = (
        select(Attempt.id, Attempt.version_id)
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Attempt.number.desc())
        .limit(1)
        .subquery()
    )
    columns = (
        ActivityState.activity_id, ActivityState.visits, ActivityState.is_completed, ActivityState.is_passed,
        ActivityState.score, ActivityState.reported_cs, ActivityState.measured_cs,
    )  # fmt: skip
    rows = session.execute(
        select(newest.c.version_id, *columns).outerjoin(ActivityState, ActivityState.attempt_id == newest.c.id)
    ).all()
    if not rows:
        return ()
    states = {row.activity_id: row for row in rows if row.activity_id is not None}
    version = played_version(session, rows[0].version_id)
    return tuple(
        Part(
            id=item.identifier,
            title=item.title or item.identifier,
            is_visited=state is not None and state.visits > 0,
            is_completed=state is not None and state.is_completed,
            is_passed=state.is_passed if state is not None else None,
            score=state.score if state is not None else None,
            reported_cs=state.reported_cs if state is not None else 0,
            measured_cs=state.measured_cs if state is not None else 0,
        )
        for item in version.steps
        for state in [states.get(item.identifier)]
    )
