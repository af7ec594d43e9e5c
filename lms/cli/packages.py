"""`palier check` and `palier import`: look at packages, and bring them in, from the command line."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from courses.catalogue import imports, queries, services, versions
from courses.catalogue.facts import CourseFacts, InvalidFacts
from courses.catalogue.imports import ImportRequest, PackageReport
from courses.catalogue.models import Track
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from lms import clock
from lms.cli.opening import opened_site
from lms.config import load_settings
from lms.packages import ReadingFailed, RefusedPackage, read_in_child
from lms.site import Site
from lms.storage import write_all
from lms.uploads import clean_name
from lms.wording import refusal_text
from lms.wording_findings import GRADE_NAMES, worst_first
from scorm.findings import Grade

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
CHUNK = 1024 * 1024
STATUS = {Grade.BLOCKER: 2, Grade.WILL_MISBEHAVE: 1, Grade.COSMETIC: 0}

Tell = Callable[[int, int], None]


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Look at a package without importing it. Needs no database.

    The exit status is 0 when nothing is worse than cosmetic, 1 when something will misbehave, 2 when it is refused.
    """
    outcome = _read(file, load_settings().max_unpacked)
    if as_json:
        click.echo(json.dumps(_as_plain(file, outcome), ensure_ascii=False, indent=2))
    else:
        _describe(file.name, outcome)
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


def _describe(name: str, outcome: PackageReport | RefusedPackage) -> None:
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


def _status(outcome: PackageReport | RefusedPackage) -> int:
    if isinstance(outcome, RefusedPackage):
        return 2
    return max((STATUS[one.grade] for one in worst_first(outcome.findings)), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where packages go: a course by its code, made from `facts` when they are given and it is absent."""

    code: str
    language: Language
    facts: dict[str, Any] | None
    is_published: bool


@click.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--course", "code", required=True, help="The code of the course.")
@click.option("--language", type=click.Choice([one.value for one in Language]), required=True)
@click.option("--no-publish", is_flag=True, help="Only read and report; publish later on the page of the import.")
@click.option("--create", is_flag=True, help="Add the course when it is absent; the options below describe it.")
@click.option("--title-en", default="", help="[default: the title of the package]")
@click.option("--title-fr", default="", help="[default: the English one]")
@click.option("--title-es", default="", help="[default: the English one]")
@click.option("--level", type=click.IntRange(1, 3))
@click.option("--track", type=click.Choice([one.value for one in Track]))
@click.option("--topic")
@click.option("--hours", type=float)
@click.pass_context
def import_packages(ctx: click.Context, /, **options: Any) -> None:
    """Import SCORM packages as versions of a course in a language, in the order given.

    The exit status is 0 when all were imported, 1 when something went wrong on our side, 2 when one was refused.
    """
    facts = {name: options[name] for name in ("title_en", "title_fr", "title_es", "level", "topic", "hours")}
    facts["track"] = Track(options["track"]) if options["track"] else None
    target = Target(
        code=options["code"],
        language=Language(options["language"]),
        facts=facts if options["create"] else None,
        is_published=not options["no_publish"],
    )
    with opened_site() as parts:
        _check_course(parts, target)
        accepted = [_import_file(parts, file, target) for file in options["files"]]
    ctx.exit(0 if all(accepted) else 2)


def _check_course(parts: Site, target: Target) -> None:
    """Refuse a course that is not there before anything is read."""
    with parts.database.reading() as session:
        if target.facts is None and queries.course_by_code(session, target.code) is None:
            raise click.UsageError(f"There is no course with the code {target.code}. Add --create to make it.")


def _import_file(parts: Site, file: Path, target: Target) -> bool:
    """Bring in one package; return whether it was accepted.

    Rows are written in one transaction after the file stands in its place: killed at any moment, this leaves nothing
    but a staged file, which the next sweep removes.
    """
    with parts.storage.staging() as staged:
        size, sha256 = _copy(file, staged)
        outcome = _read(staged, parts.settings.max_unpacked)
        _describe(file.name, outcome)
        if isinstance(outcome, RefusedPackage):
            return False
        parts.storage.keep(staged, sha256)
    asked = {"file_name": clean_name(file.name), "size": size, "sha256": sha256}
    click.echo(_record(parts, target, outcome, asked))
    return True


def _record(parts: Site, target: Target, report: PackageReport, asked: dict[str, Any]) -> str:
    now = clock.now()
    try:
        with parts.database.transaction() as session:
            course = queries.course_by_code(session, target.code)
            if course is None:
                facts = dict(target.facts or {})
                facts["title_en"] = facts.get("title_en") or report.title
                course = services.save_course(session, CourseFacts(code=target.code, **facts), now)
            request = ImportRequest(course_id=course.id, language=target.language, **asked)
            import_ = imports.start_import(session, request, None, now)
            imports.begin_reading(session, import_.id)
            imports.record_report(session, import_.id, report, now)
            if not target.is_published:
                return f"  Ready to be published: {parts.settings.address}/admin/imports/{import_.id}"
            version = versions.publish(session, import_, None, now)
            return f"  Published as version {version.number} of {course.code} in {target.language.value}."
    except InvalidFacts as error:
        sentences = "; ".join(f"{one.field}: {refusal_text(Refusal(one.code))}" for one in error.reasons)
        raise click.UsageError(sentences) from error
    except NotFound as error:
        raise click.ClickException(f"The course {target.code} is gone.") from error


def _copy(file: Path, staged: Path) -> tuple[int, str]:
    """Copy a file to the staging folder; return its size in bytes and its SHA-256."""
    digest = hashlib.sha256()
    size = 0
    buffer = memoryview(bytearray(CHUNK))
    with file.open("rb", buffering=0) as source, staged.open("xb", buffering=0) as target:
        while count := source.readinto(buffer):
            digest.update(buffer[:count])
            write_all(target.fileno(), buffer[:count])
            size += count
    return size, digest.hexdigest()


def _read(path: Path, max_unpacked: int) -> PackageReport | RefusedPackage:
    """Read a package in the child process, with a bar on a terminal."""
    try:
        if not sys.stderr.isatty():
            return read_in_child(path, max_unpacked, lambda _done, _total: None)
        with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:
            return read_in_child(path, max_unpacked, _mover(bar))
    except ReadingFailed as error:
        raise click.ClickException(f"The package could not be read: {error}") from error


def _mover(bar: Any) -> Tell:
    def tell(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    return tell
