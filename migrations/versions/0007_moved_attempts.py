"""Keep when an attempt went on in another version of its course.

Revision: 0007, after 0006. The release before leaves the column alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lms_attempt", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("lms_attempt", "moved_at")
