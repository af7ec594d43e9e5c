"""Take in past participations from a table: kept as a preview first, then what is good, once; and taken back whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, undefer
from uuid_utils.compat import uuid7

from courses.db import table_of
from courses.enrolment.past_matching import matched, with_doubles
from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.paging import Page, count_of, limited, nearest
from courses.people.models import Person, Role
from courses.people.queries import holds
from courses.records.dates import DateOrder
from courses.records.faults import Fault, check
from courses.records.keys import key_of
from courses.records.lines import Line, LineState, Match, as_plain, counts_of, line_of
from courses.records.models import Participation, ParticipationImport

LONGEST_SOURCE = 255
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """A table that somebody sent: its name and digest, where it comes from, how it writes ambiguous dates."""

    file_name: str
    sha256: str
    source: str
    date_order: DateOrder


def check_source(source: str) -> str:
    """Return where a table comes from, as it is kept.

    Raises:
        FaultyEntry: it says nothing, or too much.
    """
    cleaned = " ".join(source.split())
    check(() if cleaned else (Fault("source", "source_missing"),))
    check((Fault("source", "value_too_long"),) if len(cleaned) > LONGEST_SOURCE else ())
    return cleaned


def add_import(
    session: Session, actor: Person | None, facts: TableFacts, lines: Sequence[Line], now: datetime
) -> ParticipationImport:
    """Keep a table that was read and matched, to be looked at; nothing of it counts yet."""
    row = ParticipationImport(
        file_name=facts.file_name[:255], sha256=facts.sha256, source=check_source(facts.source),
        date_order=facts.date_order, created_at=now, created_by_id=actor.id if actor else None,
    )  # fmt: skip
    _keep(row, list(lines))
    session.add(row)
    session.flush()
    return row


def import_for(
    session: Session, person: Person | None, import_id: UUID, *, is_locked: bool = False
) -> ParticipationImport:
    """Return a table with its lines, to an administrator or the command line (None).

    Raises:
        NotFound: there is none, or it is not for this person.
    """
    query = select(ParticipationImport).where(ParticipationImport.id == import_id)
    query = query.options(undefer(ParticipationImport.lines))
    if person is not None:
        query = query.where(holds(person, Role.ADMINISTRATOR))
    if is_locked:
        query = query.with_for_update()
    row = session.scalars(query.execution_options(populate_existing=is_locked)).one_or_none()
    if row is None:
        raise NotFound("import")
    return row


def imports_for(session: Session, person: Person, page: int = 1) -> Page[ParticipationImport]:
    """Return a page of the tables, the latest first, without their lines; two queries."""
    query = select(ParticipationImport).where(holds(person, Role.ADMINISTRATOR))
    found = count_of(session, query.with_only_columns(ParticipationImport.id))
    page = nearest(page, found)
    order = (ParticipationImport.created_at.desc(), ParticipationImport.id.desc())
    return Page(entries=session.scalars(limited(query.order_by(*order), page)).all(), found=found, page=page)


def taken_in_before(session: Session, row: ParticipationImport) -> ParticipationImport | None:
    """Return another table of the very same content that was taken in and not taken back."""
    query = select(ParticipationImport).where(
        ParticipationImport.sha256 == row.sha256, ParticipationImport.id != row.id, ParticipationImport.sha256 != "",
        ParticipationImport.taken_in_at.is_not(None), ParticipationImport.taken_back_at.is_(None),
    )  # fmt: skip
    return session.scalars(query.order_by(ParticipationImport.created_at).limit(1)).first()


def lines_of(row: ParticipationImport) -> list[Line]:
    """Return the lines of a table."""
    return [line_of(facts) for facts in row.lines]


def order_dates(session: Session, person: Person, import_id: UUID, order: DateOrder) -> None:
    """Say how a table writes dates like 03/04/2019: all that can be read in two ways are read so from now on.

    Raises:
        NotFound, Refusal (`import_over`).
    """
    row = _pending(session, person, import_id)
    lines = [replace(line, held_on=_chosen_day(line, order)) if line.either else line for line in lines_of(row)]
    row.date_order = order
    _keep(row, with_doubles(session, lines))
    session.flush()


def _chosen_day(line: Line, order: DateOrder) -> date | None:
    if line.either is None or order is DateOrder.NOT_SAID:
        return None
    return line.either[order is DateOrder.MONTH_FIRST]


def choose_person(session: Session, person: Person, import_id: UUID, number: int, chosen: UUID | None) -> None:
    """Say whom a row means, of the candidates for it; None takes a choice back.

    Raises:
        NotFound, Refusal (`import_over`, `line_not_open`).
    """
    row = _pending(session, person, import_id)

    def decide(line: Line) -> Line:
        if line.row != number:
            return line
        if not line.candidates or (chosen is not None and chosen not in line.candidates):
            raise Refusal("line_not_open")
        return _with_person(line, chosen)

    _change(session, row, decide)


def choose_only_candidates(session: Session, person: Person, import_id: UUID) -> int:
    """Take, in every row that has exactly one candidate, this one: somebody has looked at them; return how many.

    Raises:
        NotFound, Refusal (`import_over`).
    """
    row = _pending(session, person, import_id)
    chosen = [line for line in lines_of(row) if line.match is Match.CANDIDATES and len(line.candidates) == 1]
    numbers = {line.row for line in chosen}
    _change(session, row, lambda line: _with_person(line, line.candidates[0]) if line.row in numbers else line)
    return len(numbers)


def match_again(session: Session, person: Person, import_id: UUID) -> None:
    """Look again whom the rows match: accounts may have been added or corrected meanwhile.

    Raises:
        NotFound, Refusal (`import_over`).
    """
    row = _pending(session, person, import_id)
    _keep(row, matched(session, lines_of(row)))
    session.flush()


def take_in(session: Session, person: Person | None, import_id: UUID, now: datetime) -> int:
    """Take in the rows that are good, once; return how many, 0 where it was done before.

    What is on record by now is not taken in again, whoever has entered it meanwhile.

    Raises:
        NotFound: there is no such table, or not for this person.
        Refusal: `import_over`, `import_nothing_good`.
    """
    row = import_for(session, person, import_id, is_locked=True)
    if row.taken_back_at is not None:
        raise Refusal("import_over")
    if row.taken_in_at is not None:
        return 0
    lines = with_doubles(session, _of_living(session, lines_of(row)))
    good = [line for line in lines if line.state is LineState.GOOD]
    if not good:
        raise Refusal("import_nothing_good")
    taken = _insert(session, row, person, good, now)
    _keep(row, [_taken(line, taken) for line in lines])
    row.taken_in_at, row.taken_in_by_id = now, person.id if person else None
    session.flush()
    record(session, Event("participations.taken_in", row.id, (("count", str(len(taken))), ("source", row.source))))
    return len(taken)


def take_back(session: Session, person: Person | None, import_id: UUID, now: datetime) -> int:
    """Take the whole table back: its participations count no more, and stay to be read; return how many.

    Raises:
        NotFound: there is no such table, or not for this person.
        Refusal: `import_not_taken_in`.
    """
    row = import_for(session, person, import_id, is_locked=True)
    if row.taken_in_at is None:
        raise Refusal("import_not_taken_in")
    if row.taken_back_at is not None:
        return 0
    counting = (Participation.import_id == row.id, Participation.taken_back_at.is_(None))
    count = session.scalar(select(func.count(Participation.id)).where(*counting)) or 0
    session.execute(update(Participation).where(*counting).values(taken_back_at=now))
    row.taken_back_at, row.taken_back_by_id = now, person.id if person else None
    session.flush()
    record(session, Event("participations.taken_back", row.id, (("count", str(count)), ("source", row.source))))
    return count


def _insert(
    session: Session, row: ParticipationImport, person: Person | None, good: Sequence[Line], now: datetime
) -> set[int]:
    """Add the participations, in the order of their keys; return the rows of those that were not there."""
    table = table_of(Participation)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    adding = (sqlite.insert if is_sqlite else postgresql.insert)(table)
    once = adding.on_conflict_do_nothing(
        index_elements=["person_id", "key"], index_where=table.c.taken_back_at.is_(None)
    ).returning(table.c.id)
    values = sorted((_values(row, person, line, now) for line in good), key=lambda one: (one["person_id"], one["key"]))
    ids: set[UUID] = set()
    for first in range(0, len(values), AT_ONCE):
        ids.update(session.scalars(once, values[first : first + AT_ONCE]))
    numbers = {(one["person_id"], one["key"]): one["id"] for one in values}
    return {line.row for line in good if numbers[line.person_id, _key(line)] in ids}


def _values(row: ParticipationImport, person: Person | None, line: Line, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(), "person_id": line.person_id, "key": _key(line), "code": line.code, "title": line.title,
        "held_on": line.held_on, "steps": list(line.steps), "mark": line.mark, "source": row.source,
        "import_id": row.id, "offering_id": None, "recorded_at": now, "recorded_by_id": person.id if person else None,
        "taken_back_at": None,
    }  # fmt: skip


def _key(line: Line) -> str:
    assert line.held_on is not None  # a good line has its day
    return key_of(line.title, line.held_on, line.code)


def _taken(line: Line, taken: set[int]) -> Line:
    if line.row in taken:
        return replace(line, is_taken=True)
    return replace(line, double_of=0) if line.state is LineState.GOOD else line


def _of_living(session: Session, lines: list[Line]) -> list[Line]:
    """Return the lines; whom an account was closed for good meanwhile matches nobody."""
    wanted = sorted({line.person_id for line in lines if line.person_id})
    there: set[UUID] = set()
    for first in range(0, len(wanted), AT_ONCE):
        there.update(session.scalars(select(Person.id).where(Person.id.in_(wanted[first : first + AT_ONCE]))))
    gone = set(wanted) - there
    return [replace(line, person_id=None, match=Match.NOBODY) if line.person_id in gone else line for line in lines]


def _with_person(line: Line, chosen: UUID | None) -> Line:
    return replace(line, person_id=chosen, match=Match.CHOSEN if chosen else Match.CANDIDATES)


def _change(session: Session, row: ParticipationImport, change: Callable[[Line], Line]) -> None:
    _keep(row, with_doubles(session, [change(line) for line in lines_of(row)]))
    session.flush()


def _pending(session: Session, person: Person, import_id: UUID) -> ParticipationImport:
    row = import_for(session, person, import_id, is_locked=True)
    if row.taken_in_at is not None or row.taken_back_at is not None:
        raise Refusal("import_over")
    return row


def _keep(row: ParticipationImport, lines: list[Line]) -> None:
    row.lines = [as_plain(line) for line in lines]
    row.counts = counts_of(lines)
