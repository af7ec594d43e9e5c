"""All that the page of an own course shows before the player opens, and after it was left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attempts.choices import attempt_choice
from courses.attempts.copies import Copy, copies_of
from courses.attempts.models import Attempt, AttemptState
from courses.attempts.parts import Part, parts_of
from courses.attempts.policy import AttemptChoice
from courses.attempts.sitting import Sitting, last_sitting
from courses.catalogue.listing import files_in
from courses.catalogue.models import Archive, CourseLanguage, CourseVersion, FirstGenerationFile
from courses.enrolment.models import Enrolment, OutcomeChange
from courses.enrolment.own import OwnCourse, own_course
from courses.enrolment.queries import history_of
from courses.enrolment.reading import may_read_files
from courses.people.models import Person


@dataclass(frozen=True, slots=True)
class Stay:
    """A part that was open in a sitting, and for how long, in hundredths of a second."""

    part: Part
    spent_cs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """An own course with its parts, its attempts and its devices.

    `size` is what all of it weighs on the line, in bytes, None where nothing is to play; `files` can be read instead.
    `sitting` is the last one where it is asked for.
    """

    own: OwnCourse
    choice: AttemptChoice
    parts: tuple[Part, ...]
    history: Sequence[OutcomeChange]
    copies: tuple[Copy, ...]
    files: Sequence[FirstGenerationFile]
    size: int | None
    sitting: Sitting | None

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Return what was open in the sitting; a part is never longer open there than it was in all its time."""
        spent = self.sitting.spent if self.sitting else {}
        known = {part.id: part for part in self.parts}
        return tuple(
            Stay(known[name], min(time, known[name].measured_cs)) for name, time in spent.items() if name in known
        )

    @property
    def files_are_pdf(self) -> bool:
        """Tell whether what can be read instead is PDF throughout."""
        return all(file.media_type == "application/pdf" for file in self.files)

    @property
    def remaining(self) -> tuple[Part, ...]:
        """Return the parts that are not done yet."""
        return tuple(part for part in self.parts if not part.is_done)


def own_page(session: Session, person: Person, enrolment_id: UUID, now: datetime, *, has_left: bool) -> OwnPage:
    """Return the page of a course of the person's own; a number of queries that no course and no history changes.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    own = own_course(session, person, enrolment_id, now)
    enrolment = own.enrolment
    files = files_in(session, enrolment.course_id, enrolment.language)
    return OwnPage(
        own=own,
        choice=attempt_choice(session, enrolment_id, now),
        parts=parts_of(session, enrolment_id),
        history=history_of(session, enrolment),
        copies=copies_of(session, enrolment_id),
        files=files if files and may_read_files(session, person, enrolment.course, now) else (),
        size=_size_of(session, enrolment),
        sitting=last_sitting(session, enrolment_id) if has_left else None,
    )


def _size_of(session: Session, enrolment: Enrolment) -> int | None:
    """Return how many bytes the version has that would be played next: the attempt's own, else the published one.

    A package is sent as it is packed, so that its archive is about what a line has to carry.
    """
    in_progress = select(Attempt.version_id).where(
        Attempt.enrolment_id == enrolment.id, Attempt.state == AttemptState.OPEN
    )
    published = select(CourseLanguage.version_id).where(
        CourseLanguage.course_id == enrolment.course_id, CourseLanguage.language == enrolment.language
    )
    wanted = func.coalesce(in_progress.scalar_subquery(), published.scalar_subquery())
    query = (
        select(Archive.size)
        .join(CourseVersion, CourseVersion.archive_sha256 == Archive.sha256)
        .where(CourseVersion.id == wanted)
    )
    return session.scalar(query)
