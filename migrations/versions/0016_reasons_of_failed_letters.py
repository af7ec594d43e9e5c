"""Keep why a letter failed for good, and when the text of one that was sent was forgotten.

Revision: 0016, after 0015. A column with a default and one that may be empty: the release before goes on as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lms_notice", sa.Column("failure", sa.String(length=64), server_default="", nullable=False))
    op.add_column("lms_notice", sa.Column("forgotten_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("lms_notice", "forgotten_at")
    op.drop_column("lms_notice", "failure")
