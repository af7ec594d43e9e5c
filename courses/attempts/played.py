"""What is played: an immutable version of a course, read from the database once and kept."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import CourseLanguage, CourseVersion
from courses.errors import NotFound
from courses.people.models import Language
from scorm.packaging.activities import course_definition
from scorm.packaging.items import Item, Manifest, ScormType
from scorm.sequencing.definition import CourseDefinition
from scorm.sequencing.tree import ActivityTree

_KEPT = 64


@dataclass(frozen=True, kw_only=True)
class PlayedVersion:
    """A version as the player needs it; `steps` are the items that a learner can open, in document order.

    `course` is what sequencing needs of it, absent in 1.2. LMS choice: hidden items cannot be reached in 1.2 and are
    not asked for, unless everything is hidden. `content_language` is the first that its metadata name, if any: the
    course is in one of the platform's languages, its content may be in any.
    """

    id: UUID
    title: str
    edition: str
    archive_sha256: str
    language: Language
    items: tuple[Item, ...]
    course: CourseDefinition | None = None
    content_language: str = ""

    @cached_property
    def tree(self) -> ActivityTree | None:
        """Return the activity tree, built once for all learners; None in 1.2."""
        return None if self.course is None else ActivityTree(self.course)

    @cached_property
    def steps(self) -> tuple[Item, ...]:
        """Return the launchable items in document order; what is hidden in 2004 may still be reached by other ways."""
        if self.course is not None:
            leaves = (self.course.activities[place].identifier for place in sorted(self.course.leaves))
            return tuple(self.known[name] for name in leaves if name in self.known)
        launchable = [item for root in self.items for item in root.walk() if item.is_launchable]
        shown = set(_shown(self.items))
        visible = tuple(item for item in launchable if item.identifier in shown)
        return visible or tuple(launchable)

    @cached_property
    def known(self) -> dict[str, Item]:
        """Return every item by its identifier, folders and hidden ones included."""
        return {item.identifier: item for root in self.items for item in root.walk()}

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """Return the items that can be opened, by their identifiers."""
        return {item.identifier: item for item in self.steps}


def is_asset(item: Item) -> bool:
    """Tell whether an item only shows something: no call of its own will ever come."""
    return item.scorm_type is ScormType.ASSET


def _shown(items: tuple[Item, ...]) -> list[str]:
    """Return the identifiers of visible items; what is hidden in 1.2 hides itself, not what is below it."""
    return [item.identifier for root in items for item in root.walk() if item.visible]


class _Shelf:
    """The versions that were played last; they never change, so that they need not be read twice."""

    def __init__(self) -> None:
        self._versions: OrderedDict[UUID, PlayedVersion] = OrderedDict()
        self._lock = Lock()

    def find(self, version_id: UUID) -> PlayedVersion | None:
        with self._lock:
            version = self._versions.get(version_id)
            if version is not None:
                self._versions.move_to_end(version_id)
            return version

    def keep(self, version: PlayedVersion) -> None:
        with self._lock:
            self._versions[version.id] = version
            while len(self._versions) > _KEPT:
                self._versions.popitem(last=False)


_shelf = _Shelf()


def played_version(session: Session, version_id: UUID) -> PlayedVersion:
    """Return a version to play; raises NotFound."""
    found = _shelf.find(version_id)
    if found is None:
        found = _read(session, version_id)
        _shelf.keep(found)
    return found


def _read(session: Session, version_id: UUID) -> PlayedVersion:
    columns = (
        CourseVersion.title, CourseVersion.edition, CourseVersion.archive_sha256, CourseVersion.definition,
        CourseLanguage.language,
    )  # fmt: skip
    row = session.execute(
        select(*columns)
        .join(CourseLanguage, CourseLanguage.id == CourseVersion.course_language_id)
        .where(CourseVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound("version")
    manifest = Manifest.from_dict(row.definition)
    return PlayedVersion(
        id=version_id,
        title=row.title,
        edition=row.edition,
        archive_sha256=row.archive_sha256,
        language=row.language,
        items=manifest.organization.items,
        course=course_definition(manifest) if manifest.edition.is_2004 else None,
        content_language=next(iter(manifest.languages), ""),
    )
