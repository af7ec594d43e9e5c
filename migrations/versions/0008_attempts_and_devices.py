"""Say why an attempt was begun and how it is played, how many there may be, and which device holds a course.

Revision: 0008, after 0007. Every new column has a default, so that the release before can go on writing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MODES = ("normal", "review", "browse")
REASONS = ("first", "again", "granted", "version", "trial")
COUNTING = ("best", "last", "first", "mean")
WORDS = (
    ("lms_trial", "mode", MODES),
    ("lms_lease", "mode", MODES),
    ("lms_launch_code", "mode", MODES),
    ("lms_attempt", "reason", REASONS),
    ("lms_course", "counting", COUNTING),
)


def upgrade() -> None:
    for table, name, allowed in WORDS:
        listed = ", ".join(f"'{word}'" for word in allowed)
        check = sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
        column = sa.Column(name, sa.String(length=32), check, server_default=allowed[0], nullable=False)
        op.add_column(table, column)
    op.execute("UPDATE lms_attempt SET reason = 'trial' WHERE trial_id IS NOT NULL")
    op.execute("UPDATE lms_attempt SET reason = 'version' WHERE trial_id IS NULL AND number > 1")
    _add_policy()
    op.add_column("lms_lease", sa.Column("device", sa.String(length=64), nullable=True))
    op.create_table(
        "lms_attempt_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["lms_enrolment.id"], name=op.f("fk_lms_attempt_grant_enrolment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["lms_person.id"], name=op.f("fk_lms_attempt_grant_granted_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_attempt_grant")),
    )
    op.create_index(op.f("ix_lms_attempt_grant_enrolment_id"), "lms_attempt_grant", ["enrolment_id"])
    op.create_table(
        "lms_kept_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["lms_attempt.id"], name=op.f("fk_lms_kept_copy_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_kept_copy")),
        sa.UniqueConstraint("attempt_id", "device", name=op.f("uq_lms_kept_copy_attempt_id_device")),
    )


def _add_policy() -> None:
    """Let each course say how many attempts there are, and whether packages hear a name."""
    allowed = sa.CheckConstraint("attempts_allowed >= 1", name=op.f("ck_lms_course_attempts_allowed"))
    between = sa.CheckConstraint("days_between >= 0", name=op.f("ck_lms_course_days_between"))
    op.add_column("lms_course", sa.Column("attempts_allowed", sa.Integer(), allowed, nullable=True))
    op.add_column("lms_course", sa.Column("days_between", sa.Integer(), between, server_default="0", nullable=False))
    op.add_column("lms_course", sa.Column("tells_name", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Forget policies, reasons, devices and what was granted."""
    op.drop_table("lms_kept_copy")
    op.drop_table("lms_attempt_grant")
    op.drop_column("lms_lease", "device")
    # A check that stands in its column goes with it, on both databases.
    for name in ("attempts_allowed", "days_between", "tells_name"):
        op.drop_column("lms_course", name)
    for table, name, _allowed in WORDS:
        op.drop_column(table, name)
