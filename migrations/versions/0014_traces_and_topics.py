"""Keep what was changed of people, beneficiaries, regions and topics; let the topics that courses name be rows.

Revision: 0014, after 0013. The release before writes topics as free text and no traces; both go on to work.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = "decided_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "lms_trace",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["lms_person.id"], name=op.f("fk_lms_trace_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_trace_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_trace")),
    )
    op.create_index(op.f("ix_lms_trace_person_id"), "lms_trace", ["person_id"], unique=False)
    op.create_index("ix_lms_trace_subject", "lms_trace", ["area", "subject"], unique=False)
    op.create_index(
        "uq_lms_status_claim_open",
        "lms_status_claim",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(op.f("ix_lms_person_country"), "lms_person", ["country"], unique=False)
    _keep_topics()


def _keep_topics() -> None:
    """Add the topics that courses and activities name, at the top of the tree; their names are the texts themselves."""
    named = "SELECT topic FROM lms_course UNION SELECT topic FROM lms_offering"
    known = set(op.get_bind().scalars(sa.text("SELECT code FROM lms_topic")))
    found = sorted({topic for topic in op.get_bind().scalars(sa.text(named)) if topic} - known)
    topic = sa.table(
        "lms_topic", *(sa.column(name) for name in ("code", "name_en", "name_fr", "name_es", "place"))
    )  # fmt: skip
    rows = [
        {"code": code, "name_en": code[:1].upper() + code[1:], "name_fr": "", "name_es": "", "place": place}
        for place, code in enumerate(found)
    ]
    if rows:
        op.bulk_insert(topic, rows)


def downgrade() -> None:
    """Forget what was changed; topics stay."""
    op.drop_index(op.f("ix_lms_person_country"), "lms_person")
    op.drop_index("uq_lms_status_claim_open", "lms_status_claim")
    op.drop_table("lms_trace")
