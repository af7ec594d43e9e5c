"""`palier check`: look at a package without importing it, and without a database."""

import json
from pathlib import Path
from typing import Any

import click

from courses.catalogue.imports import PackageReport
from lms.cli.reports import FILE, describe, read_package_file
from lms.config import load_settings
from lms.packages import RefusedPackage
from lms.wording_findings import worst_first
from scorm.findings import Grade

STATUS = {Grade.BLOCKER: 2, Grade.WILL_MISBEHAVE: 1, Grade.COSMETIC: 0}


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Look at a package without importing it. Needs no database.

    The exit status is 0 when nothing is worse than cosmetic, 1 when something will misbehave, 2 when it is refused.
    """
    outcome = read_package_file(file, load_settings())
    if as_json:
        click.echo(json.dumps(_as_plain(file, outcome), ensure_ascii=False, indent=2))
    else:
        describe(file.name, outcome)
    ctx.exit(_status(outcome))


def _as_plain(file: Path, outcome: PackageReport | RefusedPackage) -> dict[str, Any]:
    """Return a report as plain values for JSON, each finding with its words."""
    words = [
        {
            "code": one.code, "grade": one.grade, "file": one.file, "place": one.place, "more": one.more,
            "sentence": one.sentence, "advice": one.advice,
        }
        for one in worst_first(outcome.findings)
    ]  # fmt: skip
    report: dict[str, Any] = {"file": file.name, "accepted": isinstance(outcome, PackageReport)}
    if isinstance(outcome, PackageReport):
        report |= {
            "edition": outcome.edition, "title": outcome.title, "tool": outcome.tool, "sco_count": outcome.sco_count,
            "files": len(outcome.members), "total_size": outcome.total_size,
        }  # fmt: skip
    return report | {"findings": words}


def _status(outcome: PackageReport | RefusedPackage) -> int:
    if isinstance(outcome, RefusedPackage):
        return 2
    return max((STATUS[one.grade] for one in worst_first(outcome.findings)), default=0)
