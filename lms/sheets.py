"""Read tables that people send, XLSX and CSV, as rows of plain cells: within limits, and believing nothing.

A workbook is a zip: its structure is checked whole before anything is inflated. Formulas are not computed, and not
read by the value that the file claims for them.
"""

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  # the library's own name is no class name

from courses.errors import Refusal
from courses.records.columns import LOOKED_AT, Header, find_header
from courses.records.values import CellValue, Formula, Share
from scorm.errors import PackageError
from scorm.packaging.archive import read_index
from scorm.packaging.limits import Limits

LARGEST = 20 * 1024**2
"""How many bytes a table may have."""

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHEETS = 20
LONGEST_CELL = 5000
_LIMITS = Limits(
    entries=1000, directory_size=1024**2, member_size=150 * 1024**2, total_size=200 * 1024**2, ratio=60,
    ratio_from=8 * 1024**2, whole_ratio=40, whole_ratio_from=16 * 1024**2,
)  # fmt: skip
_SHORT = replace(_LIMITS, member_size=16 * 1024**2, total_size=24 * 1024**2)
"""Of a table of some hundred rows; trainers send them too, and to read all that the others let pass takes long."""

_HEAD = 64 * 1024
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # XLS, and XLSX behind a password
_DOCTYPE = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_DAMAGE = (
    LookupError, ValueError, TypeError, AttributeError, SyntaxError, ArithmeticError, EOFError, OSError, RuntimeError,
)  # fmt: skip
"""What a damaged or forged workbook makes the library raise; all it reads is in memory."""

_DELIMITERS = (";", ",", "\t", "|")
Rows = list[tuple[int, tuple[CellValue, ...]]]
IsTable = Callable[[Rows], bool]


