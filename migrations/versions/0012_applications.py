"""Make room for applications: where each stands, which seat it holds, who attended, every change dated.

Revision: 0012, after 0011. Only new tables: the release before goes on as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_application()
    _create_application_change()
    _create_attendance()
    _create_part_mark()


def _create_application() -> None:
    op.create_table(
        "lms_application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "endorsed",
                "eligible",
                "ineligible",
                "selected",
                "waitlisted",
                "declined",
                "confirmed",
                "attended",
                "no_show",
                "outcome",
                "withdrawn",
                name=op.f("ck_lms_application_state"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum(
                "en",
                "fr",
                "es",
                name=op.f("ck_lms_application_language"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("institution", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nominated_by_id", sa.Uuid(), nullable=True),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by_id", sa.Uuid(), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsement_rank", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("selected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirm_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rank_facts", sa.JSON(), nullable=False),
        sa.Column("attendance", sa.Float(), nullable=True),
        sa.Column("mark", sa.Float(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "passed",
                "failed",
                "attended",
                "not_attended",
                name=op.f("ck_lms_application_outcome"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'outcome') = (outcome IS NOT NULL)", name=op.f("ck_lms_application_outcome_at_end")
        ),
        sa.CheckConstraint(
            "(state = 'waitlisted') = (waiting IS NOT NULL)", name=op.f("ck_lms_application_waiting_has_place")
        ),
        sa.CheckConstraint(
            "seat IS NULL OR state IN ('selected', 'confirmed', 'attended', 'no_show', 'outcome')",
            name=op.f("ck_lms_application_seat_is_held"),
        ),
        sa.CheckConstraint("attendance BETWEEN 0 AND 1", name=op.f("ck_lms_application_attendance")),
        sa.CheckConstraint("mark BETWEEN 0 AND 1", name=op.f("ck_lms_application_mark")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["lms_decision.id"], name=op.f("fk_lms_application_decision_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["endorsed_by_id"], ["lms_person.id"], name=op.f("fk_lms_application_endorsed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["nominated_by_id"], ["lms_person.id"], name=op.f("fk_lms_application_nominated_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["offering_id", "seat"], ["lms_seat.offering_id", "lms_seat.number"], name=op.f("fk_lms_application_seat")
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_application_offering_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_application_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_application")),
        sa.UniqueConstraint("offering_id", "seat", name=op.f("uq_lms_application_offering_id_seat")),
        sa.UniqueConstraint("offering_id", "waiting", name=op.f("uq_lms_application_offering_id_waiting")),
    )
    op.create_index(op.f("ix_lms_application_confirm_until"), "lms_application", ["confirm_until"], unique=False)
    op.create_index(op.f("ix_lms_application_decision_id"), "lms_application", ["decision_id"], unique=False)
    op.create_index("ix_lms_application_offering", "lms_application", ["offering_id", "state"], unique=False)
    op.create_index(op.f("ix_lms_application_person_id"), "lms_application", ["person_id"], unique=False)
    op.create_index(
        "uq_lms_application_open",
        "lms_application",
        ["person_id", "offering_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )


def _create_application_change() -> None:
    op.create_table(
        "lms_application_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "before",
            sa.Enum(
                "draft",
                "submitted",
                "endorsed",
                "eligible",
                "ineligible",
                "selected",
                "waitlisted",
                "declined",
                "confirmed",
                "attended",
                "no_show",
                "outcome",
                "withdrawn",
                name=op.f("ck_lms_application_change_before"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "draft",
                "submitted",
                "endorsed",
                "eligible",
                "ineligible",
                "selected",
                "waitlisted",
                "declined",
                "confirmed",
                "attended",
                "no_show",
                "outcome",
                "withdrawn",
                name=op.f("ck_lms_application_change_after"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["lms_person.id"], name=op.f("fk_lms_application_change_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["lms_application.id"],
            name=op.f("fk_lms_application_change_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_application_change")),
    )
    op.create_index(
        op.f("ix_lms_application_change_application_id"), "lms_application_change", ["application_id"], unique=False
    )


def _create_attendance() -> None:
    op.create_table(
        "lms_attendance",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "present",
                "absent",
                "excused",
                name=op.f("ck_lms_attendance_presence"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["lms_application.id"],
            name=op.f("fk_lms_attendance_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["lms_person.id"], name=op.f("fk_lms_attendance_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["lms_offering_session.id"], name=op.f("fk_lms_attendance_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "session_id", name=op.f("pk_lms_attendance")),
    )
    op.create_index(op.f("ix_lms_attendance_session_id"), "lms_attendance", ["session_id"], unique=False)


def _create_part_mark() -> None:
    op.create_table(
        "lms_part_mark",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("mark BETWEEN 0 AND 1", name=op.f("ck_lms_part_mark_mark")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["lms_application.id"], name=op.f("fk_lms_part_mark_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["lms_offering_part.id"], name=op.f("fk_lms_part_mark_part_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["lms_person.id"], name=op.f("fk_lms_part_mark_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("application_id", "part_id", name=op.f("pk_lms_part_mark")),
    )
    op.create_index(op.f("ix_lms_part_mark_part_id"), "lms_part_mark", ["part_id"], unique=False)


def downgrade() -> None:
    """Forget applications."""
    op.drop_table("lms_part_mark")
    op.drop_table("lms_attendance")
    op.drop_table("lms_application_change")
    op.drop_table("lms_application")
