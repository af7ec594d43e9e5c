"""Say in three languages what an activity is about, and keep which sessions were taken out of it.

Revision: 0017, after 0016. Columns with defaults: the release before goes on as it was. What was said so far stays the
English text, which stands in for a language that has none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lms_offering", sa.Column("about_fr", sa.Text(), server_default="", nullable=False))
    op.add_column("lms_offering", sa.Column("about_es", sa.Text(), server_default="", nullable=False))
    removed = sa.Column("removed_sessions", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("lms_offering", removed)


def downgrade() -> None:
    op.drop_column("lms_offering", "removed_sessions")
    op.drop_column("lms_offering", "about_es")
    op.drop_column("lms_offering", "about_fr")
