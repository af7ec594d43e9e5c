"""Count the saves and launches of an enrolment that failed: who has technical trouble is at risk.

Revision: 0009, after 0008. The release before knows nothing of the table and need not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_trouble",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["lms_enrolment.id"], name=op.f("fk_lms_trouble_enrolment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_lms_trouble")),
    )


def downgrade() -> None:
    """Forget what failed."""
    op.drop_table("lms_trouble")
