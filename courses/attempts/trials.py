"""Test launches: somebody who imports packages plays a version like a learner, and nothing of it counts anywhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from courses.attempts.models import Attempt, AttemptReason, PlayMode, SharedData, SharedObjective, Trial
from courses.attempts.services import give_code
from courses.catalogue.models import Course, CourseLanguage, CourseVersion
from courses.errors import NotFound, Refusal
from courses.people.models import Language, Person

KEPT = timedelta(days=30)
"""How long a trial and its trace are kept after it was launched last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """A trial as its page shows it: who tried what, and its attempt."""

    trial: Trial
    person: Person
    course: Course
    version: CourseVersion
    language: Language
    attempt: Attempt


def launch_trial(  # noqa: PLR0913  # as for `services.launch`
    session: Session,
    person: Person,
    version_id: UUID,
    sign_in_id: UUID | None,
    language: Language,
    now: datetime,
    *,
    mode: PlayMode = PlayMode.NORMAL,
) -> str:
    """Begin a trial of a version, published or not, and return a code for the player.

    In the mode browse somebody only looks; the trial stays in it.

    Raises:
        NotFound: there is no such version.
        Refusal: `version_retired`.
    """
    version = session.execute(
        select(CourseVersion.retired_at, CourseLanguage.course_id)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .where(CourseVersion.id == version_id)
    ).one_or_none()
    if version is None:
        raise NotFound("version")
    if version.retired_at is not None:
        raise Refusal("version_retired")
    trial = Trial(
        id=uuid7(), person_id=person.id, course_id=version.course_id, started_at=now, launched_at=now, mode=mode
    )
    session.add(trial)
    session.flush()
    attempt = Attempt(
        trial_id=trial.id, version_id=version_id, number=1, reason=AttemptReason.TRIAL, started_at=now, seen_at=now
    )
    session.add(attempt)
    session.flush()
    return give_code(session, attempt.id, sign_in_id, language, now, trial.mode)


def resume_trial(
    session: Session, person: Person, trial_id: UUID, sign_in_id: UUID | None, language: Language, now: datetime
) -> str:
    """Launch a trial of the person once more, where it was left, and return a code for the player.

    Raises:
        NotFound: the trial is not the person's own, or is no longer kept.
        Refusal: `version_retired`.
    """
    own = select(Trial).where(Trial.id == trial_id, Trial.person_id == person.id)
    trial = session.scalar(own.with_for_update())
    if trial is None:
        raise NotFound("trial")
    attempt = session.execute(
        select(Attempt.id, CourseVersion.retired_at)
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .where(Attempt.trial_id == trial_id)
    ).one()
    if attempt.retired_at is not None:
        raise Refusal("version_retired")
    trial.launched_at = now
    session.flush()
    return give_code(session, attempt.id, sign_in_id, language, now, trial.mode)


def trial_page(session: Session, trial_id: UUID) -> TrialPage:
    """Return a trial with what stands around it; the caller has checked who may see it.

    Raises:
        NotFound: there is no such trial, or it is no longer kept.
    """
    row = session.execute(
        select(Trial, Person, Course, CourseVersion, CourseLanguage.language, Attempt)
        .join(Attempt, Attempt.trial_id == Trial.id)
        .join(Person, Person.id == Trial.person_id)
        .join(Course, Course.id == Trial.course_id)
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .where(Trial.id == trial_id)
    ).one_or_none()
    if row is None:
        raise NotFound("trial")
    trial, person, course, version, language, attempt = row
    return TrialPage(trial=trial, person=person, course=course, version=version, language=language, attempt=attempt)


def trials_of(session: Session, version_id: UUID, most: int = 10) -> list[tuple[Trial, Person]]:
    """Return the last trials of a version with who made them, the newest first."""
    rows = session.execute(
        select(Trial, Person)
        .join(Attempt, Attempt.trial_id == Trial.id)
        .join(Person, Person.id == Trial.person_id)
        .where(Attempt.version_id == version_id)
        .order_by(Trial.launched_at.desc(), Trial.id.desc())
        .limit(most)
    )
    return [(trial, person) for trial, person in rows]


def forget_old(session: Session, now: datetime, most: int = 100) -> int:
    """Forget the trials that nobody has launched for thirty days, `most` at once; return how many."""
    old = select(Trial.id).where(Trial.launched_at < now - KEPT).order_by(Trial.launched_at).limit(most)
    return _forget(session, list(session.scalars(old)))


def _forget(session: Session, trial_ids: list[UUID]) -> int:
    """Forget trials with all that only they know: their scopes' objectives and data are named by identifiers alone."""
    if not trial_ids:
        return 0
    attempts = select(Attempt.id).where(Attempt.trial_id.in_(trial_ids))
    session.execute(delete(SharedObjective).where(SharedObjective.scope_id.in_(trial_ids)))
    session.execute(delete(SharedData).where(SharedData.scope_id.in_(trial_ids) | SharedData.scope_id.in_(attempts)))
    session.execute(delete(Trial).where(Trial.id.in_(trial_ids)))
    return len(trial_ids)
