"""The rows about beneficiaries: regions, countries and territories with their standing, administrative measures.

Names of countries come from a kept library; regions are the institute's own list.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, UtcDateTime, label, line, moment, pk, words
from courses.progression.record import Category, Membership


class Region(Base):
    """A region of the institute's own list, in its own order; `code` is stable, the names may change."""

    __tablename__ = "lms_region"

    code: Mapped[label] = mapped_column(primary_key=True)
    name_en: Mapped[line]
    name_fr: Mapped[line]
    name_es: Mapped[line]
    place: Mapped[int] = mapped_column(default=0)

    def name(self, language: str) -> str:
        """Return the name in one of the three languages, in English for any other."""
        return {"fr": self.name_fr, "es": self.name_es}.get(language, self.name_en)


class Beneficiary(Base):
    """A country or territory whose people are trained: `code` is that of ISO 3166, in capitals.

    `has_mission` tells whether it has a permanent mission at the seat of the institute.
    """

    __tablename__ = "lms_beneficiary"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("lms_region.code", ondelete="SET NULL"), index=True)
    membership: Mapped[Membership] = mapped_column(words(Membership, "membership"), default=Membership.MEMBER)
    is_ldc: Mapped[bool] = mapped_column(default=False)
    has_mission: Mapped[bool] = mapped_column(default=True)


class Measure(Base):
    """Administrative measures (arrears) against a beneficiary, from the first day to the last; both count.

    Nothing is deleted: what was entered in error is taken back, and stays to be read.
    """

    __tablename__ = "lms_measure"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on >= begins_on", name="order"),)

    id: Mapped[pk]
    beneficiary_code: Mapped[str] = mapped_column(ForeignKey("lms_beneficiary.code", ondelete="CASCADE"), index=True)
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[line] = mapped_column(default="")
    recorded_at: Mapped[moment]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StatusClaim(Base):
    """A person asks for a category to be verified, and may send documents; somebody decides (`is_accepted`).

    A person has one at most that is not decided.
    """

    __tablename__ = "lms_status_claim"
    __table_args__ = (
        Index(
            "uq_lms_status_claim_open", "person_id", unique=True,
            sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    category: Mapped[Category] = mapped_column(words(Category, "category"))
    institution: Mapped[line] = mapped_column(default="")
    sent_at: Mapped[moment]
    is_accepted: Mapped[bool | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    note: Mapped[line] = mapped_column(default="")
