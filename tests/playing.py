"""Courses that can be played, for tests: a package written, read and published without the import."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt
from courses.attempts.services import launch
from courses.catalogue.models import Archive, ArchiveMember, Course, CourseVersion
from courses.enrolment.models import Enrolment
from courses.people.models import Language, Person
from lms import clock
from lms.storage import Storage
from scorm.packaging.package import Package, read_package
from scorm.packaging.writer import CourseSource, ScoSource, write_package
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person, make_version

PAGE = b"<!doctype html><title>A page</title><p>Nothing to do here.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A learner who may play a course."""

    person: Person
    course: Course
    version: CourseVersion
    enrolment: Enrolment


def sco(identifier: str, **facts: Any) -> ScoSource:
    """Return a SCO with a page of its own."""
    return ScoSource(**({"identifier": identifier, "title": f"The {identifier}", "href": f"{identifier}.html"} | facts))


def package_of(scos: Sequence[ScoSource], files: dict[str, bytes] | None = None, **facts: Any) -> bytes:
    """Return a package of these SCOs; pages that are not given are plain."""
    pages = {item.href.partition("?")[0]: PAGE for root in scos for item in root.walk() if item.href}
    values = {"identifier": "course", "title": "A course", "language": "en"} | facts
    return write_package(CourseSource(scos=tuple(scos), files=pages | (files or {}), **values))


def read(data: bytes) -> Package:
    """Return a package from its bytes."""
    return read_package(lambda offset, size: data[offset : offset + size], len(data))


def make_played(
    session: Session, data: bytes, storage: Storage | None = None, *, person: Person | None = None, **facts: Any
) -> Played:
    """Publish a package as a course of its own, enrol a learner, and store it where a storage is given."""
    package = read(data)
    digest = hashlib.sha256(data).hexdigest()
    if session.get(Archive, digest) is None:
        session.add(Archive(sha256=digest, size=len(data), stored_at=NOW))
        session.flush()
        session.execute(insert(ArchiveMember), [_member(digest, member) for member in package.index.members.values()])
    course = make_course(session, languages=(), **facts)
    version = make_version(
        session, course, Language.EN, archive_sha256=digest, definition=package.manifest.as_dict(),
        sco_count=package.scos, title=package.title, edition=str(package.edition),
    )  # fmt: skip
    if storage is not None:
        store(storage, digest, data)
    learner = person or make_person(session)
    return Played(
        person=learner, course=course, version=version,
        enrolment=make_enrolment(session, learner, make_cohort(session, course)),
    )  # fmt: skip


def begin_attempt(session: Session, played: Played) -> UUID:
    """Let the learner launch the course, and return the attempt."""
    launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())
    return session.scalars(select(Attempt.id).where(Attempt.enrolment_id == played.enrolment.id)).one()


def store(storage: Storage, digest: str, data: bytes) -> None:
    """Put an archive where the installation keeps it."""
    with storage.staging() as staged:
        staged.write_bytes(io.BytesIO(data).getvalue())
        storage.keep(staged, digest)


def _member(digest: str, member: Any) -> dict[str, Any]:
    return {
        "archive_sha256": digest, "name": member.name, "offset": member.offset, "method": member.method,
        "compressed_size": member.compressed_size, "size": member.size, "crc": member.crc,
    }  # fmt: skip
