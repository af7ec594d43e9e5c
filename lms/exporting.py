"""Hand a version out again: the file as it came, or a clean package written from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from courses.catalogue.version_queries import StoredVersion, index_of, stored_version
from courses.errors import NotFound, Refusal
from lms.site import Site
from lms.storage import write_all
from scorm.packaging.exporting import carried_course
from scorm.packaging.items import Manifest
from scorm.packaging.writer import package_pieces


@dataclass(frozen=True, slots=True)
class Original:
    """The file of a version as it came: what it was called, its SHA-256, and where it is kept."""

    name: str
    sha256: str
    path: Path


def original_of(site: Site, version_id: UUID) -> Original:
    """Return the file of a version as it came.

    Raises:
        NotFound: there is no such version.
        Refusal: `version_retired`.
    """
    with site.database.reading() as session:
        stored = _kept(stored_version(session, version_id))
    path = site.storage.path(stored.sha256)
    if not path.is_file():
        raise NotFound("stored file")
    return Original(stored.file_name, stored.sha256, path)


@contextmanager
def exported_pieces(site: Site, version_id: UUID) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name and the bytes of a clean package of a version, while its archive is open.

    Raises:
        NotFound: there is no such version.
        Refusal: `version_retired`.
    """
    with site.database.reading() as session:
        stored = _kept(stored_version(session, version_id))
        index = index_of(session, stored.sha256)
    manifest = Manifest.from_dict(stored.definition)
    try:
        archive = site.storage.open(stored.sha256)
    except FileNotFoundError as error:
        raise NotFound("stored file") from error
    with archive:

        def read_at(offset: int, size: int) -> bytes:
            return os.pread(archive.fileno(), size, offset)

        course = carried_course(manifest, index, read_at, stored.language.value)
        yield f"{stored.code}-{stored.language.value}-{stored.number}-export.zip", package_pieces(course)


def stage_export(site: Site, version_id: UUID) -> tuple[str, IO[bytes]]:
    """Return the name of a clean package and the package, open at its beginning; closing it removes it.

    Raises:
        NotFound: there is no such version.
        Refusal: `version_retired`.
    """
    with exported_pieces(site, version_id) as (name, pieces):
        descriptor, path = site.storage.stage_unnamed()
        try:
            for piece in pieces:
                write_all(descriptor, piece)
            os.lseek(descriptor, 0, os.SEEK_SET)
        except BaseException:
            os.close(descriptor)
            raise
        finally:
            path.unlink(missing_ok=True)  # where it had to have a name; what is open stays
    return name, os.fdopen(descriptor, "rb")


def _kept(stored: StoredVersion) -> StoredVersion:
    if not stored.is_kept:
        raise Refusal("version_retired")
    return stored
