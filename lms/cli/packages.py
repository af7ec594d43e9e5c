"""`palier import`: bring packages in from the command line."""

import hashlib
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
from lms.cli.reports import FILE, describe, read_package_file
from lms.packages import RefusedPackage
from lms.site import Site
from lms.storage import write_all
from lms.uploads import clean_name
from lms.wording import refusal_text

CHUNK = 1024 * 1024


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
        outcome = read_package_file(staged, parts.settings)
        describe(file.name, outcome)
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
            version_id = imports.record_report(session, import_.id, report, now).version_id
            if version_id is None or not target.is_published:
                return f"  Ready to be published: {parts.settings.address}/admin/imports/{import_.id}"
            version = versions.publish(session, version_id, None, now)
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
