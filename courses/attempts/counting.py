"""Which of several attempts gives the mark of an enrolment."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.attempts.leases import ATTEMPT_TABLE, Held
from courses.attempts.models import AttemptState
from courses.catalogue.models import CountingRule
from courses.enrolment.results import AmongOthers, CourseResult

_attempt = ATTEMPT_TABLE.c
_MARKS = (
    select(_attempt.score)
    .where(_attempt.enrolment_id == bindparam("enrolment"), _attempt.score.is_not(None))
    .order_by(_attempt.number)
)


def counted_mark(rule: CountingRule, marks: Sequence[float]) -> float | None:
    """Return the mark that attempts come to, the oldest first; None where none of them has one.

    LMS choice: an attempt without a mark counts in no rule, so that beginning one takes nothing away.
    """
    if not marks:
        return None
    match rule:
        case CountingRule.BEST:
            return max(marks)
        case CountingRule.LAST:
            return marks[-1]
        case CountingRule.FIRST:
            return marks[0]
        case CountingRule.MEAN:
            return round(sum(marks) / len(marks), 9)


def among_others(session: Session, held: Held, best: CourseResult) -> AmongOthers | None:
    """Return what a result is for the enrolment, once it stands in its attempt; None for the only attempt.

    Times add up over the attempts. All of them are looked at for the mark: the course may have had another rule before.
    """
    if held.enrolment_id is None or (held.number == 1 and held.state is AttemptState.OPEN):
        return None
    marks = session.connection().scalars(_MARKS, {"enrolment": held.enrolment_id}).all()
    return AmongOthers(
        mark=counted_mark(held.counting, [one for one in marks if one is not None]),
        may_fall=held.counting is not CountingRule.BEST,
        reported_cs=best.reported_cs - held.reported_cs,
        measured_cs=best.measured_cs - held.measured_cs,
    )
