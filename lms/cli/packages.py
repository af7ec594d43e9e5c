"""`palier import`: bring packages in from the command line."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from courses.catalogue import imports, queries, services, versions
from courses.catalogue.facts import CourseFacts, InvalidFacts
from courses.catalogue.imports import ImportRequest, PackageReport
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from courses.progression.steps import Track
from lms import clock
from lms.cli.folders import SOURCE, name_of, pack_folder, packages_in, size_of
from lms.cli.opening import opened_site
from lms.cli.reports import describe, read_package_file, telling
from lms.cli.speaking import speaking, spoken_language
from lms.packages import RefusedPackage
from lms.report import report_on
from lms.site import Site
from lms.storage import write_all
from lms.uploads import clean_name
from lms.wording import refusal_text

CHUNK = 1024 * 1024


class Outcome(StrEnum):
    """What became of one package."""

    IMPORTED = "imported"
    FAILED = "failed"
    REFUSED = "refused"


STATUS = {Outcome.IMPORTED: 0, Outcome.FAILED: 1, Outcome.REFUSED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where packages go: a course by its code, made from `facts` when they are given and it is absent."""

    code: str
    language: Language
    facts: dict[str, Any] | None
    is_published: bool


@click.command("import")
@click.argument("sources", type=SOURCE, nargs=-1, required=True, metavar="FILE_OR_FOLDER...")
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

    A folder with an imsmanifest.xml is packed on the fly; any other folder stands for every .zip and .pif in it, in
    order of names.

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
    packages = [package for source in options["sources"] for package in packages_in(source)]
    with opened_site() as parts:
        _check_course(parts, target)
        outcomes = [(name_of(package), _import_package(parts, package, target)) for package in packages]
    _sum_up(outcomes)
    ctx.exit(max(STATUS[outcome] for _, outcome in outcomes))


def _sum_up(outcomes: list[tuple[str, Outcome]]) -> None:
    imported = sum(outcome is Outcome.IMPORTED for _, outcome in outcomes)
    click.echo(f"Imported {imported} of {len(outcomes)}.")
    for outcome in (Outcome.REFUSED, Outcome.FAILED):
        if names := [name for name, one in outcomes if one is outcome]:
            click.echo(f"  {outcome.capitalize()}: {', '.join(names)}")


def _import_package(parts: Site, package: Path, target: Target) -> Outcome:
    """Bring in one package; what goes wrong with it keeps the next ones from nothing."""
    try:
        if size_of(package) > _most(parts, package):
            return _too_large(package, _most(parts, package))
        return _bring_in(parts, package, target)
    except click.UsageError:
        raise
    except click.ClickException as error:
        click.echo(f"{name_of(package)}: {error.message}", err=True)
    except OSError as error:
        click.echo(f"{name_of(package)}: it could not be copied: {error.strerror}.", err=True)
    return Outcome.FAILED


def _too_large(package: Path, most: int) -> Outcome:
    click.echo(f"{name_of(package)}: this package is too large; it may have {most / 1e6:.0f} MB.")
    return Outcome.REFUSED


def _most(parts: Site, package: Path) -> int:
    """Return what a package may have: a file as it is, the files of a folder together."""
    return parts.settings.max_unpacked if package.is_dir() else parts.settings.max_upload


def _check_course(parts: Site, target: Target) -> None:
    """Refuse a course that is not there before anything is read."""
    with parts.database.reading() as session:
        if target.facts is None and queries.course_by_code(session, target.code) is None:
            raise click.UsageError(f"There is no course with the code {target.code}. Add --create to make it.")


def _bring_in(parts: Site, package: Path, target: Target) -> Outcome:
    """Copy, read and record one package.

    Rows are written in one transaction after the file stands in its place: killed at any moment, this leaves nothing
    but a staged file, which the next sweep removes.
    """
    with parts.storage.staging() as staged:
        most = parts.settings.max_upload
        size, sha256 = _packed(package, staged) if package.is_dir() else _copied(package, staged, most)
        if size > most:
            return _too_large(package, most)
        outcome = read_package_file(staged, parts.settings)
        with speaking(spoken_language()):
            describe(report_on(name_of(package), outcome))
        if isinstance(outcome, RefusedPackage):
            return Outcome.REFUSED
        parts.storage.keep(staged, sha256)
    asked = {"file_name": clean_name(name_of(package)), "size": size, "sha256": sha256}
    click.echo(_record(parts, target, outcome, asked))
    return Outcome.IMPORTED


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


def _packed(folder: Path, staged: Path) -> tuple[int, str]:
    """Pack a folder into the staging folder; return the size of the package in bytes and its SHA-256."""
    with telling("Packing") as tell:
        pack_folder(folder, staged, tell)
    with staged.open("rb") as file:
        return staged.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _copied(file: Path, staged: Path, most: int) -> tuple[int, str]:
    """Copy a file to the staging folder; return its size in bytes and its SHA-256.

    What has no size beforehand, a pipe, is read no further than `most` bytes, what a package may have.
    """
    digest = hashlib.sha256()
    size, total = 0, file.stat().st_size
    buffer = memoryview(bytearray(CHUNK))
    with file.open("rb", buffering=0) as source, staged.open("xb", buffering=0) as target, telling("Copying") as tell:
        while size <= most and (count := source.readinto(buffer)):
            digest.update(buffer[:count])
            write_all(target.fileno(), buffer[:count])
            size += count
            tell(size, total)
    return size, digest.hexdigest()
