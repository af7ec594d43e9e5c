"""What `palier check` and `palier import` share: reading a package with a bar, and its report for people."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext, ngettext

from courses.catalogue.imports import PackageReport
from lms.config import Settings
from lms.languages import size_text
from lms.packages import ReadingFailed, RefusedPackage, budgets_of, read_in_child
from lms.report import Report, verdict
from lms.wording import quoted
from lms.wording_findings import GRADE_NAMES

Tell = Callable[[int, int], None]

# What a terminal would obey, and what turns the direction of a line: titles and addresses come from strangers.
_UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


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


def describe(report: Report) -> None:
    """Print a report for people, in the language at hand."""
    _echo(f"{report.file}: {_summary(report)}")
    _echo(f"  {verdict(report)}")
    for one in report.words:
        more = ngettext("There is %(num)d more like this.", "There are %(num)d more like this.", one.more)
        _echo(f"  {GRADE_NAMES[one.grade]}{gettext(': ')}{one.sentence}{f' {more}' if one.more else ''} [{one.code}]")
        if one.where:
            _echo(f"    {gettext('Where: %(where)s', where=one.where)}")
        _echo(f"    {gettext('What to do:')} {one.advice}")


def _echo(line: str) -> None:
    """Print one line of text, whatever the words in it hold."""
    click.echo(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", " ".join(line.splitlines())))


def _summary(report: Report) -> str:
    """Return what the package is, in one line."""
    if not report.is_accepted:
        return str(gettext("this package cannot be accepted."))
    facts, words = report.facts, [quoted(report.title), f"SCORM {report.edition}"]
    if report.tool:
        words.append(gettext("made with %(tool)s", tool=report.tool))
    words.append(ngettext("%(num)d part that opens", "%(num)d parts that open", report.parts))
    words.append(ngettext("%(num)d file", "%(num)d files", facts["files"]))
    words.append(gettext("%(size)s unpacked", size=size_text(facts["total_size"])))
    words.append(gettext("first screen at least %(size)s", size=size_text(facts["first_screen"]["size"])))
    if facts["hosts"]:
        words.append(gettext("calls %(hosts)s", hosts=", ".join(facts["hosts"])))
    return ", ".join(words)
