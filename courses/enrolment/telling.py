"""Tell people that somebody else has enrolled them."""

from datetime import datetime

from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment
from courses.notices.kinds import NoticeKind
from courses.notices.services import notify
from courses.people.models import Person


def tell_enrolled(
    session: Session, enrolment: Enrolment, into: tuple[Course, Cohort], actor: Person | None, now: datetime
) -> None:
    """Tell a person of an enrolment that somebody else has asked for (None: the command line); else nothing."""
    if actor is not None and actor.id == enrolment.person_id:
        return
    course, cohort = into
    facts: dict[str, object] = {
        "course": course.code, "title_en": course.title_en, "title_fr": course.title_fr, "title_es": course.title_es,
        "enrolment": enrolment.id, "closes_at": cohort.closes_at, "by": actor.name if actor else None,
    }  # fmt: skip
    key = f"enrolment:{enrolment.id}:enrolled"
    notify(session, enrolment.person_id, NoticeKind.ENROLLED_BY_OTHER, key, facts, now)
