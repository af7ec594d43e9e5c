"""Whether a learner may open the course of an enrolment, and what to do next: pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.enrolment.outcomes import LEFT


class Advice(StrEnum):
    """What a learner can do next."""

    START = "start"
    CONTINUE = "continue"
    TRY_AGAIN = "try_again"
    SIT_EXAM = "sit_exam"
    LOOK_AGAIN = "look_again"
    COME_BACK = "come_back"
    ENROL_AGAIN = "enrol_again"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Access:
    """What decides whether a course can be opened: how the enrolment stands, and when its cohort has access."""

    outcome: Outcome
    dropout_kind: DropoutKind | None
    opens_at: datetime
    closes_at: datetime | None

    def door(self, now: datetime) -> str | None:
        """Return why the course cannot be opened, as the code of a refusal; None when it can."""
        if self.outcome in LEFT:
            return "enrolment_left"
        if self.opens_at > now:
            return "access_not_begun"
        if self.closes_at is not None and self.closes_at <= now:
            return "access_over"
        is_withdrawn = self.outcome == Outcome.DROPPED_OUT and self.dropout_kind == DropoutKind.WITHDREW
        return "enrolment_withdrawn" if is_withdrawn else None


def closed_door(enrolment: Enrolment, now: datetime) -> str | None:
    """Return why the course of an enrolment, whose cohort is loaded, cannot be opened; None when it can."""
    cohort = enrolment.cohort
    return Access(enrolment.outcome, enrolment.dropout_kind, cohort.opens_at, cohort.closes_at).door(now)


def advice_for(enrolment: Enrolment, door: str | None) -> Advice:
    """Return what the learner can do next; `door` is why the course cannot be opened, None when it can."""
    if door == "access_not_begun":
        return Advice.WAIT
    match enrolment.outcome:
        case Outcome.NOT_STARTED | Outcome.ACTIVE:
            return _while_open(enrolment) if door is None else Advice.NOTHING
        case Outcome.PASSED | Outcome.ATTENDED:
            return Advice.LOOK_AGAIN if door is None else Advice.NOTHING
        case Outcome.FAILED:
            return Advice.TRY_AGAIN if door is None else Advice.ENROL_AGAIN
        case Outcome.NO_EXAM | Outcome.DROPPED_OUT:
            return Advice.COME_BACK if door is None else Advice.ENROL_AGAIN
        case Outcome.CANCELLED:
            return Advice.ENROL_AGAIN
        case Outcome.TRANSFERRED | Outcome.VOID:
            return Advice.NOTHING


def _while_open(enrolment: Enrolment) -> Advice:
    if enrolment.outcome == Outcome.NOT_STARTED:
        return Advice.START
    if enrolment.has_sat_exam:
        return Advice.TRY_AGAIN
    return Advice.SIT_EXAM if enrolment.is_completed else Advice.CONTINUE
