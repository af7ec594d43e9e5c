"""Keep the sequencing state of attempts, and what courses share: objectives and data of a person, by scope.

Revision: 0002, after 0001. The release before neither reads nor writes any of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_objective_scope",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_objective_scope")),
        sa.UniqueConstraint("name", name=op.f("uq_lms_objective_scope_name")),
    )
    # Plain ALTER TABLE also on SQLite: copying lms_course would take along everything that refers to it.
    scope = sa.ForeignKey("lms_objective_scope.id", name=op.f("fk_lms_course_objective_scope_id"))
    column = sa.Column("objective_scope_id", sa.Uuid(), scope, nullable=True)
    op.add_column("lms_course", column, inline_references=True)
    op.create_index(op.f("ix_lms_course_objective_scope_id"), "lms_course", ["objective_scope_id"])
    op.add_column("lms_attempt", sa.Column("sequencing", sa.JSON(), nullable=True))
    op.add_column("lms_attempt", sa.Column("look_ahead", sa.JSON(), nullable=True))
    op.create_table(
        "lms_shared_objective",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_shared_objective_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "scope_id", "key", name=op.f("pk_lms_shared_objective")),
    )
    op.create_table(
        "lms_shared_data",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_shared_data_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "scope_id", "key", name=op.f("pk_lms_shared_data")),
    )


def downgrade() -> None:
    op.drop_table("lms_shared_data")
    op.drop_table("lms_shared_objective")
    op.drop_column("lms_attempt", "look_ahead")
    op.drop_column("lms_attempt", "sequencing")
    op.drop_index(op.f("ix_lms_course_objective_scope_id"), "lms_course")
    op.drop_column("lms_course", "objective_scope_id")
    op.drop_table("lms_objective_scope")
