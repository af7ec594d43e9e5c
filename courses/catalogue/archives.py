"""Stored archives: given up when no version uses them any more, taken up again when the same content comes back."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from courses.catalogue.import_moves import UNFINISHED
from courses.catalogue.models import Archive, ArchiveMember, CourseVersion, PackageImport


def free_archives(session: Session, now: datetime, most: int) -> int:
    """Give up the archives that no version uses, with their indexes, `most` at once; return how many those are.

    Who records an import of the same content holds its archive meanwhile: we look again once it is ours. The files go
    with a later sweep of the storage, which asks what is still kept.
    """
    unused = select(Archive.sha256).where(_is_unused())
    found = session.scalars(unused.order_by(Archive.sha256).limit(most).with_for_update(skip_locked=True)).all()
    # What was locked may have been taken up between our look and our lock.
    freed = session.scalars(unused.where(Archive.sha256.in_(found))).all()
    if freed:
        session.execute(delete(ArchiveMember).where(ArchiveMember.archive_sha256.in_(freed)))
        session.execute(update(Archive).where(Archive.sha256.in_(freed)).values(freed_at=now))
    return len(freed)


def _is_unused() -> ColumnElement[bool]:
    version = exists().where(CourseVersion.archive_sha256 == Archive.sha256, CourseVersion.retired_at.is_(None))
    on_its_way = exists().where(PackageImport.sha256 == Archive.sha256, PackageImport.state.in_(UNFINISHED))
    return Archive.freed_at.is_(None) & ~version & ~on_its_way
