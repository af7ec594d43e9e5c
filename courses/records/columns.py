"""The columns of a table of past participations, recognised by their headings in three languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.records import words
from courses.records.keys import folded


class Column(StrEnum):
    """What a column holds."""

    EMAIL = "email"
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    COUNTRY = "country"
    TITLE = "title"
    CODE = "code"
    DATE = "date"
    END = "end"
    STEPS = "steps"
    MARK = "mark"
    RESULT = "result"


HEADINGS = {column: words.HEADINGS[column] for column in Column}
_BY_HEADING = {folded(heading): column for column, headings in HEADINGS.items() for heading in headings}
LOOKED_AT = 20
"""In how many rows the headings are looked for; a title may stand above them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The row of headings: where each column stands (from 0), and the headings that nobody knows or that come twice."""

    row: int
    columns: Mapping[Column, int]
    ignored: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what no column holds, of what every table needs."""
        held = self.columns
        has_name = Column.NAME in held or {Column.GIVEN_NAME, Column.FAMILY_NAME} <= set(held)
        lacks = []
        if Column.EMAIL not in held and not has_name:
            lacks.append("email")
        elif Column.EMAIL not in held and Column.COUNTRY not in held:
            lacks.append("country")
        if Column.TITLE not in held and Column.CODE not in held:
            lacks.append("title")
        if Column.DATE not in held:
            lacks.append("date")
        return tuple(lacks)


def find_header(rows: Sequence[tuple[int, Sequence[object]]]) -> Header | None:
    """Return the row that holds the most headings known, of the first ones; None when no row holds two."""
    best: Header | None = None
    for number, cells in rows[:LOOKED_AT]:
        found = recognised(number, cells)
        if len(found.columns) >= 2 and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def recognised(row: int, cells: Sequence[object]) -> Header:
    """Return what the headings of a row say."""
    columns: dict[Column, int] = {}
    ignored = []
    for place, cell in enumerate(cells):
        text = cell.strip() if isinstance(cell, str) else ""
        column = _BY_HEADING.get(folded(text))
        if column is not None and column not in columns:
            columns[column] = place
        elif text:
            ignored.append(text[:100])
    if Column.DATE not in columns and Column.END in columns:
        columns[Column.DATE] = columns[Column.END]
    if Column.NAME not in columns and Column.FAMILY_NAME in columns and Column.GIVEN_NAME not in columns:
        columns[Column.NAME] = columns.pop(Column.FAMILY_NAME)  # "Nom" alone is the whole name
    return Header(row=row, columns=columns, ignored=tuple(ignored))


def cell_name(row: int, place: int) -> str:
    """Return the name of a cell as spreadsheets write it: `D17`; rows count from 1, places from 0."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
