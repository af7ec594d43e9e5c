"""The rows about cohorts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course
from courses.db import Base, UtcDateTime, label, line, moment, pk


class Cohort(Base):
    """The people who entered a course together; self-paced learners belong to a monthly entry cohort.

    Access runs from `opens_at` to `closes_at` (none: all year round). `month` (`2026-11`) marks an entry cohort;
    there is one for a course and month. `inactivity_days` of silence make a lapse (DOMAIN: outcomes).
    """

    __tablename__ = "lms_cohort"
    __table_args__ = (
        UniqueConstraint("course_id", "month"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("inactivity_days > 0", name="inactivity_days"),
    )

    id: Mapped[pk]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"), index=True)
    name: Mapped[line]
    month: Mapped[label | None]
    opens_at: Mapped[moment]
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    inactivity_days: Mapped[int] = mapped_column(default=90)
    created_at: Mapped[moment]

    course: Mapped[Course] = relationship(lazy="raise")


class CohortTrainer(Base):
    """A trainer of a cohort: sees its people, and only those."""

    __tablename__ = "lms_cohort_trainer"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("lms_cohort.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("lms_person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
