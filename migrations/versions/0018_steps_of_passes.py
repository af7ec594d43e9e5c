"""Keep with each pass the steps that its course conferred on that day.

Revision: 0018, after 0017. A column that may be empty: the release before goes on as it was. Passes of before get what
their course confers now, which is what they have counted for so far.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CONFERRED = """
    UPDATE lms_enrolment SET confers = (SELECT confers FROM lms_course WHERE lms_course.id = lms_enrolment.course_id)
    WHERE outcome = 'passed'
"""


def upgrade() -> None:
    op.add_column("lms_enrolment", sa.Column("confers", sa.JSON()))
    op.execute(CONFERRED)


def downgrade() -> None:
    op.drop_column("lms_enrolment", "confers")
