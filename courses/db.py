"""The base of all rows: shared column types and naming rules.

Identifiers are UUIDv7; moments are aware UTC; closed sets are stored as their words, with a check.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, NewType, TypeVar, cast
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, Table, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

PersonId = NewType("PersonId", UUID)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, also where the database keeps none (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Words = TypeVar("Words", bound=StrEnum)


def words(kind: type[Words], name: str) -> Enum:
    """Return the column type of a closed set, stored as its words; `name` names the check."""
    return Enum(
        kind, name=name, native_enum=False, create_constraint=True, length=32,
        values_callable=lambda members: [member.value for member in members],
    )  # fmt: skip


pk = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=uuid7)]
moment = Annotated[datetime, mapped_column(UtcDateTime)]
label = Annotated[str, mapped_column(String(64))]
line = Annotated[str, mapped_column(String(255))]
digest = Annotated[str, mapped_column(String(64))]
text = Annotated[str, mapped_column(Text)]
document = Annotated[dict[str, Any], mapped_column(JSON)]
rows = Annotated[list[Any], mapped_column(JSON)]


class Base(DeclarativeBase):
    """Every table of Palier; names start with `lms_` so that a host site may share the database."""

    metadata = MetaData(naming_convention=NAMES)


def table_of(kind: type[Base]) -> Table:
    """Return the table of a mapped class, for statements without objects."""
    return cast(Table, kind.__table__)  # a mapped class has a table, never another kind of selectable
