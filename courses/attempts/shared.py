"""What the courses of a scope share for one person: global objectives and data (SN 3.10.3, RTE 4.3).

The attempt is locked first, the person after it: two courses that share something follow each other, also where there
is no row of it yet to be locked.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from courses.attempts.models import SharedData, SharedObjective
from courses.db import table_of
from courses.people.models import Person
from scorm.runtime.report import ObjectiveValues
from scorm.sequencing.documents import values_as_document, values_from

Owner = tuple[UUID, UUID]
"""A person and a scope."""

_OBJECTIVES, _DATA, _PERSON = table_of(SharedObjective), table_of(SharedData), table_of(Person)
_IS_OWNED = (_OBJECTIVES.c.person_id == bindparam("person")) & (_OBJECTIVES.c.scope_id == bindparam("scope"))
_READ = select(_OBJECTIVES.c.identifier, _OBJECTIVES.c["values"]).where(_IS_OWNED)
_LOCK = select(_PERSON.c.id).where(_PERSON.c.id == bindparam("person")).with_for_update(key_share=True)
_HOLDS = (_DATA.c.person_id == bindparam("person")) & (_DATA.c.scope_id == bindparam("scope"))
_READ_DATA = select(_DATA.c.target, _DATA.c.value).where(_HOLDS, _DATA.c.key.in_(bindparam("keys", expanding=True)))
_FORGET = delete(_DATA).where(_HOLDS)


def key_of(identifier: str) -> str:
    """Return the key of an identifier, which may be longer than any index takes."""
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()


def objectives_of(session: Session, owner: Owner) -> dict[str, ObjectiveValues]:
    """Return the global objectives of a person in a scope; nobody else changes them until the transaction ends."""
    _hold(session, owner)
    rows = session.connection().execute(_READ, {"person": owner[0], "scope": owner[1]})
    return {row.identifier: values_from(row._mapping["values"]) for row in rows}


def write_objectives(session: Session, owner: Owner, changed: Mapping[str, ObjectiveValues]) -> None:
    """Write global objectives of a person in a scope."""
    rows = [
        _row(owner, identifier) | {"identifier": identifier, "values": values_as_document(values)}
        for identifier, values in sorted(changed.items(), key=lambda one: key_of(one[0]))
    ]
    _put(session, _OBJECTIVES, rows, "values")


def data_of(session: Session, owner: Owner, targets: Iterable[str]) -> dict[str, str]:
    """Return what is in the stores of a scope that somebody has written to."""
    keys = [key_of(target) for target in targets]
    if not keys:
        return {}
    rows = session.connection().execute(_READ_DATA, {"person": owner[0], "scope": owner[1], "keys": keys})
    return {row.target: row.value for row in rows}


def write_data(session: Session, owner: Owner, values: Mapping[str, str]) -> None:
    """Write stores of a scope."""
    _hold(session, owner)
    rows = [
        _row(owner, target) | {"target": target, "value": value}
        for target, value in sorted(values.items(), key=lambda one: key_of(one[0]))
    ]
    _put(session, _DATA, rows, "value")


def forget_data(session: Session, owner: Owner) -> None:
    """Forget every store of a scope."""
    session.connection().execute(_FORGET, {"person": owner[0], "scope": owner[1]})


def _hold(session: Session, owner: Owner) -> None:
    """Let the person's other courses wait; SQLite locks by its transaction, and rows that refer to a person go on."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"person": owner[0]})


def _row(owner: Owner, identifier: str) -> dict[str, Any]:
    return {"person_id": owner[0], "scope_id": owner[1], "key": key_of(identifier)}


def _put(session: Session, table: Table, rows: list[dict[str, Any]], name: str) -> None:
    """Add rows, or change their column of that name where they are there already, in the order of their keys."""
    if not rows:
        return
    connection = session.connection()
    keys = [column.name for column in table.primary_key]
    if connection.dialect.name == "sqlite":
        adding = sqlite.insert(table)
        connection.execute(adding.on_conflict_do_update(index_elements=keys, set_={name: adding.excluded[name]}), rows)
        return
    inserting = postgresql.insert(table)
    connection.execute(
        inserting.on_conflict_do_update(index_elements=keys, set_={name: inserting.excluded[name]}), rows
    )
