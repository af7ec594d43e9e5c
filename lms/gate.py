"""A transaction in which the gate is asked: whatever it refuses is written down, also where nothing else is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from courses.enrolment.gate import EnrolmentRefused, keep_refusal
from lms.db import Database
from lms.site import site


@contextmanager
def gated(database: Database | None = None) -> Iterator[Session]:
    """Yield a session that writes; a refusal rolls it back, is kept in a transaction of its own, and goes on.

    Without a database that of the request is meant.
    """
    at_hand = database or site().database
    try:
        with at_hand.transaction() as session:
            yield session
    except EnrolmentRefused as refused:
        with at_hand.transaction() as session:
            refused.stored = keep_refusal(session, refused)
        raise
