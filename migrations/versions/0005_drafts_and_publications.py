"""Make a version of every accepted package, a draft until it is published; keep each publication, and rules for courses.

Revision: 0005, after 0004. What an import knew of its package stands in its version now; the report stays with the
import.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RULES = (
    ("not_started_rule", "move", ("stay", "move")),
    ("in_progress_rule", "stay", ("stay", "move")),
    ("completes_by", None, ("status", "score", "all_scos", "pages_visited")),
)
OF_A_PACKAGE = ("edition", "title", "tool", "sco_count", "definition")


def _table(name: str, *columns: str) -> sa.TableClause:
    """Return a table for statements: what ends in `id` is an identifier, what holds a document JSON."""
    kinds = {"definition": sa.JSON(none_as_null=True), "findings": sa.JSON(), "approved_hosts": sa.JSON()}
    return sa.table(name, *(sa.column(one, sa.Uuid() if one.endswith("id") else kinds.get(one)) for one in columns))


imports = _table(
    "lms_package_import",
    "id", "course_id", "version_id", "state", "language", "sha256", "total", "created_at", "findings", *OF_A_PACKAGE,
)  # fmt: skip
versions = _table(
    "lms_course_version",
    "id", "course_language_id", "number", "archive_sha256", "total_size", "findings", "approved_hosts", *OF_A_PACKAGE,
    "published_at", "published_by_id",
)  # fmt: skip
languages = _table("lms_course_language", "id", "course_id", "language", "format")
publications = _table("lms_publication", "version_id", "published_at", "published_by_id")


def upgrade() -> None:
    op.create_table(
        "lms_publication",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["lms_course_version.id"], name=op.f("fk_lms_publication_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["lms_person.id"], name=op.f("fk_lms_publication_published_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("version_id", "published_at", name=op.f("pk_lms_publication")),
    )
    _add_rules()
    op.add_column("lms_archive", sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True))
    facts = sa.Column("facts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("lms_package_import", facts)
    connection = op.get_bind()
    connection.execute(
        publications.insert().from_select(
            ["version_id", "published_at", "published_by_id"],
            sa.select(versions.c.id, versions.c.published_at, versions.c.published_by_id),
        )
    )
    _make_drafts(connection)
    with op.batch_alter_table("lms_course_version") as batch:
        batch.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint("fk_lms_course_version_published_by_id", type_="foreignkey")
        for name in ("findings", "published_at", "published_by_id"):
            batch.drop_column(name)
    with op.batch_alter_table("lms_package_import") as batch:
        batch.create_unique_constraint(op.f("uq_lms_package_import_version_id"), ["version_id"])
        for name in OF_A_PACKAGE:
            batch.drop_column(name)


def _add_rules() -> None:
    # Plain ALTER TABLE also on SQLite: copying lms_course would rewrite what earlier revisions take back.
    for name, default, words in RULES:
        allowed = ", ".join(f"'{word}'" for word in words)
        check = sa.CheckConstraint(f"{name} IN ({allowed})", name=op.f(f"ck_lms_course_{name}"))
        column = sa.Column(name, sa.String(length=32), check, server_default=default, nullable=default is None)
        op.add_column("lms_course", column)


def _make_drafts(connection: Connection) -> None:
    """Give every import that waits for its publication the version that it would have made."""
    ready = connection.execute(sa.select(imports).where(imports.c.state == "ready").order_by(imports.c.created_at))
    for row in ready.mappings().all():
        entry_id = _language_of(connection, row["course_id"], row["language"])
        last = sa.select(sa.func.max(versions.c.number)).where(versions.c.course_language_id == entry_id)
        version_id = uuid7()
        values = {name: row[name] for name in OF_A_PACKAGE} | {
            "id": version_id, "course_language_id": entry_id, "number": (connection.scalar(last) or 0) + 1,
            "archive_sha256": row["sha256"], "total_size": row["total"], "findings": [], "approved_hosts": [],
            "published_at": row["created_at"],
        }  # fmt: skip
        connection.execute(versions.insert().values(**values))
        connection.execute(imports.update().where(imports.c.id == row["id"]).values(version_id=version_id))


def _language_of(connection: Connection, course_id: object, language: str) -> object:
    found = connection.scalar(
        sa.select(languages.c.id).where(languages.c.course_id == course_id, languages.c.language == language)
    )
    if found is None:
        found = uuid7()
        values = {"id": found, "course_id": course_id, "language": language, "format": "scorm"}
        connection.execute(languages.insert().values(**values))
    return found


def downgrade() -> None:
    """Forget drafts, rules and all publications but the first of each version."""
    with op.batch_alter_table("lms_package_import") as batch:
        batch.add_column(sa.Column("edition", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("title", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("tool", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("sco_count", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("definition", sa.JSON(), nullable=True))
        batch.drop_constraint(op.f("uq_lms_package_import_version_id"), type_="unique")
    connection = op.get_bind()
    version = sa.select(versions.c.id).where(versions.c.id == imports.c.version_id)
    for name in OF_A_PACKAGE:
        value = version.with_only_columns(versions.c[name]).scalar_subquery()
        connection.execute(imports.update().where(imports.c.version_id.is_not(None)).values({name: value}))
    is_draft = ~sa.exists().where(publications.c.version_id == versions.c.id)
    drafts = sa.select(versions.c.id).where(is_draft)
    connection.execute(imports.update().where(imports.c.version_id.in_(drafts)).values(version_id=None))
    connection.execute(versions.delete().where(is_draft))
    with op.batch_alter_table("lms_course_version") as batch:
        batch.add_column(sa.Column("findings", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("published_by_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_lms_course_version_published_by_id", "lms_person", ["published_by_id"], ["id"], ondelete="SET NULL"
        )
        batch.drop_column("retired_at")
    _say_of_versions(connection)
    with op.batch_alter_table("lms_course_version") as batch:
        batch.alter_column("published_at", nullable=False)
    op.drop_column("lms_package_import", "facts")
    op.drop_column("lms_archive", "freed_at")
    for name, *_ in RULES:
        op.drop_column("lms_course", name)
    op.drop_table("lms_publication")


def _say_of_versions(connection: Connection) -> None:
    """Write down with each version who published it first and when, and what was found in its package."""
    of_version = sa.select(publications).where(publications.c.version_id == versions.c.id)
    first = of_version.order_by(publications.c.published_at).limit(1)
    for name in ("published_at", "published_by_id"):
        value = first.with_only_columns(publications.c[name]).scalar_subquery()
        connection.execute(versions.update().values({name: value}))
    came = sa.select(imports.c.findings).where(imports.c.version_id == versions.c.id).scalar_subquery()
    has_come = sa.exists().where(imports.c.version_id == versions.c.id)
    connection.execute(versions.update().where(has_come).values(findings=came))
