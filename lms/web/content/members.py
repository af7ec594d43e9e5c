"""Find a file of a package by the address that a page asks for: as it is written, then nearly so."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from courses.catalogue.models import ArchiveMember
from lms.web.content.recent import Recent
from scorm.packaging.archive import Member

_members: Recent[tuple[str, str], Member] = Recent(4096)
_folded: Recent[str, Mapping[str, str]] = Recent(8)


def find_member(session: Session, archive: str, raw: str) -> Member | None:
    """Return the file that a raw path means, or None.

    As written first (a zip may hold a `%2F` of its own), then unquoted, then whatever its case.
    """
    found = _members.find((archive, raw))
    if found is None:
        found = _look_up(session, archive, raw)
        if found is not None:
            _members.keep((archive, raw), found)
    return found


def _look_up(session: Session, archive: str, raw: str) -> Member | None:
    names = _candidates(raw)
    if not names:
        return None
    rows = session.execute(_select(archive, names)).all()
    found = {row.name: row for row in rows}
    name = next((name for name in names if name in found), None)
    if name is not None:
        return Member(**found[name]._mapping)
    folded = _folded_names(session, archive)
    name = next((folded[name.casefold()] for name in names if name.casefold() in folded), None)
    if name is None:
        return None
    return Member(**session.execute(_select(archive, [name])).one()._mapping)


def _candidates(raw: str) -> list[str]:
    """Return the names that a path may mean, the likeliest first; a text that no database holds means none."""
    names = [raw, unquote(raw), unquote(unquote(raw))]
    composed = [unicodedata.normalize("NFC", name) for name in names]
    return [name for name in dict.fromkeys(composed) if name and "\0" not in name and len(name) <= 1024]


def _select(archive: str, names: list[str]) -> Select[*tuple[Any, ...]]:
    columns = (
        ArchiveMember.name, ArchiveMember.offset, ArchiveMember.method, ArchiveMember.compressed_size,
        ArchiveMember.size, ArchiveMember.crc,
    )  # fmt: skip
    return select(*columns).where(ArchiveMember.archive_sha256 == archive, ArchiveMember.name.in_(names))


def _folded_names(session: Session, archive: str) -> Mapping[str, str]:
    """Return the names of an archive by their folded form; import has refused two that fold alike."""
    found = _folded.find(archive)
    if found is None:
        names = session.scalars(select(ArchiveMember.name).where(ArchiveMember.archive_sha256 == archive))
        found = {name.casefold(): name for name in names}
        if found:  # an archive that was given up may come back
            _folded.keep(archive, found)
    return found
