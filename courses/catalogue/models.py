"""The rows of the catalogue: course, objective scope, course in a language, version, stored archive, import."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, UtcDateTime, digest, document, label, line, moment, pk, rows, words
from courses.people.models import Language
from courses.progression.steps import Track


class Format(StrEnum):
    """What a course in a language is made of (DOMAIN: conversion to SCORM)."""

    FIRST_GENERATION = "first_generation"
    SCORM = "scorm"


class VersionRule(StrEnum):
    """What somebody who is enrolled plays at the next launch, once there is a newer version."""

    STAY = "stay"
    MOVE = "move"


class CompletionRule(StrEnum):
    """What completes a course, as an administrator has chosen."""

    STATUS = "status"  # what the package itself says
    SCORE = "score"  # a mark that reaches the pass mark
    ALL_SCOS = "all_scos"  # every part that opens has completed itself
    PAGES_VISITED = "pages_visited"  # every part that opens was opened


class CountingRule(StrEnum):
    """Which of several attempts gives the mark of a course; a pass of any of them is never taken away."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
    MEAN = "mean"


class ObjectiveScope(Base):
    """A circle of courses that share their global objectives: what one satisfies counts in the others (SN 3.10.3)."""

    __tablename__ = "lms_objective_scope"

    id: Mapped[pk]
    name: Mapped[line] = mapped_column(unique=True)


class Course(Base):
    """A course in all its languages: one enrolment, one credit, one statistic.

    Marks are 0 to 1; `distinction_mark` is absent where no distinction is awarded. `level` (1 to 3), `track` and
    `topic` are absent outside the levels. `asks_for` and `confers` list steps as in `courses.progression.steps`.
    `requirement` is a further expression (`courses.progression.requirements`), which takes the place of the rule of the
    house where `replaces_rule`; `categories` are the kinds of people it is for, those of the policy where empty.
    `is_for_credit` is false for self-study material, which is open to all. Without an objective scope the course shares
    its global objectives with no other one. `not_started_rule` is for those who are enrolled and have not begun when a
    version is published, `in_progress_rule` for those who have. `completes_by` is absent until somebody has chosen.
    `attempts_allowed` is absent where there is no limit; `days_between` is how long after one attempt the next may
    begin, `counting` which of them gives the mark. Packages are told the learner's name only where `tells_name`.
    """

    __tablename__ = "lms_course"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("pass_mark BETWEEN 0 AND 1", name="pass_mark"),
        CheckConstraint("distinction_mark BETWEEN pass_mark AND 1", name="distinction_mark"),
        CheckConstraint("hours > 0", name="hours"),
        CheckConstraint("attempts_allowed >= 1", name="attempts_allowed"),
        CheckConstraint("days_between >= 0", name="days_between"),
    )

    id: Mapped[pk]
    code: Mapped[label] = mapped_column(unique=True)
    title_en: Mapped[line]
    title_fr: Mapped[line]
    title_es: Mapped[line]
    level: Mapped[int | None]
    track: Mapped[Track | None] = mapped_column(words(Track, "track"))
    topic: Mapped[str | None] = mapped_column(String(64))
    asks_for: Mapped[rows] = mapped_column(default=list)
    confers: Mapped[rows] = mapped_column(default=list)
    requirement: Mapped[document | None]
    replaces_rule: Mapped[bool] = mapped_column(default=False)
    categories: Mapped[rows] = mapped_column(default=list)
    pass_mark: Mapped[float] = mapped_column(Float, default=0.6)
    distinction_mark: Mapped[float | None] = mapped_column(Float().evaluates_none(), default=0.85)
    hours: Mapped[float | None] = mapped_column(Float)
    is_for_credit: Mapped[bool] = mapped_column(default=True)
    objective_scope_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_objective_scope.id"), index=True)
    not_started_rule: Mapped[VersionRule] = mapped_column(
        words(VersionRule, "not_started_rule"), default=VersionRule.MOVE
    )
    in_progress_rule: Mapped[VersionRule] = mapped_column(
        words(VersionRule, "in_progress_rule"), default=VersionRule.STAY
    )
    completes_by: Mapped[CompletionRule | None] = mapped_column(words(CompletionRule, "completes_by"))
    created_at: Mapped[moment]

    attempts_allowed: Mapped[int | None]
    days_between: Mapped[int] = mapped_column(default=0)
    counting: Mapped[CountingRule] = mapped_column(words(CountingRule, "counting"), default=CountingRule.BEST)
    tells_name: Mapped[bool] = mapped_column(default=False)

    languages: Mapped[list["CourseLanguage"]] = relationship(lazy="raise", order_by="CourseLanguage.language")

    def title(self, language: str) -> str:
        """Return the title in one of the three languages, in English for any other."""
        return {"fr": self.title_fr, "es": self.title_es}.get(language, self.title_en)


