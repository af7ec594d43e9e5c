"""What completes a course: chosen by an administrator, never guessed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.catalogue.models import CompletionRule, Course
from courses.errors import NotFound
from courses.events import Event, record


def choose_completion(
    session: Session, course_id: UUID, rule: CompletionRule | None, actor_id: UUID, now: datetime
) -> Course:
    """Let a rule say what completes a course; None leaves it to the package again.

    What learners have reached already stands: a result never falls.

    Raises:
        NotFound: there is no such course.
    """
    course = session.get(Course, course_id)
    if course is None:
        raise NotFound("course")
    before, course.completes_by = course.completes_by, rule
    session.flush()
    if before is not rule:
        facts = (("rule", rule or "none"), ("by", str(actor_id)), ("at", now.isoformat()))
        record(session, Event("completion_rule_chosen", course_id, facts))
    return course
