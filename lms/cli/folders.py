"""Packages from what a person names: a file, the folder of an unpacked package, or a folder of packages."""

import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lms.cli.reports import Tell, telling
from scorm.packaging.archive import MANIFEST_NAME

SOURCE = click.Path(exists=True, readable=True, path_type=Path)
SUFFIXES = (".zip", ".pif")
PACKED = {
    ".7z", ".avi", ".gif", ".gz", ".jpeg", ".jpg", ".m4a", ".m4v", ".mov", ".mp3", ".mp4", ".ogg", ".ogv", ".png",
    ".rar", ".webm", ".webp", ".woff", ".woff2", ".zip",
}  # fmt: skip
"""How names of files end that deflating makes no smaller."""

EPOCH = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o100644 << 16
UNIX = 3
CHUNK = 1024 * 1024


def packages_in(path: Path) -> list[Path]:
    """Return what is to be read: a file or the folder of one package alone, else every archive below a folder.

    Raises:
        UsageError: there is no package in the folder.
    """
    if not path.is_dir() or _manifest_of(path) is not None:
        return [path]
    found = [file for file in _files(path) if file.suffix.casefold() in SUFFIXES]
    if not found:
        raise click.UsageError(f"There is neither {MANIFEST_NAME} nor a zip file in {path}.")
    return found


def name_of(path: Path) -> str:
    """Return under which name a package goes: a folder under that of the zip file it becomes."""
    return f"{path.resolve().name}.zip" if path.is_dir() else path.name


def size_of(path: Path) -> int:
    """Return the size of a file, or of all files of a folder, in bytes."""
    return sum(file.stat().st_size for file in _files(path)) if path.is_dir() else path.stat().st_size


@contextmanager
def archive_of(path: Path) -> Iterator[Path]:
    """Yield a package as an archive: a file as it is, a folder packed into a temporary file."""
    if not path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="palier-") as name:
        archive = Path(name) / "package.zip"
        with telling("Packing") as tell:
            pack_folder(path, archive, tell)
        yield archive


def pack_folder(folder: Path, target: Path, tell: Tell) -> None:
    """Write the package that a folder is: the manifest first, the rest in order of names; same files, same bytes.

    `tell` is called with how many bytes of how many are packed. Links are never followed and what is no file is left
    out, both with a word to the person.

    Raises:
        ClickException: a file has a name that no package can hold.
    """
    manifest = _manifest_of(folder)
    named = sorted((file != manifest, _name_in(folder, file), file) for file in _files(folder, is_told=True))
    total, done = sum(file.stat().st_size for _, _, file in named), 0
    with zipfile.ZipFile(target, "x") as archive:
        for _, name, file in named:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = UNIX, FILE_MODE
            entry.compress_type = zipfile.ZIP_STORED if file.suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
            entry.file_size = file.stat().st_size
            with file.open("rb") as source, archive.open(entry, "w") as member:
                while data := source.read(CHUNK):
                    member.write(data)
                    done += len(data)
                    tell(done, total)


def _manifest_of(folder: Path) -> Path | None:
    named = sorted(one for one in folder.iterdir() if one.name.casefold() == MANIFEST_NAME and one.is_file())
    return named[0] if named else None


def _name_in(folder: Path, file: Path) -> str:
    name = unicodedata.normalize("NFC", file.relative_to(folder).as_posix())
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise click.ClickException(f"The name of {name!a} is no UTF-8; rename the file.") from error
    return name


def _files(folder: Path, *, is_told: bool = False) -> list[Path]:
    """Return the files below a folder in the order of their names; links and devices are left out."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_refuse, followlinks=False):
        folders.sort()
        linked = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*names, *linked]):
            file = Path(place, name)
            if file.is_file() and not file.is_symlink():
                found.append(file)
            elif is_told:
                click.echo(f"Left out, for it is a link or no file: {file.relative_to(folder)}", err=True)
    return found


def _refuse(error: OSError) -> None:
    raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}.")
