"""What `palier check` and `palier import` share: reading a package with a bar, and its report for people."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from courses.catalogue.imports import PackageReport
from lms.config import Settings
from lms.packages import ReadingFailed, RefusedPackage, budgets_of, read_in_child
from lms.wording_findings import GRADE_NAMES, worst_first

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)

Tell = Callable[[int, int], None]


def read_package_file(path: Path, settings: Settings) -> PackageReport | RefusedPackage:
    """Read a package in the child process, with a bar on a terminal."""
    try:
        with telling("Reading") as tell:
            return read_in_child(path, settings.max_unpacked, tell, budgets_of(settings))
    except ReadingFailed as error:
        raise click.ClickException(f"The package could not be read: {error}") from error


@contextmanager
def telling(label: str) -> Iterator[Tell]:
    """Yield what is told of the progress, shown as a bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:
        yield _mover(bar)


def _mover(bar: Any) -> Tell:
    def tell(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    return tell


def describe(name: str, outcome: PackageReport | RefusedPackage) -> None:
    """Print the report on a package for people."""
    if isinstance(outcome, PackageReport):
        made = f", made with {outcome.tool}" if outcome.tool else ""
        click.echo(
            f"{name}: “{outcome.title}”, SCORM {outcome.edition}{made}; {outcome.sco_count} parts that open, "
            f"{len(outcome.members)} files, {outcome.total_size / 1e6:.1f} MB unpacked."
        )
    else:
        click.echo(f"{name}: this package cannot be accepted.")
    for one in worst_first(outcome.findings):
        where = ", ".join(part for part in (one.file, one.place) if part)
        more = f" ({one.more} more like this)" if one.more else ""
        click.echo(f"  {GRADE_NAMES[one.grade]}: {one.sentence}{more}" + (f" [{where}]" if where else ""))
        click.echo(f"    {one.advice}")
    if not outcome.findings:
        click.echo("  Nothing was found that could cause trouble.")
