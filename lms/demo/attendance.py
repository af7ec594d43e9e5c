"""Two activities of the demonstration that were held lately: one is closed, of one half the attendance is taken.

The trainer who shows the demonstration finishes the second one.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from courses.applications import services
from courses.applications.models import Application, Presence
from courses.applications.services import Register
from courses.offerings.models import OfferingSession
from courses.offerings.services import Ask, hold
from courses.people.models import Language
from lms.demo.applications import endorse, nominate, seat, submitted
from lms.demo.cast import Cast

CLOSED, HALF_TAKEN = "TFA-WAFRICA-EN", "TFA-WAFRICA-FR"
PAUSE = timedelta(hours=3)


def tell_attendance(cast: Cast) -> None:
    """Let the two activities be held, and the trainer note who came."""
    close_one(cast)
    hold_another(cast)


def close_one(cast: Cast) -> None:
    """Close an activity in which the learner took part: all came but one, who came to one session of two."""
    people = cast.officials(cast.countries_of(CLOSED), Language.EN, 3, each=1)
    applications = nominate(cast, CLOSED, people, cast.ago(60))
    own = submitted(cast, cast.learner, CLOSED, cast.ago(58))
    endorse(cast, own, cast.ago(57), rank=2)
    applications.append(own)
    seat(cast, applications, cast.ago(50))
    first, second = _sessions(cast, CLOSED)
    _note(cast, first, applications, Presence.PRESENT)
    _note(cast, second, applications[1:], Presence.PRESENT)
    over = second.ends_at + PAUSE
    hold(cast.session, cast.offerings[CLOSED], Ask(cast.trainer.id), over)
    services.close(cast.session, cast.trainer, cast.offerings[CLOSED], over + timedelta(days=1))


def hold_another(cast: Cast) -> None:
    """Hold an activity whose first session has its attendance, and whose second one has that of the first people."""
    people = cast.officials(cast.countries_of(HALF_TAKEN), Language.FR, 6, each=1)
    applications = nominate(cast, HALF_TAKEN, people, cast.ago(34))
    seat(cast, applications, cast.ago(27))
    first, second = _sessions(cast, HALF_TAKEN)
    _note(cast, first, applications[1:], Presence.PRESENT)
    _note(cast, first, applications[:1], Presence.EXCUSED)
    _note(cast, second, applications[: len(applications) // 2], Presence.PRESENT)
    hold(cast.session, cast.offerings[HALF_TAKEN], Ask(cast.trainer.id), second.ends_at + PAUSE)


def _sessions(cast: Cast, code: str) -> list[OfferingSession]:
    """Return the sessions of an activity in their order."""
    query = select(OfferingSession).where(OfferingSession.offering_id == cast.offerings[code])
    return list(cast.session.scalars(query.order_by(OfferingSession.starts_at)))


def _note(cast: Cast, held: OfferingSession, people: Sequence[Application], presence: Presence) -> None:
    """Let the trainer note at the end of a session how some people stand to it."""
    register = Register(presences={one.id: presence for one in people}, session_id=held.id)
    services.mark_attendance(cast.session, cast.trainer, held.offering_id, register, held.ends_at)
