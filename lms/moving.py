"""A transaction in which applications move: the gate's refusals are kept, a move that came too late is a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash
from sqlalchemy.orm import Session

from courses.enrolment.gate import EnrolmentRefused
from courses.errors import IllegalTransition, Refusal
from lms.gate import gated
from lms.wording import refusal_text
from lms.wording_progression import reason_text


@contextmanager
def moving() -> Iterator[Session]:
    """Yield a session that writes.

    Raises:
        Refusal: `application_moved_on`: somebody else was faster; or what the services refuse.
    """
    try:
        with gated() as session:
            yield session
    except IllegalTransition as error:
        raise Refusal("application_moved_on") from error


def sentences(error: Refusal, person: str | None = None) -> list[str]:
    """Return every reason of a refusal in words: to the person, or about a person of that name."""
    if isinstance(error, EnrolmentRefused):
        return [reason_text(reason, person) for reason in error.decision.reasons]
    return [refusal_text(error)]


def flash_refusal(error: Refusal, person: str | None = None) -> None:
    """Show every reason of a refusal above the next page."""
    for sentence in sentences(error, person):
        flash(sentence, "error")
