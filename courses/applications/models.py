"""The rows of applications to activities: where each stands, which seat it holds, who attended, every change dated."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy import text as condition
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, UtcDateTime, document, label, line, moment, pk, text, words
from courses.offerings.models import Offering
from courses.people.models import Language, Person


class State(StrEnum):
    """Where an application stands (DOMAIN: activities): `courses.applications.states` holds the table of moves."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ENDORSED = "endorsed"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    SELECTED = "selected"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    OUTCOME = "outcome"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What an application came to in the end: a mark was awarded (passed, failed), or only attendance counted."""

    PASSED = "passed"
    FAILED = "failed"
    ATTENDED = "attended"
    NOT_ATTENDED = "not_attended"


class Presence(StrEnum):
    """Whether somebody was at a session."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Application(Base):
    """A person applies to an activity, or was named for it; one application each that was not withdrawn.

    `seat` is the number of a seat of the activity, held from the selection on; without limited seats there is none.
    `waiting` orders the waiting list. `decision_id` is the latest decision of the gate. `rank_facts` say why the
    selection proposed what it did. `mark` and `attendance` are 0 to 1.
    """

    __tablename__ = "lms_application"
    __table_args__ = (
        Index(
            "uq_lms_application_open", "person_id", "offering_id", unique=True,
            sqlite_where=condition("state <> 'withdrawn'"), postgresql_where=condition("state <> 'withdrawn'"),
        ),
        ForeignKeyConstraint(
            ["offering_id", "seat"], ["lms_seat.offering_id", "lms_seat.number"], name="fk_lms_application_seat"
        ),
        UniqueConstraint("offering_id", "seat"),
        UniqueConstraint("offering_id", "waiting"),
        CheckConstraint("(state = 'waitlisted') = (waiting IS NOT NULL)", name="waiting_has_place"),
        CheckConstraint(
            "seat IS NULL OR state IN ('selected', 'confirmed', 'attended', 'no_show', 'outcome')", name="seat_is_held"
        ),
        CheckConstraint("(state = 'outcome') = (outcome IS NOT NULL)", name="outcome_at_end"),
        CheckConstraint("mark BETWEEN 0 AND 1", name="mark"),
        CheckConstraint("attendance BETWEEN 0 AND 1", name="attendance"),
        Index("ix_lms_application_offering", "offering_id", "state"),
    )  # fmt: skip

    id: Mapped[pk]
    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="RESTRICT"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    state: Mapped[State] = mapped_column(words(State, "state"), default=State.DRAFT)
    language: Mapped[Language] = mapped_column(words(Language, "language"))
    motivation: Mapped[text] = mapped_column(default="")
    institution: Mapped[line] = mapped_column(default="")
    created_at: Mapped[moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nominated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    nominated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    endorsed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    endorsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    endorsement_rank: Mapped[int | None]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_decision.id", ondelete="SET NULL"), index=True)
    seat: Mapped[int | None]
    waiting: Mapped[int | None]
    selected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirm_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rank_facts: Mapped[document] = mapped_column(default=dict)
    attendance: Mapped[float | None] = mapped_column(Float)
    mark: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome, "outcome"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    offering: Mapped[Offering] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])


class ApplicationChange(Base):
    """One change of an application: when, by whom (none: a rule), from what to what, why, and on what facts."""

    __tablename__ = "lms_application_change"

    id: Mapped[pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("lms_application.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[moment]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    before: Mapped[State | None] = mapped_column(words(State, "before"))
    after: Mapped[State] = mapped_column(words(State, "after"))
    action: Mapped[label]
    reason: Mapped[line] = mapped_column(default="")
    facts: Mapped[document] = mapped_column(default=dict)


class Attendance(Base):
    """Whether somebody was at a session of an activity, as a trainer has noted."""

    __tablename__ = "lms_attendance"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("lms_application.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("lms_offering_session.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    presence: Mapped[Presence] = mapped_column(words(Presence, "presence"))
    recorded_at: Mapped[moment]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))


class PartMark(Base):
    """The mark (0 to 1) of a person in a part of a composite activity that has no course to take it from."""

    __tablename__ = "lms_part_mark"
    __table_args__ = (CheckConstraint("mark BETWEEN 0 AND 1", name="mark"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("lms_application.id", ondelete="CASCADE"), primary_key=True)
    part_id: Mapped[UUID] = mapped_column(
        ForeignKey("lms_offering_part.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mark: Mapped[float] = mapped_column(Float)
    recorded_at: Mapped[moment]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
