"""`palier check`: look at a package without importing it, and without a database."""

import json
from pathlib import Path

import click

from lms.cli.folders import SOURCE, archive_of, name_of, packages_in
from lms.cli.reports import describe, read_package_file
from lms.cli.speaking import speaking, spoken_language
from lms.config import load_settings
from lms.languages import CODES
from lms.report import Report, report_document, report_on


@click.command()
@click.argument("file", type=SOURCE)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON; of several packages a list.")
@click.option("--language", type=click.Choice(CODES), help="Of the words.  [default: that of LANG]")
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool, language: str | None) -> None:
    """Look at a package without importing it. Needs no database.

    FILE is a zip file, the folder of an unpacked package, or a folder with several packages.

    The exit status is 0 when nothing is worse than cosmetic, 1 when something will misbehave, 2 when it is refused;
    of several packages the worst counts.
    """
    with speaking(language or spoken_language()):
        paths = packages_in(file)
        reports = []
        for path in paths:
            reports.append(_report(path))
            if not as_json:
                describe(reports[-1])
        if as_json:
            documents = [report_document(report) for report in reports]
            is_one = paths == [file]
            click.echo(json.dumps(documents[0] if is_one else documents, ensure_ascii=False, indent=2))
    ctx.exit(max(report.status for report in reports))


def _report(path: Path) -> Report:
    with archive_of(path) as archive:
        return report_on(name_of(path), read_package_file(archive, load_settings()))
