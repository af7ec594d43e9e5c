"""What a read token opens, and whether it is still open: asked of the database, remembered for half a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app

from courses.attempts.queries import Reading, reading_of
from courses.catalogue.hosts import approved_hosts
from lms import clock
from lms.site import reader
from lms.web.content.recent import Recent
from lms.web.content.tokens import attempt_of, tagged

REMEMBERED = timedelta(seconds=30)
_KEY = "palier.readings"
_Readings = Recent[tuple[UUID, str], tuple[Reading, "Opened", datetime]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens: a version, and the hosts from which its content may load; and whether it is tried."""

    version_id: UUID
    hosts: tuple[str, ...]
    is_trial: bool


def new_readings() -> _Readings:
    """Return the memory of one application, for `extensions[palier.readings]`."""
    return Recent(4096)


def opened_by(secret: str, label: str, token: str) -> Opened | None:
    """Return what a token opens on the host of that label; None when it opens nothing there any more.

    That somebody has left is seen after half a minute at most; the end of access at once.
    """
    attempt_id = attempt_of(secret, label, token)
    if attempt_id is None:
        return None
    now = clock.now()
    found = _read((attempt_id, label), token, now)
    return found[1] if found is not None and found[0].access.door(now) is None else None


def _read(key: tuple[UUID, str], token: str, now: datetime) -> tuple[Reading, Opened] | None:
    """Return what stands behind an attempt; an address that was made for other hosts asks the database again.

    It is remembered by its host too: an attempt that has just moved to another version is played on another one.
    """
    readings: _Readings = current_app.extensions[_KEY]
    found = readings.find(key)
    if found is not None and now - found[2] < REMEMBERED and tagged(token, found[1].hosts) == token:
        return found[:2]
    reading = reading_of(reader(), key[0])
    if reading is None:
        return None
    opened = Opened(reading.version_id, approved_hosts(reader(), reading.version_id), reading.is_trial)
    readings.keep(key, (reading, opened, now))
    return reading, opened
