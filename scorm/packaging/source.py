"""What an author gives for a package to be written: a course, its SCOs, its files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scorm.packaging.hrefs import split_href
from scorm.packaging.items import Edition, ScormType
from scorm.packaging.sequencing_writer import has_further_kinds
from scorm.packaging.trees import preorder
from scorm.packaging.zipwriting import Content
from scorm.sequencing.definition import CompletionThreshold, ControlMode, DataMap, Sequencing
from scorm.sequencing.words import Control

_NO_SEQUENCING = Sequencing()
_NO_THRESHOLD = CompletionThreshold()
_FREE_NAVIGATION = Sequencing(control=ControlMode(flow=True))
_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FILE_NAME = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")
_LONGEST_TITLE = 200  # smallest permitted maximum (CAM 1.2, 2.3.2.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoSource:
    """An item of the course: a SCO with its launch page, or a folder of items, without one.

    `href` is a page of the course's files and may carry a query. Mastery score, time allowed and prerequisites belong
    to SCORM 1.2; the sequencing, the threshold, shared data and hidden controls to 2004.
    """

    identifier: str
    title: str
    href: str = ""
    mastery_score: float | None = None  # 0 to 100
    max_time_allowed: str = ""  # CMITimespan
    time_limit_action: str = ""
    launch_data: str = ""
    prerequisites: str = ""  # aicc_script
    parameters: str = ""
    visible: bool = True
    scorm_type: ScormType = ScormType.SCO
    sequencing: Sequencing = _NO_SEQUENCING
    threshold: CompletionThreshold = _NO_THRESHOLD
    data: tuple[DataMap, ...] = ()
    hidden: tuple[Control, ...] = ()
    children: tuple["ScoSource", ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be written."""
        _check_words(self.identifier, self.title)
        if bool(self.href) is bool(self.children):
            raise ValueError(f"{self.identifier}: an item has either a page or children")
        if self.mastery_score is not None and not 0 <= self.mastery_score <= 100:
            raise ValueError(f"{self.identifier}: a mastery score lies between 0 and 100")

    @property
    def page(self) -> str:
        """Return the file behind the address."""
        return split_href(self.href)[0]

    def walk(self) -> Iterator["ScoSource"]:
        """Yield the item and everything below it."""
        return preorder(self, lambda item: item.children)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSource:
    """A course to be written as one package.

    A file lies with the SCOs whose page is in the same folder or above it; `shared_files`, and files near no page,
    belong to a resource that all of them depend on. `language` is a tag such as `fr`. `organization` is an identifier,
    made up when it is empty; sequencing and threshold are its own. In 2004 learners choose and continue freely unless
    it says otherwise.
    """

    identifier: str
    title: str
    language: str
    scos: tuple[ScoSource, ...]
    files: Mapping[str, Content]
    shared_files: Mapping[str, Content] = field(default_factory=dict)
    organization: str = ""
    description: str = ""
    version: str = "1.0"
    edition: Edition = Edition.SCORM_12
    sequencing: Sequencing = _FREE_NAVIGATION
    threshold: CompletionThreshold = _NO_THRESHOLD
    objectives_are_global: bool = True
    shared_data_is_global: bool = True

    def __post_init__(self) -> None:
        """Refuse what could not be written, or would not come back the same."""
        _check_words(self.identifier, self.title)
        identifiers = [item.identifier for item in self.walk()]
        if not identifiers or len(set(identifiers)) != len(identifiers):
            raise ValueError("a course has items, each with an identifier of its own")
        names = [*self.files, *self.shared_files]
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError("two files share a name")
        for name in names:
            if not _FILE_NAME.fullmatch(name) or name.casefold() == "imsmanifest.xml":
                raise ValueError(f"{name!r}: a file's name is ASCII, with an extension, and not the manifest's")
        for item in self.walk():
            if item.href and item.page not in self.files:
                raise ValueError(f"{item.identifier}: the page {item.href!r} is not among the files")
            if not _is_of(item, self.edition):
                raise ValueError(f"{item.identifier}: says what {self.edition} has no words for")

    def walk(self) -> Iterator[ScoSource]:
        """Yield all items in document order."""
        for item in self.scos:
            yield from item.walk()


def _check_words(identifier: str, title: str) -> None:
    if not _NCNAME.fullmatch(identifier):
        raise ValueError(f"{identifier!r} is no XML name")
    if not title.strip() or len(title) > _LONGEST_TITLE:
        raise ValueError(f"{identifier}: a title has 1 to {_LONGEST_TITLE} characters")


def _is_of(item: ScoSource, edition: Edition) -> bool:
    """Say whether an edition has words for all that an item says."""
    of_2004 = (item.sequencing, item.threshold, item.data, item.hidden)
    if not edition.is_2004:
        return of_2004 == (_NO_SEQUENCING, _NO_THRESHOLD, (), ())
    if item.mastery_score is not None or item.max_time_allowed or item.prerequisites:
        return False
    if item.children and (item.data or item.hidden):
        return False
    objectives = (item.sequencing.primary, *item.sequencing.objectives)
    further = [one for one in objectives if any(has_further_kinds(each) for each in one.maps)]
    if edition is Edition.SCORM_2004_4TH:
        return all(one.identifier for one in further)
    return not (further or item.data or item.threshold.by_measure or item.sequencing.rollup.progress_weight != 1)
