"""Let administrators try a version: attempts of a trial, and the calls that its packages made.

Revision: 0006, after 0005. The release before writes attempts of enrolments alone, as it always did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_trial_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_course.id"], name=op.f("fk_lms_trial_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_trial")),
    )
    op.create_index(op.f("ix_lms_trial_person_id"), "lms_trial", ["person_id"])
    op.create_index(op.f("ix_lms_trial_course_id"), "lms_trial", ["course_id"])
    with op.batch_alter_table("lms_attempt") as batch:
        batch.add_column(sa.Column("trial_id", sa.Uuid(), nullable=True))
        batch.alter_column("enrolment_id", existing_type=sa.Uuid(), nullable=True)
        batch.create_foreign_key(op.f("fk_lms_attempt_trial_id"), "lms_trial", ["trial_id"], ["id"], ondelete="CASCADE")
        batch.create_unique_constraint(op.f("uq_lms_attempt_trial_id"), ["trial_id"])
        batch.create_check_constraint(op.f("ck_lms_attempt_of_one"), "(enrolment_id IS NULL) <> (trial_id IS NULL)")
    op.create_table(
        "lms_trial_calls",
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["lms_trial.id"], name=op.f("fk_lms_trial_calls_trial_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lease_id"], ["lms_lease.id"], name=op.f("fk_lms_trial_calls_lease_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trial_id", "lease_id", "seq", name=op.f("pk_lms_trial_calls")),
    )


def downgrade() -> None:
    """Forget every trial."""
    op.drop_table("lms_trial_calls")
    attempts = sa.table("lms_attempt", sa.column("id", sa.Uuid()), sa.column("trial_id", sa.Uuid()))
    trials = sa.select(attempts.c.id).where(attempts.c.trial_id.is_not(None))
    for name in ("lms_raw_commit", "lms_lease", "lms_launch_code", "lms_activity_state"):
        rows = sa.table(name, sa.column("attempt_id", sa.Uuid()))
        op.execute(rows.delete().where(rows.c.attempt_id.in_(trials)))
    op.execute(attempts.delete().where(attempts.c.trial_id.is_not(None)))
    with op.batch_alter_table("lms_attempt") as batch:
        batch.drop_constraint(op.f("ck_lms_attempt_of_one"), type_="check")
        batch.drop_constraint(op.f("uq_lms_attempt_trial_id"), type_="unique")
        batch.drop_constraint(op.f("fk_lms_attempt_trial_id"), type_="foreignkey")
        batch.drop_column("trial_id")
        batch.alter_column("enrolment_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("lms_trial")
