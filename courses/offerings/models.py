"""The rows of activities: what is offered, when and where, by whom, for whom; their parts, sessions, seats, changes."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, UtcDateTime, document, label, line, moment, pk, rows, text, words
from courses.people.models import Person
from courses.progression.steps import Track


class Mode(StrEnum):
    """How an activity is held (DOMAIN: words)."""

    FACE_TO_FACE = "face_to_face"
    VIRTUAL = "virtual"
    BLENDED = "blended"


class Scope(StrEnum):
    """For whom an activity is held."""

    NATIONAL = "national"
    SUB_REGIONAL = "sub_regional"
    REGIONAL = "regional"
    GLOBAL = "global"


class Dating(StrEnum):
    """How firmly the dates of an activity stand: days, a month or some months, or not yet."""

    DAYS = "days"
    MONTH = "month"
    NOT_FIXED = "not_fixed"


class Gate(StrEnum):
    """Whether a condition that is not met keeps a person out, or is only written down (DOMAIN: national activities)."""

    ENFORCED = "enforced"
    ADVISORY = "advisory"


class OfferingState(StrEnum):
    """Where an activity stands: `courses.offerings.states` holds the table of moves."""

    DRAFT = "draft"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"


class Offering(Base):
    """An activity: face to face, virtual, blended; composite where it has parts.

    `asks_for` and `confers` list steps; `requirement` is a further expression (`courses.progression.requirements`),
    which takes the place of the rule of the house where `replaces_rule`. `level`, `track`, `topic` are labels.
    `countries` and `region_codes` say whose people it is for, everybody's where both are empty; `categories` the
    kinds of people, officials where empty. `seats` is None where there is no limit. `quotas` is
    `courses.applications.quotas.Quotas.as_document()`. Dates: rows of `OfferingDay`, or `month_from` and `month_until`
    ("2026-11"), or none. `time_zone` is that of the venue (IANA). `attendance_threshold` and `pass_mark` are 0 to 1;
    without `pass_mark` no mark is awarded. `sequence` counts what its calendar files have announced; `removed_sessions`
    are those that calendars may still hold, as `courses.offerings.sessions.as_told` gives them. `about` is in English.
    """

    __tablename__ = "lms_offering"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("seats >= 1", name="seats"),
        CheckConstraint("attendance_threshold BETWEEN 0 AND 1", name="attendance_threshold"),
        CheckConstraint("pass_mark BETWEEN 0 AND 1", name="pass_mark"),
        CheckConstraint("confirmation_days BETWEEN 1 AND 60", name="confirmation_days"),
        CheckConstraint("(dating = 'month') = (month_from IS NOT NULL)", name="month"),
        Index("ix_lms_offering_listed", "state", "starts_on"),
    )

    id: Mapped[pk]
    code: Mapped[label] = mapped_column(unique=True)
    title_en: Mapped[line]
    title_fr: Mapped[line]
    title_es: Mapped[line]
    about: Mapped[text] = mapped_column(default="")
    about_fr: Mapped[text] = mapped_column(default="")
    about_es: Mapped[text] = mapped_column(default="")
    state: Mapped[OfferingState] = mapped_column(words(OfferingState, "state"), default=OfferingState.DRAFT)
    mode: Mapped[Mode] = mapped_column(words(Mode, "mode"))
    scope: Mapped[Scope] = mapped_column(words(Scope, "scope"))
    level: Mapped[int | None]
    track: Mapped[Track | None] = mapped_column(words(Track, "track"))
    topic: Mapped[str | None] = mapped_column(String(64))
    languages: Mapped[rows] = mapped_column(default=list)

    gate: Mapped[Gate] = mapped_column(words(Gate, "gate"), default=Gate.ENFORCED)
    asks_for: Mapped[rows] = mapped_column(default=list)
    confers: Mapped[rows] = mapped_column(default=list)
    requirement: Mapped[document | None]
    replaces_rule: Mapped[bool] = mapped_column(default=False)
    categories: Mapped[rows] = mapped_column(default=list)
    countries: Mapped[rows] = mapped_column(default=list)
    region_codes: Mapped[rows] = mapped_column(default=list)
    needs_endorsement: Mapped[bool] = mapped_column(default=True)
    seats: Mapped[int | None]
    quotas: Mapped[document] = mapped_column(default=dict)

    dating: Mapped[Dating] = mapped_column(words(Dating, "dating"), default=Dating.NOT_FIXED)
    month_from: Mapped[str | None] = mapped_column(String(7))
    month_until: Mapped[str | None] = mapped_column(String(7))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    time_zone: Mapped[label] = mapped_column(default="Europe/Zurich")
    venue: Mapped[line] = mapped_column(default="")
    city: Mapped[line] = mapped_column(default="")
    country: Mapped[str | None] = mapped_column(String(2))
    link: Mapped[line] = mapped_column(default="")

    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applies_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    endorses_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmation_days: Mapped[int] = mapped_column(default=7)

    organiser: Mapped[line] = mapped_column(default="")
    host: Mapped[line] = mapped_column(default="")
    partners: Mapped[rows] = mapped_column(default=list)
    funding: Mapped[line] = mapped_column(default="")
    hours: Mapped[float | None] = mapped_column(Float)
    attendance_threshold: Mapped[float] = mapped_column(Float, default=0.8)
    pass_mark: Mapped[float | None] = mapped_column(Float)
    sequence: Mapped[int] = mapped_column(default=0)
    removed_sessions: Mapped[rows] = mapped_column(default=list)
    created_at: Mapped[moment]
    changed_at: Mapped[moment]

    days: Mapped[list["OfferingDay"]] = relationship(lazy="raise", order_by="OfferingDay.first_day")
    sessions: Mapped[list["OfferingSession"]] = relationship(lazy="raise", order_by="OfferingSession.starts_at")
    parts: Mapped[list["OfferingPart"]] = relationship(lazy="raise", order_by="OfferingPart.place")
    trainers: Mapped[list["OfferingTrainer"]] = relationship(lazy="raise")

    def title(self, language: str) -> str:
        """Return the title in one of the three languages, in English for any other."""
        return {"fr": self.title_fr, "es": self.title_es}.get(language, self.title_en)

    def about_in(self, language: str) -> tuple[str, str]:
        """Return what it is about and the language of that: the one asked for, else English, else one that there is."""
        texts = {"en": self.about, "fr": self.about_fr, "es": self.about_es}
        return next(((texts[code], code) for code in (language, *texts) if texts.get(code)), ("", language))


class OfferingDay(Base):
    """Days on which an activity is held, the last one included; several rows where it is held on several."""

    __tablename__ = "lms_offering_day"
    __table_args__ = (
        UniqueConstraint("offering_id", "first_day"),
        CheckConstraint("last_day >= first_day", name="order"),
    )

    id: Mapped[pk]
    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="CASCADE"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)


class OfferingSession(Base):
    """A session that is held at a moment, by which attendance is taken; its end comes after its start."""

    __tablename__ = "lms_offering_session"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[pk]
    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="CASCADE"), index=True)
    title: Mapped[line] = mapped_column(default="")
    starts_at: Mapped[moment]
    ends_at: Mapped[moment]
    link: Mapped[line] = mapped_column(default="")


class PartKind(StrEnum):
    """What a part of a composite activity is."""

    COURSE = "course"
    WEBINARS = "webinars"
    COACHING = "coaching"
    TEST = "test"
    FACE_TO_FACE = "face_to_face"


class OfferingPart(Base):
    """A part of a composite activity: its weight in the result is its share of the sum of all weights.

    A part with a course takes its mark from the person's result there.
    """

    __tablename__ = "lms_offering_part"
    __table_args__ = (CheckConstraint("weight >= 0", name="weight"),)

    id: Mapped[pk]
    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="CASCADE"), index=True)
    place: Mapped[int]
    kind: Mapped[PartKind] = mapped_column(words(PartKind, "kind"))
    title: Mapped[line]
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_course.id", ondelete="RESTRICT"), index=True)
    weight: Mapped[float] = mapped_column(Float, default=0.0)
    is_required: Mapped[bool] = mapped_column(default=True)


class OfferingTrainer(Base):
    """A trainer of an activity, who sees its people, takes attendance and enters marks."""

    __tablename__ = "lms_offering_trainer"

    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("lms_person.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    person: Mapped[Person] = relationship(lazy="raise")


class Seat(Base):
    """A seat of an activity with limited seats: applications hold one by its number, each at most once."""

    __tablename__ = "lms_seat"
    __table_args__ = (CheckConstraint("number >= 1", name="number"),)

    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class OfferingChange(Base):
    """One change of an activity that people are told of: when, by whom, what was before and what is now, and why."""

    __tablename__ = "lms_offering_change"

    id: Mapped[pk]
    offering_id: Mapped[UUID] = mapped_column(ForeignKey("lms_offering.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[moment]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    before: Mapped[document]
    after: Mapped[document]
    reason: Mapped[line] = mapped_column(default="")
