"""`palier participations`: tables of past participations looked at, taken in and taken back from the command line."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from courses.enrolment import past_imports as service
from courses.enrolment.past_imports import TableFacts
from courses.errors import NotFound, Refusal
from courses.records.dates import DateOrder
from courses.records.faults import FaultyEntry
from courses.records.lines import Line, LineState
from lms import clock
from lms.cli.opening import opened_site
from lms.cli.speaking import speaking, spoken_language
from lms.past_tables import preview_of
from lms.site import Site
from lms.wording import refusal_text
from lms.wording_records import LINE_STATES, columns_text, line_notes

ORDER = click.Choice([order.value for order in DateOrder if order])
MOST_SHOWN = 200


@click.group()
def participations() -> None:
    """Look at tables of past participations, take them in, take them back."""


@participations.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where the table comes from; it stands beside each participation.")
@click.option("--dates", type=ORDER, help="How the table writes dates like 03/04/2019.")
@click.option("--take-in", "takes_in", is_flag=True, help="Take in the rows that are good, without looking first.")
def import_table(table: Path, source: str, dates: str | None, takes_in: bool) -> None:
    """Read a TABLE (XLSX or CSV), keep it, and say what each row would do that is not good."""
    order = DateOrder(dates or "")
    with opened_site() as parts, speaking(spoken_language()):
        now = clock.now()
        try:
            with parts.database.reading() as session:
                lines, _ = preview_of(session, table, order, now.date())
            facts = TableFacts(
                file_name=table.name, sha256=hashlib.sha256(table.read_bytes()).hexdigest(), source=source,
                date_order=order,
            )  # fmt: skip
            with parts.database.transaction() as session:
                import_id = service.add_import(session, None, facts, lines, now).id
        except FaultyEntry as error:
            raise click.ClickException(
                "; ".join(refusal_text(Refusal(fault.code)) for fault in error.faults)
            ) from error
        except Refusal as error:
            raise click.ClickException(_sentence(error)) from error
        for line in [line for line in lines if line.state is not LineState.GOOD][:MOST_SHOWN]:
            click.echo(_said(line))
        good = sum(line.state is LineState.GOOD for line in lines)
        click.echo(f"{import_id}\t{len(lines)} rows, {good} good")
        if takes_in:
            _take_in(parts, import_id)


@participations.command("take-in")
@click.argument("identifier", type=click.UUID)
def take_in(identifier: UUID) -> None:
    """Take in the good rows of the table with this IDENTIFIER, once."""
    with opened_site() as parts, speaking(spoken_language()):
        _take_in(parts, identifier)


@participations.command("take-back")
@click.argument("identifier", type=click.UUID)
def take_back(identifier: UUID) -> None:
    """Take back all that was taken in from the table with this IDENTIFIER."""
    with opened_site() as parts, speaking(spoken_language()):
        count = _done(parts, lambda session: service.take_back(session, None, identifier, clock.now()))
        click.echo(f"{count} participations were taken back.")


def _take_in(parts: Site, import_id: UUID) -> None:
    count = _done(parts, lambda session: service.take_in(session, None, import_id, clock.now()))
    click.echo(f"{count} participations were taken in.")


def _done(parts: Site, change: Callable[[Session], int]) -> int:
    try:
        with parts.database.transaction() as session:
            return change(session)
    except NotFound as error:
        raise click.ClickException("There is no such table.") from error
    except Refusal as error:
        raise click.ClickException(_sentence(error)) from error


def _said(line: Line) -> str:
    return f"{line.row}\t{LINE_STATES[line.state]}\t{' '.join(line_notes(line))}"


def _sentence(error: Refusal) -> str:
    if error.code == "sheet_columns_missing":
        return refusal_text(Refusal(error.code, columns=columns_text(error.parameters["columns"])))
    return refusal_text(error)