class CourseLanguage(Base):
    """A course in one language: the unit of work of the conversion.

    `version_id` is the published version that new attempts play. `converted_at` is when it turned to SCORM after
    having been first generation; a course that was born in SCORM has none.
    """

    __tablename__ = "lms_course_language"
    __table_args__ = (UniqueConstraint("course_id", "language"),)

    id: Mapped[pk]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"))
    language: Mapped[Language] = mapped_column(words(Language, "language"))
    format: Mapped[Format] = mapped_column(words(Format, "format"))
    version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lms_course_version.id", use_alter=True, ondelete="SET NULL")
    )
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    converted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship(lazy="raise", back_populates="languages")
    version: Mapped["CourseVersion | None"] = relationship(lazy="raise", foreign_keys=[version_id])
    files: Mapped[list["FirstGenerationFile"]] = relationship(lazy="raise", order_by="FirstGenerationFile.name")


class FirstGenerationFile(Base):
    """A file of a first-generation course (a PDF, a slide show), stored under its SHA-256."""

    __tablename__ = "lms_first_generation_file"
    __table_args__ = (UniqueConstraint("course_language_id", "name"),)

    id: Mapped[pk]
    course_language_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course_language.id", ondelete="CASCADE"))
    name: Mapped[line]
    media_type: Mapped[line]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[digest]


class Archive(Base):
    """A checked package, stored whole under its SHA-256 and never unpacked.

    `freed_at` is when its file and its index were given up because no version used them any more.
    """

    __tablename__ = "lms_archive"

    sha256: Mapped[digest] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[moment]
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArchiveMember(Base):
    """Where a file stands in its archive: offset of the data, method (0 stored, 8 deflated), sizes in bytes, CRC-32."""

    __tablename__ = "lms_archive_member"

    archive_sha256: Mapped[digest] = mapped_column(
        ForeignKey("lms_archive.sha256", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(1024), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[int]
    compressed_size: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    crc: Mapped[int] = mapped_column(BigInteger)


class CourseVersion(Base):
    """An immutable version of a course in a language: an archive and what was read from its manifest.

    `definition` is `scorm.packaging.manifest.Manifest.as_dict()` with launch names resolved; the report on it stands
    with its import. A version that was never published is a draft. Two things alone can change: `approved_hosts`, from
    where its content may load besides its own files, and `retired_at`, since when nobody can play it any more.
    """

    __tablename__ = "lms_course_version"
    __table_args__ = (UniqueConstraint("course_language_id", "number"),)

    id: Mapped[pk]
    course_language_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course_language.id", ondelete="CASCADE"))
    number: Mapped[int]
    archive_sha256: Mapped[digest] = mapped_column(ForeignKey("lms_archive.sha256", ondelete="RESTRICT"), index=True)
    edition: Mapped[line]
    title: Mapped[line]
    tool: Mapped[line] = mapped_column(default="")
    sco_count: Mapped[int]
    total_size: Mapped[int] = mapped_column(BigInteger)
    definition: Mapped[document]
    approved_hosts: Mapped[rows] = mapped_column(default=list)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    publications: Mapped[list["Publication"]] = relationship(lazy="raise", order_by="Publication.published_at")


class Publication(Base):
    """A version became the one that new attempts play: for the first time, or again."""

    __tablename__ = "lms_publication"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course_version.id", ondelete="CASCADE"), primary_key=True)
    published_at: Mapped[moment] = mapped_column(primary_key=True)
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))


class ImportState(StrEnum):
    """Where an import stands: `courses.catalogue.imports` holds the table of moves."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    PUBLISHED = "published"
    REFUSED = "refused"
    FAILED = "failed"


class PackageImport(Base):
    """A package on its way in: who sent it, how far its reading is, what was found.

    `done` and `total` are bytes read so far and to read. `findings` and `facts` are the report; an accepted package
    is a version from then on, at first a draft. A failed import carries `error_id`, which the log repeats.
    """

    __tablename__ = "lms_package_import"

    id: Mapped[pk]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"), index=True)
    language: Mapped[Language] = mapped_column(words(Language, "language"))
    file_name: Mapped[line]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[digest]
    publishes_itself: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ImportState] = mapped_column(words(ImportState, "state"), default=ImportState.WAITING)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    findings: Mapped[rows] = mapped_column(default=list)
    facts: Mapped[document] = mapped_column(default=dict)
    error_id: Mapped[str | None] = mapped_column(String(36))
    version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lms_course_version.id", ondelete="SET NULL"), unique=True
    )
    created_at: Mapped[moment]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship(lazy="raise")
    version: Mapped[CourseVersion | None] = relationship(lazy="raise")
