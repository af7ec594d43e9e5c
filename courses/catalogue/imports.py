"""Imports of packages: what each step writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.catalogue.import_moves import MOVES, Action, move
from courses.catalogue.models import (
    Archive,
    ArchiveMember,
    Course,
    CourseLanguage,
    CourseVersion,
    Format,
    ImportState,
    PackageImport,
)
from courses.catalogue.services import language_of, lock_course
from courses.errors import NotFound
from courses.events import Event, record
from courses.people.models import Language

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What somebody asks to import; `size` in bytes."""

    course_id: UUID
    language: Language
    file_name: str
    size: int
    sha256: str
    publishes_itself: bool = False


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What the reading of an accepted package found; `total_size` is what its files have unpacked, in bytes.

    `definition`, `findings` and `facts` are plain values as in the rows; a member is (name, offset, method, compressed
    size, size, CRC).
    """

    edition: str
    title: str
    tool: str
    sco_count: int
    total_size: int
    definition: dict[str, Any]
    findings: list[dict[str, Any]]
    members: Sequence[tuple[str, int, int, int, int, int]]
    facts: dict[str, Any] = field(default_factory=dict)


def start_import(session: Session, asked: ImportRequest, actor_id: UUID | None, now: datetime) -> PackageImport:
    """Write down that a package is to be read.

    Raises:
        NotFound: there is no such course.
    """
    if session.get(Course, asked.course_id) is None:
        raise NotFound("course")
    import_ = PackageImport(
        course_id=asked.course_id,
        language=asked.language,
        file_name=asked.file_name[-LONGEST_NAME:],
        size=asked.size,
        sha256=asked.sha256,
        publishes_itself=asked.publishes_itself,
        state=ImportState.WAITING,
        findings=[],
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(import_)
    session.flush()
    return import_


def locked(session: Session, import_id: UUID) -> PackageImport:
    """Return an import, held until the transaction ends.

    Raises:
        NotFound: there is no such import.
    """
    import_ = session.scalar(select(PackageImport).where(PackageImport.id == import_id).with_for_update())
    if import_ is None:
        raise NotFound("import")
    return import_


def begin_reading(session: Session, import_id: UUID) -> PackageImport:
    """Write down that the reading begins, or begins again."""
    import_ = locked(session, import_id)
    move(import_, Action.READ)
    import_.done = 0
    session.flush()
    return import_


def record_progress(session: Session, import_id: UUID, done: int, total: int) -> None:
    """Write down how many bytes of how many are read; nothing happens once the reading is over."""
    session.execute(
        update(PackageImport)
        .where(PackageImport.id == import_id, PackageImport.state == ImportState.READING)
        .values(done=done, total=total)
    )


def record_report(session: Session, import_id: UUID, report: PackageReport, now: datetime) -> PackageImport:
    """Write down what the reading of an accepted package found, with a draft of the version, and its archive's index.

    The archive stands in its place already: rows never name a file that is not there.

    Raises:
        NotFound: the course has gone.
    """
    import_ = locked(session, import_id)
    move(import_, Action.ACCEPT)
    import_.done = import_.total = report.total_size
    import_.findings, import_.facts = report.findings, report.facts
    import_.finished_at = now
    _store_index(session, import_, report, now)
    import_.version_id = _draft(session, import_, report).id
    session.flush()
    return import_


def _draft(session: Session, import_: PackageImport, report: PackageReport) -> CourseVersion:
    """Add the next version of the course in that language; nobody plays it until it is published."""
    lock_course(session, import_.course_id)
    entry = language_of(session, import_.course_id, import_.language)
    if entry is None:
        entry = CourseLanguage(course_id=import_.course_id, language=import_.language, format=Format.SCORM)
        session.add(entry)
        session.flush()
    last = session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_language_id == entry.id))
    version = CourseVersion(
        course_language_id=entry.id,
        number=(last or 0) + 1,
        archive_sha256=import_.sha256,
        edition=report.edition[:LONGEST_NAME],
        title=report.title[:LONGEST_NAME],
        tool=report.tool[:LONGEST_NAME],
        sco_count=report.sco_count,
        total_size=report.total_size,
        definition=report.definition,
    )
    session.add(version)
    session.flush()
    return version


def _store_index(session: Session, import_: PackageImport, report: PackageReport, now: datetime) -> None:
    if not _is_new_archive(session, import_, now):
        return  # the same archive came in before, with the same index
    names = ("name", "offset", "method", "compressed_size", "size", "crc")
    rows = [dict(zip(names, member, strict=True), archive_sha256=import_.sha256) for member in report.members]
    if rows:
        session.execute(insert(ArchiveMember), rows)


def _is_new_archive(session: Session, import_: PackageImport, now: datetime) -> bool:
    """Write the archive down unless it is known, and its index with it; one that was freed is as good as new."""
    known = session.get(Archive, import_.sha256, with_for_update=True, populate_existing=True)
    if known is None:
        try:
            with session.begin_nested():
                session.add(Archive(sha256=import_.sha256, size=import_.size, stored_at=now))
                session.flush()
        except IntegrityError:
            return False
        return True
    was_freed = known.freed_at is not None
    known.freed_at = None
    return was_freed


def record_refusal(session: Session, import_id: UUID, findings: list[dict[str, Any]], now: datetime) -> PackageImport:
    """Write down why a package is refused."""
    import_ = locked(session, import_id)
    move(import_, Action.REFUSE)
    import_.findings, import_.finished_at = findings, now
    session.flush()
    record(session, Event("import_refused", import_.id, (("file", import_.file_name),)))
    return import_


def fail_import(session: Session, import_id: UUID, error_id: str, now: datetime) -> None:
    """Write down that something went wrong on our side; `error_id` leads to the log.

    Nothing happens when the import has ended already, or has gone.
    """
    import_ = session.scalar(select(PackageImport).where(PackageImport.id == import_id).with_for_update())
    if import_ is None or (import_.state, Action.FAIL) not in MOVES:
        return
    move(import_, Action.FAIL)
    import_.error_id, import_.finished_at = error_id, now
    session.flush()
