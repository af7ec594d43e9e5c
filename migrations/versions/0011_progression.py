"""Make room for progression: beneficiaries, topics, what a person has already, the policy and its decisions.

Revision: 0011, after 0010. Every new column has a default, so that the release before can go on writing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CATEGORIES = ("official", "academic", "parliamentarian", "journalist", "ngo", "private_sector")
HOW = ("coordinator", "document", "administrator", "command_line")


def upgrade() -> None:
    _create_region()
    _create_beneficiary()
    _create_measure()
    _create_status_claim()
    _create_api_token()
    _create_topic()
    _create_recognition()
    _create_evidence()
    _create_participation_import()
    _create_participation()
    _create_guideline()
    _create_policy_version()
    _create_decision()
    _add_columns()


def _create_region() -> None:
    op.create_table(
        "lms_region",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("name_fr", sa.String(length=255), nullable=False),
        sa.Column("name_es", sa.String(length=255), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lms_region")),
    )


def _create_beneficiary() -> None:
    op.create_table(
        "lms_beneficiary",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("region_code", sa.String(length=64), nullable=True),
        sa.Column(
            "membership",
            sa.Enum(
                "member",
                "observer",
                "acceding",
                "none",
                name=op.f("ck_lms_beneficiary_membership"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_ldc", sa.Boolean(), nullable=False),
        sa.Column("has_mission", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["lms_region.code"], name=op.f("fk_lms_beneficiary_region_code"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lms_beneficiary")),
    )
    op.create_index(op.f("ix_lms_beneficiary_region_code"), "lms_beneficiary", ["region_code"], unique=False)


def _create_measure() -> None:
    op.create_table(
        "lms_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_code", sa.String(length=2), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= begins_on", name=op.f("ck_lms_measure_order")),
        sa.ForeignKeyConstraint(
            ["beneficiary_code"],
            ["lms_beneficiary.code"],
            name=op.f("fk_lms_measure_beneficiary_code"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["lms_person.id"], name=op.f("fk_lms_measure_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_measure")),
    )
    op.create_index(op.f("ix_lms_measure_beneficiary_code"), "lms_measure", ["beneficiary_code"], unique=False)


def _create_status_claim() -> None:
    op.create_table(
        "lms_status_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "official",
                "academic",
                "parliamentarian",
                "journalist",
                "ngo",
                "private_sector",
                name=op.f("ck_lms_status_claim_category"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution", sa.String(length=255), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["lms_person.id"], name=op.f("fk_lms_status_claim_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_status_claim_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_status_claim")),
    )
    op.create_index(op.f("ix_lms_status_claim_person_id"), "lms_status_claim", ["person_id"], unique=False)


def _create_api_token() -> None:
    op.create_table(
        "lms_api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_api_token_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_lms_api_token_token_hash")),
    )
    op.create_index(op.f("ix_lms_api_token_person_id"), "lms_api_token", ["person_id"], unique=False)


def _create_topic() -> None:
    op.create_table(
        "lms_topic",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("parent_code", sa.String(length=64), nullable=True),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("name_fr", sa.String(length=255), nullable=False),
        sa.Column("name_es", sa.String(length=255), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["lms_topic.code"], name=op.f("fk_lms_topic_parent_code"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lms_topic")),
    )
    op.create_index(op.f("ix_lms_topic_parent_code"), "lms_topic", ["parent_code"], unique=False)


def _create_recognition() -> None:
    op.create_table(
        "lms_recognition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "granted",
                "refused",
                "withdrawn",
                "revoked",
                name=op.f("ck_lms_recognition_state"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("granted", sa.JSON(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "equivalent_course",
                "experience",
                "degree",
                "taught_it",
                "placement_test",
                "more_evidence",
                "not_equivalent",
                "too_old",
                "not_readable",
                "granted_in_error",
                name=op.f("ck_lms_recognition_reason"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'granted') <= (decided_at IS NOT NULL)", name=op.f("ck_lms_recognition_granted_is_decided")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_recognition_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["lms_person.id"], name=op.f("fk_lms_recognition_reviewer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_recognition")),
    )
    op.create_index(op.f("ix_lms_recognition_person_id"), "lms_recognition", ["person_id"], unique=False)
    op.create_index(
        "uq_lms_recognition_open",
        "lms_recognition",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
    )


def _create_evidence() -> None:
    op.create_table(
        "lms_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=True),
        sa.Column("status_claim_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(recognition_id IS NULL) <> (status_claim_id IS NULL)", name=op.f("ck_lms_evidence_of_one_claim")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_evidence_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["lms_recognition.id"], name=op.f("fk_lms_evidence_recognition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["status_claim_id"],
            ["lms_status_claim.id"],
            name=op.f("fk_lms_evidence_status_claim_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_evidence")),
    )
    op.create_index(op.f("ix_lms_evidence_person_id"), "lms_evidence", ["person_id"], unique=False)
    op.create_index(op.f("ix_lms_evidence_recognition_id"), "lms_evidence", ["recognition_id"], unique=False)
    op.create_index(op.f("ix_lms_evidence_status_claim_id"), "lms_evidence", ["status_claim_id"], unique=False)


def _create_participation_import() -> None:
    op.create_table(
        "lms_participation_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["lms_person.id"],
            name=op.f("fk_lms_participation_import_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_participation_import")),
    )


def _create_participation() -> None:
    op.create_table(
        "lms_participation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("mark", sa.Float(), nullable=True),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mark BETWEEN 0 AND 1", name=op.f("ck_lms_participation_mark")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["lms_participation_import.id"],
            name=op.f("fk_lms_participation_import_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["lms_offering.id"], name=op.f("fk_lms_participation_offering_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_participation_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["lms_person.id"], name=op.f("fk_lms_participation_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_participation")),
    )
    op.create_index(op.f("ix_lms_participation_import_id"), "lms_participation", ["import_id"], unique=False)
    op.create_index(op.f("ix_lms_participation_offering_id"), "lms_participation", ["offering_id"], unique=False)
    op.create_index(op.f("ix_lms_participation_person_id"), "lms_participation", ["person_id"], unique=False)
    op.create_index(
        "uq_lms_participation_key",
        "lms_participation",
        ["person_id", "key"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )


def _create_guideline() -> None:
    op.create_table(
        "lms_guideline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=128), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "track",
            sa.Enum(
                "generalist",
                "specialist",
                name=op.f("ck_lms_guideline_track"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["lms_person.id"], name=op.f("fk_lms_guideline_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_guideline")),
        sa.UniqueConstraint("step", "version", name=op.f("uq_lms_guideline_step_version")),
    )


def _create_policy_version() -> None:
    op.create_table(
        "lms_policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["lms_person.id"], name=op.f("fk_lms_policy_version_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["lms_person.id"], name=op.f("fk_lms_policy_version_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_policy_version")),
        sa.UniqueConstraint("in_force_from", name=op.f("uq_lms_policy_version_in_force_from")),
        sa.UniqueConstraint("number", name=op.f("uq_lms_policy_version_number")),
    )


def _create_decision() -> None:
    op.create_table(
        "lms_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "enrolment",
                "application",
                "nomination",
                "endorsement",
                "selection",
                "waiting_list",
                "confirmation",
                name=op.f("ck_lms_decision_purpose"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "course",
                "activity",
                name=op.f("ck_lms_decision_subject_kind"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_code", sa.String(length=64), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("overridden_by_id", sa.Uuid(), nullable=True),
        sa.Column("override_reason", sa.String(length=255), nullable=False),
        sa.CheckConstraint(
            "(overridden_by_id IS NULL) OR (override_reason <> '')", name=op.f("ck_lms_decision_override_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["lms_person.id"], name=op.f("fk_lms_decision_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["overridden_by_id"], ["lms_person.id"], name=op.f("fk_lms_decision_overridden_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_decision_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["lms_policy_version.id"], name=op.f("fk_lms_decision_policy_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_decision")),
    )
    op.create_index(op.f("ix_lms_decision_person_id"), "lms_decision", ["person_id"], unique=False)
    op.create_index(op.f("ix_lms_decision_policy_id"), "lms_decision", ["policy_id"], unique=False)
    op.create_index("ix_lms_decision_subject", "lms_decision", ["subject_kind", "subject_id"], unique=False)


def _add_columns() -> None:
    """Say what a person is and who has verified it, what else a course asks for, and which decision let somebody in."""
    words = ", ".join(f"'{word}'" for word in CATEGORIES)
    check = sa.CheckConstraint(f"category IN ({words})", name=op.f("ck_lms_person_category"))
    how = sa.CheckConstraint(
        f"verified_how IN ({', '.join(repr(word) for word in HOW)})", name=op.f("ck_lms_person_verified_how")
    )
    op.add_column(
        "lms_person", sa.Column("category", sa.String(length=32), check, server_default="official", nullable=False)
    )
    op.add_column("lms_person", sa.Column("institution", sa.String(length=255), server_default="", nullable=False))
    op.add_column("lms_person", sa.Column("speaks", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("lms_person", sa.Column("verified_how", sa.String(length=32), how, nullable=True))
    _add_reference("lms_person", "verified_by_id", "lms_person")
    op.add_column("lms_course", sa.Column("requirement", sa.JSON(), nullable=True))
    op.add_column("lms_course", sa.Column("replaces_rule", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("lms_course", sa.Column("categories", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    _add_reference("lms_enrolment", "decision_id", "lms_decision")
    op.create_index(op.f("ix_lms_enrolment_decision_id"), "lms_enrolment", ["decision_id"])


def _add_reference(table: str, name: str, target: str) -> None:
    """Add a column that refers to a table; what it refers to may go, and then it is empty."""
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column(name, sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f(f"fk_{table}_{name}"), target, [name], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    """Forget beneficiaries, topics, records, policies and decisions."""
    op.drop_index(op.f("ix_lms_enrolment_decision_id"), "lms_enrolment")
    for name in ("requirement", "replaces_rule", "categories"):
        op.drop_column("lms_course", name)
    with op.batch_alter_table("lms_enrolment") as batch:
        batch.drop_column("decision_id")
    with op.batch_alter_table("lms_person") as batch:
        for check in ("category", "verified_how"):
            batch.drop_constraint(op.f(f"ck_lms_person_{check}"), type_="check")
        for name in ("category", "institution", "speaks", "verified_how", "verified_by_id"):
            batch.drop_column(name)
    op.drop_table("lms_decision")
    op.drop_table("lms_policy_version")
    op.drop_table("lms_guideline")
    op.drop_table("lms_participation")
    op.drop_table("lms_participation_import")
    op.drop_table("lms_evidence")
    op.drop_table("lms_recognition")
    op.drop_table("lms_topic")
    op.drop_table("lms_api_token")
    op.drop_table("lms_status_claim")
    op.drop_table("lms_measure")
    op.drop_table("lms_beneficiary")
    op.drop_table("lms_region")
