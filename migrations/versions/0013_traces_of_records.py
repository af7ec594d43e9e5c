"""Keep every move of a claim for recognition, and who took a spreadsheet of past participations in, or back.

Revision: 0013, after 0012. A new table and columns with defaults: the release before goes on as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATES = ("draft", "submitted", "returned", "granted", "refused", "withdrawn", "revoked")
IMPORT = "lms_participation_import"


def upgrade() -> None:
    op.create_table(
        "lms_recognition_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column(
            "after",
            sa.Enum(
                *STATES,
                name=op.f("ck_lms_recognition_change_after"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["lms_recognition.id"],
            name=op.f("fk_lms_recognition_change_recognition_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["lms_person.id"], name=op.f("fk_lms_recognition_change_actor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_recognition_change")),
    )
    op.create_index(
        op.f("ix_lms_recognition_change_recognition_id"), "lms_recognition_change", ["recognition_id"], unique=False
    )
    op.add_column(IMPORT, sa.Column("sha256", sa.String(length=64), server_default="", nullable=False))
    op.add_column(IMPORT, sa.Column("date_order", sa.String(length=64), server_default="", nullable=False))
    op.add_column(IMPORT, sa.Column("counts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table(IMPORT) as batch:
        for name in ("taken_in_by_id", "taken_back_by_id"):
            batch.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_{IMPORT}_{name}"), "lms_person", [name], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    """Forget the moves of claims, and who took in or back."""
    with op.batch_alter_table(IMPORT) as batch:
        for name in ("sha256", "date_order", "counts", "taken_in_by_id", "taken_back_by_id"):
            batch.drop_column(name)
    op.drop_table("lms_recognition_change")
