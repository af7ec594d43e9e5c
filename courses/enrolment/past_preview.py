"""What the page of a table of past participations shows: some of its lines, with the people whom they may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.past_imports import lines_of, taken_in_before
from courses.people.models import Person
from courses.records.lines import Line, LineState
from courses.records.models import ParticipationImport

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A page of the lines of a table; `people` are those whom they match or may mean, by identifier.

    `actors` are the names of who sent the table, took it in and took it back.
    """

    table: ParticipationImport
    lines: Sequence[Line]
    found: int
    page: int
    people: Mapping[UUID, Person]
    actors: Mapping[UUID, str]
    same: ParticipationImport | None

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.found // PAGE))

    @property
    def is_pending(self) -> bool:
        """Tell whether the table can still be taken in."""
        return self.table.taken_in_at is None


def preview_page(session: Session, table: ParticipationImport, state: LineState | None, page: int) -> Preview:
    """Return a page of the lines of a table, all or those of a state; three queries beside the table's own."""
    wanted = [line for line in lines_of(table) if state is None or line.state is state]
    page = min(max(page, 1), max(1, -(-len(wanted) // PAGE)))
    some = wanted[(page - 1) * PAGE : page * PAGE]
    ids = {one for line in some for one in (line.person_id, *line.candidates) if one}
    acting = {one for one in (table.created_by_id, table.taken_in_by_id, table.taken_back_by_id) if one}
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids | acting)))}
    return Preview(
        table=table, lines=some, found=len(wanted), page=page, people=people,
        actors={one: people[one].name for one in acting if one in people}, same=taken_in_before(session, table),
    )  # fmt: skip
