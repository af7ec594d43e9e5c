"""Past participations from tables: sent, looked at row by row, taken in, taken back; and the table to fill in."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField, SelectChoice, SelectField, StringField

from courses.enrolment import past_imports as service
from courses.enrolment.past_imports import TableFacts, import_for, imports_for
from courses.enrolment.past_preview import preview_page
from courses.errors import Refusal
from courses.records.dates import DateOrder
from courses.records.faults import FaultyEntry
from courses.records.lines import Line, LineState
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.past_tables import preview_of
from lms.sheets import LARGEST, MOST_ROWS
from lms.site import reader, transaction
from lms.spreadsheets import as_csv
from lms.uploads import ArrivedFile, accepts_uploads_of, arrived_files
from lms.web.admin import blueprint
from lms.web.forms import Form
from lms.wording import refusal_text
from lms.wording_records import (
    DATE_ORDERS,
    LINE_STATES,
    columns_text,
    line_notes,
    template_example,
    template_headings,
)

MOST_PAGES = 10_000
TABLE = "/participations/<uuid:import_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TableForm(Form):
    """A table of past participations, where it comes from, and how it writes dates."""

    file = FileField(_l("Table (XLSX or CSV)"))
    source = StringField(_l("Source"), default="", render_kw={"maxlength": service.LONGEST_SOURCE})
    date_order = SelectField(
        _l("Dates like 03/04/2019"), default=DateOrder.NOT_SAID.value,
        choices=[SelectChoice(order.value, words) for order, words in DATE_ORDERS.items()],
    )  # fmt: skip


@blueprint.get("/participations")
@requires(Permission.MANAGE_RECORDS)
def participations() -> AnyResponse:
    """Show the tables that were sent, and the form for another one."""
    return _list_page(TableForm(formdata=None))


@blueprint.post("/participations", endpoint="send_participations")
@requires(Permission.MANAGE_RECORDS)
@accepts_uploads_of(LARGEST)
def send_table() -> AnyResponse:
    """Read a table and keep it as a preview; nothing of it counts yet."""
    form = TableForm()
    try:
        service.check_source(form.source.data or "")
        if form.date_order.data not in set(DateOrder):
            raise BadRequest
        import_id = _kept(form, _sent_file())
    except FaultyEntry as error:
        form.show_faults(error)
        return _list_page(form)
    except Refusal as error:
        if error.code == "sheet_columns_missing":
            error = Refusal(error.code, columns=columns_text(error.parameters["columns"]))
        form.refuse(error, "file")
        return _list_page(form)
    return redirect(url_for(".participation_table", import_id=import_id), 303)


@blueprint.get(TABLE, endpoint="participation_table")
@requires(Permission.MANAGE_RECORDS)
def show_table(import_id: UUID) -> str:
    """Show what a table would do, row by row."""
    table = import_for(reader(), signed_in_person(), import_id)
    wanted = request.args.get("state", "")
    state = LineState(wanted) if wanted in set(LineState) else None
    preview = preview_page(reader(), table, state, _page())
    return render_template("lms/admin/participation_table.html", preview=preview, state=state, states=LineState)


@blueprint.post(f"{TABLE}/dates", endpoint="order_participation_dates")
@requires(Permission.MANAGE_RECORDS)
def order_dates(import_id: UUID) -> AnyResponse:
    """Say how the table writes dates that can be read in two ways."""
    wanted = request.form.get("date_order", "")
    if wanted not in set(DateOrder):
        raise BadRequest
    order = DateOrder(wanted)
    return _changed(import_id, lambda session: service.order_dates(session, signed_in_person(), import_id, order))


@blueprint.post(f"{TABLE}/rows/<int:row>", endpoint="choose_participant")
@requires(Permission.MANAGE_RECORDS)
def choose_person(import_id: UUID, row: int) -> AnyResponse:
    """Say whom a row means; empty takes the choice back."""
    chosen = request.form.get("person", type=UUID)
    return _changed(
        import_id,
        lambda session: service.choose_person(session, signed_in_person(), import_id, row, chosen),
        f"row-{row}",
    )


@blueprint.post(f"{TABLE}/only-candidates", endpoint="choose_only_participants")
@requires(Permission.MANAGE_RECORDS)
def choose_only_candidates(import_id: UUID) -> AnyResponse:
    """Take the candidate of every row that has exactly one."""
    return _changed(import_id, lambda session: service.choose_only_candidates(session, signed_in_person(), import_id))


@blueprint.post(f"{TABLE}/match", endpoint="match_participants")
@requires(Permission.MANAGE_RECORDS)
def match_again(import_id: UUID) -> AnyResponse:
    """Look again whom the rows match."""
    return _changed(import_id, lambda session: service.match_again(session, signed_in_person(), import_id))


@blueprint.post(f"{TABLE}/take-in", endpoint="take_in_participations")
@requires(Permission.MANAGE_RECORDS)
def take_in(import_id: UUID) -> AnyResponse:
    """Take in the rows that are good, once."""
    try:
        with transaction() as session:
            count = service.take_in(session, signed_in_person(), import_id, clock.now())
    except Refusal as error:
        flash(refusal_text(error), "warning")
        return _back(import_id)
    if count:
        flash(
            ngettext("%(num)d participation was taken in.", "%(num)d participations were taken in.", count), "success"
        )
    else:
        flash(gettext("This table was taken in already; nothing was changed."), "warning")
    return _back(import_id)


@blueprint.post(f"{TABLE}/take-back", endpoint="take_back_participations")
@requires(Permission.MANAGE_RECORDS)
def take_back(import_id: UUID) -> AnyResponse:
    """Take the whole table back."""
    try:
        with transaction() as session:
            count = service.take_back(session, signed_in_person(), import_id, clock.now())
    except Refusal as error:
        flash(refusal_text(error), "warning")
        return _back(import_id)
    flash(
        ngettext("%(num)d participation was taken back.", "%(num)d participations were taken back.", count), "success"
    )
    return _back(import_id)


@blueprint.get(f"{TABLE}/rows.csv", endpoint="participation_rows")
@requires(Permission.MANAGE_RECORDS)
def download_rows(import_id: UUID) -> Response:
    """Send every row with what becomes of it and what to do, as a table."""
    table = import_for(reader(), signed_in_person(), import_id)
    header = (gettext("Row"), *template_headings(), gettext("State"), gettext("What to do"))
    rows = (_row(line) for line in service.lines_of(table))
    return as_csv(f"participations-{table.created_at:%Y-%m-%d}.csv", header, rows)


@blueprint.get("/participations/template.csv", endpoint="participation_template_csv")
@requires(Permission.MANAGE_RECORDS)
def download_template_csv() -> Response:
    """Send the table to fill in, with its headings in the reader's language and a row to be replaced."""
    return as_csv("participations.csv", template_headings(), [template_example()])


