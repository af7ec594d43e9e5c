"""Packages from what a person names: a file, the folder of an unpacked package, or a folder of packages."""

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from scorm.packaging.archive import MANIFEST_NAME

PACKAGE = click.Path(exists=True, readable=True, path_type=Path)
SUFFIXES = (".zip", ".pif")


def packages_in(path: Path) -> list[Path]:
    """Return what is to be read: a file or the folder of one package alone, else every archive below a folder.

    Raises:
        UsageError: there is no package in the folder.
    """
    if not path.is_dir() or _has_manifest(path):
        return [path]
    found = [file for file in _files(path) if file.suffix.casefold() in SUFFIXES]
    if not found:
        raise click.UsageError(f"There is neither {MANIFEST_NAME} nor a zip file in {path}.")
    return found


@contextmanager
def archive_of(path: Path) -> Iterator[Path]:
    """Yield a package as an archive: a file as it is, a folder packed into a temporary file."""
    if not path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="palier-") as name:
        archive = Path(name) / "package.zip"
        pack(path, archive)
        yield archive


def pack(folder: Path, archive: Path) -> None:
    """Pack the files of a folder; the same files give the same archive but for their dates.

    Links are never followed and what is no file is left out, both with a word to the person.
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
        for file in _files(folder, is_told=True):
            packed.write(file, file.relative_to(folder).as_posix())


def _has_manifest(folder: Path) -> bool:
    return any(entry.name.casefold() == MANIFEST_NAME and entry.is_file() for entry in folder.iterdir())


def _files(folder: Path, *, is_told: bool = False) -> list[Path]:
    """Return the files below a folder in the order of their names; links and devices are left out."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        linked = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*names, *linked]):
            file = Path(place, name)
            if file.is_file() and not file.is_symlink():
                found.append(file)
            elif is_told:
                click.echo(f"Left out, for it is a link or no file: {file.relative_to(folder)}", err=True)
    return found
