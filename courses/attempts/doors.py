"""Until when a trial can be played: as long as its person may try packages, and for a day of work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, false

from courses.attempts.models import Trial
from courses.db import table_of
from courses.people.models import Person, Role, RoleGrant

TRIAL_LIFE = timedelta(hours=12)
"""How long after it was launched a trial is open."""

TRYING = Role.ADMINISTRATOR
"""Who may try packages: the role that imports them."""


@dataclass(frozen=True, slots=True)
class TrialAccess:
    """What decides whether a trial can be played; the counterpart of `enrolment.access.Access`."""

    launched_at: datetime
    is_allowed: bool

    def door(self, now: datetime) -> str | None:
        """Return why the trial cannot be played, as the code of a refusal; None when it can."""
        if not self.is_allowed:
            return "trial_not_allowed"
        return "trial_over" if now - self.launched_at > TRIAL_LIFE else None


_trial, _person, _grant = table_of(Trial).c, table_of(Person).c, table_of(RoleGrant).c
_is_allowed = exists().where(
    and_(_person.id == _trial.person_id, _person.is_active, _grant.person_id == _person.id, _grant.role == TRYING)
)
MAY_TRY = case((_trial.id.is_not(None), _is_allowed), else_=false()).label("may_try")
"""A column beside an outer join of trials: whether the trial's person may still try packages."""
