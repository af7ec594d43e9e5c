"""The rows about people."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, UtcDateTime, digest, label, line, moment, pk, rows, words
from courses.progression.record import Category


class Language(StrEnum):
    """The three languages of the platform and of its courses."""

    EN = "en"
    FR = "fr"
    ES = "es"


class Role(StrEnum):
    """What a person may be; `lms.access` says what each role permits."""

    LEARNER = "learner"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Gender(StrEnum):
    """For the balance of women and men in the statistics; absent when not said."""

    WOMAN = "woman"
    MAN = "man"


class VerifiedHow(StrEnum):
    """On whose word a category was verified."""

    COORDINATOR = "coordinator"
    DOCUMENT = "document"
    ADMINISTRATOR = "administrator"
    COMMAND_LINE = "command_line"


class Person(Base):
    """Somebody with an account.

    `category` is what the person says to be, and `verified_at` when that was verified (DOMAIN: levels), by whom and
    how; until then there is self-study only. `country` is an ISO 3166 code in capitals; `speaks` are languages besides
    the own `language` in which the person can follow a course. `region` is for the release before: the region follows
    from the beneficiary.
    """

    __tablename__ = "lms_person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        Index("ix_lms_person_name", "family_name", "given_name"),
    )

    id: Mapped[pk]
    email: Mapped[line] = mapped_column(unique=True)
    given_name: Mapped[line]
    family_name: Mapped[line]
    language: Mapped[Language] = mapped_column(words(Language, "language"), default=Language.EN)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    gender: Mapped[Gender | None] = mapped_column(words(Gender, "gender"))
    country: Mapped[str | None] = mapped_column(String(2), index=True)
    region: Mapped[str | None] = mapped_column(String(64))
    category: Mapped[Category] = mapped_column(words(Category, "category"), default=Category.OFFICIAL)
    institution: Mapped[line] = mapped_column(default="")
    speaks: Mapped[rows] = mapped_column(default=list)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    verified_how: Mapped[VerifiedHow | None] = mapped_column(words(VerifiedHow, "verified_how"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[moment]

    grants: Mapped[list["RoleGrant"]] = relationship(lazy="raise", foreign_keys="RoleGrant.person_id")

    @property
    def name(self) -> str:
        """Return the name as it is spoken."""
        return f"{self.given_name} {self.family_name}"


class RoleGrant(Base):
    """A role that a person holds, since when and by whom (none: the command line)."""

    __tablename__ = "lms_role_grant"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role, "role"), primary_key=True)
    granted_at: Mapped[moment]
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))


class ApiToken(Base):
    """A token by which a program acts for a person; kept hashed, shown once, ended for good."""

    __tablename__ = "lms_api_token"

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    name: Mapped[label]
    token_hash: Mapped[digest] = mapped_column(unique=True)
    created_at: Mapped[moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Base):
    """A sign-in on one device; its token is kept hashed, and signing out ends it for good."""

    __tablename__ = "lms_sign_in"

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[digest] = mapped_column(unique=True)
    created_at: Mapped[moment]
    seen_at: Mapped[moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
