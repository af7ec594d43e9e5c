"""The rows about the policy: its versions, and the decisions that were taken by them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, UtcDateTime, document, label, line, moment, pk, rows, text, words
from courses.progression.terms import Kind as SubjectKind
from courses.progression.terms import Purpose

__all__ = ["PolicyVersion", "Purpose", "StoredDecision", "SubjectKind"]


class PolicyVersion(Base):
    """A version of the rules of progression; `rules` is `courses.progression.policy.Policy.as_document()`.

    One without `in_force_from` is a draft, the only kind that can change. In force at a moment is the version with the
    latest `in_force_from` that is not after it. `report` is what a dry run of a draft has found, as plain values
    (`courses.enrolment.dry_run`).
    """

    __tablename__ = "lms_policy_version"

    id: Mapped[pk]
    number: Mapped[int] = mapped_column(unique=True)
    rules: Mapped[document]
    note: Mapped[text] = mapped_column(default="")
    report: Mapped[document | None]
    created_at: Mapped[moment]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    in_force_from: Mapped[datetime | None] = mapped_column(UtcDateTime, unique=True)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))


class StoredDecision(Base):
    """A decision of the gate as it was taken: by which policy, on which facts, with which answer to every condition.

    `terms`, `record` and `conditions` are plain values from which the same answer follows again. `person_id` goes with
    the person's account. Where `overridden_by_id` is set, a person let somebody in whom the rules refused, and
    `override_reason` says why.
    """

    __tablename__ = "lms_decision"
    __table_args__ = (
        Index("ix_lms_decision_subject", "subject_kind", "subject_id"),
        CheckConstraint("(overridden_by_id IS NULL) OR (override_reason <> '')", name="override_has_reason"),
    )

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(words(Purpose, "purpose"))
    subject_kind: Mapped[SubjectKind] = mapped_column(words(SubjectKind, "subject_kind"))
    subject_id: Mapped[UUID]
    subject_code: Mapped[label]
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("lms_policy_version.id", ondelete="RESTRICT"), index=True)
    decided_at: Mapped[moment]
    route: Mapped[label]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    is_allowed: Mapped[bool]
    terms: Mapped[document]
    record: Mapped[document]
    conditions: Mapped[rows]
    overridden_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    override_reason: Mapped[line] = mapped_column(default="")
