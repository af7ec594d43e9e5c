"""Give everybody a final answer once an activity is over: nobody waits for what has taken place, or never will."""

from datetime import datetime

from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, move
from courses.applications.models import State
from courses.applications.states import UNSETTLED, Action
from courses.applications.telling import applications_in, tell
from courses.offerings.models import Offering

OVER, CANCELLED = "activity_over", "activity_cancelled"
"""The codes of the reason, as it stands with the change and in the letter."""


def settle(session: Session, offering: Offering, now: datetime) -> int:
    """End every application to an activity that is open still, and tell its person; return how many there were.

    The activity is locked. Who never confirmed a place has lapsed; who applied and has no place is not selected; a
    draft, of which nobody knew, goes without a letter. Asked once more it finds nobody.
    """
    people = applications_in(session, offering.id, UNSETTLED)
    for application in people:
        case = Case(application, offering)
        action = Action.LAPSE if application.state == State.SELECTED else Action.END
        change = move(session, case, action, Cause(now=now, facts={"why": OVER}))
        if change.before != State.DRAFT:
            tell(session, case, change, {"reason": OVER})
    return len(people)


def settle_cancelled(session: Session, offering: Offering, now: datetime) -> int:
    """End what is open still of an activity that is cancelled, locked; everybody was told of that already.

    LMS choice: a confirmed place stays what it was, as does all that was decided before.
    """
    people = applications_in(session, offering.id, UNSETTLED)
    for application in people:
        move(session, Case(application, offering), Action.END, Cause(now=now, facts={"why": CANCELLED}))
    return len(people)
