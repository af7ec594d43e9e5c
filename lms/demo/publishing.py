"""Bring the catalogue of the demonstration in, by the services that a real import uses, dated over the years."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from courses.catalogue import imports, services, versions
from courses.catalogue.models import Course, Format, PackageImport
from courses.people.models import Language
from lms.demo.catalogue import DemoCourse
from lms.demo.packages import package_of
from lms.demo.pdf import Chapter, pdf_of
from lms.demo.randomness import Chance
from lms.demo.texts import text_of
from lms.reading import read
from lms.storage import Storage
from scorm.packaging.limits import DEFAULT_LIMITS

BATCHES = ((1270, 2), (1090, 1), (900, 3), (700, 2), (480, 3), (300, 2), (130, 2))
"""Conversions: days ago, and how many courses at a time; the first course was converted first."""
LATER = {Language.EN: 0, Language.FR: 33, Language.ES: 61}
"""Days after the English one."""
BORN = (930, 640, 410, 190, 75)
"""Days ago on which courses that were born in SCORM were published."""
WRITERS = 8

Contents = Mapping[tuple[str, Language], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where the catalogue stands now: identifiers of courses by code, of versions by code and language."""

    courses: Mapping[str, UUID]
    versions: Mapping[tuple[str, Language], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file that was sent for a course in a language."""

    course_id: UUID
    language: Language
    name: str
    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes what, where files go, and what time it is; `packages` to play, `files` to read."""

    session: Session
    storage: Storage
    packages: Contents
    files: Contents
    actor_id: UUID
    now: datetime

    def course(self, course: DemoCourse, dates: Mapping[Language, datetime]) -> tuple[Course, dict[Language, UUID]]:
        """Add a course with its files or packages; `dates` are those of the packages."""
        created_at = min(dates.values(), default=self.now) - timedelta(days=3 if course.is_born_in_scorm else 1100)
        added = services.save_course(self.session, course.facts(), created_at)
        found: dict[Language, UUID] = {}
        for language in course.languages:
            if not course.is_born_in_scorm:
                self._first_generation(added, course, language, created_at)
            if course.format is Format.SCORM:
                found[language] = self._package(added, course, language, dates[language])
        return added, found

    def _first_generation(self, added: Course, course: DemoCourse, language: Language, at: datetime) -> None:
        entry = services.add_language(self.session, added.id, language)
        entry.published_at = at
        content = self.files.get((course.code, language))
        if content is None:
            return
        file = services.StoredFile(
            name=f"{course.code.lower()}-{language.value}.pdf", media_type="application/pdf", size=len(content),
            sha256=_sha256(content),
        )  # fmt: skip
        services.add_first_generation_file(self.session, entry.id, file, at)

    def _package(self, added: Course, course: DemoCourse, language: Language, at: datetime) -> UUID:
        content = self.packages[course.code, language]
        name = f"{course.code.lower()}-{language.value}.zip"
        ready = self.send(Sent(course_id=added.id, language=language, name=name, content=content, at=at))
        assert ready.version_id is not None
        return versions.publish(self.session, ready.version_id, self.actor_id, at).id

    def send(self, sent: Sent) -> PackageImport:
        """Let a file be read, and write down what came of it: a draft, or why it is refused."""
        content = sent.content
        asked = imports.ImportRequest(
            course_id=sent.course_id, language=sent.language, file_name=sent.name, size=len(content),
            sha256=_sha256(content),
        )  # fmt: skip
        started = imports.start_import(self.session, asked, self.actor_id, sent.at)
        imports.begin_reading(self.session, started.id)
        answer = read(lambda offset, size: content[offset : offset + size], len(content), DEFAULT_LIMITS)
        if "refused" in answer:
            return imports.record_refusal(self.session, started.id, answer["refused"], sent.at)
        return imports.record_report(self.session, started.id, imports.PackageReport(**answer["report"]), sent.at)


def publish_all(publisher: Publisher, chance: Chance, courses: Sequence[DemoCourse]) -> Published:
    """Add every course; the conversions follow each other until today."""
    keep_all(publisher.storage, [*publisher.packages.values(), *publisher.files.values()])
    ids: dict[str, UUID] = {}
    found: dict[tuple[str, Language], UUID] = {}
    dates = _dates(chance, courses, publisher.now)
    for course in courses:
        added, published = publisher.course(course, dates.get(course.code, {}))
        ids[course.code] = added.id
        found.update({(course.code, language): version for language, version in published.items()})
    return Published(courses=ids, versions=found)


def _dates(
    chance: Chance, courses: Sequence[DemoCourse], now: datetime
) -> dict[str, dict[Language, datetime]]:  # fmt: skip
    """Return when each course came into SCORM in each language."""
    scorm = [course for course in courses if course.format is Format.SCORM]
    converted = sorted(
        (course for course in scorm if not course.is_born_in_scorm), key=lambda course: course.level or 1
    )
    dates: dict[str, dict[Language, datetime]] = {}
    days_ago = [days for days, count in BATCHES for _ in range(count)]
    for course, days in zip(converted, days_ago, strict=True):
        first = now - timedelta(days=days) + chance.days(0, 14)
        dates[course.code] = {language: first + timedelta(days=LATER[language]) for language in course.languages}
    born = [course for course in scorm if course.is_born_in_scorm]
    for course, days in zip(born, BORN, strict=False):
        dates[course.code] = {language: now - timedelta(days=days) for language in course.languages}
    return dates


def keep_all(storage: Storage, contents: Iterable[bytes]) -> None:
    """Store every file, several at once: a disk that is slow to confirm confirms them together."""
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda content: _keep(storage, content), contents))


def _keep(storage: Storage, content: bytes) -> None:
    with storage.staging() as path:
        path.write_bytes(content)
        storage.keep(path, _sha256(content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def packages_of(courses: Sequence[DemoCourse]) -> Contents:
    """Return the package of each course that is in SCORM, in each language."""
    return {
        (course.code, language): package_of(course, language)
        for course in courses
        if course.format is Format.SCORM
        for language in course.languages
    }


def files_of(courses: Sequence[DemoCourse]) -> Contents:
    """Return what there is to read: first-generation courses, and self-study material, which visitors read too."""
    return {
        (course.code, language): pdf_of(course.titles[language], _chapters(course, language))
        for course in courses
        if course.format is Format.FIRST_GENERATION or not course.is_for_credit
        for language in course.languages
    }


def _chapters(course: DemoCourse, language: Language) -> tuple[Chapter, ...]:
    """Return what a file says: the pages of the course where it has some of its own, else its subject."""
    about = course.about[language]
    if course.format is Format.FIRST_GENERATION:
        return (Chapter("", (about,)),)
    text = text_of(course.code, language, course.titles[language], about)
    pages = (page for part in text.parts for page in part.pages)
    return tuple(Chapter(page.title, (*page.paragraphs, *(f"• {point}" for point in page.points))) for page in pages)
