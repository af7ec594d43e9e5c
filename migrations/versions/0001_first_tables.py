"""Create the first tables.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_archive",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_lms_archive")),
    )
    op.create_table(
        "lms_course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title_en", sa.String(length=255), nullable=False),
        sa.Column("title_fr", sa.String(length=255), nullable=False),
        sa.Column("title_es", sa.String(length=255), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column(
            "track",
            sa.Enum("generalist", "specialist", name="track", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("asks_for", sa.JSON(), nullable=False),
        sa.Column("confers", sa.JSON(), nullable=False),
        sa.Column("pass_mark", sa.Float(), nullable=False),
        sa.Column("distinction_mark", sa.Float(), nullable=True),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("is_for_credit", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("distinction_mark BETWEEN pass_mark AND 1", name=op.f("ck_lms_course_distinction_mark")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_lms_course_hours")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_lms_course_level")),
        sa.CheckConstraint("pass_mark BETWEEN 0 AND 1", name=op.f("ck_lms_course_pass_mark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_course")),
        sa.UniqueConstraint("code", name=op.f("uq_lms_course_code")),
    )
    op.create_table(
        "lms_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_job")),
    )
    with op.batch_alter_table("lms_job", schema=None) as batch_op:
        batch_op.create_index("ix_lms_job_state", ["state", "created_at"], unique=False)

    op.create_table(
        "lms_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("given_name", sa.String(length=255), nullable=False),
        sa.Column("family_name", sa.String(length=255), nullable=False),
        sa.Column(
            "language",
            sa.Enum("en", "fr", "es", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column(
            "gender",
            sa.Enum("woman", "man", name="gender", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=64), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_lms_person_email_is_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_person")),
        sa.UniqueConstraint("email", name=op.f("uq_lms_person_email")),
    )
    with op.batch_alter_table("lms_person", schema=None) as batch_op:
        batch_op.create_index("ix_lms_person_name", ["family_name", "given_name"], unique=False)

    op.create_table(
        "lms_archive_member",
        sa.Column("archive_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=1024), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("compressed_size", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("crc", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["archive_sha256"],
            ["lms_archive.sha256"],
            name=op.f("fk_lms_archive_member_archive_sha256"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("archive_sha256", "name", name=op.f("pk_lms_archive_member")),
    )
    op.create_table(
        "lms_cohort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("month", sa.String(length=64), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inactivity_days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_lms_cohort_closes_after_opening")),
        sa.CheckConstraint("inactivity_days > 0", name=op.f("ck_lms_cohort_inactivity_days")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_course.id"], name=op.f("fk_lms_cohort_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_cohort")),
        sa.UniqueConstraint("course_id", "month", name=op.f("uq_lms_cohort_course_id_month")),
    )
    with op.batch_alter_table("lms_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_cohort_course_id"), ["course_id"], unique=False)

    op.create_table(
        "lms_course_language",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column(
            "language",
            sa.Enum("en", "fr", "es", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.Enum("first_generation", "scorm", name="format", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("converted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_course.id"], name=op.f("fk_lms_course_language_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["lms_course_version.id"],
            name=op.f("fk_lms_course_language_version_id"),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_course_language")),
        sa.UniqueConstraint("course_id", "language", name=op.f("uq_lms_course_language_course_id_language")),
    )
    op.create_table(
        "lms_role_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "learner",
                "trainer",
                "coordinator",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["lms_person.id"], name=op.f("fk_lms_role_grant_granted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_role_grant_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_lms_role_grant")),
    )
    op.create_table(
        "lms_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_sign_in_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_lms_sign_in_token_hash")),
    )
    with op.batch_alter_table("lms_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lms_cohort_trainer",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["lms_cohort.id"], name=op.f("fk_lms_cohort_trainer_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_cohort_trainer_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_lms_cohort_trainer")),
    )
    with op.batch_alter_table("lms_cohort_trainer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_cohort_trainer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lms_course_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_language_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("archive_sha256", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("tool", sa.String(length=255), nullable=False),
        sa.Column("sco_count", sa.Integer(), nullable=False),
        sa.Column("total_size", sa.BigInteger(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["archive_sha256"],
            ["lms_archive.sha256"],
            name=op.f("fk_lms_course_version_archive_sha256"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["course_language_id"],
            ["lms_course_language.id"],
            name=op.f("fk_lms_course_version_course_language_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["lms_person.id"],
            name=op.f("fk_lms_course_version_published_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_course_version")),
        sa.UniqueConstraint(
            "course_language_id", "number", name=op.f("uq_lms_course_version_course_language_id_number")
        ),
    )
    with op.batch_alter_table("lms_course_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_course_version_archive_sha256"), ["archive_sha256"], unique=False)

    op.create_table(
        "lms_enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column(
            "language",
            sa.Enum("en", "fr", "es", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "not_started",
                "active",
                "passed",
                "failed",
                "attended",
                "no_exam",
                "dropped_out",
                "cancelled",
                "transferred",
                "void",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "dropout_kind",
            sa.Enum(
                "never_started",
                "withdrew",
                "lapsed",
                name="dropout_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_completed", sa.Boolean(), nullable=False),
        sa.Column("has_distinction", sa.Boolean(), nullable=False),
        sa.Column("has_sat_exam", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.Float(), nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("reported_cs", sa.BigInteger(), nullable=False),
        sa.Column("measured_cs", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'dropped_out') = (dropout_kind IS NOT NULL)", name=op.f("ck_lms_enrolment_dropout_has_kind")
        ),
        sa.CheckConstraint(
            "outcome = 'passed' OR NOT has_distinction", name=op.f("ck_lms_enrolment_distinction_is_passed")
        ),
        sa.CheckConstraint("mark BETWEEN 0 AND 1", name=op.f("ck_lms_enrolment_mark")),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_lms_enrolment_progress")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["lms_cohort.id"], name=op.f("fk_lms_enrolment_cohort_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_course.id"], name=op.f("fk_lms_enrolment_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["lms_enrolment.id"], name=op.f("fk_lms_enrolment_first_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_lms_enrolment_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_enrolment")),
    )
    with op.batch_alter_table("lms_enrolment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lms_enrolment_figures",
            ["cohort_id", "outcome", "dropout_kind", "is_completed", "has_distinction", "has_sat_exam", "started_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_lms_enrolment_median", ["cohort_id", "progress", "started_at", "outcome"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_lms_enrolment_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lms_enrolment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_lms_enrolment_open",
            ["person_id", "course_id"],
            unique=True,
            sqlite_where=sa.text("outcome IN ('not_started', 'active')"),
            postgresql_where=sa.text("outcome IN ('not_started', 'active')"),
        )

    op.create_table(
        "lms_first_generation_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_language_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_language_id"],
            ["lms_course_language.id"],
            name=op.f("fk_lms_first_generation_file_course_language_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_first_generation_file")),
        sa.UniqueConstraint(
            "course_language_id", "name", name=op.f("uq_lms_first_generation_file_course_language_id_name")
        ),
    )
    op.create_table(
        "lms_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "ended", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("activity_id", sa.String(length=255), nullable=True),
        sa.Column("is_completed", sa.Boolean(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("reported_cs", sa.BigInteger(), nullable=False),
        sa.Column("measured_cs", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["lms_enrolment.id"], name=op.f("fk_lms_attempt_enrolment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["lms_course_version.id"], name=op.f("fk_lms_attempt_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_attempt")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_lms_attempt_enrolment_id_number")),
    )
    with op.batch_alter_table("lms_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_attempt_version_id"), ["version_id"], unique=False)
        batch_op.create_index(
            "uq_lms_attempt_open",
            ["enrolment_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "lms_outcome_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "before",
            sa.Enum(
                "not_started",
                "active",
                "passed",
                "failed",
                "attended",
                "no_exam",
                "dropped_out",
                "cancelled",
                "transferred",
                "void",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "not_started",
                "active",
                "passed",
                "failed",
                "attended",
                "no_exam",
                "dropped_out",
                "cancelled",
                "transferred",
                "void",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("dropout_kind", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["lms_person.id"], name=op.f("fk_lms_outcome_change_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["lms_enrolment.id"], name=op.f("fk_lms_outcome_change_enrolment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_outcome_change")),
    )
    with op.batch_alter_table("lms_outcome_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_outcome_change_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "lms_package_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column(
            "language",
            sa.Enum("en", "fr", "es", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("publishes_itself", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "reading",
                "ready",
                "published",
                "refused",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=True),
        sa.Column("tool", sa.String(length=255), nullable=True),
        sa.Column("sco_count", sa.Integer(), nullable=True),
        sa.Column("definition", sa.JSON(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("error_id", sa.String(length=36), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["lms_course.id"], name=op.f("fk_lms_package_import_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["lms_person.id"], name=op.f("fk_lms_package_import_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["lms_course_version.id"],
            name=op.f("fk_lms_package_import_version_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_package_import")),
    )
    with op.batch_alter_table("lms_package_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_package_import_course_id"), ["course_id"], unique=False)

    op.create_table(
        "lms_activity_state",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(length=255), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("suspend_data", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("is_completed", sa.Boolean(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reported_cs", sa.BigInteger(), nullable=False),
        sa.Column("measured_cs", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["lms_attempt.id"], name=op.f("fk_lms_activity_state_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "activity_id", name=op.f("pk_lms_activity_state")),
    )
    op.create_table(
        "lms_launch_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["lms_attempt.id"], name=op.f("fk_lms_launch_code_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["lms_sign_in.id"], name=op.f("fk_lms_launch_code_sign_in_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_lms_launch_code")),
    )
    with op.batch_alter_table("lms_launch_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_launch_code_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "lms_lease",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["lms_attempt.id"], name=op.f("fk_lms_lease_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["lms_sign_in.id"], name=op.f("fk_lms_lease_sign_in_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_lease")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_lms_lease_token_hash")),
    )
    with op.batch_alter_table("lms_lease", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_lease_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lms_lease_sign_in_id"), ["sign_in_id"], unique=False)
        batch_op.create_index(
            "uq_lms_lease_holding",
            ["attempt_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "lms_raw_commit",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["lms_attempt.id"], name=op.f("fk_lms_raw_commit_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lease_id"], ["lms_lease.id"], name=op.f("fk_lms_raw_commit_lease_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "lease_id", "seq", name=op.f("pk_lms_raw_commit")),
    )
    if op.get_bind().dialect.name != "sqlite":  # SQLite took this reference to a later table above
        op.create_foreign_key(
            op.f("fk_lms_course_language_version_id"),
            "lms_course_language",
            "lms_course_version",
            ["version_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_lms_course_language_version_id"), "lms_course_language", type_="foreignkey")
    op.drop_table("lms_raw_commit")
    with op.batch_alter_table("lms_lease", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lms_lease_holding",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_lms_lease_sign_in_id"))
        batch_op.drop_index(batch_op.f("ix_lms_lease_attempt_id"))

    op.drop_table("lms_lease")
    with op.batch_alter_table("lms_launch_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_launch_code_attempt_id"))

    op.drop_table("lms_launch_code")
    op.drop_table("lms_activity_state")
    with op.batch_alter_table("lms_package_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_package_import_course_id"))

    op.drop_table("lms_package_import")
    with op.batch_alter_table("lms_outcome_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_outcome_change_enrolment_id"))

    op.drop_table("lms_outcome_change")
    with op.batch_alter_table("lms_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lms_attempt_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_lms_attempt_version_id"))

    op.drop_table("lms_attempt")
    op.drop_table("lms_first_generation_file")
    with op.batch_alter_table("lms_enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lms_enrolment_open",
            sqlite_where=sa.text("outcome IN ('not_started', 'active')"),
            postgresql_where=sa.text("outcome IN ('not_started', 'active')"),
        )
        batch_op.drop_index(batch_op.f("ix_lms_enrolment_person_id"))
        batch_op.drop_index(batch_op.f("ix_lms_enrolment_course_id"))
        batch_op.drop_index("ix_lms_enrolment_median")
        batch_op.drop_index("ix_lms_enrolment_figures")

    op.drop_table("lms_enrolment")
    with op.batch_alter_table("lms_course_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_course_version_archive_sha256"))

    op.drop_table("lms_course_version")
    with op.batch_alter_table("lms_cohort_trainer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_cohort_trainer_person_id"))

    op.drop_table("lms_cohort_trainer")
    with op.batch_alter_table("lms_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_sign_in_person_id"))

    op.drop_table("lms_sign_in")
    op.drop_table("lms_role_grant")
    op.drop_table("lms_course_language")
    with op.batch_alter_table("lms_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_cohort_course_id"))

    op.drop_table("lms_cohort")
    op.drop_table("lms_archive_member")
    with op.batch_alter_table("lms_person", schema=None) as batch_op:
        batch_op.drop_index("ix_lms_person_name")

    op.drop_table("lms_person")
    with op.batch_alter_table("lms_job", schema=None) as batch_op:
        batch_op.drop_index("ix_lms_job_state")

    op.drop_table("lms_job")
    op.drop_table("lms_course")
    op.drop_table("lms_archive")