def read_table(path: Path) -> tuple[Rows, Header]:
    """Return the rows of a table with their numbers, those that are empty left out, and its headings.

    Raises:
        Refusal: `sheet_too_large`, `sheet_kind`, `sheet_damaged`, `sheet_unpacks_too_large`, `sheet_too_many_rows`,
            `sheet_empty`, `sheet_columns_missing` (with the columns as codes, separated by blanks).
    """
    if path.stat().st_size > LARGEST:
        raise Refusal("sheet_too_large", most=str(LARGEST // 1024**2))
    data = path.read_bytes()
    best: tuple[Rows, Header] | None = None
    for rows in _of_workbook(data) if data.startswith(b"PK\x03\x04") else _of_text(data):
        header = find_header(rows)
        if header is not None and (best is None or len(header.columns) > len(best[1].columns)):
            best = rows, header
    if best is None:
        raise Refusal("sheet_columns_missing", columns="email title date")
    if best[1].missing:
        raise Refusal("sheet_columns_missing", columns=" ".join(best[1].missing))
    below = sum(number > best[1].row for number, _ in best[0])
    if not below:
        raise Refusal("sheet_empty")
    if below > MOST_ROWS:
        raise Refusal("sheet_too_many_rows", most=str(MOST_ROWS))
    return best


def read_rows(path: Path, is_table: IsTable) -> Rows:
    """Return the rows of the first sheet that is the (short) table wanted, with their numbers, headings included.

    Raises:
        Refusal: as `read_table()`; `sheet_without_columns` where none is.
    """
    if path.stat().st_size > LARGEST:
        raise Refusal("sheet_too_large", most=str(LARGEST // 1024**2))
    data = path.read_bytes()
    if data.startswith(_OLD_OR_LOCKED):
        raise Refusal("sheet_kind")
    found = _of_workbook(data, _SHORT) if data.startswith(b"PK\x03\x04") else _of_text(data, is_table)
    rows = next((rows for rows in found if is_table(rows)), None)
    if rows is None:
        raise Refusal("sheet_without_columns")
    return rows


def _of_workbook(data: bytes, limits: Limits = _LIMITS) -> Iterator[Rows]:
    """Yield the rows of each sheet of a workbook that can be seen."""
    from openpyxl import load_workbook  # heavy, and needed here alone
    from openpyxl.utils.exceptions import InvalidFileException

    faults = (InvalidFileException, BadZipFile, ZlibError, *_DAMAGE)
    try:
        _check_zip(data, limits)
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets[:MOST_SHEETS]:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # the file may say anything about its size
                yield _counted(_of_sheet(sheet))
    except faults as error:
        raise Refusal("sheet_damaged") from error


def _check_zip(data: bytes, limits: Limits) -> None:
    try:
        index, _ = read_index(lambda offset, size: data[offset : offset + size], len(data), limits)
    except PackageError as error:
        raise Refusal("sheet_unpacks_too_large" if _is_over(error) else "sheet_damaged") from error
    if not any(name.endswith("workbook.xml") for name in index.members):
        raise Refusal("sheet_kind")
    with ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                with archive.open(entry) as part:
                    head = part.read(_HEAD).upper()
                if any(mark in head for mark in _DOCTYPE):  # no office program writes one: entities would follow
                    raise Refusal("sheet_damaged")


def _is_over(error: PackageError) -> bool:
    return any(finding.code in {"zip_over_limits", "zip_bomb"} for finding in error.findings)


def _of_sheet(sheet: Any) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=2 * MOST_ROWS), start=1):
        yield number, tuple([None if cell.value is None else _cell(cell) for cell in row])  # most are empty


def _cell(cell: Any) -> CellValue:
    """Return what a cell holds; a formula only as that."""
    value = cell.value
    if cell.data_type == "f":
        return Formula()
    if cell.data_type == "e":
        return str(value)
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Share(float(value)) if "%" in str(cell.number_format) else value
    return value if isinstance(value, bool | datetime | date) else str(value)


def _of_past(rows: Rows) -> bool:
    """Tell whether rows hold the headings of a table of past participations."""
    return find_header(rows) is not None


def _of_text(data: bytes, is_table: IsTable = _of_past) -> Iterator[Rows]:
    """Yield the rows of a text with delimiters: of those that may be meant, with the one that makes sense."""
    text = _decoded(data)
    if text.lower().startswith("sep=") and "\n" in text:  # what spreadsheets write to be understood
        text = text.split("\n", 1)[1]
    for delimiter in _DELIMITERS:
        if delimiter not in text[:_HEAD]:
            continue
        head = list(_split(text[:_HEAD], delimiter))
        if is_table(head):
            yield _counted(_split(text, delimiter))


def _split(text: str, delimiter: str) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
    """Yield the rows of a text; a value that goes over several lines counts as one row, as in a spreadsheet."""
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, tuple(_clean(cell) or None for cell in row[:MOST_COLUMNS])
    except csv.Error as error:
        raise Refusal("sheet_damaged") from error


def _decoded(data: bytes) -> str:
    """Return a text in UTF-8, in UTF-16 (told by its mark or its zeros), or as Windows writes it in Western Europe.

    Raises:
        Refusal: `sheet_kind` where it is no text.
    """
    if data.startswith(_OLD_OR_LOCKED):
        raise Refusal("sheet_kind")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data[:_HEAD]:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not any(ord(letter) < 9 for letter in text[:_HEAD]):
            return text
    raise Refusal("sheet_kind")


def _counted(rows: Iterable[tuple[int, Sequence[CellValue]]]) -> Rows:
    """Return the rows that hold anything; a few may stand above the headings.

    Raises:
        Refusal: `sheet_too_many_rows`.
    """
    kept: Rows = []
    for number, cells in rows:
        if any(cell is not None and cell != "" for cell in cells):
            kept.append((number, tuple(cells)))
            if len(kept) > MOST_ROWS + LOOKED_AT:
                raise Refusal("sheet_too_many_rows", most=str(MOST_ROWS))
    return kept


def _clean(text: str) -> str:
    """Return a text without what cannot be shown or kept: control characters, halves of letters."""
    cut = text[:LONGEST_CELL]
    if cut.isprintable():
        return cut.strip()
    return "".join(c if c in "\n\t" or not unicodedata.category(c).startswith("C") else " " for c in cut).strip()
