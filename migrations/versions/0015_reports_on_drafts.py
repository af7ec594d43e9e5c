"""Keep with a draft of the policy what its dry run has found.

Revision: 0015, after 0014. A column that may be empty: the release before goes on as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lms_policy_version", sa.Column("report", sa.JSON()))


def downgrade() -> None:
    op.drop_column("lms_policy_version", "report")
