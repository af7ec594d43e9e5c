"""Let packages arrive piece by piece: whose they are, how large, until when they wait.

Revision: 0004, after 0003. The release before knows nothing of the table and needs nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("client_metadata", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_lms_upload_size")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_upload_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["lms_package_import.id"], name=op.f("fk_lms_upload_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_upload")),
    )
    op.create_index(op.f("ix_lms_upload_person_id"), "lms_upload", ["person_id"])
    op.create_index(op.f("ix_lms_upload_import_id"), "lms_upload", ["import_id"])
    op.create_index(op.f("ix_lms_upload_expires_at"), "lms_upload", ["expires_at"])


def downgrade() -> None:
    op.drop_table("lms_upload")
