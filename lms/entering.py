"""Entries by a table: its rows read, shown with what they would come to, and brought in one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from courses.applications.bulk import MOST_ROWS, Looked, Row
from courses.applications.entering import Entry, enter
from courses.enrolment.gate import EnrolmentRefused
from courses.enrolment.services import Way
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from courses.people.queries import person_by_email
from courses.progression.decision import Reason
from lms import clock
from lms.gate import gated
from lms.sheets import Rows, read_rows
from lms.spreadsheets import as_csv
from lms.uploads import arrived_files
from lms.wording import refusal_text
from lms.wording_facts import FACTS
from lms.wording_progression import reason_text

MOST_BYTES = 2 * 1024**2
LONGEST = 255
COLUMNS = {
    "email": {"email", "e-mail", "address", "e-mail address", "email address", "adresse", "courriel", "correo"},
    "code": {"code", "course", "course code", "activity", "cours", "curso", "código"},
    "language": {"language", "langue", "idioma", "lang"},
}
"""The headings of a table, in small letters."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a row: enrolled, or every reason why not."""

    row: Row
    reasons: tuple[Reason, ...] = ()

    @property
    def is_in(self) -> bool:
        """Tell whether the person was brought in."""
        return not self.reasons


def sent_rows(files: list[FileStorage], code: str | None = None) -> tuple[Row, ...]:
    """Return the rows of the table that a form has sent; with a code, all are for that course.

    Raises:
        Refusal: the file is missing or cannot be read, or has too many rows or none.
    """
    arrived = arrived_files(files)
    if not arrived:
        raise Refusal("file_missing")
    needed = {"email"} if code else {"email", "code"}
    rows = read_rows(arrived[0].path, lambda found: bool(found) and needed <= set(_places(found)))
    places = _places(rows)
    return checked_rows(
        Row(number, *(code or cell if name == "code" else cell for name, cell in _cells(cells, places)))
        for number, cells in rows[1:]
    )


def kept_rows(code: str | None = None) -> tuple[Row, ...]:
    """Return the rows that a page of ours has kept in its form.

    Raises:
        Refusal: there are too many, or none.
    """
    form = request.form
    columns = [form.getlist(name) for name in ("email", "code", "language", "number")]
    return checked_rows(
        Row(
            int(number[:LONGEST]) if number.isdecimal() else 0,
            email[:LONGEST],
            code or own[:LONGEST],
            language[:LONGEST],
        )
        for email, own, language, number in zip(*columns, strict=False)
    )


def checked_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return rows that are not empty, if they are neither none nor too many.

    Raises:
        Refusal: `rows_missing`, `rows_too_many`.
    """
    found = tuple(row for row in rows if row.email)
    if not found:
        raise Refusal("rows_missing")
    if len(found) > MOST_ROWS:
        raise Refusal("rows_too_many", most=str(MOST_ROWS))
    return found


def bring_in(rows: Sequence[Row], way: Way) -> tuple[Done, ...]:
    """Bring in the people of the rows, each in a transaction of its own, through the gate at that moment."""
    return tuple(Done(row, _brought_in(row, way)) for row in rows)


def results(done: Sequence[Done], name: str) -> Response:
    """Return what became of the rows as a table to download."""
    header = (gettext("Row"), gettext("Email address"), gettext("Code"), gettext("Result"), gettext("Reasons"))
    rows = (
        (
            each.row.number, each.row.email, each.row.code, gettext("enrolled") if each.is_in else gettext("refused"),
            " ".join(row_text(reason) for reason in each.reasons),
        )
        for each in done
    )  # fmt: skip
    return as_csv(name, header, rows)


def row_text(reason: Reason) -> str:
    """Return why a row leads nowhere, or what the gate has against its person."""
    return (
        reason_text(reason) if reason.code in FACTS else refusal_text(Refusal(reason.code, **dict(reason.parameters)))
    )


def discreet(looked: Looked) -> Looked:
    """Return what a trainer may hear of a row: whether the person can be enrolled, and no more of a stranger."""
    if looked.can_enter or looked.problem in {"row_twice", "row_language_unknown"}:
        return Looked(row=looked.row, language=looked.language, problem=looked.problem, decision=looked.decision)
    return Looked(row=looked.row, problem="row_not_possible")


def discreet_done(done: Done) -> Done:
    """Return what a trainer may hear of what became of a row."""
    return done if done.is_in else Done(done.row, (Reason("row_not_possible"),))


def _brought_in(row: Row, way: Way) -> tuple[Reason, ...]:
    language = row.language.lower()
    if language and language not in set(Language):
        return (Reason("row_language_unknown"),)
    try:
        with gated() as session:
            person = person_by_email(session, row.email)
            entry = Entry(person=person, code=row.code, language=Language(language) if language else None)
            enter(session, entry, way, clock.now())
    except EnrolmentRefused as refused:
        return refused.decision.reasons
    except NotFound as error:
        return (Reason("row_person_unknown" if str(error).startswith("person") else "row_code_unknown"),)
    except Refusal as error:
        return (Reason(error.code, tuple(error.parameters.items())),)
    return ()


def _places(rows: Rows) -> dict[str, int]:
    head = [str(cell or "").strip().lower() for cell in rows[0][1]]
    return {
        name: next(place for place, cell in enumerate(head) if cell in words)
        for name, words in COLUMNS.items()
        if any(cell in words for cell in head)
    }


def _cells(cells: Sequence[object], places: dict[str, int]) -> list[tuple[str, str]]:
    """Return the cells of a row by name, in the order of `Row`; a formula is nobody's address."""
    found = []
    for name in ("email", "code", "language"):
        place = places.get(name)
        value = cells[place] if place is not None and place < len(cells) else None
        found.append((name, str(value).strip()[:LONGEST] if isinstance(value, str | int) else ""))
    return found
