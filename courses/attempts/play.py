"""An attempt while a call of the player is answered: what both generations of SCORM have in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.attempts.activities import Activity, activities_of, save_activity
from courses.attempts.facts import learner_id, learner_word
from courses.attempts.leases import Held
from courses.attempts.models import PlayMode
from courses.attempts.played import PlayedVersion
from courses.attempts.reviewing import noted
from courses.attempts.sessions import Outcome
from courses.db import table_of
from courses.people.models import Person

_PERSON = table_of(Person)
_NAMES = select(_PERSON.c.given_name, _PERSON.c.family_name).where(_PERSON.c.id == bindparam("person"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Who holds the attempt, what is played, and what its activities remember; `activities` changes as it goes on."""

    session: Session
    held: Held
    version: PlayedVersion
    activities: dict[str, Activity]
    secret: str
    now: datetime

    @property
    def lease(self) -> str:
        """Return the lease as the notes of values name it."""
        return self.held.lease_id.hex

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Return what each activity has come to."""
        return {name: activity.outcome for name, activity in self.activities.items()}

    def activity(self, identifier: str) -> Activity:
        """Return an activity with its values; a new one when it has no row yet."""
        found = self.activities.get(identifier)
        if found is None:
            return Activity(id=identifier, values={}, is_new=True)
        if not found.is_loaded:
            found = activities_of(self.session, self.held.attempt_id, identifier)[identifier]
            self.activities[identifier] = found
        return found

    def keep(self, before: Activity, after: Activity) -> None:
        """Write what an activity remembers from now on."""
        save_activity(self.session, self.held.attempt_id, before, after, self.now)
        self.activities[after.id] = after

    def reviewed(self, values: Mapping[str, str], before: Activity) -> dict[str, str]:
        """Return what a SCO finds at its launch, with a note where it is only reviewed."""
        if self.held.mode is not PlayMode.REVIEW:
            return dict(values)
        return noted(values, before.outcome, counts=self.held.is_counted)

    def measured(self, before: Activity) -> int:
        """Return the time of an activity with what has passed since the last sign of life."""
        return before.measured_cs + self.held.elapsed_cs(self.now)

    def learner(self) -> tuple[str, str]:
        """Return the identifier and the name of the learner as packages see them; the name where the course allows."""
        identifier = learner_id(self.secret, self.held.person_id)
        if not self.held.tells_name:
            return identifier, learner_word(identifier)
        names = self.session.connection().execute(_NAMES, {"person": self.held.person_id}).one()
        parts = (names.family_name.strip(), names.given_name.strip())
        return identifier, ", ".join(part for part in parts if part)
