"""What has happened lately in the demonstration: applications, activities that were held, claims, tables, rules.

All is done by the services that the pages use, on days around the one on which the demonstration is loaded.
"""

from sqlalchemy import select

from courses.notices.models import Notice
from courses.notices.services import record_sent
from lms.demo.applications import MINUTE, tell_applications
from lms.demo.attendance import tell_attendance
from lms.demo.cast import Cast
from lms.demo.records import tell_records
from lms.demo.rules import tell_rules

DAYS_UNSENT = 4
"""Letters of these last days are left to the worker; the older ones count as sent."""


def tell_lately(cast: Cast) -> None:
    """Let everything happen, the oldest first as far as one thing follows from another."""
    tell_attendance(cast)
    tell_records(cast)
    tell_applications(cast)
    tell_rules(cast)
    _note_letters(cast)


def _note_letters(cast: Cast) -> None:
    old = select(Notice.id, Notice.created_at).where(Notice.created_at < cast.ago(DAYS_UNSENT))
    for notice_id, created_at in cast.session.execute(old).all():
        record_sent(cast.session, notice_id, created_at + MINUTE)
