"""The rows about what a person already has: recognition of prior learning, past participations; and the guidelines."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy import text as condition
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, UtcDateTime, digest, document, label, line, moment, pk, rows, text, words
from courses.progression.steps import Track


class ClaimState(StrEnum):
    """Where a claim for recognition stands: `courses.records.recognition` holds the table of moves."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # the reviewer asks for more
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class ClaimReason(StrEnum):
    """Why a claim was decided as it was: a fixed list, so that decisions can be compared."""

    EQUIVALENT_COURSE = "equivalent_course"
    EXPERIENCE = "experience"
    DEGREE = "degree"
    TAUGHT_IT = "taught_it"
    PLACEMENT_TEST = "placement_test"
    MORE_EVIDENCE = "more_evidence"
    NOT_EQUIVALENT = "not_equivalent"
    TOO_OLD = "too_old"
    NOT_READABLE = "not_readable"
    GRANTED_IN_ERROR = "granted_in_error"


class Recognition(Base):
    """A claim to have steps by knowledge or experience, and what a reviewer decided (DOMAIN: recognition).

    `steps` are asked for, `granted` those that were recognised, both as texts of `courses.progression.steps`. It is
    never counted as a pass.
    """

    __tablename__ = "lms_recognition"
    __table_args__ = (
        Index(
            "uq_lms_recognition_open", "person_id", unique=True,
            sqlite_where=condition("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=condition("state IN ('draft', 'submitted', 'returned')"),
        ),
        CheckConstraint("(state = 'granted') <= (decided_at IS NOT NULL)", name="granted_is_decided"),
    )  # fmt: skip

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    state: Mapped[ClaimState] = mapped_column(words(ClaimState, "state"), default=ClaimState.DRAFT)
    steps: Mapped[rows] = mapped_column(default=list)
    granted: Mapped[rows] = mapped_column(default=list)
    statement: Mapped[text] = mapped_column(default="")
    created_at: Mapped[moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    reason: Mapped[ClaimReason | None] = mapped_column(words(ClaimReason, "reason"))
    note: Mapped[text] = mapped_column(default="")
    expires_on: Mapped[date | None] = mapped_column(Date)


class RecognitionChange(Base):
    """One move of a claim for recognition: when, by whom, what came of it, with what reason, note and last day.

    `steps` are those asked for when it was handed in, and those granted when it was decided.
    """

    __tablename__ = "lms_recognition_change"

    id: Mapped[pk]
    recognition_id: Mapped[UUID] = mapped_column(ForeignKey("lms_recognition.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[moment]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    action: Mapped[label]
    after: Mapped[ClaimState] = mapped_column(words(ClaimState, "after"))
    steps: Mapped[rows] = mapped_column(default=list)
    reason: Mapped[label] = mapped_column(default="")
    note: Mapped[text] = mapped_column(default="")
    expires_on: Mapped[date | None] = mapped_column(Date)


class Evidence(Base):
    """A document of a claim for recognition, or for an official status; stored under its SHA-256, one of both named."""

    __tablename__ = "lms_evidence"
    __table_args__ = (CheckConstraint("(recognition_id IS NULL) <> (status_claim_id IS NULL)", name="of_one_claim"),)

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    recognition_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lms_recognition.id", ondelete="CASCADE"), index=True
    )
    status_claim_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lms_status_claim.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[line]
    media_type: Mapped[line]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[digest]
    sent_at: Mapped[moment]


class ParticipationImport(Base):
    """A spreadsheet of past participations: its rows as read, whom each would match, and what became of it.

    `lines` are plain values of `courses.records.lines`, one for each line of the sheet, with what was found out about
    it; `counts` how many there are of which state. `date_order` is how the sheet writes dates like 03/04/2019.
    """

    __tablename__ = "lms_participation_import"

    id: Mapped[pk]
    file_name: Mapped[line]
    sha256: Mapped[digest] = mapped_column(default="")
    source: Mapped[line]
    date_order: Mapped[label] = mapped_column(default="")
    lines: Mapped[rows] = mapped_column(default=list, deferred=True)
    counts: Mapped[document] = mapped_column(default=dict)
    created_at: Mapped[moment]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    taken_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_in_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))


class Participation(Base):
    """That somebody took part in an activity, of before (imported, with its source) or of ours; it confers its steps.

    `key` is what makes two lines the same participation of a person: `courses.records.keys.key_of()`.
    `mark` is 0 to 1. One that was taken back counts no more, and stays to be read.
    """

    __tablename__ = "lms_participation"
    __table_args__ = (
        Index(
            "uq_lms_participation_key", "person_id", "key", unique=True,
            sqlite_where=condition("taken_back_at IS NULL"), postgresql_where=condition("taken_back_at IS NULL"),
        ),
        CheckConstraint("mark BETWEEN 0 AND 1", name="mark"),
    )  # fmt: skip

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    key: Mapped[digest]
    code: Mapped[label] = mapped_column(default="")
    title: Mapped[line]
    held_on: Mapped[date] = mapped_column(Date)
    steps: Mapped[rows] = mapped_column(default=list)
    mark: Mapped[float | None] = mapped_column(Float)
    source: Mapped[line] = mapped_column(default="")
    import_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lms_participation_import.id", ondelete="SET NULL"), index=True
    )
    offering_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_offering.id", ondelete="SET NULL"), index=True)
    recorded_at: Mapped[moment]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Guideline(Base):
    """What a person must master at the end of a step, in one version; the newest one in force counts.

    `step` is the text of a step; `outcomes` is a list of {code, en, fr, es}.
    """

    __tablename__ = "lms_guideline"
    __table_args__ = (UniqueConstraint("step", "version"),)

    id: Mapped[pk]
    step: Mapped[str] = mapped_column(String(128))
    level: Mapped[int]
    track: Mapped[Track | None] = mapped_column(words(Track, "track"))
    topic: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int]
    outcomes: Mapped[rows] = mapped_column(default=list)
    in_force_from: Mapped[date] = mapped_column(Date)
    created_at: Mapped[moment]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
