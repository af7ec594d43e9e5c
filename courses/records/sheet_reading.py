"""Read the rows of a table of past participations, pure: every fault of a row at once, each with its cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from courses.records.columns import Column, Header, cell_name
from courses.records.dates import DateForm, DateOrder, DateProblem, read_date
from courses.records.keys import folded
from courses.records.lines import Line, Problem, Remark
from courses.records.values import CellValue, Formula, has_passed, read_mark, read_number, read_steps

LONGEST_CELL = 255
LONGEST_CODE = 64
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_OWN_CHECKS = frozenset({Column.DATE, Column.MARK, Column.END})
_FORMULA_STARTS = ("=", "@")
Rows = Sequence[tuple[int, Sequence[CellValue]]]


class KnownCourse(NamedTuple):
    """A course that a code may name: its code, its title, and the steps that it confers."""

    code: str
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the words of a table mean here, by folded word: countries (codes and names), topics, codes of courses."""

    countries: Mapping[str, str]
    topics: Mapping[str, str]
    courses: Mapping[str, KnownCourse]


class _Row:
    """A row under its headings: texts and raw cells by column, and the problems met."""

    def __init__(self, number: int, cells: Sequence[CellValue], header: Header) -> None:
        self.number = number
        self.problems: list[Problem] = []
        self._header = header
        self._cells = cells
        for column in header.columns:
            if isinstance(self.raw(column), Formula) or _is_formula(column, self.raw(column)):
                self.refuse("cell_is_formula", column)

    def raw(self, column: Column) -> CellValue:
        place = self._header.columns.get(column)
        return self._cells[place] if place is not None and place < len(self._cells) else None

    def text(self, column: Column) -> str:
        value = self.raw(column)
        if value is None or isinstance(value, Formula):
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime | date):
            return value.isoformat()[:10]
        text = " ".join(str(value).split())
        if len(text) > LONGEST_CELL:
            self.refuse("cell_too_long", column)
        return text[:LONGEST_CELL]

    def refuse(self, code: str, column: Column, detail: str = "") -> None:
        place = self._header.columns.get(column)
        self.problems.append(Problem(code, cell_name(self.number, place) if place is not None else "", detail[:200]))


def read_lines(rows: Rows, header: Header, vocabulary: Vocabulary, order: DateOrder, today: date) -> list[Line]:
    """Return the lines below the headings; rows without a value in a column that is read are left out."""
    below = [(number, cells) for number, cells in rows if number > header.row]
    is_of_hundred = _counts_to_hundred(below, header)
    lines = []
    for number, cells in below:
        row = _Row(number, cells, header)
        if any(row.raw(column) is not None and row.text(column) for column in header.columns) or row.problems:
            lines.append(_line(row, header, vocabulary, is_of_hundred, (order, today)))
    return lines


def _line(row: _Row, header: Header, vocabulary: Vocabulary, is_of_hundred: bool, when: tuple[DateOrder, date]) -> Line:
    remarks: list[Remark] = []
    name, country = _name(row), _country(row, vocabulary)
    email = _email(row)
    code, course = row.text(Column.CODE)[:LONGEST_CODE], vocabulary.courses.get(folded(row.text(Column.CODE)))
    title = row.text(Column.TITLE) or (course.title if course else "")
    if not title:
        row.refuse("title_missing", Column.TITLE if Column.TITLE in header.columns else Column.CODE)
    if not email and not (name and country) and not row.problems:
        row.refuse("person_missing", Column.EMAIL if Column.EMAIL in header.columns else Column.NAME)
    form, held_on, either = _date(row, *when, remarks)
    steps = _steps(row, course, vocabulary, remarks)
    mark = _mark(row, header, is_of_hundred)
    return Line(
        row=row.number, email=email, name=name, country=country, code=course.code if course else code, title=title,
        date_text=row.text(Column.DATE)[:100], date_form=form, held_on=held_on, either=either, steps=steps, mark=mark,
        problems=tuple(dict.fromkeys(row.problems)), remarks=tuple(remarks),
    )  # fmt: skip


def _email(row: _Row) -> str:
    text = row.text(Column.EMAIL).casefold().removeprefix("mailto:").strip("<>;, ")
    if text and not _ADDRESS.fullmatch(text):
        row.refuse("address_invalid", Column.EMAIL, text)
    return text


def _name(row: _Row) -> str:
    """Return the name as one text; a comma stands between family and given name where the table has it so."""
    parts = (row.text(Column.GIVEN_NAME), row.text(Column.FAMILY_NAME))
    return row.text(Column.NAME) or " ".join(part for part in parts if part)


def _country(row: _Row, vocabulary: Vocabulary) -> str:
    text = row.text(Column.COUNTRY)
    code = vocabulary.countries.get(folded(text), "")
    if text and not code:
        row.refuse("country_unknown", Column.COUNTRY, text)
    return code


def _date(
    row: _Row, order: DateOrder, today: date, remarks: list[Remark]
) -> tuple[DateForm | None, date | None, tuple[date, date] | None]:
    value = row.raw(Column.DATE)
    if isinstance(value, Formula):
        return None, None, None
    found = read_date(value, order, today)
    if isinstance(found, DateProblem):
        row.refuse(found, Column.DATE, row.text(Column.DATE))
        return None, None, None
    if found.form is DateForm.MONTH:
        remarks.append(Remark.MONTH_ONLY)
    if found.form is DateForm.RANGE:
        remarks.append(Remark.SEVERAL_DAYS)
    return found.form, found.day, found.either


def _steps(row: _Row, course: KnownCourse | None, vocabulary: Vocabulary, remarks: list[Remark]) -> tuple[str, ...]:
    """Return what the line confers: the steps that it lists, else those of our course that its code names."""
    steps, unknown = read_steps(row.text(Column.STEPS), vocabulary.topics)
    if unknown:
        row.refuse("step_unknown", Column.STEPS, "; ".join(unknown))
        return ()
    if not steps and course is not None and course.steps:
        remarks.append(Remark.STEPS_OF_COURSE)
        return course.steps
    if not steps:
        remarks.append(Remark.CONFERS_NOTHING)
    return tuple(str(step) for step in steps)


def _mark(row: _Row, header: Header, is_of_hundred: bool) -> float | None:
    """Return the mark; a column of results may hold marks where there is no other."""
    result = row.text(Column.RESULT)
    is_mark = Column.MARK not in header.columns and read_number(row.raw(Column.RESULT)) is not None
    if result and not is_mark:
        passed = has_passed(result)
        if not passed:
            row.refuse("result_unreadable" if passed is None else "not_passed", Column.RESULT, result)
    column = Column.RESULT if is_mark else Column.MARK
    if not row.text(column) or isinstance(row.raw(column), Formula):
        return None
    mark = read_mark(row.raw(column), is_of_hundred)
    if isinstance(mark, str):
        row.refuse(mark, column, row.text(column))
        return None
    return mark


def _counts_to_hundred(rows: Rows, header: Header) -> bool:
    """Tell whether the marks of the table go up to a hundred: one of them is above 1."""
    place = header.columns.get(Column.MARK, header.columns.get(Column.RESULT))
    if place is None:
        return False
    numbers = (read_number(cells[place]) for _, cells in rows if place < len(cells))
    return any(number is not None and not number[1] and number[0] > 1 for number in numbers)


def _is_formula(column: Column, value: CellValue) -> bool:
    return column not in _OWN_CHECKS and isinstance(value, str) and value.lstrip().startswith(_FORMULA_STARTS)