@blueprint.get("/participations/template.xlsx", endpoint="participation_template_xlsx")
@requires(Permission.MANAGE_RECORDS)
def download_template_xlsx() -> Response:
    """Send the same table as a workbook."""
    import xlsxwriter  # needed here alone

    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, template_headings(), book.add_format({"bold": True}))
        sheet.write_row(1, 0, template_example())
        sheet.set_column(0, len(template_headings()) - 1, 22)
        sheet.freeze_panes(1, 0)
    answer = Response(written.getvalue(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename="participations.xlsx")
    return answer


def _row(line: Line) -> tuple[str | int | float | None, ...]:
    first, _, last = line.name.rpartition(" ")
    return (
        line.row, line.email, first, last, line.country, line.title, line.code,
        line.held_on.isoformat() if line.held_on else line.date_text, "; ".join(line.steps), line.mark, "",
        str(LINE_STATES[line.state]), " ".join(line_notes(line)),
    )  # fmt: skip


def _sent_file() -> ArrivedFile:
    files = arrived_files(request.files.getlist("file"))
    if not files:
        raise Refusal("sheet_missing")
    return files[0]


def _kept(form: TableForm, file: ArrivedFile) -> UUID:
    """Read the table without holding the database, then keep it."""
    order = DateOrder(form.date_order.data)
    lines, _ = preview_of(reader(), file.path, order, clock.now().date())
    facts = TableFacts(file_name=file.name, sha256=file.sha256, source=form.source.data or "", date_order=order)
    with transaction() as session:
        return service.add_import(session, signed_in_person(), facts, lines, clock.now()).id


def _changed(import_id: UUID, change: Callable[[Session], object], place: str = "") -> AnyResponse:
    try:
        with transaction() as session:
            change(session)
    except Refusal as error:
        flash(refusal_text(error), "warning")
    return _back(import_id, place)


def _back(import_id: UUID, place: str = "") -> AnyResponse:
    """Lead back to the rows as they were looked at."""
    state = request.args.get("state")
    address = url_for(
        ".participation_table", import_id=import_id, page=request.args.get("page", type=int),
        state=state if state in set(LineState) else None, _anchor=place or None,
    )  # fmt: skip
    return redirect(address, 303)


def _list_page(form: TableForm) -> AnyResponse:
    tables = imports_for(reader(), signed_in_person(), _page())
    text = render_template(
        "lms/admin/participations.html", form=form, tables=tables, largest=LARGEST, most_rows=MOST_ROWS
    )  # fmt: skip
    return make_response(text, 422 if form.errors else 200)


def _page() -> int:
    return min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
