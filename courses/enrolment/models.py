"""The rows about enrolments: exactly one outcome at every moment, every change dated."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort
from courses.db import Base, UtcDateTime, document, label, moment, pk, rows, words
from courses.people.models import Language, Person


class Outcome(StrEnum):
    """The outcomes of DOMAIN.md, in its words; the last three leave the cohort."""

    NOT_STARTED = "not_started"
    ACTIVE = "active"
    PASSED = "passed"
    FAILED = "failed"
    ATTENDED = "attended"
    NO_EXAM = "no_exam"
    DROPPED_OUT = "dropped_out"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    VOID = "void"


class DropoutKind(StrEnum):
    """Why a dropout is one."""

    NEVER_STARTED = "never_started"
    WITHDREW = "withdrew"
    LAPSED = "lapsed"


class Enrolment(Base):
    """A person in a cohort, for credit.

    `mark` and `progress` are 0 to 1; `reported_cs` is the time that the packages reported, `measured_cs` what the
    server measured, both in hundredths of a second. `has_sat_exam` is true once a mark was reported.
    A second enrolment is a new row whose `first_id` is the first. `decision_id` is the decision that let the person in.
    `confers` are the steps that the course conferred on the day of the pass, and this pass therefore always does.
    """

    __tablename__ = "lms_enrolment"
    __table_args__ = (
        Index(
            "uq_lms_enrolment_open", "person_id", "course_id", unique=True,
            sqlite_where=text("outcome IN ('not_started', 'active')"),
            postgresql_where=text("outcome IN ('not_started', 'active')"),
        ),
        Index(
            "ix_lms_enrolment_figures", "cohort_id", "outcome", "dropout_kind", "is_completed", "has_distinction",
            "has_sat_exam", "started_at",
        ),
        Index("ix_lms_enrolment_median", "cohort_id", "progress", "started_at", "outcome"),
        CheckConstraint("mark BETWEEN 0 AND 1", name="mark"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        CheckConstraint("(outcome = 'dropped_out') = (dropout_kind IS NOT NULL)", name="dropout_has_kind"),
        CheckConstraint("outcome = 'passed' OR NOT has_distinction", name="distinction_is_passed"),
    )  # fmt: skip

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course.id", ondelete="RESTRICT"), index=True)
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("lms_cohort.id", ondelete="RESTRICT"))
    language: Mapped[Language] = mapped_column(words(Language, "language"))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome, "outcome"), default=Outcome.NOT_STARTED)
    dropout_kind: Mapped[DropoutKind | None] = mapped_column(words(DropoutKind, "dropout_kind"))
    is_completed: Mapped[bool] = mapped_column(default=False)
    has_distinction: Mapped[bool] = mapped_column(default=False)
    has_sat_exam: Mapped[bool] = mapped_column(default=False)
    confers: Mapped[rows | None]
    mark: Mapped[float | None] = mapped_column(Float)
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    reported_cs: Mapped[int] = mapped_column(BigInteger, default=0)
    measured_cs: Mapped[int] = mapped_column(BigInteger, default=0)
    enrolled_at: Mapped[moment]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_enrolment.id", ondelete="SET NULL"))
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_decision.id", ondelete="SET NULL"), index=True)

    person: Mapped[Person] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")
    cohort: Mapped[Cohort] = relationship(lazy="raise")


class Trouble(Base):
    """How often saving or launching failed of late; an enrolment that had no trouble has no row."""

    __tablename__ = "lms_trouble"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("lms_enrolment.id", ondelete="CASCADE"), primary_key=True)
    times: Mapped[int]
    last_at: Mapped[moment]


class OutcomeChange(Base):
    """One change of an outcome: when, by whom (none: a rule), from what to what and why."""

    __tablename__ = "lms_outcome_change"

    id: Mapped[pk]
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("lms_enrolment.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[moment]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    before: Mapped[Outcome | None] = mapped_column(words(Outcome, "before"))
    after: Mapped[Outcome] = mapped_column(words(Outcome, "after"))
    reason: Mapped[label]
    facts: Mapped[document] = mapped_column(default=dict)
    dropout_kind: Mapped[str | None] = mapped_column(String(32))
