"""Let an administrator name the hosts from which a version's content may load.

Revision: 0003, after 0002. The release before writes versions without it: they have none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("approved_hosts", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("lms_course_version", column)


def downgrade() -> None:
    op.drop_column("lms_course_version", "approved_hosts")
