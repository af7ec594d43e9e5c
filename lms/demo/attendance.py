"""Three activities of the demonstration from the trainer's side: one runs, one is closed, one waits to be finished.

The one that waits was held lately, and has half of its attendance. The one that runs has marks of its parts.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from courses.applications import services
from courses.applications.changing import hold_activity
from courses.applications.models import Application, Presence
from courses.applications.services import Marks, Register
from courses.offerings.models import OfferingPart, OfferingSession, PartKind
from courses.offerings.services import Ask
from courses.people.models import Language
from lms.demo.applications import endorse, nominate, seat, submitted
from lms.demo.cast import Cast

RUNNING, CLOSED, HALF_TAKEN = "RTPC-CARIBBEAN", "TFA-WAFRICA-EN", "TFA-WAFRICA-FR"
PAUSE = timedelta(hours=3)
CARIBBEAN = ("AG", "BB", "BS", "BZ", "DM", "GD", "GY", "JM", "LC", "SR", "TT", "VC")
WEBINARS = 2
MARKS = {PartKind.WEBINARS: (0.82, 0.74, 0.91), PartKind.COACHING: (0.78, 0.85)}
"""Marks that are noted by now, the first people's."""


def tell_attendance(cast: Cast) -> None:
    """Let people take part in the three activities, and the trainer note who came."""
    run_one(cast)
    close_one(cast)
    hold_another(cast)


def run_one(cast: Cast) -> None:
    """Begin a course of fourteen weeks in several parts: the first webinars are noted, and marks of two parts."""
    people = cast.graduates("1", cast.ago(90), 3, each=2, countries=CARIBBEAN)
    applications = nominate(cast, RUNNING, people, cast.ago(80))
    seat(cast, applications, cast.ago(74))
    for held in _sessions(cast, RUNNING)[:WEBINARS]:
        _note(cast, held, applications, Presence.PRESENT)
    offering_id = cast.offerings[RUNNING]
    for kind, marks in MARKS.items():
        found = OfferingPart.offering_id == offering_id, OfferingPart.kind == kind
        part_id = cast.session.scalars(select(OfferingPart.id).where(*found)).one()
        noted = {one.id: mark for one, mark in zip(applications, marks, strict=False)}
        services.record_marks(cast.session, cast.trainer, offering_id, Marks(marks=noted, part_id=part_id), cast.ago(4))


def close_one(cast: Cast) -> None:
    """Close an activity in which the learner took part: all came but one, who came to one session of two."""
    people = cast.officials(cast.countries_of(CLOSED), Language.EN, 2, each=1)
    applications = nominate(cast, CLOSED, people, cast.ago(60))
    own = submitted(cast, cast.learner, CLOSED, cast.ago(58))
    endorse(cast, own, cast.ago(57), rank=2)
    applications.append(own)
    seat(cast, applications, cast.ago(50))
    first, second = _sessions(cast, CLOSED)
    _note(cast, first, applications, Presence.PRESENT)
    _note(cast, second, applications[1:], Presence.PRESENT)
    over = second.ends_at + PAUSE
    hold_activity(cast.session, cast.offerings[CLOSED], Ask(cast.trainer.id), over)
    services.close(cast.session, cast.trainer, cast.offerings[CLOSED], over + timedelta(days=1))


def hold_another(cast: Cast) -> None:
    """Hold an activity whose first session has its attendance, and whose second one has that of the first people."""
    people = cast.officials(cast.countries_of(HALF_TAKEN), Language.FR, 5, each=1)
    applications = nominate(cast, HALF_TAKEN, people, cast.ago(34))
    seat(cast, applications, cast.ago(27))
    first, second = _sessions(cast, HALF_TAKEN)
    _note(cast, first, applications[1:], Presence.PRESENT)
    _note(cast, first, applications[:1], Presence.EXCUSED)
    _note(cast, second, applications[: len(applications) // 2], Presence.PRESENT)
    hold_activity(cast.session, cast.offerings[HALF_TAKEN], Ask(cast.trainer.id), second.ends_at + PAUSE)


def _sessions(cast: Cast, code: str) -> list[OfferingSession]:
    """Return the sessions of an activity in their order."""
    query = select(OfferingSession).where(OfferingSession.offering_id == cast.offerings[code])
    return list(cast.session.scalars(query.order_by(OfferingSession.starts_at)))


def _note(cast: Cast, held: OfferingSession, people: Sequence[Application], presence: Presence) -> None:
    """Let the trainer note at the end of a session how some people stand to it."""
    register = Register(presences={one.id: presence for one in people}, session_id=held.id)
    services.mark_attendance(cast.session, cast.trainer, held.offering_id, register, held.ends_at)
