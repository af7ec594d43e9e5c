"""What a read token opens, and whether it is still open: asked of the database, remembered for half a minute."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app

from courses.attempts.queries import Reading, reading_of
from lms import clock
from lms.site import reader
from lms.web.content.recent import Recent
from lms.web.content.tokens import attempt_of

REMEMBERED = timedelta(seconds=30)
_KEY = "palier.readings"
_Readings = Recent[UUID, tuple[Reading, datetime]]


def new_readings() -> _Readings:
    """Return the memory of one application, for `extensions[palier.readings]`."""
    return Recent(4096)


def version_open_to(secret: str, label: str, token: str) -> UUID | None:
    """Return the version that a token opens on the host of that label; None when it opens nothing there any more.

    That somebody has left is seen after half a minute at most; the end of access at once.
    """
    attempt_id = attempt_of(secret, label, token)
    if attempt_id is None:
        return None
    now = clock.now()
    reading = _reading(attempt_id, now)
    return reading.version_id if reading is not None and reading.access.door(now) is None else None


def _reading(attempt_id: UUID, now: datetime) -> Reading | None:
    readings: _Readings = current_app.extensions[_KEY]
    found = readings.find(attempt_id)
    if found is not None and now - found[1] < REMEMBERED:
        return found[0]
    reading = reading_of(reader(), attempt_id)
    if reading is not None:
        readings.keep(attempt_id, (reading, now))
    return reading
