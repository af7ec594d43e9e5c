"""The rows about attempts: trials, grants, activities, shared objectives and data, leases, commits, launch codes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, UtcDateTime, digest, document, label, line, moment, pk, words
from courses.db import text as long_text


class AttemptState(StrEnum):
    """An attempt is open until a new one replaces it or the enrolment closes."""

    OPEN = "open"
    ENDED = "ended"


class PlayMode(StrEnum):
    """How a page plays an attempt (RTE 4.2.14): for credit, to read again what is done, or to look without a trace."""

    NORMAL = "normal"
    REVIEW = "review"
    BROWSE = "browse"


class AttemptReason(StrEnum):
    """Why an attempt was begun."""

    FIRST = "first"
    AGAIN = "again"  # the learner wanted another one, and the course's policy allowed it
    GRANTED = "granted"  # a trainer had granted one more than the policy allows
    VERSION = "version"  # the version of the one before was retired
    TRIAL = "trial"


class Trial(Base):
    """A test launch: somebody who imports packages plays a version, and nothing of it counts anywhere.

    `launched_at` is when it was launched last: that decides how long it is open. `mode` is normal, or browse
    for who only looks.
    """

    __tablename__ = "lms_trial"

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[moment]
    launched_at: Mapped[moment]
    mode: Mapped[PlayMode] = mapped_column(words(PlayMode, "mode"), default=PlayMode.NORMAL)


class Attempt(Base):
    """One attempt of an enrolment, or of a trial, on a version; a result only ever rises (`attempts.activities`).

    `activity_id` is the item that was delivered last; in 2004 it is absent while nothing is delivered. `score` and
    `progress` are 0 to 1; times in hundredths. `sequencing` is the tracking state of 2004 (`scorm.sequencing`), and
    `look_ahead` what follows from it, with its version and a digest of all that it depends on; both are absent in 1.2.
    `moved_at` is when it last went on in another version than before.
    """

    __tablename__ = "lms_attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        CheckConstraint("(enrolment_id IS NULL) <> (trial_id IS NULL)", name="of_one"),
        Index(
            "uq_lms_attempt_open", "enrolment_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[pk]
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_enrolment.id", ondelete="CASCADE"))
    trial_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_trial.id", ondelete="CASCADE"), unique=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course_version.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int]
    reason: Mapped[AttemptReason] = mapped_column(words(AttemptReason, "reason"), default=AttemptReason.FIRST)
    state: Mapped[AttemptState] = mapped_column(words(AttemptState, "state"), default=AttemptState.OPEN)
    activity_id: Mapped[str | None] = mapped_column(String(255))
    is_completed: Mapped[bool] = mapped_column(default=False)
    is_passed: Mapped[bool | None]
    score: Mapped[float | None] = mapped_column(Float)
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    reported_cs: Mapped[int] = mapped_column(BigInteger, default=0)
    measured_cs: Mapped[int] = mapped_column(BigInteger, default=0)
    sequencing: Mapped[document | None] = mapped_column(JSON(none_as_null=True))
    look_ahead: Mapped[document | None] = mapped_column(JSON(none_as_null=True))
    started_at: Mapped[moment]
    seen_at: Mapped[moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptGrant(Base):
    """One more attempt than the course's policy allows, granted to an enrolment by a trainer, with the reason."""

    __tablename__ = "lms_attempt_grant"

    id: Mapped[pk]
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("lms_enrolment.id", ondelete="CASCADE"), index=True)
    granted_at: Mapped[moment]
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    reason: Mapped[line]


