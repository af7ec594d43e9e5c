"""`palier export` and `palier original`: hand a version of a course out again, written clean or as it came."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from courses.catalogue.version_queries import version_named
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from lms.cli.folders import SUFFIXES
from lms.cli.opening import opened_site
from lms.exporting import exported_pieces, original_of
from lms.site import Site
from lms.wording import refusal_text

PIECE = 1024 * 1024

Write = Callable[[Site, UUID, Path | None], Path]


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what both commands ask for."""
    output = click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="[default: its own name, here]"
    )
    version = click.option("--version", "number", type=click.IntRange(1), help="[default: the current one]")
    language = click.option("--language", type=click.Choice([one.value for one in Language]), required=True)
    return click.argument("course")(language(version(output(command))))


@click.command("export")
@_options
def export(**options: Any) -> None:
    """Write a version of COURSE as a clean package of its own edition, to be read by any platform."""
    _hand_out(options, _write_export)


@click.command("original")
@_options
def original(**options: Any) -> None:
    """Copy the file of a version of COURSE byte for byte as it was imported."""
    _hand_out(options, _copy_original)


def _hand_out(options: dict[str, Any], write: Write) -> None:
    language = Language(options["language"])
    try:
        with opened_site() as site:
            with site.database.reading() as session:
                version_id = version_named(session, options["course"], language, options["number"])
            click.echo(f"Written: {write(site, version_id, options['output'])}")
    except NotFound as error:
        raise click.ClickException(f"There is no such version of {options['course']} in {language.value}.") from error
    except Refusal as error:
        raise click.ClickException(refusal_text(error)) from error
    except OSError as error:
        raise click.ClickException(f"It could not be written: {error}") from error


def _write_export(site: Site, version_id: UUID, output: Path | None) -> Path:
    with exported_pieces(site, version_id) as (name, pieces):
        return _written(output or _own_place(name), pieces)


def _copy_original(site: Site, version_id: UUID, output: Path | None) -> Path:
    found = original_of(site, version_id)
    place = output or _own_place(found.name)
    with found.path.open("rb") as source:
        return _written(place, iter(lambda: source.read(PIECE), b""))


def _own_place(name: str) -> Path:
    """Return where a file goes when nobody said where: here, as a zip file, and over no other one.

    Whoever sent the package chose its name.
    """
    name = Path(name).name
    place = Path(name if name.casefold().endswith(SUFFIXES) else f"{name}.zip")
    if os.path.lexists(place):
        raise click.ClickException(f"There is a file {place} here already. Say with -o where to write.")
    return place


def _written(place: Path, pieces: Iterable[bytes]) -> Path:
    """Write a file whole or not at all: it gets its name when its last byte is there."""
    unfinished = place.with_name(f".{place.name}.part")
    try:
        with unfinished.open("wb") as target:
            for piece in pieces:
                target.write(piece)
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
    return place
