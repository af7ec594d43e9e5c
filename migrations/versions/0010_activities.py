"""Make room for activities: days, sessions, parts, trainers, seats, changes; and for what people are told.

Revision: 0010, after 0009. Only new tables: the release before goes on as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_offering()
    _create_offering_day()
    _create_offering_session()
    _create_offering_part()
    _create_offering_trainer()
    _create_offering_change()
    _create_seat()
    _create_notice()


def _create_offering() -> None:
    op.create_table(
        "lms_offering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title_en", sa.String(length=255), nullable=False),
        sa.Column("title_fr", sa.String(length=255), nullable=False),
        sa.Column("title_es", sa.String(length=255), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "postponed",
                "cancelled",
                "held",
                name=op.f("ck_lms_offering_state"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "face_to_face",
                "virtual",
                "blended",
                name=op.f("ck_lms_offering_mode"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "scope",
            sa.Enum(
                "national",
                "sub_regional",
                "regional",
                "global",
                name=op.f("ck_lms_offering_scope"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column(
            "track",
            sa.Enum(
                "generalist",
                "specialist",
                name=op.f("ck_lms_offering_track"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column(
            "gate",
            sa.Enum(
                "enforced",
                "advisory",
                name=op.f("ck_lms_offering_gate"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asks_for", sa.JSON(), nullable=False),
        sa.Column("confers", sa.JSON(), nullable=False),
        sa.Column("requirement", sa.JSON(), nullable=True),
        sa.Column("replaces_rule", sa.Boolean(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("region_codes", sa.JSON(), nullable=False),
        sa.Column("needs_endorsement", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column(
            "dating",
            sa.Enum(
                "days",
                "month",
                "not_fixed",
                name=op.f("ck_lms_offering_dating"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("month_from", sa.String(length=7), nullable=True),
        sa.Column("month_until", sa.String(length=7), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=255), nullable=False),
        sa.Column("city", sa.String(length=255), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("link", sa.String(length=255), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applies_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorses_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmation_days", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=255), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("funding", sa.String(length=255), nullable=False),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("attendance_threshold", sa.Float(), nullable=False),
        sa.Column("pass_mark", sa.Float(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(dating = 'month') = (month_from IS NOT NULL)", name=op.f("ck_lms_offering_month")),
        sa.CheckConstraint("attendance_threshold BETWEEN 0 AND 1", name=op.f("ck_lms_offering_attendance_threshold")),
        sa.CheckConstraint("confirmation_days BETWEEN 1 AND 60", name=op.f("ck_lms_offering_confirmation_days")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_lms_offering_level")),
        sa.CheckConstraint("pass_mark BETWEEN 0 AND 1", name=op.f("ck_lms_offering_pass_mark")),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_lms_offering_seats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_offering")),
        sa.UniqueConstraint("code", name=op.f("uq_lms_offering_code")),
    )
    op.create_index("ix_lms_offering_listed", "lms_offering", ["state", "starts_on"], unique=False)


def _create_offering_day() -> None:
    op.create_table(
        "lms_offering_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_lms_offering_day_order")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_offering_day_offering_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_offering_day")),
        sa.UniqueConstraint("offering_id", "first_day", name=op.f("uq_lms_offering_day_offering_id_first_day")),
    )


def _create_offering_session() -> None:
    op.create_table(
        "lms_offering_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(length=255), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_lms_offering_session_order")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_offering_session_offering_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_offering_session")),
    )
    op.create_index(op.f("ix_lms_offering_session_offering_id"), "lms_offering_session", ["offering_id"], unique=False)


def _create_offering_part() -> None:
    op.create_table(
        "lms_offering_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "course",
                "webinars",
                "coaching",
                "test",
                "face_to_face",
                name=op.f("ck_lms_offering_part_kind"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_lms_offering_part_weight")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_course.id"], name=op.f("fk_lms_offering_part_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_offering_part_offering_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_offering_part")),
    )
    op.create_index(op.f("ix_lms_offering_part_course_id"), "lms_offering_part", ["course_id"], unique=False)
    op.create_index(op.f("ix_lms_offering_part_offering_id"), "lms_offering_part", ["offering_id"], unique=False)


def _create_offering_trainer() -> None:
    op.create_table(
        "lms_offering_trainer",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_offering_trainer_offering_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_offering_trainer_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offering_id", "person_id", name=op.f("pk_lms_offering_trainer")),
    )
    op.create_index(op.f("ix_lms_offering_trainer_person_id"), "lms_offering_trainer", ["person_id"], unique=False)


def _create_offering_change() -> None:
    op.create_table(
        "lms_offering_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["lms_person.id"], name=op.f("fk_lms_offering_change_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_offering_change_offering_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_offering_change")),
    )
    op.create_index(op.f("ix_lms_offering_change_offering_id"), "lms_offering_change", ["offering_id"], unique=False)


def _create_seat() -> None:
    op.create_table(
        "lms_seat",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_lms_seat_number")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_seat_offering_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offering_id", "number", name=op.f("pk_lms_seat")),
    )


def _create_notice() -> None:
    op.create_table(
        "lms_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_notice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_lms_notice_key")),
    )
    op.create_index("ix_lms_notice_due", "lms_notice", ["sent_at", "given_up_at", "next_try_at"], unique=False)
    op.create_index(op.f("ix_lms_notice_person_id"), "lms_notice", ["person_id"], unique=False)


def downgrade() -> None:
    """Forget activities."""
    op.drop_table("lms_notice")
    op.drop_table("lms_seat")
    op.drop_table("lms_offering_change")
    op.drop_table("lms_offering_trainer")
    op.drop_table("lms_offering_part")
    op.drop_table("lms_offering_session")
    op.drop_table("lms_offering_day")
    op.drop_table("lms_offering")