class KeptCopy(Base):
    """A course that a learner keeps on a device, to play it without a network.

    `device` is the random name that a browser gave itself. `scope` is `course`, or `activity` where only the
    activity at hand can be played so. `synced_at` is when the device was last heard of, `size` in bytes on the line.
    """

    __tablename__ = "lms_kept_copy"
    __table_args__ = (UniqueConstraint("attempt_id", "device"),)

    id: Mapped[pk]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("lms_attempt.id", ondelete="CASCADE"))
    device: Mapped[label]
    scope: Mapped[label]
    files: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[moment]
    synced_at: Mapped[moment]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActivityState(Base):
    """What one activity of an attempt remembers: its run-time values, suspend data apart, and what they amount to.

    `is_open` while a session of the SCO runs: from its launch until Finish, or until it was taken away.
    `opened_at` is when that session was launched, until its end was reckoned: a page that fell silent may still go on;
    absent also for one that only reviews.
    """

    __tablename__ = "lms_activity_state"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("lms_attempt.id", ondelete="CASCADE"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    values: Mapped[document] = mapped_column(default=dict)
    suspend_data: Mapped[long_text] = mapped_column(default="")
    is_open: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visits: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(32), default="not attempted")
    is_completed: Mapped[bool] = mapped_column(default=False)
    is_passed: Mapped[bool | None]
    score: Mapped[float | None] = mapped_column(Float)
    reported_cs: Mapped[int] = mapped_column(BigInteger, default=0)
    measured_cs: Mapped[int] = mapped_column(BigInteger, default=0)


class SharedObjective(Base):
    """A global objective of a person: what all courses of one scope know of it (SN 3.10.3).

    `scope_id` is the id of an objective scope, a course or a trial. Identifiers may be long: `key` is their SHA-256.
    """

    __tablename__ = "lms_shared_objective"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[digest] = mapped_column(primary_key=True)
    identifier: Mapped[long_text]
    values: Mapped[document]


class SharedData(Base):
    """A store of data that the SCOs of a scope share, a text (RTE 4.3).

    `scope_id` as in `SharedObjective`, or the attempt's id where the data live and die with the attempt on the course.
    """

    __tablename__ = "lms_shared_data"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[digest] = mapped_column(primary_key=True)
    target: Mapped[long_text]
    value: Mapped[str] = mapped_column(JSON)  # as JSON: a SCO may write what no column of text takes


class Lease(Base):
    """The right of one page load to write an attempt; the one without `replaced_at` holds it.

    `seq` is the highest number of a commit that was accepted, `applied` how many changes of this lease's stream are
    in the state: a post that repeats them is harmless. `taken_at` is when the page came from a launch; a page that took
    the lease from an earlier one by its token has that one's. `device` is the random name that the browser gave itself.
    """

    __tablename__ = "lms_lease"
    __table_args__ = (
        Index(
            "uq_lms_lease_holding", "attempt_id", unique=True,
            sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[pk]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("lms_attempt.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[digest] = mapped_column(unique=True)
    sign_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_sign_in.id", ondelete="SET NULL"), index=True)
    taken_at: Mapped[moment]
    seen_at: Mapped[moment]
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    applied: Mapped[int] = mapped_column(BigInteger, default=0)
    mode: Mapped[PlayMode] = mapped_column(words(PlayMode, "mode"), default=PlayMode.NORMAL)
    device: Mapped[str | None] = mapped_column(String(64))


class RawCommit(Base):
    """A commit as it came, compressed, append-only; `is_late` when a newer lease held the attempt already."""

    __tablename__ = "lms_raw_commit"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("lms_attempt.id", ondelete="CASCADE"), primary_key=True)
    lease_id: Mapped[UUID] = mapped_column(ForeignKey("lms_lease.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    received_at: Mapped[moment]
    client_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content_hash: Mapped[digest]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[document]
    is_late: Mapped[bool] = mapped_column(default=False)


class LaunchCode(Base):
    """A single-use code that carries a learner from the platform to the player, for 60 seconds."""

    __tablename__ = "lms_launch_code"

    code_hash: Mapped[digest] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("lms_attempt.id", ondelete="CASCADE"), index=True)
    sign_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_sign_in.id", ondelete="CASCADE"))
    language: Mapped[line]
    mode: Mapped[PlayMode] = mapped_column(words(PlayMode, "mode"), default=PlayMode.NORMAL)
    expires_at: Mapped[moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TrialCalls(Base):
    """Calls of the packages of a trial in the order in which a page reported them: a batch, as compressed JSON.

    `seq` counts the batches of a lease, `count` the calls of this one.
    """

    __tablename__ = "lms_trial_calls"

    trial_id: Mapped[UUID] = mapped_column(ForeignKey("lms_trial.id", ondelete="CASCADE"), primary_key=True)
    lease_id: Mapped[UUID] = mapped_column(ForeignKey("lms_lease.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received_at: Mapped[moment]
    count: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
